//! The clocks of a ticket in one look: what is due next, and how near it is.

use crate::model::clocks::{ClockKind, Goal, Threshold};
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::ticket_summary::TicketSummary;
use crate::rules::absence;
use crate::rules::context::DeskContext;
use crate::rules::sla::clocks::{Clock, all_of, is_breached, next_due};

/// How near the next target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressure {
    /// It has passed.
    Overdue,
    /// The last point before it at which the clock reminds has passed.
    AtRisk,
    /// Neither, or nothing is due.
    Calm,
}

/// What of a ticket's clocks is an agent's to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping<'t> {
    /// All: the agent works on it.
    All,
    /// Those that are kept by speaking to the requester: the agent keeps contact, whoever works, or
    /// nobody.
    Calls,
    /// Those calls while somebody who keeps contact, or works on it, is absent, and the agent stands in
    /// for them; the handle is theirs. A planned event of whoever works on it, too: it does not wait.
    StandsIn(&'t str),
    Nothing,
}

impl<'t> Keeping<'t> {
    /// Whether a clock of the ticket is the agent's to keep.
    pub fn keeps(self, ticket: &TicketSummary, clock: ClockKind) -> bool {
        match self {
            Self::All => true,
            Self::Calls => clock.is_call(),
            Self::StandsIn(of) if clock == ClockKind::Event => of == ticket.text(Key::Assignee),
            Self::StandsIn(of) => clock.is_call() && of == ticket.keeper(),
            Self::Nothing => false,
        }
    }

    /// What of a ticket's clocks is this agent's to keep.
    pub fn of(ticket: &'t TicketSummary, agent: &Handle, context: DeskContext<'_>) -> Self {
        let is = |key: Key| ticket.text(key) == agent.as_str();
        let keeper = ticket.keeper();
        let works = ticket.text(Key::Assignee);
        let stands_in = |of: &str| {
            let queue = ticket.text(Key::Queue);
            absence::stands_in(context.settings, agent, of, queue, context.now)
        };
        if is(Key::Assignee) {
            Self::All
        } else if is(Key::ContactAgent) {
            Self::Calls
        } else if stands_in(keeper) {
            Self::StandsIn(keeper)
        } else if works != keeper && ticket.events.has_planned() && stands_in(works) {
            Self::StandsIn(works)
        } else {
            Self::Nothing
        }
    }
}

/// A ticket's clocks, summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The running clock whose target passes or passed first, and when.
    pub due: Option<(ClockKind, Moment)>,
    /// How near that is; the worst of all clocks that run.
    pub pressure: Pressure,
    /// Whether a target ever passed.
    pub breached: bool,
    /// When a target last passed, of a clock that runs or ended.
    pub last_breach: Option<Moment>,
}

impl Brief {
    /// Of a ticket that no clock runs on.
    pub const NONE: Self = Self {
        due: None,
        pressure: Pressure::Calm,
        breached: false,
        last_breach: None,
    };

    /// The clocks of a ticket at a moment.
    pub fn of(ticket: &TicketSummary, context: DeskContext<'_>) -> Self {
        if Self::has_no_clock(ticket, context) {
            return Self::NONE;
        }
        Self::sum(&all_of(ticket, context), context)
    }

    /// The clocks of a ticket that are the reader's to keep: of one that somebody else works on, or
    /// nobody, and for which the reader keeps contact, only those. Of all others, all clocks.
    pub fn for_reader(ticket: &TicketSummary, context: DeskContext<'_>) -> Self {
        let keeping = context.me.map(|me| Keeping::of(ticket, me, context));
        let keeping = keeping.filter(|one| matches!(one, Keeping::Calls | Keeping::StandsIn(_)));
        let Some(keeping) = keeping.filter(|_| !Self::has_no_clock(ticket, context)) else {
            return Self::of(ticket, context);
        };
        let mut clocks = all_of(ticket, context);
        clocks.retain(|clock| keeping.keeps(ticket, clock.kind));
        Self::sum(&clocks, context)
    }

    /// Whether no clock can run on a ticket, told at once.
    fn has_no_clock(ticket: &TicketSummary, context: DeskContext<'_>) -> bool {
        context.settings.clocks.targets.is_empty()
            && !ticket.events.has_next()
            && !ticket.events.has_planned()
    }

    /// These clocks, summed up.
    pub fn sum(clocks: &[Clock], context: DeskContext<'_>) -> Self {
        let running = clocks.iter().filter(|clock| clock.runs());
        Self {
            due: next_due(clocks).map(|(clock, due)| (clock.kind, due)),
            pressure: running
                .map(|clock| pressure(clock, context))
                .min()
                .unwrap_or(Pressure::Calm),
            breached: is_breached(clocks),
            last_breach: clocks.iter().filter_map(|clock| clock.breached).max(),
        }
    }
}

/// How near the target of a clock that runs is.
pub fn pressure(clock: &Clock, context: DeskContext<'_>) -> Pressure {
    if clock.breached.is_some() {
        return Pressure::Overdue;
    }
    if let Goal::On(day) = &clock.goal {
        return if day.opens <= context.now {
            Pressure::AtRisk
        } else {
            Pressure::Calm
        };
    }
    let points = context.settings.clocks.thresholds.get(&clock.kind);
    let points = || points.into_iter().flatten();
    let percents = points().filter(|point| matches!(point, Threshold::Percent(0..100)));
    let before = points().filter(|point| matches!(point, Threshold::Before(_)));
    // The highest percent is the last of them to be reached.
    let percents = percents.max_by_key(|point| match point {
        Threshold::Percent(percent) => *percent,
        Threshold::Before(_) => 0,
    });
    let mut last = percents.into_iter().chain(before).peekable();
    let any = last.peek().is_some();
    let passed = |point: &Threshold| {
        clock
            .reaches(context, *point)
            .is_some_and(|at| at <= context.now)
    };
    if any && last.all(passed) {
        Pressure::AtRisk
    } else {
        Pressure::Calm
    }
}
