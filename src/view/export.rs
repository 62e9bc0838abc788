//! Tickets for other programs: JSON with everything, CSV with a line for each ticket.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use crate::model::field::{Field, Key};
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::page::problem::Problem;
use crate::page::ticket::TicketPage;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::attachments::{self, Attachment};
use crate::rules::merge;
use crate::view::json::{problem, ticket};
use crate::view::report::data::{defused, written};
use crate::view::sanitize;

/// A ticket as JSON on one line, up to its attachments, which follow one by one: as `show --json`,
/// and its file as it is under `file`, from which it can be made again to the byte.
pub fn object(page: &TicketPage, text: &str, context: DeskContext<'_>) -> String {
    let conflict = merge::is_in_conflict(&page.ticket);
    let mut one = ticket(&page.ticket, conflict, context);
    one["file"] = json!(text);
    format!("{}, \"attachments\": [", begun(&one))
}

/// The end of a ticket, without a line end.
pub const OBJECT_END: &str = "]}";

/// An attachment up to its content: pieces of it and a quotation mark, or null.
pub fn attachment(one: &Attachment) -> String {
    let reported = json!({"name": one.file, "size": one.size, "sha256": one.sha256});
    format!("{}, \"content\": ", begun(&reported))
}

/// A piece of a content; three must divide the length of all but the last.
pub fn piece(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// An object without its last brace.
fn begun(one: &Json) -> String {
    let mut out = line(one);
    out.truncate(out.len() - 1);
    out
}

fn line(one: &Json) -> String {
    sanitize::json(&one.to_string())
}

/// What stands before the tickets of a JSON page.
pub const BEGIN: &str = "{\"format\": 1, \"tickets\": [\n";

/// What stands behind them.
pub fn end(problems: &[Problem]) -> String {
    let problems: Json = problems.iter().map(problem).collect();
    format!("\n], \"problems\": {}}}\n", line(&problems))
}

/// The columns of a table of tickets: every key, the company's own, and the texts.
pub fn header(settings: &Settings) -> String {
    let own = settings.fields.keys().map(|name| format!("fields.{name}"));
    let keys = Key::ALL.iter().map(|key| key.path().to_owned());
    let texts = ["description", "log", "attachments"].map(str::to_owned);
    row(&keys.chain(own).chain(texts).collect::<Vec<_>>())
}

/// A ticket as a line of such a table. Cells that a spreadsheet would run are text by a leading `'`.
pub fn table_row(ticket: &Ticket, text: &str, settings: &Settings) -> String {
    let value = |field: &Field| {
        let value = ticket.values.get(field);
        value.map_or_else(String::new, |value| defused(&value.to_string()))
    };
    let known = Key::ALL.iter().map(|key| value(&Field::Known(*key)));
    let own = settings
        .fields
        .keys()
        .map(|name| value(&Field::Company(name.clone())));
    // The log as it stands in the file begins at its first heading.
    let log = ticket.log.first().and_then(|first| {
        let at = text.find(&format!("\n{}", first.heading()))?;
        Some(defused(text[at..].trim_start_matches('\n')))
    });
    let attachments: Vec<String> = attachments::all(&ticket.log)
        .iter()
        .map(|one| {
            let size = one
                .size
                .map_or_else(|| "?".to_owned(), |size| size.to_string());
            format!("{size} {}", one.name)
        })
        .collect();
    let texts = [
        defused(&ticket.description),
        log.unwrap_or_default(),
        defused(&attachments.join("\n")),
    ];
    row(&known.chain(own).chain(texts).collect::<Vec<_>>())
}

fn row(cells: &[String]) -> String {
    written(std::iter::once(cells.iter()))
}
