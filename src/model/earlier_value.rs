//! What the fields of a ticket were before they changed, of those of which its events do not tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::corrections::ReadLog;
use crate::model::entry::{Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::counting;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::moment::Moment;

/// The changes of each field that ever changed, oldest first. Facts of the file only.
pub type EarlierValues = BTreeMap<Field, Vec<EarlierValue>>;

/// One change of a field, as far as it tells what the field was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierValue {
    /// What it was.
    pub was: Was,
    /// When it changed, to the second.
    pub until: Moment,
    /// Whether the intake changed it: the answer to one of its questions came after the record.
    pub intake: bool,
}

/// What a field was before a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Was {
    /// This text, as the log writes it; `None` where it had no value.
    Text(Option<String>),
    /// A list that lacked the first and had the second.
    List {
        /// The elements that came.
        added: Vec<String>,
        /// Those that went.
        removed: Vec<String>,
    },
}

/// Of which value of a field one asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueOf {
    /// That with which the ticket came in: what the intake said until it ended.
    Intake,
    /// That which it had after what happened at a moment; what nobody knew yet is its first one.
    Then(Moment),
    /// That which it had at a moment, for whoever looks back to it and knows of nothing later.
    At(Moment),
}

/// Whether the events of a ticket tell of a field, so that its earlier values are not kept apart.
fn is_told(field: &Field) -> bool {
    matches!(
        field,
        Field::Known(
            Key::Type
                | Key::Status
                | Key::WaitingOn
                | Key::Until
                | Key::Priority
                | Key::Queue
                | Key::Assignee
                | Key::Code
                | Key::Id
                | Key::Created
        )
    )
}

/// The earlier values of a ticket's fields.
pub fn all(log: &[Entry]) -> EarlierValues {
    let log = ReadLog::of(log);
    let mut known: BTreeMap<Field, Option<String>> = BTreeMap::new();
    let mut out = EarlierValues::new();
    // `created` says what the ticket was at first, wherever it stands.
    let (first, rest): (Vec<_>, Vec<_>) = counting(&log)
        .into_iter()
        .partition(|(entry, _)| entry.kind == EntryKind::Created);
    for (entry, at) in first.into_iter().chain(rest) {
        let begins = entry.kind == EntryKind::Created;
        if begins {
            known.extend(first_values(entry));
        }
        for change in &entry.changes {
            let field = change.field.parse().ok();
            let Some(field) = field.filter(|field| !is_told(field)) else {
                continue;
            };
            let was = match &change.how {
                How::Set { old, new } => {
                    let before = known.insert(field.clone(), new.clone());
                    let before = before.unwrap_or_else(|| old.clone());
                    (before != *new).then_some(Was::Text(before))
                }
                How::Elements { added, removed } => Some(Was::List {
                    added: added.clone(),
                    removed: removed.clone(),
                }),
            };
            if let Some(was) = was.filter(|_| !begins) {
                out.entry(field).or_default().push(EarlierValue {
                    was,
                    until: at.whole_second(),
                    intake: entry.kind == EntryKind::Intake,
                });
            }
        }
    }
    out
}

/// The values that a `created` entry tells in attributes.
fn first_values(entry: &Entry) -> impl Iterator<Item = (Field, Option<String>)> {
    entry.attributes.iter().filter_map(|(name, text)| {
        let key = Key::find(name)?;
        let field = Field::Known(key);
        let tells = (key.is_tracked() || key == Key::Channel) && !key.kind().is_list();
        (tells && !is_told(&field)).then(|| (field, Some(text.clone())))
    })
}

/// Forgets what happened after a moment.
pub fn forget_after(earlier: &mut EarlierValues, at: Moment) {
    for own in earlier.values_mut() {
        own.retain(|one| one.until <= at);
    }
    earlier.retain(|_, own| !own.is_empty());
}

