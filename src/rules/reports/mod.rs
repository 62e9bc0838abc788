//! The figures of reports: pure functions of tickets, settings, a period and an instant.
//!
//! Formulae and their traps are those of the field notes, 2.12. Whatever is counted is a list of
//! tickets first and a number second, so that every figure can be opened. Who did a thing is who
//! had the ticket then: fields are those at the event, of a record that was made those with which
//! its intake ended, unless the present ones are asked for.

pub mod parallel;
mod backlog;
mod by;
pub mod compared;
mod course;
mod facts;
mod flow;
mod key_figures;
mod knowledge;
mod label;
mod moves;
mod overview;
mod people;
mod sla;
mod spread;
mod table;
mod time;
mod times;
mod top;
mod vendors;
mod volume;

use std::collections::BTreeSet;
use std::iter;

use chrono::TimeDelta;

use crate::model::article::Article;
use crate::model::cancelled_as::CancelledAs;
use crate::model::earlier_value::{self, ValueOf};
use crate::model::event::EventKind;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::model::ticket_history::TicketHistory;
use crate::model::ticket_summary::TicketSummary;
use crate::page::query::Name;

use crate::rules::context::DeskContext;
use crate::rules::lifecycle::replay::read_value;
use crate::rules::sla::calendar::{Hours, Tables};
use crate::rules::text::period::Period;
pub use by::{EntryField, needs_front};
use compared::ComparedPeriods;
use facts::{Facts, ReportLabels};
use label::Label;

/// The reports there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportKind {
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
    /// Time that people noted.
    Time,
}

impl ReportKind {
    /// All, in the order in which they are named.
    pub const ALL: [Self; 14] = [
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
        Self::Time,
    ];

    /// The words, in the order of [`Self::ALL`].
    pub const WORDS: [&str; 14] = [
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
        "time",
    ];

    /// The word.
    pub fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The report of a word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it is of articles too.
    pub fn has_articles(self) -> bool {
        self == Self::Kb
    }

    /// Whether work orders are among its tickets without being asked for.
    pub fn has_work_orders(self) -> bool {
        self == Self::Time
    }

    /// Whether it is of what people hold, not of what they did.
    pub fn is_of_stock(self) -> bool {
        self == Self::Backlog
    }

    /// Whether it is a flow, or has one.
    pub fn has_flow(self) -> bool {
        matches!(self, Self::Overview | Self::Flow)
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
    /// That of the figure itself: a row has its own.
    Own,
}

impl Unit {
    /// The word in machine-readable formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Seconds => "seconds",
            Self::Share => "share",
            Self::Minutes => "minutes",
            Self::Own => "own",
        }
    }
}

/// A column of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportColumn {
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
    Time(i64, DayLength),
    /// Milliseconds, each of them: too few to be summed up.
    Times(Vec<i64>, DayLength),
    /// The median of too few to be summed up, for machines only.
    OfFew(i64, DayLength),
    /// By how much a number has changed.
    Change(i64),
    /// By how many thousandths a share has changed.
    Points(i64),
    /// By how many milliseconds a length of time has changed.
    Longer(i64, DayLength),
    /// A figure in periods that follow one another, the oldest first.
    Course(Vec<Amount>),
    /// The log cannot know.
    Unknown,
    /// There is nothing to tell.
    None,
}

/// How long a day is in a length of time, in milliseconds: a working day of the calendar on which it
/// was counted, or 24 hours. `None` where calendars of different days are together: hours only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayLength(pub Option<i64>);

impl Default for DayLength {
    fn default() -> Self {
        Self::PLAIN
    }
}

impl DayLength {
    /// Plain time.
    pub const PLAIN: Self = Self(Some(86_400_000));

    /// Of the calendar on which a time was counted; plain without one.
    fn of(hours: Option<Hours<'_>>) -> Self {
        let day = hours.map(Hours::working_day);
        day.map_or(Self::PLAIN, Self)
    }

    /// Of two lengths together.
    fn with(self, other: Self) -> Self {
        if self == other { self } else { Self(None) }
    }
}

/// A number and the tickets behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How much.
    pub amount: Amount,
    /// Places of tickets, in order; a ticket that counts twice stands here twice. Articles have the
    /// places after the last ticket. Empty where the figure follows from another of its row.
    pub of: Vec<u32>,
}

