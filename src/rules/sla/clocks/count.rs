//! Counting one clock: its targets one after another, its pauses, its breach.

use chrono::TimeDelta;

use crate::model::calendar::Duration;
use crate::model::clocks::{ClockKind, DayEnd, DueDay, Goal, Target, Threshold};
use crate::model::moment::Moment;
use crate::rules::context::DeskContext;
use crate::rules::sla::calendar::Hours;
use crate::rules::sla::clocks::line::{Instance, Regime, Timeline};
use crate::rules::sla::clocks::promise::{self, update_due};
use crate::rules::sla::clocks::{
    Aim, Clock, ClockResult, End, Pause, TargetChange, TargetSource, aim,
};

/// What a target means for a clock that began at a moment.
fn first_due(hours: Hours<'_>, start: Moment, within: Duration, ends: DayEnd) -> Option<Moment> {
    match (within, ends) {
        (Duration::Days(days), DayEnd::Closing) => hours.end_of_day(start, days),
        (within, _) => hours.add(start, within),
    }
}

/// The open time that a target allows from a moment on.
fn budget(hours: Hours<'_>, start: Moment, target: &Target, ends: DayEnd) -> Option<TimeDelta> {
    let within = target.within.get();
    match within {
        Duration::Minutes(minutes) => Some(TimeDelta::minutes(i64::from(minutes))),
        Duration::Days(_) => {
            let due = first_due(hours, start, within, ends)?;
            Some(hours.between(start, due))
        }
    }
}

/// Moves a moment on by the open time of the pauses before it; `None` where one of them lasts.
///
/// A pause that begins when the moment has come, or after, does not move it: a breach is history.
fn after(hours: Hours<'_>, mut at: Moment, pauses: &[Pause]) -> Option<Moment> {
    for pause in pauses {
        if pause.from >= at {
            break;
        }
        let paused = hours.between(pause.from, pause.to?);
        if paused > TimeDelta::zero() {
            at = hours.add_open(at, paused)?;
        }
    }
    Some(at)
}

/// When a clock's target passes, with these pauses.
pub(in crate::rules::sla::clocks) fn due(
    clock: &Clock,
    hours: Hours<'_>,
    context: DeskContext<'_>,
    pauses: &[Pause],
) -> Option<Moment> {
    let ends = context.settings.clocks.day_end;
    match &clock.goal {
        Goal::At(due) => Some(*due),
        Goal::On(day) => Some(day.closes),
        Goal::Within(target) => after(
            hours,
            first_due(hours, clock.start, target.within.get(), ends)?,
            pauses,
        ),
    }
}

/// The open time that a clock allows from its start on, pauses left out. An update that waits for a
/// promise has so much more.
pub(in crate::rules::sla::clocks) fn whole(
    clock: &Clock,
    hours: Hours<'_>,
    context: DeskContext<'_>,
) -> Option<TimeDelta> {
    let ends = context.settings.clocks.day_end;
    match (&clock.goal, clock.waits, clock.due) {
        (Goal::At(due), ..) => Some(promise::whole(clock.start, *due)),
        (Goal::On(day), ..) => Some(hours.between(clock.start.min(day.closes), day.closes)),
        (Goal::Within(target), Some(without), Some(due)) => {
            let more = hours.between(without, due);
            Some(budget(hours, clock.start, target, ends)? + more)
        }
        (Goal::Within(target), ..) => budget(hours, clock.start, target, ends),
    }
}

pub(in crate::rules::sla::clocks) fn reaches(
    clock: &Clock,
    context: DeskContext<'_>,
    at: Threshold,
) -> Option<Moment> {
    let hours = clock.hours(context)?;
    if at == Threshold::Percent(100) {
        return clock.due;
    }
    if let Goal::On(day) = &clock.goal {
        return Some(on_day(day, at).max(clock.start));
    }
    let whole = whole(clock, hours, context)?;
    let part = match at {
        Threshold::Percent(percent) => {
            TimeDelta::milliseconds(whole.num_milliseconds() * i64::from(percent) / 100)
        }
        Threshold::Before(minutes) => whole - TimeDelta::minutes(i64::from(minutes)),
    };
    let part = part.max(TimeDelta::zero());
    after(hours, hours.add_open(clock.start, part)?, &clock.pauses)
}

