//! What happened to tickets, each thing with where its ticket stood then.

use chrono::TimeDelta;

use crate::model::calendar::Calendar;
use crate::model::clocks::ClockKind;
use crate::model::event::{Contact, Event, What};
use crate::model::excerpt::Excerpt;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType, Waiting};
use crate::rules::calendar;
use crate::rules::clocks::{Rules, target};

/// Where a ticket stood.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Then<'e> {
    pub(super) status: Option<&'e Status>,
    pub(super) waiting: Option<&'e Waiting>,
    pub(super) kind: Option<&'e TicketType>,
    pub(super) priority: &'e str,
    pub(super) queue: &'e str,
    pub(super) agent: &'e str,
    pub(super) code: &'e str,
}

impl Then<'_> {
    pub(super) fn is_open(&self) -> bool {
        self.status.is_some_and(Status::is_open)
    }

    pub(super) fn is_solved(&self) -> bool {
        matches!(self.status, Some(Status::Resolved | Status::Closed))
    }
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed<'e> {
    /// The record was made; `live` on a live channel.
    Created { live: bool },
    /// It became resolved or closed, and was neither before; comments never do.
    Solved(Solved),
    /// It was resolved or closed, and is open again.
    Reopened,
    /// It became closed.
    Closed,
    /// It was cancelled or merged.
    Dropped,
    /// A communication with the requester.
    Contact(&'e Contact),
    /// It went from one queue to another.
    Moved {
        from: &'e str,
        back: bool,
        escalated: bool,
    },
    /// Management was told; the work stayed.
    Told,
    /// It went from one agent to another.
    Handed,
}

/// How long it took until a ticket was solved, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Solved {
    /// From its beginning, the time left out in which it was done already.
    pub(super) elapsed: i64,
    /// Open time of the calendar, pauses of the resolution clock left out.
    pub(super) worked: i64,
    /// Of `elapsed`, how long it waited for the requester.
    pub(super) customer: i64,
    /// How long it waited for anybody or anything else.
    pub(super) others: i64,
}

/// One deed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact<'e> {
    pub(super) at: Moment,
    /// The place of its ticket.
    pub(super) ticket: u32,
    pub(super) by: &'e str,
    pub(super) deed: Deed<'e>,
    /// Where the ticket stood after the entry.
    pub(super) then: Then<'e>,
}

/// A ticket at an instant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Still<'e> {
    pub(super) ticket: u32,
    pub(super) created: Moment,
    pub(super) touched: Moment,
    pub(super) then: Then<'e>,
}

/// All that happened.
#[derive(Debug, Default)]
pub(super) struct Facts<'e> {
    /// By ticket, each in the order of time.
    pub(super) all: Vec<Fact<'e>>,
    /// When tickets began and ceased to be open.
    pub(super) turns: Vec<(Moment, i8)>,
    /// Tickets that were there at the edge.
    pub(super) still: Vec<Still<'e>>,
}

/// A stretch of a ticket's life in which it was not done.
#[derive(Clone, Copy)]
struct Stretch<'e> {
    from: Moment,
    to: Moment,
    waiting: Option<&'e Waiting>,
}

/// Reads tickets up to `until`, which is not included; how they stood is told as of `edge`.
pub(super) fn read<'e>(
    tickets: &'e [Excerpt],
    rules: Rules<'_>,
    until: Moment,
    edge: Moment,
) -> Facts<'e> {
    let mut facts = Facts::default();
    let mut stretches = Vec::new();
    for (ticket, at) in tickets.iter().zip(0..) {
        stretches.clear();
        one(ticket, at, rules, (until, edge), &mut stretches, &mut facts);
    }
    facts
}

