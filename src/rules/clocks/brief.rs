//! The clocks of a ticket in one look: what is due next, and how near it is.

use super::{Clock, Rules, all_of, is_breached, next_due};
use crate::model::clocks::{ClockKind, Threshold};
use crate::model::excerpt::Excerpt;
use crate::model::moment::Moment;

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

/// A ticket's clocks, summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The running clock whose target passes or passed first, and when.
    pub due: Option<(ClockKind, Moment)>,
    /// How near that is; the worst of all clocks that run.
    pub pressure: Pressure,
    /// Whether a target ever passed.
    pub breached: bool,
}

impl Brief {
    /// Of a ticket that no clock runs on.
    pub const NONE: Self = Self {
        due: None,
        pressure: Pressure::Calm,
        breached: false,
    };

    /// The clocks of a ticket at a moment.
    pub fn of(ticket: &Excerpt, rules: Rules<'_>, now: Moment) -> Self {
        if rules.settings.clocks.targets.is_empty() {
            return Self::NONE;
        }
        Self::sum(&all_of(ticket, rules, now), rules, now)
    }

    /// These clocks, summed up.
    pub fn sum(clocks: &[Clock], rules: Rules<'_>, now: Moment) -> Self {
        let running = clocks.iter().filter(|clock| clock.runs());
        Self {
            due: next_due(clocks).map(|(clock, due)| (clock.kind, due)),
            pressure: running
                .map(|clock| pressure(clock, rules, now))
                .min()
                .unwrap_or(Pressure::Calm),
            breached: is_breached(clocks),
        }
    }
}

/// How near the target of a clock that runs is.
pub fn pressure(clock: &Clock, rules: Rules<'_>, now: Moment) -> Pressure {
    if clock.breached.is_some() {
        return Pressure::Overdue;
    }
    let points = rules.settings.clocks.thresholds.get(&clock.kind);
    let before = points.into_iter().flatten().filter(|point| match point {
        Threshold::Percent(percent) => *percent < 100,
        Threshold::Before(_) => true,
    });
    let last = before
        .filter_map(|point| clock.reaches(rules, *point))
        .max();
    if last.is_some_and(|last| last <= now) {
        Pressure::AtRisk
    } else {
        Pressure::Calm
    }
}
