//! Tickets as a workbook: a row for each, in the columns of the CSV.

use rust_xlsxwriter::XlsxError;

use crate::model::field::{Field, Key, Value};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::page::ticket::TicketPage;
use crate::rules::lifecycle::attachments;
use crate::view::workbook::{Cell, Tables};

/// The tickets as the bytes of a file, and how many texts were longer than a cell may be.
pub fn tickets(
    tickets: impl Iterator<Item = (TicketPage, String)>,
    settings: &Settings,
) -> Result<(Vec<u8>, usize), XlsxError> {
    // The same tickets give the same bytes, whenever they are written.
    let mut tables = Tables::new(&settings.name, Moment::epoch());
    let own = settings
        .fields
        .keys()
        .map(|name| Field::Company(name.clone()));
    let known = Key::ALL.iter().map(|key| Field::Known(*key));
    let fields: Vec<Field> = known.chain(own).collect();
    let mut heading: Vec<String> = fields.iter().map(ToString::to_string).collect();
    heading.extend(["description", "log", "attachments"].map(str::to_owned));
    let rows = tickets.map(|(page, text)| {
        let ticket = &page.ticket;
        let values = fields
            .iter()
            .map(|field| cell(ticket.values.get(field), settings));
        let mut row: Vec<Cell> = values.collect();
        row.extend(texts(ticket, &text));
        row
    });
    tables.sheet("tickets", &heading, rows, None)?;
    let zone = Cell::Text(settings.zone.name().to_owned());
    let about = vec![
        vec![
            Cell::Text("desk".to_owned()),
            Cell::Text(settings.name.clone()),
        ],
        vec![Cell::Text("zone of times".to_owned()), zone],
    ];
    tables.sheet("about", &["about", "value"].map(str::to_owned), about, None)?;
    let cut = tables.cut();
    Ok((tables.bytes()?, cut))
}

fn cell(value: Option<&Value>, settings: &Settings) -> Cell {
    match value {
        None => Cell::Empty,
        Some(Value::Moment(at)) => Cell::Time(at.in_zone(&settings.zone).naive_local()),
        Some(Value::Date(day)) => Cell::Day(*day),
        Some(Value::Bool(yes)) => Cell::Bool(*yes),
        #[expect(clippy::cast_precision_loss, reason = "ratings and the like")]
        Some(Value::Number(number)) => Cell::Number(*number as f64),
        Some(value) => Cell::Text(value.to_string()),
    }
}

/// The description, the log as it stands in the file, and what is attached.
fn texts(ticket: &Ticket, text: &str) -> [Cell; 3] {
    let log = ticket.log.first().and_then(|first| {
        let at = text.find(&format!("\n{}", first.heading()))?;
        Some(text[at..].trim_start_matches('\n').trim_end())
    });
    let attachments: Vec<String> = attachments::all(&ticket.log)
        .iter()
        .map(|one| one.name.clone())
        .collect();
    let cell = |text: &str| match text {
        "" => Cell::Empty,
        text => Cell::Text(text.to_owned()),
    };
    [
        cell(&ticket.description),
        cell(log.unwrap_or_default()),
        cell(&attachments.join("\n")),
    ]
}