/// A row of figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// What they are of, one for each word of [`ReportSection::by`].
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
    /// A figure beside those of other periods.
    Keys,
    /// A sentence for each row.
    Sentences,
    /// Days of the week by hours of the day.
    Heat,
    /// Median, ninetieth percentile and attainment in the order of time.
    Trend,
    /// None: figures only.
    Plain,
}

/// A table of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportSection {
    /// Its stable name.
    pub key: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What its figures mean, in one line.
    pub about: &'static str,
    /// What its rows are told apart by.
    pub by: Vec<String>,
    /// Its columns.
    pub columns: Vec<ReportColumn>,
    /// Its rows.
    pub rows: Vec<ReportRow>,
    /// All rows together; `None` where they do not add up.
    pub total: Option<Vec<Figure>>,
    /// Whether a ticket may stand in several rows.
    pub overlaps: bool,
    /// How to draw it.
    pub chart: Chart,
}

/// A field to tell rows apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupBy {
    /// As it was typed.
    pub word: String,
    /// The field.
    pub name: Name,
    /// Whether by its value at the report's instant, not by the one that it had at each event.
    pub now: bool,
    /// What of an entry itself it is, instead of a field of its ticket.
    pub of: Option<EntryField>,
}

impl GroupBy {
    /// What is behind a field's name to ask for its present value.
    pub const NOW: &str = ".now";

    /// A field by its value at each event.
    pub fn then(word: &str, name: Name) -> Self {
        Self {
            word: word.to_owned(),
            name,
            now: false,
            of: None,
        }
    }

    /// What an entry itself says.
    pub fn entry(of: EntryField) -> Self {
        let name = match of {
            EntryField::Agent => Name::Field(Field::Known(Key::Assignee)),
            EntryField::Activity => Name::Activity,
            _ => Name::Updated,
        };
        Self {
            of: Some(of),
            ..Self::then(of.as_str(), name)
        }
    }

    /// Whether it tells people of the team apart.
    pub fn is_of_agents(&self) -> bool {
        match (&self.of, &self.name) {
            (Some(of), _) => *of == EntryField::Agent,
            (None, Name::Field(field)) => field.kind() == FieldKind::Agent,
            (None, _) => false,
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What queries and fields are answered with; its moment is the report's instant.
    pub context: DeskContext<'a>,
    /// The period.
    pub period: Period,
    /// Fields to tell rows apart by; none for the report's own.
    pub by: &'a [GroupBy],
    /// Whether people of the team may be told apart where nobody asked for it.
    pub people: bool,
    /// The stretches of a flow, where they are asked for.
    pub step: Option<EntryField>,
    /// Whether what stands out is told against the same period a year ago.
    pub year: bool,
    /// Whether requesters are named.
    pub names: bool,
}

impl Ask<'_> {
    /// The instant before which the period is over or the report is made.
    fn edge(&self) -> Moment {
        self.period.to.min(self.context.now.next())
    }
}

/// Tickets with what happened to them, and what is asked.
struct Scene<'a> {
    ask: Ask<'a>,
    histories: &'a [TicketHistory],
    /// Their front matter in the same order, where rows are told apart by it.
    front: &'a [TicketSummary],
    articles: &'a [Article],
    words: ReportLabels<'a>,
    facts: Facts<'a>,
    /// The logs that came in without any contact.
    silent: BTreeSet<u32>,
    /// The first record of all.
    begin: Option<Moment>,
}

impl<'a> Scene<'a> {
    fn house(&self) -> Option<Hours<'a>> {
        self.ask
            .context
            .hours(&self.ask.context.settings.policy.calendar)
    }

    fn history(&self, at: u32) -> &'a TicketHistory {
        &self.histories[at as usize]
    }

    fn front(&self, at: u32) -> Option<&'a TicketSummary> {
        self.front.get(at as usize)
    }

    /// Why a ticket counts for no volume, if it was no request.
    fn no_request(&self, at: u32) -> Option<CancelledAs> {
        let why = self.history(at).cancelled_as?;
        (!why.is_request()).then_some(why)
    }

    /// Whether the log of a ticket cannot tell who spoke with whom: it came in with one that has no
    /// contact anywhere.
    fn is_silent(&self, at: u32) -> bool {
        let source = self.history(at).source;
        source != 0 && self.silent.contains(&source)
    }

    /// The word of a label of the facts.
    fn text(&self, label: Label) -> &str {
        self.words.text(label)
    }
}