/// The value of a field of this kind, of which `now` is the last and `own` are the changes. What nobody
/// knew yet was so all the time: where a field had no value so far, it is the one that the ticket came
/// in with. That is not so of agents, who come and go: of what happened to a ticket that nobody had,
/// nobody had it.
pub fn value(
    own: &[EarlierValue],
    kind: FieldKind,
    now: Option<&Value>,
    of: ValueOf,
) -> Option<Value> {
    let went = match of {
        ValueOf::Intake => own.iter().take_while(|one| one.intake).count(),
        ValueOf::Then(at) | ValueOf::At(at) => own.partition_point(|one| one.until <= at),
    };
    let value = value_before(own, went, now);
    if value.is_some() {
        return value;
    }
    match of {
        ValueOf::Intake => {
            let mut later = went..own.len();
            let gives = |one: &EarlierValue| match &one.was {
                Was::Text(text) => text.is_some(),
                Was::List { added, .. } => !added.is_empty(),
            };
            let known = later.find(|at| gives(&own[*at]));
            match known {
                Some(at) if matches!(own[at].was, Was::List { .. }) => {
                    value_before(own, at + 1, now)
                }
                Some(at) => value_before(own, at, now),
                None => now.cloned(),
            }
        }
        ValueOf::Then(_) if !matches!(kind, FieldKind::Agent | FieldKind::Agents) => {
            let unknown = (0..went).all(|at| match &own[at].was {
                Was::Text(text) => text.is_none(),
                Was::List { added, removed } => added.is_empty() && removed.is_empty(),
            });
            unknown
                .then(|| self::value(own, kind, now, ValueOf::Intake))
                .flatten()
        }
        ValueOf::Then(_) | ValueOf::At(_) => None,
    }
}

/// The value before the change at a place, or the last behind all of them.
fn value_before(own: &[EarlierValue], at: usize, now: Option<&Value>) -> Option<Value> {
    match own.get(at).map(|one| &one.was) {
        None => now.cloned(),
        Some(Was::Text(text)) => text.clone().map(Value::Text),
        Some(Was::List { .. }) => list_before(own, at, now),
    }
}

