//! What is held on somebody: as a list before it goes, as a document to hand out.

use serde_json::{Value as Json, json};

use crate::model::field::Value;
use crate::model::id::TicketId;
use crate::ops::ticket::person_export::{PersonExport, entries};
use crate::ops::ticket::personal::{Held, HeldTicket, Named, OwnFile};
use crate::ops::ticket::retention::DueTicket;
use crate::rules::context::DeskContext;
use crate::rules::personal::{Found, Share};
use crate::view::json as page;
use crate::view::label::{fact_beside, joined};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::report::markdown::escaped;
use crate::view::sanitize::{line, text};
use crate::view::table::table;
use crate::view::words::count;

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// Columns of labels.
const LABEL: usize = 15;

/// What is held on a person, a line for each ticket.
pub fn held(held: &Held, paint: &Paint) -> String {
    let width = paint.width_up_to(MEASURE);
    let mut out = String::new();
    let known: Vec<&str> = held.known_by.iter().map(String::as_str).collect();
    fact_beside(&mut out, "person", LABEL, &joined(&known), paint, width);
    let own: Vec<String> = held
        .own
        .iter()
        .map(|one| format!("{} {}", one.what, line(&one.name)))
        .collect();
    fact_beside(
        &mut out,
        "in this clone",
        LABEL,
        &own.join(", "),
        paint,
        width,
    );
    let others: Vec<String> = held.others.iter().map(place).collect();
    fact_beside(
        &mut out,
        "stays in",
        LABEL,
        &others.join(", "),
        paint,
        width,
    );
    if held.tickets.is_empty() {
        return out;
    }
    let row = |one: &HeldTicket| -> Vec<PaintedText> {
        let whose = match one.share {
            Share::Own => "own",
            Share::Mentioned => "mentioned",
        };
        vec![
            (Role::Id, one.ticket.id.to_string()),
            (
                Role::Plain,
                line(one.ticket.text(crate::model::field::Key::Status)),
            ),
            (Role::Muted, whose.to_owned()),
            (Role::Plain, what(&one.found)),
        ]
    };
    let rows: Vec<Vec<PaintedText>> = held.tickets.iter().map(row).collect();
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&table(
        &["ticket", "status", "whose", "what"],
        &rows,
        &[],
        3,
        paint,
    ));
    out
}

/// Where a file names somebody, as editors and compilers tell places.
fn place(one: &Named) -> String {
    format!("{}:{}", line(&one.path), one.line)
}

fn stays(one: &Named) -> Json {
    json!({"path": one.path, "line": one.line})
}

/// What a ticket has, in words.
fn what(found: &Found) -> String {
    let fields = found.fields.iter().map(|field| line(field));
    let mut all: Vec<String> = fields.collect();
    if !found.entries.is_empty() {
        let entries = match found.entries.len() {
            1 => "1 entry".to_owned(),
            many => format!("{many} entries"),
        };
        all.push(entries);
    }
    if !found.attachments.is_empty() {
        all.push(count(found.attachments.len(), "file"));
    }
    all.join(", ")
}

/// What is held, for programs.
pub fn held_json(held: &Held) -> String {
    let ticket = |one: &HeldTicket| {
        json!({
            "id": one.ticket.id.to_string(),
            "own": one.share == Share::Own,
            "fields": one.found.fields,
            "entries": one.found.entries,
            "attachments": one.found.attachments,
        })
    };
    let mut parts = parts(held, ticket);
    parts.push(("stays", held.others.iter().map(stays).collect()));
    page::pages(parts, &held.problems)
}

/// What both say: by what the person is known, their tickets, and what this clone alone keeps.
fn parts(held: &Held, ticket: impl Fn(&HeldTicket) -> Json) -> Vec<(&'static str, Vec<Json>)> {
    let own = |one: &OwnFile| json!({"what": one.what, "name": one.name});
    let known_by = held.known_by.iter().map(|one| json!(one));
    vec![
        ("known_by", known_by.collect()),
        ("tickets", held.tickets.iter().map(ticket).collect()),
        ("clone", held.own.iter().map(own).collect()),
    ]
}

/// What to say beside it.
pub fn remarks(held: &Held, yes: bool) -> Vec<String> {
    let mut all = Vec::new();
    if held.tickets.is_empty() && held.own.is_empty() {
        all.push("nothing is held on them".to_owned());
    } else if !yes {
        all.push("nothing was written; with --yes it is redacted for good".to_owned());
    }
    if !held.others.is_empty() {
        all.push(
            "what `stays in` lists is no ticket: take the name out by hand, in articles with \
             `desk kb edit ID`, else with an editor and a commit"
                .to_owned(),
        );
    }
    all
}

/// Tickets that are due to lose their person.
pub fn due(all: &[DueTicket], paint: &Paint) -> String {
    if all.is_empty() {
        return String::new();
    }
    let row = |one: &DueTicket| -> Vec<PaintedText> {
        vec![
            (Role::Id, one.ticket.id.to_string()),
            (Role::Plain, paint.time(one.over)),
            (Role::Plain, paint.time(one.due)),
            (Role::Plain, what(&one.found)),
        ]
    };
    let rows: Vec<Vec<PaintedText>> = all.iter().map(row).collect();
    table(
        &["ticket", "over since", "due", "what"],
        &rows,
        &[],
        3,
        paint,
    )
}

