//! `due`: every call, answer, update and resolution that is due or overdue.

use std::rc::Rc;

use crate::index::want::Want;
use crate::model::clocks::ClockKind;
use crate::model::field::{Key, Value};
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::unknown;
use crate::ops::core::values;
use crate::ops::mail::quarantine::{self, WaitingMail};
use crate::page::problem::Problem;
use crate::rules::absence;
use crate::rules::sla::clocks::promise::reminder;
use crate::rules::sla::clocks::{self, Clock, Keeping, Pressure, pressure};

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct DueRequest {
    /// Only what is due by then, as it was typed: `4h`, `3bd`, `friday`.
    pub within: Option<String>,
    /// Only this person's.
    pub of: Option<Handle>,
    /// Only of this queue.
    pub queue: Option<String>,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueKind {
    /// What a clock counts towards.
    Clock(ClockKind),
    /// To try again, as somebody wanted to be reminded.
    Reminder,
    /// To look again: what the ticket waits for should have come.
    Wait,
    /// To tell the requester that a work order solved it; nothing says by when.
    Tell,
}

impl DueKind {
    /// Whether it is to speak to the requester.
    pub fn is_call(self) -> bool {
        match self {
            Self::Wait | Self::Reminder | Self::Tell => true,
            Self::Clock(kind) => kind.is_call(),
        }
    }

    /// The words for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Clock(kind) => kind.title(),
            Self::Wait => "wait over",
            Self::Reminder => "reminder",
            Self::Tell => "tell",
        }
    }
}

/// One thing that is due.
#[derive(Clone, Debug)]
pub struct DueItem {
    /// The ticket.
    pub ticket: Rc<TicketSummary>,
    /// What.
    pub what: DueKind,
    /// When; of a call to tell, since when there is something to tell.
    pub due: Moment,
    /// How near that is.
    pub pressure: Pressure,
    /// The clock, where one asks for it.
    pub clock: Option<Clock>,
}

/// All that is due, the most urgent first.
#[derive(Clone, Debug, Default)]
pub struct DueList {
    /// Thing by thing; a ticket may stand here several times.
    pub items: Vec<DueItem>,
    /// What of mail waits in the quarantine of this clone.
    pub mail: Option<WaitingMail>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

impl DueList {
    /// How many are so near.
    pub fn count(&self, pressure: Pressure) -> usize {
        let items = self.items.iter();
        items.filter(|item| item.pressure == pressure).count()
    }
}

/// Looks at the open tickets. A clock that stands is not due: there is nothing to do about it.
pub fn due(desk: &Desk, request: &DueRequest, now: Moment) -> Result<DueList, OpError> {
    let until = request
        .within
        .as_deref()
        .map(|within| horizon(desk, within, now))
        .transpose()?;
    let queue = match &request.queue {
        Some(given) => {
            let queue = desk.settings.queue_named(given);
            let known = || desk.settings.queues.keys().map(String::as_str);
            Some(queue.ok_or_else(|| unknown("queue", given, known()))?)
        }
        None => None,
    };
    let mut found = desk.tickets(Want::Live);
    found.problems.extend(desk.dropped(&found.all));
    let mut due = DueList {
        mail: quarantine::glance(desk).filter(|_| request.queue.is_none()),
        problems: found.problems,
        ..DueList::default()
    };
    for ticket in found.all {
        let queue = queue.map(|queue| queue.name.as_str());
        if queue.is_none_or(|queue| queue == ticket.text(Key::Queue)) {
            look(
                desk,
                &Rc::new(ticket),
                request.of.as_ref(),
                until,
                now,
                &mut due,
            );
        }
    }
    let rank = |item: &DueItem| desk.settings.rank(item.ticket.text(Key::Priority));
    // What has passed goes by priority, what is to come by time.
    due.items.sort_by_cached_key(|item| {
        let late = item.pressure == Pressure::Overdue;
        let first = if late { rank(item) } else { 0 };
        (!late, first, item.due, rank(item), item.ticket.id)
    });
    Ok(due)
}

fn look(
    desk: &Desk,
    ticket: &Rc<TicketSummary>,
    of: Option<&Handle>,
    until: Option<Moment>,
    now: Moment,
    due: &mut DueList,
) {
    let context = desk.context(None, now);
    if let Some(tell) = &ticket.tell {
        let queue = ticket.text(Key::Queue);
        let stands_in = |me| absence::stands_in(&desk.settings, me, tell, queue, now);
        if of.is_none_or(|me| me.as_str() == tell || stands_in(me)) {
            due.items.push(DueItem {
                ticket: Rc::clone(ticket),
                what: DueKind::Tell,
                due: ticket.resolved.unwrap_or(ticket.updated),
                pressure: Pressure::AtRisk,
                clock: None,
            });
        }
        return;
    }
    let keeping = of.map_or(Keeping::All, |me| Keeping::of(ticket, me, context));
    let in_time = |at: Moment| until.is_none_or(|until| at <= until);
    let wanted = |what: DueKind, at: Moment| {
        let is_kept = match what {
            DueKind::Clock(clock) => keeping.keeps(ticket, clock),
            _ if keeping == Keeping::All => true,
            _ => what.is_call() && keeping != Keeping::Nothing,
        };
        is_kept && in_time(at)
    };
    let come = |at: Moment| {
        if at <= now {
            Pressure::Overdue
        } else {
            Pressure::Calm
        }
    };
    let mut push = |what: DueKind, at: Moment, pressure: Pressure, clock: Option<Clock>| {
        due.items.push(DueItem {
            ticket: Rc::clone(ticket),
            what,
            due: at,
            pressure,
            clock,
        });
    };
    for clock in clocks::all_of(ticket, context) {
        let what = DueKind::Clock(clock.kind);
        let Some(at) = clock.due.filter(|at| clock.runs() && wanted(what, *at)) else {
            continue;
        };
        push(what, at, pressure(&clock, context), Some(clock));
    }
    if let Some(Value::Moment(until)) = ticket.get(Key::Until)
        && wanted(DueKind::Wait, *until)
    {
        push(DueKind::Wait, *until, come(*until), None);
    }
    // A reminder is its writer's, whoever works by now.
    if ticket.status().is_open()
        && let Some((at, by)) = reminder(&ticket.events)
        && of.is_none_or(|me| me.as_str() == by)
        && in_time(at)
    {
        push(DueKind::Reminder, at, come(at), None);
    }
}

/// The end of a stretch from now on: `4h`, `3bd`, or a time as everywhere.
fn horizon(desk: &Desk, text: &str, now: Moment) -> Result<Moment, OpError> {
    let text = text.trim();
    let length = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains('-');
    let text = if length {
        format!("+{text}")
    } else {
        text.to_owned()
    };
    values::moment(desk, &text, now)
}
