//! How the excerpts of tickets are kept: a small file that tells of every month, and one file for
//! each month, so that one change rewrites one month.
//!
//! In a month's file live tickets (open, or with a requester still to be told) stand apart from the
//! rest, so that daily commands never pay for closed history; and what happened to tickets apart from
//! their front matter, so that reports never pay for that. Each part ends in a checksum: a torn
//! or foreign file is never believed, and its month is read anew.

use std::collections::{BTreeMap, HashSet};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::index::checksum::checksum;
use crate::index::ticket_cache::{Want, format};
use crate::model::article::Came;
use crate::model::event_table::{Book, Scribe};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::ticket_history::Story;
use crate::model::ticket_summary::{Excerpt, Learned};
use crate::page::problem::Problem;
use crate::rules::article_usage::{self, Usage};
use crate::store::error::StoreError;
use crate::store::fs::caches::{self, Caches};
use crate::store::fs::root::Root;
use crate::store::fs::walk::{self, Stamp};

/// Begins the file of all months; changes with the format of either file.
const MAGIC: &[u8; 16] = b"plaindesk-cacheC";

/// How many tickets stand together: few enough that two threads share a month.
const LEAF: usize = 2_048;

/// Offset and length in a month's file.
type Part = (u64, u64);

/// Some tickets of a month, live ones or others.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(in crate::index) struct Leaf {
    live: bool,
    excerpts: Part,
    stories: Part,
}

impl Leaf {
    fn is_wanted(&self, want: Want) -> bool {
        match want {
            Want::Figures => false,
            Want::Open | Want::Live => self.live,
            Want::All | Want::Stories => true,
        }
    }
}

/// What is kept of a month's tickets, as far as it is wanted.
#[derive(Debug, Default)]
pub(in crate::index) struct Kept {
    pub excerpts: Vec<Excerpt>,
    pub stories: Vec<Story>,
}

/// What the files of a month say.
pub(in crate::index) type Rows = BTreeMap<TicketId, (Stamp, Known)>;

/// What one file was last found to say.
#[derive(Clone, Debug)]
pub(in crate::index) enum Known {
    /// A ticket.
    Ticket(Box<Excerpt>),
    /// Nothing that can be read, and why.
    Unreadable(Box<Problem>),
}

/// What is kept of all months.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct Header {
    /// Of the tool that wrote it; see [`format`].
    format: u64,
    pub months: Vec<Shelf>,
}

/// What is kept of one month.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct Shelf {
    pub name: String,
    /// Of the files that it was made of.
    pub digest: u64,
    /// Stamps of all files.
    stamps: Part,
    leaves: Vec<Leaf>,
    /// Files that could not be read. What kept them from it may be gone by now, and nothing about
    /// the file need have changed: each is tried again by every command.
    pub unread: Vec<TicketId>,
    /// Tickets whose files may only be read.
    pub barred: Vec<TicketId>,
    /// Articles that were said to be wrong, on open tickets and done ones: whoever looks after them
    /// is to be told, and does not read closed history for it.
    pub wrong: Vec<Wrong>,
    /// How often articles were used on these tickets, and what came of it.
    pub usage: BTreeMap<String, Usage>,
}

/// An article that was said to be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// On which ticket.
    pub ticket: TicketId,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: Handle,
    /// The article's id.
    pub article: String,
    /// What the article said then.
    pub version: Option<String>,
}

impl Wrong {
    pub(in crate::index) fn all(excerpt: &Excerpt) -> impl Iterator<Item = Self> {
        let ticket = excerpt.id;
        excerpt
            .knowledge
            .iter()
            .filter_map(move |one| match &one.what {
                Learned::Used {
                    article,
                    came: Came::Wrong,
                    version,
                } => Some(Self {
                    ticket,
                    at: one.at,
                    by: one.by.clone(),
                    article: article.clone(),
                    version: version.clone(),
                }),
                _ => None,
            })
    }
}