/// A list before the change at a place: each element is what the last change before it says, else the
/// contrary of what the first one after it says, else what is so now.
fn list_before(own: &[EarlierValue], at: usize, now: Option<&Value>) -> Option<Value> {
    let mut there: BTreeMap<&str, bool> = BTreeMap::new();
    let (before, after) = own.split_at(at);
    for one in before {
        if let Was::List { added, removed } = &one.was {
            there.extend(removed.iter().map(|word| (word.as_str(), false)));
            there.extend(added.iter().map(|word| (word.as_str(), true)));
        }
    }
    for one in after {
        if let Was::List { added, removed } = &one.was {
            for (words, was) in [(removed, true), (added, false)] {
                for word in words {
                    there.entry(word).or_insert(was);
                }
            }
        }
    }
    let now = now.map(Value::elements).unwrap_or_default();
    for word in &now {
        there.entry(word).or_insert(true);
    }
    let all = there.into_iter().filter(|(_, there)| *there);
    let all: Vec<String> = all.map(|(word, _)| word.to_owned()).collect();
    (!all.is_empty()).then_some(Value::List(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entry::Change;

    fn entry(minute: u32, kind: &str, attributes: &[(&str, &str)], changes: Vec<Change>) -> Entry {
        let owned = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
        Entry {
            at: format!("2026-11-21T09:{minute:02}:00Z").parse().unwrap(),
            by: "anna".parse().unwrap(),
            kind: kind.into(),
            tag: format!("aa{minute:02}"),
            attributes: attributes.iter().map(owned).collect(),
            changes,
            text: String::new(),
        }
    }

    fn tags(added: &[&str], removed: &[&str]) -> Change {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        Change {
            field: "tags".to_owned(),
            how: How::Elements {
                added: owned(added),
                removed: owned(removed),
            },
        }
    }

    fn told(log: &[Entry], path: &str, now: Option<&str>, of: ValueOf) -> String {
        let now = now.map(|text| Value::Text(text.to_owned()));
        let earlier = all(log);
        let field: Field = path.parse().unwrap();
        let own = earlier.get(&field).map(Vec::as_slice).unwrap_or_default();
        let found = value(own, field.kind(), now.as_ref(), of);
        found.map_or("(none)".to_owned(), |value| value.to_string())
    }

    fn then(minute: u32) -> ValueOf {
        ValueOf::Then(format!("2026-11-21T09:{minute:02}:30Z").parse().unwrap())
    }

    #[test]
    fn what_the_intake_adds_belongs_to_the_beginning_and_a_correction_does_not() {
        let log = [
            entry(
                0,
                "created",
                &[("channel", "phone"), ("impact", "person")],
                vec![],
            ),
            entry(
                2,
                "intake",
                &[],
                vec![Change::set("impact", Some("person"), Some("team"))],
            ),
            entry(
                4,
                "set",
                &[],
                vec![Change::set("impact", Some("team"), Some("site"))],
            ),
            entry(
                6,
                "intake",
                &[],
                vec![Change::set("impact", Some("site"), Some("company"))],
            ),
        ];
        let impact = |of| told(&log, "impact", Some("company"), of);
        assert_eq!(impact(ValueOf::Intake), "team");
        assert_eq!(
            [then(1), then(3), then(5), then(9)].map(impact),
            ["person", "team", "site", "company"]
        );
        assert_eq!(
            told(&log, "channel", Some("phone"), ValueOf::Intake),
            "phone"
        );
    }

    #[test]
    fn what_the_beginning_lacks_counts_from_its_first_value() {
        let log = [
            entry(0, "created", &[], vec![tags(&["vpn"], &[])]),
            entry(
                2,
                "set",
                &[],
                vec![Change::set("fields.site", None, Some("GD"))],
            ),
            entry(
                4,
                "set",
                &[],
                vec![
                    Change::set("fields.site", Some("GD"), None),
                    tags(&["slow"], &["vpn"]),
                ],
            ),
            entry(
                5,
                "take",
                &[],
                vec![Change::set("contact_agent", None, Some("anna"))],
            ),
            entry(
                6,
                "set",
                &[],
                vec![Change::set("fields.site", None, Some("KR"))],
            ),
        ];
        let site = |of| told(&log, "fields.site", Some("KR"), of);
        assert_eq!(site(ValueOf::Intake), "GD");
        // What was taken away is gone until there is another.
        assert_eq!(
            [then(1), then(3), then(5), then(9)].map(site),
            ["GD", "GD", "(none)", "KR"]
        );
        let list = &all(&log)[&"tags".parse().unwrap()];
        let now = Value::List(vec!["slow".to_owned()]);
        let tags = |of| value(list, FieldKind::Words, Some(&now), of);
        let vpn = Some(Value::List(vec!["vpn".to_owned()]));
        assert_eq!(tags(ValueOf::Intake), vpn);
        assert_eq!([then(1), then(3)].map(tags), [vpn.clone(), vpn]);
        assert_eq!(tags(then(4)), Some(now.clone()));
        let keeper = |of| told(&log, "contact_agent", Some("anna"), of);
        assert_eq!(
            [ValueOf::Intake, then(1), then(5)].map(keeper),
            ["anna", "(none)", "anna"]
        );
    }

    #[test]
    fn a_list_that_was_empty_at_first_counts_by_its_first_elements() {
        let log = [
            entry(0, "created", &[], vec![]),
            entry(2, "set", &[], vec![tags(&["vpn", "slow"], &[])]),
            entry(4, "set", &[], vec![tags(&[], &["vpn", "slow"])]),
            entry(6, "set", &[], vec![tags(&["new"], &[])]),
        ];
        let list = &all(&log)[&"tags".parse().unwrap()];
        let now = Value::List(vec!["new".to_owned()]);
        let tags = |of| {
            let value = value(list, FieldKind::Words, Some(&now), of);
            value.map(|value| value.elements()).unwrap_or_default()
        };
        assert_eq!(tags(ValueOf::Intake), ["slow", "vpn"]);
        assert_eq!(tags(then(1)), ["slow", "vpn"]);
        assert_eq!(tags(then(4)), Vec::<String>::new());
        assert_eq!(tags(then(6)), ["new"]);
    }
}
