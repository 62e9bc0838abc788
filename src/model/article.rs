//! An article of the knowledge base.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::field::Value;
use crate::model::id::ArticleId;

/// Where an article is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ArticleState {
    /// Being written.
    Draft,
    /// Handed in, waiting for a manager.
    Review,
    /// To be used.
    Published,
    /// No longer to be used; old tickets still point to it.
    Retired,
}

impl ArticleState {
    /// The words in files, in the order of a life.
    pub const WORDS: &[&str] = &["draft", "review", "published", "retired"];

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }
}

impl fmt::Display for ArticleState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is no state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an article is never `{0}`")]
pub struct NotAState(pub String);

impl FromStr for ArticleState {
    type Err = NotAState;

    fn from_str(text: &str) -> Result<Self, NotAState> {
        Ok(match text {
            "draft" => Self::Draft,
            "review" => Self::Review,
            "published" => Self::Published,
            "retired" => Self::Retired,
            _ => return Err(NotAState(text.to_owned())),
        })
    }
}

/// Whom an article is written for.
pub const AUDIENCES: &[&str] = &["agents", "customers"];

/// What a use of an article came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArticleOutcome {
    /// It alone solved the ticket.
    Solved,
    /// It was part of the solution.
    Helped,
    /// It did not fit, or something in it is not true.
    Wrong,
    /// It was written from the ticket.
    Drafted,
}

impl ArticleOutcome {
    /// What a person may say of a use.
    pub const WORDS: &[&str] = &["solved", "helped", "wrong"];

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Helped => "helped",
            Self::Wrong => "wrong",
            Self::Drafted => "drafted",
        }
    }

    /// The outcome of a word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Solved, Self::Helped, Self::Wrong, Self::Drafted]
            .into_iter()
            .find(|came| came.as_str() == word)
    }
}

impl fmt::Display for ArticleOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident $name:literal;)+) => {
        /// A key of an article's front matter, in the order in which it is written.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ArticleKey {
            $($(#[$doc])* $key,)+
        }

        impl ArticleKey {
            /// All keys, in the order in which front matter is written.
            pub const ALL: &[Self] = &[$(Self::$key),+];

            /// The key as it is written.
            pub fn name(self) -> &'static str {
                match self { $(Self::$key => $name,)+ }
            }
        }
    };
}

keys! {
    /// Its id.
    Id "id";
    /// One line.
    Title "title";
    /// Where it is in its life.
    State "state";
    /// A language tag.
    Language "language";
    /// The article that this one is a translation of.
    TranslationOf "translation_of";
    /// The agent who looks after it.
    Owner "owner";
    /// The manager who published it.
    PublishedBy "published_by";
    /// When it was published.
    Published "published";
    /// Whom it is written for.
    Audience "audience";
    /// What it is about.
    Scope "scope";
    /// Free words.
    Tags "tags";
    /// Problem codes that it helps with.
    Codes "codes";
    /// When somebody is to read it again.
    ReviewBy "review_by";
    /// When it leaves the search.
    Expires "expires";
    /// Other articles.
    Related "related";
    /// Tickets that it was written from.
    Tickets "tickets";
    /// Addresses outside.
    Links "links";
}

impl fmt::Display for ArticleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What an article is about: only what helps with a request is offered to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArticleScope {
    /// What requesters ask for.
    #[default]
    Service,
    /// How the desk itself works.
    Procedure,
    /// How this program is used.
    Manual,
}

impl ArticleScope {
    /// All words, in order.
    pub const WORDS: [&str; 3] = ["service", "procedure", "manual"];

    /// The scope of a word.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "service" => Some(Self::Service),
            "procedure" => Some(Self::Procedure),
            "manual" => Some(Self::Manual),
            _ => None,
        }
    }

    /// The scope of what stands in a folder and does not say it.
    pub fn of_path(path: &str) -> Self {
        match path
            .strip_prefix("kb/")
            .and_then(|inside| inside.split_once('/'))
        {
            Some(("procedures", _)) => Self::Procedure,
            Some(("manual", _)) => Self::Manual,
            _ => Self::Service,
        }
    }

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Procedure => "procedure",
            Self::Manual => "manual",
        }
    }
}

