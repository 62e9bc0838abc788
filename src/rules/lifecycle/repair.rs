//! What a hand left undone in a ticket file, written in: completed headings, and an entry by
//! `desk` for every tracked field whose front matter the log does not explain.
//!
//! All of it follows from the file alone, so that two clones repairing one file write the same
//! bytes.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use crate::model::entry::{Change, DERIVED, DRAWN, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key};
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::ticket::Ticket;
use crate::page::edit;
use crate::page::front_matter;
use crate::page::log::{derived_tag, sketched_time, write};
use crate::page::problem::Problem;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::replay::{self, Difference, Folded};
use crate::rules::lifecycle::tick_marks;

/// A file put in order, and what was done, a phrase each.
#[derive(Clone, Debug, Default)]
pub struct Repair {
    /// The new text, where it differs.
    pub text: Option<String>,
    /// `queue: service-desk -> network was missing from the log`.
    pub done: Vec<String>,
}

/// Puts a page in order. Local times in headings by hand are read in `zone`.
pub fn repair(page: &TicketPage, zone: Tz) -> Result<Repair, Box<Problem>> {
    repair_of(page, &replay::replay(&page.ticket.log), zone)
}

/// As [`repair`], of a page whose log was folded already.
pub fn repair_of(page: &TicketPage, folded: &Folded, zone: Tz) -> Result<Repair, Box<Problem>> {
    let mut repair = Repair::default();
    // Most are in order, which is seen without a copy.
    if is_in_order(page, folded) {
        return Ok(repair);
    }
    let mut page = complete_log(page, zone, &mut repair.done)?;
    for (field, value) in replay::disordered(&page.ticket) {
        let parts = front_matter::split(&page.path, &page.text)?;
        // A list in a form that cannot be edited stays as it is.
        let Ok(text) = edit::set(&page.text, &parts, &field, Some(&value)) else {
            continue;
        };
        page = reread(&page, text)?;
        let done = format!("`{field}` is in another order than the log");
        repair.done.push(done);
    }
    repair.text = (!repair.done.is_empty()).then_some(page.text);
    Ok(repair)
}

/// Whether nothing is to be written into a page.
fn is_in_order(page: &TicketPage, folded: &Folded) -> bool {
    let ticket = &page.ticket;
    let mut done = Vec::new();
    page.entries.iter().all(|logged| logged.sketch.is_none())
        && derive_tags(page, &mut done).is_none()
        && add_created(page, &mut done).is_none()
        && in_order(page, &mut done).is_none()
        && replay::unlogged_in(ticket, folded).is_empty()
        && replay::disordered_in(ticket, folded).is_empty()
        && tick_marks::differences(ticket, None).is_empty()
}

/// A page with an entry for each field that a hand has changed since `committed`, the last version
/// that git has, and of which no entry ever spoke: from then on its log does.
pub fn log_by_hand(
    page: &TicketPage,
    committed: &Ticket,
    done: &mut Vec<String>,
) -> Result<Option<TicketPage>, Box<Problem>> {
    let folded = replay::replay(&page.ticket.log);
    let keys = committed.values.keys().chain(page.ticket.values.keys());
    let free = keys.filter(|field| {
        let fixed = [Key::Id, Key::Created, Key::SourceName, Key::SourceId];
        let is_fixed = matches!(field, Field::Known(key) if fixed.contains(key));
        !is_fixed && !field.is_tracked() && !folded.spoken.contains(field)
    });
    let fields: BTreeSet<Field> = free.cloned().collect();
    let mut found = None;
    for field in fields {
        let page = found.as_ref().unwrap_or(page);
        let (folded, stated) = (committed.values.get(&field), page.ticket.values.get(&field));
        if folded == stated || replay::how(folded, stated, field.kind()).is_none() {
            continue;
        }
        let difference = Difference {
            folded: folded.cloned(),
            stated: stated.cloned(),
            field,
        };
        let entry = edit_entry(page, &difference);
        let Change { field, how } = &entry.changes[0];
        let change = crate::page::entry_value::write_change(how);
        done.push(format!("a hand changed `{field}: {change}`"));
        let text = edit::append(&page.text, &write(&entry));
        found = Some(reread(page, text)?);
    }
    Ok(found)
}

fn reread(page: &TicketPage, text: String) -> Result<TicketPage, Box<Problem>> {
    ticket::read(page.ticket.id, text)
}

