//! What came of an import.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::model::entry::{Change, How};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::settings::Settings;
use crate::ops::data::import::ImportOutcome;
use crate::ops::data::import_json::Restored;
use crate::ops::data::import_told::TicketsTold;
use crate::rules::import::Odd;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::count;

/// So many entries of a ticket are shown before an import.
const ENTRIES_SHOWN: usize = 6;

/// A few lines for people.
pub fn summary(done: &ImportOutcome, dry_run: bool, paint: &Paint) -> String {
    let verb = if dry_run { "would import" } else { "imported" };
    // Of a row that is a ticket come several entries.
    let what = match &done.tickets {
        Some(_) => count(done.entries, "entry").replace("entrys", "entries"),
        None => count(done.entries, "row"),
    };
    let mut out = format!(
        "{} {what} from {}: {}\n",
        paint.role(Role::Good, verb),
        done.source,
        [
            count(done.made, "new ticket"),
            format!("{} extended", done.extended),
            format!("{} as they were", done.same),
        ]
        .join(", ")
    );
    if done.files > 0 {
        out.push_str(&format!("  attached: {}\n", count(done.files, "file")));
    }
    let [agents, queues, codes] = done.added;
    if agents + queues + codes > 0 {
        out.push_str(&format!(
            "  added to the settings, retired: {}, {}, {}\n",
            count(agents, "person").replace("persons", "people"),
            count(queues, "queue"),
            count(codes, "code")
        ));
    }
    if done.in_retired_queues > 0 {
        out.push_str(&format!(
            "  open in retired queues: {}; desk list is:retired-queue source:{} lists them\n",
            count(done.in_retired_queues, "ticket"),
            done.source
        ));
    }
    if let Some(told) = done.tickets.as_ref().filter(|_| !dry_run) {
        out.push_str(&about(told));
    }
    let left_out = done.odd.iter().filter(|odd| odd.is_left_out()).count();
    if !done.odd.is_empty() {
        out.push_str(&format!(
            "  odd: {}, {} left out\n",
            count(done.odd.len(), "remark"),
            count(left_out, "row")
        ));
    }
    out
}

/// What an import of events did, in JSON.
pub fn json(done: &ImportOutcome, log: &str) -> Value {
    let odd = |odd: &Odd| json!({"line": odd.line, "message": odd.why.to_string(), "left_out": odd.is_left_out()});
    json!({
        "source": done.source,
        "log": log,
        "rows": done.rows,
        "rows_written": done.entries,
        "tickets_new": done.made,
        "tickets_extended": done.extended,
        "tickets_same": done.same,
        "attachments": done.files,
        "agents_added": done.added[0],
        "queues_added": done.added[1],
        "codes_added": done.added[2],
        "open_in_retired_queues": done.in_retired_queues,
        "odd": done.odd.iter().map(odd).collect::<Vec<_>>(),
        "unreadable": done.unreadable,
        "system": done.tickets.as_ref().and_then(|told| told.system.as_deref()),
        "notes": done.tickets.as_ref().map(|told| &told.notes[..]).unwrap_or_default(),
        "columns_not_in_map": done.tickets.as_ref().map(|told| &told.strange[..]).unwrap_or_default().iter()
            .map(|(name, samples)| json!({"name": name, "samples": samples})).collect::<Vec<_>>(),
        "columns_not_in_file": done.tickets.as_ref().map(|told| &told.lacking[..]).unwrap_or_default(),
    })
}

/// Remarks on rows, a line each; those that say the same stand together, where the first is.
pub fn remarks(log: &str, noun: &str, all: &[Odd]) -> Vec<String> {
    let mut groups: Vec<(&Odd, usize)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for odd in all {
        let kind = odd.why.kind();
        if let Some(at) = places.get(&kind) {
            groups[*at].1 += 1;
        } else {
            places.insert(kind, groups.len());
            groups.push((odd, 1));
        }
    }
    groups
        .into_iter()
        .map(|(first, times)| match (times, first.line) {
            (_, 0) => format!("{log}: {}", first.why),
            (1, line) => format!("{log}:{line}: {}", first.why),
            (_, line) => format!("{log}: {times} × {}, first at {noun} {line}", first.why),
        })
        .collect()
}

