//! `edit`: a ticket in an editor, and back.

use crate::ops::core::messages::ticket::TicketError;
use std::collections::BTreeSet;

use crate::model::field::Field;
use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::drafts::Draft;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::ticket::manual_edit;
use crate::page::edit;
use crate::page::front_matter;
use crate::page::problem::Problem;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::manual_changes::{self, ManualChanges};
use crate::rules::lifecycle::repair;
use crate::store::fs::read;
use crate::store::git::repo::Repo;

/// A ticket's text in the hands of a person.
#[derive(Debug)]
pub struct TicketEditing {
    /// The ticket.
    pub id: TicketId,
    /// Where it is written in.
    pub draft: Draft,
}

impl TicketEditing {
    /// The command that takes a draft up again.
    pub fn again(&self) -> String {
        format!("desk edit {}", self.id)
    }

    /// A failure, with what became of the draft.
    pub fn kept(&self, error: OpError) -> OpError {
        self.draft.kept(error, &self.again())
    }
}

/// Puts a ticket's text where an editor can change it, or goes on with what an earlier edit could
/// not save.
pub fn begin(desk: &Desk, repo: &Repo, id: TicketId) -> Result<TicketEditing, OpError> {
    // A file that cannot be understood is what an editor is most needed for.
    let current = current(desk, id)?;
    let mut draft = Draft::open(repo, &format!("{id}.md"), &current, false)?;
    if draft.resumed && draft.base != current {
        let mine = read::file(&draft.path, read::MAX_PAGE).ok();
        let joins = mine.is_none_or(|mine| joined(id, &draft.base, &mine, &current).is_some());
        if !joins {
            draft.renew(&current)?;
        }
    }
    Ok(TicketEditing { id, draft })
}

fn current(desk: &Desk, id: TicketId) -> Result<String, OpError> {
    let path = id.path();
    read::page(&desk.root, &path).map_err(|error| OpError::from(error.problem(&path)))
}

/// The entries of the log that an edit would take out, or whose facts it would change: a person is
/// to be asked first. Nothing where the draft cannot be understood, which is told later.
pub fn lost(desk: &Desk, editing: &TicketEditing) -> Vec<String> {
    let found = || {
        let edited = editing.draft.text().ok()?;
        let current = current(desk, editing.id).ok()?;
        let text = merged(editing, edited, &current).ok()?;
        let page = ticket::read(editing.id, text).ok()?;
        Some(manual_changes::of(&current, &page).lost())
    };
    found().unwrap_or_default()
}

/// Takes an edited draft back. It stays where it is until it is saved. `consent`: entries of the
/// log may go.
pub fn finish(
    desk: &Desk,
    act: &Actor,
    editing: &TicketEditing,
    consent: bool,
) -> Result<Outcome, OpError> {
    let mut outcome = take(desk, act, editing, consent).map_err(|error| editing.kept(error))?;
    if act.dry_run && editing.draft.is_written() {
        let place = editing.draft.path.display();
        let again = editing.again();
        outcome.notices.push(format!(
            "what you wrote is in {place}; {again} goes on with it"
        ));
    } else {
        editing.draft.done();
    }
    Ok(outcome)
}

fn take(
    desk: &Desk,
    act: &Actor,
    editing: &TicketEditing,
    consent: bool,
) -> Result<Outcome, OpError> {
    let edited = editing.draft.text()?;
    let mut tx = Transaction::begin(desk, act, "edit")?;
    let current = current(desk, editing.id)?;
    let text = merged(editing, edited, &current)?;
    let before = ticket::read(editing.id, current.clone()).ok();
    let page = ticket::read(editing.id, text)?;
    let wrong = unfit(before.as_ref(), &page);
    if !wrong.is_empty() {
        return Err(TicketError::InvalidEdit.error().with(wrong));
    }
    let page = match repair::headings(&page, desk.settings.zone) {
        Some(text) => ticket::read(editing.id, text)?,
        None => page,
    };
    let revised = manual_changes::of(&current, &page);
    if !consent {
        agreed(editing, &revised)?;
    }
    let mut edit = TicketEdit::by_hand(page, current, act)?;
    manual_edit::allowed(desk, act, before.as_ref(), &mut edit)?;
    // What somebody else changed meanwhile stands in their entry, not in this one.
    edit.log_all(before.as_ref().map(|page| &page.ticket))?;
    edit.tell(revised.reported());
    let subject = format!("{} edit: {}", editing.id, one_line(edit.ticket.title(), 50));
    tx.stage(edit)?;
    tx.finish(&subject)
}

/// What an editor left, with what somebody else saved meanwhile put in.
fn merged(editing: &TicketEditing, edited: String, current: &str) -> Result<String, OpError> {
    let base = &editing.draft.base;
    if current == base || edited == current {
        return Ok(edited);
    }
    if edited == *base {
        return Ok(current.to_owned());
    }
    joined(editing.id, base, &edited, current).ok_or_else(|| {
        let path = editing.id.path();
        TicketError::ChangedMeanwhile(&path).error()
    })
}

/// What no file may say, and what was not wrong with it before.
fn unfit(before: Option<&TicketPage>, page: &TicketPage) -> Vec<Problem> {
    let stood = |problem: &Problem| {
        let before = before.into_iter().flat_map(|page| &page.problems);
        before.into_iter().any(|old| old.message == problem.message)
    };
    page.problems
        .iter()
        .filter(|problem| problem.bars || !stood(problem))
        .cloned()
        .collect()
}

/// Refuses to take entries out of the log that nobody was asked about.
fn agreed(editing: &TicketEditing, revised: &ManualChanges) -> Result<(), OpError> {
    let lost = revised.lost();
    if lost.is_empty() {
        return Ok(());
    }
    Err(TicketError::LogWouldLose(&lost.join("; "), &editing.again()).error())
}

/// What was edited, with what somebody else saved meanwhile put in; `None` where both changed one
/// thing, or where it cannot be told.
fn joined(id: TicketId, base: &str, edited: &str, current: &str) -> Option<String> {
    let read = |text: &str| ticket::read(id, text.to_owned()).ok();
    let (base, mine, theirs) = (read(base)?, read(edited)?, read(current)?);
    let body = |page: &TicketPage| page.text[page.parts.body.clone()].to_owned();
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
    let fields: BTreeSet<&Field> = all.into_iter().flatten().collect();
    for field in fields {
        let of = |page: &TicketPage| page.ticket.values.get(field).cloned();
        let (before, here, there) = (of(&base), of(&mine), of(&theirs));
        if there == before || there == here {
            continue;
        }
        if here != before {
            return None;
        }
        let parts = front_matter::split(&theirs.path, &text).ok()?;
        text = edit::set(&text, &parts, field, there.as_ref()).ok()?;
    }
    Some(text)
}
