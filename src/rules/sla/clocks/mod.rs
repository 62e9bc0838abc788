//! The clocks of a ticket: pure functions of its events, the settings and a moment.
//!
//! Nothing about clocks is stored, so that nothing can be lost or need mending; they are computed
//! from the log each time (field notes 2.3). A clock is due when so much open time has passed
//! since its start, pauses left out, as its target says:
//! `due = add(start, target + open time of the pauses)`, all on one calendar, never a mix of open
//! and plain time. A breach is history: once a target has passed, nothing done later undoes it.

mod brief;
mod count;
mod line;
mod planned;
pub mod promise;
mod trace;

#[cfg(test)]
mod tests;

use chrono::TimeDelta;

use crate::model::calendar::NonZeroDuration;
use crate::model::catalog::Code;
use crate::model::clocks::{ClockKind, Goal, Target, Threshold};
use crate::model::event_table::TicketEvents;
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket_summary::TicketSummary;

use crate::rules::context::DeskContext;
use crate::rules::sla::calendar::Hours;
pub use brief::{Brief, Keeping, Pressure, pressure};
use count::CountedClock;
use line::Timeline;
pub use line::{Stay, stays};
pub use trace::{TraceStep, trace};

/// Where a target comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetSource {
    /// The priority's row.
    Priority(String),
    /// What the row says for this type.
    Type(String, TicketType),
    /// The problem code.
    Code(String),
    /// What the requester was promised.
    Promise,
    /// The date of a planned event.
    Planned,
}

/// Why a clock stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PauseReason {
    /// The ticket waits, and the settings stop the clock for that.
    Waits(Waiting),
    /// It was resolved, and reopened later.
    Resolved,
    /// It was called off, and taken up again later.
    Cancelled,
}

/// A stretch that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub from: Moment,
    /// Until when; `None` while it lasts.
    pub to: Option<Moment>,
    /// Why.
    pub why: PauseReason,
}

/// How a clock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// What it counted towards was done.
    Done,
    /// It was no longer asked for.
    Dropped,
}

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// It runs, and the target has not passed.
    Running,
    /// It stands, and the target has not passed.
    Paused,
    /// It ended in time.
    Met,
    /// Its target passed, and nothing has ended it yet.
    Overdue,
    /// Its target passed before it ended.
    Missed,
    /// It was dropped before its target passed.
    Dropped,
}

/// A target that came into force on the way, after a change of priority, type or code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetChange {
    /// When.
    pub at: Moment,
    /// The target since; `None` for none.
    pub target: Option<Target>,
    /// Where it comes from.
    pub origin: Option<TargetSource>,
}

/// One clock of a ticket: one wait for an answer, one call, one solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What it counts towards.
    pub kind: ClockKind,
    /// Since when.
    pub start: Moment,
    /// What decides: the target that was breached, else the one in force; of a promise, its time; of a
    /// planned event, its day.
    pub goal: Goal,
    /// Where that comes from.
    pub origin: TargetSource,
    /// The targets in their order, where there was more than one.
    pub changes: Vec<TargetChange>,
    /// Stretches that do not count, in order and apart.
    pub pauses: Vec<Pause>,
    /// When the target passes or passed; `None` while the clock stands, or where the calendar does
    /// not open for so long.
    pub due: Option<Moment>,
    /// When an update would be due that waits for a promise.
    pub waits: Option<Moment>,
    /// When and how it ended.
    pub end: Option<(Moment, End)>,
    /// When the breach became a fact.
    pub breached: Option<Moment>,
}

impl Clock {
    /// Where it stands.
    pub fn state(&self) -> ClockState {
        match (self.breached, self.end) {
            (Some(_), None) => ClockState::Overdue,
            (Some(_), Some(_)) => ClockState::Missed,
            (None, Some((_, End::Done))) => ClockState::Met,
            (None, Some((_, End::Dropped))) => ClockState::Dropped,
            (None, None) if self.stands() => ClockState::Paused,
            (None, None) => ClockState::Running,
        }
    }

    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// Whether it stands now, breached or not.
    pub fn stands(&self) -> bool {
        self.end.is_none() && self.pauses.last().is_some_and(|pause| pause.to.is_none())
    }

