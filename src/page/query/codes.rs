//! What queries of the catalogue may ask: `department:IT printer`, `it/network`.

use crate::page::query::{Query, Schema, Term, TermKind, ValueSort, ViewTerms};

/// A query of problem codes.
pub type CodeQuery = Query<CodeName, CodeFlag>;

/// A field of a problem code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeName {
    /// The word in files.
    Code,
    /// The words on the screen.
    Title,
    /// A level of its path: department, provider, category.
    Level(usize),
    /// Where such work waits.
    Queue,
    /// The area of such work.
    Area,
    /// The usual impact.
    Impact,
    /// The usual urgency.
    Urgency,
}

/// A flag of a problem code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFlag {
    /// Refused for new work.
    Retired,
}

const NAMES: &[(&str, CodeName)] = &[
    ("code", CodeName::Code),
    ("title", CodeName::Title),
    ("department", CodeName::Level(0)),
    ("provider", CodeName::Level(1)),
    ("category", CodeName::Level(2)),
    ("queue", CodeName::Queue),
    ("area", CodeName::Area),
    ("impact", CodeName::Impact),
    ("urgency", CodeName::Urgency),
];

impl CodeQuery {
    /// Whether the query itself says that it is about retired codes.
    pub fn speaks_of_retired(&self) -> bool {
        let flags = |term: &Term<_, _>| matches!(term.what, TermKind::Flag(CodeFlag::Retired));
        self.terms.iter().any(flags)
    }
}

/// Fields and flags of problem codes. `>` stands between the levels of a path.
pub fn schema() -> Schema<'static, CodeName, CodeFlag> {
    Schema {
        of: "a problem code",
        fields: NAMES.to_vec(),
        by_path: |_| None,
        sort: |name| match name {
            CodeName::Title | CodeName::Level(_) => ValueSort::Text,
            _ => ValueSort::Word,
        },
        flags: &[("retired", CodeFlag::Retired)],
        old_flags: &[],
        mine: &[],
        compares: false,
        views: ViewTerms::Words,
    }
}
