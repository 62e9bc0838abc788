//! The record of an agent's last commands in this clone: what each wrote, so that it can be taken
//! back.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::model::entry::Entry;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::ops::core::actor::Actor;
use crate::ops::core::outcome::{Changed, ChangedArticle};
use crate::page::ticket;
use crate::rules::lifecycle::attachments;
use crate::store::error::StoreError;
use crate::store::fs::contents::hex;
use crate::store::fs::random;
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;
use crate::store::journal::step::Save;

/// The folder in the clone's own one that keeps the last commands, a file for each agent.
const COMMANDS: &str = "commands";

/// The most commands of an agent that are kept.
pub const MOST: usize = 50;

/// How long a command is kept.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// The most bytes that the commands of an agent take; the newest is kept whatever it takes.
const MOST_BYTES: usize = 2 << 20;

/// The longest text of an article or a description that is kept.
const LONGEST: usize = 512 << 10;

/// What one command wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRecord {
    /// What tells it from the others; drawn.
    pub key: String,
    /// When it was saved.
    pub at: Moment,
    /// The command, as `kb use`.
    pub verb: String,
    /// The tickets that it wrote to.
    #[serde(default)]
    pub tickets: Vec<WrittenTicket>,
    /// The articles that it made or changed.
    #[serde(default)]
    pub articles: Vec<WrittenArticle>,
    /// The files that it attached, relative to the desk.
    #[serde(default)]
    pub files: Vec<String>,
    /// The key of the command that it took back.
    #[serde(default)]
    pub undoes: Option<String>,
}

/// What a command wrote to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenTicket {
    /// The ticket.
    pub id: TicketId,
    /// The identities of the entries, oldest first.
    pub entries: Vec<String>,
    /// Whether the command made the ticket.
    pub new: bool,
    /// The description, where the command changed it.
    #[serde(default)]
    pub description: Option<WrittenText>,
    /// What a person changed in an editor beside fields and description.
    #[serde(default)]
    pub by_hand: Vec<String>,
}

/// What a command wrote to an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenArticle {
    /// The article.
    pub id: String,
    /// What became of its text; the old one is missing where the command made it.
    pub text: WrittenText,
    /// Whether the command made it.
    pub new: bool,
}

/// A text that a command changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenText {
    /// What it was; `None` where there was none, or too much to be kept.
    pub before: Option<String>,
    /// SHA-256 of what it became.
    pub after: String,
}

impl WrittenText {
    fn of(before: Option<&str>, after: &str) -> Self {
        Self {
            before: before
                .filter(|text| text.len() <= LONGEST)
                .map(str::to_owned),
            after: digest(after),
        }
    }

    /// Whether a text is still what the command made of it.
    pub fn stands(&self, text: &str) -> bool {
        digest(text) == self.after
    }
}

fn digest(text: &str) -> String {
    hex(&sha2::Sha256::digest(text.as_bytes()))
}

/// What a command is about to save.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'w> {
    pub changed: &'w [Changed],
    pub revised: &'w [ChangedArticle],
    pub saves: &'w [Save],
}

impl CommandRecord {
    /// A command that wrote nothing that could be taken back.
    pub fn new(verb: &str, at: Moment) -> std::io::Result<Self> {
        Ok(Self {
            key: random::random(8)?,
            at: at.whole_second(),
            verb: verb.to_owned(),
            tickets: Vec::new(),
            articles: Vec::new(),
            files: Vec::new(),
            undoes: None,
        })
    }

    /// Takes in what the command is about to save.
    #[must_use]
    pub fn with(mut self, me: &Handle, writing: Writing<'_>) -> Self {
        for save in writing.saves {
            let of_save = |one: &&Changed| one.ticket.id.path() == save.path;
            let all: Vec<&Changed> = writing.changed.iter().filter(of_save).collect();
            if let Some(first) = all.first() {
                let written = written(first.ticket.id, me, &all, save);
                if !written.entries.is_empty() || written.description.is_some() {
                    self.tickets.push(written);
                }
            }
            let revised = writing.revised.iter();
            let article = revised
                .filter(|one| one.cached.path == save.path)
                .map(|one| WrittenArticle {
                    id: one.cached.article.id.to_string(),
                    text: WrittenText::of(save.base.as_deref(), &save.text),
                    new: one.new,
                });
            self.articles.extend(article);
        }
        self
    }

    /// Whether it wrote something that could be taken back.
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty() && self.articles.is_empty()
    }

    /// Leaves the old texts out.
    fn without_texts(&mut self, of: Option<TicketId>) {
        for ticket in &mut self.tickets {
            if of.is_none_or(|id| id == ticket.id)
                && let Some(text) = &mut ticket.description
            {
                text.before = None;
            }
        }
        for article in self.articles.iter_mut().filter(|_| of.is_none()) {
            article.text.before = None;
        }
    }

    /// Leaves nothing of the names of files that are gone.
    fn without_names(&mut self, repo: &Repo) {
        for path in &mut self.files {
            let is_here = repo.top().join(repo.in_tree(path)).is_file();
            if let Some((folder, name)) = path.rsplit_once('/').filter(|_| !is_here) {
                *path = format!("{folder}/{}", attachments::nameless(name));
            }
        }
    }
}