/// A page whose log explains its front matter and its marks, and is in order: what each page is
/// brought to before two are merged. What was done is added to `done`, a phrase each.
pub fn complete_log(
    page: &TicketPage,
    zone: Tz,
    done: &mut Vec<String>,
) -> Result<TicketPage, Box<Problem>> {
    let mut page = page.clone();
    if let Some(text) = complete_headings(&page, zone, done) {
        page = reread(&page, text)?;
    }
    if let Some(text) = derive_tags(&page, done) {
        page = reread(&page, text)?;
    }
    if let Some(text) = add_created(&page, done) {
        page = reread(&page, text)?;
    }
    if let Some(text) = in_order(&page, done) {
        page = reread(&page, text)?;
    }
    // An entry may settle other fields too: a status ends what only a pending ticket has.
    let mut written = BTreeSet::new();
    while let Some(difference) = replay::unlogged(&page.ticket)
        .into_iter()
        .find(|difference| written.insert(difference.field.clone()))
    {
        if page
            .ticket
            .log
            .last()
            .is_some_and(|last| last.at == Moment::LAST)
        {
            let span = page
                .entries
                .last()
                .map_or(0..0, |last| last.heading.clone());
            let message = "no entry can come after the end of the year 9999";
            let problem = Problem::at(&page.path, &page.text, span, message);
            return Err(Box::new(problem.hint("put the time of this entry right")));
        }
        let entry = edit_entry(&page, &difference);
        let Change { field, how } = &entry.changes[0];
        let change = crate::page::entry_value::write_change(how);
        done.push(format!("the log lacks `{field}: {change}`"));
        let text = edit::append(&page.text, &write(&entry));
        page = reread(&page, text)?;
    }
    let marks: Vec<(String, String)> = tick_marks::differences(&page.ticket, None)
        .into_iter()
        .map(|(step, done)| (tick_marks::word(done).to_owned(), step))
        .collect();
    if !marks.is_empty() {
        let about = marks.iter().flat_map(|(word, step)| [word.as_str(), step]);
        let entry = own_entry(&page, &about.collect::<Vec<_>>());
        for (word, step) in &marks {
            done.push(format!("the log lacks `{word}: {step}`"));
        }
        let entry = Entry {
            attributes: marks,
            ..entry
        };
        let text = edit::append(&page.text, &write(&entry));
        page = reread(&page, text)?;
    }
    Ok(page)
}

/// The text of a page with its incomplete headings completed, where there are any that can be.
pub fn headings(page: &TicketPage, zone: Tz) -> Option<String> {
    complete_headings(page, zone, &mut Vec::new())
}

/// The `desk edit` entry that explains a hand edit.
fn edit_entry(page: &TicketPage, difference: &Difference) -> Entry {
    let Difference {
        field,
        folded,
        stated,
    } = difference;
    let how = replay::how(folded.as_ref(), stated.as_ref(), field.kind()).unwrap_or(
        crate::model::entry::How::Set {
            old: None,
            new: None,
        },
    );
    let change = Change {
        field: field.to_string(),
        how,
    };
    let written = crate::page::entry_value::write_change(&change.how);
    let entry = own_entry(page, &[&change.field, &written]);
    Entry {
        changes: vec![change],
        ..entry
    }
}

/// A `desk edit` entry behind the last of a page, that is known by what it tells of.
fn own_entry(page: &TicketPage, about: &[&str]) -> Entry {
    let ticket = &page.ticket;
    let last = ticket.log.last();
    let before = last.map(Entry::identity).unwrap_or_default();
    let parts: Vec<&str> = [ticket.id.as_str()]
        .into_iter()
        .chain(about.iter().copied())
        .chain([before.as_str()])
        .collect();
    Entry {
        at: last.map_or_else(|| start(page), |entry| entry.at.next()),
        by: Handle::desk(),
        kind: EntryKind::Edit,
        tag: derived_tag(&parts, DERIVED),
        attributes: Vec::new(),
        changes: Vec::new(),
        text: String::new(),
    }
}

/// When a ticket began: its key, its first entry, or the month of its id.
fn start(page: &TicketPage) -> Moment {
    let month = || {
        format!("{}-01T00:00:00Z", page.ticket.id.folder())
            .parse()
            .ok()
    };
    let fallback = Moment::epoch;
    page.ticket
        .created()
        .or_else(month)
        .unwrap_or_else(fallback)
}

