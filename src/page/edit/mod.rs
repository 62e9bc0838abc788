//! Edits of a page: bytes are replaced only where something was asked for.
//!
//! Values are spliced in at the spans that the TOML parser reports, so that comments, unknown
//! keys, the order of keys and every line end survive. After each edit the front matter is
//! parsed again and must say what was asked for and nothing else.

mod list;

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::article::ArticleKey;
use crate::model::field::{Field, Key, Value};
use crate::page::edit::list::set_list;
use crate::page::entry_value::quoted;
use crate::page::front_matter::{Parts, lines_from, newline};

/// Why a front matter could not be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is no TOML.
    #[error("the front matter is not valid TOML")]
    Unreadable,
    /// The key stands in a form that cannot be edited without touching more.
    #[error("`{0}` stands in a form that cannot be edited safely; edit the file by hand")]
    Form(String),
    /// An entry would have to come after the last moment that can be written.
    #[error("an entry is dated at the end of the year 9999, and none can come after it")]
    EndOfTime,
}

/// A value in TOML, on one line.
pub fn toml_value(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::List(all) => {
            format!(
                "[{}]",
                all.iter()
                    .map(|one| quoted(one))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
        other => other.to_string(),
    }
}

/// A key of a page's front matter, as far as an edit needs to know it.
pub trait Slot: fmt::Display {
    /// The table that the key stands in; `None` at the top.
    fn section(&self) -> Option<&str>;

    /// The key within its table.
    fn name(&self) -> &str;

    /// The place that a key of this one's table has in the contract's order.
    fn rank(&self, name: &str) -> Option<Rank>;

    /// The place that a table has in the contract's order.
    fn section_rank(&self, section: &str) -> Option<usize>;
}

/// A place in the order of a table's keys: a company's own go by their names.
pub type Rank = (usize, String);

impl Slot for Field {
    fn section(&self) -> Option<&str> {
        self.section()
    }

    fn name(&self) -> &str {
        self.name()
    }

    fn rank(&self, name: &str) -> Option<Rank> {
        if let Self::Company(_) = self {
            return Some((Key::ALL.len(), name.to_owned()));
        }
        let mut all = Key::ALL.iter();
        let place = all.position(|key| key.section() == self.section() && key.name() == name);
        Some((place?, String::new()))
    }

    fn section_rank(&self, section: &str) -> Option<usize> {
        if section == "fields" {
            return Some(Key::ALL.len());
        }
        Key::ALL
            .iter()
            .position(|key| key.section() == Some(section))
    }
}

impl Slot for ArticleKey {
    fn section(&self) -> Option<&str> {
        None
    }

    fn name(&self) -> &str {
        (*self).name()
    }

    fn rank(&self, name: &str) -> Option<Rank> {
        let place = Self::ALL.iter().position(|key| key.name() == name);
        Some((place?, String::new()))
    }

    fn section_rank(&self, _: &str) -> Option<usize> {
        None
    }
}

/// Sets a field in a page, or removes it; returns the new text of the whole file.
///
/// A list is changed by element: elements that stay keep their place, lines and comments.
pub fn set(
    text: &str,
    parts: &Parts,
    field: &Field,
    value: Option<&Value>,
) -> Result<String, EditError> {
    set_slot(text, parts, field, value)
}

/// Sets one key of the front matter of a ticket or an article, or removes it with `None`.
pub fn set_slot(
    text: &str,
    parts: &Parts,
    field: &dyn Slot,
    value: Option<&Value>,
) -> Result<String, EditError> {
    let front = &text[parts.front.clone()];
    let edited = set_in_front(front, field, value, newline(text))?;
    let mut out = String::with_capacity(text.len() + 64);
    out.push_str(&text[..parts.front.start]);
    out.push_str(&edited);
    out.push_str(&text[parts.front.end..]);
    Ok(out)
}

fn set_in_front(
    front: &str,
    field: &dyn Slot,
    value: Option<&Value>,
    nl: &str,
) -> Result<String, EditError> {
    let before = DeTable::parse(front).map_err(|_| EditError::Unreadable)?;
    let (section, name) = (field.section(), field.name());
    let table = match section {
        None => Some(before.get_ref()),
        Some(section) => match before.get_ref().get(section).map(Spanned::get_ref) {
            Some(DeValue::Table(table)) => Some(table),
            Some(_) => return Err(EditError::Form(field.to_string())),
            None => None,
        },
    };
    let old = table.and_then(|table| table.get_key_value(name));
    let edited = match (old, value) {
        (None, None) => return Ok(front.to_owned()),
        (Some((_, old)), Some(Value::List(wanted))) if old.get_ref().is_array() => {
            set_list(front, old, wanted)
        }
        (Some((_, old)), Some(value)) => splice(front, old.span(), &toml_value(value)),
        (Some((key, old)), None) => {
            let inline = section.and_then(|section| inline_table(front, &before, section));
            remove(front, key.span(), old.span(), inline)
        }
        (None, Some(value)) => insert(front, &before, field, &toml_value(value), nl),
    };
    verify(&before, &edited, field, value)?;
    Ok(edited)
}

fn splice(text: &str, span: Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..span.start], &text[span.end..])
}

