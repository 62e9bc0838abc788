//! The figures of reports: pure functions of tickets, settings, a period and an instant.
//!
//! Formulae and their traps are those of the field notes, 2.12. Whatever is counted is a list of
//! tickets first and a number second, so that every figure can be opened. Who did a thing is who
//! had the ticket then: queue, agent, priority, type and code are those at the event.

mod backlog;
mod by;
mod facts;
mod flow;
mod knowledge;
mod moves;
mod overview;
mod people;
pub mod period;
mod sla;
mod spread;
mod table;
mod times;
mod volume;

use crate::model::calendar::Calendar;
use crate::model::excerpt::Excerpt;
use crate::model::field::{Field, Key, Value};
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType, Waiting};
use crate::page::query::Name;
use crate::rules::matching::World;

use super::clocks::Rules;
use facts::Facts;
use period::Period;

/// The reports there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The most important of all, on one screen.
    Overview,
    /// What came in and went out.
    Volume,
    /// How long until the first word.
    Response,
    /// How long until solved.
    Resolution,
    /// Targets met and missed.
    Sla,
    /// What was open at an instant.
    Backlog,
    /// In and out by day, week or month.
    Flow,
    /// Who did what.
    Agents,
    /// Communications.
    Contacts,
    /// Moves between queues and to management.
    Escalations,
    /// What was solved and came back.
    Reopens,
    /// What the knowledge base had to do with it.
    Kb,
    /// What requesters said.
    Satisfaction,
}

impl Kind {
    /// All, in the order in which they are named.
    pub const ALL: [Self; 13] = [
        Self::Overview,
        Self::Volume,
        Self::Response,
        Self::Resolution,
        Self::Sla,
        Self::Backlog,
        Self::Flow,
        Self::Agents,
        Self::Contacts,
        Self::Escalations,
        Self::Reopens,
        Self::Kb,
        Self::Satisfaction,
    ];

    /// The words, in the order of [`Self::ALL`].
    pub const WORDS: [&str; 13] = [
        "overview",
        "volume",
        "response",
        "resolution",
        "sla",
        "backlog",
        "flow",
        "agents",
        "contacts",
        "escalations",
        "reopens",
        "kb",
        "satisfaction",
    ];

    /// The word.
    pub fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The report of a word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether its figures can be told apart by a field.
    pub fn has_groups(self) -> bool {
        !matches!(self, Self::Overview | Self::Flow | Self::Agents)
    }
}

/// What a figure is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// A part of a whole, 0 to 1.
    Share,
    /// Minutes that people noted.
    Minutes,
}

impl Unit {
    /// The word in machine-readable formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Seconds => "seconds",
            Self::Share => "share",
            Self::Minutes => "minutes",
        }
    }
}

/// A column of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its stable name.
    pub key: &'static str,
    /// What it is measured in.
    pub unit: Unit,
}

/// How much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So many; may be negative where it is a difference.
    Number(i64),
    /// A part of a whole.
    Share(u64, u64),
    /// Milliseconds.
    Time(i64),
    /// Milliseconds, each of them: too few to be summed up.
    Times(Vec<i64>),
    /// There is nothing to tell.
    None,
}

/// A number and the tickets behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How much.
    pub amount: Amount,
    /// Places of tickets, in order; a ticket that counts twice stands here twice. Empty where the
    /// figure follows from another of its row.
    pub of: Vec<u32>,
}

/// A row of figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What they are of, one for each word of [`Section::by`].
    pub labels: Vec<String>,
    /// The figures, by column.
    pub figures: Vec<Figure>,
}

/// How a section is best drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    /// A bar for the first column, the longest first or in order.
    Bars,
    /// Columns in the order of time, with a line for the last.
    Flow,
    /// Met and missed.
    Shares,
    /// None: figures only.
    Plain,
}

/// A table of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its stable name.
    pub key: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What its figures mean, in one line.
    pub about: &'static str,
    /// What its rows are told apart by.
    pub by: Vec<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// All rows together; `None` where they do not add up.
    pub total: Option<Vec<Figure>>,
    /// Whether a ticket may stand in several rows.
    pub overlaps: bool,
    /// How to draw it.
    pub chart: Chart,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What queries and fields are answered with; its moment is the report's instant.
    pub world: World<'a>,
    /// The period.
    pub period: Period,
    /// Fields to tell rows apart by, as they were typed and as they are; none for the report's own.
    pub by: &'a [(String, Name)],
}

impl Ask<'_> {
    /// The instant before which the period is over or the report is made.
    fn edge(&self) -> Moment {
        self.period.to.min(self.world.now.next())
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            settings: self.world.settings,
            catalogue: self.world.catalogue,
        }
    }

    fn house(&self) -> Option<&Calendar> {
        let settings = self.world.settings;
        settings.calendars.get(&settings.policy.calendar)
    }
}

/// Tickets with what happened to them, and what is asked.
struct Scene<'a> {
    ask: Ask<'a>,
    tickets: &'a [Excerpt],
    facts: Facts<'a>,
}

impl Scene<'_> {
    fn ticket(&self, at: u32) -> &Excerpt {
        &self.tickets[at as usize]
    }
}

/// The sections of a report.
pub fn report(kind: Kind, tickets: &[Excerpt], ask: Ask<'_>) -> Vec<Section> {
    let facts = facts::read(tickets, ask.rules(), ask.world.now.next(), ask.edge());
    let scene = Scene {
        ask,
        tickets,
        facts,
    };
    match kind {
        Kind::Overview => overview::sections(&scene),
        Kind::Volume => volume::sections(&scene),
        Kind::Response => times::response(&scene),
        Kind::Resolution => times::resolution(&scene),
        Kind::Sla => sla::sections(&scene),
        Kind::Backlog => backlog::sections(&scene),
        Kind::Flow => vec![flow::section(&scene)],
        Kind::Agents => vec![people::agents(&scene)],
        Kind::Contacts => people::contacts(&scene),
        Kind::Escalations => moves::escalations(&scene),
        Kind::Reopens => moves::reopens(&scene),
        Kind::Kb => knowledge::kb(&scene),
        Kind::Satisfaction => knowledge::satisfaction(&scene),
    }
}

/// A ticket as it was at an instant, as far as its log tells; `None` if it was not there yet.
pub fn as_of(mut ticket: Excerpt, at: Moment) -> Option<Excerpt> {
    if ticket.created > at {
        return None;
    }
    if ticket.updated <= at {
        return Some(ticket);
    }
    ticket.events.retain(|event| event.at <= at);
    ticket.knowledge.retain(|one| one.at <= at);
    ticket.tell = None;
    ticket.updated = ticket.events.last().map_or(ticket.created, |last| last.at);
    let last = facts::last(&ticket.events);
    let text = |text: Option<&str>| {
        text.filter(|text| !text.is_empty())
            .map(|text| Value::Text(text.to_owned()))
    };
    let then = [
        (Key::Status, text(last.status.map(Status::as_str))),
        (Key::WaitingOn, text(last.waiting.map(Waiting::as_str))),
        (Key::Until, None),
        (Key::Type, text(last.kind.map(TicketType::as_str))),
        (Key::Priority, text(Some(last.priority))),
        (Key::Queue, text(Some(last.queue))),
        (Key::Assignee, text(Some(last.agent))),
        (Key::Code, text(Some(last.code))),
    ];
    ticket.resolved = facts::resolved(&ticket.events);
    for (key, value) in then {
        match value {
            Some(value) => ticket.values.insert(Field::Known(key), value),
            None => ticket.values.remove(&Field::Known(key)),
        };
    }
    Some(ticket)
}
