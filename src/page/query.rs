//! The query language of lists, searches and reports: `queue:network priority>=standard printer`.

use std::ops::Range;

use crate::model::field::{Field, Key};
use crate::page::problem::nearest;

/// A query, parsed: every term must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The terms.
    pub terms: Vec<Term>,
}

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// `-term` or `!term`: must not hold.
    pub negated: bool,
    /// What must hold.
    pub what: TermKind,
}

/// What a term asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// A word or phrase, somewhere in the text.
    Text(QueryText),
    /// A field compared with values, of which one must fit.
    Field {
        /// The field.
        name: Name,
        /// How to compare.
        op: Op,
        /// Texts, not yet read as what the field holds.
        values: Vec<String>,
    },
    /// `is:…`.
    Flag(Flag),
}

/// A word or phrase of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryText {
    /// The word or words.
    pub text: String,
    /// How it was written.
    pub form: WordForm,
}

/// How a word was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordForm {
    /// `printer`.
    Word,
    /// `"paper jam"`.
    Phrase,
    /// `print*`.
    Prefix,
}

impl QueryText {
    /// Reads a word as it was typed. Stars and quotation marks that mean nothing are nothing.
    pub fn read(body: &str) -> Self {
        let quoted = body.contains('"');
        let text = body.replace('"', "");
        let start = text.trim_end_matches('*');
        let form = match quoted {
            true => WordForm::Phrase,
            false if start.len() < text.len() && !start.is_empty() => WordForm::Prefix,
            false => WordForm::Word,
        };
        let text = if form == WordForm::Prefix {
            start.to_owned()
        } else {
            text
        };
        Self { text, form }
    }
}

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `:` – equal, or within for texts and times.
    Has,
    /// `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

/// A field of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// One of the front matter's.
    Field(Field),
    /// `requester`: any of the requester's data.
    Requester,
    /// `asset`: any of the equipment's data.
    Asset,
    /// `place`: where the requester sits, or where the equipment stands.
    Place,
    /// The tier of the queue.
    Tier,
    /// The area of the queue.
    Area,
    /// The department of the code.
    Department,
    /// The provider of the code.
    Provider,
    /// The category of the code.
    Category,
    /// When something last happened.
    Updated,
    /// When it was last resolved.
    Resolved,
    /// Time since it was made: `age>3d`.
    Age,
    /// When the next of its clocks that run is due.
    Due,
    /// How often it came back to a queue that it had left.
    Bounces,
}

/// A flag of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Not done.
    Open,
    /// Done.
    Done,
    /// Assigned to me.
    Mine,
    /// Open and assigned to nobody.
    Unassigned,
    /// Lacks what its type and code require.
    Incomplete,
    /// Two people changed one field at once.
    Conflict,
    /// Solved by a work order, and the requester was not told yet.
    Untold,
    /// A target of one of its clocks has passed, ever.
    Breached,
    /// The target of a clock that runs has passed.
    Overdue,
}

const FLAGS: &[(&str, Flag)] = &[
    ("open", Flag::Open),
    ("done", Flag::Done),
    ("closed", Flag::Done),
    ("mine", Flag::Mine),
    ("unassigned", Flag::Unassigned),
    ("incomplete", Flag::Incomplete),
    ("conflict", Flag::Conflict),
    ("not-informed", Flag::Untold),
    // The word of earlier versions.
    ("untold", Flag::Untold),
    ("breached", Flag::Breached),
    ("overdue", Flag::Overdue),
];

/// A query that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The offending bytes.
    pub span: Range<usize>,
}

/// Reads a query. Mistyped words are words; a mistyped field is an error with the nearest.
/// `own` are the names that the company declared under `[fields]`.
pub fn read(text: &str, own: &[&str]) -> Result<Query, QueryError> {
    let mut terms = Vec::new();
    for (start, raw) in words(text) {
        let (negated, body) = sign(raw);
        let span = start..start + raw.len();
        terms.push(Term {
            negated,
            what: what(body, own, span)?,
        });
    }
    Ok(Query { terms })
}

