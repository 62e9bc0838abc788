//! What queries of articles may ask: `network state:published owner:anna -tag:vpn is:stale`.

use crate::model::article::{ArticleKey, ArticleState};
use crate::page::query::{Query, Schema, TermKind, ValueSort, ViewTerms};

/// A query of articles.
pub type ArticleQuery = Query<ArticleName, ArticleFlag>;

/// A field of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleName {
    /// A key of the front matter.
    Key(ArticleKey),
    /// The folder that it is in.
    Category,
}

/// A flag of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleFlag {
    /// In a state.
    State(ArticleState),
    /// Past the day on which somebody was to read it again.
    Stale,
    /// Past its last day.
    Expired,
    /// It has lines to read out.
    Script,
}

/// Names in the singular for keys that hold lists, and what is no key.
const NAMES: &[(&str, ArticleName)] = &[
    ("tag", ArticleName::Key(ArticleKey::Tags)),
    ("code", ArticleName::Key(ArticleKey::Codes)),
    ("link", ArticleName::Key(ArticleKey::Links)),
    ("ticket", ArticleName::Key(ArticleKey::Tickets)),
    ("category", ArticleName::Category),
];

const FLAGS: &[(&str, ArticleFlag)] = &[
    ("draft", ArticleFlag::State(ArticleState::Draft)),
    ("review", ArticleFlag::State(ArticleState::Review)),
    ("published", ArticleFlag::State(ArticleState::Published)),
    ("retired", ArticleFlag::State(ArticleState::Retired)),
    ("stale", ArticleFlag::Stale),
    ("expired", ArticleFlag::Expired),
    ("script", ArticleFlag::Script),
];

/// Fields and flags of articles.
pub fn schema() -> Schema<'static, ArticleName, ArticleFlag> {
    let keys = ArticleKey::ALL.iter();
    let keys = keys.map(|key| (key.name(), ArticleName::Key(*key)));
    Schema {
        of: "an article's front matter",
        fields: NAMES.iter().copied().chain(keys).collect(),
        by_path: |_| None,
        sort: |name| match name {
            ArticleName::Category => ValueSort::Path,
            ArticleName::Key(key) => match key {
                ArticleKey::Title => ValueSort::Text,
                ArticleKey::Owner | ArticleKey::PublishedBy => ValueSort::Agent,
                ArticleKey::Published | ArticleKey::ReviewBy | ArticleKey::Expires => {
                    ValueSort::Time
                }
                ArticleKey::Links => ValueSort::Start,
                _ => ValueSort::Word,
            },
        },
        flags: FLAGS,
        old_flags: &[],
        mine: &[],
        compares: true,
        views: ViewTerms::Refused(
            "views are of tickets, not of articles",
            "write out what is asked for; the text itself stands in quotes",
        ),
    }
}

impl ArticleQuery {
    /// Whether the query itself says what the articles are about: by their scope, or their folder.
    pub fn speaks_of_scope(&self) -> bool {
        self.terms.iter().any(|term| match &term.what {
            TermKind::Field { name, .. } => matches!(
                name,
                ArticleName::Key(ArticleKey::Scope) | ArticleName::Category
            ),
            _ => false,
        })
    }

    /// Whether the query itself says which states it is about.
    pub fn speaks_of_state(&self) -> bool {
        self.terms.iter().any(|term| {
            !term.negated
                && match &term.what {
                    TermKind::Field { name, .. } => *name == ArticleName::Key(ArticleKey::State),
                    TermKind::Flag(flag) => *flag != ArticleFlag::Script,
                    TermKind::Text(_) | TermKind::View(_) => false,
                }
        })
    }
}
