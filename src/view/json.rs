//! Outcomes as JSON: always arrays, keys as in the front matter, computed values under `derived`.

use serde_json::{Map, Value as Json, json};

use crate::model::catalog::Code;
use crate::model::corrections::{Corrections, REASON, ReadLog, is_correction};
use crate::model::entry::{Entry, How};
use crate::model::entry_time::effective;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::model::work_time::NotedTime;
use crate::ops::core::error::OpError;
use crate::page::problem::Problem;
use crate::rules::context::DeskContext;
use crate::rules::duplicates::{Duplicate, DuplicateKind};
use crate::rules::lifecycle::attachments::{self, Attachment};
use crate::rules::lifecycle::escalation;
use crate::rules::lifecycle::tick_marks::{TICKED, UNTICKED};
use crate::rules::lifecycle::work_order::{self, WorkStep};
use crate::rules::sla::clocks;

pub(in crate::view) fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::List(all) => json!(all),
        Value::Moment(at) => json!(at.to_string()),
        Value::Date(day) => json!(day.to_string()),
        Value::Bool(yes) => json!(yes),
        Value::Number(n) => json!(n),
    }
}

fn front<'v>(values: impl Iterator<Item = (&'v Field, &'v Value)>) -> Map<String, Json> {
    let mut out = Map::new();
    for (field, given) in values {
        match field.section() {
            None => {
                out.insert(field.name().to_owned(), value(given));
            }
            Some(section) => {
                let table = out.entry(section.to_owned()).or_insert_with(|| json!({}));
                if let Json::Object(table) = table {
                    table.insert(field.name().to_owned(), value(given));
                }
            }
        }
    }
    out
}

/// A ticket of a list.
pub fn summary(ticket: &TicketSummary, context: DeskContext<'_>) -> Json {
    let mut out = front(ticket.values.iter());
    out.insert("id".to_owned(), json!(ticket.id.as_str()));
    let queue = ticket.text(Key::Queue);
    let code = context.catalogue.find(ticket.text(Key::Code));
    let brief = clocks::Brief::of(ticket, context);
    let due = brief.due.filter(|_| ticket.status().is_open());
    out.insert(
        "derived".to_owned(),
        json!({
            "open": ticket.status().is_open(),
            "tier": context.settings.tier(queue),
            "area": context.settings.area(queue),
            "catalogue": code.map(|code| code.path.clone()).unwrap_or_default(),
            "provider": code.and_then(Code::provider),
            "due": due.map(|(_, at)| at.to_string()),
            "due_clock": due.map(|(clock, _)| clock.as_str()),
            "breached": brief.breached,
            "bounces": escalation::bounces(ticket.events.queues()),
            "age_seconds": context.now.since(ticket.created).num_seconds(),
            "updated": ticket.updated.to_string(),
            "resolved": ticket.resolved.map(|at| at.to_string()),
            "entries": ticket.entries,
            "minutes": ticket.events.minutes(),
            "conflict": ticket.conflict,
            "tell": ticket.tell,
            "path": ticket.id.path(),
        }),
    );
    Json::Object(out)
}

/// A ticket whole, with its texts.
pub fn ticket(ticket: &Ticket, conflict: bool, context: DeskContext<'_>) -> Json {
    let mut out = summary(&TicketSummary::of(ticket, conflict), context);
    if let Json::Object(out) = &mut out {
        out.insert("description".to_owned(), json!(ticket.description));
        let attached = attachments::all(&ticket.log);
        let attached = attached.iter().map(|one| attachment(ticket.id, one));
        out["derived"]["attachments"] = attached.collect();
        out.insert("entries".to_owned(), entries(&ticket.log));
    }
    let time = NotedTime::of(&ticket.log);
    let activities = time.activities.iter();
    out["derived"]["activities"] = activities
        .map(|(name, minutes)| {
            let name = Some(name).filter(|name| !name.is_empty());
            json!({"activity": name, "minutes": minutes})
        })
        .collect();
    if ticket.kind() == TicketType::WorkOrder {
        out["derived"]["steps"] = steps(&ticket.description);
        out["derived"]["repeat_of"] = json!(ticket.repeat_of());
    }
    out
}

/// An attachment: `{name, path, size, sha256, at, by, redacted, undone}`.
fn attachment(id: TicketId, one: &Attachment) -> Json {
    json!({
        "name": one.name,
        "path": format!("{}/{}", attachments::folder(id), one.file),
        "size": one.size,
        "sha256": one.sha256,
        "at": one.at.to_string(),
        "by": one.by.as_str(),
        "redacted": one.redacted,
        "undone": one.undone,
    })
}

/// What a command derived: each field with what it follows from.
pub fn follows(all: &[(Key, String)]) -> Json {
    let one = |(key, cause): &(Key, String)| json!({"field": key.path(), "from": cause});
    all.iter().map(one).collect()
}

/// The steps of a work order: `[{number, done, text}]`.
pub fn steps(description: &str) -> Json {
    let one = |step: WorkStep| json!({"number": step.number, "done": step.done, "text": step.text});
    work_order::steps(description)
        .into_iter()
        .map(one)
        .collect()
}

/// Adds to a work order the ids of the tickets linked to it.
pub fn linked<'t>(order: &mut Json, tickets: impl Iterator<Item = &'t TicketId>) {
    let mut ids: Vec<&str> = tickets.map(TicketId::as_str).collect();
    ids.sort_unstable();
    order["derived"]["tickets"] = json!(ids);
}

