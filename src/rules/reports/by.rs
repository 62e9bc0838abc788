//! What rows are told apart by: a field as it was at the event, or as it stands.

use chrono::Datelike;
use chrono_tz::Tz;

use crate::model::earlier_value::ValueOf;
use crate::model::field::{Field, Key};
use crate::model::moment::Moment;
use crate::page::query::Name;
use crate::rules::query::tickets::texts;

use crate::rules::reports::facts::StateAtEvent;
use crate::rules::reports::label::{Label, Labels};
use crate::rules::reports::{GroupBy, Scene, earlier};

/// The days of the week, in their order.
pub(in crate::rules::reports) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// What stands where a field has no value.
pub(in crate::rules::reports) const NONE: &str = "(none)";

/// Whether a field may have several values at once, so that rows do not add up.
pub(in crate::rules::reports) fn is_list(name: &Name) -> bool {
    match name {
        Name::Asset | Name::Place | Name::Activity => true,
        Name::Field(field) => field.kind().is_list(),
        _ => false,
    }
}

/// Where the values of a field come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GroupField {
    Status,
    Waiting,
    Kind,
    Channel,
    Priority,
    Queue,
    Agent,
    Code,
    Tier,
    Area,
    /// A level of the catalogue above the code.
    Level(usize),
    /// The front matter, as it was then.
    Front,
    /// The front matter, as it stands at the report's instant.
    Now,
}

impl GroupField {
    fn of(name: &Name) -> Self {
        match name {
            Name::Field(Field::Known(Key::Status)) => Self::Status,
            Name::Field(Field::Known(Key::WaitingOn)) => Self::Waiting,
            Name::Field(Field::Known(Key::Type)) => Self::Kind,
            Name::Field(Field::Known(Key::Channel)) => Self::Channel,
            Name::Field(Field::Known(Key::Priority)) => Self::Priority,
            Name::Field(Field::Known(Key::Queue)) => Self::Queue,
            Name::Field(Field::Known(Key::Assignee)) => Self::Agent,
            Name::Field(Field::Known(Key::Code)) => Self::Code,
            Name::Tier => Self::Tier,
            Name::Area => Self::Area,
            Name::Department => Self::Level(0),
            Name::Provider => Self::Level(1),
            Name::Category => Self::Level(2),
            _ => Self::Front,
        }
    }
}

/// What an entry itself says, beside how its ticket stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryField {
    /// Who wrote it.
    Agent,
    /// What its minutes went to.
    Activity,
    /// The day on which it happened.
    Day,
    /// The ISO week.
    Week,
    /// The month.
    Month,
    /// The hour of the day.
    Hour,
    /// The day of the week.
    Weekday,
}

impl EntryField {
    /// All, with their words; `agent` comes before the field that has this name elsewhere.
    pub const WORDS: &[(&str, Self)] = &[
        ("agent", Self::Agent),
        ("activity", Self::Activity),
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("hour", Self::Hour),
        ("weekday", Self::Weekday),
    ];

    /// The field of a word.
    pub fn read(word: &str) -> Option<Self> {
        let mut words = Self::WORDS.iter();
        words.find(|(known, _)| *known == word).map(|(_, of)| *of)
    }

    /// The word.
    pub fn as_str(self) -> &'static str {
        let mut words = Self::WORDS.iter();
        words
            .find(|(_, of)| *of == self)
            .map_or("", |(word, _)| word)
    }

    /// Whether rows by it have an order of their own.
    pub fn is_time(self) -> bool {
        !matches!(self, Self::Agent | Self::Activity)
    }

    /// Whether a flow can go by it: it cuts time into stretches.
    pub fn is_stretch(self) -> bool {
        matches!(self, Self::Day | Self::Week | Self::Month)
    }

    /// What a moment is called by it, by the clock of a zone.
    pub(in crate::rules::reports) fn of_time(self, at: Moment, zone: Tz) -> Option<String> {
        let local = at.in_zone(&zone);
        let day = local.date_naive();
        Some(match self {
            Self::Agent | Self::Activity => return None,
            Self::Day => day.to_string(),
            Self::Week => day.format("%G-W%V").to_string(),
            Self::Month => day.format("%Y-%m").to_string(),
            Self::Hour => local.format("%H:00").to_string(),
            Self::Weekday => WEEKDAYS[day.weekday().num_days_from_monday() as usize].to_owned(),
        })
    }

    /// The place of such a name in the order of time.
    pub(in crate::rules::reports) fn rank(self, name: &str) -> usize {
        if self == Self::Weekday {
            let place = WEEKDAYS.iter().position(|day| *day == name);
            return place.unwrap_or(WEEKDAYS.len());
        }
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(usize::MAX)
    }
}

