//! The times at which the requester was promised to hear from the desk, and those at which somebody
//! wants to try again.
//!
//! Only what was said to the requester is a promise; `next` of an attempt that reached nobody, or of
//! a ticket that is made to wait, reminds its writer and stops nothing.

use chrono::TimeDelta;

use crate::model::event::EventKind;
use crate::model::event_table::TicketEvents;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::Category;
use crate::rules::sla::clocks::End;

/// One promised time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules::sla::clocks) struct Promise {
    /// When it was made.
    pub(in crate::rules::sla::clocks) start: Moment,
    /// The time that was said.
    pub(in crate::rules::sla::clocks) due: Moment,
    /// When and how it ended: by an outgoing word that reached the requester; by another time, a
    /// withdrawal or the end of the work.
    pub(in crate::rules::sla::clocks) end: Option<(Moment, End)>,
}

impl Promise {
    /// Until when an update may wait for it.
    fn holds_until(&self) -> Moment {
        self.end.map_or(self.due, |(end, _)| end.min(self.due))
    }
}

/// Takes in what happened, in the order of the log. At most one promise, the last, is open.
pub(in crate::rules::sla::clocks) fn take(
    promises: &mut Vec<Promise>,
    at: Moment,
    what: &EventKind<'_>,
) {
    let mut end = |how: End| {
        if let Some(open) = promises.last_mut().filter(|last| last.end.is_none()) {
            open.end = Some((at.max(open.start), how));
        }
    };
    match what {
        EventKind::Contact(contact) if !contact.incoming && contact.talked() => end(End::Done),
        EventKind::Next { at: None, .. } => end(End::Dropped),
        EventKind::Next {
            promised: true,
            at: Some(due),
        } => {
            end(End::Dropped);
            promises.push(Promise {
                start: at,
                due: *due,
                end: None,
            });
        }
        EventKind::Status { status, .. } if status.category() == Category::Done => {
            end(End::Dropped);
        }
        _ => {}
    }
}

/// When an update is due that would be due at `due` without promises: it waits for one that was made
/// before, never beyond `latest`.
pub(in crate::rules::sla::clocks) fn update_due(
    promises: &[Promise],
    due: Moment,
    latest: Option<Moment>,
) -> Moment {
    promises.iter().fold(due, |due, promise| {
        if promise.start > due {
            return due;
        }
        let until = promise.holds_until();
        due.max(latest.map_or(until, |latest| until.min(latest)))
    })
}

/// When somebody wants to be reminded of a ticket, and who: until they try again, the ticket moves, or
/// they say another time.
pub fn reminder(events: &TicketEvents) -> Option<(Moment, &str)> {
    let mut last = None;
    for event in events.iter() {
        match event.what {
            EventKind::Contact(contact) if !contact.incoming && !contact.automatic => last = None,
            EventKind::Status { .. } | EventKind::Next { at: None, .. } => last = None,
            EventKind::Next {
                promised: false,
                at: Some(at),
            } => last = Some((at, event.by.text)),
            _ => {}
        }
    }
    last
}

/// Whether the time has come at which an agent wanted to be reminded of a ticket.
pub fn is_reminded(events: &TicketEvents, agent: &Handle, now: Moment) -> bool {
    reminder(events).is_some_and(|(at, by)| by == agent.as_str() && at <= now)
}

/// The open time of a promise up to its time: plain time.
pub(in crate::rules::sla::clocks) fn whole(start: Moment, due: Moment) -> TimeDelta {
    due.since(start).max(TimeDelta::zero())
}
