//! `redact --person` and `redact --due`: what is held on somebody, and its end.
//!
//! What a desk holds on a person is found in one way, whether it is to be handed out
//! ([`who --export`](crate::ops::ticket::person_export)) or to go.

mod own_files;

pub use own_files::OwnFile;
pub(in crate::ops) use own_files::OwnPlace;

use std::collections::BTreeSet;

use crate::index::want::Want;
use crate::model::entry::OF;
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::command_record::forget_all_texts;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::{people, values};
use crate::ops::ticket::personal::own_files::{own_files, remove, words_of};
use crate::page::problem::Problem;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::attachments;
use crate::rules::people::{People, Person, Quality, reads_as};
use crate::rules::personal::{Cleared, Found, Manner, Share, clear, data_of};
use crate::rules::text::normalize::words;
use crate::rules::text::redact_requester::{PersonalData, Requester};
use crate::store::fs::{read, walk};
use crate::store::git::repo::Repo;

/// What is held on a person.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// What the person is known by, the name first.
    pub known_by: Vec<String>,
    /// What is known of them.
    pub data: PersonalData,
    /// The tickets that tell of them, their own first, the oldest first.
    pub tickets: Vec<HeldTicket>,
    /// Files of this clone's own.
    pub own: Vec<OwnFile>,
    /// Where the desk names them and is no ticket: whoever keeps those files changes them.
    pub others: Vec<Named>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// A line of a file that is no ticket, and names a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The file, relative to the desk.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
}

/// What a ticket has of a person.
#[derive(Clone, Debug)]
pub struct HeldTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// Whether it is the person's own.
    pub share: Share,
    /// What it has.
    pub found: Found,
}

/// Looks for all that is held on the person of a name, an address, a number or an account.
pub fn look(desk: &Desk, repo: Option<&Repo>, text: &str) -> Result<Held, OpError> {
    let found = desk.tickets(Want::All);
    let people = People::of(&found.all, &desk.settings.phone_country);
    let person = person(&people, text)?;
    let mut held = Held {
        problems: found.problems,
        ..Held::default()
    };
    let theirs: BTreeSet<TicketId> = person
        .iter()
        .flat_map(|one| &one.tickets)
        .copied()
        .collect();
    for id in &theirs {
        if let Ok(page) = desk.page(*id) {
            join(&mut held.data, now_of(&page));
        }
    }
    if reads_as(text) == Key::RequesterEmail {
        join_one(&mut held.data.emails, text.trim());
    }
    if held.data.is_empty() {
        return Err(TicketError::NobodyKnown(&text).error());
    }
    held.known_by = known_by(&held.data);
    let elsewhere = elsewhere(&people, person, &held.data);
    for id in walk::all_ids(&desk.root) {
        let share = if theirs.contains(&id) {
            Share::Own
        } else {
            Share::Mentioned
        };
        let Ok(page) = desk.page(id) else { continue };
        let Some(cleared) = without(&page, &held.data, &elsewhere, share)? else {
            continue;
        };
        held.tickets.push(HeldTicket {
            ticket: page.ticket,
            share,
            found: cleared.found,
        });
    }
    let order = |one: &HeldTicket| (one.share, one.ticket.created(), one.ticket.id);
    held.tickets.sort_by_key(order);
    if let Some(repo) = repo {
        held.own = own_files(repo, &elsewhere, &theirs);
    }
    let words = words_of(&elsewhere);
    held.others = other_files(desk, &words);
    Ok(held)
}

/// The one person of a text; `None` for an address that no requester has.
fn person<'p>(people: &'p People, text: &str) -> Result<Option<&'p Person>, OpError> {
    let all = people.find(text);
    let exact: Vec<&Person> = all
        .iter()
        .filter(|one| one.quality == Quality::Exact)
        .map(|one| one.person)
        .collect();
    match exact[..] {
        [one] => Ok(Some(one)),
        [] if reads_as(text) == Key::RequesterEmail => Ok(None),
        [] => Err(TicketError::NobodyWhole(&text).error()),
        _ => {
            let named: Vec<String> = exact.iter().take(4).map(|one| people::brief(one)).collect();
            Err(TicketError::SeveralPeople(&text, &named.join(" or ")).error())
        }
    }
}

/// What a ticket says of its requester now.
fn now_of(page: &TicketPage) -> PersonalData {
    let mut page = page.clone();
    page.ticket.log.clear();
    PersonalData {
        places: Vec::new(),
        devices: Vec::new(),
        ..data_of(&page)
    }
}

fn join(into: &mut PersonalData, more: PersonalData) {
    let PersonalData {
        names,
        emails,
        phones,
        accounts,
        places,
        devices,
    } = more;
    for (all, more) in [
        (&mut into.names, names),
        (&mut into.emails, emails),
        (&mut into.phones, phones),
        (&mut into.accounts, accounts),
        (&mut into.places, places),
        (&mut into.devices, devices),
    ] {
        for one in more {
            join_one(all, &one);
        }
    }
}

pub(in crate::ops::ticket) fn join_one(all: &mut Vec<String>, one: &str) {
    if !all.iter().any(|known| known == one) {
        all.push(one.to_owned());
    }
}

