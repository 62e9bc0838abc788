//! The query language of lists, searches and reports: `queue:network priority>=standard printer`.
//!
//! One grammar and one parser. The schema of a kind of record says which fields and flags it has,
//! and what sort of value each field takes.

pub mod articles;
pub mod codes;
pub mod tickets;

use std::ops::Range;

pub use tickets::Name;

use crate::model::saved_view::SavedViews;
use crate::page::problem::nearest;

/// A query, parsed: every term must hold. Fields are of `N`, flags of `F`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query<N, F> {
    /// The terms.
    pub terms: Vec<Term<N, F>>,
    /// The views that it names, in their order.
    pub views: Vec<NamedView>,
}

/// A view that a query names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedView {
    /// Its name.
    pub name: String,
    /// Whether what it is of must not hold.
    pub negated: bool,
}

impl<N, F> Default for Query<N, F> {
    fn default() -> Self {
        Self {
            terms: Vec::new(),
            views: Vec::new(),
        }
    }
}

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<N, F> {
    /// `-term` or `!term`: must not hold.
    pub negated: bool,
    /// The term as it was typed, without its sign.
    pub typed: String,
    /// What must hold.
    pub what: TermKind<N, F>,
    /// Whether it depends on who asks.
    pub needs_me: bool,
}

/// What a term asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermKind<N, F> {
    /// A word or phrase, somewhere in the text.
    Text(QueryText),
    /// A field compared with values, of which one must fit.
    Field {
        /// The field.
        name: N,
        /// What it takes.
        sort: ValueSort,
        /// How to compare.
        op: Op,
        /// Texts, not yet read as what the field holds.
        values: Vec<String>,
    },
    /// `is:…`.
    Flag(F),
    /// `-@late`: all of the view's own terms. Without the sign these stand in its place.
    View(Query<N, F>),
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

impl Op {
    /// Whether it asks which of two comes first.
    pub fn orders(self) -> bool {
        !matches!(self, Self::Has | Self::Equal | Self::NotEqual)
    }

    /// Whether a value compares so with the one asked for; for not equal, whether it is equal.
    pub fn holds<T: Ord>(self, own: &T, asked: &T) -> bool {
        match self {
            Self::Has | Self::Equal | Self::NotEqual => own == asked,
            Self::Less => own < asked,
            Self::AtMost => own <= asked,
            Self::Greater => own > asked,
            Self::AtLeast => own >= asked,
        }
    }
}

/// What a field takes, and how `:` compares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueSort {
    /// A word of a list or a name: equal.
    Word,
    /// Free text: within.
    Text,
    /// A telephone number: within, by its digits too.
    Phone,
    /// A serial number, a licence, an account: within, by its letters and digits too.
    Mark,
    /// A text that begins so.
    Start,
    /// A path: the whole, or its first levels.
    Path,
    /// An agent; `me` is who asks.
    Agent,
    /// A word of a list whose order counts.
    Rank,
    /// A number, or a word.
    Number,
    /// A day or an instant: within.
    Time,
    /// A length of time.
    Length,
}

/// What queries of a kind of record may ask.
#[derive(Clone, Debug)]
pub struct Schema<'s, N, F: 'static> {
    /// What has these fields.
    pub of: &'static str,
    /// Fields by the words that are typed.
    pub fields: Vec<(&'s str, N)>,
    /// A field by its path, where no word names it.
    pub by_path: fn(&str) -> Option<N>,
    /// What a field takes.
    pub sort: fn(&N) -> ValueSort,
    /// Flags by their words.
    pub flags: &'static [(&'static str, F)],
    /// Words of earlier versions.
    pub old_flags: &'static [(&'static str, F)],
    /// The flags that depend on who asks.
    pub mine: &'static [F],
    /// Whether `<` and `>` are signs of comparison.
    pub compares: bool,
    /// What `@late` is.
    pub views: ViewTerms<'s>,
}

/// What `@late` is in a query.
#[derive(Clone, Debug)]
pub enum ViewTerms<'s> {
    /// A word like any other.
    Words,
    /// Wrong; why, and what to do.
    Refused(&'static str, &'static str),
    /// A view: of those that have the name the first.
    Known(Vec<&'s SavedViews>),
}

/// A query that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The offending bytes.
    pub span: Range<usize>,
}

const OPS: [(&str, Op); 7] = [
    (">=", Op::AtLeast),
    ("<=", Op::AtMost),
    ("!=", Op::NotEqual),
    (">", Op::Greater),
    ("<", Op::Less),
    ("=", Op::Equal),
    (":", Op::Has),
];

