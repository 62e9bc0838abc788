//! `log`: the git history of a ticket's file.

use crate::model::id::TicketId;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
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
    Ok(String::from_utf8_lossy(&reported.or_error()?).into_owned())
}
