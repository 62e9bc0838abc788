//! `review`: what a range of commits, or what came in unseen, did to the desk, ticket by ticket.

use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::ops::data::came_in::{self, CameIn};
use crate::ops::data::check_range::{self, HouseFinding};
use crate::ops::data::commit_range::ends;
use crate::ops::data::sync::changed_files;
use crate::ops::data::unseen;
use crate::store::git::range::CommitRange;
use crate::store::git::repo::Repo;

/// What is to be reviewed.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The range, as it was named; empty for what came in since a moment.
    pub name: String,
    /// When the first of it came in, where nobody named a range.
    pub since: Option<Moment>,
    /// How many commits it has.
    pub commits: usize,
    /// The names of their authors, each once.
    pub authors: Vec<String>,
    /// What they did.
    pub came: CameIn,
    /// What of it is against the rules of the house.
    pub findings: Vec<HouseFinding>,
}

/// What the commits of a range did that its begin does not have: `OLD..NEW`, `OLD...NEW`, or `NEW`
/// since it left the commit that is checked out.
pub fn range(
    desk: &Desk,
    me: Option<&Handle>,
    now: Moment,
    given: &str,
) -> Result<Review, OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let (old, new) = ends(&repo, given)?;
    let bases = repo.merge_bases(&old, &new)?;
    let from = bases
        .first()
        .ok_or_else(|| SyncError::NoCommon(&given).error())?;
    let mut review = between(desk, me, &repo, given.to_owned(), Some(from), &new)?;
    let range = CommitRange::between(from, &new);
    review.findings = check_range::between(&repo, &desk.settings, &range, now)?;
    Ok(review)
}

/// What came in since `me` last looked; from then on it is seen. `None` for nothing.
pub fn unseen(desk: &Desk, me: &Handle) -> Result<Option<Review>, OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let Some(waits) = unseen::of(&repo, me) else {
        return Ok(None);
    };
    let Some(tip) = repo.commit_named("HEAD")? else {
        return Ok(None);
    };
    let known = match &waits.from {
        Some(from) => repo.commit_named(from)?.is_some(),
        None => true,
    };
    let name = String::new();
    let mut review = if known {
        between(desk, Some(me), &repo, name, waits.from.as_deref(), &tip)?
    } else {
        // The commit is gone with its branch: there is nothing to compare with.
        unseen::forget(&repo, me)?;
        return Ok(None);
    };
    review.since = Some(waits.since);
    review.came.tickets.retain(|one| {
        one.entries.iter().any(|entry| entry.by != *me)
            && waits.tickets.iter().any(|id| id == one.ticket.id.as_str())
    });
    unseen::forget(&repo, me)?;
    Ok(Some(review))
}

fn between(
    desk: &Desk,
    me: Option<&Handle>,
    repo: &Repo,
    name: String,
    from: Option<&str>,
    to: &str,
) -> Result<Review, OpError> {
    let nobody = Handle::desk();
    let changed = changed_files(repo, from, to)?;
    Ok(Review {
        name,
        commits: repo.commits_between(from, to)?,
        authors: repo.authors_between(from, to)?,
        came: came_in::read(desk, me.unwrap_or(&nobody), &changed),
        findings: Vec::new(),
        since: None,
    })
}