/// How far beyond its instant a report looks for the ends of targets, as a rule.
const AHEAD: TimeDelta = TimeDelta::days(366);

/// What a report is made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportInput<'a> {
    /// The tickets.
    pub histories: &'a [TicketHistory],
    /// Their front matter in the same order; may be left out where no field that [`needs_front`]
    /// is asked for.
    pub front: &'a [TicketSummary],
    /// The articles, where the report [has](ReportKind::has_articles) any.
    pub articles: &'a [Article],
}

/// The sections of a report.
pub fn report(kind: ReportKind, given: ReportInput<'_>, ask: Ask<'_>) -> Vec<ReportSection> {
    let histories = given.histories;
    let settings = ask.context.settings;
    let begin = histories
        .iter()
        .filter_map(|history| history.events.first());
    let begin = begin.map(|first| first.at).min();
    let end = Moment::new(&(ask.context.now.utc() + AHEAD));
    let tables = Tables::of(&settings.calendars, begin.unwrap_or(end), end);
    let context = DeskContext {
        tables: Some(&tables),
        ..ask.context
    };
    let ask = Ask { context, ..ask };
    let words = ReportLabels::of(histories, ask.context.catalogue);
    let compared = (kind == ReportKind::Overview).then(|| compared(ask));
    let others = compared.iter().flat_map(ComparedPeriods::all);
    let periods: Vec<Period> = iter::once(ask.period).chain(others).collect();
    let facts = facts::read(histories, &words, ask, &periods);
    let scene = Scene {
        silent: silent(histories),
        begin,
        ask,
        histories,
        front: given.front,
        articles: given.articles,
        words,
        facts,
    };
    match kind {
        ReportKind::Overview => overview::sections(&scene, compared.as_ref()),
        ReportKind::Volume => volume::sections(&scene),
        ReportKind::Response => times::response(&scene),
        ReportKind::Resolution => times::resolution(&scene),
        ReportKind::Sla => sla::sections(&scene),
        ReportKind::Backlog => backlog::sections(&scene),
        ReportKind::Flow => vec![flow::section(&scene)],
        ReportKind::Agents => vec![people::agents(&scene)],
        ReportKind::Contacts => people::contacts(&scene),
        ReportKind::Escalations => moves::escalations(&scene),
        ReportKind::Reopens => moves::reopens(&scene),
        ReportKind::Kb => knowledge::kb(&scene),
        ReportKind::Satisfaction => knowledge::satisfaction(&scene),
        ReportKind::Time => time::time(&scene),
    }
}

/// The periods that a period is compared with.
fn compared(ask: Ask<'_>) -> ComparedPeriods {
    let settings = ask.context.settings;
    let many = settings.report_limits.periods;
    ComparedPeriods::of(ask.period, ask.edge(), settings.zone, many)
}

/// The period before that of a report, or the same one a year ago: that with which each of its tables is
/// compared.
pub fn earlier_period(ask: Ask<'_>) -> Period {
    let compared = compared(ask);
    let before = compared.before.first().copied();
    before.filter(|_| !ask.year).unwrap_or(compared.year)
}

/// Tables with what the first figure that matters was in an earlier period, and by how much it has
/// changed.
pub fn compare(sections: &mut [ReportSection], earlier: &[ReportSection]) {
    for section in sections {
        let before = earlier.iter().find(|other| other.key == section.key);
        if let Some(before) = before.filter(|_| section.chart != Chart::Flow) {
            beside(section, before);
        }
    }
}

