//! Counting one clock: its targets one after another, its pauses, its breach.

use chrono::TimeDelta;

use super::line::{Instance, Line};
use super::{Change, Clock, End, Origin, Pause, Rules, target};
use crate::model::calendar::{Calendar, Duration};
use crate::model::clocks::{DayEnd, Target, Threshold};
use crate::model::moment::Moment;
use crate::rules::calendar;

/// What a target means for a clock that began at a moment.
fn first_due(calendar: &Calendar, start: Moment, target: &Target, ends: DayEnd) -> Option<Moment> {
    match (target.within, ends) {
        (Duration::Days(days), DayEnd::Closing) => calendar::end_of_day(calendar, start, days),
        (within, _) => calendar::add(calendar, start, within),
    }
}

/// The open time that a target allows from a moment on.
pub(super) fn budget(
    calendar: &Calendar,
    start: Moment,
    target: &Target,
    ends: DayEnd,
) -> Option<TimeDelta> {
    match target.within {
        Duration::Minutes(minutes) => Some(TimeDelta::minutes(i64::from(minutes))),
        Duration::Days(_) => {
            let due = first_due(calendar, start, target, ends)?;
            Some(calendar::between(calendar, start, due))
        }
    }
}

/// Moves a moment on by the open time of the pauses before it; `None` where one of them lasts.
///
/// A pause that begins when the moment has come, or after, does not move it: a breach is history.
fn after(calendar: &Calendar, mut at: Moment, pauses: &[Pause]) -> Option<Moment> {
    for pause in pauses {
        if pause.from >= at {
            break;
        }
        let paused = calendar::between(calendar, pause.from, pause.to?);
        if paused > TimeDelta::zero() {
            at = calendar::add_open(calendar, at, paused)?;
        }
    }
    Some(at)
}

/// When a clock's target passes, with these pauses.
pub(super) fn due(
    clock: &Clock,
    calendar: &Calendar,
    rules: Rules<'_>,
    pauses: &[Pause],
) -> Option<Moment> {
    let ends = rules.settings.clocks.day_end;
    after(
        calendar,
        first_due(calendar, clock.start, &clock.target, ends)?,
        pauses,
    )
}

pub(super) fn reaches(clock: &Clock, rules: Rules<'_>, at: Threshold) -> Option<Moment> {
    let calendar = clock.calendar(rules)?;
    if at == Threshold::Percent(100) {
        return clock.due;
    }
    let ends = rules.settings.clocks.day_end;
    let whole = budget(calendar, clock.start, &clock.target, ends)?;
    let part = match at {
        Threshold::Percent(percent) => {
            TimeDelta::milliseconds(whole.num_milliseconds() * i64::from(percent) / 100)
        }
        Threshold::Before(minutes) => whole - TimeDelta::minutes(i64::from(minutes)),
    };
    let part = part.max(TimeDelta::zero());
    after(
        calendar,
        calendar::add_open(calendar, clock.start, part)?,
        &clock.pauses,
    )
}

/// A target that was in force in `[from, to)`.
struct Term {
    from: Moment,
    to: Option<Moment>,
    target: Option<(Target, Origin)>,
}

/// The targets in force while a clock ran.
fn terms(instance: &Instance, line: &Line, rules: Rules<'_>) -> Vec<Term> {
    let upto = instance.end.map_or(line.now, |(end, _)| end);
    let first = line
        .regimes
        .iter()
        .rposition(|regime| regime.at <= instance.start)
        .unwrap_or(0);
    let mut all: Vec<Term> = Vec::new();
    for regime in &line.regimes[first..] {
        if regime.at > upto {
            break;
        }
        let target = target(
            rules,
            instance.kind,
            &regime.priority,
            &regime.kind,
            regime.code.as_deref(),
        );
        match all.last_mut() {
            Some(last) if last.target == target => {}
            last => {
                if let Some(last) = last {
                    last.to = Some(regime.at);
                }
                all.push(Term {
                    from: regime.at.max(instance.start),
                    to: None,
                    target,
                });
            }
        }
    }
    all
}

/// Counts a clock; `None` where nothing was ever asked of it.
pub(super) fn clock(instance: &Instance, line: &Line, rules: Rules<'_>) -> Option<Clock> {
    let ends = rules.settings.clocks.day_end;
    let terms = terms(instance, line, rules);
    let (at, last) = terms
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, term)| Some((at, term.target.as_ref()?)))?;
    let changes = if terms.len() > 1 {
        terms.iter().map(change).collect()
    } else {
        Vec::new()
    };
    // Where nothing is asked of it any more, it ends.
    let dropped = terms.get(at + 1).map(|term| (term.from, End::Dropped));
    let instance = &Instance {
        end: [instance.end, dropped]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at),
        ..*instance
    };
    let mut clock = Clock {
        kind: instance.kind,
        start: instance.start,
        target: last.0.clone(),
        origin: last.1.clone(),
        changes,
        pauses: line.pauses(instance, rules),
        due: None,
        end: instance.end,
        breached: None,
    };
    let upto = instance.end.map_or(line.now, |(end, _)| end);
    for term in &terms {
        let Some((target, origin)) = &term.target else {
            continue;
        };
        let Some(calendar) = rules.settings.calendars.get(&target.calendar) else {
            continue;
        };
        let due = first_due(calendar, clock.start, target, ends)
            .and_then(|due| after(calendar, due, &clock.pauses));
        let limit = term.to.map_or(upto, |to| to.min(upto));
        if let Some(due) = due.filter(|due| *due < limit) {
            // The target that passed stays the one that counts.
            clock.target = target.clone();
            clock.origin = origin.clone();
            clock.due = Some(due);
            clock.breached = Some(due.max(term.from));
            return Some(clock);
        }
        if target == &last.0 {
            clock.due = due;
        }
    }
    Some(clock)
}

fn change(term: &Term) -> Change {
    let (target, origin) = term.target.clone().unzip();
    Change {
        at: term.from,
        target,
        origin,
    }
}
