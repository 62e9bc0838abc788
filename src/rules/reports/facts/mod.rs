//! What happened to tickets, each thing with where its ticket stood then.

mod labels;
mod reader;

pub(in crate::rules::reports) use labels::ReportLabels;
pub(in crate::rules::reports) use reader::read;

use crate::model::clocks::ClockKind;
use crate::model::earlier_value::ValueOf;
use crate::model::event::Contact;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket_history::TicketHistory;
use crate::rules::context::DeskContext;
use crate::rules::reports::DayLength;
use crate::rules::reports::facts::reader::{Stretch, take};
use crate::rules::reports::label::Label;
use crate::rules::sla::calendar::Hours;
use crate::rules::sla::clocks::{Coded, aim};

/// Where a ticket stood.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::rules::reports) struct StateAtEvent<'e> {
    pub(in crate::rules::reports) status: Option<&'e Status>,
    pub(in crate::rules::reports) waiting: Option<&'e Waiting>,
    pub(in crate::rules::reports) kind: Option<&'e TicketType>,
    pub(in crate::rules::reports) priority: Label,
    pub(in crate::rules::reports) queue: Label,
    pub(in crate::rules::reports) agent: Label,
    pub(in crate::rules::reports) code: Label,
    /// Of which of their values the fields are that the events do not tell.
    of: Option<ValueOf>,
}

impl StateAtEvent<'_> {
    /// Of which of their values the fields are that the events do not tell.
    pub(in crate::rules::reports) fn of(&self) -> ValueOf {
        self.of.unwrap_or(ValueOf::Intake)
    }

    pub(in crate::rules::reports) fn is_open(&self) -> bool {
        self.status.is_some_and(Status::is_open)
    }

    /// Those of the words that nobody need have said at first and that stay what they are.
    fn words(&self) -> [Label; 3] {
        [self.priority, self.queue, self.code]
    }

    fn is_dropped(&self) -> bool {
        matches!(self.status, Some(Status::Cancelled | Status::Merged))
    }

    pub(in crate::rules::reports) fn is_solved(&self) -> bool {
        matches!(self.status, Some(Status::Resolved | Status::Closed))
    }
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::reports) enum Activity<'e> {
    /// The record was made; `live` on a live channel.
    Created { live: bool },
    /// It became resolved or closed, and was neither before; comments never do. How long that took
    /// is told of the period only.
    Solved(Solved),
    /// It was resolved or closed, and is open again.
    Reopened,
    /// It was cancelled or merged, and is open again.
    Revived,
    /// It became closed.
    Closed,
    /// It was cancelled.
    Cancelled,
    /// It was merged into another.
    Merged,
    /// A communication with the requester.
    Contact(&'e Contact),
    /// It went from one queue to another.
    Moved {
        from: Label,
        back: bool,
        escalated: bool,
    },
    /// Management was told; the work stayed.
    Told,
    /// It went from one agent to another.
    Handed,
    /// Somebody noted how long what they did took.
    Worked { minutes: u32, activity: Label },
}

impl Activity<'_> {
    /// Whether it counts in the periods with which a report compares its own.
    fn is_compared(&self) -> bool {
        match self {
            Self::Created { .. }
            | Self::Solved(_)
            | Self::Reopened
            | Self::Revived
            | Self::Closed
            | Self::Cancelled
            | Self::Merged
            | Self::Contact(_) => true,
            Self::Moved { .. } | Self::Told | Self::Handed | Self::Worked { .. } => false,
        }
    }
}

/// How long it took until a ticket was solved, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::rules::reports) struct Solved {
    /// From its beginning, the time left out in which it was done already.
    pub(in crate::rules::reports) elapsed: i64,
    /// Open time of the calendar, pauses of the resolution clock left out.
    pub(in crate::rules::reports) worked: i64,
    /// How long a working day of that calendar is.
    pub(in crate::rules::reports) day: DayLength,
    /// Of `elapsed`, how long it waited for the requester.
    pub(in crate::rules::reports) customer: i64,
    /// How long it waited for anybody or anything else.
    pub(in crate::rules::reports) others: i64,
}

/// One deed.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::reports) struct Fact<'e> {
    pub(in crate::rules::reports) at: Moment,
    /// The place of its ticket.
    pub(in crate::rules::reports) ticket: u32,
    pub(in crate::rules::reports) by: Label,
    pub(in crate::rules::reports) deed: Activity<'e>,
    /// Where the ticket stood after the entry; of a record that was made, what its intake said until it
    /// ended.
    pub(in crate::rules::reports) then: StateAtEvent<'e>,
}

/// A ticket at an instant.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::reports) struct TicketAtInstant<'e> {
    pub(in crate::rules::reports) ticket: u32,
    pub(in crate::rules::reports) created: Moment,
    pub(in crate::rules::reports) touched: Moment,
    pub(in crate::rules::reports) then: StateAtEvent<'e>,
}

/// What changed the number of open tickets by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules::reports) struct Turn {
    pub(in crate::rules::reports) at: Moment,
    pub(in crate::rules::reports) what: TurnKind,
    pub(in crate::rules::reports) ticket: u32,
}

/// How a ticket began or ceased to be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules::reports) enum TurnKind {
    /// The record was made. One that was not open then ceases to be so at once.
    Created,
    /// An open one became resolved, or closed without being resolved before.
    Resolved,
    /// A resolved or closed one is open again.
    Reopened,
    /// A cancelled or merged one is open again.
    Revived,
    /// An open one was cancelled.
    Cancelled,
    /// An open one was merged into another.
    Merged,
}

