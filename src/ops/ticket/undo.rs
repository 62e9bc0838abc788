//! `undo`: takes back one of the agent's last commands of this clone, by entries of its own. Nothing
//! is removed.

use std::collections::HashSet;

use crate::model::article::ArticleState;
use crate::model::cancelled_as::{AS, CancelledAs};
use crate::model::corrections::{Corrections, order};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::articles::cached_articles;
use crate::ops::core::command_record::{
    self, CommandRecord, KEPT, WrittenArticle, WrittenText, WrittenTicket,
};
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::kb::article_edit::Revision;
use crate::page::article;

/// Commands that are not taken back, with what there is to say.
const NEVER: &[(&str, &str)] = &[
    (
        "sync",
        "what came from others stays: put right what is wrong there by commands of their own",
    ),
    (
        "import",
        "`desk import --undo SOURCE` takes back the tickets that came in from a source",
    ),
    ("redact", "what was taken out is gone for good"),
    (
        "reply",
        "the mail went out: write another that puts it right",
    ),
    (
        "check --fix",
        "it only logs what the files said: edit them again",
    ),
    ("migrate", "a desk does not go back to an older format"),
    (
        "templates --starter",
        "remove the files that the house does not want with `git rm`",
    ),
    (
        "resolve-merge",
        "what was merged stands: `desk edit` changes it",
    ),
];

/// A command of the agent's in this clone, as a list shows it.
#[derive(Clone, Debug)]
pub struct ListedCommand {
    /// What `undo` calls it: 1 is the last one.
    pub number: usize,
    /// What it wrote.
    pub record: CommandRecord,
    /// The title of its first ticket or article; empty where that cannot be read.
    pub title: String,
    /// The number of the command that it took back, where that is still kept.
    pub undoes: Option<usize>,
    /// Whether it is taken back.
    pub undone: bool,
    /// Whether commands of its kind are never taken back.
    pub never: bool,
}

/// The agent's last commands of this clone, the newest first.
pub fn list(desk: &Desk, act: &Actor) -> Result<Vec<ListedCommand>, OpError> {
    let all = records(desk, act)?;
    let articles = cached_articles(desk);
    let title = |record: &CommandRecord| {
        let ticket = record.tickets.first();
        let ticket = ticket.and_then(|one| desk.page(one.id).ok());
        let article = record.articles.first();
        let article = article.and_then(|one| articles.find(&one.id));
        let title = ticket.map(|page| page.ticket.title().to_owned());
        title
            .or(article.map(|cached| cached.article.title.clone()))
            .unwrap_or_default()
    };
    let listed = all.iter().enumerate().map(|(at, record)| ListedCommand {
        number: at + 1,
        title: title(record),
        undoes: record.undoes.as_ref().and_then(|key| {
            let of = all.iter().position(|one| one.key == *key)?;
            Some(of + 1)
        }),
        undone: undone_by(&all, at).is_some(),
        never: way_out(record).is_some(),
        record: record.clone(),
    });
    Ok(listed.collect())
}

/// Takes back a command by its number, the last one being 1: each of its entries by an entry `undo`,
/// a record that it made by a cancellation, an article by its old text or by retiring it. All or
/// nothing.
pub fn undo(desk: &Desk, act: &Actor, number: usize, text: &str) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let mut tx = Transaction::begin(desk, act, "undo")?;
    let all = records(desk, act)?;
    let Some(record) = number.checked_sub(1).and_then(|at| all.get(at)) else {
        if all.is_empty() && number == 1 {
            return Err(TicketError::NothingToUndo(&KEPT.num_days()).error());
        }
        return Err(TicketError::NoSuchCommand(&number, &all.len()).error());
    };
    if let Some(way) = way_out(record) {
        let error = TicketError::NeverUndone(&record.verb, &way).error();
        return Err(match before(&all, number) {
            Some(at) => error.hint(format!(
                "`desk undo {}` takes back the `{}` before it",
                at + 1,
                all[at].verb
            )),
            None => error,
        });
    }
    if let Some(by) = undone_by(&all, number - 1) {
        return Err(TicketError::UndoneAlready(&record.verb, &(by + 1)).error());
    }
    for written in &record.tickets {
        take_back(&mut tx, written, &all[..number - 1], &text)?;
    }
    for written in &record.articles {
        take_back_article(&mut tx, written, &text)?;
    }
    for file in &record.files {
        tx.notices.push(format!("the file stays: {file}"));
    }
    tx.undoes(&record.key);
    let subject = subject(&tx, record);
    tx.finish(&subject)
}