/// The span of a section written as `{ … }`, braces included.
fn inline_table(front: &str, top: &Spanned<DeTable<'_>>, section: &str) -> Option<Range<usize>> {
    let span = top.get_ref().get(section)?.span();
    let inside = front.get(span.clone())?;
    (inside.starts_with('{') && inside.ends_with('}')).then_some(span)
}

/// Takes away a key with its value: the whole line or lines where nothing else stands on them.
fn remove(
    front: &str,
    key: Range<usize>,
    value: Range<usize>,
    inline: Option<Range<usize>>,
) -> String {
    if let Some(table) = inline {
        // `{ a = 1, b = 2 }`: the comma after it goes, or the one before the last.
        let after = front[value.end..table.end].find(|c: char| !c.is_whitespace());
        let after = after
            .map(|at| value.end + at)
            .filter(|at| front[*at..].starts_with(','));
        if let Some(comma) = after {
            let gap =
                front[comma + 1..].len() - front[comma + 1..].trim_start_matches([' ', '\t']).len();
            return splice(front, key.start..comma + 1 + gap, "");
        }
        let head = front[..key.start].trim_end();
        let start = if head.ends_with(',') {
            head.len() - 1
        } else {
            key.start
        };
        return splice(front, start..value.end, "");
    }
    let start = front[..key.start].rfind('\n').map_or(0, |at| at + 1);
    let end = front[value.end..]
        .find('\n')
        .map_or(front.len(), |at| value.end + at + 1);
    splice(front, start..end, "")
}

/// Puts a new key where the contract's order has it: after the last of the keys before it.
fn insert(
    front: &str,
    top: &Spanned<DeTable<'_>>,
    field: &dyn Slot,
    value: &str,
    nl: &str,
) -> String {
    let line = format!("{} = {value}", field.name());
    let Some(section) = field.section() else {
        let at = after_sibling(front, top.get_ref(), field, None).unwrap_or(0);
        return insert_line(front, at, &line, nl);
    };
    let Some(DeValue::Table(table)) = top.get_ref().get(section).map(Spanned::get_ref) else {
        let at = before_section(front, top.get_ref(), field, section).unwrap_or(front.len());
        let mut out = front[..at].to_owned();
        if !out.is_empty() && !out.ends_with('\n') {
            out.push_str(nl);
        }
        if !out.is_empty() && !out.ends_with("\n\n") && !out.ends_with("\r\n\r\n") {
            out.push_str(nl);
        }
        out.push_str(&format!("[{section}]{nl}{line}{nl}"));
        if at < front.len() {
            out.push_str(nl);
            out.push_str(&front[at..]);
        }
        return out;
    };
    if let Some(span) = inline_table(front, top, section) {
        let inside = front[span.start + 1..span.end - 1].trim();
        let comma = if inside.is_empty() || inside.ends_with(',') {
            ""
        } else {
            ","
        };
        let body = front[span.start + 1..span.end - 1].trim_end();
        return splice(front, span, &format!("{{{body}{comma} {line} }}"));
    }
    let header = header_end(front, section);
    if let Some(at) = after_sibling(front, table, field, header) {
        // A dotted `requester.name = …` at the top wants its sibling dotted too.
        let dotted = header.is_none();
        let line = if dotted {
            format!("{section}.{line}")
        } else {
            line
        };
        return insert_line(front, at, &line, nl);
    }
    let at = header.unwrap_or(front.len());
    insert_line(front, at, &line, nl)
}

