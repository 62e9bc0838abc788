//! What another clone's work changed here, ticket by ticket, for the one who reads it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::article::Article;
use crate::model::entry::Entry;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::model::ticket::Ticket;
use crate::ops::core::desk::Desk;
use crate::page::ticket;
use crate::rules::merge::{self, FileKind};

/// Why a ticket that others changed concerns somebody; the first that holds counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// Two people changed one thing at once.
    Both,
    /// It moved to one of my queues.
    Moved,
    /// It is new, and mine or in one of my queues.
    New,
    /// It is mine, or I keep its requester informed.
    Mine,
    /// I watch it.
    Watched,
    /// It is somebody else's.
    Others,
}

/// A ticket with entries that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct CameTicket {
    /// The ticket as it is now.
    pub ticket: Ticket,
    /// The entries that came in, in the order of the log.
    pub entries: Vec<Entry>,
    /// Why it concerns the one who reads.
    pub concern: Concern,
}

/// An article that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameArticle {
    /// Its id and title, or its path where it cannot be read.
    pub title: String,
    /// Where it is in its life, before and now; `None` where there was or is none.
    pub states: [Option<String>; 2],
    /// How many lines came and went.
    pub lines: [usize; 2],
}

/// What came in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CameIn {
    /// The tickets, what concerns the reader first.
    pub tickets: Vec<CameTicket>,
    /// The articles that changed, by path.
    pub articles: Vec<CameArticle>,
    /// Other files of the desk, by path.
    pub files: Vec<String>,
}

impl CameIn {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty() && self.articles.is_empty() && self.files.is_empty()
    }
}

/// A file that changed: its path in the desk, its text before and after.
pub type ChangedFile = (String, Option<String>, Option<String>);

/// Reads what changed for `me`. A ticket of which no entry came in is none.
pub fn read(desk: &Desk, me: &Handle, files: &[ChangedFile]) -> CameIn {
    let mut came = CameIn::default();
    let mut tickets: BTreeMap<TicketId, CameTicket> = BTreeMap::new();
    for (path, old, new) in files {
        match (FileKind::of(path), new) {
            (Some(FileKind::Ticket), Some(new)) => {
                if let Some(one) = came_ticket(desk, me, path, old.as_deref(), new) {
                    tickets.insert(one.ticket.id, one);
                }
            }
            (Some(FileKind::Article), _) => {
                came.articles
                    .push(came_article(path, old.as_deref(), new.as_deref()));
            }
            _ if path.contains(".files/") => {}
            _ => came.files.push(path.clone()),
        }
    }
    came.tickets = tickets.into_values().collect();
    came.tickets.sort_by_key(|one| (one.concern, one.ticket.id));
    came
}

fn came_article(path: &str, old: Option<&str>, new: Option<&str>) -> CameArticle {
    let read = |text: Option<&str>| {
        let page = crate::page::article::read(path, text?.to_owned()).ok()?;
        Some(page.article)
    };
    let articles = [read(old), read(new)];
    let state = |article: &Option<Article>| {
        let state = article.as_ref()?.state;
        Some(state.as_str().to_owned())
    };
    let shown = articles.iter().flatten().last();
    CameArticle {
        title: shown.map_or_else(
            || path.to_owned(),
            |article| format!("{} {}", article.id, article.title),
        ),
        states: articles.each_ref().map(state),
        lines: [
            lines_only_in(new, old).count(),
            lines_only_in(old, new).count(),
        ],
    }
}

/// The lines that one text has and the other does not, as often as it has them more.
fn lines_only_in<'t>(
    text: Option<&'t str>,
    other: Option<&'t str>,
) -> impl Iterator<Item = &'t str> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for line in other.unwrap_or_default().lines() {
        *known.entry(line).or_default() += 1;
    }
    let lines = text.unwrap_or_default().lines();
    lines.filter(move |line| match known.get_mut(line) {
        Some(left @ 1..) => {
            *left -= 1;
            false
        }
        _ => true,
    })
}

fn came_ticket(
    desk: &Desk,
    me: &Handle,
    path: &str,
    old: Option<&str>,
    new: &str,
) -> Option<CameTicket> {
    let id: TicketId = path.rsplit('/').next()?.strip_suffix(".md")?.parse().ok()?;
    let read = |text: &str| {
        ticket::read(id, text.to_owned())
            .ok()
            .map(|page| page.ticket)
    };
    let before = old.and_then(read);
    let now = read(new)?;
    let known: BTreeSet<String> = before
        .iter()
        .flat_map(|before| &before.log)
        .map(Entry::identity)
        .collect();
    let is_new = |entry: &&Entry| !known.contains(&entry.identity());
    let entries: Vec<Entry> = now.log.iter().filter(is_new).cloned().collect();
    if entries.is_empty() {
        return None;
    }
    let concern = concern(desk, me, before.as_ref(), &now);
    Some(CameTicket {
        ticket: now,
        entries,
        concern,
    })
}

fn concern(desk: &Desk, me: &Handle, before: Option<&Ticket>, now: &Ticket) -> Concern {
    let queues = desk.settings.agent(me.as_str()).map(|agent| &agent.queues);
    let in_my_queues = |ticket: &Ticket| {
        queues.is_some_and(|queues| queues.iter().any(|queue| queue == ticket.text(Key::Queue)))
    };
    let is_mine = |ticket: &Ticket| {
        [Key::Assignee, Key::ContactAgent]
            .iter()
            .any(|key| ticket.text(*key) == me.as_str())
    };
    let was_mine = before.is_some_and(is_mine);
    if merge::is_in_conflict(now) && !before.is_some_and(merge::is_in_conflict) {
        Concern::Both
    } else if before.is_some_and(|before| !in_my_queues(before)) && in_my_queues(now) {
        Concern::Moved
    } else if before.is_none() && (is_mine(now) || in_my_queues(now)) {
        Concern::New
    } else if was_mine || is_mine(now) {
        Concern::Mine
    } else if now.list(Key::Watchers).iter().any(|one| one == me.as_str()) {
        Concern::Watched
    } else {
        Concern::Others
    }
}
