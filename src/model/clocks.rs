//! The clocks that run on a ticket, as a company sets them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::calendar::{Duration, NonZeroDuration};
use crate::model::moment::Moment;
use crate::model::status::{TicketType, Waiting};

/// What a clock counts towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ClockKind {
    /// The first word with the requester.
    FirstResponse,
    /// The answer to the oldest message that nobody has answered.
    Reply,
    /// The periodic call.
    Update,
    /// The next word, at the time that the requester was promised.
    Promise,
    /// The call on the working day before a planned event.
    Call,
    /// A planned event, on its day.
    Event,
    /// A way to go on working.
    Workaround,
    /// The solution.
    Resolution,
}

impl ClockKind {
    /// Whether it is kept by speaking to the requester: whoever keeps contact keeps it, whoever works.
    pub fn is_call(self) -> bool {
        matches!(
            self,
            Self::FirstResponse | Self::Reply | Self::Update | Self::Promise | Self::Call
        )
    }

    /// All, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::FirstResponse,
        Self::Reply,
        Self::Update,
        Self::Promise,
        Self::Call,
        Self::Event,
        Self::Workaround,
        Self::Resolution,
    ];

    /// Those for which the settings have targets and pauses: a promise is due at the time that was said,
    /// a planned event on its day, whatever the ticket waits for.
    pub const TARGETED: [Self; 5] = [
        Self::FirstResponse,
        Self::Reply,
        Self::Update,
        Self::Workaround,
        Self::Resolution,
    ];

    /// The words as they stand in files, in the order of [`Self::ALL`].
    pub const WORDS: [&str; 8] = [
        "first-response",
        "reply",
        "update",
        "promise",
        "call",
        "event",
        "workaround",
        "resolution",
    ];

    /// The word as it stands in files.
    pub fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The words as people say them.
    pub fn title(self) -> &'static str {
        match self {
            Self::FirstResponse => "first response",
            Self::Call => "day-before call",
            Self::Event => "planned event",
            other => other.as_str(),
        }
    }

    /// The clock of a word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for ClockKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How long something may take, and by which hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// How long.
    pub within: NonZeroDuration,
    /// The calendar that it is measured on.
    pub calendar: String,
}

/// When a clock is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// So long after its start.
    Within(Target),
    /// At the time that was promised.
    At(Moment),
    /// On a day.
    On(DueDay),
}

/// A day on which something is due: at its closing, and pressing from its opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDay {
    /// The date of the planned event.
    pub date: NaiveDate,
    /// When the day opens on which it is due; midnight where the calendar is closed on it.
    pub opens: Moment,
    /// When that day closes.
    pub closes: Moment,
    /// The calendar of that.
    pub calendar: String,
}

/// The calendar of plain time, which every desk has.
pub const ALWAYS: &str = "always";

impl Goal {
    /// The calendar by which it is measured.
    pub fn calendar(&self) -> &str {
        match self {
            Self::Within(target) => &target.calendar,
            Self::At(_) => ALWAYS,
            Self::On(day) => &day.calendar,
        }
    }
}

/// The targets of one priority.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PriorityTargets {
    /// The calendar of targets that name none, those of problem codes too.
    pub calendar: Option<String>,
    /// By clock.
    pub targets: BTreeMap<ClockKind, Target>,
    /// By type of ticket, where that differs; `None` is no target.
    pub by_type: BTreeMap<TicketType, BTreeMap<ClockKind, Option<Target>>>,
    /// Whether notices go out at any hour, not only in the calendar's.
    pub any_hour: bool,
}

/// When a target of business days is due on its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayEnd {
    /// At the day's closing: `1bd` is the end of the next business day.
    Closing,
    /// At the time of day at which it began.
    SameTime,
}

/// A point on a clock's way to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Threshold {
    /// So many percent of the target; 100 is the breach.
    Percent(u32),
    /// So many minutes of open time before the target.
    Before(u32),
}

/// A text that is no point on a clock's way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no point on the way to a target: write `75%` or `30m before`")]
pub struct NotAThreshold(pub String);

impl FromStr for Threshold {
    type Err = NotAThreshold;

    fn from_str(text: &str) -> Result<Self, NotAThreshold> {
        let wrong = || NotAThreshold(text.to_owned());
        if let Some(number) = text.strip_suffix('%') {
            let percent: u32 = number.trim().parse().map_err(|_| wrong())?;
            let sane = (1..=1000).contains(&percent);
            return sane.then_some(Self::Percent(percent)).ok_or_else(wrong);
        }
        let length = text.strip_suffix("before").ok_or_else(wrong)?;
        let length: NonZeroDuration = length.trim().parse().map_err(|_| wrong())?;
        match length.get() {
            Duration::Minutes(minutes) => Ok(Self::Before(minutes)),
            Duration::Days(_) => Err(wrong()),
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Before(minutes) => write!(f, "{} before", Duration::Minutes(*minutes)),
        }
    }
}

