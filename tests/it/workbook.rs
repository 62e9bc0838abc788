//! Workbooks for spreadsheets: `report` and `export` with `--format xlsx`.

use std::io::Cursor;

use calamine::{Data, DataType, Reader, Xlsx};

use crate::desk::Desk;

fn read(desk: &Desk, file: &str) -> (Vec<u8>, Xlsx<Cursor<Vec<u8>>>) {
    let bytes = std::fs::read(desk.root.join(file)).unwrap();
    let book = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    (bytes, book)
}

fn column(range: &calamine::Range<Data>, name: &str) -> u32 {
    let heads = range.rows().next().unwrap();
    let place = heads
        .iter()
        .position(|cell| cell.get_string() == Some(name));
    u32::try_from(place.unwrap_or_else(|| panic!("{name}: {heads:?}"))).unwrap()
}

#[test]
fn tickets_are_rows_with_dates_numbers_and_no_formula() {
    let desk = Desk::new();
    let id = desk.made(&["new", "=1+1", "--from", "+Jan", "-m", "@SUM(A1)"]);
    let _ = desk.run(&format!("resolve {id} -m Done")).code(0);
    let _ = desk
        .run(&format!("close {id} --satisfied yes --rating 4"))
        .code(0);
    let long = "word ".repeat(9_000);
    let _ = desk.made(&["new", "Long", "-m", &long]);
    let out = desk.run("export --format xlsx -o all.xlsx").code(0);
    assert!(out.stderr.contains("cut at 32767 characters"), "{out}");
    let (bytes, mut book) = read(&desk, "all.xlsx");
    let range = book.worksheet_range("tickets").unwrap();
    assert_eq!(range.height(), 3);
    let title = column(&range, "title") as usize;
    let row = range
        .rows()
        .position(|row| row[title].get_string() == Some("=1+1"));
    let row = u32::try_from(row.unwrap()).unwrap();
    let cell = |name: &str| {
        range
            .get_value((row, column(&range, name)))
            .unwrap()
            .clone()
    };
    assert_eq!(cell("title"), Data::String("=1+1".to_owned()));
    assert_eq!(cell("requester.name"), Data::String("+Jan".to_owned()));
    assert_eq!(cell("description"), Data::String("@SUM(A1)".to_owned()));
    assert_eq!(cell("satisfaction.rating"), Data::Float(4.0));
    assert_eq!(cell("satisfaction.satisfied"), Data::Bool(true));
    let created = cell("created");
    assert!(created.is_datetime(), "{created:?}");
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).unwrap();
        assert!(formulas.rows().flatten().all(String::is_empty), "{sheet}");
    }
    let zone = book.worksheet_range("about").unwrap();
    assert!(
        zone.rows()
            .any(|row| row[0] == Data::String("zone of times".to_owned()))
    );
    // The same bytes, whenever it is written.
    desk.wait(90);
    let _ = desk.run("export --format xlsx -o again.xlsx").code(0);
    assert!(read(&desk, "again.xlsx").0 == bytes);
    let piped = desk.desk(&["export", "--format", "xlsx"]).output().unwrap();
    assert!(piped.stdout == bytes);
}

#[test]
fn a_report_has_a_sheet_for_each_table() {
    let desk = Desk::with_two_tickets();
    desk.wait(90);
    let _ = desk.run("resolve ID1 -m Done").code(0);
    let line = "report overview --period this-month";
    let noon = || desk.set_clock("2026-11-25T12:00:00Z".parse().unwrap());
    noon();
    let _ = desk.run(&format!("{line} -o month.xlsx")).code(0);
    let (bytes, mut book) = read(&desk, "month.xlsx");
    noon();
    let _ = desk
        .run(&format!("{line} --format xlsx -o again.xlsx"))
        .code(0);
    let (again, mut other) = read(&desk, "again.xlsx");
    for name in book.sheet_names() {
        let cells = [&mut book, &mut other].map(|book| book.worksheet_range(&name).unwrap());
        assert_eq!(cells[0], cells[1], "{name}");
    }
    assert!(again == bytes);
    let sections = desk.json(&line.replace("report", "report --format json"));
    let sections = sections["reports"][0]["sections"].as_array().unwrap();
    assert_eq!(book.sheet_names().len(), sections.len() + 1);
    let about = book.worksheet_range("About").unwrap();
    assert!(about.rows().any(|row| row[1].is_datetime()));
    let mut numbers = 0;
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        numbers += range
            .rows()
            .flatten()
            .filter(|cell| cell.is_float())
            .count();
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}");
    }
    assert!(numbers > 0);
}