    /// Whether it counts now: it has neither ended nor does it stand.
    pub fn runs(&self) -> bool {
        self.is_open() && !self.stands()
    }

    /// The open time that is left at a moment; negative where the target has passed.
    pub fn left(&self, context: DeskContext<'_>) -> Option<TimeDelta> {
        let hours = self.hours(context)?;
        let at = self.end.map_or(context.now, |(end, _)| end);
        if let Some(due) = self.due {
            return Some(hours.between(at, due));
        }
        let since = self.pauses.last()?.from;
        let due = count::due(self, hours, context, &self.pauses[..self.pauses.len() - 1])?;
        Some(hours.between(since, due))
    }

    /// The calendar of its target.
    pub fn hours<'s>(&self, context: DeskContext<'s>) -> Option<Hours<'s>> {
        context.hours(self.goal.calendar())
    }

    /// When a point on the way to its target is reached, pauses left out; `None` where the clock
    /// stands before it, or its calendar does not open for so long.
    pub fn reaches(&self, context: DeskContext<'_>, at: Threshold) -> Option<Moment> {
        count::reaches(self, context, at)
    }
}

/// The clocks of a ticket at a moment, those that ended among them, by kind and start. What the
/// log says of later times does not count. `planned` tells that the ticket is a planned event,
/// which has a date instead of a response clock.
pub fn clocks(events: &TicketEvents, planned: bool, context: DeskContext<'_>) -> Vec<Clock> {
    in_order(
        &Timeline::read(events, context, context.now),
        planned,
        context,
    )
}

/// The clocks of a ticket as they are now. An entry that is dated later counts, too: it was written
/// already, and the clock of whoever wrote it was wrong.
pub fn present(events: &TicketEvents, planned: bool, context: DeskContext<'_>) -> Vec<Clock> {
    in_order(
        &Timeline::read(events, context, Moment::LAST),
        planned,
        context,
    )
}

fn in_order(line: &Timeline<'_>, planned: bool, context: DeskContext<'_>) -> Vec<Clock> {
    let all = counted(line, &ClockKind::ALL, planned, context);
    let mut all: Vec<Clock> = all.map(CountedClock::clock).collect();
    all.sort_by_key(|clock| (clock.kind, clock.start));
    all
}

/// How a clock came out, or stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockResult {
    /// What it counts towards.
    pub kind: ClockKind,
    /// When and how it ended.
    pub end: Option<(Moment, End)>,
    /// When the breach became a fact.
    pub breached: Option<Moment>,
}

/// The verdicts on the clocks of some kinds: all that reports need of thousands. What the log says
/// of times later than the moment does not count.
pub fn verdicts(
    kinds: &[ClockKind],
    events: &TicketEvents,
    planned: bool,
    context: DeskContext<'_>,
) -> Vec<ClockResult> {
    let line = Timeline::read(events, context, context.now);
    let planned_ones = count::planned(kinds, &line, context).into_iter();
    let instances = line.instances(kinds, planned, context).into_iter();
    let results = instances.filter_map(|instance| {
        let at_once = instance.end.is_some_and(|(end, _)| end == instance.start);
        // There is one only where it has a target, which cannot pass before it begins.
        if at_once && instance.kind == ClockKind::FirstResponse {
            return Some(ClockResult {
                kind: instance.kind,
                end: instance.end,
                breached: None,
            });
        }
        count::count(&instance, &line, context)
            .as_ref()
            .map(CountedClock::result)
    });
    let planned_results = planned_ones.map(|one| one.result());
    results.chain(planned_results).collect()
}

fn counted<'r>(
    line: &Timeline<'r>,
    kinds: &[ClockKind],
    planned: bool,
    context: DeskContext<'r>,
) -> impl Iterator<Item = CountedClock<'r>> {
    let instances = line.instances(kinds, planned, context).into_iter();
    let counted = instances.filter_map(move |instance| count::count(&instance, line, context));
    counted.chain(count::planned(kinds, line, context))
}

