//! The format of ticket files, one case per file in `tests/pages`.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use plaindesk::model::entry::Entry;
use plaindesk::model::field::{Field, FieldKind, Key, Value};
use plaindesk::model::id::TicketId;
use plaindesk::page::edit::EditError;
use plaindesk::page::front_matter;
use plaindesk::page::ticket::{self, TicketPage};
use plaindesk::page::{edit, log};
use plaindesk::view::diagnostic;
use plaindesk::view::paint::Paint;

const ID: &str = "2611-7K3MQ";

fn id() -> TicketId {
    ID.parse().unwrap()
}

/// The cases of a folder: name and text.
fn cases(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pages")
        .join(folder);
    let mut all: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .flatten()
        .filter_map(|entry| {
            let name = entry
                .file_name()
                .into_string()
                .ok()?
                .strip_suffix(".md")?
                .to_owned();
            Some((name, fs::read_to_string(entry.path()).unwrap()))
        })
        .collect();
    all.sort();
    assert!(all.len() >= 12);
    all
}

fn read(name: &str, text: &str) -> TicketPage {
    ticket::read(id(), text.to_owned()).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
}

/// What a page says, for looking at.
fn said(page: &TicketPage) -> String {
    let mut out = String::new();
    for (field, value) in &page.ticket.values {
        out.push_str(&format!("{field} = {value:?}\n"));
    }
    out.push_str(&format!("description {:?}\n", page.ticket.description));
    for entry in &page.ticket.log {
        let Entry {
            at,
            by,
            kind,
            attributes,
            changes,
            text,
            ..
        } = entry;
        out.push_str(&format!(
            "entry {at} {by} {kind} {attributes:?} {} changes {text:?}\n",
            changes.len()
        ));
    }
    out
}

fn snapshots(folder: &str, each: impl Fn(&str, &str) -> String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../pages/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, text) in cases(folder) {
            insta::assert_snapshot!(name.as_str(), each(&name, &text));
        }
    });
}

#[test]
fn good_pages_read_without_problems() {
    snapshots("good", |name, text| {
        let page = read(name, text);
        assert_eq!(page.problems, [], "{name}");
        said(&page)
    });
}

#[test]
fn bad_pages_are_told_with_line_and_column() {
    let paint = Paint {
        color: false,
        width: None,
        zone: chrono_tz::UTC,
        now: "2026-11-23T09:00:00Z".parse().unwrap(),
    };
    snapshots("bad", |name, text| {
        let problems = match ticket::read(id(), text.to_owned()) {
            Err(problem) => vec![*problem],
            Ok(page) => page.problems,
        };
        assert!(!problems.is_empty(), "{name} is good");
        for problem in &problems {
            assert!(problem.place.is_some(), "{name}: {problem:?}");
        }
        problems
            .iter()
            .map(|problem| diagnostic::problem(problem, &paint))
            .collect::<Vec<_>>()
            .join("\n")
    });
}

#[test]
fn split_and_join_are_one() {
    for (name, text) in cases("good") {
        let parts = front_matter::split("x.md", &text).unwrap();
        let joined = [
            &text[..parts.front.start],
            &text[parts.front.clone()],
            &text[parts.front.end..parts.body.start],
            &text[parts.body],
        ]
        .concat();
        assert_eq!(joined, text, "{name}");
    }
}

/// A value of the kind that no case has.
fn example(kind: FieldKind) -> Value {
    match kind {
        FieldKind::Moment => Value::Moment("2027-01-02T03:04:05Z".parse().unwrap()),
        FieldKind::Date => Value::Date("2027-01-02".parse().unwrap()),
        FieldKind::Bool => Value::Bool(false),
        FieldKind::Number => Value::Number(4),
        kind if kind.is_list() => Value::List(vec!["one".to_owned(), "tw\"o".to_owned()]),
        _ => Value::Text("new \"value\" \\ # ż\n+++".to_owned()),
    }
}

fn fields() -> Vec<Field> {
    let known = Key::ALL.iter().map(|key| Field::Known(*key));
    known
        .chain([Field::Company("cost-centre".to_owned())])
        .collect()
}

fn set(name: &str, text: &str, field: &Field, value: Option<&Value>) -> Option<String> {
    let parts = front_matter::split("x.md", text).unwrap();
    match edit::set(text, &parts, field, value) {
        Ok(text) => Some(text),
        // The one way out: said, and nothing done.
        Err(EditError::Form(_)) => None,
        Err(error) => panic!("{name}: {field}: {error}"),
    }
}

