//! Merging: what two clones made of one file becomes one file, without a person and without
//! losing a word.
//!
//! A pure function of three texts. `docs/merge.md` fixes the result to the byte; a second program
//! in `tests/oracle` is written from that page alone, and a test compares the two.

pub mod lines;
pub mod front;
pub mod log;
pub mod marks;
pub mod ticket;
pub mod article;
pub mod template;
pub mod settings;
pub mod files;
pub mod completeness;

use chrono_tz::Tz;

use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::page::catalog::FILE as CATALOGUE;
use crate::page::settings::FILE as SETTINGS;
use crate::rules::lifecycle::replay;

/// Merges two versions of the file at `path` of a desk over their base; an empty base is none.
/// `zone` is that of the desk, for times in headings by hand.
pub fn merge(path: &str, base: &str, a: &str, b: &str, zone: Tz) -> Result<String, Refused> {
    match FileKind::of(path) {
        Some(FileKind::Ticket) => ticket::merge(base, a, b, zone),
        Some(FileKind::Article) => article::merge(path, base, a, b),
        Some(FileKind::Settings) => settings::merge(path, base, a, b),
        Some(FileKind::Template) => template::merge(path, base, a, b),
        None => Err(Refused::NoRule),
    }
}

/// A kind of file that merges by rules of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Ticket,
    Article,
    /// `desk.toml` and `catalog.toml`.
    Settings,
    /// A text below `templates/`.
    Template,
}

impl FileKind {
    /// The kind of the file at a path of a desk.
    pub fn of(path: &str) -> Option<Self> {
        if path == SETTINGS || path == CATALOGUE {
            return Some(Self::Settings);
        }
        let stem = path.strip_suffix(".md")?;
        if path.starts_with("kb/") {
            return Some(Self::Article);
        }
        if path.starts_with("templates/") {
            return Some(Self::Template);
        }
        let name = stem.strip_prefix("tickets/")?.rsplit('/').next()?;
        name.parse::<TicketId>().ok().map(|_| Self::Ticket)
    }
}

/// Merges plain text by lines.
fn merge_texts(base: &str, a: &str, b: &str) -> String {
    let [base, a, b] = [base, a, b].map(Plain::of);
    let lines = |plain: &Plain| log::lines_of(plain.text.strip_suffix('\n').unwrap_or(&plain.text));
    let merged = lines::merge_lines(&lines(&base), &lines(&a), &lines(&b), "");
    written(&merged, a.crlf && b.crlf, a.mark && b.mark)
}

/// Whether something in a ticket was edited at once by two people, and nobody has settled it: a
/// field, or a passage of free text that a merge joined.
pub fn is_in_conflict(ticket: &Ticket) -> bool {
    let joined = lines::has_joined_passage;
    replay::has_conflict(ticket)
        || joined(&ticket.description)
        || ticket.log.iter().any(|entry| joined(&entry.text))
}

/// Three-way: the changed one; of two different changes the greater.
fn pick<'v, T: Ord>(base: &'v T, a: &'v T, b: &'v T) -> &'v T {
    if a == b || b == base {
        a
    } else if a == base {
        b
    } else {
        a.max(b)
    }
}

/// Why two versions of a file were not merged: a person has to look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A side that the program would only read.
    #[error("{0}")]
    Unreadable(String),
    /// Two files that only share a path.
    #[error("these are two tickets, not two versions of one")]
    TwoTickets,
    /// Two articles that only share a path.
    #[error("these are two articles, not two versions of one")]
    TwoArticles,
    /// A file of a kind that has no rules.
    #[error("there are no rules for such a file")]
    NoRule,
    /// The result would lack an entry of a side.
    #[error("an entry would be lost")]
    Lost,
}

/// A text without what a file's first bytes and line ends say.
struct Plain {
    text: String,
    /// Whether most lines end with `\r\n`.
    crlf: bool,
    /// Whether a byte order mark stands before it.
    mark: bool,
}

impl Plain {
    fn of(text: &str) -> Self {
        let crlf = crate::page::front_matter::newline(text) == "\r\n";
        let bare = text.strip_prefix('\u{feff}');
        Self {
            text: bare.unwrap_or(text).replace("\r\n", "\n"),
            crlf,
            mark: bare.is_some(),
        }
    }
}

/// Lines as a file has them: the last one ends, too.
fn written(lines: &[String], crlf: bool, mark: bool) -> String {
    let end = if crlf { "\r\n" } else { "\n" };
    let mut out = String::from(if mark { "\u{feff}" } else { "" });
    for line in lines {
        out.push_str(line);
        out.push_str(end);
    }
    out
}
