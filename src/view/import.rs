//! What came of an import.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::model::entry::{Change, How};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::settings::Settings;
use crate::ops::data::import_json::Restored;
use crate::ops::data::import_notes::ImportNotes;
use crate::ops::data::import_outcome::ImportOutcome;
use crate::ops::data::import_undo::{StayingTicket, UndoneImport};
use crate::rules::import::Odd;
use crate::rules::import::mend::{CorrectedPart, KeptValue};
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
    out.push_str(&mended(done, dry_run));
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
    for note in &done.notes {
        out.push_str(&format!("  {}\n", line(note)));
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

/// What the map reads differently in tickets that were there.
fn mended(done: &ImportOutcome, dry_run: bool) -> String {
    let mending = &done.mending;
    let mut out = String::new();
    if mending.brought_back > 0 {
        let are = count(mending.brought_back, "ticket");
        out.push_str(&format!("  taken back before and there again: {are}\n"));
    }
    if mending.unmade > 0 && mending.tickets + done.extended > 0 {
        let stay = entries(mending.unmade);
        out.push_str(&format!(
            "  came in before, and this map does not make them: {stay}, as they are\n"
        ));
    }
    if mending.tickets == 0 {
        return out;
    }
    let verb = if dry_run {
        "would correct"
    } else {
        "corrected"
    };
    let entries = match mending.entries {
        0 => String::new(),
        n => format!("{} of ", entries(n)),
    };
    out.push_str(&format!(
        "  {verb} what the map reads differently: {entries}{}\n",
        count(mending.tickets, "ticket")
    ));
    let mut parts: Vec<(String, usize)> = by_name(&mending.parts).into_iter().collect();
    parts.sort_by_key(|(part, count)| (Reverse(*count), part.clone()));
    let width = parts.iter().map(|(_, count)| count.to_string().len()).max();
    for (part, count) in parts {
        let width = width.unwrap_or_default();
        out.push_str(&format!("    {count:>width$} × {}\n", line(&part)));
    }
    if !mending.kept.is_empty() {
        let all = mending.kept.len();
        let (is, values) = match all {
            1 => ("stays as it is", "value".to_owned()),
            _ => ("stay as they are", format!("{all} values")),
        };
        out.push_str(&format!("  changed by people since, {is}: {values}\n"));
        for (id, kept) in mending.kept.iter().take(KEPT) {
            let by = kept
                .by
                .as_deref()
                .map_or_else(String::new, |by| format!(", by {}", line(by)));
            let value = match (kept.field.as_str(), kept.value.as_str()) {
                ("description", _) => String::new(),
                (_, "") => " (none)".to_owned(),
                (_, value) => format!(" {}", line(value)),
            };
            out.push_str(&format!("    {id} {}{value}{by}\n", line(&kept.field)));
        }
        if all > KEPT {
            out.push_str(&format!(
                "    and {} more; --json has them all\n",
                all - KEPT
            ));
        }
    }
    if mending.could_begin_anew {
        out.push_str(&format!(
            "  nobody has written to a ticket of {0}: `desk import --undo {0}` and this import again\n  \
             would also take back the tickets that the mended map does not make\n",
            line(&done.source)
        ));
    }
    out
}

/// In how many entries each thing differs: fields and other facts of one name are one thing.
fn by_name(parts: &BTreeMap<CorrectedPart, usize>) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for (part, count) in parts {
        *all.entry(part.to_string()).or_default() += count;
    }
    all
}

/// The most values of people that are named.
const KEPT: usize = 20;

fn entries(n: usize) -> String {
    match n {
        1 => "1 entry".to_owned(),
        n => format!("{n} entries"),
    }
}

/// What came of taking an import back.
pub fn undone_summary(done: &UndoneImport, dry_run: bool, paint: &Paint) -> String {
    let verb = if dry_run {
        "would take back"
    } else {
        "took back"
    };
    let same = match done.same {
        0 => String::new(),
        n => format!(", {n} before"),
    };
    let mut out = format!(
        "{} {} from {}{same}\n",
        paint.role(Role::Good, verb),
        count(done.taken.len(), "ticket"),
        line(&done.source)
    );
    if !done.stay.is_empty() {
        let are = count(done.stay.len(), "ticket");
        let stays = if done.stay.len() == 1 {
            "stays"
        } else {
            "stay"
        };
        out.push_str(&format!("  {are} {stays}:\n"));
        for one in &done.stay {
            out.push_str(&format!(
                "    {}  {}: {}\n",
                one.id,
                line(&one.title),
                line(&one.why)
            ));
        }
    }
    if !done.taken.is_empty() {
        out.push_str("  importing anew brings back those that the map makes\n");
    }
    out
}

/// What taking an import back did, in JSON.
pub fn undone(done: &UndoneImport) -> Value {
    let stay =
        |one: &StayingTicket| json!({"id": one.id.as_str(), "title": one.title, "reason": one.why});
    let taken: Vec<&str> = done.taken.iter().map(TicketId::as_str).collect();
    json!({
        "source": done.source,
        "taken_back": taken,
        "taken_back_before": done.same,
        "stay": done.stay.iter().map(stay).collect::<Vec<_>>(),
    })
}

/// What an import of events did, in JSON.
pub fn json(done: &ImportOutcome, log: &str) -> Value {
    let odd = |odd: &Odd| json!({"line": odd.line, "message": odd.why.to_string(), "left_out": odd.is_left_out()});
    let parts = by_name(&done.mending.parts).into_iter();
    let mended: serde_json::Map<String, Value> =
        parts.map(|(part, count)| (part, json!(count))).collect();
    let kept = |(id, kept): &(TicketId, KeptValue)| json!({"id": id.as_str(), "field": kept.field, "value": kept.value, "by": kept.by});
    json!({
        "source": done.source,
        "log": log,
        "rows": done.rows,
        "rows_written": done.entries,
        "tickets_new": done.made,
        "tickets_extended": done.extended,
        "tickets_same": done.same,
        "attachments": done.files,
        "tickets_brought_back": done.mending.brought_back,
        "tickets_mended": done.mending.tickets,
        "entries_mended": done.mending.entries,
        "mended": mended,
        "entries_not_made": done.mending.unmade,
        "kept": done.mending.kept.iter().map(kept).collect::<Vec<_>>(),
        "could_begin_anew": done.mending.could_begin_anew,
        "agents_added": done.added[0],
        "queues_added": done.added[1],
        "codes_added": done.added[2],
        "open_in_retired_queues": done.in_retired_queues,
        "odd": done.odd.iter().map(odd).collect::<Vec<_>>(),
        "unreadable": done.unreadable,
        "system": done.tickets.as_ref().and_then(|told| told.system.as_deref()),
        "notes": done.tickets.as_ref().map_or(&done.notes[..], |told| &told.notes[..]),
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
fn about(told: &ImportNotes) -> String {
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
pub fn preview(told: &ImportNotes, settings: &Settings, paint: &Paint) -> String {
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
