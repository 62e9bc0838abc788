//! Reading TOML tables value by value, so that every complaint has its place in the file.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::page::problem::{LineIndex, Problem, did_you_mean, nearest};
use crate::page::toml_words;

/// A TOML text inside a file, and what was found wrong with it so far.
#[derive(Debug)]
pub struct TomlSource<'t> {
    places: LineIndex<'t>,
    /// Where the TOML text starts in the file; spans are moved by it.
    offset: usize,
    problems: RefCell<Vec<Problem>>,
}

impl<'t> TomlSource<'t> {
    /// The TOML text at `range` of the file `whole` at `path`.
    pub fn new(path: &'t str, whole: &'t str, offset: usize) -> Self {
        Self {
            places: LineIndex::new(path, whole),
            offset,
            problems: RefCell::new(Vec::new()),
        }
    }

    /// Parses the TOML text; a syntax error is fatal for the page.
    pub fn parse(&self, toml: &'t str) -> Result<Spanned<DeTable<'t>>, Box<Problem>> {
        DeTable::parse(toml).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            let message = error.message().trim();
            if message == "duplicate key" {
                let key = toml.get(span.clone()).unwrap_or_default().trim();
                let message = format!("`{key}` stands here a second time");
                let hint = "keep one of the two, with what is right in both";
                return Box::new(self.problem(span, message).hint(hint).fatal());
            }
            let snippet = toml.get(span.clone()).unwrap_or_default();
            let (message, hint) = toml_words::complaint(message, snippet);
            let usual = "this is TOML: texts stand in quotes, one key a line";
            let hint = hint.unwrap_or_else(|| usual.to_owned());
            Box::new(self.problem(span, message).hint(hint).fatal())
        })
    }

    fn problem(&self, span: Range<usize>, message: impl Into<String>) -> Problem {
        let span = span.start + self.offset..span.end + self.offset;
        self.places.problem(span, message)
    }

    /// Notes something wrong at bytes of the TOML text.
    pub fn wrong(&self, span: Range<usize>, message: impl Into<String>) {
        let problem = self.problem(span, message);
        self.problems.borrow_mut().push(problem);
    }

    /// Notes a problem at a place, with a hint.
    pub fn wrong_with(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let problem = self.problem(span, message).hint(hint);
        self.problems.borrow_mut().push(problem);
    }

    /// Notes a problem because of which the page may only be read: a writer would lose what is there.
    fn bar(&self, span: Range<usize>, message: impl Into<String>, hint: Option<String>) {
        let mut problem = self.problem(span, message).barring();
        problem.hint = hint;
        self.problems.borrow_mut().push(problem);
    }

    /// What was found wrong, in the order of the file.
    pub fn finish(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.span.as_ref().map(|span| span.start));
        problems
    }
}