impl Turn {
    /// What one entry of a ticket changed.
    fn of(
        (at, ticket): (Moment, u32),
        before: &StateAtEvent<'_>,
        then: &StateAtEvent<'_>,
    ) -> impl Iterator<Item = Self> {
        let kinds = TurnKind::of(before, then).into_iter().flatten();
        kinds.map(move |what| Self { at, what, ticket })
    }
}

impl TurnKind {
    /// All, in the order of the columns of a flow.
    pub(in crate::rules::reports) const ALL: [Self; 6] = [
        Self::Created,
        Self::Resolved,
        Self::Reopened,
        Self::Revived,
        Self::Cancelled,
        Self::Merged,
    ];

    /// By how much it changes the number of open tickets.
    pub(in crate::rules::reports) fn step(self) -> i64 {
        match self {
            Self::Created | Self::Reopened | Self::Revived => 1,
            Self::Resolved | Self::Cancelled | Self::Merged => -1,
        }
    }

    /// What one entry changed: at most two things, as a record that is made solved is made and
    /// resolved.
    fn of(before: &StateAtEvent<'_>, then: &StateAtEvent<'_>) -> [Option<Self>; 2] {
        let end = match then.status {
            Some(Status::Cancelled) => Self::Cancelled,
            Some(Status::Merged) => Self::Merged,
            _ => Self::Resolved,
        };
        match (before.status.is_some(), before.is_open(), then.is_open()) {
            (false, _, true) => [Some(Self::Created), None],
            (false, _, false) => [Some(Self::Created), Some(end)],
            (true, true, false) => [Some(end), None],
            (true, false, true) if before.is_solved() => [Some(Self::Reopened), None],
            (true, false, true) => [Some(Self::Revived), None],
            _ => [None, None],
        }
    }
}

/// What happened to some of the tickets.
#[derive(Debug, Default)]
struct FactsPart<'e> {
    /// By ticket, each in the order of time.
    facts: Vec<Fact<'e>>,
    turns: Vec<Turn>,
    still: Vec<TicketAtInstant<'e>>,
    with_vendors: Vec<u32>,
}

/// All that happened.
#[derive(Debug)]
pub(in crate::rules::reports) struct Facts<'e>([FactsPart<'e>; 2]);

impl<'e> Facts<'e> {
    /// All, by ticket and then in the order of time.
    pub(in crate::rules::reports) fn all(&self) -> impl Iterator<Item = &Fact<'e>> {
        self.0.iter().flat_map(|part| &part.facts)
    }

    /// Those of each ticket that has any.
    pub(in crate::rules::reports) fn tickets(&self) -> impl Iterator<Item = &[Fact<'e>]> {
        let parts = self.0.iter();
        parts.flat_map(|part| part.facts.chunk_by(|a, b| a.ticket == b.ticket))
    }

    /// What changed the number of open tickets.
    pub(in crate::rules::reports) fn turns(&self) -> impl Iterator<Item = Turn> {
        self.0.iter().flat_map(|part| part.turns.iter().copied())
    }

    /// Tickets that were there at the edge.
    pub(in crate::rules::reports) fn still(&self) -> impl Iterator<Item = &TicketAtInstant<'e>> {
        self.0.iter().flat_map(|part| &part.still)
    }

    /// Tickets that have ever waited for a vendor, by number.
    pub(in crate::rules::reports) fn with_vendors(&self) -> Vec<u32> {
        let parts = self.0.iter();
        let all = parts.flat_map(|part| part.with_vendors.iter().copied());
        let mut all: Vec<u32> = all.collect();
        all.sort_unstable();
        all
    }

    /// Those of them that were open.
    pub(in crate::rules::reports) fn open(&self) -> impl Iterator<Item = &TicketAtInstant<'e>> {
        self.still().filter(|still| still.then.is_open())
    }
}

/// Where a ticket stood after what happened up to a moment, which is included.
pub(in crate::rules::reports) fn at<'e>(
    history: &'e TicketHistory,
    words: &ReportLabels<'_>,
    at: Moment,
) -> StateAtEvent<'e> {
    let labels = words.of_story(history);
    let mut then = StateAtEvent {
        of: Some(ValueOf::Then(at)),
        ..StateAtEvent::default()
    };
    for event in history.events.iter().take_while(|event| event.at <= at) {
        take(&mut then, &event, labels);
    }
    then
}

/// The calendar by which a ticket's clock counts, or the house's.
pub(in crate::rules::reports) fn hours<'r>(
    context: DeskContext<'r>,
    kind: ClockKind,
    then: &StateAtEvent<'r>,
    words: &'r ReportLabels<'r>,
) -> Option<Hours<'r>> {
    let priority = words.text(then.priority);
    let code = Coded {
        name: words.text(then.code),
        known: words.code(then.code),
    };
    let code = Some(code).filter(|code| !code.name.is_empty());
    let aim = then
        .kind
        .and_then(|of| aim(context, kind, priority, of, code));
    context.hours(
        aim.map_or(context.settings.policy.calendar.as_str(), |aim| {
            aim.calendar
        }),
    )
}

fn long(
    stretches: &[Stretch<'_>],
    then: &StateAtEvent<'_>,
    words: &ReportLabels<'_>,
    context: DeskContext<'_>,
) -> Solved {
    let hours = hours(context, ClockKind::Resolution, then, words);
    let mut solved = Solved {
        day: DayLength::of(hours),
        ..Solved::default()
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
            .is_some_and(|wait| context.settings.clocks.stops(ClockKind::Resolution, wait));
        if !stands {
            solved.worked += hours.map_or(length, |hours| {
                hours.between(stretch.from, stretch.to).num_milliseconds()
            });
        }
    }
    solved
}
