//! `list`: open tickets, or those that a query asks for.

use crate::ops::core::messages::desk::DeskError;
use std::cmp::Ordering;

use crate::index::finder;
use crate::index::scan::Scan;
use crate::index::text::Holding;
use crate::index::ticket_cache::DoneTickets;
use crate::index::want::Want;
use crate::model::field::{Field, Key};
use crate::model::field_set::FieldSet;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::search::wording::declared;
use crate::page::problem::{Problem, did_you_mean};
use crate::page::query::Name;
use crate::page::query::tickets::{self, TicketQuery};
use crate::page::settings::views;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::next;
use crate::rules::query::tickets::{Matcher, look_at, looks_at, moment, texts};
use crate::rules::query::words::WordFilter;

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// The query.
    pub query: TicketQuery,
    /// The field to sort by, `-` before it for the other way round.
    pub sort: Option<String>,
    /// The field whose values are headings.
    pub group: Option<String>,
    /// Done tickets too.
    pub all: bool,
    /// At most so many.
    pub limit: Option<usize>,
    /// The fields that are shown of done tickets; everything, where nothing is said.
    pub shown: Option<FieldSet>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct TicketListing {
    /// The tickets, in order.
    pub tickets: Vec<TicketSummary>,
    /// Their groups in order, where they are grouped.
    pub groups: Vec<TicketGroup>,
    /// How many more there are past the limit.
    pub more: usize,
    /// How many done tickets fit too, and were left out.
    pub done: usize,
    /// Where nothing fits: the words as beginnings of words, and how many tickets fit them.
    pub wider: Option<(String, usize)>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Tickets that have one value of the field that they are grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketGroup {
    /// The value; empty where they have none.
    pub value: String,
    /// How many there are.
    pub count: usize,
    /// How many of them are shown.
    pub shown: usize,
}

/// Reads a query that somebody typed; a mistyped field gets the nearest. Views of their own come
/// before the desk's.
pub fn read_query(desk: &Desk, text: &str) -> Result<TicketQuery, OpError> {
    Ok(tickets::schema_with(&desk.settings, &desk.own.views).read(text)?)
}

/// Reads a query that stands in the desk's files: it knows the desk's views only.
pub fn read_kept_query(desk: &Desk, text: &str) -> Result<TicketQuery, OpError> {
    Ok(tickets::schema(&desk.settings).read(text)?)
}

/// Lists tickets. Without a word on the status, done ones are left out and counted.
pub fn list(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &ListRequest,
) -> Result<TicketListing, OpError> {
    scanned(desk, context, request, &Scan::of_tickets(&desk.root))
}

/// As [`list`], with a scan of the files that is there already.
pub fn scanned(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &ListRequest,
    scan: &Scan,
) -> Result<TicketListing, OpError> {
    let load = |want: Want, done: Option<DoneTickets<'_>>| match done {
        Some(done) => desk.some_scanned(scan, want, done),
        None => desk.scanned(scan, want),
    };
    let query = &request.query;
    let matcher = desk.matcher(query, context)?;
    let order = ListOrder::of(desk, request)?;
    let all = request.all || query.speaks_of_status() || query.names_a_piece();
    // Done tickets are counted only where a query could have meant them.
    let want = if all || !query.terms.is_empty() {
        Want::All
    } else {
        Want::Open
    };
    let words = Words::of(desk, scan, &matcher);
    let may_fit = |ticket: &TicketSummary| matcher.fits(ticket);
    let fields = order.looks_at(request, all);
    let done = fields.as_ref().map(|fields| DoneTickets {
        fits: Some(&may_fit),
        by_fields: !fields.beyond,
        among: words.tickets(),
        then: request.shown.as_ref(),
        newest: order.newest(request, all, words.are_told(&matcher)),
        ..DoneTickets::of(fields)
    });
    let mut found = load(want, done);
    found.problems.extend(desk.dropped(&found.all));
    let mut listing = TicketListing {
        problems: found.problems,
        ..TicketListing::default()
    };
    if all {
        listing.more = found.more;
    } else {
        listing.done = found.more;
    }
    let mut fitting = found.all;
    fitting.retain(|ticket| words.fits(desk, &matcher, ticket));
    if fitting.is_empty() {
        listing.wider = wider(desk, context, query, scan, |may_fit, among| {
            let done = fields.as_ref().map(|fields| DoneTickets {
                fits: Some(may_fit),
                by_fields: !fields.beyond,
                among,
                ..DoneTickets::of(fields)
            });
            load(want, done).all
        });
    }
    for ticket in fitting {
        if !all && !ticket.status().is_open() {
            listing.done += 1;
        } else {
            listing.tickets.push(ticket);
        }
    }
    let before = listing.tickets.len();
    listing.groups = order.arrange(desk, context, request.limit, &mut listing.tickets);
    listing.more += before - listing.tickets.len();
    if request.shown.is_none() {
        desk.fill(&mut listing.tickets);
    }
    Ok(listing)
}

