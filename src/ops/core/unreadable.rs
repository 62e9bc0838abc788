//! Files that cannot tell what is looked for.
//!
//! Whoever looks for tickets by a field finds those whose field can be read. Of a file that cannot
//! be read, or whose field is of a wrong type, nobody knows: to take it for one without the field
//! would make a second ticket, or leave one behind.

use std::collections::BTreeMap;

use crate::index::ticket_cache::CachedTickets;
use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::ops::core::desk::Desk;
use crate::page::problem::Problem;
use crate::page::ticket::TicketPage;
use crate::store::fs::read;

/// What keeps files from telling the values of these keys.
pub fn hiding(desk: &Desk, found: &CachedTickets, keys: &[Key]) -> Vec<Problem> {
    let mut hidden = unread(found);
    let mut pages: BTreeMap<&str, Option<TicketPage>> = BTreeMap::new();
    for problem in found.problems.iter().filter(|one| !one.fatal && one.bars) {
        let page = pages.entry(&problem.path).or_insert_with(|| {
            let id = id_of(&problem.path)?;
            desk.page(id).ok()
        });
        let Some(page) = page else { continue };
        let lost = keys.iter().any(|key| {
            let field = Field::Known(*key);
            let (value, place) = (page.ticket.values.get(&field), page.spans.get(&field));
            // A value that stands there, and was not read.
            let (None, Some(place), Some(span)) = (value, place, &problem.span) else {
                return false;
            };
            place.start <= span.start && span.end <= place.end
        });
        if lost {
            hidden.push(problem.clone());
        }
    }
    hidden
}

/// What keeps files from being read at all: everything that they say is unknown.
pub fn unread(found: &CachedTickets) -> Vec<Problem> {
    let problems = found.problems.iter().filter(|problem| problem.fatal);
    let mut all: Vec<Problem> = problems.cloned().collect();
    // What has the name of a ticket, and is none: a link, or a file in the wrong place.
    let strays = found
        .strays
        .iter()
        .filter(|stray| is_named_like_one(&stray.path));
    all.extend(strays.map(|stray| Problem::whole(&stray.path, stray.why)));
    all
}

/// Of what hides values, that of files which have these words somewhere, and that of files of which
/// even this cannot be told.
pub fn naming(desk: &Desk, hidden: Vec<Problem>, words: &str) -> (Vec<Problem>, Vec<Problem>) {
    let (mut naming, mut unknown) = (Vec::new(), Vec::new());
    for problem in hidden {
        match read::contains(&desk.root, &problem.path, words) {
            Some(true) => naming.push(problem),
            Some(false) => {}
            None => unknown.push(problem),
        }
    }
    (naming, unknown)
}

fn id_of(path: &str) -> Option<TicketId> {
    stem(path)?.parse().ok()
}

fn stem(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.strip_suffix(".md")
}

fn is_named_like_one(path: &str) -> bool {
    stem(path).is_some_and(|stem| stem.parse::<TicketId>().is_ok())
}