fn complete_headings(page: &TicketPage, zone: Tz, done: &mut Vec<String>) -> Option<String> {
    let mut text = String::with_capacity(page.text.len() + 64);
    let mut before: Option<Entry> = None;
    let mut copied = 0;
    for logged in &page.entries {
        let mut entry = logged.entry.clone();
        if let Some(sketch) = &logged.sketch {
            let known = sketch.by.is_some() && sketch.kind.is_some();
            if known {
                entry.at = sketched_time(sketch, before.as_ref(), Some(zone));
                if before
                    .as_ref()
                    .is_some_and(|before| sketch.at.is_none() && before.at >= entry.at)
                {
                    entry.at = before.as_ref().map_or(entry.at, |before| before.at.next());
                }
                let old = &page.text[logged.heading.clone()];
                text.push_str(&page.text[copied..logged.heading.start]);
                text.push_str(&entry.heading());
                copied = logged.heading.end;
                done.push(format!("the heading `{old}` is incomplete"));
            }
        }
        before = Some(entry);
    }
    (copied > 0).then(|| text + &page.text[copied..])
}

/// Tags that are neither drawn nor derived, and drawn ones of entries that no person wrote, made
/// from the heading that they stand in.
fn derive_tags(page: &TicketPage, done: &mut Vec<String>) -> Option<String> {
    let mut text = String::with_capacity(page.text.len() + 64);
    let mut copied = 0;
    for logged in page.entries.iter().filter(|logged| logged.sketch.is_none()) {
        let entry = &logged.entry;
        let own = entry.by.is_desk() || entry.is_imported();
        if entry.is_derived() || entry.tag.len() == DRAWN && !own {
            continue;
        }
        let old = &page.text[logged.heading.clone()];
        let tag = derived_tag(&[page.ticket.id.as_str(), old], DERIVED);
        let derived = Entry {
            tag,
            ..entry.clone()
        };
        text.push_str(&page.text[copied..logged.heading.start]);
        text.push_str(&derived.heading());
        copied = logged.heading.end;
        done.push(format!(
            "the tag of the heading `{old}` is not a derived one"
        ));
    }
    (copied > 0).then(|| text + &page.text[copied..])
}

fn add_created(page: &TicketPage, done: &mut Vec<String>) -> Option<String> {
    if page
        .ticket
        .log
        .iter()
        .any(|entry| entry.kind == EntryKind::Created)
    {
        return None;
    }
    let ticket = &page.ticket;
    // What the first changes say the fields were before them, else what they are.
    let mut first = ticket.clone();
    for key in Key::tracked().filter(|key| !key.kind().is_list()) {
        let change = ticket.log.iter().find_map(|entry| entry.change(key.path()));
        if let Some(change) = change {
            match change.old_value() {
                Some(old) => first
                    .values
                    .insert(Field::Known(key), replay::read_value(key.kind(), old)),
                None => first.values.remove(&Field::Known(key)),
            };
        }
    }
    for key in Key::tracked().filter(|key| key.kind().is_list()) {
        if ticket
            .log
            .iter()
            .any(|entry| entry.change(key.path()).is_some())
        {
            first.values.remove(&Field::Known(key));
        }
    }
    let (attributes, changes) = replay::first_values(&first);
    let mut at = start(page);
    if let Some(earliest) = ticket
        .log
        .first()
        .map(|entry| entry.at)
        .filter(|first| *first <= at)
    {
        at = Moment::from_millis(earliest.millis() - 1).unwrap_or(at);
    }
    let tag = derived_tag(&[ticket.id.as_str(), "created", &at.to_string()], DERIVED);
    let entry = Entry {
        at,
        by: Handle::desk(),
        kind: EntryKind::Created,
        tag,
        attributes,
        changes,
        text: String::new(),
    };
    done.push("the log has no `created` entry".to_owned());
    let split = page
        .entries
        .first()
        .map_or(page.text.len(), |first| first.span.start);
    let nl = front_matter::newline(&page.text);
    let mut text = edit::append(&page.text[..split], &write(&entry));
    if split < page.text.len() {
        text.push_str(nl);
        text.push_str(&page.text[split..]);
    }
    Some(text)
}

fn in_order(page: &TicketPage, done: &mut Vec<String>) -> Option<String> {
    let text = sorted(page)?;
    done.push("the log is out of order".to_owned());
    Some(text)
}

/// The text of a page whose log is out of order, with its entries in order; nothing else of them
/// changes.
pub fn sorted(page: &TicketPage) -> Option<String> {
    let key = |entry: &Entry| (entry.at, entry.heading());
    if page.entries.is_sorted_by_key(|logged| key(&logged.entry)) {
        return None;
    }
    let mut entries: Vec<_> = page.entries.iter().collect();
    entries.sort_by_cached_key(|logged| key(&logged.entry));
    let first = page.entries.first()?.span.start;
    let mut text = page.text[..first].to_owned();
    let nl = front_matter::newline(&page.text);
    for logged in entries {
        let block = page.text[logged.span.clone()].trim_end_matches(['\n', '\r']);
        edit::gap(&mut text, nl);
        text.push_str(block);
    }
    text.push_str(nl);
    Some(text)
}
