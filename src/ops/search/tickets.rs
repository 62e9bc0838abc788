//! Tickets that were found.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::index::finder::Finder;
use crate::index::text::{Collection, Hit, TextQuery};
use crate::index::want::Want;
use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::search::query::SearchQuery;
use crate::ops::search::results::{SearchRequest, SearchResults, TicketHit};
use crate::ops::search::wording::{broken, enough, note_slips, question, wanted};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::replay;
use crate::rules::query::tickets::Matcher;
use crate::rules::search::{self, Passage};

pub(in crate::ops::search) fn find(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &SearchRequest,
    asked: &SearchQuery,
    finder: &mut Finder<'_>,
    found: &mut SearchResults,
    slips: &mut Vec<(String, BTreeSet<String>)>,
) -> Result<(), OpError> {
    let matcher = desk.matcher(&asked.tickets, context)?;
    let filtered = !asked.tickets.terms.is_empty();
    if !asked.says_words() {
        let mut fitting: Vec<&TicketSummary> = finder
            .tickets
            .all
            .iter()
            .filter(|ticket| matcher.fits(ticket))
            .collect();
        fitting.sort_by(|a, b| b.updated.cmp(&a.updated).then(a.id.cmp(&b.id)));
        found.more |= fitting.len() > request.limit;
        for ticket in fitting.into_iter().take(request.limit) {
            found.tickets.push(TicketHit {
                title: plain(ticket.text(Key::Title)),
                passage: None,
                score: search::ticket(ticket, context.now),
                ticket: ticket.clone(),
            });
        }
        return Ok(());
    }
    // Age moves a ticket a little: some more than are shown are looked at.
    let most = request.limit + 12;
    let raw = if filtered {
        fitting(desk, &matcher, &question(asked), most, finder)?
    } else {
        finder
            .find(Collection::Tickets, &question(asked), None, most)
            .map_err(broken)?
    };
    let Some(texts) = finder.texts(Collection::Tickets) else {
        return Ok(());
    };
    let wanted = wanted(asked, texts);
    let enough = enough(wanted.words().len());
    let named = named(asked);
    let mut hits: Vec<TicketHit> = Vec::new();
    let mut scores: HashMap<TicketId, f32> = HashMap::new();
    for hit in raw {
        if let Some(id) = TicketId::of_number(hit.key) {
            scores.insert(id, hit.score);
        }
    }
    for id in &named {
        scores.insert(*id, f32::MAX);
    }
    for (id, score) in scores {
        let Ok(page) = desk.page(id) else { continue };
        let ticket = &page.ticket;
        let lines = lines(ticket);
        let texts: Vec<&str> = std::iter::once(ticket.title())
            .chain(lines.iter().map(String::as_str))
            .chain([id.as_str(), ticket.text(Key::Code)])
            .collect();
        if !named.contains(&id) && wanted.covered(texts.iter().copied()) < enough {
            continue;
        }
        let summary = TicketSummary::of(ticket, replay::has_conflict(ticket));
        if filtered && !matcher.fits(&summary) {
            continue;
        }
        note_slips(&wanted, &texts, slips);
        hits.push(TicketHit {
            title: Passage::of(ticket.title(), &wanted),
            passage: search::best(&lines.join("\n"), &wanted),
            score: score * search::ticket(&summary, context.now),
            ticket: summary,
        });
    }
    hits.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.ticket.id.cmp(&b.ticket.id))
    });
    found.more |= hits.len() > request.limit;
    hits.truncate(request.limit);
    found.tickets = hits;
    Ok(())
}

/// So many times what is wanted is read from the files, before all tickets are gone through.
const DEEPER: usize = 8;

/// The best of the tickets that fit, at most so many.
///
/// Most terms leave enough of the best hits: those are read from their files. Only where they do
/// not, all tickets are gone through, which is slow in a large desk.
fn fitting(
    desk: &Desk,
    matcher: &Matcher<'_>,
    question: &TextQuery,
    most: usize,
    finder: &mut Finder<'_>,
) -> Result<Vec<Hit>, OpError> {
    let deep = most * DEEPER;
    let best = finder
        .find(Collection::Tickets, question, None, deep)
        .map_err(broken)?;
    let whole = best.len() < deep;
    let fits = |hit: &Hit| {
        let page = TicketId::of_number(hit.key).and_then(|id| desk.page(id).ok());
        page.is_some_and(|page| {
            matcher.fits(&TicketSummary::of(
                &page.ticket,
                replay::has_conflict(&page.ticket),
            ))
        })
    };
    let kept: Vec<Hit> = best.into_iter().filter(fits).take(most).collect();
    if whole || kept.len() == most {
        return Ok(kept);
    }
    let all = desk.tickets(Want::All).all;
    let fitting = all.iter().filter(|ticket| matcher.fits(ticket));
    let among: HashSet<u64> = fitting.map(|ticket| ticket.id.number()).collect();
    finder
        .find(Collection::Tickets, question, Some(&among), most)
        .map_err(broken)
}

fn plain(text: &str) -> Passage {
    Passage {
        text: text.to_owned(),
        marks: Vec::new(),
    }
}

/// Tickets that a query names by their whole ids.
fn named(asked: &SearchQuery) -> Vec<TicketId> {
    asked
        .words
        .iter()
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// What a ticket says, in lines: the description, what was asked, every entry, the latest first,
/// then whom and what it is about.
pub(in crate::ops) fn lines(ticket: &Ticket) -> Vec<String> {
    let mut all = vec![ticket.description.clone()];
    let section = |name: &str| {
        let fields = ticket
            .values
            .iter()
            .filter(move |(field, _)| field.section() == Some(name));
        fields
            .map(|(field, value)| (field, value.to_string()))
            .collect::<Vec<_>>()
    };
    all.extend(section("request").into_iter().map(|(_, text)| text));
    for entry in ticket.log.iter().rev() {
        all.push(entry.text.clone());
        all.extend(entry.attribute("reason").map(str::to_owned));
    }
    let name = |field: &Field| {
        let path = field.to_string();
        path.replace(['.', '_'], " ")
    };
    for section_name in ["requester", "asset", "fields"] {
        let own = section(section_name).into_iter();
        all.extend(own.map(|(field, text)| format!("{}: {text}", name(field))));
    }
    let tags = ticket.list(Key::Tags);
    if !tags.is_empty() {
        all.push(format!("tags: {}", tags.join(", ")));
    }
    all
}