impl<N: Clone, F: Copy + PartialEq> Schema<'_, N, F> {
    /// Reads a query. What cannot be a term is words; a mistyped field is an error with the nearest.
    pub fn read(&self, text: &str) -> Result<Query<N, F>, QueryError> {
        let mut terms = Vec::new();
        let mut views = Vec::new();
        for (start, raw) in words(text) {
            let (negated, body) = sign(raw);
            let wrong = |(message, hint)| QueryError {
                message,
                hint,
                span: start..start + raw.len(),
            };
            if let Some(name) = self.view_name(body) {
                let query = self.view(name).map_err(wrong)?;
                views.push(NamedView {
                    name: name.to_owned(),
                    negated,
                });
                if negated {
                    terms.push(Term {
                        negated,
                        typed: body.to_owned(),
                        needs_me: query.needs_me(),
                        what: TermKind::View(query),
                    });
                } else {
                    terms.extend(query.terms);
                }
                continue;
            }
            let what = self.what(body).map_err(wrong)?;
            let needs_me = match &what {
                TermKind::Field { sort, values, .. } => {
                    *sort == ValueSort::Agent && values.iter().any(|value| value == "me")
                }
                TermKind::Flag(flag) => self.mine.contains(flag),
                TermKind::Text(_) | TermKind::View(_) => false,
            };
            terms.push(Term {
                negated,
                typed: body.to_owned(),
                what,
                needs_me,
            });
        }
        Ok(Query { terms, views })
    }

    /// The name of a view, where a term is one.
    fn view_name<'t>(&self, body: &'t str) -> Option<&'t str> {
        let name = body.strip_prefix('@').filter(|name| !name.is_empty())?;
        (!matches!(self.views, ViewTerms::Words)).then_some(name)
    }

    /// What a view asks.
    fn view(&self, name: &str) -> Result<Query<N, F>, (String, String)> {
        let known = match &self.views {
            ViewTerms::Known(known) => known,
            ViewTerms::Refused(why, hint) => {
                return Err((format!("`@{name}`: {why}"), (*hint).to_owned()));
            }
            ViewTerms::Words => return Err((format!("`@{name}` is a word"), String::new())),
        };
        let Some(view) = known.iter().find_map(|views| views.get(name)) else {
            let names = known.iter().flat_map(|views| views.keys());
            let as_text = format!("for the text itself write \"@{name}\"");
            let hint = match nearest(name, names.map(String::as_str)) {
                Some(near) => format!("did you mean `@{near}`? F{}", &as_text[1..]),
                None => format!(
                    "to have one, put `[view.{name}]` into desk.toml or your own config.toml, and below \
                     it `query = \"is:overdue\"`; {as_text}"
                ),
            };
            return Err((format!("there is no view `@{name}`"), hint));
        };
        let inside = Self {
            views: ViewTerms::Refused("a view names no other view", "write out what it asks for"),
            ..self.clone()
        };
        inside
            .read(&view.query)
            .map_err(|error| (format!("view `{name}`: {}", error.message), error.hint))
    }

    /// The field of a word.
    pub fn find(&self, word: &str) -> Option<N> {
        let word = word.to_ascii_lowercase();
        let named = self.fields.iter().find(|(known, _)| *known == word);
        named.map_or_else(|| (self.by_path)(&word), |(_, name)| Some(name.clone()))
    }

    /// All words that may stand before a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().map(|(word, _)| *word);
        fields.chain(["is"])
    }

    /// What `is:` knows, one word for each flag.
    pub fn flag_words(&self) -> impl Iterator<Item = &'static str> {
        let all = self.flags;
        let first = |(at, (_, flag)): &(usize, &(&str, F))| {
            all[..*at].iter().all(|(_, before)| before != flag)
        };
        let first = all.iter().enumerate().filter(first);
        first.map(|(_, (word, _))| *word)
    }

    /// Reads a term, or says what is wrong with it and what to do.
    fn what(&self, body: &str) -> Result<TermKind<N, F>, (String, String)> {
        let text = || Ok(TermKind::Text(QueryText::read(body)));
        let name_len = body
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))
            .unwrap_or(body.len());
        let (name, rest) = body.split_at(name_len);
        let op = OPS
            .iter()
            .find_map(|(sign, op)| Some((*op, rest.strip_prefix(sign)?)));
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let Some((op, value)) = op.filter(|_| named) else {
            return text();
        };
        if !self.compares && op.orders() {
            return text();
        }
        let found = self.find(name);
        // Addresses, folders and what ends in a colon are words: `https://x`, `C:\\x`, `error:`.
        let folder = found.is_none() && value.starts_with(['/', '\\']);
        if op == Op::Has && (value.is_empty() || folder) {
            return text();
        }
        let values = split_values(value);
        if values.iter().any(String::is_empty) {
            let hint = format!("write `{name}:VALUE`; for no value at all `{name}:none`");
            return Err((format!("`{body}` names no value"), hint));
        }
        if name == "is" {
            return self.flag(&values.join(",")).map(TermKind::Flag);
        }
        let name = found.ok_or_else(|| {
            let as_text = format!("for the text itself write \"{body}\"");
            let hint = match nearest(name, self.names()) {
                Some(near) => {
                    format!("did you mean `{near}`? For the text itself write \"{body}\"")
                }
                None => format!("fields are the keys of {}; {as_text}", self.of),
            };
            (format!("there is no field `{name}`"), hint)
        })?;
        Ok(TermKind::Field {
            sort: (self.sort)(&name),
            name,
            op,
            values,
        })
    }

    fn flag(&self, word: &str) -> Result<F, (String, String)> {
        let mut all = self.flags.iter().chain(self.old_flags);
        let flag = all.find(|(known, _)| known.eq_ignore_ascii_case(word));
        flag.map(|(_, flag)| *flag).ok_or_else(|| {
            let known: Vec<&str> = self.flags.iter().map(|(word, _)| *word).collect();
            let hint = match nearest(word, known.iter().copied()) {
                Some(near) => format!("did you mean `is:{near}`?"),
                None => format!("there are: {}", known.join(", ")),
            };
            (format!("there is no flag `is:{word}`"), hint)
        })
    }
}

