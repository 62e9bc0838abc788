//! The dates of planned events: each is due twice, by a call on the working day before and by the
//! event itself on its day.
//!
//! Days open and close by the house's calendar. A day on which it is closed is due at its end.

use crate::model::clocks::{ClockKind, DueDay};
use crate::model::event::{EventKind, PlannedDate};
use crate::model::moment::Moment;
use crate::model::status::{Category, TicketType};
use crate::rules::context::DeskContext;
use crate::rules::sla::calendar;
use crate::rules::sla::clocks::{End, is_solved};

/// One date, from when it was set until it no longer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Term {
    date: PlannedDate,
    /// When it was set, or the work taken up again.
    start: Moment,
    /// Whether the requester was on the line then.
    told: bool,
    /// Whether the work was taken up again.
    again: bool,
    call: Option<(Moment, End)>,
    event: Option<(Moment, End)>,
}

impl Term {
    fn end(&mut self, at: Moment, call: End, event: End) {
        let at = at.max(self.start);
        self.call.get_or_insert((at, call));
        self.event.get_or_insert((at, event));
    }
}

/// The dates of a ticket's planned event, one after the other.
#[derive(Clone, Debug, Default)]
pub(in crate::rules::sla::clocks) struct PlannedEvents {
    terms: Vec<Term>,
    date: Option<PlannedDate>,
    is_done: bool,
    /// When the record was made on a live channel.
    live: Option<Moment>,
    /// When there first was no date any more.
    cleared: Option<Moment>,
}

/// A clock of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules::sla::clocks) struct PlannedClock {
    pub(in crate::rules::sla::clocks) kind: ClockKind,
    pub(in crate::rules::sla::clocks) start: Moment,
    pub(in crate::rules::sla::clocks) day: DueDay,
    pub(in crate::rules::sla::clocks) end: Option<(Moment, End)>,
}

impl PlannedEvents {
    /// Takes in what happened, in the order of the log.
    pub(in crate::rules::sla::clocks) fn take(&mut self, at: Moment, what: &EventKind<'_>) {
        match what {
            EventKind::Created { live: true } => self.live = Some(at),
            EventKind::Planned(date) => self.set(at, *date),
            EventKind::Contact(contact) if !contact.incoming && contact.talked() => {
                if let Some(open) = self.terms.last_mut() {
                    open.call.get_or_insert((at.max(open.start), End::Done));
                }
            }
            EventKind::Status { status, .. } if status.category() == Category::Done => {
                self.is_done = true;
                let how = if is_solved(status) {
                    End::Done
                } else {
                    End::Dropped
                };
                if let Some(open) = self.terms.last_mut() {
                    open.end(at, End::Dropped, how);
                }
            }
            EventKind::Status { .. } if self.is_done => {
                self.is_done = false;
                if let Some(date) = self.date {
                    self.begin(date, at, true);
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, at: Moment, date: Option<PlannedDate>) {
        if date == self.date {
            return;
        }
        self.date = date;
        if date.is_none() {
            self.cleared.get_or_insert(at);
        }
        if let Some(open) = self.terms.last_mut() {
            let how = if date.is_some() {
                End::Done
            } else {
                End::Dropped
            };
            open.end(at, End::Dropped, how);
        }
        if let Some(date) = date.filter(|_| !self.is_done) {
            self.begin(date, at, false);
        }
    }

    fn begin(&mut self, date: PlannedDate, start: Moment, again: bool) {
        self.terms.push(Term {
            date,
            start,
            told: self.live == Some(start),
            again,
            call: None,
            event: None,
        });
    }

    /// From when on a work order that began at a moment counts towards its resolution. One that was made
    /// for a date does not, unless the date was taken back: its event is its resolution.
    pub(in crate::rules::sla::clocks) fn worked_from(&self, begun: Moment) -> Option<Moment> {
        match self.terms.first() {
            Some(first) if first.start == begun => self.cleared,
            _ => Some(begun),
        }
    }

    /// The clocks of all dates. A work order has no requester to call, and a comment no work.
    pub(in crate::rules::sla::clocks) fn clocks(
        &self,
        of: &TicketType,
        context: DeskContext<'_>,
    ) -> Vec<PlannedClock> {
        let mut all = Vec::new();
        if *of == TicketType::Comment {
            return all;
        }
        for term in &self.terms {
            if *of != TicketType::WorkOrder {
                all.extend(call(term, context));
            }
            all.extend(event(term, context));
        }
        all
    }
}

/// The call on the working day before. Nothing is left to call for where that is over when the date
/// is set, or where it is set on that day with the requester on the line.
fn call(term: &Term, context: DeskContext<'_>) -> Option<PlannedClock> {
    let name = &context.settings.policy.calendar;
    let calendar = context.settings.calendars.get(name)?;
    let day = term.date.day(calendar.zone);
    let before = calendar::open_day_before(calendar, day, 1)?;
    let (opens, closes) = calendar::day(calendar, before)?;
    let is_needed = term.start < closes && !(term.told && term.start >= opens);
    is_needed.then(|| PlannedClock {
        kind: ClockKind::Call,
        start: term.start,
        day: DueDay {
            date: day,
            opens,
            closes,
            calendar: name.clone(),
        },
        end: term.call,
    })
}

/// The event on its day. Work that is taken up again after it is no event any more.
fn event(term: &Term, context: DeskContext<'_>) -> Option<PlannedClock> {
    let name = &context.settings.policy.calendar;
    let calendar = context.settings.calendars.get(name)?;
    let date = term.date.day(calendar.zone);
    let hours = calendar::day(calendar, date);
    let (opens, mut closes) = hours.or_else(|| calendar::whole_day(calendar, date))?;
    if let PlannedDate::Time(at) = term.date {
        closes = closes.max(at);
    }
    (!term.again || term.start < closes).then(|| PlannedClock {
        kind: ClockKind::Event,
        start: term.start,
        day: DueDay {
            date,
            opens,
            closes,
            calendar: name.clone(),
        },
        end: term.event,
    })
}