fn beside(section: &mut ReportSection, before: &ReportSection) {
    let keys = ["median", "attainment"];
    let named = |column: &ReportColumn| keys.contains(&column.key);
    let at = section.columns.iter().position(named).unwrap_or(0);
    let Some(column) = section.columns.get(at).copied() else {
        return;
    };
    let zero = match column.unit {
        Unit::Count | Unit::Minutes => Amount::Number(0),
        _ => Amount::None,
    };
    let then = |labels: &[String]| {
        let row = before.rows.iter().find(|row| row.labels == labels);
        row.map_or_else(|| zero.clone(), |row| row.figures[at].amount.clone())
    };
    let add = |figures: &mut Vec<Figure>, then: Amount| {
        let change = key_figures::change(&then, &figures[at].amount);
        figures.extend([Figure::plain(then), Figure::plain(change)]);
    };
    for row in &mut section.rows {
        add(&mut row.figures, then(&row.labels));
    }
    if let (Some(total), Some(then)) = (&mut section.total, &before.total) {
        add(total, then[at].amount.clone());
    } else {
        section.total = None;
    }
    section.columns.extend([
        ReportColumn {
            key: "before",
            unit: column.unit,
        },
        ReportColumn {
            key: "change",
            unit: column.unit,
        },
    ]);
}

/// The logs that came in without any contact, as numbers of their names.
fn silent(histories: &[TicketHistory]) -> BTreeSet<u32> {
    let mut silent = BTreeSet::new();
    let mut telling = BTreeSet::new();
    for history in histories.iter().filter(|history| history.source != 0) {
        if !telling.contains(&history.source) && history.has_contacts() {
            telling.insert(history.source);
        }
        silent.insert(history.source);
    }
    silent.retain(|source| !telling.contains(source));
    silent
}

/// A ticket as it was at an instant, as far as its log tells; `None` if it was not there yet.
pub fn as_of(mut ticket: TicketSummary, at: Moment) -> Option<TicketSummary> {
    if ticket.created > at {
        return None;
    }
    if ticket.updated <= at {
        return Some(ticket);
    }
    ticket.events = ticket.events.until(at);
    ticket.knowledge.retain(|one| one.at <= at);
    ticket.tell = None;
    earlier(&mut ticket, ValueOf::At(at));
    earlier_value::forget_after(&mut ticket.earlier, at);
    ticket.updated = ticket.events.last().map_or(ticket.created, |last| last.at);
    let mut last = Stood::default();
    for event in ticket.events.iter() {
        match event.what {
            EventKind::Kind(kind) => last.kind = kind.as_str(),
            EventKind::Priority(priority) => last.priority = priority.text,
            EventKind::Code(code) => last.code = code.map_or("", |code| code.text),
            EventKind::Queue(queue) => last.queue = queue.map_or("", |queue| queue.text),
            EventKind::Assignee(agent) => last.agent = agent.map_or("", |agent| agent.text),
            EventKind::Status {
                status, waiting, ..
            } => {
                last.status = status.as_str();
                last.waiting = waiting.map_or("", |wait| wait.as_str());
                if *status == Status::Resolved {
                    last.resolved = Some(event.at);
                }
            }
            _ => {}
        }
    }
    let text = |text: &str| (!text.is_empty()).then(|| Value::Text(text.to_owned()));
    let then = [
        (Key::Status, text(last.status)),
        (Key::WaitingOn, text(last.waiting)),
        (Key::Until, None),
        (Key::Type, text(last.kind)),
        (Key::Priority, text(last.priority)),
        (Key::Queue, text(last.queue)),
        (Key::Assignee, text(last.agent)),
        (Key::Code, text(last.code)),
    ];
    ticket.resolved = last.resolved;
    for (key, value) in then {
        match value {
            Some(value) => ticket.values.insert(Field::Known(key), value),
            None => ticket.values.remove(&Field::Known(key)),
        };
    }
    Some(ticket)
}

/// Gives a ticket those values that its fields had then of which its events do not tell.
fn earlier(ticket: &mut TicketSummary, of: ValueOf) {
    for (field, own) in &ticket.earlier {
        let now = ticket.values.get(field);
        let value = earlier_value::value(own, field.kind(), now, of);
        let value = value.map(|value| match value {
            Value::Text(text) => read_value(field.kind(), &text),
            value => value,
        });
        match value {
            Some(value) => ticket.values.insert(field.clone(), value),
            None => ticket.values.remove(field),
        };
    }
}

/// The tracked fields as a log leaves them.
#[derive(Default)]
struct Stood<'e> {
    status: &'e str,
    waiting: &'e str,
    kind: &'e str,
    priority: &'e str,
    queue: &'e str,
    agent: &'e str,
    code: &'e str,
    resolved: Option<Moment>,
}