impl<N: Clone, F: Clone> Query<N, F> {
    /// Whether the answer depends on who asks.
    pub fn needs_me(&self) -> bool {
        self.terms.iter().any(|term| term.needs_me)
    }

    /// Takes over what another asks, too.
    pub fn join(&mut self, other: Self) {
        self.terms.extend(other.terms);
        self.views.extend(other.views);
    }

    /// The word or phrase, where the query is nothing else.
    pub fn only_text(&self) -> Option<&QueryText> {
        match &self.terms[..] {
            [
                Term {
                    what: TermKind::Text(text),
                    ..
                },
            ] => Some(text),
            _ => None,
        }
    }

    /// The query with its words as beginnings of words, and these as they are typed; `None` where
    /// it has no words.
    pub fn widened(&self) -> Option<(Self, String)> {
        let mut wide = self.clone();
        let mut words = Vec::new();
        for term in wide.terms.iter_mut().filter(|term| !term.negated) {
            if let TermKind::Text(text) = &mut term.what
                && text.form == WordForm::Word
                && text.text.ends_with(char::is_alphanumeric)
            {
                text.form = WordForm::Prefix;
                words.push(format!("{}*", text.text));
            }
        }
        (!words.is_empty()).then(|| (wide, words.join(" ")))
    }
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
    all.iter().map(|value| value.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::tickets::{Flag, TicketQuery};
    use super::*;
    use crate::model::field::{Field, Key};
    use crate::page::settings;

    fn read(text: &str) -> Result<TicketQuery, QueryError> {
        let own = "[fields.site]\ntitle = \"Site\"\n";
        let settings = settings::read(&format!("{}\n{own}", settings::STARTER)).unwrap();
        tickets::schema(&settings).read(text)
    }

    #[test]
    fn terms_are_fields_flags_and_words() {
        let query = read(
            "queue:network,accounts priority>=standard -is:mine \"VPN drops\" https://x.example/a",
        )
        .unwrap();
        assert_eq!(query.terms.len(), 5);
        assert_eq!(
            query.terms[0].what,
            TermKind::Field {
                name: Name::Field(Field::Known(Key::Queue)),
                sort: ValueSort::Word,
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
            let query = read(typed).unwrap();
            let words = |term: &Term<Name, Flag>| matches!(term.what, TermKind::Text(_));
            assert!(query.terms.iter().all(words), "{typed}");
        }
        let prefix = read("print*").unwrap();
        let expected = QueryText {
            text: "print".into(),
            form: WordForm::Prefix,
        };
        assert_eq!(prefix.terms[0].what, TermKind::Text(expected));
    }

    #[test]
    fn a_query_says_whether_it_needs_to_know_who_asks() {
        let asks = |text: &str| read(text).unwrap().needs_me();
        for text in [
            "is:mine",
            "-is:mine",
            "assignee:anna,me",
            "contact_agent!=me",
        ] {
            assert!(asks(text), "{text}");
        }
        for text in [
            "documents",
            "me",
            "\"is:mine\"",
            "code:me",
            "mine",
            "title:mine",
            "",
        ] {
            assert!(!asks(text), "{text}");
        }
    }

    #[test]
    fn a_folder_is_a_value_and_no_name() {
        let name = |text: &str| match &read(text).unwrap().terms[0].what {
            TermKind::Field { name, values, .. } => Some((name.clone(), values.clone())),
            _ => None,
        };
        let title = Name::Field(Field::Known(Key::Title));
        assert_eq!(name("title:/etc"), Some((title, vec!["/etc".to_owned()])));
        assert_eq!(name("file:/etc"), None);
        assert_eq!(
            read("tag:a,").unwrap_err().message,
            "`tag:a,` names no value"
        );
    }

    #[test]
    fn a_mistyped_field_gets_the_nearest() {
        let error = read("printer queu:network").unwrap_err();
        assert_eq!(error.message, "there is no field `queu`");
        assert!(error.hint.starts_with("did you mean `queue`?"));
        assert!(read("is:opne").unwrap_err().hint.contains("is:open"));
        assert!(read("site:GD").is_ok());
    }
}