/// The bytes that two texts have in common at their beginning and, behind that, at their end.
fn common(a: &str, b: &str) -> (usize, usize) {
    let head = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let most = a.len().min(b.len()) - head;
    let tail = a
        .bytes()
        .rev()
        .zip(b.bytes().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (head, tail.min(most))
}

/// The values of a page but one field's.
fn others(page: &TicketPage, field: &Field) -> Vec<(Field, Value)> {
    let all = page.ticket.values.iter().filter(|(one, _)| *one != field);
    all.map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

#[test]
fn setting_a_field_changes_no_other_byte() {
    let mut refused = BTreeSet::new();
    for (name, text) in cases("good") {
        let page = read(&name, &text);
        for field in fields() {
            let value = example(field.kind());
            let Some(edited) = set(&name, &text, &field, Some(&value)) else {
                refused.insert(format!("{name}: set {field}"));
                continue;
            };
            let after = read(&name, &edited);
            assert_eq!(
                after.ticket.values.get(&field),
                Some(&value),
                "{name}: {field}\n{edited}"
            );
            assert_eq!(
                others(&page, &field),
                others(&after, &field),
                "{name}: {field}"
            );
            let (head, tail) = common(&text, &edited);
            match page.spans.get(&field) {
                // Only the value's own bytes.
                Some(span) => assert!(
                    head >= span.start && text.len() - tail <= span.end,
                    "{name}: {field}\n{edited}"
                ),
                // Only new ones.
                None => assert_eq!(head + tail, text.len(), "{name}: {field}\n{edited}"),
            }
        }
    }
    insta::assert_debug_snapshot!(refused, @r#"
    {
        "quoted-keys: set requester.account",
        "quoted-keys: set requester.email",
        "quoted-keys: set requester.language",
        "quoted-keys: set requester.location",
        "quoted-keys: set requester.organisation",
    }
    "#);
}

#[test]
fn unsetting_what_was_set_restores_every_byte() {
    for (name, text) in cases("good") {
        let page = read(&name, &text);
        for field in fields()
            .iter()
            .filter(|field| !page.spans.contains_key(field))
        {
            let Some(edited) = set(&name, &text, field, Some(&example(field.kind()))) else {
                continue;
            };
            let back = set(&name, &edited, field, None)
                .unwrap_or_else(|| panic!("{name}: {field}\n{edited}"));
            if back != text {
                // A section made on the way may stay, empty; nothing else.
                let (head, tail) = common(&text, &back);
                let left = &back[head..back.len() - tail];
                let header = format!("[{}]", field.section().unwrap_or("none"));
                assert_eq!(head + tail, text.len(), "{name}: {field}\n{back}");
                assert_eq!(
                    left.replace(['\r', '\n', ' '], "")
                        .replace(&header[1..], "")
                        .replace('[', ""),
                    "",
                    "{name}: {field}: {left:?}"
                );
            }
        }
    }
}

#[test]
fn unsetting_a_field_takes_only_its_own_bytes() {
    let mut refused = BTreeSet::new();
    for (name, text) in cases("good") {
        let page = read(&name, &text);
        for field in page.spans.keys() {
            let Some(edited) = set(&name, &text, field, None) else {
                refused.insert(format!("{name}: unset {field}"));
                continue;
            };
            let after = read(&name, &edited);
            assert_eq!(after.ticket.values.get(field), None, "{name}: {field}");
            assert_eq!(
                others(&page, field),
                others(&after, field),
                "{name}: {field}"
            );
            let (head, tail) = common(&text, &edited);
            assert_eq!(head + tail, edited.len(), "{name}: {field}\n{edited}");
            // No comment of another line goes with it.
            let gone = &text[head..text.len() - tail];
            let own = page.spans[field].len() + field.name().len();
            assert!(gone.len() <= own + 80, "{name}: {field}: {gone:?}");
        }
    }
    insta::assert_debug_snapshot!(refused, @"{}");
}

#[test]
fn setting_a_field_to_what_it_is_changes_nothing_that_is_read() {
    for (name, text) in cases("good") {
        let page = read(&name, &text);
        for (field, value) in &page.ticket.values {
            let Some(edited) = set(&name, &text, field, Some(value)) else {
                continue;
            };
            let after = read(&name, &edited);
            assert_eq!(page.ticket.values, after.ticket.values, "{name}: {field}");
            assert_eq!(page.ticket.log, after.ticket.log, "{name}: {field}");
            if matches!(value, Value::List(_)) {
                assert_eq!(
                    text, edited,
                    "{name}: {field}: a list is changed by element"
                );
            }
        }
    }
}

#[test]
fn a_note_at_the_end_leaves_the_old_bytes() {
    for (name, text) in cases("good") {
        let page = read(&name, &text);
        let entry = Entry {
            at: "2027-01-02T03:04:05Z".parse().unwrap(),
            by: "anna".parse().unwrap(),
            kind: "note".into(),
            tag: "abcd".to_owned(),
            attributes: vec![("minutes".to_owned(), "4".to_owned())],
            changes: Vec::new(),
            text: "- a: b\n## anna note\n+++\nż".to_owned(),
        };
        let edited = edit::append(&text, &log::write(&entry));
        assert!(edited.starts_with(&text), "{name}");
        let lines: Vec<&str> = edited.lines().collect();
        let at = lines
            .iter()
            .rposition(|line| line.starts_with("## 2027-01-02T03"))
            .unwrap();
        assert_eq!(
            lines[at - 1],
            "",
            "{name}: a blank line stands before a heading"
        );
        assert_eq!(
            text.contains("\r\n"),
            edited[text.len()..].contains("\r\n"),
            "{name}: line ends"
        );
        let after = read(&name, &edited);
        let last = after.ticket.log.last().unwrap();
        assert_eq!(
            (&last.attributes, &last.text),
            (&entry.attributes, &entry.text),
            "{name}"
        );
        assert_eq!(after.ticket.log.len(), page.ticket.log.len() + 1, "{name}");
        assert_eq!(
            after.ticket.log[..page.ticket.log.len()],
            page.ticket.log[..],
            "{name}"
        );
        assert_eq!(after.ticket.description, page.ticket.description, "{name}");
    }
}

#[test]
fn reading_never_panics_on_a_piece_of_a_page() {
    for (_, text) in cases("good").into_iter().chain(cases("bad")) {
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let _ = ticket::read(id(), text[..at].to_owned());
            let _ = ticket::read(id(), text[at..].to_owned());
        }
    }
}