/// What a command wrote to one ticket.
fn written(id: TicketId, me: &Handle, all: &[&Changed], save: &Save) -> WrittenTicket {
    let read = |text: &str| ticket::read(id, text.to_owned()).ok();
    let (before, after) = (save.base.as_deref().and_then(read), read(&save.text));
    let known: BTreeSet<String> = before
        .iter()
        .flat_map(|page| &page.ticket.log)
        .map(Entry::identity)
        .collect();
    // An interview saved its entries bit by bit: they are known already.
    let told: BTreeSet<String> = all
        .iter()
        .filter_map(|one| Some(one.entry.as_ref()?.identity()))
        .collect();
    let new = all.iter().any(|one| one.new);
    let log = after.iter().flat_map(|page| &page.ticket.log);
    let entries = log
        .filter(|entry| entry.by == *me)
        .map(Entry::identity)
        .filter(|one| new || !known.contains(one) || told.contains(one))
        .collect();
    let description = match (&before, &after) {
        (Some(before), Some(after)) if !new => {
            let old = &before.text[before.description()];
            let new = &after.text[after.description()];
            (old != new).then(|| WrittenText::of(Some(old), new))
        }
        _ => None,
    };
    let phrases = all.iter().flat_map(|one| one.by_hand.clone());
    WrittenTicket {
        id,
        entries,
        new,
        description,
        by_hand: phrases.collect(),
    }
}

/// The last commands of an agent in this clone, the newest first. What cannot be read is left out.
pub fn read(repo: &Repo, me: &Handle) -> Vec<CommandRecord> {
    let kept = Private::open(repo, COMMANDS).ok().flatten();
    let text = kept.and_then(|kept| kept.read(me.as_str()));
    let text = text.unwrap_or_default();
    let all = text.lines().map(serde_json::from_str::<CommandRecord>);
    all.filter_map(Result::ok).take(MOST).collect()
}

/// Notes a command, once it is saved. Only under the lock: what a dead command leaves among the
/// temporary files, the next one removes. A record that cannot be written fails no command.
pub fn note(repo: &Repo, act: &Actor, record: CommandRecord) {
    if act.me.is_desk() {
        return;
    }
    let since = record.at;
    let mut all = read(repo, &act.me);
    all.retain(|one| since.since(one.at) < KEPT);
    all.insert(0, record);
    all.truncate(MOST);
    let _: Result<(), StoreError> = write(repo, &act.me, &mut all);
}

/// Notes a command that cannot be taken back.
pub fn note_other(repo: &Repo, act: &Actor, verb: &str) {
    if let Ok(record) = CommandRecord::new(verb, act.now) {
        note(repo, act, record);
    }
}

/// Takes the old texts of a ticket out of what is kept of everybody's commands, for one of them was
/// redacted.
pub fn forget_texts(repo: &Repo, id: TicketId) {
    let Ok(Some(kept)) = Private::open(repo, COMMANDS) else {
        return;
    };
    for name in kept.names().unwrap_or_default() {
        let Ok(who) = name.parse::<Handle>() else {
            continue;
        };
        let mut all = read(repo, &who);
        for record in &mut all {
            record.without_texts(Some(id));
            record.without_names(repo);
        }
        let _: Result<(), StoreError> = write(repo, &who, &mut all);
    }
}

/// Takes all old texts out of what is kept of everybody's commands, for a person was redacted.
pub fn forget_all_texts(repo: &Repo) {
    let Ok(Some(kept)) = Private::open(repo, COMMANDS) else {
        return;
    };
    for name in kept.names().unwrap_or_default() {
        let Ok(who) = name.parse::<Handle>() else {
            continue;
        };
        let mut all = read(repo, &who);
        for record in &mut all {
            record.without_texts(None);
            record.without_names(repo);
        }
        let _: Result<(), StoreError> = write(repo, &who, &mut all);
    }
}

fn write(repo: &Repo, who: &Handle, all: &mut [CommandRecord]) -> Result<(), StoreError> {
    let mut text = String::new();
    for record in all {
        let Ok(mut line) = serde_json::to_string(record) else {
            continue;
        };
        if text.len() + line.len() > MOST_BYTES {
            record.without_texts(None);
            line = serde_json::to_string(record).unwrap_or_default();
            if !text.is_empty() && text.len() + line.len() > MOST_BYTES {
                break;
            }
        }
        text.push_str(&line);
        text.push('\n');
    }
    let (aside, kept) = (Private::passing(repo)?, Private::make(repo, COMMANDS)?);
    aside.write(COMMANDS, &text)?;
    aside.rename(COMMANDS, &kept, who.as_str())
}
