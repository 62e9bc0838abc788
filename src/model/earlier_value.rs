//! What the fields of a ticket were before they changed, of those of which its events do not tell.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::entry::{Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::counting;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::moment::Moment;

/// A value that a field had until an entry changed it. Facts of the file only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierValue {
    /// The field.
    pub field: Field,
    /// What it was: a text as the log writes it, or a list; `None` where it had none.
    pub value: Option<Value>,
    /// When it changed, to the second.
    pub until: Moment,
    /// Whether the intake changed it: the answer to one of its questions came after the record.
    pub intake: bool,
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

/// The earlier values of a ticket's fields, in the order in which they went.
pub fn all(log: &[Entry]) -> Vec<EarlierValue> {
    let mut known: BTreeMap<Field, Option<Value>> = BTreeMap::new();
    let mut out = Vec::new();
    // `created` says what the ticket was at first, wherever it stands.
    let (first, rest): (Vec<_>, Vec<_>) = counting(log)
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
            let before = known.get(&field).cloned();
            let (before, after) = match &change.how {
                How::Set { old, new } => {
                    let text = |text: &Option<String>| text.clone().map(Value::Text);
                    (before.unwrap_or_else(|| text(old)), text(new))
                }
                How::Elements { added, removed } => {
                    let before = before.flatten();
                    let after = elements(before.as_ref(), added, removed);
                    (before, after)
                }
            };
            known.insert(field.clone(), after.clone());
            if !begins && before != after {
                out.push(EarlierValue {
                    field,
                    value: before,
                    until: at.whole_second(),
                    intake: entry.kind == EntryKind::Intake,
                });
            }
        }
    }
    out
}

/// The fields that have earlier values.
pub fn fields(earlier: &[EarlierValue]) -> BTreeSet<Field> {
    earlier.iter().map(|one| one.field.clone()).collect()
}

/// The values that a `created` entry tells in attributes.
fn first_values(entry: &Entry) -> impl Iterator<Item = (Field, Option<Value>)> {
    entry.attributes.iter().filter_map(|(name, text)| {
        let key = Key::find(name)?;
        let field = Field::Known(key);
        let tells = (key.is_tracked() || key == Key::Channel) && !key.kind().is_list();
        (tells && !is_told(&field)).then(|| (field, Some(Value::Text(text.clone()))))
    })
}

/// A list after elements came and went.
fn elements(before: Option<&Value>, added: &[String], removed: &[String]) -> Option<Value> {
    let mut all = before.map(Value::elements).unwrap_or_default();
    all.retain(|one| !removed.contains(one));
    for one in added {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    (!all.is_empty()).then_some(Value::List(all))
}

/// The value of a field, of which `now` is the last. What nobody knew yet was so all the time: where a
/// field had no value so far, it is the one that the ticket came in with. That is not so of agents, who
/// come and go: of what happened to a ticket that nobody had, nobody had it.
pub fn value<'v>(
    earlier: &'v [EarlierValue],
    field: &Field,
    now: Option<&'v Value>,
    of: ValueOf,
) -> Option<&'v Value> {
    let own: Vec<&EarlierValue> = earlier.iter().filter(|one| one.field == *field).collect();
    let value = |one: &&'v EarlierValue| one.value.as_ref();
    let went = match of {
        ValueOf::Intake => own.iter().take_while(|one| one.intake).count(),
        ValueOf::Then(at) | ValueOf::At(at) => own.partition_point(|one| one.until <= at),
    };
    let (before, left) = own.split_at(went);
    let first = left.first().map_or(now, value);
    let unknown = first.is_none() && before.iter().all(|one| one.value.is_none());
    match of {
        ValueOf::Intake => first.or_else(|| left.iter().find_map(value)).or(now),
        ValueOf::Then(_) if unknown && field.kind() != FieldKind::Agent => {
            self::value(earlier, field, now, ValueOf::Intake)
        }
        ValueOf::Then(_) | ValueOf::At(_) => first,
    }
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
        let found = value(&earlier, &path.parse().unwrap(), now.as_ref(), of);
        found.map_or("(none)".to_owned(), ToString::to_string)
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
        let list = all(&log);
        let vpn = Some(Value::List(vec!["vpn".to_owned()]));
        let now = Value::List(vec!["slow".to_owned()]);
        let field = "tags".parse().unwrap();
        assert_eq!(
            value(&list, &field, Some(&now), ValueOf::Intake),
            vpn.as_ref()
        );
        assert_eq!(value(&list, &field, Some(&now), then(4)), Some(&now));
        let keeper = |of| told(&log, "contact_agent", Some("anna"), of);
        assert_eq!(
            [ValueOf::Intake, then(1), then(5)].map(keeper),
            ["anna", "(none)", "anna"]
        );
    }
}