/// The clocks, as they are now, of a ticket of which the excerpt is at hand.
pub fn all_of(ticket: &TicketSummary, context: DeskContext<'_>) -> Vec<Clock> {
    let planned = context.settings.is_planned(ticket.text(Key::Priority));
    present(&ticket.events, planned, context)
}

/// Whether a target of any of these clocks ever passed.
pub fn is_breached(clocks: &[Clock]) -> bool {
    clocks.iter().any(|clock| clock.breached.is_some())
}

/// The open clock whose target passes or passed first, if any runs.
pub fn next_due(clocks: &[Clock]) -> Option<(&Clock, Moment)> {
    let open = clocks.iter().filter(|clock| clock.runs());
    open.filter_map(|clock| Some((clock, clock.due?)))
        .min_by_key(|(clock, due)| (*due, clock.kind))
}

/// What a clock counts towards, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim<'r> {
    /// How long it may take.
    pub within: NonZeroDuration,
    /// The calendar of that.
    pub calendar: &'r str,
    cause: Cause<'r>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause<'r> {
    Priority(&'r str),
    Type(&'r str, &'r TicketType),
    Code(&'r str),
}

impl Aim<'_> {
    /// Whether another one allows as much time of the same calendar.
    fn allows_like(&self, other: &Self) -> bool {
        self.within == other.within && self.calendar == other.calendar
    }

    fn target(&self) -> Target {
        Target {
            within: self.within,
            calendar: self.calendar.to_owned(),
        }
    }

    /// Where it comes from.
    pub fn origin(&self) -> TargetSource {
        match self.cause {
            Cause::Priority(priority) => TargetSource::Priority(priority.to_owned()),
            Cause::Type(priority, of) => TargetSource::Type(priority.to_owned(), of.clone()),
            Cause::Code(code) => TargetSource::Code(code.to_owned()),
        }
    }
}

/// A problem code as it stands in a log, looked up once.
#[derive(Clone, Copy, Debug)]
pub struct Coded<'r> {
    /// As it was written.
    pub name: &'r str,
    /// The code that is meant, if there is one.
    pub known: Option<&'r Code>,
}

impl<'r> Coded<'r> {
    /// Looks it up.
    pub fn of(context: DeskContext<'r>, name: &'r str) -> Self {
        let known = context.catalogue.find(name);
        Self { name, known }
    }
}

/// The target of a clock: the problem code's before the type's before the priority's. Comments have
/// no clock, and work orders count towards their resolution only.
pub fn aim<'r>(
    context: DeskContext<'r>,
    kind: ClockKind,
    priority: &'r str,
    of: &'r TicketType,
    code: Option<Coded<'r>>,
) -> Option<Aim<'r>> {
    let settings = context.settings;
    if *of == TicketType::Comment || (*of == TicketType::WorkOrder && kind != ClockKind::Resolution)
    {
        return None;
    }
    let row = settings.clocks.targets.get(priority);
    let own = row
        .and_then(|row| row.by_type.get(of))
        .and_then(|by| by.get(&kind));
    let plain = row.and_then(|row| row.targets.get(&kind));
    if let Some(code) = code
        && let Some(within) = code.known.and_then(|known| known.within(kind))
    {
        let named = own.and_then(Option::as_ref).or(plain);
        let calendar = named.map(|target| &target.calendar);
        let calendar = calendar
            .or_else(|| row.and_then(|row| row.calendar.as_ref()))
            .unwrap_or(&settings.policy.calendar);
        return Some(Aim {
            within,
            calendar,
            cause: Cause::Code(code.name),
        });
    }
    let (target, cause) = match own {
        Some(target) => (target.as_ref()?, Cause::Type(priority, of)),
        None => (plain?, Cause::Priority(priority)),
    };
    Some(Aim {
        within: target.within,
        calendar: &target.calendar,
        cause,
    })
}

/// Whether a status ends the work: what was asked for is done.
fn is_solved(status: &Status) -> bool {
    matches!(status, Status::Resolved | Status::Closed)
}
