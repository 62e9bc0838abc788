//! What syncs without a reader brought in and nobody has looked at yet, kept in the clone's own
//! folder: losing it costs a reminder.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::ops::core::error::OpError;
use crate::store::git::private::{Private, peek};
use crate::store::git::repo::Repo;

const FOLDER: &str = "unseen";

/// What nobody has looked at yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// When the first of it came in.
    pub since: Moment,
    /// The commit before it; `None` where the branch had none.
    pub from: Option<String>,
    /// The tickets, by id.
    pub tickets: Vec<String>,
    /// Those of them that concern the reader, by id.
    pub concerns: Vec<String>,
}

fn name(me: &Handle) -> String {
    format!("{me}.json")
}

/// Adds to what `me` has not seen.
pub fn add(repo: &Repo, me: &Handle, new: Unseen) -> Result<(), OpError> {
    let folder = Private::make(repo, FOLDER)?;
    let mut all = match read(folder.read(&name(me))) {
        Some(old) => old,
        None => Unseen {
            tickets: Vec::new(),
            concerns: Vec::new(),
            ..new.clone()
        },
    };
    for (all, new) in [
        (&mut all.tickets, new.tickets),
        (&mut all.concerns, new.concerns),
    ] {
        all.extend(new);
        all.sort_unstable();
        all.dedup();
    }
    let text = serde_json::to_string(&all).unwrap_or_default();
    // Whole or not at all, should the disk be full.
    let temporary = format!("{me}.new");
    folder.write(&temporary, &text)?;
    folder.rename(&temporary, &folder, &name(me))?;
    Ok(())
}

/// What `me` has not seen.
pub fn of(repo: &Repo, me: &Handle) -> Option<Unseen> {
    read(Private::open(repo, FOLDER).ok()??.read(&name(me)))
}

/// What `me` has not seen in the desk in this folder, without starting git.
pub fn glance(desk: &Path, me: &Handle) -> Option<Unseen> {
    read(peek(desk, FOLDER, &name(me)))
}

/// Takes note that `me` has seen it all.
pub fn forget(repo: &Repo, me: &Handle) -> Result<(), OpError> {
    if let Some(folder) = Private::open(repo, FOLDER)? {
        folder.remove(&name(me))?;
    }
    Ok(())
}

pub(in crate::ops::data) fn read(text: Option<String>) -> Option<Unseen> {
    serde_json::from_str(&text?).ok()
}
