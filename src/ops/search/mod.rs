//! `search` and `kb search`: tickets and articles by their words.

pub mod articles;
pub mod query;
pub mod results;
pub mod tickets;
pub mod wording;

use crate::ops::core::messages::search::SearchError;
use std::collections::BTreeSet;

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
    let kinds: Vec<Collection> = request
        .kinds
        .iter()
        .copied()
        .filter(|kind| asked.may_be(*kind))
        .collect();
    let want = if kinds.contains(&Collection::Tickets) && !asked.says_words() {
        Want::All
    } else {
        Want::Figures
    };
    let mut finder = finder(desk, want, &kinds)?;
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
            desk,
            context,
            request,
            asked,
            &mut finder,
            &mut found,
            &mut slips,
        )?;
    }
    if kinds.contains(&Collection::Tickets) {
        tickets::find(
            desk,
            context,
            request,
            asked,
            &mut finder,
            &mut found,
            &mut slips,
        )?;
    }
    found.slips = slips
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(slip, words)| (slip, words.into_iter().collect()))
        .collect();
    Ok(found)
}
