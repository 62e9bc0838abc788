//! `check --merges`: what merges of the past left out, made without the desk's rules.

use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::ops::data::commit_range::ends;
use crate::store::git::repo::Repo;
use crate::store::journal::advance::Arrived;
use crate::store::journal::report::Report;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeFindings {
    /// A sentence for each file, without a full stop, with its path.
    pub sentences: Vec<(String, String)>,
    /// Whether it was brought back.
    pub fixed: bool,
    /// Sentences about what was finished for commands that died.
    pub recovered: Vec<Report>,
}

/// What the commits of a range left out of what they and their parents have.
pub fn check(desk: &Desk, range: &str) -> Result<MergeFindings, OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let (old, new) = ends(&repo, range)?;
    let found = repo.left_out_by(&new, &[old.as_str()], desk.settings.zone)?;
    Ok(MergeFindings {
        sentences: found.sentences,
        ..MergeFindings::default()
    })
}

/// Brings back what the commits of a range, which must end at the commit that is checked out, left
/// out, in one commit.
pub fn fix(desk: &Desk, act: &Actor, range: &str) -> Result<MergeFindings, OpError> {
    act.may(desk, "check --fix")?;
    let repo = act.repo(desk)?.clone();
    if act.dry_run {
        return check(desk, range);
    }
    let mut held = act.hold(desk, "check")?;
    let (branch, tip) = held.branch()?;
    let (old, new) = ends(&repo, range)?;
    if tip.as_ref() != Some(&new) {
        return Err(SyncError::NotCheckedOut(&range).error());
    }
    let found = repo.left_out_by(&new, &[old.as_str()], desk.settings.zone)?;
    if !found.is_empty() {
        let to = repo.commit_left_out(&new, &found)?;
        let author = act.signature(desk);
        match held.move_to(&branch, Some(&new), &to, &author, act.now)? {
            Arrived::There { .. } => {}
            Arrived::Moved => return Err(SyncError::KeepsMoving(&branch).error()),
            Arrived::InTheWay(files) => {
                let path = files.keys().next().cloned().unwrap_or_default();
                let all: Vec<String> = files.into_keys().collect();
                return Err(SyncError::InTheWay(&all.join(", "), &path).error());
            }
        }
    }
    Ok(MergeFindings {
        fixed: !found.is_empty(),
        sentences: found.sentences,
        recovered: held.reports(),
    })
}
