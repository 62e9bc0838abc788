//! The knowledge base: articles written, published, used, looked after.

pub mod check;
pub mod edit;
pub mod publish;
pub mod show;
pub mod new;
pub mod article_edit;
pub mod used;

pub use used::searched;

use chrono::NaiveDate;

use crate::index::article_cache::{self, Leaf, Shelf};
use crate::model::id::{ARTICLE_RANDOM_LEN, fold_char};
use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;

/// The articles of a desk.
pub fn shelf(desk: &Desk) -> Shelf {
    article_cache::load(&desk.root)
}

/// The day that it is where the desk stands.
pub fn today(desk: &Desk, now: Moment) -> NaiveDate {
    now.in_zone(&desk.settings.zone).date_naive()
}

/// The article that a person named: by its id, with or without `KB-`, or by any start of three
/// characters, or by its file. A wrong one gets the nearest.
pub fn find<'s>(shelf: &'s Shelf, given: &str) -> Result<&'s Leaf, OpError> {
    let given = given.trim();
    if let Some(leaf) = shelf.all.iter().find(|leaf| leaf.path == given) {
        return Ok(leaf);
    }
    let bare = match given.get(..2) {
        Some(head) if head.eq_ignore_ascii_case("kb") && given.len() > ARTICLE_RANDOM_LEN => {
            given[2..].trim_start_matches('-')
        }
        _ => given,
    };
    let folded: Option<String> = bare.chars().map(fold_char).collect();
    let start = folded.filter(|start| (3..=ARTICLE_RANDOM_LEN).contains(&start.len()));
    let mut found: Vec<&Leaf> = match &start {
        Some(start) => {
            let named = |leaf: &&Leaf| leaf.article.id.as_str()[3..].starts_with(start.as_str());
            shelf.all.iter().filter(named).collect()
        }
        None => Vec::new(),
    };
    // Two files of one id are one article until `kb check` has told of it.
    found.dedup_by_key(|leaf| &leaf.article.id);
    match found[..] {
        [leaf] => Ok(leaf),
        [] => Err(unknown(shelf, given)),
        _ => {
            let error = OpError::usage(format!(
                "`{given}` could be any of {} articles",
                found.len()
            ));
            Err(found.iter().take(8).fold(error, |error, leaf| {
                error.hint(format!("{}  {}", leaf.article.id, leaf.article.title))
            }))
        }
    }
}

/// The ids from which what was written differs in one character, or in two that changed places.
pub fn near_ids<'k>(given: &str, known: impl Iterator<Item = &'k str>) -> Vec<&'k str> {
    let given = given.to_ascii_uppercase();
    known
        .filter(|id| strsim::osa_distance(&given, id) <= 1)
        .take(3)
        .collect()
}

fn unknown(shelf: &Shelf, given: &str) -> OpError {
    let error = OpError::usage(format!("there is no article `{given}`"));
    let near = near_ids(given, shelf.all.iter().map(|leaf| leaf.article.id.as_str()));
    let close: Vec<String> = near
        .iter()
        .filter_map(|id| shelf.find(id))
        .map(|leaf| format!("did you mean {}  {}?", leaf.article.id, leaf.article.title))
        .collect();
    let unread = shelf.unread().take(3).map(|problem| {
        let (place, why) = (problem.location(), &problem.message);
        format!("it may be one that cannot be read: {place}: {why}")
    });
    let error = unread.fold(error, OpError::hint);
    if close.is_empty() {
        return error.hint("`desk kb list` shows them");
    }
    close.into_iter().fold(error, OpError::hint)
}
