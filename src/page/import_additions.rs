//! What an import adds to settings and catalogue: one line for each name that it met, and a
//! table for each field. All other bytes stay.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::page::edit::EditError;
use crate::page::entry_value::quoted;
use crate::page::front_matter::{lines_from, newline};

/// A key and the words on the screen.
pub type Named = (String, String);

/// The names under `[imported.<source>.<list>]`, `list` being `agents`, `queues` or `codes`.
pub fn names(text: &str, source: &str, list: &str) -> Vec<Named> {
    let Ok(top) = DeTable::parse(text) else {
        return Vec::new();
    };
    let Some(table) = table(top.get_ref(), &["imported", source, list]) else {
        return Vec::new();
    };
    let named = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        Some((key.to_string(), value.get_ref().as_str()?.to_owned()))
    };
    table.iter().filter_map(named).collect()
}

/// The text with more names under `[imported.<source>.<list>]`.
pub fn add_names(text: &str, source: &str, list: &str, new: &[Named]) -> Result<String, EditError> {
    if new.is_empty() {
        return Ok(text.to_owned());
    }
    let path = ["imported", source, list];
    let nl = newline(text);
    let lines: Vec<String> = new
        .iter()
        .map(|(key, title)| format!("{} = {}{nl}", bare(key), quoted(title)))
        .collect();
    let block = lines.concat();
    let top = DeTable::parse(text).map_err(|_| EditError::Unreadable)?;
    let out = match table(top.get_ref(), &path) {
        Some(table) => {
            let ends = table.iter().map(|(_, value)| value.span().end);
            let after = ends
                .max()
                .or_else(|| header(text, &path).map(|line| line.start));
            let after = after.ok_or_else(|| EditError::Form(path.join(".")))?;
            let at = text[after..]
                .find('\n')
                .map_or(text.len(), |end| after + end + 1);
            let gap = if text[..at].ends_with('\n') { "" } else { nl };
            format!("{}{gap}{block}{}", &text[..at], &text[at..])
        }
        None => at_end(text, &format!("[{}]{nl}{block}", path.map(bare).join("."))),
    };
    let mut expected = whole(text)?;
    let mut inner = &mut expected;
    for step in path {
        let entry = inner
            .entry(step)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        inner = entry
            .as_table_mut()
            .ok_or_else(|| EditError::Form(path.join(".")))?;
    }
    for (key, title) in new {
        inner.insert(key.clone(), toml::Value::String(title.clone()));
    }
    if whole(&out)? == expected {
        Ok(out)
    } else {
        Err(EditError::Form(path.join(".")))
    }
}

/// The text with a table `[fields.<name>]` for each of these that it does not declare yet.
pub fn declare_fields(text: &str, fields: &[Named]) -> Result<String, EditError> {
    let top = DeTable::parse(text).map_err(|_| EditError::Unreadable)?;
    let known = table(top.get_ref(), &["fields"]);
    let mut out = text.to_owned();
    let nl = newline(text);
    let mut expected = whole(text)?;
    for (name, title) in fields {
        if known.is_some_and(|known| known.contains_key(name.as_str())) {
            continue;
        }
        out = at_end(
            &out,
            &format!("[fields.{}]{nl}title = {}{nl}", bare(name), quoted(title)),
        );
        let declared =
            toml::Table::from_iter([("title".to_owned(), toml::Value::String(title.clone()))]);
        let entry = expected
            .entry("fields")
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        let fields = entry
            .as_table_mut()
            .ok_or_else(|| EditError::Form("fields".to_owned()))?;
        fields.insert(name.clone(), toml::Value::Table(declared));
    }
    if whole(&out)? == expected {
        Ok(out)
    } else {
        Err(EditError::Form("fields".to_owned()))
    }
}

fn whole(text: &str) -> Result<toml::Table, EditError> {
    text.parse().map_err(|_| EditError::Unreadable)
}

fn table<'t, 'd>(top: &'t DeTable<'d>, path: &[&str]) -> Option<&'t DeTable<'d>> {
    path.iter()
        .try_fold(top, |table, step| match table.get(*step)?.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        })
}