/// Words apart by white space outside double quotes, with their places.
pub fn words(text: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    let mut start = None;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        if c == '"' {
            quoted = !quoted;
        }
        if c.is_whitespace() && !quoted {
            if let Some(start) = start.take() {
                all.push((start, &text[start..at]));
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(start) = start {
        all.push((start, &text[start..]));
    }
    all
}

/// A term without the sign that says it must not hold, and whether it had one.
pub fn sign(raw: &str) -> (bool, &str) {
    match raw.strip_prefix(['-', '!']) {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, raw),
    }
}

fn unquote(text: &str) -> String {
    text.replace('"', "")
}

fn what(body: &str, own: &[&str], span: Range<usize>) -> Result<TermKind, QueryError> {
    let name_len = body
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))
        .unwrap_or(body.len());
    let (name, rest) = body.split_at(name_len);
    let ops = [
        (">=", Op::AtLeast),
        ("<=", Op::AtMost),
        ("!=", Op::NotEqual),
        (">", Op::Greater),
        ("<", Op::Less),
        ("=", Op::Equal),
        (":", Op::Has),
    ];
    let op = ops
        .iter()
        .find_map(|(sign, op)| Some((*op, rest.strip_prefix(sign)?)));
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let Some((op, value)) = op.filter(|_| named) else {
        return Ok(TermKind::Text(QueryText::read(body)));
    };
    // Addresses, folders and what ends in a colon are words: `https://x`, `C:\\x`, `error:`.
    if op == Op::Has && (value.is_empty() || value.starts_with(['/', '\\'])) {
        return Ok(TermKind::Text(QueryText::read(body)));
    }
    let error = |message: String, hint: Option<String>| QueryError {
        message,
        hint,
        span: span.clone(),
    };
    if value.is_empty() {
        let hint = format!("write `{name}:VALUE`; for no value at all `{name}:none`");
        return Err(error(format!("`{body}` names no value"), Some(hint)));
    }
    if name == "is" {
        let value = unquote(value);
        let flag = FLAGS.iter().find(|(word, _)| *word == value);
        let flag = flag.ok_or_else(|| {
            let known: Vec<&str> = FLAGS.iter().map(|(word, _)| *word).collect();
            let near = nearest(&value, known.iter().copied())
                .map(|near| format!("did you mean `is:{near}`?"));
            error(
                format!("there is no flag `is:{value}`"),
                near.or(Some(format!("there are: {}", known.join(", ")))),
            )
        })?;
        return Ok(TermKind::Flag(flag.1));
    }
    let found = find(name, own).ok_or_else(|| {
        let known = names(own);
        let near = nearest(name, known.iter().map(String::as_str));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`? For the text itself write \"{body}\""),
            None => format!(
                "fields are the keys of the front matter; for the text itself write \"{body}\""
            ),
        };
        error(format!("there is no field `{name}`"), Some(hint))
    })?;
    let values = split_values(value);
    Ok(TermKind::Field {
        name: found,
        op,
        values,
    })
}

/// Values apart by commas outside quotes.
fn split_values(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            c => {
                if let Some(last) = all.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    all
}

const DERIVED: &[(&str, Name)] = &[
    ("requester", Name::Requester),
    ("asset", Name::Asset),
    ("place", Name::Place),
    ("tier", Name::Tier),
    ("area", Name::Area),
    ("department", Name::Department),
    ("provider", Name::Provider),
    ("category", Name::Category),
    ("updated", Name::Updated),
    ("resolved", Name::Resolved),
    ("age", Name::Age),
    ("due", Name::Due),
    ("bounces", Name::Bounces),
];

/// Short names of a few fields.
const SHORT: &[(&str, Key)] = &[
    ("tag", Key::Tags),
    ("work_order", Key::LinkWorkOrder),
    ("parent", Key::LinkParent),
    ("follows", Key::LinkFollows),
    ("merged_into", Key::LinkMergedInto),
    ("article", Key::LinkArticles),
    ("email", Key::RequesterEmail),
    ("phone", Key::RequesterPhone),
    ("account", Key::RequesterAccount),
    ("location", Key::RequesterLocation),
    ("organisation", Key::RequesterOrganisation),
    ("model", Key::AssetModel),
    ("serial", Key::AssetSerial),
    ("licence", Key::AssetLicence),
    ("source", Key::SourceName),
    ("agent", Key::Assignee),
];

/// The field of a name, as queries, columns and sorting know it.
pub fn find(name: &str, own: &[&str]) -> Option<Name> {
    let name = name.to_ascii_lowercase();
    if let Some((_, found)) = DERIVED.iter().find(|(word, _)| *word == name) {
        return Some(found.clone());
    }
    if let Some((_, key)) = SHORT.iter().find(|(word, _)| *word == name) {
        return Some(Name::Field(Field::Known(*key)));
    }
    if own.contains(&name.as_str()) {
        return Some(Name::Field(Field::Company(name)));
    }
    name.parse().ok().map(Name::Field)
}

/// All names that a query may use.
pub fn names(own: &[&str]) -> Vec<String> {
    let derived = DERIVED.iter().map(|(word, _)| (*word).to_owned());
    let short = SHORT.iter().map(|(word, _)| (*word).to_owned());
    let keys = Key::ALL.iter().map(|key| key.path().to_owned());
    let own = own.iter().map(|name| (*name).to_owned());
    derived
        .chain(short)
        .chain(keys)
        .chain(own)
        .chain(["is".to_owned()])
        .collect()
}

impl Query {
    /// Whether the query names a piece of equipment, by its serial number or licence: who does
    /// wants to know what it has been through.
    pub fn names_a_piece(&self) -> bool {
        self.terms.iter().any(|term| match &term.what {
            TermKind::Field { name, op, values } => {
                let key = matches!(
                    name,
                    Name::Field(Field::Known(Key::AssetSerial | Key::AssetLicence))
                );
                let named = matches!(op, Op::Has | Op::Equal) && values.iter().all(|v| v != "none");
                key && named && !term.negated
            }
            _ => false,
        })
    }

    /// Whether the query itself says which statuses it is about.
    pub fn speaks_of_status(&self) -> bool {
        self.terms.iter().any(|term| match &term.what {
            TermKind::Flag(flag) => {
                matches!(
                    flag,
                    Flag::Open | Flag::Done | Flag::Unassigned | Flag::Untold | Flag::Overdue
                )
            }
            TermKind::Field { name, .. } => {
                matches!(name, Name::Resolved) || *name == Name::Field(Field::Known(Key::Status))
            }
            TermKind::Text(_) => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_fields_flags_and_words() {
        let query = read(
            "queue:network,accounts priority>=standard -is:mine \"VPN drops\" https://x.example/a",
            &[],
        )
        .unwrap();
        assert_eq!(query.terms.len(), 5);
        assert_eq!(
            query.terms[0].what,
            TermKind::Field {
                name: Name::Field(Field::Known(Key::Queue)),
                op: Op::Has,
                values: vec!["network".into(), "accounts".into()]
            }
        );
        assert!(query.terms[2].negated);
        let text = |at: usize| match &query.terms[at].what {
            TermKind::Text(text) => (text.text.as_str(), text.form),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(3), ("VPN drops", WordForm::Phrase));
        assert_eq!(text(4), ("https://x.example/a", WordForm::Word));
    }

    #[test]
    fn what_is_mistyped_is_words() {
        for typed in [
            "error:",
            "10:30",
            "C:\\Users",
            "***",
            "\"",
            "-",
            "((",
            "a\"b",
            "\u{0}",
            ">=",
            "::",
            "5..",
        ] {
            let query = read(typed, &[]).unwrap();
            let words = |term: &Term| matches!(term.what, TermKind::Text(_));
            assert!(query.terms.iter().all(words), "{typed}");
        }
        let prefix = read("print*", &[]).unwrap();
        let expected = QueryText {
            text: "print".into(),
            form: WordForm::Prefix,
        };
        assert_eq!(prefix.terms[0].what, TermKind::Text(expected));
    }

    #[test]
    fn a_mistyped_field_gets_the_nearest() {
        let error = read("printer queu:network", &[]).unwrap_err();
        assert_eq!(error.message, "there is no field `queu`");
        assert!(error.hint.unwrap().starts_with("did you mean `queue`?"));
        assert!(
            read("is:opne", &[])
                .unwrap_err()
                .hint
                .unwrap()
                .contains("is:open")
        );
        assert!(read("site:GD", &["site"]).is_ok());
    }
}