/// The byte where the first table begins, with the comments above it, that stands behind a new one
/// in the contract's order.
fn before_section(
    front: &str,
    top: &DeTable<'_>,
    field: &dyn Slot,
    section: &str,
) -> Option<usize> {
    let own = field.section_rank(section)?;
    let starts = top.iter().filter_map(|(key, _)| {
        let later = field
            .section_rank(key.get_ref())
            .is_some_and(|rank| rank > own);
        let start = front[..key.span().start].rfind('\n').map_or(0, |at| at + 1);
        (later && front[start..].trim_start().starts_with('[')).then_some(start)
    });
    let mut at = starts.min()?;
    while let Some(above) = front[..at].strip_suffix('\n') {
        let start = above.rfind('\n').map_or(0, |at| at + 1);
        if !front[start..at].trim_start().starts_with('#') {
            break;
        }
        at = start;
    }
    Some(at)
}

fn insert_line(front: &str, at: usize, line: &str, nl: &str) -> String {
    let gap = if at > 0 && !front[..at].ends_with('\n') {
        nl
    } else {
        ""
    };
    format!("{}{gap}{line}{nl}{}", &front[..at], &front[at..])
}

/// The byte after the line of the nearest key that stands before `field` in the contract's
/// order, else before the first key of the table.
fn after_sibling(
    front: &str,
    table: &DeTable<'_>,
    field: &dyn Slot,
    header: Option<usize>,
) -> Option<usize> {
    let end_of_line = |at: usize| {
        front[at..]
            .find('\n')
            .map_or(front.len(), |end| at + end + 1)
    };
    let plain = |value: &Spanned<DeValue<'_>>, at: usize| {
        // Tables with a header of their own do not stand among the keys.
        !value.get_ref().is_table()
            || front[..at].rfind('\n').map_or(0, |nl| nl + 1) == at && !front[at..].starts_with('[')
    };
    let rank = |name: &str| field.rank(name);
    let own = rank(field.name());
    let mut best: Option<(Rank, usize)> = None;
    let mut first: Option<usize> = None;
    let mut last: Option<usize> = None;
    for (key, value) in table {
        if value.get_ref().is_table()
            && !front
                .get(value.span())
                .is_some_and(|text| text.starts_with('{'))
        {
            continue;
        }
        if !plain(value, key.span().start) {
            continue;
        }
        let start = front[..key.span().start].rfind('\n').map_or(0, |at| at + 1);
        first = Some(first.map_or(start, |at| at.min(start)));
        let end = end_of_line(value.span().end);
        last = Some(last.map_or(end, |at| at.max(end)));
        if let (Some(own), Some(other)) = (&own, rank(key.get_ref()))
            && other < *own
            && best.as_ref().is_none_or(|(rank, _)| *rank < other)
        {
            best = Some((other, end));
        }
    }
    best.map(|(_, at)| at).or(if own.is_some() {
        header.or(first)
    } else {
        last
    })
}

