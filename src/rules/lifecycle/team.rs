//! The whole desk as a manager looks at it: what waits for a decision, and how much lies in each
//! queue and with each agent.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::Category;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::{Complaint, TicketSummary};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::next::WorkRank;
use crate::rules::sla::clocks::{Brief, Pressure};
use crate::rules::text::time_input::span;

/// What a manager is shown of a ticket, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// Somebody was told, and nobody of those told has it.
    Unacknowledged,
    /// Management was told.
    Escalated,
    /// A clock that runs is overdue.
    Late,
    /// A target passed today.
    BreachedToday,
    /// Nobody works on it.
    Unassigned,
    /// Somebody complained within seven days.
    Complaint,
    /// Its queue is nobody's any more.
    RetiredQueue,
    /// Whoever works on it is no longer here.
    RetiredAgent,
}

impl Concern {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Unacknowledged,
        Self::Escalated,
        Self::Late,
        Self::BreachedToday,
        Self::Unassigned,
        Self::Complaint,
        Self::RetiredQueue,
        Self::RetiredAgent,
    ];

    /// The query of `desk list` that finds exactly these tickets.
    pub fn query(self) -> &'static str {
        match self {
            Self::Unacknowledged => "is:unacknowledged",
            Self::Escalated => "is:escalated",
            Self::Late => "is:overdue",
            Self::BreachedToday => "breached:today",
            Self::Unassigned => "is:unassigned",
            Self::Complaint => "is:complaint created:-7d..",
            Self::RetiredQueue => "is:retired-queue",
            Self::RetiredAgent => "is:retired-agent",
        }
    }

    /// Those that an open ticket is of, all but complaints, which may be done.
    fn of(
        ticket: &TicketSummary,
        brief: &Brief,
        today: Option<(Moment, Moment)>,
        settings: &Settings,
    ) -> Vec<Self> {
        let within = |at: Moment| today.is_some_and(|(from, to)| from <= at && at < to);
        let is = |concern: &Self| match concern {
            Self::Unacknowledged => is_unacknowledged(ticket),
            Self::Escalated => is_escalated(ticket),
            Self::Late => brief.pressure == Pressure::Overdue,
            Self::BreachedToday => brief.last_breach.is_some_and(within),
            Self::Unassigned => ticket.text(Key::Assignee).is_empty(),
            Self::Complaint => false,
            Self::RetiredQueue => is_in_retired_queue(ticket, settings),
            Self::RetiredAgent => is_with_retired_agent(ticket, settings),
        };
        Self::ALL.into_iter().filter(is).collect()
    }
}

/// Whether management was told of an open ticket.
pub fn is_escalated(ticket: &TicketSummary) -> bool {
    ticket.told.iter().any(|told| !told.by_name)
}

/// Whether somebody was told of an open ticket, and nobody of those told has it.
pub fn is_unacknowledged(ticket: &TicketSummary) -> bool {
    ticket.told.iter().any(|told| told.waits())
}

/// Whether an open ticket lies in a queue that no agent works from: it is retired, or the settings do
/// not have it.
pub fn is_in_retired_queue(ticket: &TicketSummary, settings: &Settings) -> bool {
    ticket.status().is_open() && is_retired(ticket.text(Key::Queue), settings)
}

/// Whether a ticket that comes in lies in such a queue.
pub fn is_hidden(ticket: &Ticket, settings: &Settings) -> bool {
    ticket.status().is_open() && is_retired(ticket.text(Key::Queue), settings)
}

fn is_retired(queue: &str, settings: &Settings) -> bool {
    let known = settings.queues.get(queue);
    !queue.is_empty() && known.is_none_or(|queue| queue.retired)
}

/// Whether an open ticket is assigned to somebody who is no longer an agent.
pub fn is_with_retired_agent(ticket: &TicketSummary, settings: &Settings) -> bool {
    let assignee = ticket.text(Key::Assignee);
    let known = settings.agent(assignee);
    ticket.status().is_open() && !assignee.is_empty() && known.is_none_or(|agent| agent.retired)
}

/// How many tickets there are of a concern, and which of them is to be looked at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcernCount {
    /// Which.
    pub concern: Concern,
    /// How many.
    pub count: usize,
    /// The first by the order of work; of complaints the latest.
    pub first: TicketId,
}