impl Header {
    /// Of nothing yet.
    pub(in crate::index) fn new() -> Self {
        Self {
            format: format(),
            months: Vec::new(),
        }
    }

    /// What was kept; nothing where it is not of this version.
    pub(in crate::index) fn load(root: &Root) -> Self {
        match Self::read(root) {
            Some(header) => header,
            None => Self::new(),
        }
    }

    fn read(root: &Root) -> Option<Self> {
        let bytes = caches::read(root, caches::TICKETS)?;
        let body = bytes.strip_prefix(MAGIC)?;
        let (body, sum) = body.split_at_checked(body.len().checked_sub(8)?)?;
        let header: Self =
            (checksum(body).to_le_bytes() == sum).then(|| postcard::from_bytes(body).ok())??;
        (header.format == format()).then_some(header)
    }

    /// A month by its name.
    pub(in crate::index) fn shelf(&self, name: &str) -> Option<&Shelf> {
        self.months.iter().find(|shelf| shelf.name == name)
    }

    /// Keeps it, and removes the files of months that are no more.
    pub(in crate::index) fn write(&self, root: &Root) -> Result<(), StoreError> {
        let body = encode(self)?;
        let sum = checksum(&body).to_le_bytes();
        let caches = Caches::make(root)?;
        caches.put(caches::TICKETS, &[MAGIC, &body, &sum])?;
        caches.tidy(|_| false);
        if let Some(months) = caches.inner(caches::MONTHS)? {
            let kept: HashSet<String> = self.months.iter().map(Shelf::file).collect();
            // Whoever does not find one reads its month anew.
            months.tidy(|name| is_file_of_a_month(name) && !kept.contains(name));
        }
        Ok(())
    }
}

impl Shelf {
    fn file(&self) -> String {
        format!("{}.{:016x}", self.name, self.digest)
    }

    /// Writes what the files of a month say.
    pub(in crate::index) fn write(
        root: &Root,
        name: &str,
        digest: u64,
        rows: &Rows,
    ) -> Result<Self, StoreError> {
        let mut shelf = Self {
            name: name.to_owned(),
            digest,
            usage: usage(rows),
            ..Self::default()
        };
        let stamps: Vec<(TicketId, Stamp)> =
            rows.iter().map(|(id, (stamp, _))| (*id, *stamp)).collect();
        let (mut live, mut done) = (Vec::new(), Vec::new());
        for (id, (_, known)) in rows {
            match known {
                Known::Ticket(excerpt) => {
                    shelf.wrong.extend(Wrong::all(excerpt));
                    shelf.barred.extend(excerpt.barred.then_some(excerpt.id));
                    let side = if excerpt.is_live() {
                        &mut live
                    } else {
                        &mut done
                    };
                    side.push(&**excerpt);
                }
                Known::Unreadable(_) => shelf.unread.push(*id),
            }
        }
        let mut body: Vec<u8> = Vec::new();
        let mut put = |part: &[u8]| -> Part {
            let offset = body.len() as u64;
            body.extend(part);
            body.extend(checksum(part).to_le_bytes());
            (offset, body.len() as u64 - offset)
        };
        shelf.stamps = put(&encode(&stamps)?);
        for (side, live) in [(&live, true), (&done, false)] {
            for some in side.chunks(LEAF) {
                shelf.leaves.push(Leaf {
                    live,
                    excerpts: put(&encode(&some)?),
                    stories: put(&encode(&tell(some))?),
                });
            }
        }
        let months = Caches::make(root)?.make_inner(caches::MONTHS)?;
        months.put(&shelf.file(), &[&body])?;
        Ok(shelf)
    }

