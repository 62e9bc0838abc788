//! `log`: the git history of a ticket's file.

use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::page::ticket::{self, TicketPage};
use crate::store::git::repo::Repo;

/// The git history of a ticket's file, newest first, as git prints it.
pub fn history(desk: &Desk, id: TicketId) -> Result<String, OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let path = repo.in_tree(&id.path());
    let args = [
        "log",
        "--patch",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-show-signature",
        "--submodule=short",
        "--ignore-submodules=all",
        "--date=iso-local",
        "--format=format:commit %h  %ad  %an%n    %s",
        "--",
    ];
    let mut all: Vec<&str> = args.to_vec();
    all.push(&path);
    let reported = repo.git().run(&all)?;
    if !reported.ok && reported.stderr.contains("does not have any commits") {
        return Ok(String::new());
    }
    if !reported.ok && repo.is_partial() {
        return Err(SyncError::TextsElsewhere(&id).error());
    }
    Ok(String::from_utf8_lossy(&reported.or_error()?).into_owned())
}

/// A ticket as it stood at a moment, by the time of commits: the commit, its moment, and the page.
/// `None` where no commit had it then.
pub fn at(
    desk: &Desk,
    id: TicketId,
    moment: Moment,
) -> Result<Option<(Moment, TicketPage)>, OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let path = repo.in_tree(&id.path());
    let before = format!("--before={}", moment.millis().div_euclid(1000));
    let args = [
        "log",
        "-1",
        "--no-show-signature",
        "--format=%H %ct",
        &before,
        "--",
        &path,
    ];
    let reported = repo.git().run(&args)?;
    if !reported.ok && reported.stderr.contains("does not have any commits") {
        return Ok(None);
    }
    let line = String::from_utf8_lossy(&reported.or_error()?)
        .trim()
        .to_owned();
    let Some((commit, seconds)) = line.split_once(' ') else {
        return Ok(None);
    };
    let when = seconds.parse().ok();
    let when = when.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
    let object = format!("{commit}:{path}");
    let text = repo.git().run(&["cat-file", "blob", &object])?;
    if !text.ok {
        let is_there = repo
            .git()
            .run(&["rev-parse", "--quiet", "--verify", &object])?;
        return if is_there.ok && repo.is_partial() {
            Err(SyncError::TextsElsewhere(&id).error())
        } else {
            Ok(None)
        };
    }
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    let page = ticket::read(id, text)?;
    Ok(Some((Moment::new(&when.unwrap_or_default()), page)))
}