/// How to write a value as what it ought to be, where that is only a matter of signs.
fn instead(what: &str, value: &DeValue<'_>) -> Option<String> {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Boolean(word) => word.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => return None,
    };
    let plain = !text.is_empty() && text.chars().count() < 60 && !text.contains(['"', '\\', '\n']);
    match (what, value) {
        ("a text in quotes", _) => Some("write it in quotes".to_owned()),
        ("a list of texts", _) if plain => Some(format!("write [\"{text}\"]")),
        ("a whole number", DeValue::String(_)) if text.parse::<i64>().is_ok() => {
            Some(format!("write {text}, without quotes"))
        }
        ("`true` or `false`", DeValue::String(_)) => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => Some("write true, without quotes".to_owned()),
            "false" | "no" | "off" => Some("write false, without quotes".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// One table being read; keys never asked for are unknown.
#[derive(Debug)]
pub struct TomlSection<'s, 't> {
    source: &'s TomlSource<'t>,
    /// `queue.network`, for messages.
    name: String,
    table: &'s DeTable<'t>,
    span: Range<usize>,
    asked: RefCell<BTreeSet<String>>,
}

impl<'s, 't> TomlSection<'s, 't> {
    /// The table at the top of a file.
    pub fn top(source: &'s TomlSource<'t>, table: &'s Spanned<DeTable<'t>>) -> Self {
        Self::of(source, String::new(), table.get_ref(), 0..0)
    }

    fn of(
        source: &'s TomlSource<'t>,
        name: String,
        table: &'s DeTable<'t>,
        span: Range<usize>,
    ) -> Self {
        Self {
            source,
            name,
            table,
            span,
            asked: RefCell::default(),
        }
    }

    /// The bytes of the table's header.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The full path of a key, for messages.
    pub fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// Whether the key is there.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The raw value of a key.
    pub fn get(&self, key: &str) -> Option<&'s Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    /// The bytes of a key's value, or of the table where there is none.
    pub fn at(&self, key: &str) -> Range<usize> {
        self.table
            .get(key)
            .map_or_else(|| self.span(), Spanned::span)
    }

    /// Notes something wrong with a key's value.
    pub fn wrong(&self, key: &str, message: impl Into<String>) {
        self.source.wrong(self.at(key), message);
    }

    /// Notes a problem of a key, with a hint.
    pub fn wrong_with(&self, key: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.source.wrong_with(self.at(key), message, hint);
    }

    /// Notes a value that is not read, because of which the page may only be read.
    pub fn bar(&self, key: &str, message: impl Into<String>, hint: Option<String>) {
        self.source.bar(self.at(key), message, hint);
    }

    fn expect<T>(
        &self,
        key: &str,
        what: &str,
        read: impl Fn(&'s DeValue<'t>) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(key)?;
        let read = read(value.get_ref());
        if read.is_none() {
            let found = toml_words::kind(value.get_ref());
            let message = format!("`{}` is {what}, not {found}", self.path(key));
            self.bar(key, message, instead(what, value.get_ref()));
        }
        read
    }

    /// A text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.expect(key, "a text in quotes", |value| {
            value.as_str().map(str::to_owned)
        })
    }

    /// A text that must be there.
    pub fn need(&self, key: &str) -> Option<String> {
        if !self.has(key) {
            self.wrong(key, format!("`{}` is missing", self.path(key)));
        }
        self.text(key)
    }

    /// `true` or `false`.
    pub fn bool(&self, key: &str) -> Option<bool> {
        self.expect(key, "`true` or `false`", DeValue::as_bool)
    }

    /// A whole number.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.expect(key, "a whole number", |value| {
            let number = value.as_integer()?;
            i64::from_str_radix(number.as_str(), number.radix()).ok()
        })
    }

    /// A list of texts.
    pub fn texts(&self, key: &str) -> Option<Vec<String>> {
        let list = self.expect(key, "a list of texts", DeValue::as_array)?;
        let mut texts = Vec::with_capacity(list.len());
        for one in list {
            if let Some(text) = one.get_ref().as_str() {
                texts.push(text.to_owned());
                continue;
            }
            let (path, found) = (self.path(key), toml_words::kind(one.get_ref()));
            let message = format!("`{path}` holds texts, and this is {found}");
            let hint = Some("write it in quotes".to_owned());
            self.source.bar(one.span(), message, hint);
        }
        (texts.len() == list.len()).then_some(texts)
    }

    /// The texts of a list, each with its bytes; those that are none are left out.
    pub fn places(&self, key: &str) -> Vec<(&'s str, Range<usize>)> {
        let list = self.get(key).and_then(|value| value.get_ref().as_array());
        let texts = list.into_iter().flat_map(|list| list.iter());
        texts
            .filter_map(|one| Some((one.get_ref().as_str()?, one.span())))
            .collect()
    }

    /// Notes something wrong at bytes of the TOML text, and perhaps what to do about it.
    pub fn wrong_at(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        hint: Option<impl Into<String>>,
    ) {
        match hint {
            Some(hint) => self.source.wrong_with(span, message, hint),
            None => self.source.wrong(span, message),
        }
    }

    /// A date or time, as written.
    pub fn time(&self, key: &str) -> Option<String> {
        self.expect(key, "a date or time without quotes", |value| {
            value.as_datetime().map(ToString::to_string)
        })
    }

    /// A text that `T` can be read from; what is wrong with it is noted.
    pub fn read<T: std::str::FromStr>(&self, key: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(key)?;
        text.parse()
            .map_err(|error: T::Err| self.bar(key, error.to_string(), None))
            .ok()
    }

    /// One of a few words; another gets the nearest.
    pub fn one_of(&self, key: &str, words: &[&str]) -> Option<String> {
        let text = self.text(key)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        let hint = did_you_mean(&text, words.iter().copied())
            .unwrap_or_else(|| format!("one of: {}", words.join(", ")));
        let message = format!("`{}` cannot be `{text}`", self.path(key));
        self.bar(key, message, Some(hint));
        None
    }

    /// A table under this one.
    pub fn section(&self, key: &str) -> Option<TomlSection<'s, 't>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(TomlSection::of(
                self.source,
                self.path(key),
                table,
                value.span(),
            )),
            other => {
                self.bar(
                    key,
                    format!(
                        "`{0}` is a table, not {1}",
                        self.path(key),
                        toml_words::kind(other)
                    ),
                    Some(format!("write `[{}]` and its keys below", self.path(key))),
                );
                None
            }
        }
    }

    /// The keys, in the order of the file.
    pub fn keys(&self) -> Vec<String> {
        let keys = self.table.keys();
        keys.map(|key| key.get_ref().to_string()).collect()
    }

    /// The tables under this one, by key.
    pub fn sections(&self) -> Vec<(String, TomlSection<'s, 't>)> {
        self.keys()
            .into_iter()
            .filter_map(|key| Some((key.clone(), self.section(&key)?)))
            .collect()
    }

    /// An array of tables, `[[priority]]`.
    pub fn array(&self, key: &str) -> Vec<TomlSection<'s, 't>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(all) = value.get_ref() else {
            self.wrong(key, format!("write `[[{}]]` once for each", self.path(key)));
            return Vec::new();
        };
        let table = |one: &'s Spanned<DeValue<'t>>| {
            if let DeValue::Table(table) = one.get_ref() {
                Some(TomlSection::of(
                    self.source,
                    self.path(key),
                    table,
                    one.span(),
                ))
            } else {
                self.source
                    .wrong(one.span(), format!("`{}` holds tables", self.path(key)));
                None
            }
        };
        all.iter().filter_map(table).collect()
    }

    /// The keys with their values' spans, unread.
    pub fn entries(
        &self,
    ) -> impl Iterator<Item = (&'s str, Range<usize>, &'s Spanned<DeValue<'t>>)> {
        self.table
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
    }

    /// Complains of every key that nobody asked for.
    pub fn close(&self) {
        let asked = self.asked.borrow();
        for (key, span, _) in self.entries() {
            if asked.contains(key) {
                continue;
            }
            let message = format!("there is no setting `{}`", self.path(key));
            match nearest(key, asked.iter().map(String::as_str)) {
                Some(near) => {
                    let hint = format!("did you mean `{}`?", self.path(&near));
                    self.source.wrong_with(span, message, hint);
                }
                None => self.source.wrong(span, message),
            }
        }
    }
}