/// Tickets that are due, for programs.
pub fn due_json(all: &[DueTicket]) -> String {
    let ticket = |one: &DueTicket| {
        json!({
            "id": one.ticket.id.to_string(),
            "over": one.over.to_string(),
            "due": one.due.to_string(),
            "fields": one.found.fields,
            "entries": one.found.entries,
            "attachments": one.found.attachments,
        })
    };
    page::page("tickets", all.iter().map(ticket).collect(), &[])
}

/// What to say beside it.
pub fn due_remark(all: &[DueTicket], yes: bool) -> Option<String> {
    match (all.is_empty(), yes) {
        (true, _) => Some("no ticket is due".to_owned()),
        (false, false) => {
            Some("nothing was written; with --yes pseudonyms stand there for good".to_owned())
        }
        (false, true) => None,
    }
}

/// All that is held on a person, as a document.
pub fn markdown(export: &PersonExport, paint: &Paint) -> String {
    let held = &export.held;
    let name = held.known_by.first().map_or("", String::as_str);
    let mut out = format!("# What is held on {}\n\n", escaped(name));
    for one in &held.known_by {
        out.push_str(&format!("- {}\n", escaped(one)));
    }
    for one in &held.tickets {
        ticket(&mut out, one, paint);
    }
    let mut list = |title: &str, all: Vec<String>| {
        if !all.is_empty() {
            out.push_str(&format!("\n## {title}\n\n"));
            for one in all {
                out.push_str(&format!("- {}\n", escaped(&one)));
            }
        }
    };
    let own = held
        .own
        .iter()
        .map(|one| format!("{}: {}", one.what, one.name));
    list("In this clone alone", own.collect());
    list(
        "Other files that name them",
        held.others.iter().map(place).collect(),
    );
    out
}

fn ticket(out: &mut String, one: &HeldTicket, paint: &Paint) {
    let ticket = &one.ticket;
    out.push_str(&format!(
        "\n## {} {}\n\n",
        ticket.id,
        escaped(ticket.title())
    ));
    let is_own = one.share == Share::Own;
    if !is_own {
        out.push_str("The ticket is somebody else's; this is what names them.\n\n");
    }
    for (field, value) in &ticket.values {
        let name = field.to_string();
        if (is_own || one.found.fields.contains(&name))
            && !matches!(value, Value::List(all) if all.is_empty())
        {
            out.push_str(&format!(
                "- {}: {}\n",
                escaped(&name),
                escaped(&value.to_string())
            ));
        }
    }
    let described = is_own || one.found.fields.iter().any(|field| field == "description");
    if described && !ticket.description.trim().is_empty() {
        out.push_str(&format!("\n{}\n", quoted(&ticket.description)));
    }
    for entry in entries(one) {
        let (at, by, kind) = (paint.time(entry.at), entry.by.as_str(), entry.kind.as_str());
        out.push_str(&format!("\n### {at} {by} {kind}\n\n"));
        for (key, value) in &entry.attributes {
            out.push_str(&format!("- {}: {}\n", escaped(key), escaped(value)));
        }
        for change in &entry.changes {
            let how = crate::page::entry_value::write_change(&change.how);
            out.push_str(&format!(
                "- {}: {}\n",
                escaped(&change.field),
                escaped(&how)
            ));
        }
        if !entry.text.is_empty() {
            out.push_str(&format!("\n{}\n", quoted(&entry.text)));
        }
    }
}

/// A text as a quotation, so that nothing in it is a heading of ours.
fn quoted(said: &str) -> String {
    let lines = said
        .trim_end()
        .lines()
        .map(|one| format!("> {}", text(one)).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// All that is held on a person, for programs.
pub fn json(export: &PersonExport, context: DeskContext<'_>) -> String {
    let held = &export.held;
    let ticket = |one: &HeldTicket| -> Json {
        if one.share == Share::Own {
            return page::ticket(
                &one.ticket,
                crate::rules::merge::is_in_conflict(&one.ticket),
                context,
            );
        }
        let mut fields = serde_json::Map::new();
        for field in &one.found.fields {
            let value = match field.as_str() {
                "description" => Some(one.ticket.description.clone()),
                name => name.parse().ok().and_then(|name| {
                    Some(
                        one.ticket
                            .values
                            .get::<crate::model::field::Field>(&name)?
                            .to_string(),
                    )
                }),
            };
            fields.insert(field.clone(), json!(value));
        }
        let entries: Vec<Json> = entries(one).into_iter().map(page::entry).collect();
        json!({"id": one.ticket.id.to_string(), "own": false, "fields": fields, "entries": entries})
    };
    let file = |(id, file): &(TicketId, String)| json!({"ticket": id.to_string(), "name": file});
    let mut parts = parts(held, ticket);
    parts.push(("files", export.files.iter().map(file).collect()));
    parts.push(("others", held.others.iter().map(stays).collect()));
    page::pages(parts, &held.problems)
}
