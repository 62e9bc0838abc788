//! `report`: the figures of a period, with all that is needed to make them again.

mod request;

pub use request::{needs_asker, query, wrong};

use std::collections::{BTreeMap, HashMap};

use crate::index::article_cache;
use crate::index::changes::{self, HeadCommit};
use crate::index::scan::Scan;
use crate::index::ticket_cache::DoneTickets;
use crate::index::want::Want;
use crate::model::article::Article;
use crate::model::calendar::Calendar;
use crate::model::field::{Field, Key};
use crate::model::field_set::FieldSet;
use crate::model::id::{ArticleId, TicketId};
use crate::model::moment::Moment;
use crate::model::ticket_history::TicketHistory;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::people_reports;
use crate::ops::data::report::request::{
    fields, kind, measured, speaks_of_type, step, titles, written_query,
};
use crate::ops::data::report_request::{Compare, ReportRequest, instant, span};
use crate::ops::ticket::list::Words;
use crate::page::problem::Problem;
use crate::rules::context::DeskContext;
use crate::rules::query::tickets::{Matcher, looks_at};
use crate::rules::reports::parallel::both;
use crate::rules::reports::{self, Ask, GroupBy, ReportInput, ReportKind, ReportSection};
use crate::rules::text::period::Period;

/// What a report is of, so that it can be made again.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that have nothing to do with one another"
)]
pub struct ReportHead {
    /// The desk's name.
    pub desk: String,
    /// Which report.
    pub kind: ReportKind,
    /// The period.
    pub period: Period,
    /// The zone of its edges.
    pub zone: chrono_tz::Tz,
    /// The calendar of times where no target names one.
    pub calendar: String,
    /// How long a working day of it is, in milliseconds.
    pub working_day: Option<i64>,
    /// The query.
    pub query: String,
    /// Whether work orders are among the tickets.
    pub work_orders: bool,
    /// The instant as of which the report is made.
    pub at: Moment,
    /// The commit of the files, if there is one.
    pub commit: Option<String>,
    /// How many files differ from it; `None` where git could not tell.
    pub changed: Option<usize>,
    /// How many tickets fit.
    pub tickets: usize,
    /// What rows are told apart by; nothing where each table has fields of its own.
    pub by: Vec<GroupBy>,
    /// The period with which it is compared, if with any.
    pub compared: Option<Period>,
    /// Whether the period is not over yet.
    pub part: bool,
    /// Whether it is over, so that what was open at its end need not be open now.
    pub ended: bool,
    /// Whether the report looks back from an instant that is past.
    pub is_of_the_past: bool,
    /// Whether what stands out is told against the same period a year ago.
    pub year: bool,
    /// Whether people may be named on a page that is handed on.
    pub people: bool,
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it is of.
    pub head: ReportHead,
    /// Its tables.
    pub sections: Vec<ReportSection>,
    /// The tickets that figures name by their places.
    pub tickets: Vec<TicketId>,
    /// The articles that they name by the places after these.
    pub articles: Vec<ArticleId>,
    /// What words of the desk are called on the screen, by field, where that is asked for.
    pub titles: BTreeMap<(&'static str, String), String>,
    /// What the tickets are called, in their order, where that is asked for.
    pub titles_of: Vec<String>,
    /// When their records were made, in the same order.
    pub made: Vec<Moment>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Makes a report.
pub fn report(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &ReportRequest,
) -> Result<Report, OpError> {
    let kind = kind(request.name.as_deref())?;
    let zone = desk.settings.zone;
    let at = match &request.as_of {
        Some(text) => instant(text, context.now, zone)?,
        None => context.now,
    };
    let period = span(request, at, zone)?;
    let by = fields(desk, kind, &request.by)?;
    let query = query(desk, request)?;
    let context = DeskContext { now: at, ..context };
    let matcher = desk.matcher(&query, context)?;
    if let Some(what) = measured(kind, &by, &query, context.me) {
        people_reports::may_see(desk, context.me, &what)?;
    }
    let work_orders = request.work_orders || kind.has_work_orders() || speaks_of_type(&query);
    let needs_front = by.iter().any(reports::needs_front) || names_people(request, kind);
    // What a ticket was called at an earlier instant its log says, which is not read here.
    let titles_then = request.titles && request.as_of.is_some();
    let all = query.terms.is_empty() && !needs_front && !titles_then;
    let fields = looks_at(&query, true).filter(|_| !needs_front);
    let read = read(desk, |scan| {
        if all {
            reported(desk, scan, at)
        } else {
            matching(desk, scan, &matcher, fields.as_ref(), titles_then, at)
        }
    });
    let mut found = if work_orders {
        read.tickets
    } else {
        read.tickets.without_work_orders()
    };
    let dropped = dropped_priorities(desk, &found.histories, period);
    found.problems.extend(dropped);
    let ask = Ask {
        context,
        period,
        by: &by,
        people: people_reports::are_open_to(desk, context.me),
        step: step(kind, &request.by),
        year: request.compare == Compare::Year,
        names: request.people,
    };
    let articles = articles(desk, &read.scan, kind);
    let given = ReportInput {
        histories: &found.histories,
        front: &found.front,
        articles: &articles,
    };
    let mut sections = reports::report(kind, given, ask);
    let compared = compared(kind, request, given, ask, &mut sections);
    let head = ReportHead {
        query: written_query(desk, request, &query),
        work_orders,
        commit: read.head.map(|head| head.commit),
        changed: read.changed,
        tickets: found.histories.len(),
        compared,
        ..head(desk, kind, request, ask)
    };
    let now = (!titles_then).then_some((&read.scan, at));
    let (titles_of, made) = titled(desk, request, now, &found);
    let titles = titles(desk, request);
    let tickets = found.histories.iter().map(|history| history.id).collect();
    // What was read is left to the end of the process, which is near.
    std::mem::forget(found.histories);
    Ok(Report {
        titles,
        titles_of,
        made,
        head,
        sections,
        tickets,
        articles: articles.into_iter().map(|article| article.id).collect(),
        problems: found.problems,
    })
}

/// What a report is of, as far as it was asked for.
fn head(desk: &Desk, kind: ReportKind, request: &ReportRequest, ask: Ask<'_>) -> ReportHead {
    let settings = &desk.settings;
    let (period, at) = (ask.period, ask.context.now);
    let house = settings.calendars.get(&settings.policy.calendar);
    ReportHead {
        desk: settings.name.clone(),
        kind,
        period,
        zone: settings.zone,
        calendar: settings.policy.calendar.clone(),
        working_day: house.and_then(Calendar::working_day),
        query: String::new(),
        work_orders: false,
        at,
        commit: None,
        changed: None,
        tickets: 0,
        by: ask.by.to_vec(),
        compared: None,
        part: period.to > at.next(),
        ended: period.to <= at,
        is_of_the_past: request.as_of.is_some(),
        year: ask.year,
        people: ask.names,
    }
}

/// What tickets are called and when they were made, where that is asked for; with a scan, what their
/// files say now.
fn titled(
    desk: &Desk,
    request: &ReportRequest,
    now: Option<(&Scan, Moment)>,
    found: &ReportTickets,
) -> (Vec<String>, Vec<Moment>) {
    match now {
        _ if !request.titles => (Vec::new(), Vec::new()),
        Some((scan, at)) => titled_now(desk, scan, &found.histories, at),
        None => {
            let named = |one: &TicketSummary| (one.text(Key::Title).to_owned(), one.created);
            found.front.iter().map(named).unzip()
        }
    }
}

/// What the tickets are called now, and when they were made, in the order of their histories.
fn titled_now(
    desk: &Desk,
    scan: &Scan,
    histories: &[TicketHistory],
    now: Moment,
) -> (Vec<String>, Vec<Moment>) {
    let mut titled: HashMap<TicketId, (String, Moment)> = HashMap::with_capacity(histories.len());
    desk.each_scanned(scan, &FieldSet::of(&[Key::Title]), |ticket| {
        let title = ticket.text(Key::Title).to_owned();
        titled.insert(ticket.id, (title, ticket.created));
    });
    let of = |history: &TicketHistory| {
        let known = titled.remove(&history.id);
        known.unwrap_or((String::new(), now))
    };
    histories.iter().map(of).unzip()
}

/// Puts the figures of an earlier period beside those of a report, where that is asked for; the overview
/// has them already. Tells which period that is.
fn compared(
    kind: ReportKind,
    request: &ReportRequest,
    given: ReportInput<'_>,
    ask: Ask<'_>,
    sections: &mut [ReportSection],
) -> Option<Period> {
    if kind == ReportKind::Overview {
        return Some(reports::earlier_period(ask));
    }
    if request.compare == Compare::None {
        return None;
    }
    let earlier = reports::earlier_period(ask);
    let before = reports::report(
        kind,
        given,
        Ask {
            period: earlier,
            ..ask
        },
    );
    reports::compare(sections, &before);
    Some(earlier)
}

/// What a report is made of, as it was found.
struct ReadFiles {
    scan: Scan,
    tickets: ReportTickets,
    /// The commit of the files, if there is one.
    head: Option<HeadCommit>,
    /// How many files differ from it; `None` where git could not tell.
    changed: Option<usize>,
}

/// Reads the tickets, while git looks at the files.
fn read(desk: &Desk, tickets: impl FnOnce(&Scan) -> ReportTickets) -> ReadFiles {
    let (head, scan) = both(|| changes::head(&desk.root), || Scan::of(&desk.root));
    let known = head
        .as_ref()
        .and_then(|head| changes::known(&desk.root, &scan, head));
    let asked = head.as_ref().filter(|_| known.is_none());
    let (counted, mut tickets) = both(
        || asked.map(|head| changes::count(&desk.root, &scan, head)),
        || tickets(&scan),
    );
    let changed = match counted {
        None => Some(known.unwrap_or_default()),
        Some(Ok(changed)) => Some(changed),
        Some(Err(error)) => {
            let commit = head.as_ref().map_or("", |head| &head.commit);
            let message = format!(
                "which files differ from commit {commit} cannot be told: {}",
                error.with_causes()
            );
            tickets.problems.push(Problem::whole(".git", message));
            None
        }
    };
    ReadFiles {
        scan,
        tickets,
        head,
        changed,
    }
}

/// What is wrong with the priorities of the tickets that the period is about.
fn dropped_priorities(desk: &Desk, histories: &[TicketHistory], period: Period) -> Vec<Problem> {
    let reported = histories
        .iter()
        .filter(|history| history.moves_after(period.from));
    desk.dropped_words(reported.filter_map(TicketHistory::priority), "reported")
}

/// The articles, where the report is about any.
fn articles(desk: &Desk, scan: &Scan, kind: ReportKind) -> Vec<Article> {
    if !kind.has_articles() {
        return Vec::new();
    }
    let cached = article_cache::scanned(&desk.root, scan).all.into_iter();
    cached.map(|cached| cached.article).collect()
}

impl Report {
    /// The id of a place that a figure names.
    pub fn id(&self, place: u32) -> &str {
        let place = place as usize;
        match place.checked_sub(self.tickets.len()) {
            None => self.tickets[place].as_str(),
            Some(after) => self.articles[after].as_str(),
        }
    }
}

/// The tickets of a report.
#[derive(Default)]
struct ReportTickets {
    histories: Vec<TicketHistory>,
    /// In the order of the stories, where anything asks for it.
    front: Vec<TicketSummary>,
    problems: Vec<Problem>,
}

impl ReportTickets {
    fn without_work_orders(mut self) -> Self {
        let mut kept = self
            .histories
            .iter()
            .map(|history| !history.is_work_order());
        self.front.retain(|_| kept.next().unwrap_or(true));
        self.histories.retain(|history| !history.is_work_order());
        self
    }
}

/// Whether requesters and organisations are named, as the tickets say them.
fn names_people(request: &ReportRequest, kind: ReportKind) -> bool {
    request.people && kind == ReportKind::Overview
}

/// What happened to all tickets.
fn reported(desk: &Desk, scan: &Scan, at: Moment) -> ReportTickets {
    let tickets = desk.scanned(scan, Want::Stories);
    let mut histories = tickets.histories;
    histories.retain_mut(|history| history.end(at));
    ReportTickets {
        histories,
        front: Vec::new(),
        problems: tickets.problems,
    }
}

/// What happened to the tickets that fit, as they were at an instant; with their front matter, where a
/// row or a title needs it.
fn matching(
    desk: &Desk,
    scan: &Scan,
    matcher: &Matcher<'_>,
    fields: Option<&FieldSet>,
    titles: bool,
    at: Moment,
) -> ReportTickets {
    // What a file says now, not what it said then, is looked through for words.
    let words = Words::of(desk, scan, matcher);
    let fits = |ticket: &TicketSummary| matcher.fits(ticket);
    let mut then = FieldSet::of(TicketHistory::KEYS);
    if titles {
        then.add(Field::Known(Key::Title));
    }
    let by_stories = !titles && words.are_told(matcher);
    let tickets = match fields {
        Some(fields) if by_stories => {
            let done = DoneTickets {
                fits: Some(&fits),
                by_fields: !fields.beyond,
                stories_until: Some(at),
                among: words.tickets(),
                then: Some(&then),
                live_too: true,
                ..DoneTickets::of(fields)
            };
            desk.some_scanned(scan, Want::All, done)
        }
        Some(fields) => {
            // What happened later makes it another ticket.
            let may_fit = |ticket: &TicketSummary| ticket.updated > at || matcher.fits(ticket);
            let mut fields = fields.clone();
            fields.stories = true;
            let done = DoneTickets {
                fits: Some(&may_fit),
                among: words.tickets(),
                then: Some(&then),
                ..DoneTickets::of(&fields)
            };
            desk.some_scanned(scan, Want::All, done)
        }
        None => desk.scanned(scan, Want::All),
    };
    let mut found = ReportTickets {
        histories: tickets.histories,
        problems: tickets.problems,
        ..ReportTickets::default()
    };
    found.histories.retain_mut(|history| history.end(at));
    for ticket in tickets.all {
        let Some(ticket) = reports::as_of(ticket, at) else {
            continue;
        };
        let mut history = TicketHistory::of(&ticket);
        if words.fits(desk, matcher, &ticket) && history.end(at) {
            found.histories.push(history);
            found
                .front
                .extend((fields.is_none() || titles).then_some(ticket));
        }
    }
    found.histories.sort_by_key(|history| history.id);
    found
}
