//! A report as a workbook: a sheet for each of its tables, and one about them.

use rust_xlsxwriter::XlsxError;

use crate::ops::data::report::Report;
use crate::rules::reports::{Amount, Figure, ReportColumn, ReportSection, Unit};
use crate::view::report::amount;
use crate::view::workbook::{Cell, Tables};

/// The report as the bytes of a file.
pub fn report(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let head = &report.head;
    let mut tables = Tables::new(&format!("{}: {}", head.desk, head.kind.as_str()), head.at);
    let zone = head.zone;
    let wall = |at: crate::model::moment::Moment| Cell::Time(at.in_zone(&zone).naive_local());
    let text = |text: &str| Cell::Text(text.to_owned());
    let mut about = vec![
        vec![text("report"), text(head.kind.as_str())],
        vec![text("desk"), text(&head.desk)],
        vec![text("from"), wall(head.period.from)],
        vec![text("to, not included"), wall(head.period.to)],
        vec![text("as of"), wall(head.at)],
        vec![text("zone of times"), text(zone.name())],
        vec![text("calendar"), text(&head.calendar)],
        vec![text("query"), text(&head.query)],
        vec![text("work orders"), Cell::Bool(head.work_orders)],
    ];
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    about.push(vec![text("tickets"), Cell::Number(head.tickets as f64)]);
    if let Some(commit) = &head.commit {
        about.push(vec![text("commit"), text(commit)]);
    }
    for section in &report.sections {
        about.push(vec![text(section.title), text(section.about)]);
    }
    let heading = ["about", "value"].map(str::to_owned);
    tables.sheet("About", &heading, about, None)?;
    for section in &report.sections {
        add(&mut tables, section)?;
    }
    tables.bytes()
}

fn add(tables: &mut Tables, section: &ReportSection) -> Result<(), XlsxError> {
    let mut heading: Vec<String> = section.by.clone();
    heading.extend(section.columns.iter().map(name));
    let labels = section.by.len();
    let row = |names: Vec<Cell>, figures: &[Figure]| {
        let figures = section.columns.iter().zip(figures);
        let mut row = names;
        row.extend(figures.map(|(column, figure)| cell(column, figure)));
        row
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for one in &section.rows {
        let mut names: Vec<Cell> = one.labels.iter().cloned().map(Cell::Text).collect();
        names.resize(labels, Cell::Empty);
        rows.push(row(names, &one.figures));
    }
    let total = section.total.as_ref().map(|total| {
        let mut names = vec![Cell::Empty; labels];
        if let Some(first) = names.first_mut() {
            *first = Cell::Text("all".to_owned());
        }
        row(names, total)
    });
    tables.sheet(section.title, &heading, rows, total)
}

/// The heading of a column, with its unit where the cells do not show it.
fn name(column: &ReportColumn) -> String {
    let key = column.key.replace('_', " ");
    match column.unit {
        Unit::Minutes => format!("{key} (minutes)"),
        Unit::Seconds => format!("{key} (h:mm:ss)"),
        Unit::Count | Unit::Share | Unit::Own => key,
    }
}

fn cell(column: &ReportColumn, figure: &Figure) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let number = |n: u64| n as f64;
    match &figure.amount {
        Amount::None | Amount::Share(_, 0) => Cell::Empty,
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        Amount::Number(n) | Amount::Change(n) => Cell::Number(*n as f64),
        Amount::Time(millis, _) | Amount::OfFew(millis, _) => Cell::Length(*millis),
        // A spreadsheet shows no length of time below zero; several in one cell are for people.
        Amount::Times(..) | Amount::Longer(..) | Amount::Course(_) | Amount::Unknown => {
            match amount(figure) {
                text if text.is_empty() => Cell::Empty,
                text => Cell::Text(text),
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
        Amount::Points(thousandths) => Cell::Share(*thousandths as f64 / 1_000.0),
        Amount::Share(part, of) if matches!(column.unit, Unit::Share | Unit::Own) => {
            Cell::Share(number(*part) / number(*of))
        }
        Amount::Share(part, _) => Cell::Number(number(*part)),
    }
}