fn records(desk: &Desk, act: &Actor) -> Result<Vec<CommandRecord>, OpError> {
    let mut all = command_record::read(act.repo(desk)?, &act.me);
    all.retain(|one| is_kept(one, act.now));
    Ok(all)
}

fn is_kept(record: &CommandRecord, now: Moment) -> bool {
    now.since(record.at) < KEPT
}

/// What there is to say of a command that is never taken back.
fn way_out(record: &CommandRecord) -> Option<&'static str> {
    let mut never = NEVER.iter();
    let never = never.find(|(one, _)| *one == record.verb);
    let other = "it wrote to no ticket and no article: give the command that says the opposite";
    let way = never.map(|(_, way)| *way);
    way.or(record.is_empty().then_some(other))
}

/// The place of the command that took back the one at a place, and was not taken back itself. The
/// newest stand first.
fn undone_by(all: &[CommandRecord], at: usize) -> Option<usize> {
    let key = &all[at].key;
    let takes = |by: &usize| all[*by].undoes.as_ref() == Some(key) && undone_by(all, *by).is_none();
    (0..at).find(takes)
}

/// The place of the next older command, from one on, that could be taken back.
fn before(all: &[CommandRecord], from: usize) -> Option<usize> {
    let can = |at: &usize| way_out(&all[*at]).is_none() && undone_by(all, *at).is_none();
    (from..all.len()).find(can)
}

fn subject(tx: &Transaction<'_>, record: &CommandRecord) -> String {
    let verb = &record.verb;
    match (tx.changed().last(), &record.tickets[..]) {
        (Some(one), [_]) => {
            let (id, title) = (one.ticket.id, one_line(one.ticket.title(), 50));
            format!("{id} undo {verb}: {title}")
        }
        (_, []) => {
            let ids: Vec<&str> = record.articles.iter().map(|one| one.id.as_str()).collect();
            format!("undo {verb}: {}", ids.join(", "))
        }
        (_, all) => format!("undo {verb}: {} tickets", all.len()),
    }
}

/// Takes back what a command wrote to one ticket; `newer` are the agent's commands since.
fn take_back(
    tx: &mut Transaction<'_>,
    written: &WrittenTicket,
    newer: &[CommandRecord],
    text: &str,
) -> Result<(), OpError> {
    let id = written.id;
    let ticket = tx.ticket(id)?;
    let undone = undone_here(tx, written, &ticket, newer)?;
    let mut description = written.description.as_ref();
    for entry in undone.iter().rev() {
        let mut edit = tx.edit(id, EntryKind::Undo)?;
        if let Some(description) = description.take() {
            describe(tx, &mut edit, description)?;
        }
        edit.take_back(entry)?;
        edit.text(text);
        tx.stage(edit)?;
    }
    if let Some(description) = description {
        let mut edit = tx.edit(id, EntryKind::Undo)?;
        describe(tx, &mut edit, description)?;
        tx.stage(edit)?;
    }
    if written.new {
        let mut edit = tx.edit(id, EntryKind::Cancel)?;
        // Whatever its status is: the record should not have been made.
        edit.set_text(Key::Status, Status::Cancelled.as_str());
        edit.set(Key::WaitingOn, None);
        edit.set(Key::Until, None);
        edit.attribute(AS, CancelledAs::Mistake.as_str());
        edit.text(text);
        tx.stage(edit)?;
    }
    for phrase in &written.by_hand {
        tx.notices
            .push(format!("not taken back in `{id}`: {phrase}"));
    }
    Ok(())
}