/// The entries of a log; one that counts at another time than `at` has `effective`, one that is taken
/// back has `undone` with `{at, by, tag}` of the `undo`. One that an import corrected is as it is read,
/// has `corrected` with `{at, by, tag, reason}` of the correction, and `original` as it was written.
fn entries(log: &[Entry]) -> Json {
    let written = log;
    let log = ReadLog::of(written);
    let corrections = Corrections::of(&log);
    let one = |(place, (one, at)): (usize, (&Entry, Moment))| {
        let mut entry = entry(one);
        if at != one.at {
            entry["effective"] = json!(at.to_string());
        }
        if let Some(undo) = corrections.undone_by(place).map(|undo| &log[undo]) {
            entry["undone"] = json!({
                "at": undo.at.to_string(), "by": undo.by.as_str(), "tag": undo.tag,
            });
        }
        if let Some((original, by)) = log.correction(place) {
            entry["corrected"] = json!({
                "at": by.at.to_string(), "by": by.by.as_str(), "tag": by.tag,
                "reason": by.attribute(REASON),
            });
            entry["original"] = self::entry(original);
        }
        (at, entry)
    };
    let timed = log.iter().zip(effective(&log));
    let mut all: Vec<(Moment, Json)> = timed.enumerate().map(one).collect();
    let corrections = written.iter().filter(|entry| is_correction(entry));
    all.extend(corrections.map(|one| (one.at, entry(one))));
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, entry)| entry).collect()
}

/// An entry: `{at, by, kind, tag, attributes, changes, text}`.
pub fn entry(entry: &Entry) -> Json {
    let mut attributes: Map<String, Json> = Map::new();
    for (key, value) in &entry.attributes {
        // What may stand several times is always a list.
        if [TICKED, UNTICKED].contains(&key.as_str()) {
            let all = attributes.entry(key).or_insert_with(|| json!([]));
            all.as_array_mut()
                .into_iter()
                .for_each(|all| all.push(json!(value)));
        } else if let Some(known) = attributes.get_mut(key) {
            // What a redaction took out of many places.
            match known.as_array_mut() {
                Some(all) => all.push(json!(value)),
                None => *known = json!([known.take(), json!(value)]),
            }
        } else {
            attributes.insert(key.clone(), json!(value));
        }
    }
    let changes: Vec<Json> = entry
        .changes
        .iter()
        .map(|change| match &change.how {
            How::Set { old, new } => json!({"field": change.field, "old": old, "new": new}),
            How::Elements { added, removed } => {
                json!({"field": change.field, "added": added, "removed": removed})
            }
        })
        .collect();
    json!({
        "at": entry.at.to_string(),
        "by": entry.by.as_str(),
        "kind": entry.kind,
        "tag": entry.tag,
        "attributes": attributes,
        "changes": changes,
        "text": entry.text,
    })
}

/// What looks like a ticket: `{id, kind, title, reason}`, `kind` `duplicate` or `repeat`.
pub fn alike(all: &[Duplicate]) -> Json {
    let one = |one: &Duplicate| {
        json!({
            "id": one.ticket.id.as_str(),
            "kind": match one.kind {
                DuplicateKind::Duplicate => "duplicate",
                DuplicateKind::Repeat => "repeat",
            },
            "title": one.ticket.text(Key::Title),
            "reason": one.reason,
        })
    };
    Json::Array(all.iter().map(one).collect())
}

/// A problem of a file.
pub fn problem(problem: &Problem) -> Json {
    json!({
        "path": problem.path,
        "line": problem.place.map(|(line, _)| line),
        "column": problem.place.map(|(_, column)| column),
        "message": problem.message,
        "hint": problem.hint,
    })
}

/// Failures: `{"format": 1, "errors": [{"code", "message", "hint", "file", "line"}]}`, with a line
/// end. What is wrong with a file follows the failure that it is the reason of.
pub fn errors(errors: &[OpError]) -> String {
    let mut all = Vec::new();
    for error in errors {
        let hint = (!error.hints.is_empty()).then(|| error.hints.join("\n"));
        all.push(json!({
            "code": error.code,
            "message": error.message,
            "hint": hint,
            "file": null,
            "line": null,
        }));
        all.extend(error.problems.iter().map(|problem| {
            json!({
                "code": "problem",
                "message": problem.message,
                "hint": problem.hint,
                "file": problem.path,
                "line": problem.place.map(|(line, _)| line),
            })
        }));
    }
    whole(&json!({"format": 1, "errors": all}))
}

/// `{"format": 1, "<what>": […], "problems": […]}`, with a line end.
pub fn page(what: &str, items: Vec<Json>, problems: &[Problem]) -> String {
    pages(vec![(what, items)], problems)
}

/// A JSON document with lists of several kinds, and the problems.
pub fn pages(parts: Vec<(&str, Vec<Json>)>, problems: &[Problem]) -> String {
    let problems = problems.iter().map(problem).collect();
    let mut out = Map::new();
    out.insert("format".to_owned(), json!(1));
    for (what, items) in parts {
        out.insert(what.to_owned(), Json::Array(items));
    }
    out.insert("problems".to_owned(), Json::Array(problems));
    whole(&Json::Object(out))
}

/// The text of a JSON value, with a line end.
fn whole(value: &Json) -> String {
    // Outside of strings, JSON is plain ASCII.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut text = crate::view::sanitize::json(&text);
    text.push('\n');
    text
}