/// What an article's front matter says, and two facts of its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Its id; the file may be moved and renamed.
    pub id: ArticleId,
    /// One line.
    pub title: String,
    /// Where it is in its life.
    pub state: ArticleState,
    /// A language tag, `en`.
    pub language: Option<String>,
    /// The article that this one is a translation of.
    pub translation_of: Option<String>,
    /// The agent who looks after it.
    pub owner: Option<String>,
    /// The manager who published it.
    pub published_by: Option<String>,
    /// When it was published.
    pub published: Option<NaiveDate>,
    /// One of [`AUDIENCES`].
    pub audience: Option<String>,
    /// What it is about.
    pub scope: ArticleScope,
    /// Free words.
    pub tags: Vec<String>,
    /// Problem codes that it helps with.
    pub codes: Vec<String>,
    /// When somebody is to read it again. Past that day it is stale: shown, and marked.
    pub review_by: Option<NaiveDate>,
    /// When it leaves the search.
    pub expires: Option<NaiveDate>,
    /// Other articles.
    pub related: Vec<String>,
    /// Tickets that it was written from.
    pub tickets: Vec<String>,
    /// Addresses outside.
    pub links: Vec<String>,
    /// Whether its text has lines to read out.
    pub script: bool,
    /// Eight characters that change with what a reader is told: the title, the text, the day until
    /// which it was last confirmed.
    pub version: String,
}

impl Article {
    /// An article of which nothing is known yet.
    pub fn new(id: ArticleId, title: &str) -> Self {
        Self {
            id,
            title: title.to_owned(),
            state: ArticleState::Draft,
            language: None,
            translation_of: None,
            owner: None,
            published_by: None,
            published: None,
            audience: None,
            scope: ArticleScope::Service,
            tags: Vec::new(),
            codes: Vec::new(),
            review_by: None,
            expires: None,
            related: Vec::new(),
            tickets: Vec::new(),
            links: Vec::new(),
            script: false,
            version: String::new(),
        }
    }

    /// The value of a key, `None` where it has none.
    pub fn get(&self, key: ArticleKey) -> Option<Value> {
        let text = |text: &Option<String>| text.clone().map(Value::Text);
        let list = |all: &Vec<String>| (!all.is_empty()).then(|| Value::List(all.clone()));
        match key {
            ArticleKey::Id => Some(Value::Text(self.id.to_string())),
            ArticleKey::Title => Some(Value::Text(self.title.clone())),
            ArticleKey::State => Some(Value::Text(self.state.to_string())),
            ArticleKey::Language => text(&self.language),
            ArticleKey::TranslationOf => text(&self.translation_of),
            ArticleKey::Owner => text(&self.owner),
            ArticleKey::PublishedBy => text(&self.published_by),
            ArticleKey::Published => self.published.map(Value::Date),
            ArticleKey::Audience => text(&self.audience),
            // What stands in files: most say nothing.
            ArticleKey::Scope => (self.scope != ArticleScope::Service)
                .then(|| Value::Text(self.scope.as_str().to_owned())),
            ArticleKey::Tags => list(&self.tags),
            ArticleKey::Codes => list(&self.codes),
            ArticleKey::ReviewBy => self.review_by.map(Value::Date),
            ArticleKey::Expires => self.expires.map(Value::Date),
            ArticleKey::Related => list(&self.related),
            ArticleKey::Tickets => list(&self.tickets),
            ArticleKey::Links => list(&self.links),
        }
    }

    /// Whether the day on which it was to be read again is past. Only what is in use grows stale.
    pub fn is_stale(&self, today: NaiveDate) -> bool {
        self.state == ArticleState::Published && self.review_by.is_some_and(|day| day < today)
    }

    /// Whether it has left the search, which it does on the day named.
    pub fn is_expired(&self, today: NaiveDate) -> bool {
        self.expires.is_some_and(|day| day <= today)
    }

    /// Whether an agent may go by it today.
    pub fn is_current(&self, today: NaiveDate) -> bool {
        self.state == ArticleState::Published && !self.is_expired(today)
    }
}