/// Sorts, groups and cuts tickets as a request says.
pub(in crate::ops) fn arrange(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &ListRequest,
    tickets: &mut Vec<TicketSummary>,
) -> Result<Vec<TicketGroup>, OpError> {
    let order = ListOrder::of(desk, request)?;
    Ok(order.arrange(desk, context, request.limit, tickets))
}

/// In which order tickets are listed.
struct ListOrder {
    sort: Option<(Name, bool)>,
    group: Option<Name>,
}

impl ListOrder {
    fn of(desk: &Desk, request: &ListRequest) -> Result<Self, OpError> {
        let sort = request.sort.as_deref();
        let group = request.group.as_deref();
        Ok(Self {
            sort: sort.map(|name| sorting(desk, name)).transpose()?,
            group: group.map(|name| grouping(desk, name)).transpose()?,
        })
    }

    /// The fields of done tickets that are looked at; `None` where that may be any, or most of them are
    /// shown.
    fn looks_at(&self, request: &ListRequest, all: bool) -> Option<FieldSet> {
        let most = all && request.limit.is_none() && request.query.terms.is_empty();
        if most && request.shown.is_none() {
            return None;
        }
        let mut fields = looks_at(&request.query, false)?;
        for name in self.sort.iter().map(|(name, _)| name).chain(&self.group) {
            look_at(name, false, &mut fields)?;
        }
        Some(fields)
    }

    /// How many done tickets are wanted at most, those that changed last, where the order is theirs and no
    /// file has to tell whether one fits.
    fn newest(&self, request: &ListRequest, all: bool, is_told: bool) -> Option<usize> {
        let most = if all { request.limit? } else { 0 };
        let other = self.sort.is_some() || self.group.is_some();
        (is_told && !(all && other)).then_some(most)
    }

    fn arrange(
        &self,
        desk: &Desk,
        context: DeskContext<'_>,
        limit: Option<usize>,
        tickets: &mut Vec<TicketSummary>,
    ) -> Vec<TicketGroup> {
        match &self.sort {
            Some((name, back)) => tickets.sort_by(|a, b| {
                let order = compare(a, b, name, context).then(a.id.cmp(&b.id));
                if *back { order.reverse() } else { order }
            }),
            None => tickets.sort_by(|a, b| {
                let done = |ticket: &TicketSummary| !ticket.status().is_open();
                let order = done(a).cmp(&done(b));
                order.then_with(|| {
                    if done(a) {
                        b.updated.cmp(&a.updated).then(a.id.cmp(&b.id))
                    } else {
                        next::order(a, b, &desk.settings)
                    }
                })
            }),
        }
        let mut groups: Vec<TicketGroup> = Vec::new();
        if let Some(name) = &self.group {
            tickets.sort_by(|a, b| compare(a, b, name, context));
            for ticket in &*tickets {
                let value = texts(name, ticket, context).join(", ");
                match groups.last_mut().filter(|last| last.value == value) {
                    Some(last) => last.count += 1,
                    None => groups.push(TicketGroup {
                        value,
                        count: 1,
                        shown: 0,
                    }),
                }
            }
        }
        tickets.truncate(limit.unwrap_or(usize::MAX));
        let mut left = tickets.len();
        for group in &mut groups {
            group.shown = group.count.min(left);
            left -= group.shown;
        }
        groups
    }
}

/// The field to group by.
fn grouping(desk: &Desk, name: &str) -> Result<Name, OpError> {
    let field = field_name(desk, name)?;
    if views::groups(&field) {
        return Ok(field);
    }
    Err(DeskError::NoGroupField(&name).error())
}

/// The tickets that hold the words of a query; where nothing is known of them, all may.
#[derive(Debug, Default)]
pub(in crate::ops) struct Words(Option<Holding>);