/// The open tickets of one queue, or of one agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// The queue, empty for none, or the agent's handle.
    pub name: String,
    /// How many are open.
    pub open: usize,
    /// Of these, with a clock that is overdue.
    pub late: usize,
    /// Of these, with nobody.
    pub unassigned: usize,
    /// Of these, waiting for somebody or for a date.
    pub waiting: usize,
    /// When the oldest was made.
    pub oldest: Option<Moment>,
}

impl Load {
    fn add(&mut self, ticket: &TicketSummary, late: bool) {
        self.open += 1;
        self.late += usize::from(late);
        self.unassigned += usize::from(ticket.text(Key::Assignee).is_empty());
        self.waiting += usize::from(ticket.status().category() == Category::Waiting);
        let oldest = self.oldest.into_iter().chain([ticket.created]);
        self.oldest = oldest.min();
    }
}

/// The whole desk, as far as there is something in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// What a manager is to look at.
    pub concerns: Vec<ConcernCount>,
    /// The queues in use that hold tickets, the worst first, those without a queue among them.
    pub queues: Vec<Load>,
    /// The agents in service who have tickets, the worst first. Who is away belongs here, too.
    pub agents: Vec<Load>,
}

impl Team {
    /// Counts open tickets; complaints are those of all tickets, done ones among them.
    pub fn of(open: &[&TicketSummary], complaints: &[Complaint], context: DeskContext<'_>) -> Self {
        // Nobody in particular: what is one's own is no more pressing than the rest.
        let context = DeskContext {
            me: None,
            ..context
        };
        let settings = context.settings;
        let today = span("today", context.now, settings.zone).ok();
        let mut concerns: BTreeMap<Concern, (usize, WorkRank, TicketId)> = BTreeMap::new();
        let mut queues: BTreeMap<&str, Load> = BTreeMap::new();
        let mut agents: BTreeMap<&str, Load> = BTreeMap::new();
        for ticket in open {
            let brief = Brief::of(ticket, context);
            let rank = WorkRank::of(ticket, &brief, context);
            let all = Concern::of(ticket, &brief, today, settings);
            let is = |concern: Concern| all.contains(&concern);
            if !is(Concern::RetiredQueue) {
                let load = queues.entry(ticket.text(Key::Queue)).or_default();
                load.add(ticket, is(Concern::Late));
            }
            if !is(Concern::Unassigned) && !is(Concern::RetiredAgent) {
                let load = agents.entry(ticket.text(Key::Assignee)).or_default();
                load.add(ticket, is(Concern::Late));
            }
            for concern in all {
                let entry = concerns.entry(concern);
                let counted = entry.or_insert_with(|| (0, rank.clone(), ticket.id));
                counted.0 += 1;
                if rank < counted.1 {
                    (counted.1, counted.2) = (rank.clone(), ticket.id);
                }
            }
        }
        let counted = concerns
            .into_iter()
            .map(|(concern, (count, _, first))| ConcernCount {
                concern,
                count,
                first,
            });
        let mut concerns: Vec<ConcernCount> = counted.collect();
        concerns.extend(lately(complaints, context));
        concerns.sort_by_key(|one| one.concern);
        Self {
            concerns,
            queues: worst_first(queues),
            agents: worst_first(agents),
        }
    }
}

/// The complaints of the last seven days.
fn lately(complaints: &[Complaint], context: DeskContext<'_>) -> Option<ConcernCount> {
    let (since, _) = span("-7d", context.now, context.settings.zone).ok()?;
    let lately = || complaints.iter().filter(|one| one.created >= since);
    let latest = lately().max_by_key(|one| (one.created, one.ticket))?;
    Some(ConcernCount {
        concern: Concern::Complaint,
        count: lately().count(),
        first: latest.ticket,
    })
}

fn worst_first(loads: BTreeMap<&str, Load>) -> Vec<Load> {
    let named = loads.into_iter().map(|(name, load)| Load {
        name: name.to_owned(),
        ..load
    });
    let mut all: Vec<Load> = named.collect();
    all.sort_by_key(|load| {
        let most = [load.late, load.unassigned, load.open];
        (Reverse(most), load.oldest)
    });
    all
}
