//! `search` and `kb search`: tickets and articles by their words.

pub mod articles;
pub mod query;
pub mod results;
pub mod tickets;
pub mod wording;

use crate::ops::core::messages::search::SearchError;
use std::collections::BTreeSet;

use crate::index::finder::Finder;
use crate::index::text::Collection;
use crate::index::want::Want;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::search::query::SearchQuery;
use crate::ops::search::results::{SearchRequest, SearchResults};
use crate::ops::search::wording::finder;
use crate::rules::context::DeskContext;

/// Looks for texts. A phrase that stands in none is looked for as words.
pub fn search(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &SearchRequest,
) -> Result<SearchResults, OpError> {
    if request.query.is_empty() {
        return Err(SearchError::SearchNeedsWords.error());
    }
    let found = search_for(desk, context, request, &request.query)?;
    let mut looser = request.query.clone();
    if !found.is_empty() || !looser.loosen() {
        return Ok(found);
    }
    let mut found = search_for(desk, context, request, &looser)?;
    found.phrase_as_words = !found.is_empty();
    Ok(found)
}

fn search_for(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &SearchRequest,
    asked: &SearchQuery,
) -> Result<SearchResults, OpError> {
    with_finder(
        || opened(desk, request, asked),
        |finder| found_by(desk, context, request, asked, finder),
    )
}

/// What the text indexes tell; asked again of new ones where something in them turns out to be torn.
pub(in crate::ops) fn with_finder<'d, T>(
    open: impl Fn() -> Result<Finder<'d>, OpError>,
    ask: impl Fn(&mut Finder<'d>) -> Result<T, OpError>,
) -> Result<T, OpError> {
    let mut finder = open()?;
    let found = ask(&mut finder);
    if !finder.forget_torn() {
        return found;
    }
    drop(finder);
    ask(&mut open()?)
}

/// The indexes of what is asked for.
fn opened<'d>(
    desk: &'d Desk,
    request: &SearchRequest,
    asked: &SearchQuery,
) -> Result<Finder<'d>, OpError> {
    let kinds = kinds(request, asked);
    let want = if kinds.contains(&Collection::Tickets) && !asked.says_words() {
        Want::All
    } else {
        Want::Figures
    };
    finder(desk, want, &kinds)
}

/// What can be what is asked for.
fn kinds(request: &SearchRequest, asked: &SearchQuery) -> Vec<Collection> {
    let all = request.kinds.iter().copied();
    all.filter(|kind| asked.may_be(*kind)).collect()
}

fn found_by(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &SearchRequest,
    asked: &SearchQuery,
    finder: &mut Finder<'_>,
) -> Result<SearchResults, OpError> {
    let kinds = kinds(request, asked);
    let mut found = SearchResults {
        problems: finder.tickets.problems.clone(),
        ..SearchResults::default()
    };
    found
        .problems
        .extend(finder.articles.problems.iter().cloned());
    let mut slips: Vec<(String, BTreeSet<String>)> = Vec::new();
    if kinds.contains(&Collection::Articles) {
        articles::find(
            desk, context, request, asked, finder, &mut found, &mut slips,
        )?;
    }
    if kinds.contains(&Collection::Tickets) {
        tickets::find(
            desk, context, request, asked, finder, &mut found, &mut slips,
        )?;
    }
    found.slips = slips
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(slip, words)| (slip, words.into_iter().collect()))
        .collect();
    Ok(found)
}