/// The byte after the line of a section's header.
fn header_end(front: &str, section: &str) -> Option<usize> {
    lines_from(front, 0)
        .find(|(_, line)| {
            let line = line.split('#').next().unwrap_or_default().trim();
            line.strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
                .map(str::trim)
                == Some(section)
        })
        .map(|(at, line)| at + line.len())
}

/// Proves that the edited text says what was asked for and otherwise what it said before.
fn verify(
    before: &Spanned<DeTable<'_>>,
    edited: &str,
    field: &dyn Slot,
    value: Option<&Value>,
) -> Result<(), EditError> {
    let wrong = || EditError::Form(field.to_string());
    let after = DeTable::parse(edited).map_err(|_| wrong())?;
    let strip = |table: &DeTable<'_>| -> toml::Table {
        let mut plain = plain(table);
        match field.section() {
            None => {
                plain.remove(field.name());
            }
            Some(section) => {
                if let Some(toml::Value::Table(inner)) = plain.get_mut(section) {
                    inner.remove(field.name());
                    if inner.is_empty() {
                        plain.remove(section);
                    }
                }
            }
        }
        plain
    };
    let stated = match field.section() {
        None => after.get_ref().get(field.name()),
        Some(section) => match after.get_ref().get(section).map(Spanned::get_ref) {
            Some(DeValue::Table(table)) => table.get(field.name()),
            _ => None,
        },
    };
    let wanted = value.map(|value| format!("v = {}", toml_value(value)));
    let wanted = wanted
        .as_deref()
        .map(DeTable::parse)
        .transpose()
        .map_err(|_| wrong())?;
    let wanted = wanted.and_then(|table| {
        table
            .get_ref()
            .get("v")
            .map(|value| plain_value(value.get_ref()))
    });
    let same = stated.map(|value| plain_value(value.get_ref())) == wanted
        && strip(before.get_ref()) == strip(after.get_ref());
    if same { Ok(()) } else { Err(wrong()) }
}

fn plain(table: &DeTable<'_>) -> toml::Table {
    table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), plain_value(value.get_ref())))
        .collect()
}

fn plain_value(value: &DeValue<'_>) -> toml::Value {
    match value {
        DeValue::String(text) => toml::Value::String(text.to_string()),
        // Numbers are compared as they are written: an edit must not touch them.
        DeValue::Integer(n) => toml::Value::String(format!("{}:{}", n.radix(), n.as_str())),
        DeValue::Float(n) => toml::Value::String(format!("f:{}", n.as_str())),
        DeValue::Boolean(yes) => toml::Value::Boolean(*yes),
        DeValue::Datetime(at) => toml::Value::Datetime(*at),
        DeValue::Array(all) => {
            toml::Value::Array(all.iter().map(|one| plain_value(one.get_ref())).collect())
        }
        DeValue::Table(inner) => toml::Value::Table(plain(inner)),
    }
}

/// Adds a block at the end of a page, after one blank line, in the page's own line ends.
pub fn append(text: &str, block: &str) -> String {
    let mut out = String::with_capacity(text.len() + block.len() + 4);
    out.push_str(text);
    append_to(&mut out, block, newline(text));
    out
}

/// Appends a block to a page that is being built, with the line end `nl`.
pub fn append_to(out: &mut String, block: &str, nl: &str) {
    gap(out, nl);
    if nl == "\n" {
        out.push_str(block);
    } else {
        out.push_str(&block.replace('\n', nl));
    }
}

