//! A text at hand: what the file of a template says.

use std::fmt;

use crate::model::placeholder::Placeholder;

/// What a template is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateUse {
    /// An internal note.
    Note,
    /// A communication with the requester.
    Contact,
    /// The words of a solution.
    Resolve,
    /// A wait, with its reason.
    Pend,
    /// An answer by mail.
    Reply,
}

impl TemplateUse {
    /// All, in the order of [`Self::WORDS`].
    pub const ALL: [Self; 5] = [
        Self::Note,
        Self::Contact,
        Self::Resolve,
        Self::Pend,
        Self::Reply,
    ];

    /// The words in files: the commands.
    pub const WORDS: &[&str] = &["note", "contact", "resolve", "pend", "reply"];

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The use of a word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

impl fmt::Display for TemplateUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The keys of a template's front matter, in the order in which they are written.
pub const KEYS: [&str; 6] = ["title", "for", "subject", "codes", "queues", "then"];

/// The attribute of an entry that names the template of its text.
pub const TEMPLATE: &str = "template";

/// A part of a template's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words as they stand.
    Text(String),
    /// What is inserted, and what stands in for it where the ticket has nothing.
    Value(Placeholder, Option<String>),
}

/// What a template's file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The name that is typed.
    pub name: String,
    /// The language of its text; the file of no language is for everybody.
    pub language: Option<String>,
    /// One line: when to take it.
    pub title: String,
    /// The commands that it is for; all where it names none.
    pub uses: Vec<TemplateUse>,
    /// The subject of a mail.
    pub subject: Vec<Piece>,
    /// Problem codes that it fits; any where it names none.
    pub codes: Vec<String>,
    /// Queues that it fits; any where it names none.
    pub queues: Vec<String>,
    /// What changes along with the text: keys and values as `set` and `pend` take them.
    pub then: Vec<(String, String)>,
    /// The text.
    pub text: Vec<Piece>,
}

impl Template {
    /// Whether it is for a command.
    pub fn serves(&self, verb: TemplateUse) -> bool {
        self.uses.is_empty() || self.uses.contains(&verb)
    }

    /// Whether it fits a ticket of a code in a queue.
    pub fn fits(&self, code: &str, queue: &str) -> bool {
        let among = |all: &[String], one: &str| all.is_empty() || all.iter().any(|own| own == one);
        among(&self.codes, code) && among(&self.queues, queue)
    }

    /// What `then` says of a key.
    pub fn then(&self, key: &str) -> Option<&str> {
        let mut all = self.then.iter();
        all.find(|(own, _)| own == key)
            .map(|(_, value)| value.as_str())
    }
}
