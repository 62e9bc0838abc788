//! `list`: open tickets, or those that a query asks for.

use crate::ops::core::messages::desk::DeskError;
use std::cmp::Ordering;

use crate::index::ticket_cache::CachedTickets;
use crate::index::want::Want;
use crate::model::field::{Field, Key};
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::page::problem::{Problem, did_you_mean};
use crate::page::query::Name;
use crate::page::query::tickets::{self, TicketQuery};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::next;
use crate::rules::query::tickets::{Matcher, moment, texts};

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// The query.
    pub query: TicketQuery,
    /// The field to sort by, `-` before it for the other way round.
    pub sort: Option<String>,
    /// Done tickets too.
    pub all: bool,
    /// At most so many.
    pub limit: Option<usize>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct TicketListing {
    /// The tickets, in order.
    pub tickets: Vec<TicketSummary>,
    /// How many more there are past the limit.
    pub more: usize,
    /// How many done tickets fit too, and were left out.
    pub done: usize,
    /// Where nothing fits: the words as beginnings of words, and how many tickets fit them.
    pub wider: Option<(String, usize)>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Reads a query; a mistyped field gets the nearest.
pub fn read_query(desk: &Desk, text: &str) -> Result<TicketQuery, OpError> {
    Ok(tickets::schema(&desk.settings).read(text)?)
}

/// Lists tickets. Without a word on the status, done ones are left out and counted.
pub fn list(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &ListRequest,
) -> Result<TicketListing, OpError> {
    among(desk, context, request, |want| desk.tickets(want))
}

/// Lists tickets among those that `load` gives.
pub fn among(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &ListRequest,
    load: impl FnOnce(Want) -> CachedTickets,
) -> Result<TicketListing, OpError> {
    let query = &request.query;
    let matcher = desk.matcher(query, context)?;
    let sort = request
        .sort
        .as_deref()
        .map(|name| sorting(desk, name))
        .transpose()?;
    let all = request.all || query.speaks_of_status() || query.names_a_piece();
    // Done tickets are counted only where a query could have meant them.
    let want = if all || !query.terms.is_empty() {
        Want::All
    } else {
        Want::Open
    };
    let mut found = load(want);
    found.problems.extend(desk.dropped(&found.all));
    let mut listing = TicketListing {
        problems: found.problems,
        ..TicketListing::default()
    };
    let (fitting, others): (Vec<_>, Vec<_>) = found
        .all
        .into_iter()
        .partition(|ticket| fits(desk, &matcher, ticket));
    if fitting.is_empty() {
        listing.wider = wider(desk, context, query, &others);
    }
    for ticket in fitting {
        if !all && !ticket.status().is_open() {
            listing.done += 1;
        } else {
            listing.tickets.push(ticket);
        }
    }
    match sort {
        Some((name, back)) => listing.tickets.sort_by(|a, b| {
            let order = compare(a, b, &name, context).then(a.id.cmp(&b.id));
            if back { order.reverse() } else { order }
        }),
        None => listing.tickets.sort_by(|a, b| {
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
    if let Some(limit) = request.limit {
        listing.more = listing.tickets.len().saturating_sub(limit);
        listing.tickets.truncate(limit);
    }
    Ok(listing)
}

/// Whether a ticket fits, its file read only where the query has words.
pub(in crate::ops) fn fits(desk: &Desk, matcher: &Matcher<'_>, ticket: &TicketSummary) -> bool {
    let says = || {
        desk.page(ticket.id)
            .is_ok_and(|page| matcher.fits_words(&page.ticket))
    };
    matcher.fits(ticket) && (!matcher.needs_text() || says())
}

/// How many tickets a query finds with its words as beginnings of words, if it finds any so.
fn wider(
    desk: &Desk,
    context: DeskContext<'_>,
    query: &TicketQuery,
    tickets: &[TicketSummary],
) -> Option<(String, usize)> {
    let (query, words) = query.widened()?;
    let matcher = desk.matcher(&query, context).ok()?;
    let found = tickets.iter().filter(|ticket| fits(desk, &matcher, ticket));
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
        return rank(a).cmp(&rank(b));
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
                let text = texts.join(", ").to_lowercase();
                let number: Option<i64> = text.parse().ok().filter(|_| name.is_number());
                (texts.is_empty(), number.is_none(), number, text)
            };
            key(a).cmp(&key(b))
        }
    }
}
