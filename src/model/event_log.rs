//! The events of a ticket's log.

use crate::model::corrections::ReadLog;
use crate::model::entry::{Change, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::counting;
use crate::model::event::{Contact, NEXT, PlannedDate, SAID, WITHDRAWN, WORKAROUND, is_automatic};
use crate::model::event_table::{EventCode, EventEncoder, EventRow, Stand, TicketEvents};
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::person::DESK;
use crate::model::status::{Channel, Outcome, Status, TicketType, Waiting};
use crate::model::template::TEMPLATE;
use crate::model::ticket::Ticket;
use crate::model::told::TOLD;
use crate::model::undelivered::Undelivered;
use crate::model::work_time;

/// The events of a ticket, in the order of time. What its front matter says and its log does not
/// counts from the log's end, and from the beginning where there is no log.
pub fn of(ticket: &Ticket) -> TicketEvents {
    let mut encoder = EventEncoder::default();
    let log = ReadLog::of(&ticket.log);
    write(&log, &mut encoder);
    let desk = encoder.word(DESK);
    let begun = ticket.created().unwrap_or_else(Moment::epoch);
    let created = encoder
        .rows()
        .iter()
        .any(|row| matches!(row.what, EventCode::Created { .. }));
    if !created {
        let live = Channel::read(ticket.text(Key::Channel)).is_live();
        let row = EventRow::new(begun, desk, EventCode::Created { live });
        encoder.rows().push(row);
    }
    encoder.rows().sort_by_key(EventRow::seconds);
    // What is stated only in front counts from the last that is told.
    let last = encoder.rows().last().copied();
    let end = counting(&log)
        .last()
        .map(|(_, at)| *at)
        .max(last.map(|last| last.moment()));
    let at = if created { end.unwrap_or(begun) } else { begun };
    let text = |key: Key| ticket.maybe(key);
    let standing = StatusSoFar {
        status: text(Key::Status).map(str::to_owned),
        waiting: text(Key::WaitingOn).map(str::to_owned),
        until: ticket.moment(Key::Until).map(|until| until.to_string()),
    };
    let mut word = |key: Key| text(key).map(|word| encoder.word(word));
    let (code, queue, assignee) = (word(Key::Code), word(Key::Queue), word(Key::Assignee));
    let vendor = text(Key::VendorName).map(|word| encoder.word(word));
    let vendor = EventCode::Vendor(vendor);
    let priority = encoder.word(text(Key::Priority).unwrap_or_default());
    let in_front = ticket.get(Key::Planned).map(ToString::to_string);
    let planned = planned(in_front.as_deref());
    for stated in [
        encoder.kind(&ticket.kind()),
        EventCode::Priority(priority),
        EventCode::Code(code),
        EventCode::Queue(queue),
        EventCode::Assignee(assignee),
        vendor,
        planned,
        encoder.stand(&standing.stand()),
    ] {
        let same =
            |row: &&EventRow| std::mem::discriminant(&row.what) == std::mem::discriminant(&stated);
        let last = encoder.rows().iter().rev().find(same);
        let told_at = last.map(EventRow::moment);
        let reported = last.map(|row| row.what);
        let none = matches!(
            stated,
            EventCode::Code(None)
                | EventCode::Queue(None)
                | EventCode::Assignee(None)
                | EventCode::Vendor(None)
                | EventCode::Planned(None)
        );
        if reported != Some(stated) && !(reported.is_none() && none) {
            // What no entry but the first speaks of counts from the beginning: the last entry is
            // another one each time.
            let is_first = told_at.is_none_or(|told| told == begun.whole_second());
            let at = if is_first && (stated == planned || stated == vendor) {
                begun
            } else {
                at
            };
            encoder.rows().push(EventRow::new(at, desk, stated));
        }
    }
    encoder.rows().sort_by_key(EventRow::seconds);
    encoder.events()
}

/// The events of a log, in its order.
fn write(log: &ReadLog<'_>, encoder: &mut EventEncoder) {
    let bounced = Undelivered::of(log);
    let mut standing = StatusSoFar::default();
    // When the next word for callers of a work order was to come.
    let mut own_word: Option<Moment> = None;
    // `created` says what the ticket was at first, wherever it stands.
    let (first, rest): (Vec<_>, Vec<_>) = counting(log)
        .into_iter()
        .partition(|(entry, _)| entry.kind == EntryKind::Created);
    for (entry, at) in first.into_iter().chain(rest) {
        let by = encoder.word(entry.by.as_str());
        let before = encoder.rows().len();
        // What was said comes before what it changed: a reply counts before its pause.
        if entry.kind == EntryKind::Created {
            // What was recorded is no talk: nobody took the call.
            let live = entry.attribute("outcome") != Some("received")
                && entry
                    .attribute("channel")
                    .is_some_and(|channel| Channel::read(channel).is_live());
            encoder.add(at, by, EventCode::Created { live });
        }
        if entry.kind == EntryKind::Contact {
            let contact = encoder.contact(&contact(entry, &bounced));
            encoder.add(at, by, contact);
        }
        if entry.by.as_str() == DESK && entry.kind != EntryKind::Edit {
            let (kind, tag) = (encoder.word(entry.kind.as_str()), encoder.word(&entry.tag));
            encoder.add(at, by, EventCode::Done { kind, tag });
        } else if entry.kind == EntryKind::Escalate {
            encoder.add(at, by, EventCode::Escalated);
        } else if entry.kind == EntryKind::Intake {
            encoder.add(at, by, EventCode::Intake);
        } else if is_correction(entry) {
            encoder.add(at, by, EventCode::Corrected);
        }
        let first = |field: &str| {
            (entry.kind == EntryKind::Created)
                .then(|| entry.attribute(field))
                .flatten()
        };
        let value = |field: &str| match entry.change(field) {
            Some(change) => Some(change.new_value()),
            None => first(field).map(Some),
        };
        if let Some(kind) = value("type").flatten() {
            let kind = encoder.kind(&TicketType::read(kind));
            encoder.add(at, by, kind);
        }
        if let Some(priority) = value("priority") {
            let priority = encoder.word(priority.unwrap_or_default());
            encoder.add(at, by, EventCode::Priority(priority));
        }
        for field in ["code", "queue", "assignee", Key::VendorName.path()] {
            if let Some(word) = value(field) {
                let word = word.map(|word| encoder.word(word));
                let kept = match field {
                    "code" => EventCode::Code(word),
                    "queue" => EventCode::Queue(word),
                    field if field == Key::VendorName.path() => EventCode::Vendor(word),
                    _ => EventCode::Assignee(word),
                };
                encoder.add(at, by, kept);
            }
        }
        if let Some(day) = value(Key::Planned.path()) {
            encoder.add(at, by, planned(day));
        }
        if standing.take(
            &entry.changes,
            first("status"),
            first("waiting_on"),
            first("until"),
        ) {
            let stand = encoder.stand(&standing.stand());
            encoder.add(at, by, stand);
        }
        add_next(encoder, entry, (at, by), &mut own_word);
        add_worked(encoder, entry, (at, by));
        if encoder.rows().len() == before {
            encoder.add(at, by, EventCode::Other);
        }
    }
}

/// Adds the time that was noted in an entry.
fn add_worked(encoder: &mut EventEncoder, entry: &Entry, (at, by): (Moment, u32)) {
    if let Some(minutes) = work_time::minutes(entry) {
        let activity = work_time::activity(entry).map(|word| encoder.word(word));
        encoder.add(at, by, EventCode::Worked { minutes, activity });
    }
}

/// Whether the queue of an entry follows from a code that was corrected.
fn is_correction(entry: &Entry) -> bool {
    let corrects = entry.kind == EntryKind::Set || entry.attribute(TEMPLATE).is_some();
    corrects && entry.follows("queue") == Some(true)
}

/// The date of a planned event, as it is written; a text that is none is no date.
fn planned(text: Option<&str>) -> EventCode {
    EventCode::Planned(text.and_then(PlannedDate::read))
}

/// Adds when the writer of an entry will be in touch next. `own_word` is when the next word for callers
/// of a work order was to come, which its writer is reminded of until it is said.
fn add_next(
    encoder: &mut EventEncoder,
    entry: &Entry,
    (at, by): (Moment, u32),
    own_word: &mut Option<Moment>,
) {
    let is_word = entry.kind == EntryKind::Say;
    if let Some(next) = next(entry) {
        // Whoever takes over a shift takes over what its agent wanted to be reminded of.
        let whose = entry.attribute(TOLD);
        let whose = whose.filter(|_| entry.kind == EntryKind::Handover);
        let whose = whose.map_or(by, |whose| encoder.word(whose));
        encoder.add(at, whose, next);
        *own_word = next_time(entry).flatten().filter(|_| is_word);
    } else if is_word && own_word.is_some_and(|word| word <= at) {
        let said = EventCode::Next {
            promised: false,
            at: None,
        };
        encoder.add(at, by, said);
        *own_word = None;
    }
}

/// Whether the time of an entry's `next` is a promise: its writer spoke to the requester, or a word
/// on the work order promised it to all. Else it reminds the writer.
pub fn is_promise(entry: &Entry) -> bool {
    entry.attribute(SAID).is_some() || is_talk(entry)
}

/// Whether an entry is a communication in which a person of the desk and the requester were in touch,
/// whatever became of it later.
pub fn is_talk(entry: &Entry) -> bool {
    entry.kind == EntryKind::Contact && contact(entry, &Undelivered::default()).talked()
}

/// The time that an entry's `next` names, `Some(None)` where it withdraws one. A text that is no time
/// says nothing.
pub fn next_time(entry: &Entry) -> Option<Option<Moment>> {
    let text = entry.attribute(NEXT)?;
    let at: Option<Moment> = text.parse().ok();
    (at.is_some() || text == WITHDRAWN).then_some(at)
}

/// When the writer of an entry will be in touch next: a promise where they spoke to the requester.
fn next(entry: &Entry) -> Option<EventCode> {
    let at = next_time(entry)?;
    Some(EventCode::Next {
        promised: is_promise(entry),
        at: at.map(|at| at.millis().div_euclid(1_000)),
    })
}

fn contact(entry: &Entry, bounced: &Undelivered<'_>) -> Contact {
    let channel = entry.attribute("channel").unwrap_or_default();
    // What came back has reached nobody.
    let outcome = if bounced.has(entry) {
        Outcome::Bounced.as_str()
    } else {
        entry.attribute("outcome").unwrap_or_default()
    };
    let marked = |key: &str| entry.attribute(key) == Some("yes");
    let incoming = entry.attribute("direction") == Some("in");
    Contact {
        incoming,
        reached: Outcome::read(outcome).reached(),
        live: Channel::read(channel).is_live(),
        channel: Channel::read(channel),
        outcome: Outcome::read(outcome),
        minutes: work_time::minutes(entry).unwrap_or_default(),
        // What came by mail is written down by the program, and was written by a person.
        automatic: is_automatic(entry) || entry.by.as_str() == DESK && !incoming,
        workaround: marked(WORKAROUND),
    }
}

/// Where the ticket stands on the way through its log.
#[derive(Debug, Default)]
struct StatusSoFar {
    status: Option<String>,
    waiting: Option<String>,
    until: Option<String>,
}

impl StatusSoFar {
    /// Takes an entry in, and tells whether it moved anything. A status other than `pending` ends
    /// the other two, and they do not change without it.
    fn take(
        &mut self,
        changes: &[Change],
        status: Option<&str>,
        waiting: Option<&str>,
        until: Option<&str>,
    ) -> bool {
        let (mut moved, mut pending) = (false, false);
        for (name, first, own) in [
            ("status", status, &mut self.status),
            ("waiting_on", waiting, &mut self.waiting),
            ("until", until, &mut self.until),
        ] {
            let change = changes.iter().find(|change| change.field == name);
            let new = match change {
                Some(change) => Some(change.new_value()),
                None => first.map(Some),
            };
            if let Some(new) = new
                && (name == "status" || pending)
            {
                *own = new.map(str::to_owned);
                moved = true;
            }
            if name == "status" {
                pending = own.as_deref() == Some(Status::Pending.as_str());
            }
        }
        if !pending {
            (self.waiting, self.until) = (None, None);
        }
        moved
    }

    fn stand(&self) -> Stand {
        let status = Status::read(self.status.as_deref().unwrap_or_default());
        let pending = status == Status::Pending;
        Stand {
            waiting: self
                .waiting
                .as_deref()
                .filter(|_| pending)
                .map(Waiting::read),
            until: self
                .until
                .as_deref()
                .filter(|_| pending)
                .and_then(|until| until.parse().ok()),
            status,
        }
    }
}
