//! What the map of an export with one row for each ticket says.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::page::foreign_rows::RowForm;
use crate::page::import_map::{Map, ValueSource};

/// A map for rows that are tickets. Its columns are those of [`Map::columns`].
#[derive(Clone, Debug)]
pub struct TicketMap {
    /// Fields, words and people; `time` is when the ticket was opened, and both it and `id` may be
    /// columns that no file has.
    pub map: Map,
    /// How the file is cut.
    pub rows: RowForm,
    /// Whether it says how times are written.
    pub states_times: bool,
    /// The zone of times that name none; the desk's where the map has none.
    pub zone: Option<Tz>,
    /// When somebody first answered.
    pub first_response: Option<ValueSource>,
    /// When it was solved.
    pub resolved: Option<ValueSource>,
    /// Who solved it.
    pub resolved_by: Option<ValueSource>,
    /// When it was closed.
    pub closed: Option<ValueSource>,
    /// Who closed it.
    pub closed_by: Option<ValueSource>,
    /// When it was last changed.
    pub updated: Option<ValueSource>,
    /// What a ticket has several of: comments, links, attachments.
    pub elements: Vec<ElementForm>,
    /// Columns and paths whose texts are HTML.
    pub html: Vec<String>,
    /// Columns that are not taken, and why.
    pub unused: BTreeMap<String, String>,
    /// Columns with numbers of people, each with the column that has their name.
    pub people: Vec<(usize, usize)>,
    /// Columns by which such an export is recognised.
    pub recognised: Vec<String>,
    /// Whether columns that the file lacks and words that the desk lacks are passed over.
    pub lenient: bool,
}

/// What an element becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementKind {
    /// A contact: in from the requester, out from anybody else.
    Contact,
    /// A note.
    Note,
    /// A link to another ticket of the export.
    Link,
    /// A file that belongs to the ticket.
    File,
}

/// How the elements of a column are read.
#[derive(Clone, Debug)]
pub struct ElementForm {
    /// What they become.
    pub kind: ElementKind,
    /// Of links: how they link.
    pub link: String,
    /// Their columns, as places in [`Map::columns`].
    pub columns: Vec<usize>,
    /// Whether only the first column that the file has counts.
    pub is_first: bool,
    /// What stands between several in one text.
    pub split: Vec<String>,
    /// How one text is made up.
    pub form: Option<TextForm>,
    /// Of objects the path of what names one for good.
    pub id: Option<String>,
    /// The path of its time.
    pub time: Option<String>,
    /// The paths of its writer: the first that says something.
    pub by: Vec<String>,
    /// The paths of its text: the first that says something.
    pub text: Vec<String>,
    /// The path of whether the requester sees it.
    pub public: Option<String>,
    /// When it was said where nothing tells it: `opened`, `resolved`, `closed` or `updated`.
    pub at: Option<String>,
    /// Whether that path tells the contrary: `!internal`.
    pub is_internal: bool,
}

/// The form of a text that holds time, writer and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextForm {
    parts: Vec<FormPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum FormPart {
    Sign(String),
    Name(String),
}

/// What a form found in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormedText<'t> {
    /// The parts by their names.
    pub parts: BTreeMap<String, &'t str>,
}

impl FormedText<'_> {
    /// A part that says something.
    pub fn part(&self, name: &str) -> Option<&str> {
        self.parts
            .get(name)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    }
}

impl TextForm {
    /// Reads a form; `None` where it names no text.
    pub fn read(form: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = form;
        while let Some((before, after)) = rest.split_once('{') {
            if !before.is_empty() {
                parts.push(FormPart::Sign(before.to_owned()));
            }
            let (name, after) = after.split_once('}')?;
            if matches!(parts.last(), Some(FormPart::Name(_))) {
                return None;
            }
            parts.push(FormPart::Name(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(FormPart::Sign(rest.to_owned()));
        }
        let names = |one: &str| {
            parts
                .iter()
                .any(|part| *part == FormPart::Name(one.to_owned()))
        };
        (names("text") || names("name")).then_some(Self { parts })
    }

    /// The parts of a text; the last part takes what is left.
    pub fn parts<'t>(&self, text: &'t str) -> Option<FormedText<'t>> {
        let mut found = FormedText::default();
        let mut rest = text;
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            match part {
                FormPart::Sign(sign) => rest = rest.strip_prefix(sign.as_str())?,
                FormPart::Name(name) => {
                    let end = match parts.peek() {
                        Some(FormPart::Sign(sign)) => rest.find(sign.as_str())?,
                        _ => rest.len(),
                    };
                    found.parts.insert(name.clone(), &rest[..end]);
                    rest = &rest[end..];
                }
            }
        }
        Some(found)
    }

    /// The places in a text at which one begins: lines that have the form's signs up to its text,
    /// and a time by `is_time`.
    pub fn begins(&self, text: &str, is_time: &dyn Fn(&str) -> bool) -> Vec<usize> {
        let mut all = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let found = self.parts(&text[at..]);
            let time = found.and_then(|found| found.parts.get("time").copied());
            if time.is_some_and(|time| !time.contains('\n') && is_time(time)) {
                all.push(at);
            }
            at += line.len();
        }
        all
    }
}

impl TicketMap {
    /// The names of all columns that it tells of, those that it leaves too.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        let columns = self.map.columns.iter().map(|column| column.name.as_str());
        columns.chain(self.unused.keys().map(String::as_str))
    }
}

/// A column's name as it is compared: without case, and with one sign for all that stands between
/// words.
pub fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            ' ' | '_' | '-' => {
                if !out.ends_with(' ') && !out.is_empty() {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_takes_a_text_apart() {
        let form = TextForm::read("{time};{by};{text}").unwrap();
        let found = form.parts("03/Nov/26 9:05 AM;jan;Look; here").unwrap();
        assert_eq!(found.part("by"), Some("jan"));
        assert_eq!(found.part("text"), Some("Look; here"));
        assert_eq!(form.parts("words"), None);
        assert_eq!(TextForm::read("{time}"), None);
        assert_eq!(TextForm::read("{time}{text}"), None);
    }

    #[test]
    fn several_in_one_text_begin_at_their_lines() {
        let form = TextForm::read("{time} - {by} ({kind})\n{text}").unwrap();
        let text = "2026-11-03 09:05:06 - Jan (Work notes)\nOne\ntwo\n\n2026-11-02 09:05:06 - Ada (Work notes)\nFirst\n";
        let all = form.begins(text, &|time| time.starts_with("2026"));
        assert_eq!(all, [0, 48]);
    }

    #[test]
    fn names_of_columns_are_compared_without_case_and_gaps() {
        assert_eq!(folded("Created_At "), folded("created at"));
        assert_ne!(folded("created"), folded("created at"));
    }
}