/// When a point on the way through a day is reached: percents count from its opening to its closing.
fn on_day(day: &DueDay, at: Threshold) -> Moment {
    let part = match at {
        Threshold::Percent(percent) => {
            let whole = day.closes.since(day.opens).num_milliseconds();
            TimeDelta::milliseconds(whole * (i64::from(percent) - 100) / 100)
        }
        Threshold::Before(minutes) => -TimeDelta::minutes(i64::from(minutes)),
    };
    Moment::new(&(day.closes.utc() + part))
}

/// A target that was in force in `[from, to)`.
struct TargetTerm<'r> {
    from: Moment,
    to: Option<Moment>,
    aim: Option<Aim<'r>>,
}

/// The targets in force while a clock ran.
fn terms<'r>(
    instance: &Instance,
    line: &Timeline<'r>,
    context: DeskContext<'r>,
) -> Vec<TargetTerm<'r>> {
    // A clock may begin later than now, by an entry that is dated so.
    let upto = instance
        .end
        .map_or(line.now.max(instance.start), |(end, _)| end);
    let first = line
        .regimes
        .partition_point(|regime| regime.at <= instance.start)
        .saturating_sub(1);
    let mut all: Vec<TargetTerm<'_>> = Vec::new();
    let mut before: Option<&Regime<'_>> = None;
    for regime in &line.regimes[first..] {
        if regime.at > upto {
            break;
        }
        // Most entries change nothing that a target depends on.
        if before
            .replace(regime)
            .is_some_and(|one| one.asks_like(regime))
        {
            continue;
        }
        let aim = aim(
            context,
            instance.kind,
            regime.priority,
            regime.kind,
            regime.code,
        );
        match all.last_mut() {
            Some(last) if last.aim == aim => {}
            last => {
                if let Some(last) = last {
                    last.to = Some(regime.at);
                }
                all.push(TargetTerm {
                    from: regime.at.max(instance.start),
                    to: None,
                    aim,
                });
            }
        }
    }
    all
}

/// A clock that was counted, in the words of the log and the settings.
pub(in crate::rules::sla::clocks) struct CountedClock<'r> {
    kind: ClockKind,
    start: Moment,
    /// `None` of a promise, which is due at its time, and of a planned event.
    aim: Option<Aim<'r>>,
    /// The day of a planned event.
    day: Option<DueDay>,
    terms: Vec<TargetTerm<'r>>,
    pauses: Vec<Pause>,
    due: Option<Moment>,
    waits: Option<Moment>,
    end: Option<(Moment, End)>,
    breached: Option<Moment>,
}

impl CountedClock<'_> {
    /// How it came out.
    pub(in crate::rules::sla::clocks) fn result(&self) -> ClockResult {
        ClockResult {
            kind: self.kind,
            end: self.end,
            breached: self.breached,
        }
    }

    /// The clock that was counted, with values of its own.
    pub(in crate::rules::sla::clocks) fn clock(self) -> Clock {
        let changes = if self.terms.len() > 1 {
            self.terms.iter().map(change).collect()
        } else {
            Vec::new()
        };
        Clock {
            kind: self.kind,
            start: self.start,
            origin: match (&self.aim, &self.day) {
                (Some(aim), _) => aim.origin(),
                (None, Some(_)) => TargetSource::Planned,
                (None, None) => TargetSource::Promise,
            },
            goal: match (&self.aim, self.day) {
                (Some(aim), _) => Goal::Within(aim.target()),
                (None, Some(day)) => Goal::On(day),
                (None, None) => Goal::At(self.due.unwrap_or(self.start)),
            },
            changes,
            pauses: self.pauses,
            due: self.due,
            waits: self.waits,
            end: self.end,
            breached: self.breached,
        }
    }
}

/// When a target passes.
#[derive(Clone, Copy)]
struct DueAt {
    due: Moment,
    /// When it would, without a promise that the clock waits for.
    without: Option<Moment>,
}

