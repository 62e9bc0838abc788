//! Tickets that were found.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::index::finder::Finder;
use crate::index::text::{Collection, Hit, TextQuery};
use crate::index::want::Want;
use crate::model::corrections::{ReadLog, not_undone};
use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::search::query::SearchQuery;
use crate::ops::search::results::{SearchRequest, SearchResults, TicketHit};
use crate::ops::search::wording::{broken, enough, note_slips, question, wanted};
use crate::ops::ticket::list::Words;
use crate::rules::context::DeskContext;
use crate::rules::merge;
use crate::rules::query::tickets::Matcher;
use crate::rules::search::{self, Passage, SearchTerms};

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
    if !asked.says_words() {
        let fitting = newest(desk, finder, &matcher);
        found.more |= fitting.len() > request.limit;
        let shown = fitting.into_iter().take(request.limit);
        found.tickets = shown.map(|one| unasked(one, context.now)).collect();
        return Ok(());
    }
    let matcher = Some(&matcher).filter(|_| !asked.tickets.terms.is_empty());
    // Age moves a ticket a little: some more than are shown are looked at.
    let most = request.limit + 12;
    let question = question(desk, asked, finder.texts(Collection::Tickets));
    let raw = match matcher {
        Some(matcher) => fitting(desk, matcher, &question, most, finder)?,
        None => finder
            .find(Collection::Tickets, &question, None, most)
            .map_err(broken)?,
    };
    let Some(texts) = finder.texts(Collection::Tickets) else {
        return Ok(());
    };
    let wanted = wanted(&question, texts);
    let answers = Answers {
        // Who looks for a ticket knows words of it, wherever they stand.
        enough: enough(texts) / 2.0,
        wanted,
        named: named(asked),
        matcher,
        named_by: &|id| texts.named_by(id),
        now: context.now,
    };
    let mut hits: Vec<TicketHit> = Vec::new();
    for (id, score) in answers.scores(raw) {
        let Ok(page) = desk.page(id) else { continue };
        hits.extend(answers.hit(&page.ticket, score, slips));
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

/// The tickets that fit, the last changed first.
fn newest<'f>(
    desk: &Desk,
    finder: &'f Finder<'_>,
    matcher: &Matcher<'_>,
) -> Vec<&'f TicketSummary> {
    let all = finder.tickets.all.iter();
    let mut fitting: Vec<&TicketSummary> = all
        .filter(|ticket| Words::default().fits(desk, matcher, ticket))
        .collect();
    fitting.sort_by(|a, b| b.updated.cmp(&a.updated).then(a.id.cmp(&b.id)));
    fitting
}

/// Whether a ticket that was read is what the terms ask for.
fn fits_page(matcher: &Matcher<'_>, summary: &TicketSummary, ticket: &Ticket) -> bool {
    matcher.fits(summary) && (!matcher.needs_text() || matcher.fits_words(summary, ticket))
}

/// A ticket as a hit of a search that names no words.
fn unasked(ticket: &TicketSummary, now: Moment) -> TicketHit {
    TicketHit {
        title: Passage::unmarked(ticket.text(Key::Title)),
        passage: None,
        score: search::ticket(ticket, 0, now),
        ticket: ticket.clone(),
    }
}

/// What the answers to a question in words go by.
struct Answers<'a, 'w> {
    wanted: SearchTerms<'a>,
    /// How much of the question a text must say.
    enough: f32,
    /// Tickets that the question names: they answer it whatever they say.
    named: Vec<TicketId>,
    /// What the terms ask for; `None` where there are none.
    matcher: Option<&'a Matcher<'w>>,
    /// How many tickets name one.
    named_by: &'a dyn Fn(TicketId) -> usize,
    now: Moment,
}

impl Answers<'_, '_> {
    /// The tickets to look at, with how well their texts fit.
    fn scores(&self, raw: Vec<Hit>) -> HashMap<TicketId, f32> {
        let found = raw.into_iter().filter_map(|hit| {
            let id = TicketId::of_number(hit.key)?;
            Some((id, hit.score))
        });
        found
            .chain(self.named.iter().map(|id| (*id, f32::MAX)))
            .collect()
    }

    /// A ticket as a hit; `None` where it is no answer.
    fn hit(
        &self,
        ticket: &Ticket,
        score: f32,
        slips: &mut Vec<(String, BTreeSet<String>)>,
    ) -> Option<TicketHit> {
        let lines = lines(ticket);
        let texts: Vec<&str> = std::iter::once(ticket.title())
            .chain(lines.iter().map(String::as_str))
            .chain([ticket.id.as_str(), ticket.text(Key::Code)])
            .collect();
        if !self.named.contains(&ticket.id)
            && self.wanted.covered(ticket.title(), texts.iter().copied()) < self.enough
        {
            return None;
        }
        let summary = TicketSummary::of(ticket, merge::is_in_conflict(ticket));
        let fits = |matcher: &&Matcher<'_>| fits_page(matcher, &summary, ticket);
        if self.matcher.is_some_and(|matcher| !fits(&matcher)) {
            return None;
        }
        note_slips(&self.wanted, &texts, slips);
        Some(TicketHit {
            title: Passage::of(ticket.title(), &self.wanted),
            passage: search::best(&lines.join("\n"), &self.wanted),
            score: score * search::ticket(&summary, (self.named_by)(ticket.id), self.now),
            ticket: summary,
        })
    }
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
    let is_hit = |hit: &Hit| {
        let page = TicketId::of_number(hit.key).and_then(|id| desk.page(id).ok());
        page.is_some_and(|page| {
            let conflict = merge::is_in_conflict(&page.ticket);
            let summary = TicketSummary::of(&page.ticket, conflict);
            fits_page(matcher, &summary, &page.ticket)
        })
    };
    let kept: Vec<Hit> = best.into_iter().filter(is_hit).take(most).collect();
    if whole || kept.len() == most {
        return Ok(kept);
    }
    let all = desk.tickets(Want::All).all;
    let fitting = all
        .iter()
        .filter(|ticket| Words::default().fits(desk, matcher, ticket));
    let among: HashSet<u64> = fitting.map(|ticket| ticket.id.number()).collect();
    finder
        .find(Collection::Tickets, question, Some(&among), most)
        .map_err(broken)
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
    for entry in not_undone(&ReadLog::of(&ticket.log)).into_iter().rev() {
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