impl Words {
    /// Asks the text index.
    pub(in crate::ops) fn of(desk: &Desk, scan: &Scan, matcher: &Matcher<'_>) -> Self {
        let words: Vec<(bool, &WordFilter)> = matcher
            .words()
            .iter()
            .map(|(negated, word)| (*negated, word))
            .collect();
        if words.is_empty() {
            return Self(None);
        }
        let declared = declared(desk);
        let mut found = finder::holding(&desk.root, scan, &declared, &words, &desk.progress);
        if let Some(found) = &mut found {
            found.is_exact &= matcher.has_only_words();
        }
        Self(found)
    }

    /// The tickets that may hold the words.
    pub(in crate::ops) fn tickets(&self) -> Option<&Holding> {
        self.0.as_ref()
    }

    /// Whether no file has to tell which tickets fit.
    pub(in crate::ops) fn are_told(&self, matcher: &Matcher<'_>) -> bool {
        !matcher.needs_text() || self.0.as_ref().is_some_and(|found| found.is_exact)
    }

    /// Whether a ticket fits but for its text, which may hold the words.
    pub(in crate::ops) fn may_fit(&self, matcher: &Matcher<'_>, ticket: &TicketSummary) -> bool {
        matcher.fits(ticket) && self.0.as_ref().is_none_or(|found| found.has(ticket.id))
    }

    /// Whether a ticket fits: what may hold the words is read where nothing else tells.
    pub(in crate::ops) fn fits(
        &self,
        desk: &Desk,
        matcher: &Matcher<'_>,
        ticket: &TicketSummary,
    ) -> bool {
        let says = || {
            desk.page(ticket.id)
                .is_ok_and(|page| matcher.fits_words(ticket, &page.ticket))
        };
        self.may_fit(matcher, ticket) && (self.are_told(matcher) || says())
    }
}

/// How many tickets a query finds with its words as beginnings of words, if it finds any so.
fn wider(
    desk: &Desk,
    context: DeskContext<'_>,
    query: &TicketQuery,
    scan: &Scan,
    load: impl FnOnce(&(dyn Fn(&TicketSummary) -> bool + Sync), Option<&Holding>) -> Vec<TicketSummary>,
) -> Option<(String, usize)> {
    let (query, words) = query.widened()?;
    let matcher = desk.matcher(&query, context).ok()?;
    let at_hand = Words::of(desk, scan, &matcher);
    let may_fit = |ticket: &TicketSummary| matcher.fits(ticket);
    let tickets = load(&may_fit, at_hand.tickets());
    let found = tickets
        .iter()
        .filter(|ticket| at_hand.fits(desk, &matcher, ticket));
    Some((words, found.count())).filter(|(_, found)| *found > 0)
}

fn sorting(desk: &Desk, name: &str) -> Result<(Name, bool), OpError> {
    let (name, back) = match name.strip_prefix('-') {
        Some(name) => (name, true),
        None => (name, false),
    };
    field_name(desk, name).map(|name| (name, back))
}

/// The field of a column or a sorting; a wrong one gets the nearest.
pub fn field_name(desk: &Desk, name: &str) -> Result<Name, OpError> {
    let schema = tickets::schema(&desk.settings);
    schema.find(name).ok_or_else(|| {
        let hint = did_you_mean(name, schema.names())
            .unwrap_or_else(|| "see the keys of a ticket's front matter".to_owned());
        DeskError::UnknownFieldHinted(&name, &hint).error()
    })
}

fn compare(
    a: &TicketSummary,
    b: &TicketSummary,
    name: &Name,
    context: DeskContext<'_>,
) -> Ordering {
    if *name == Name::Field(Field::Known(Key::Priority)) {
        let rank = |ticket: &TicketSummary| context.settings.rank(ticket.text(Key::Priority));
        let word = |ticket: &TicketSummary| ticket.text(Key::Priority).to_owned();
        return rank(a).cmp(&rank(b)).then_with(|| word(a).cmp(&word(b)));
    }
    if *name == Name::Age {
        return a.created.cmp(&b.created).reverse();
    }
    match (moment(name, a, context), moment(name, b, context)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => {
            // What are numbers stand in the order of numbers, before words.
            let key = |ticket: &TicketSummary| {
                let texts = texts(name, ticket, context);
                let text = texts.join(", ");
                let number: Option<i64> = text.parse().ok().filter(|_| name.is_number());
                let folded = text.to_lowercase();
                (texts.is_empty(), number.is_none(), number, folded, text)
            };
            key(a).cmp(&key(b))
        }
    }
}
