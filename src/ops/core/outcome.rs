//! What a command did.

use crate::index::article_cache::CachedArticle;
use crate::model::entry::{Change, Entry};
use crate::model::field::Key;
use crate::model::ticket::Ticket;
use crate::ops::core::bulk::Sum;
use crate::store::journal::report::Report;
use crate::store::journal::save::Saved;

/// What a command did to one ticket.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The ticket as it is now.
    pub ticket: Ticket,
    /// What was written to its log, if anything.
    pub entry: Option<Entry>,
    /// Whether the command made it.
    pub new: bool,
    /// What a hand had left undone, written in on the way.
    pub repaired: Vec<String>,
    /// What a person changed in the file beside its fields, a phrase for each.
    pub by_hand: Vec<String>,
    /// Fields of the entry that follow from others, and what each follows from.
    pub follows: Vec<(Key, String)>,
    /// What else follows, a phrase for each.
    pub remarks: Vec<String>,
}

/// What a command did to one article.
#[derive(Clone, Debug)]
pub struct ChangedArticle {
    /// The article as it is now.
    pub cached: CachedArticle,
    /// The command, as a word for people.
    pub what: String,
    /// What changed in its front matter.
    pub changes: Vec<Change>,
    /// Why, for the history.
    pub why: String,
    /// Whether the command made it.
    pub new: bool,
}

/// What a command did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Ticket by ticket, in the order asked for.
    pub changed: Vec<Changed>,
    /// Article by article, in the order asked for.
    pub revised: Vec<ChangedArticle>,
    /// Whether it was only to say what it would do.
    pub dry_run: bool,
    /// What became of it on disk; `None` for a dry run.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<Report>,
    /// What was done to several tickets that were named; `None` where one was.
    pub sum: Option<Sum>,
    /// Sentences about what the person should know.
    pub notices: Vec<String>,
}