/// The line of a table's header.
fn header(text: &str, path: &[&str]) -> Option<Range<usize>> {
    lines_from(text, 0).find_map(|(at, line)| {
        let is_header = line.trim_start().starts_with('[');
        let top = is_header.then(|| DeTable::parse(line).ok())??;
        let inner = table(top.get_ref(), path)?;
        inner.is_empty().then_some(at..at + line.len())
    })
}

fn bare(key: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !key.is_empty() && key.bytes().all(plain) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

fn at_end(text: &str, block: &str) -> String {
    let nl = newline(text);
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str(nl);
    }
    if !out.is_empty() && !out.ends_with("\n\n") && !out.ends_with("\n\r\n") {
        out.push_str(nl);
    }
    out.push_str(block);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(key: &str, title: &str) -> Named {
        (key.to_owned(), title.to_owned())
    }

    #[test]
    fn names_come_at_the_end_of_their_list() {
        let first = add_names(
            "name = \"x\" # mine\n",
            "uci",
            "agents",
            &[named("a.b", "A \"B\"")],
        )
        .unwrap();
        assert_eq!(
            first,
            "name = \"x\" # mine\n\n[imported.uci.agents]\n\"a.b\" = \"A \\\"B\\\"\"\n"
        );
        let between = format!("{first}# who knows\n\n[other]\nx = 1\n");
        let second = add_names(&between, "uci", "agents", &[named("c", "C")]).unwrap();
        assert_eq!(
            second,
            "name = \"x\" # mine\n\n[imported.uci.agents]\n\"a.b\" = \"A \\\"B\\\"\"\nc = \"C\"\n# who knows\n\n[other]\nx = 1\n"
        );
        assert_eq!(
            names(&second, "uci", "agents"),
            [named("a.b", "A \"B\""), named("c", "C")]
        );
        assert_eq!(names(&second, "volvo", "agents"), []);
    }

    #[test]
    fn an_empty_list_and_a_last_line_without_its_end_are_served() {
        let one = [named("c", "C")];
        assert_eq!(
            add_names(
                "[ imported . uci . codes ] # none\n[z]\n",
                "uci",
                "codes",
                &one
            )
            .unwrap(),
            "[ imported . uci . codes ] # none\nc = \"C\"\n[z]\n"
        );
        assert_eq!(
            add_names("[imported.uci.codes]\r\na = \"A\"", "uci", "codes", &one).unwrap(),
            "[imported.uci.codes]\r\na = \"A\"\nc = \"C\"\n"
                .replace("\nc", "\r\nc")
                .replace("\"C\"\n", "\"C\"\r\n")
        );
    }

    #[test]
    fn a_form_that_cannot_be_added_to_is_refused() {
        for text in [
            "imported = { uci = { codes = { a = \"A\" } } }\n",
            "[imported.uci]\ncodes.a = \"A\"\n",
            "imported = 1\n",
        ] {
            assert!(
                matches!(
                    add_names(text, "uci", "codes", &[named("c", "C")]),
                    Err(EditError::Form(_))
                ),
                "{text}"
            );
        }
        assert_eq!(
            add_names("x =", "uci", "codes", &[named("c", "C")]),
            Err(EditError::Unreadable)
        );
    }

    #[test]
    fn fields_are_declared_once() {
        let text = declare_fields(
            "[fields.a]\ntitle = \"A\"\n",
            &[named("a", "other"), named("b", "B")],
        )
        .unwrap();
        assert_eq!(
            text,
            "[fields.a]\ntitle = \"A\"\n\n[fields.b]\ntitle = \"B\"\n"
        );
        assert_eq!(declare_fields(&text, &[named("b", "B")]).unwrap(), text);
    }

    proptest! {
        #[test]
        fn any_name_is_added_and_read(title in "(?s).{0,30}", key in "[a-z0-9._-]{1,8}") {
            let text = add_names("# the desk\n", "x", "agents", &[named(&key, &title)]).unwrap();
            prop_assert_eq!(names(&text, "x", "agents"), vec![(key, title)]);
        }
    }
}