/// Whether the front matter is needed to tell rows apart by a field: the events do not tell of it, or
/// its present value is asked for.
pub fn needs_front(by: &GroupBy) -> bool {
    by.of.is_none() && (by.now || GroupField::of(&by.name) == GroupField::Front)
}

/// A field that rows are told apart by.
pub(in crate::rules::reports) struct By {
    /// The field as it was typed.
    pub(in crate::rules::reports) word: String,
    pub(in crate::rules::reports) name: Name,
    /// What the entry itself says of it.
    pub(in crate::rules::reports) of: Option<EntryField>,
    source: GroupField,
    /// The row's label of each word of the logs that has been asked for.
    known: Vec<Option<Label>>,
}

impl By {
    pub(in crate::rules::reports) fn new(by: &GroupBy) -> Self {
        Self {
            word: by.word.clone(),
            source: if by.now {
                GroupField::Now
            } else {
                GroupField::of(&by.name)
            },
            name: by.name.clone(),
            of: by.of,
            known: Vec::new(),
        }
    }

    /// The values of a ticket that stood so, into `out`; at least one, [`NONE`].
    pub(in crate::rules::reports) fn values(
        &mut self,
        scene: &Scene<'_>,
        then: &StateAtEvent<'_>,
        ticket: u32,
        labels: &mut Labels,
        out: &mut Vec<Label>,
    ) {
        out.clear();
        let mut word = |word: &str| labels.of(if word.is_empty() { NONE } else { word });
        let own = match self.source {
            GroupField::Status => word(then.status.map_or("", |status| status.as_str())),
            GroupField::Waiting => word(then.waiting.map_or("", |wait| wait.as_str())),
            GroupField::Kind => word(then.kind.map_or("", |kind| kind.as_str())),
            GroupField::Channel => word(scene.history(ticket).channel(then.of()).as_str()),
            GroupField::Priority => self.looked_up(then.priority, scene, labels),
            GroupField::Queue | GroupField::Tier | GroupField::Area => {
                self.looked_up(then.queue, scene, labels)
            }
            GroupField::Agent => self.looked_up(then.agent, scene, labels),
            GroupField::Code | GroupField::Level(_) => self.looked_up(then.code, scene, labels),
            GroupField::Front | GroupField::Now => {
                let of = (self.source == GroupField::Front).then(|| then.of());
                out.extend(self.front(scene, ticket, of).iter().map(|text| word(text)));
                if out.is_empty() {
                    word("")
                } else {
                    return;
                }
            }
        };
        out.push(own);
    }

    fn looked_up(&mut self, of: Label, scene: &Scene<'_>, labels: &mut Labels) -> Label {
        if self.known.len() <= of.place() {
            self.known.resize(of.place() + 1, None);
        }
        if let Some(label) = self.known[of.place()] {
            return label;
        }
        let text = scene.text(of);
        let settings = scene.ask.context.settings;
        let found = match self.source {
            GroupField::Tier => match settings.tier(text) {
                0 => String::new(),
                tier => tier.to_string(),
            },
            GroupField::Area => settings.area(text).to_owned(),
            GroupField::Level(at) => {
                let code = scene.words.code(of);
                let level = code.and_then(|code| code.path.get(at).cloned());
                level.unwrap_or_default()
            }
            _ => text.to_owned(),
        };
        let label = labels.of(if found.is_empty() { NONE } else { &found });
        self.known[of.place()] = Some(label);
        label
    }

    /// What the front matter says, as it was or as it is.
    fn front(&self, scene: &Scene<'_>, ticket: u32, of: Option<ValueOf>) -> Vec<String> {
        let Some(mut ticket) = scene.front(ticket) else {
            return Vec::new();
        };
        let then = of.filter(|_| !ticket.earlier.is_empty()).map(|of| {
            let mut then = ticket.clone();
            earlier(&mut then, of);
            then
        });
        if let Some(then) = &then {
            ticket = then;
        }
        if self.name == Name::Requester {
            let name = ticket.text(Key::RequesterName);
            return vec![name.to_owned()];
        }
        texts(&self.name, ticket, scene.ask.context)
    }
}