fn known_by(data: &PersonalData) -> Vec<String> {
    let all = [&data.names, &data.emails, &data.phones, &data.accounts];
    all.into_iter().flatten().cloned().collect()
}

/// What is looked for on tickets of others: not a name that somebody else has, too.
fn elsewhere(people: &People, person: Option<&Person>, data: &PersonalData) -> PersonalData {
    let is_other = |one: &&Person| !person.is_some_and(|person| std::ptr::eq(*one, person));
    let others: BTreeSet<Vec<String>> = people
        .all()
        .iter()
        .filter(is_other)
        .map(|one| words(&one.name))
        .collect();
    let mut data = data.clone();
    data.names.retain(|name| !others.contains(&words(name)));
    data
}

/// A ticket without the person for good; `None` where it tells nothing of them.
fn without(
    page: &TicketPage,
    data: &PersonalData,
    elsewhere: &PersonalData,
    share: Share,
) -> Result<Option<Cleared>, OpError> {
    let data = match share {
        Share::Own => {
            let mut all = data.clone();
            join(&mut all, data_of(page));
            all
        }
        Share::Mentioned => elsewhere.clone(),
    };
    Ok(clear(page, &data, share, &Manner::Redact)?)
}

/// Articles, templates, settings and the catalogue that name a person.
fn other_files(desk: &Desk, words: &Requester) -> Vec<Named> {
    let articles = walk::articles(&desk.root).files.into_iter();
    let templates = walk::templates(&desk.root).files.into_iter();
    let pages = articles.chain(templates).map(|(path, _)| path);
    let settings = ["desk.toml", "catalog.toml"].map(str::to_owned);
    let lines = |path: String| {
        let text = read::page(&desk.root, &path).unwrap_or_default();
        let named = text
            .lines()
            .enumerate()
            .filter(|(_, line)| words.is_in(line));
        let mut named: Vec<usize> = named.map(|(at, _)| at + 1).collect();
        if named.is_empty() && words.is_in(&text) {
            // The name is broken over two lines.
            named.push(1);
        }
        let at = move |line| Named {
            path: path.clone(),
            line,
        };
        named.into_iter().map(at)
    };
    pages.chain(settings).flat_map(lines).collect()
}

/// Takes a person out of every ticket and attachment for good, and out of this clone's own files.
pub fn redact(desk: &Desk, act: &Actor, held: &Held, text: &str) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    act.must_be_manager(desk, "redact what others wrote")?;
    let mut tx = Transaction::begin(desk, act, "redact")?.telling("redacted");
    let mut files = Vec::new();
    let all: Vec<TicketId> = held.tickets.iter().map(|one| one.ticket.id).collect();
    let found = desk.tickets(Want::All);
    let people = People::of(&found.all, &desk.settings.phone_country);
    let theirs: BTreeSet<TicketId> = held
        .tickets
        .iter()
        .filter(|one| one.share == Share::Own)
        .map(|one| one.ticket.id)
        .collect();
    let person = people
        .all()
        .iter()
        .find(|one| one.tickets.iter().any(|id| theirs.contains(id)));
    let elsewhere = elsewhere(&people, person, &held.data);
    tx.all(&all, |tx, id| {
        let share = if theirs.contains(&id) {
            Share::Own
        } else {
            Share::Mentioned
        };
        let page = desk.page(id)?;
        let Some(cleared) = without(&page, &held.data, &elsewhere, share)? else {
            return Ok(());
        };
        let edit = over(page, cleared, desk, act, &mut files)?;
        let mut edit = edit;
        edit.text(&text);
        tx.stage(edit)
    })?;
    let outcome = finish(tx, &files, "redact")?;
    if !act.dry_run {
        let repo = act.repo(desk)?;
        forget_all_texts(repo);
        let _ = crate::store::fs::caches::forget(&desk.root);
        remove(repo, &held.own);
    }
    Ok(outcome)
}

/// The edit of a ticket that lost a person, with what was taken out; the files that go are added to
/// `files`.
pub(in crate::ops::ticket) fn over(
    page: TicketPage,
    cleared: Cleared,
    desk: &Desk,
    act: &Actor,
    files: &mut Vec<String>,
) -> Result<TicketEdit, OpError> {
    let id = page.ticket.id;
    let new = ticket::read(id, cleared.text)?;
    let mut edit = TicketEdit::over(new, page.text, EntryKind::Redact, desk, act)?;
    for of in cleared.found.entries {
        edit.attribute(OF, of);
    }
    for field in cleared.found.fields {
        edit.attribute("field", field);
    }
    let folder = attachments::folder(id);
    for file in cleared.found.attachments {
        let path = format!("{folder}/{file}");
        if attachments::is_safe(&file) && desk.root.join(&path).is_file() {
            files.push(path);
        }
        edit.attribute(attachments::REDACTED, attachments::nameless(&file));
    }
    Ok(edit)
}

pub(in crate::ops::ticket) fn finish(
    tx: Transaction<'_>,
    files: &[String],
    what: &str,
) -> Result<Outcome, OpError> {
    let subject = match tx.changed() {
        [one] => format!("{} {what}", one.ticket.id),
        all => format!("{what}: {} tickets", all.len()),
    };
    if files.is_empty() {
        return tx.finish(&subject);
    }
    tx.finish_replacing(&subject, files, None)
}
