//! `edit`: a ticket in an editor, and back.

use std::path::PathBuf;

use super::act::Act;
use super::change::{Edit, Outcome, Transaction, one_line};
use super::desk::Desk;
use super::error::OpError;
use crate::model::field::{Field, Value};
use crate::model::id::TicketId;
use crate::page::{edit, split, ticket};
use crate::rules::repair;
use crate::store::private::Private;
use crate::store::read;
use crate::store::repo::Repo;

/// A ticket's text, handed to an editor in a file of this clone's own.
#[derive(Debug)]
pub struct Draft {
    /// The ticket.
    pub id: TicketId,
    /// What the ticket's file said.
    pub base: String,
    /// Where the editor works.
    pub path: PathBuf,
}

/// The folder for what people type, in the clone's own folder.
const DRAFTS: &str = "drafts";

/// A file for what people type, in the clone's own folder.
pub fn draft_path(repo: &Repo, name: &str) -> Result<PathBuf, OpError> {
    Ok(Private::make(repo, DRAFTS)?.path(name))
}

/// Writes a draft; it is nobody else's to read.
pub fn write_draft(repo: &Repo, name: &str, text: &str) -> Result<(), OpError> {
    Ok(Private::make(repo, DRAFTS)?.write(name, text)?)
}

/// Puts a ticket's text where an editor can change it.
pub fn draft(desk: &Desk, repo: &Repo, id: TicketId) -> Result<Draft, OpError> {
    let path = id.path();
    // A file that cannot be understood is what an editor is most needed for.
    let base =
        read::page(&desk.root, &path).map_err(|error| OpError::from(error.problem(&path)))?;
    let name = format!("{id}.md");
    let path = draft_path(repo, &name)?;
    write_draft(repo, &name, &base)?;
    Ok(Draft { id, base, path })
}

/// Takes an edited draft back. It stays where it is until it is saved.
pub fn finish(desk: &Desk, act: &Act, draft: &Draft) -> Result<Outcome, OpError> {
    let kept =
        |error: OpError| error.hint(format!("what you wrote is in {}", draft.path.display()));
    let edited = read::file(&draft.path, read::MAX_PAGE)
        .map_err(|error| kept(OpError::failed(error.to_string())))?;
    let mut tx = Transaction::begin(desk, act, "edit").map_err(kept)?;
    let path = draft.id.path();
    let current =
        read::page(&desk.root, &path).map_err(|error| kept(error.problem(&path).into()))?;
    let text = if current == draft.base || edited == draft.base {
        edited
    } else {
        joined(draft, &edited, &current).ok_or_else(|| {
            kept(OpError::failed(format!(
                "`{path}` was changed by somebody else while you edited it"
            )))
        })?
    };
    let page = ticket::read(draft.id, text).map_err(|problem| kept(OpError::from(problem)))?;
    let serious: Vec<_> = page
        .problems
        .iter()
        .filter(|problem| problem.path == path)
        .cloned()
        .collect();
    if !serious.is_empty() {
        return Err(kept(OpError::invalid(
            "the edited ticket is not valid",
            serious,
        )));
    }
    let page = match repair::headings(&page, desk.settings.zone) {
        Some(text) => ticket::read(draft.id, text)?,
        None => page,
    };
    let differences = crate::rules::fold::differences(&page.ticket);
    // What somebody else changed meanwhile stands in their entry, not in this one.
    let before = ticket::read(draft.id, current.clone()).ok();
    let mut edit = Edit::by_hand(page, current, act).map_err(kept)?;
    for difference in differences {
        edit.log_change(
            &difference.key.into(),
            difference.folded.as_ref(),
            difference.stated.as_ref(),
        );
    }
    if let Some(before) = &before {
        let fields: std::collections::BTreeSet<Field> = before
            .ticket
            .values
            .keys()
            .chain(edit.ticket.values.keys())
            .cloned()
            .collect();
        for field in fields.into_iter().filter(|field| !field.is_tracked()) {
            let (old, new): (Option<Value>, Option<Value>) = (
                before.ticket.values.get(&field).cloned(),
                edit.ticket.values.get(&field).cloned(),
            );
            edit.log_change(&field, old.as_ref(), new.as_ref());
        }
    }
    let subject = format!("{} edit: {}", draft.id, one_line(edit.ticket.title(), 50));
    tx.stage(edit).map_err(kept)?;
    let outcome = tx.finish(&subject).map_err(kept)?;
    let _ = std::fs::remove_file(&draft.path);
    Ok(outcome)
}

/// What was edited, with what somebody else saved meanwhile put in; `None` where both changed one
/// thing, or where it cannot be told.
fn joined(draft: &Draft, edited: &str, current: &str) -> Option<String> {
    let read = |text: &str| ticket::read(draft.id, text.to_owned()).ok();
    let (base, mine, theirs) = (read(&draft.base)?, read(edited)?, read(current)?);
    let body = |page: &ticket::TicketPage| page.text[page.parts.body.clone()].to_owned();
    let (old, own, new) = (body(&base), body(&mine), body(&theirs));
    let (own, added) = match new.strip_prefix(&old) {
        Some(added) => (own, added),
        None if own == old || own == new => (new.clone(), ""),
        None => return None,
    };
    let mut text = format!("{}{own}", &edited[..mine.parts.body.start]);
    if !added.trim().is_empty() {
        text = edit::append(&text, added.trim_start_matches(['\r', '\n']));
    }
    let all = [&base, &mine, &theirs].map(|page| page.ticket.values.keys());
    let fields: std::collections::BTreeSet<&Field> = all.into_iter().flatten().collect();
    for field in fields {
        let of = |page: &ticket::TicketPage| page.ticket.values.get(field).cloned();
        let (before, here, there) = (of(&base), of(&mine), of(&theirs));
        if there == before || there == here {
            continue;
        }
        if here != before {
            return None;
        }
        let parts = split::split(&theirs.path, &text).ok()?;
        text = edit::set(&text, &parts, field, there.as_ref()).ok()?;
    }
    Some(text)
}