/// What is to be known of an export whose rows are tickets.
fn about(told: &TicketsTold) -> String {
    let mut out = String::new();
    for note in &told.notes {
        out.push_str(&format!("  {}\n", line(note)));
    }
    if !told.lacking.is_empty() {
        let names: Vec<String> = told
            .lacking
            .iter()
            .map(|name| format!("`{}`", line(name)))
            .collect();
        out.push_str(&format!(
            "  columns of the map that the file lacks: {}\n",
            names.join(", ")
        ));
    }
    if !told.strange.is_empty() {
        out.push_str("  columns that no map names, with some of what they hold:\n");
        for (name, samples) in &told.strange {
            out.push_str(&format!(
                "    {}: {}\n",
                line(name),
                line(&samples.join(" | "))
            ));
        }
    }
    out
}

/// The first tickets of an export, as they would be.
pub fn preview(told: &TicketsTold, settings: &Settings, paint: &Paint) -> String {
    let mut out = String::new();
    if let Some(system) = &told.system {
        out.push_str(&format!("read by the map for {system}\n"));
    }
    out.push_str(&about(told));
    for ticket in &told.first {
        out.push_str(&format!(
            "\n{} {}\n",
            paint.role(Role::Id, &line(ticket.text(Key::SourceId))),
            line(ticket.text(Key::Title))
        ));
        let fields = [
            Key::Status,
            Key::WaitingOn,
            Key::Priority,
            Key::Queue,
            Key::Assignee,
            Key::Code,
            Key::Channel,
            Key::RequesterName,
            Key::RequesterEmail,
            Key::Tags,
        ];
        let values = fields
            .into_iter()
            .filter_map(|key| Some((key, ticket.get(key)?.to_string())));
        let values: Vec<String> = values
            .map(|(key, value)| format!("{}: {value}", key.path()))
            .collect();
        for line in textwrap::wrap(&line(&values.join(" · ")), 76) {
            out.push_str(&format!("    {line}\n"));
        }
        for entry in ticket.log.iter().take(ENTRIES_SHOWN) {
            let at = entry.at.in_zone(&settings.zone).format("%Y-%m-%d %H:%M");
            let what = entry.text.lines().next().map_or_else(
                || {
                    entry
                        .changes
                        .iter()
                        .filter(|_| entry.kind != EntryKind::Created)
                        .map(change)
                        .collect::<Vec<_>>()
                        .join(", ")
                },
                |first| first.chars().take(40).collect(),
            );
            let what = line(&what);
            out.push_str(format!("    {at}  {:<8} {:<12} {what}", entry.kind, entry.by).trim_end());
            out.push('\n');
        }
        let more = ticket.log.len().saturating_sub(ENTRIES_SHOWN);
        if more > 0 {
            out.push_str(&format!("    and {more} more\n"));
        }
    }
    if !told.first.is_empty() {
        out.push('\n');
    }
    out
}

fn change(change: &Change) -> String {
    match &change.how {
        How::Set { new, .. } => format!("{}: {}", change.field, new.as_deref().unwrap_or("(none)")),
        How::Elements { added, .. } => format!("{}: {}", change.field, added.join(", ")),
    }
}

/// That a map was written.
pub fn map_written(path: &str, system: Option<&str>) -> String {
    let of = system.map_or_else(String::new, |system| format!(" for {system}"));
    format!("wrote the map{of} to {path}: change it, then give it with --map\n")
}

/// What came of bringing an export in.
pub fn restored_summary(done: &Restored, dry_run: bool) -> String {
    let made = count(done.made.len(), "ticket");
    let verb = if dry_run {
        "would bring in"
    } else {
        "brought in"
    };
    let same = match done.same {
        0 => String::new(),
        n => format!(", {n} there already"),
    };
    let files = match done.files {
        0 => String::new(),
        n => format!(", {}", count(n, "attachment")),
    };
    let hidden = match done.in_retired_queues {
        0 => String::new(),
        n => format!(
            "  open in retired queues: {}; desk list is:retired-queue lists them\n",
            count(n, "ticket")
        ),
    };
    format!("{verb} {made}{files}{same}\n{hidden}")
}

/// What an import of exported tickets did, in JSON.
pub fn restored(done: &Restored, name: &str) -> Value {
    let made: Vec<&str> = done.made.iter().map(TicketId::as_str).collect();
    json!({
        "file": name,
        "made": made,
        "same": done.same,
        "open_in_retired_queues": done.in_retired_queues,
        "attachments": done.files,
        "attachments_missing": done.without,
    })
}
