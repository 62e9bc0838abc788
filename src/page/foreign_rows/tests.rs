use std::io::{Cursor, Write};

use super::*;

fn read(bytes: &[u8]) -> ForeignRows {
    ForeignRows::read(bytes, &RowForm::default()).unwrap()
}

/// The rows as text: cells with their columns.
fn shown(rows: &ForeignRows) -> Vec<String> {
    let cell = |(place, cell): &(u32, ForeignCell)| {
        let name = &rows.columns[usize::try_from(*place).unwrap()];
        format!(
            "{name}={}",
            cell.text()
                .map_or_else(|| String::from_utf8(cell.raw()).unwrap(), str::to_owned)
        )
    };
    let row = |row: &ForeignRow| {
        format!(
            "{} {}",
            row.number,
            row.cells.iter().map(cell).collect::<Vec<_>>().join(" ")
        )
    };
    rows.rows.iter().map(row).collect()
}

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook whose only sheet has this data, with further parts.
fn xlsx(sheet: &str, workbook: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let rels = "http://schemas.openxmlformats.org/package/2006/relationships";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let root = format!(
        "<Relationships xmlns=\"{rels}\"><Relationship Id=\"r\" Type=\"{kind}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{kind}\">{workbook}<sheets><sheet name=\"One\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let of_book = format!(
        "<Relationships xmlns=\"{rels}\"><Relationship Id=\"rId1\" Type=\"{kind}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{kind}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rId3\" Type=\"{kind}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    let styles = format!(
        "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
    );
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</worksheet>");
    let mut parts = vec![
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
        ),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &of_book),
        ("xl/styles.xml", &styles),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    parts.extend(more);
    package(&parts)
}

fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:style=\"s\"><office:body><office:spreadsheet><table:table table:name=\"One\">{table}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    package(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
    ])
}

#[test]
fn separated_values_are_read_as_programs_write_them() {
    let expected = ["2 id=1 text=a b", "3 id=2 text=c"];
    for table in [
        "id,text\n1,a b\n2,c\n",
        "id;text\r\n1;a b\r\n2;c\r\n",
        "id\ttext\r1\ta b\r2\tc\r",
        "\u{feff}id|text\n1|\"a b\"\n2|c|\n",
        "id,text\n1,a b,,\n2,c\n",
    ] {
        assert_eq!(shown(&read(table.as_bytes())), expected, "{table:?}");
    }
    let sep = shown(&read(b"sep=;\r\nid;text\r\n1;a, b\r\n"));
    assert_eq!(sep, ["3 id=1 text=a, b"]);
    let wide = |text: &str, mark: &[u8]| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [mark.to_vec(), units.collect()].concat()
    };
    for mark in [&[0xff, 0xfe][..], &[]] {
        assert_eq!(shown(&read(&wide("id,text\n1,a b\n2,c\n", mark))), expected);
    }
    let unquoted = RowForm {
        unquoted: true,
        ..RowForm::default()
    };
    let rows = ForeignRows::read(b"id,text\n1,5\" disk\n2,\"x\n", &unquoted).unwrap();
    assert_eq!(shown(&rows), ["2 id=1 text=5\" disk", "3 id=2 text=\"x"]);
}

#[test]
fn a_column_may_come_several_times_and_a_row_too_wide_is_left_out() {
    let rows = read(b"List of tickets,,,\nid,note,note,x\n1,a,b,\n2,a,b,c,d\n3\n");
    assert_eq!(shown(&rows), ["3 id=1 note=a note=b", "5 id=3"]);
    assert_eq!(
        rows.broken,
        [(4, "it has 5 cells, the header 4".to_owned())]
    );
}

