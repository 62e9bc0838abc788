//! `import json`: what `export` wrote, brought into a desk: the same files, to the byte.

use std::collections::BTreeMap;

use super::act::Act;
use super::desk::Desk;
use super::error::OpError;
use crate::model::id::TicketId;
use crate::page::{exported, ticket};
use crate::store::read::{self, ReadError};
use crate::store::repo::Repo;
use crate::store::save::{Save, Saved};

/// What came of it.
#[derive(Debug, Default)]
pub struct Restored {
    /// Tickets made.
    pub made: Vec<TicketId>,
    /// Tickets that were there just so.
    pub same: usize,
    /// What became of them on disk; `None` where there was nothing to write.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<String>,
}

/// Brings exported tickets in, all or none. A second run changes nothing; a ticket that is there and
/// says something else is refused.
pub fn json(desk: &Desk, act: &Act, text: &str, name: &str) -> Result<Restored, OpError> {
    act.may(desk, "import")?;
    let wrong = |error: &dyn std::fmt::Display| {
        OpError::usage(format!("`{name}`: {error}"))
            .hint("give what `desk export --format json` or jsonl wrote")
    };
    let all = exported::read(text).map_err(|error| wrong(&error))?;
    let mut files: BTreeMap<TicketId, String> = BTreeMap::new();
    for (id, file) in all {
        if files.get(&id).is_some_and(|other| *other != file) {
            return Err(wrong(&format!("{id} is in it twice, and differs")));
        }
        files.insert(id, file);
    }
    let opened;
    let repo = if let Some(repo) = &act.repo {
        repo
    } else {
        opened = Repo::open(desk.root.dir())?;
        &opened
    };
    let mut held = if act.dry_run {
        None
    } else {
        let repo = repo.clone().heeding(act.interrupt.clone());
        Some(repo.hold("import", &act.rules(desk))?)
    };
    let mut done = Restored::default();
    let mut saves = Vec::new();
    for (id, file) in files {
        let path = id.path();
        ticket::read(id, file.clone()).map_err(|problem| {
            OpError::invalid(format!("{id} in `{name}` is no ticket"), vec![*problem])
        })?;
        match read::page(&desk.root, &path) {
            Ok(there) if there == file => done.same += 1,
            Err(ReadError::Missing) => {
                done.made.push(id);
                saves.push(Save {
                    path,
                    base: None,
                    text: file,
                });
            }
            Ok(_) | Err(_) => {
                return Err(OpError::refused(format!(
                    "{id} is here already, and says something else"
                ))
                .hint("an export goes into a desk that does not have its tickets; clones are joined by git"));
            }
        }
    }
    let Some(held) = held.as_mut().filter(|_| !saves.is_empty()) else {
        return Ok(done);
    };
    done.recovered = held.recovered().to_vec();
    let saves = saves.into_iter();
    done.saved = Some(if desk.settings.git.commit {
        let message = format!("import {} tickets of {name}", done.made.len());
        held.bulk_commit(&message, &act.signature(desk), act.now, saves)?
    } else {
        held.bulk_files(saves)?;
        Saved::Kept
    });
    Ok(done)
}
