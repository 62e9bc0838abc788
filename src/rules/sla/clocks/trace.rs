//! How a clock comes to its due time, step by step, for a person with a pencil.

use chrono::TimeDelta;

use crate::model::moment::Moment;
use crate::rules::context::DeskContext;
use crate::rules::sla::calendar::{self, CalendarStep};
use crate::rules::sla::clocks::{Clock, Pause, count};

/// A step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceStep {
    /// The target as open time.
    Target(TimeDelta),
    /// Time on the calendar, and what is left of the target after it.
    Time(CalendarStep, TimeDelta),
    /// A stretch that does not count, and the open time in it; to its end, or up to now.
    Pause(Pause, TimeDelta),
    /// The target has passed.
    Due(Moment),
    /// It ended with so much left.
    Ended(Moment, TimeDelta),
    /// It stands with so much left.
    Stands(TimeDelta),
    /// The calendar does not open for so long.
    Never,
}

/// The way of a clock from its start to its due time, to its end before that, or to the pause that
/// it stands in.
pub fn trace(clock: &Clock, context: DeskContext<'_>) -> Vec<TraceStep> {
    let Some(hours) = clock.hours(context) else {
        return vec![TraceStep::Never];
    };
    let Some(whole) = count::whole(clock, hours, context) else {
        return vec![TraceStep::Never];
    };
    let mut parts = Vec::new();
    let mut left = whole;
    let mut at = clock.start;
    let ended = clock
        .end
        .map(|(end, _)| end)
        .filter(|end| clock.due.is_none_or(|due| *end <= due));
    let limit = ended.or(clock.due);
    let mut walk = |from: Moment, to: Moment, left: &mut TimeDelta| {
        for step in calendar::steps(hours.calendar, from, to) {
            if step.open {
                *left -= step.to.since(step.from);
            }
            parts.push(TraceStep::Time(step, *left));
        }
    };
    let mut pauses = Vec::new();
    for pause in &clock.pauses {
        if limit.is_some_and(|limit| pause.from >= limit) {
            break;
        }
        walk(at, pause.from, &mut left);
        let to = pause.to.unwrap_or(context.now);
        let open = hours.between(pause.from, to);
        pauses.push(TraceStep::Pause(pause.clone(), open));
        at = to;
    }
    if let Some(limit) = limit {
        walk(at, limit, &mut left);
    }
    // Pauses stand where they belong in time, before what goes on from there.
    parts.extend(pauses);
    parts.sort_by_key(|part| match part {
        TraceStep::Time(step, _) => (step.from, 1),
        TraceStep::Pause(pause, _) => (pause.from, 0),
        _ => (Moment::LAST, 2),
    });
    parts.insert(0, TraceStep::Target(whole));
    parts.push(match (ended, clock.due) {
        (Some(end), _) => TraceStep::Ended(end, left),
        (None, Some(due)) => TraceStep::Due(due),
        (None, None) if clock.stands() => TraceStep::Stands(left),
        (None, None) => TraceStep::Never,
    });
    parts
}
