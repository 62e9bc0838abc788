//! Tickets of an import taken back, and brought back by importing anew.

use crate::model::cancelled_as::{AS, CancelledAs};
use crate::model::corrections::Corrections;
use crate::model::entry::{Change, DERIVED, Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::CLOCK;
use crate::model::field::{Key, Value};
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::page::edit::{EditError, append_to, set};
use crate::page::front_matter::{newline, split};
use crate::page::log::{derived_tag, write};
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::replay::{differences, replay};

/// Who gives the command of an import or of its undoing, when, and why.
#[derive(Clone, Copy, Debug)]
pub struct ImportAuthor<'t> {
    /// Whoever gives the command.
    pub by: &'t Handle,
    /// When.
    pub now: Moment,
    /// How far the last entry may be ahead of that before the writer's own time is noted.
    pub ahead: chrono::TimeDelta,
    /// Why; may be empty.
    pub text: &'t str,
}

/// Whether a log was taken back by [`take_back`], and not brought back since.
pub fn is_taken_back(ticket: &Ticket) -> bool {
    !takings(&ticket.log).is_empty()
}

/// The file of an imported ticket that is taken back: an `undo` of all entries that came in, and a
/// cancellation as a mistake. `None` where that was done.
pub fn take_back(page: &TicketPage, how: ImportAuthor<'_>) -> Result<Option<String>, EditError> {
    let log = &page.ticket.log;
    if is_taken_back(&page.ticket) {
        return Ok(None);
    }
    let corrections = Corrections::of(log);
    let standing = log.iter().enumerate().filter(|(place, entry)| {
        let about_itself = [EntryKind::Created, EntryKind::Import].contains(&entry.kind);
        entry.is_imported() && !about_itself && !corrections.is_undone(*place)
    });
    let of: Vec<String> = standing.map(|(_, entry)| entry.identity()).collect();
    let mut text = page.text.clone();
    let mut at = how.now;
    if !of.is_empty() {
        let undo = entry(&page.ticket, EntryKind::Undo, how, of)?;
        at = undo.at;
        append_to(&mut text, &write(&undo), newline(&page.text));
    }
    let undone = read(page, text.clone())?;
    let status = replay(&undone.ticket.log)
        .values
        .remove(&Key::Status.into());
    let mut cancel = entry(&undone.ticket, EntryKind::Cancel, how, Vec::new())?;
    cancel.at = cancel.at.max(at);
    cancel
        .attributes
        .insert(0, (AS.to_owned(), CancelledAs::Mistake.as_str().to_owned()));
    let status = status.as_ref().and_then(Value::as_text);
    let cancelled = Status::Cancelled.as_str();
    cancel
        .changes
        .push(Change::set(Key::Status.path(), status, Some(cancelled)));
    append_to(&mut text, &write(&cancel), newline(&page.text));
    folded(page, text).map(Some)
}

/// The file of a ticket that was taken back as it was before; `None` where it was not.
pub fn bring_back(page: &TicketPage, how: ImportAuthor<'_>) -> Result<Option<String>, EditError> {
    let of = takings(&page.ticket.log);
    if of.is_empty() {
        return Ok(None);
    }
    let undo = entry(&page.ticket, EntryKind::Undo, how, of)?;
    let mut text = page.text.clone();
    append_to(&mut text, &write(&undo), newline(&page.text));
    folded(page, text).map(Some)
}

/// The entries that take a log back and stand, by their identities.
fn takings(log: &[Entry]) -> Vec<String> {
    let corrections = Corrections::of(log);
    // What brings back is an `undo` with a derived tag, too, which names such entries alone.
    let takes = |entry: &Entry| match entry.kind {
        EntryKind::Cancel => entry.attribute("order").is_none() && entry.attribute(AS).is_some(),
        EntryKind::Undo => entry.values(OF).any(|of| !is_of_taking(of)),
        _ => false,
    };
    let all = log.iter().enumerate();
    let standing = all.filter(|(place, entry)| {
        entry.is_derived() && takes(entry) && !entry.is_imported() && !corrections.is_undone(*place)
    });
    standing.map(|(_, entry)| entry.identity()).collect()
}

fn is_of_taking(of: &str) -> bool {
    let kinds = [EntryKind::Undo, EntryKind::Cancel];
    kinds
        .iter()
        .any(|kind| of.starts_with(&format!("{kind} ^")))
}

/// An entry behind the log of a ticket, with a tag that follows from where the log ended: two clones that
/// do it at once do it once.
fn entry(
    ticket: &Ticket,
    kind: EntryKind,
    how: ImportAuthor<'_>,
    of: Vec<String>,
) -> Result<Entry, EditError> {
    let last = ticket.log.iter().max_by_key(|entry| entry.at);
    let (source, foreign) = (ticket.text(Key::SourceName), ticket.text(Key::SourceId));
    let identity = last.map(Entry::identity).unwrap_or_default();
    let parts = ["import", source, foreign, kind.as_str(), &identity];
    let mut attributes: Vec<(String, String)> = Vec::new();
    let behind = last.map(|entry| entry.at);
    if behind.is_some_and(|at| at.since(how.now) > how.ahead) {
        attributes.push((CLOCK.to_owned(), how.now.to_string()));
    }
    attributes.extend(of.into_iter().map(|of| (OF.to_owned(), of)));
    let at = match behind {
        Some(Moment::LAST) => return Err(EditError::EndOfTime),
        Some(behind) => how.now.whole_second().max(behind.next()),
        None => how.now.whole_second(),
    };
    Ok(Entry {
        at,
        by: how.by.clone(),
        tag: derived_tag(&parts, DERIVED),
        kind,
        attributes,
        changes: Vec::new(),
        text: how.text.to_owned(),
    })
}

fn read(page: &TicketPage, text: String) -> Result<TicketPage, EditError> {
    ticket::read(page.ticket.id, text).map_err(|_| EditError::Unreadable)
}

/// A text whose front matter is what its log folds to.
fn folded(page: &TicketPage, mut text: String) -> Result<String, EditError> {
    for one in differences(&read(page, text.clone())?.ticket) {
        let parts = split(&page.path, &text).map_err(|_| EditError::Unreadable)?;
        text = set(&text, &parts, &one.field, one.folded.as_ref())?;
    }
    Ok(text)
}