/// Ends the last line, and puts a blank one behind it.
pub fn gap(out: &mut String, nl: &str) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str(nl);
    }
    let blank = out.ends_with("\n\n") || out.ends_with("\n\r\n");
    if !out.is_empty() && !blank {
        out.push_str(nl);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::front_matter::split;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "reads better in the cases")]
    fn edits(front: &str, path: &str, value: Option<Value>, expected: &str) {
        let text = format!("+++\n{front}+++\nbody\n");
        let parts = split("x.md", &text).unwrap();
        let edited = set(&text, &parts, &path.parse().unwrap(), value.as_ref()).unwrap();
        assert_eq!(edited, format!("+++\n{expected}+++\nbody\n"));
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "as the function under test takes it"
    )]
    fn text(text: &str) -> Option<Value> {
        Some(Value::Text(text.into()))
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "as the function under test takes it"
    )]
    fn list(all: &[&str]) -> Option<Value> {
        Some(Value::List(
            all.iter().map(|one| (*one).to_owned()).collect(),
        ))
    }

    #[test]
    fn only_the_line_asked_about_changes() {
        edits(
            "a = 1 # x\nstatus   =  \"open\"  # why\n",
            "status",
            text("closed"),
            "a = 1 # x\nstatus   =  \"closed\"  # why\n",
        );
        edits(
            "status = 'open'\r\nx = 2\r\n",
            "status",
            text("new"),
            "status = \"new\"\r\nx = 2\r\n",
        );
        edits("status = \"open\"\nx = 2\n", "status", None, "x = 2\n");
        edits(
            "[requester]\nname = \"J\"\nphone = \"1\"\n",
            "requester.name",
            None,
            "[requester]\nphone = \"1\"\n",
        );
    }

    #[test]
    fn a_new_key_stands_where_the_order_has_it() {
        edits(
            "id = \"x\"\n# about status\nstatus = \"open\"\nmine = 1\n\n[requester]\nname = \"J\"\n",
            "queue",
            text("network"),
            "id = \"x\"\n# about status\nstatus = \"open\"\nqueue = \"network\"\nmine = 1\n\n[requester]\nname = \"J\"\n",
        );
        edits(
            "status = \"open\"\n\n[requester] # who\nphone = \"1\"\n\n[x]\ny = 1\n",
            "requester.name",
            text("J"),
            "status = \"open\"\n\n[requester] # who\nname = \"J\"\nphone = \"1\"\n\n[x]\ny = 1\n",
        );
        // Sections and a company's own keys, too: the order of commands does not decide the bytes.
        edits(
            "status = \"open\"\n\n[requester]\nname = \"J\"\n\n# how it went\n[satisfaction]\nrating = 4\n\n[mine]\ny = 1\n",
            "asset.model",
            text("EX"),
            "status = \"open\"\n\n[requester]\nname = \"J\"\n\n[asset]\nmodel = \"EX\"\n\n# how it went\n[satisfaction]\nrating = 4\n\n[mine]\ny = 1\n",
        );
        edits(
            "[links]\nparent = \"A\"\n",
            "requester.name",
            text("J"),
            "[requester]\nname = \"J\"\n\n[links]\nparent = \"A\"\n",
        );
        edits(
            "status = \"open\"\n\n[fields]\nsite = \"GD\"\n",
            "fields.floor",
            text("3"),
            "status = \"open\"\n\n[fields]\nfloor = \"3\"\nsite = \"GD\"\n",
        );
        edits(
            "status = \"open\"\n",
            "links.parent",
            text("A"),
            "status = \"open\"\n\n[links]\nparent = \"A\"\n",
        );
        edits(
            "requester = { phone = \"1\" }\n",
            "requester.email",
            text("j@x"),
            "requester = { phone = \"1\", email = \"j@x\" }\n",
        );
        edits(
            "requester = { phone = \"1\", name = \"J\" }\n",
            "requester.phone",
            None,
            "requester = { name = \"J\" }\n",
        );
        edits(
            "requester = { phone = \"1\", name = \"J\" }\n",
            "requester.name",
            None,
            "requester = { phone = \"1\" }\n",
        );
        edits(
            "requester.phone = \"1\"\nx = 1\n",
            "requester.email",
            text("j@x"),
            "requester.email = \"j@x\"\nrequester.phone = \"1\"\nx = 1\n",
        );
        edits(
            "id = \"x\"\n\n[requester]\nname = \"J\"\n",
            "fields.site",
            text("GD"),
            "id = \"x\"\n\n[requester]\nname = \"J\"\n\n[fields]\nsite = \"GD\"\n",
        );
    }

    #[test]
    fn lists_change_by_element() {
        edits(
            "tags = [\"vpn\"] # x\n",
            "tags",
            list(&["vpn", "wifi"]),
            "tags = [\"vpn\", \"wifi\"] # x\n",
        );
        edits(
            "tags = [\n  \"vpn\", # flaky\n]\n",
            "tags",
            list(&["vpn", "wifi"]),
            "tags = [\n  \"vpn\", # flaky\n  \"wifi\",\n]\n",
        );
        edits(
            "tags = [\n  \"vpn\" # flaky\n]\n",
            "tags",
            list(&["vpn", "wifi"]),
            "tags = [\n  \"vpn\", # flaky\n  \"wifi\",\n]\n",
        );
        edits(
            "tags = [\n  \"a\", # one\n  \"b\", # two\n]\n",
            "tags",
            list(&["b"]),
            "tags = [\n  \"b\", # two\n]\n",
        );
        edits(
            "tags = [\"a\", \"b\", \"c\"]\n",
            "tags",
            list(&["a", "c"]),
            "tags = [\"a\", \"c\"]\n",
        );
        edits(
            "tags = [\"a\", \"b\"]\n",
            "tags",
            list(&["a"]),
            "tags = [\"a\"]\n",
        );
    }

    /// Valid front matter in many shapes: comments, odd spacing, both line ends, unknown keys.
    fn front() -> impl Strategy<Value = String> {
        let comment = prop_oneof![Just(""), Just(" # why"), Just("  #\u{e9}")];
        let scalar = prop_oneof![
            "[a-z \u{e9}\u{4e16}]{0,8}".prop_map(|text| format!("\"{text}\"")),
            "[a-z#\"=\\[\\] ]{0,8}".prop_map(|text| format!("'{text}'")),
            Just("\"\"\"\nx = 1\n+++x\n\"\"\"".to_owned()),
            Just("42".to_owned()),
            Just("2026-11-21T09:02:11Z".to_owned()),
            Just("{ a = 1, b = \"x\" }".to_owned()),
            prop::collection::vec("[a-z]{1,4}", 0..4).prop_map(|mut all| {
                all.sort();
                all.dedup();
                toml_value(&Value::List(all))
            }),
            Just("[\n  \"a\", # one\n  \"b\" # two\n]".to_owned()),
        ];
        let key = prop_oneof![
            Just("status"),
            Just("queue"),
            Just("tags"),
            Just("title"),
            Just("mine"),
            Just("x-y"),
            Just("\"odd key\"")
        ];
        let line = (
            key,
            prop_oneof![Just(" = "), Just("="), Just("  =   ")],
            scalar,
            comment,
        )
            .prop_map(|(key, equals, value, comment)| {
                (key, format!("{key}{equals}{value}{comment}"))
            });
        let lines = prop::collection::vec(line, 0..6);
        let sections =
            prop::sample::subsequence(vec!["requester", "asset", "links", "mine.own"], 0..4);
        (
            lines,
            sections,
            prop::collection::vec(any::<bool>(), 24),
            any::<bool>(),
        )
            .prop_map(|(lines, sections, blanks, crlf)| {
                let mut blanks = blanks.into_iter().cycle();
                let mut out = String::new();
                let mut add = |out: &mut String, line: &str| {
                    if blanks.next() == Some(true) {
                        out.push_str("\n# a remark\n");
                    }
                    out.push_str(line);
                    out.push('\n');
                };
                let mut seen = Vec::new();
                for (key, line) in &lines {
                    if !seen.contains(key) && *key != "mine"
                        || (!sections.contains(&"mine.own") && !seen.contains(key))
                    {
                        add(&mut out, line);
                        seen.push(*key);
                    }
                }
                for section in sections {
                    add(&mut out, &format!("[{section}]"));
                    add(&mut out, "name = \"x\" # kept");
                    add(&mut out, "strange=[1,2]");
                }
                if crlf { out.replace('\n', "\r\n") } else { out }
            })
    }

    fn lines_of(text: &str) -> Vec<&str> {
        text.split_inclusive('\n').collect()
    }

    /// Both texts are equal but for one run of whole lines, and what left it was the key.
    fn survives(front: &str, slot: &dyn Slot, value: Option<&Value>) -> Result<(), TestCaseError> {
        let text = format!("+++\n{front}+++\nbody\r\nmore\n");
        let parts = split("x.md", &text).unwrap();
        prop_assume!(DeTable::parse(&text[parts.front.clone()]).is_ok());
        let Ok(edited) = set_slot(&text, &parts, slot, value) else {
            return Ok(());
        };
        let (old, new) = (lines_of(&text), lines_of(&edited));
        let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let tail = old[head..]
            .iter()
            .rev()
            .zip(new[head..].iter().rev())
            .take_while(|(a, b)| a == b)
            .count();
        let gone = old[head..old.len() - tail].concat();
        prop_assert!(gone.is_empty() || gone.contains(slot.name()), "{gone:?}");
        prop_assert!(
            new[head..new.len() - tail].concat().lines().count() <= gone.lines().count().max(4)
        );
        let comments = |text: &str| text.matches('#').count();
        if value.is_some() && !gone.contains(['\'', '[']) {
            prop_assert!(
                comments(&gone) <= comments(&new[head..new.len() - tail].concat()),
                "{gone:?}"
            );
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn every_other_byte_survives(front in front(), at in 0..8usize, value in "[a-z\"\\\\ \u{e9}]{0,8}", unset: bool) {
            let path = ["status", "queue", "title", "requester.name", "requester.phone", "asset.model", "links.parent", "fields.site"][at];
            let field: Field = path.parse().unwrap();
            survives(&front, &field, (!unset).then_some(&Value::Text(value)))?;
        }

        #[test]
        fn every_other_byte_of_an_article_survives(front in front(), at in 0..ArticleKey::ALL.len(), value in "[a-z\"\\\\ \u{e9}]{0,8}", unset: bool) {
            survives(&front, &ArticleKey::ALL[at], (!unset).then_some(&Value::Text(value)))?;
        }

        #[test]
        fn setting_back_gives_the_same_bytes(front in front(), value in "[a-z]{1,8}") {
            let text = format!("+++\n{front}+++\n");
            let field: Field = "queue".parse().unwrap();
            let parts = split("x.md", &text).unwrap();
            prop_assume!(DeTable::parse(&text[parts.front.clone()]).is_ok());
            prop_assume!(!front.contains("queue"));
            let Ok(there) = set(&text, &parts, &field, Some(&Value::Text(value))) else { return Ok(()) };
            let parts = split("x.md", &there).unwrap();
            prop_assert_eq!(set(&there, &parts, &field, None).unwrap(), text);
        }

        #[test]
        fn lists_keep_the_comments_of_what_stays(drop in 0..3usize, add in prop::option::of("[a-z]{3}")) {
            let front = "tags = [\n  \"a\", # one\n  \"b\", # two\n  \"c\" # three\n]\n";
            let text = format!("+++\n{front}+++\n");
            let mut wanted: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
            wanted.remove(drop);
            wanted.extend(add);
            let edited = set(&text, &split("x.md", &text).unwrap(), &"tags".parse().unwrap(), Some(&Value::List(wanted))).unwrap();
            for (at, remark) in ["# one", "# two", "# three"].iter().enumerate() {
                prop_assert_eq!(edited.contains(remark), at != drop, "{}", edited);
            }
        }
    }
}
