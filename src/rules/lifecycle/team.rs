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
use crate::model::told::{HowTold, Told};
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
    let by = |told: &Told| told.how == HowTold::Escalation;
    ticket.told.iter().any(by)
}

/// Whether somebody was told of an open ticket, and nobody of those told has it.
pub fn is_unacknowledged(ticket: &TicketSummary) -> bool {
    ticket.told.iter().any(Told::waits)
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
    /// The agents in service who have tickets, the worst first.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::catalog::Catalogue;
    use crate::page::query::tickets::schema;
    use crate::page::{settings, ticket};
    use crate::rules::query::tickets::Matcher;

    const QUEUES: [&str; 4] = ["service-desk", "network", "attic", "nowhere"];
    const AGENTS: [&str; 4] = ["", "anna", "lena", "nobody-known"];
    const TOLD: [&str; 4] = ["", "escalate", "acknowledged", "note"];

    /// The text of a ticket that was made at a moment.
    fn text(id: TicketId, status: &str, queue: &str, agent: &str, told: &str, at: &str) -> String {
        let assignee = match agent {
            "" => String::new(),
            agent => format!("assignee = \"{agent}\"\n"),
        };
        let named = match agent {
            "" => String::new(),
            agent => format!("- assignee: {agent}\n"),
        };
        let escalated = "\n## 2026-11-22T08:00:00Z anna escalate ^8m3d\n\n- told: ewa\n";
        let told = match told {
            "escalate" => escalated.to_owned(),
            "acknowledged" => format!(
                "{escalated}\n## 2026-11-22T09:00:00Z ewa acknowledge ^8m4d\n\n- of: 2026-11-22T08:00:00Z anna escalate ^8m3d\n"
            ),
            "note" => {
                "\n## 2026-11-22T08:00:00Z anna note ^8m3d\n\n- mentions: marek\n\n@marek look.\n"
                    .to_owned()
            }
            _ => String::new(),
        };
        let feeling = if id.as_str().ends_with(['1', '5']) {
            "complaint"
        } else {
            "praise"
        };
        format!(
            "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"{status}\"\npriority = \"standard\"\n\
             impact = \"person\"\nurgency = \"medium\"\nqueue = \"{queue}\"\n{assignee}channel = \"email\"\ncreated = {at}\n\n\
             [request]\nfeeling = \"{feeling}\"\n+++\n\n## {at} anna created ^8m2d\n\n- channel: email\n- type: action\n\
             - status: {status}\n- priority: standard\n- queue: {queue}\n{named}{told}"
        )
    }

    /// Every way in which a ticket may lie, open and done, of this morning, yesterday and long ago.
    fn tickets() -> Vec<TicketSummary> {
        let mut all = Vec::new();
        for status in ["open", "closed", "cancelled"] {
            for at in [
                "2026-11-23T06:30:00Z",
                "2026-11-20T08:00:00Z",
                "2026-10-01T08:00:00Z",
            ] {
                for (queue, agent) in QUEUES
                    .iter()
                    .flat_map(|queue| AGENTS.map(|one| (queue, one)))
                {
                    for told in TOLD {
                        let id: TicketId = format!("2611-{:05}", all.len()).parse().unwrap();
                        let page = ticket::read(id, text(id, status, queue, agent, told, at));
                        let page = page.unwrap();
                        assert_eq!(page.bars(), Vec::new());
                        all.push(TicketSummary::of(&page.ticket, false));
                    }
                }
            }
        }
        all
    }

    #[test]
    fn each_concern_counts_what_its_query_finds() {
        let more = "[agent.anna]\nname = \"A\"\nemail = \"a@example.org\"\nrole = \"agent\"\n\
            [agent.lena]\nname = \"L\"\nemail = \"l@example.org\"\nrole = \"agent\"\nretired = true\n\
            [queue.attic]\ntitle = \"A\"\narea = \"workplace\"\ntier = 1\nretired = true\n";
        let settings = settings::read(&format!("{}\n{more}", settings::STARTER)).unwrap();
        let catalogue = Catalogue::default();
        let now = "2026-11-23T13:00:00Z".parse().unwrap();
        let context = DeskContext::new(&settings, &catalogue, now);
        let all = tickets();
        let open: Vec<&TicketSummary> = all.iter().filter(|one| one.status().is_open()).collect();
        let complaints: Vec<Complaint> = all.iter().filter_map(Complaint::of).collect();
        let team = Team::of(&open, &complaints, context);
        let counted: Vec<Concern> = team.concerns.iter().map(|one| one.concern).collect();
        assert_eq!(counted, Concern::ALL);
        let found = |query: &str, done: bool| -> Vec<TicketId> {
            let query = schema(&settings).read(query).unwrap();
            let matcher = Matcher::new(&query, context, &|_, _| true).unwrap();
            let all = all.iter().filter(|one| done || one.status().is_open());
            all.filter(|one| matcher.fits(one))
                .map(|one| one.id)
                .collect()
        };
        for one in &team.concerns {
            let query = one.concern.query();
            let found = found(query, one.concern == Concern::Complaint);
            assert_eq!(one.count, found.len(), "{query}");
            assert!(found.contains(&one.first), "{query}");
            assert!(found.len() < all.len(), "{query}");
        }
        for (loads, field, third) in [
            (&team.queues, "queue", "is:unassigned"),
            (&team.agents, "agent", "status:pending"),
        ] {
            assert!(!loads.is_empty());
            for load in loads {
                let query = format!("{field}:{}", load.name);
                assert_eq!(load.open, found(&query, false).len(), "{query}");
                let late = found(&format!("{query} is:overdue"), false);
                assert_eq!(load.late, late.len(), "{query}");
                let own = if field == "queue" {
                    load.unassigned
                } else {
                    load.waiting
                };
                assert_eq!(
                    own,
                    found(&format!("{query} {third}"), false).len(),
                    "{query}"
                );
            }
        }
        assert_eq!(Team::of(&[], &[], context), Team::default());
    }
}