/// When a clock has used up what its target allows; `None` while it stands, or where the calendar
/// does not open for so long.
fn due_at(
    counted: &CountedClock<'_>,
    line: &Timeline<'_>,
    (hours, within, ends): (Hours<'_>, Duration, DayEnd),
) -> Option<DueAt> {
    let after = |within: Duration| {
        let due = first_due(hours, counted.start, within, ends)?;
        after(hours, due, &counted.pauses)
    };
    let own = after(within)?;
    if counted.kind != ClockKind::Update {
        return Some(DueAt {
            due: own,
            without: None,
        });
    }
    let due = update_due(&line.promises, own, after(within.twice()));
    Some(DueAt {
        due,
        without: (due > own).then_some(own),
    })
}

/// Counts a clock; `None` where nothing was ever asked of it.
pub(in crate::rules::sla::clocks) fn count<'r>(
    instance: &Instance,
    line: &Timeline<'r>,
    context: DeskContext<'r>,
) -> Option<CountedClock<'r>> {
    let ends = context.settings.clocks.day_end;
    if let Some(due) = instance.promised {
        return Some(promised(instance, due, line.now));
    }
    let terms = terms(instance, line, context);
    let (at, last) = terms
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, term)| Some((at, term.aim?)))?;
    // Where nothing is asked of it any more, it ends.
    let dropped = terms.get(at + 1).map(|term| (term.from, End::Dropped));
    let instance = &Instance {
        end: [instance.end, dropped]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at),
        ..*instance
    };
    let mut counted = CountedClock {
        kind: instance.kind,
        start: instance.start,
        aim: Some(last),
        day: None,
        terms: Vec::new(),
        pauses: line.pauses(instance, context),
        due: None,
        waits: None,
        end: instance.end,
        breached: None,
    };
    let upto = instance
        .end
        .map_or(line.now.max(instance.start), |(end, _)| end);
    // A priority that goes to and fro has few targets in many terms.
    let mut known: Vec<(Aim<'_>, Option<DueAt>)> = Vec::new();
    for term in &terms {
        let Some(aim) = term.aim else {
            continue;
        };
        let Some(hours) = context.hours(aim.calendar) else {
            continue;
        };
        let found = known.iter().find(|(one, _)| one.allows_like(&aim));
        let due = found.map_or_else(
            || due_at(&counted, line, (hours, aim.within.get(), ends)),
            |(_, due)| *due,
        );
        if found.is_none() {
            known.push((aim, due));
        }
        let limit = term.to.map_or(upto, |to| to.min(upto));
        if let Some(passed) = due.filter(|one| one.due < limit) {
            // The target that passed stays the one that counts.
            counted.aim = Some(aim);
            (counted.due, counted.waits) = (Some(passed.due), passed.without);
            counted.breached = Some(passed.due.max(term.from));
            break;
        }
        if aim.allows_like(&last) {
            counted.due = due.map(|one| one.due);
            counted.waits = due.and_then(|one| one.without);
        }
    }
    counted.terms = terms;
    Some(counted)
}

/// A promise, which counts to the time that was said.
fn promised<'r>(instance: &Instance, due: Moment, now: Moment) -> CountedClock<'r> {
    let limit = instance.end.map_or(now.max(instance.start), |(end, _)| end);
    CountedClock {
        kind: instance.kind,
        start: instance.start,
        aim: None,
        day: None,
        terms: Vec::new(),
        pauses: Vec::new(),
        due: Some(due),
        waits: None,
        end: instance.end,
        breached: (due < limit).then(|| due.max(instance.start)),
    }
}

/// The clocks of these kinds that planned events have.
pub(in crate::rules::sla::clocks) fn planned<'r>(
    kinds: &[ClockKind],
    line: &Timeline<'r>,
    context: DeskContext<'r>,
) -> Vec<CountedClock<'r>> {
    if ![ClockKind::Call, ClockKind::Event]
        .iter()
        .any(|kind| kinds.contains(kind))
    {
        return Vec::new();
    }
    let all = line.planned(context).into_iter();
    let wanted = all.filter(|clock| kinds.contains(&clock.kind));
    let counted = wanted.map(|clock| {
        let instance = Instance {
            kind: clock.kind,
            start: clock.start,
            end: clock.end,
            promised: None,
        };
        CountedClock {
            day: Some(clock.day.clone()),
            ..promised(&instance, clock.day.closes, line.now)
        }
    });
    counted.collect()
}

fn change(term: &TargetTerm<'_>) -> TargetChange {
    TargetChange {
        at: term.from,
        target: term.aim.map(|aim| aim.target()),
        origin: term.aim.map(|aim| aim.origin()),
    }
}