/// The entries to take back, in the order in which they fold. Refuses where somebody wrote since.
fn undone_here(
    tx: &Transaction<'_>,
    written: &WrittenTicket,
    ticket: &Ticket,
    newer: &[CommandRecord],
) -> Result<Vec<Entry>, OpError> {
    let (id, me) = (written.id, &tx.act.me);
    let mut missing: HashSet<&str> = written.entries.iter().map(String::as_str).collect();
    let corrections = Corrections::of(&ticket.log);
    let (mut undone, mut begun) = (Vec::new(), false);
    for at in order(&ticket.log) {
        let entry = &ticket.log[at];
        if missing.remove(entry.identity().as_str()) {
            begun = true;
            if entry.kind != EntryKind::Created && !corrections.is_undone(at) {
                undone.push(entry.clone());
            }
            continue;
        }
        if !begun || corrections.is_undone(at) || tells_only(entry) {
            continue;
        }
        if entry.by != *me {
            return Err(TicketError::WrittenSince(&entry.by, &id, &entry.kind).error());
        }
        let identity = entry.identity();
        let wrote = |one: &CommandRecord| {
            let mut tickets = one.tickets.iter();
            tickets.any(|ticket| ticket.entries.contains(&identity))
        };
        let place = newer.iter().position(wrote);
        let place = place.filter(|at| way_out(&newer[*at]).is_none());
        let number = place.map_or_else(String::new, |at| (at + 1).to_string());
        return Err(TicketError::WrittenSinceByMe(&id, &entry.kind, &number).error());
    }
    if let Some(gone) = missing.into_iter().next() {
        return Err(TicketError::UndoneEntryGone(&id, &gone).error());
    }
    Ok(undone)
}

/// Whether an entry says nothing that goes by another: an `undo`, whose own entry does not count any
/// more, a reminder, and what a hand changed, which stands.
fn tells_only(entry: &Entry) -> bool {
    let is_program = entry.by.is_desk();
    entry.kind == EntryKind::Undo
        || is_program && [EntryKind::Remind, EntryKind::Edit].contains(&entry.kind)
}

/// Gives a ticket its old description, where nobody changed it since.
fn describe(
    tx: &mut Transaction<'_>,
    edit: &mut TicketEdit,
    description: &WrittenText,
) -> Result<(), OpError> {
    match &description.before {
        Some(before) if description.stands(edit.description()) => edit.describe(before),
        _ => {
            let id = edit.id();
            let stays = format!(
                "the description of `{id}` stays: it was changed since, or its old text is not kept"
            );
            tx.notices.push(stays);
            Ok(())
        }
    }
}

/// Takes back what a command wrote to one article.
fn take_back_article(
    tx: &mut Transaction<'_>,
    written: &WrittenArticle,
    text: &str,
) -> Result<(), OpError> {
    let id = &written.id;
    let all = cached_articles(tx.desk);
    let gone = || TicketError::ArticleChangedSince(id).error();
    let cached = all.find(id).ok_or_else(gone)?;
    let mut revision = Revision::open(tx.desk, &cached.path)?;
    let page = revision.page().clone();
    if !written.text.stands(&page.text) {
        return Err(gone());
    }
    if written.new {
        revision.move_to(ArticleState::Retired)?;
        return revision.stage(tx, "undo", text);
    }
    let before = written.text.before.clone();
    let before = before.ok_or_else(|| TicketError::ArticleTextNotKept(id).error())?;
    let old = article::read(&cached.path, before)?;
    let (is, was) = (page.article.state, old.article.state);
    let in_use =
        |state: ArticleState| matches!(state, ArticleState::Published | ArticleState::Retired);
    let own_retired = is == ArticleState::Retired && page.article.published.is_none();
    if is != was && (in_use(was) || in_use(is) && !own_retired) {
        tx.act.must_be_manager(tx.desk, "publishing and retiring")?;
    }
    Revision::by_hand(page, old).stage(tx, "undo", text)
}