/// Where the sweep escalates to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Does {
    /// The next tier of the area; to management from the last.
    Up,
    /// A queue.
    Queue(String),
    /// Another area.
    Area(String),
    /// Management is told; the work stays.
    Management,
}

impl fmt::Display for Does {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Up => f.write_str("next tier"),
            Self::Queue(name) => write!(f, "queue {name}"),
            Self::Area(name) => write!(f, "area {name}"),
            Self::Management => f.write_str("management"),
        }
    }
}

/// One `[[escalation]]`: what the sweep does by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationRule {
    /// The clock that it watches.
    pub clock: ClockKind,
    /// When.
    pub at: Threshold,
    /// Only these priorities; any where empty.
    pub priorities: Vec<String>,
    /// Only these queues; any where empty.
    pub queues: Vec<String>,
    /// Only these types; any where empty.
    pub types: Vec<TicketType>,
    /// What then.
    pub does: Does,
}

/// `[silence]`: what becomes of a ticket that waits for a silent requester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// How long after pending, and after each reminder, the next is due.
    pub every: NonZeroDuration,
    /// The calendar of that.
    pub calendar: String,
    /// How many reminders there are.
    pub reminders: u32,
    /// Whether the ticket is resolved when one more would be due.
    pub resolve: bool,
}

/// All that a company says on clocks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Clocks {
    /// Targets by priority. Empty: no clock runs.
    pub targets: BTreeMap<String, PriorityTargets>,
    /// The waits that stop a clock.
    pub pauses: BTreeMap<ClockKind, Vec<Waiting>>,
    /// The points on its way at which a clock reminds.
    pub thresholds: BTreeMap<ClockKind, Vec<Threshold>>,
    /// When targets of business days are due.
    pub day_end: DayEnd,
    /// Whether workaround and resolution count anew from when an information becomes an action.
    pub restart_on_conversion: bool,
    /// What the sweep escalates.
    pub rules: Vec<EscalationRule>,
    /// What it does about silent requesters.
    pub silence: Option<Silence>,
    /// Whether it closes what stayed resolved past the house's time.
    pub auto_close: bool,
}

impl Default for Clocks {
    /// No targets; pauses and thresholds as most houses have them (field notes 2.3 and 2.4): who
    /// waits for the requester or for a date agreed does not work, while waiting for a third party
    /// is a matter of contracts and stops nothing.
    fn default() -> Self {
        use ClockKind::{FirstResponse, Reply, Resolution, Update, Workaround};
        let waits = || vec![Waiting::Customer, Waiting::Schedule];
        Self {
            targets: BTreeMap::new(),
            pauses: BTreeMap::from([
                (FirstResponse, Vec::new()),
                (Reply, Vec::new()),
                (Update, waits()),
                (Workaround, waits()),
                (Resolution, waits()),
            ]),
            thresholds: ClockKind::ALL
                .into_iter()
                .map(|kind| match kind {
                    ClockKind::Promise => {
                        (kind, vec![Threshold::Before(30), Threshold::Percent(100)])
                    }
                    ClockKind::Call | ClockKind::Event => {
                        (kind, vec![Threshold::Before(480), Threshold::Percent(100)])
                    }
                    kind => (kind, [50, 75, 100].map(Threshold::Percent).to_vec()),
                })
                .collect(),
            day_end: DayEnd::Closing,
            restart_on_conversion: true,
            rules: Vec::new(),
            silence: None,
            auto_close: true,
        }
    }
}

impl Clocks {
    /// Whether a wait stops a clock.
    pub fn stops(&self, kind: ClockKind, wait: &Waiting) -> bool {
        self.pauses
            .get(&kind)
            .is_some_and(|waits| waits.contains(wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_the_way_are_percents_and_times_before() {
        for text in ["50%", "100%", "30m before", "2h before"] {
            assert_eq!(text.parse::<Threshold>().unwrap().to_string(), text);
        }
        for wrong in [
            "",
            "50",
            "0%",
            "1bd before",
            "before",
            "0m before",
            "5000%",
            "-1%",
        ] {
            assert!(wrong.parse::<Threshold>().is_err(), "{wrong}");
        }
    }
}