#[test]
fn bytes_that_are_no_text_name_the_encodings_that_fit() {
    let error = ForeignRows::read(b"id,who\n1,Dr\xfccker\n", &RowForm::default()).unwrap_err();
    let NotRows::Bytes {
        encoding,
        line,
        fits,
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!((encoding.as_str(), line), ("utf-8", 2));
    assert!(
        fits.contains(&("windows-1252".to_owned(), "Drücker".to_owned())),
        "{fits:?}"
    );
}

#[test]
fn json_is_a_list_an_object_with_one_or_a_line_for_each() {
    let one = ["1 id=1 user.name=a tags=x tags=y", "2 id=2"];
    let list = r#"[{"id":1,"user":{"name":"a"},"tags":["x","y"],"z":null},{"id":2}]"#;
    assert_eq!(shown(&read(list.as_bytes())), one);
    assert_eq!(
        shown(&read(
            format!("{{\"total\":2,\"tickets\":{list}}}").as_bytes()
        )),
        one
    );
    let lines = read(b"{\"id\":1}\n{\"id\":2,\"n\":[{\"t\":\"x\"}]}\n");
    assert_eq!(shown(&lines), ["1 id=1", "2 id=2 n.t=x n={\"t\":\"x\"}"]);
    assert!(matches!(
        ForeignRows::read(b"[1,", &RowForm::default()),
        Err(NotRows::Json(_))
    ));
    let deep = "[".repeat(100_000);
    assert!(matches!(
        ForeignRows::read(deep.as_bytes(), &RowForm::default()),
        Err(NotRows::Json(_))
    ));
}

const CELLS: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>id</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>at</t></is></c></row>\
    <row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" s=\"1\"><v>46329.5</v></c></row>\
    <row r=\"3\"><c r=\"A3\" t=\"str\"><f>1+1</f><v>2</v></c><c r=\"B3\" t=\"e\"><v>#N/A</v></c></row></sheetData>";

#[test]
fn a_sheet_has_dates_values_of_formulas_and_merged_cells() {
    let rows = read(&xlsx(CELLS, "", &[]));
    assert_eq!(shown(&rows), ["2 id=1 at=2026-11-03T12:00:00", "3 id=2"]);
    let later = read(&xlsx(CELLS, "<workbookPr date1904=\"1\"/>", &[]));
    assert_eq!(shown(&later)[0], "2 id=1 at=2030-11-04T12:00:00");
    let merged = format!("{CELLS}<mergeCells><mergeCell ref=\"B2:B3\"/></mergeCells>");
    let rows = read(&xlsx(&merged, "", &[]));
    assert_eq!(shown(&rows)[1], "3 id=2 at=2026-11-03T12:00:00");
    let table = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>id</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>at</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"2\"><table:table-cell office:value-type=\"float\" office:value=\"1\"><text:p>1,0</text:p></table:table-cell><table:table-cell office:value-type=\"date\" office:date-value=\"2026-11-03T12:00:00\"/><table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>\
        <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    assert_eq!(
        shown(&read(&ods(table))),
        [
            "2 id=1 at=2026-11-03T12:00:00",
            "3 id=1 at=2026-11-03T12:00:00"
        ]
    );
}

#[test]
fn a_hostile_workbook_costs_little() {
    let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row></sheetData>";
    assert!(ForeignRows::read(&xlsx(far, "", &[]), &RowForm::default()).is_ok());
    let empty = format!("{}</sheetData>", "<row/>".repeat(1_000_000));
    assert_eq!(
        ForeignRows::read(&xlsx(&empty, "", &[]), &RowForm::default()).unwrap_err(),
        NotRows::Empty
    );
    let strings = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"4000000000\"></sst>";
    let many = ForeignRows::read(
        &xlsx(CELLS, "", &[("xl/sharedStrings.xml", strings)]),
        &RowForm::default(),
    );
    assert!(matches!(many, Err(NotRows::TooLarge(_))), "{many:?}");
    let external = "<externalLink><externalBook r:id=\"rId1\"/></externalLink>";
    let linked = xlsx(
        CELLS,
        "",
        &[("xl/externalLinks/externalLink1.xml", external)],
    );
    assert_eq!(shown(&read(&linked)).len(), 2);
    let too_large = |part: &str, content: &str| {
        let packed = xlsx(CELLS, "", &[(part, content)]);
        match ForeignRows::read(&packed, &RowForm::default()) {
            Err(NotRows::TooLarge(why)) => why,
            other => panic!("{other:?}"),
        }
    };
    let bomb = "<a/>".repeat((170 << 20) / 4);
    let why = too_large("xl/media/bomb.xml", &bomb);
    assert!(why.contains("unpacks to more than 160 MB"), "{why}");
    // One text, from piece to piece.
    let text = format!("<a>{}</a>", "x".repeat(5 << 20));
    let why = too_large("xl/worksheets/sheet2.xml", &text);
    assert!(why.contains("a text of more than 4 MB"), "{why}");
    let repeated = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\" office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    assert!(matches!(
        ForeignRows::read(&ods(repeated), &RowForm::default()),
        Err(NotRows::TooLarge(_))
    ));
    let wide: Vec<String> = (0..16_000).map(|n| format!("c{n}")).collect();
    let wide = wide.join(",");
    let rows = read(format!("{wide}\n1,2\n").as_bytes());
    assert_eq!(rows.columns.len(), 16_000);
}

#[test]
fn what_is_no_table_is_said() {
    for (bytes, part) in [
        (&b"\xd0\xcf\x11\xe0rest"[..], "old Excel"),
        (b"<html><table>", "HTML"),
        (b"%PDF-1.7", "document"),
        (b" \n", "empty"),
        (b"PK\x03\x04", "cannot be read"),
    ] {
        let error = ForeignRows::read(bytes, &RowForm::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains(part), "{error}");
    }
    let other = package(&[("a.txt", "x")]);
    assert!(matches!(
        ForeignRows::read(&other, &RowForm::default()),
        Err(NotRows::Unread(_))
    ));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = ForeignRows::read(&bytes, &RowForm::default());
        let packed = [b"PK\x03\x04".to_vec(), bytes].concat();
        let _ = ForeignRows::read(&packed, &RowForm::default());
    }
}