    fn part(&self, months: &Caches, (offset, length): Part) -> Option<Vec<u8>> {
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length < 1 << 31)?;
        let mut bytes = vec![0; length];
        let file = months.file(&self.file()).ok()??;
        file.read_exact_at(&mut bytes, offset).ok()?;
        let body = bytes.len().checked_sub(8)?;
        let sum = u64::from_le_bytes(bytes[body..].try_into().ok()?);
        bytes.truncate(body);
        (checksum(&bytes) == sum).then_some(bytes)
    }

    /// The leaves that a command wants.
    pub(in crate::index) fn wanted(&self, want: Want) -> impl Iterator<Item = &Leaf> {
        self.leaves.iter().filter(move |leaf| leaf.is_wanted(want))
    }

    /// What a command wants of a leaf.
    pub(in crate::index) fn kept(&self, months: &Caches, leaf: &Leaf, want: Want) -> Option<Kept> {
        let stories = stories(&self.part(months, leaf.stories)?)?;
        if want == Want::Stories {
            return Some(Kept {
                stories,
                ..Kept::default()
            });
        }
        let bytes = self.part(months, leaf.excerpts)?;
        let mut excerpts: Vec<Excerpt> = postcard::from_bytes(&bytes).ok()?;
        if excerpts.len() != stories.len() {
            return None;
        }
        for (excerpt, story) in excerpts.iter_mut().zip(stories) {
            excerpt.knowledge = story.knowledge;
            excerpt.events = story.events;
        }
        if want == Want::Open {
            excerpts.retain(|excerpt| want.covers(excerpt));
        }
        Some(Kept {
            excerpts,
            ..Kept::default()
        })
    }

    /// All that was known of the month's files, of those that could be read.
    pub(in crate::index) fn rows(&self, months: &Caches) -> Option<Rows> {
        let stamps: Vec<(TicketId, Stamp)> =
            postcard::from_bytes(&self.part(months, self.stamps)?).ok()?;
        let stamps: BTreeMap<TicketId, Stamp> = stamps.into_iter().collect();
        let mut rows = Rows::new();
        for leaf in &self.leaves {
            for excerpt in self.kept(months, leaf, Want::All)?.excerpts {
                if let Some(stamp) = stamps.get(&excerpt.id) {
                    rows.insert(excerpt.id, (*stamp, Known::Ticket(Box::new(excerpt))));
                }
            }
        }
        Some(rows)
    }
}

/// How often articles were used on these tickets, and what came of it.
pub(in crate::index) fn usage(rows: &Rows) -> BTreeMap<String, Usage> {
    article_usage::usage(rows.values().filter_map(|(_, known)| match known {
        Known::Ticket(excerpt) => Some(&**excerpt),
        Known::Unreadable(_) => None,
    }))
}

/// The stories of tickets, and the book of their events.
fn tell(excerpts: &[&Excerpt]) -> (Vec<Story>, Book) {
    let mut scribe = Scribe::default();
    let stories = excerpts.iter().map(|excerpt| {
        scribe.copy(&excerpt.events);
        Story::of(excerpt)
    });
    (stories.collect(), scribe.finish())
}

/// Reads what [`tell`] wrote.
fn stories(bytes: &[u8]) -> Option<Vec<Story>> {
    let (mut stories, book): (Vec<Story>, Book) = postcard::from_bytes(bytes).ok()?;
    let book = Arc::new(book.sound()?);
    let mut from = 0;
    for story in &mut stories {
        from = story.events.attach(&book, from)?;
    }
    Some(stories)
}

/// Whether a name in the folder of the months is one that [`Shelf::file`] gives.
fn is_file_of_a_month(name: &str) -> bool {
    name.split_once('.').is_some_and(|(month, digest)| {
        walk::is_month(month)
            && digest.len() == 16
            && digest
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// The folder of the months' files, if it is there.
pub(in crate::index) fn folder(root: &Root) -> Option<Caches> {
    Caches::open(root).ok()??.inner(caches::MONTHS).ok()?
}

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    let failed = |error| StoreError::Io {
        doing: "encode",
        path: caches::TICKETS.into(),
        source: std::io::Error::other(error),
    };
    postcard::to_stdvec(value).map_err(failed)
}