fn one<'e>(
    ticket: &'e Excerpt,
    number: u32,
    rules: Rules<'_>,
    (until, edge): (Moment, Moment),
    stretches: &mut Vec<Stretch<'e>>,
    facts: &mut Facts<'e>,
) {
    let mut then = Then::default();
    let mut been: Vec<&str> = Vec::new();
    let mut since: Option<Moment> = None;
    let mut still: Option<Still<'e>> = None;
    let events = ticket.events.as_slice();
    for entry in events.chunk_by(|a, b| a.at == b.at && a.what.rank() < b.what.rank()) {
        let Some(first) = entry.first().filter(|first| first.at < until) else {
            break;
        };
        let (at, by) = (first.at, first.by.as_str());
        let before = then;
        for event in entry {
            take(&mut then, event);
        }
        // A stretch ends where the status or what is waited for changes.
        if before.is_open() != then.is_open() || before.waiting != then.waiting {
            if let Some(from) = since.take() {
                stretches.push(Stretch {
                    from,
                    to: at,
                    waiting: before.waiting,
                });
            }
            since = then.is_open().then_some(at);
        }
        let mut push = |deed: Deed<'e>| {
            facts.all.push(Fact {
                at,
                ticket: number,
                by,
                deed,
                then,
            });
        };
        let mut escalated = false;
        for event in entry {
            match &event.what {
                What::Created { live } => push(Deed::Created { live: *live }),
                What::Contact(contact) => push(Deed::Contact(contact)),
                What::Escalated => escalated = true,
                What::Done { kind, .. } => escalated |= kind == "escalate",
                _ => {}
            }
        }
        let moved = before.status.is_some() && before.queue != then.queue;
        if moved && !before.queue.is_empty() && !then.queue.is_empty() {
            let (from, back) = (before.queue, been.contains(&then.queue));
            push(Deed::Moved {
                from,
                back,
                escalated,
            });
        } else if escalated && !moved {
            push(Deed::Told);
        }
        if !then.queue.is_empty() && !been.contains(&then.queue) {
            been.push(then.queue);
        }
        if !before.agent.is_empty() && !then.agent.is_empty() && before.agent != then.agent {
            push(Deed::Handed);
        }
        // A comment is closed, never resolved: nothing was asked for.
        let comment = then.kind == Some(&TicketType::Comment);
        if then.is_solved() && !before.is_solved() && !comment {
            push(Deed::Solved(long(stretches, &then, rules)));
        }
        if before.is_solved() && then.is_open() && !comment {
            push(Deed::Reopened);
        }
        let closed = |then: &Then<'_>| then.status == Some(&Status::Closed);
        if closed(&then) && !closed(&before) {
            push(Deed::Closed);
        }
        let dropped =
            |then: &Then<'_>| matches!(then.status, Some(Status::Cancelled | Status::Merged));
        if dropped(&then) && !dropped(&before) {
            push(Deed::Dropped);
        }
        if before.is_open() != then.is_open() {
            facts.turns.push((at, if then.is_open() { 1 } else { -1 }));
        }
        if at < edge {
            let created = still.map_or(at, |still| still.created);
            still = Some(Still {
                ticket: number,
                created,
                touched: at,
                then,
            });
        }
    }
    facts.still.extend(still);
}

fn take<'e>(then: &mut Then<'e>, event: &'e Event) {
    let text = |value: &'e Option<String>| value.as_deref().unwrap_or_default();
    match &event.what {
        What::Kind(kind) => then.kind = Some(kind),
        What::Priority(priority) => then.priority = priority,
        What::Code(code) => then.code = text(code),
        What::Queue(queue) => then.queue = text(queue),
        What::Assignee(agent) => then.agent = text(agent),
        What::Status {
            status, waiting, ..
        } => {
            then.status = Some(status);
            then.waiting = waiting.as_ref();
        }
        What::Created { .. }
        | What::Contact(_)
        | What::Done { .. }
        | What::Escalated
        | What::Other => {}
    }
}

/// The calendar by which a ticket's clock counts, or the house's.
pub(super) fn hours<'r>(
    rules: Rules<'r>,
    kind: ClockKind,
    then: &Then<'_>,
) -> Option<&'r Calendar> {
    let unknown = TicketType::Unknown(String::new());
    let of = then.kind.unwrap_or(&unknown);
    let code = Some(then.code).filter(|code| !code.is_empty());
    let named = target(rules, kind, then.priority, of, code).map(|(target, _)| target.calendar);
    let name = named.unwrap_or_else(|| rules.settings.policy.calendar.clone());
    rules.settings.calendars.get(&name)
}

fn long(stretches: &[Stretch<'_>], then: &Then<'_>, rules: Rules<'_>) -> Solved {
    let calendar = hours(rules, ClockKind::Resolution, then);
    let mut solved = Solved {
        elapsed: 0,
        worked: 0,
        customer: 0,
        others: 0,
    };
    for stretch in stretches {
        let length = stretch.to.since(stretch.from).num_milliseconds();
        solved.elapsed += length;
        match stretch.waiting {
            Some(Waiting::Customer) => solved.customer += length,
            Some(_) => solved.others += length,
            None => {}
        }
        let stands = stretch
            .waiting
            .is_some_and(|wait| rules.settings.clocks.stops(ClockKind::Resolution, wait));
        if !stands {
            solved.worked += calendar.map_or(length, |calendar| {
                let open: TimeDelta = calendar::between(calendar, stretch.from, stretch.to);
                open.num_milliseconds()
            });
        }
    }
    solved
}

/// Where a ticket stood after its last event.
pub(super) fn last(events: &[Event]) -> Then<'_> {
    let mut then = Then::default();
    for event in events {
        take(&mut then, event);
    }
    then
}

/// When a ticket was last resolved.
pub(super) fn resolved(events: &[Event]) -> Option<Moment> {
    let is = |event: &&Event| {
        matches!(
            event.what,
            What::Status {
                status: Status::Resolved,
                ..
            }
        )
    };
    events.iter().rev().find(is).map(|event| event.at)
}
