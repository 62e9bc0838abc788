//! The log folded into the state that the front matter states.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::corrections::{self, Corrections};
use crate::model::entry::{Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::event::is_automatic;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::rules::lifecycle::tick_marks;

/// What the fields of which the log speaks are after the whole of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Values, as written in the log; elements for lists.
    pub values: BTreeMap<Field, Value>,
    /// The fields whose value is the log's, beside the tracked ones: those that it ever changed.
    pub spoken: BTreeSet<Field>,
    /// The place in the log of the last entry that changed each field; of a corrected entry that of
    /// the correction.
    pub last: BTreeMap<Field, usize>,
    /// Oddities on the way.
    pub oddities: Vec<Oddity>,
}

/// Something in a log that two people at once, or a hand, left there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Two changes from one value to different ones: two people at once. Not an error.
    Fork {
        /// The field.
        field: Field,
        /// The later change's place in the log.
        at: usize,
        /// Whether nobody changed the field since.
        open: bool,
    },
    /// A change from a value that the field never held.
    NeverHeld {
        /// The field.
        field: Field,
        /// The change's place in the log.
        at: usize,
        /// The value that it claims.
        claimed: String,
    },
}

/// The value that a text in the log stands for.
pub fn read_value(kind: FieldKind, text: &str) -> Value {
    let moment = || text.parse().ok().map(Value::Moment);
    let read = match kind {
        FieldKind::Moment => moment(),
        FieldKind::Date => moment().or_else(|| text.parse().ok().map(Value::Date)),
        FieldKind::Bool => text.parse().ok().map(Value::Bool),
        FieldKind::Number => text.parse().ok().map(Value::Number),
        _ => None,
    };
    read.unwrap_or_else(|| Value::Text(text.to_owned()))
}

/// Folds a log.
///
/// A status other than `pending` ends `waiting_on` and `until`, and a change of these two while the
/// status is another does not count: of `pend` here and `resolve` there, the later holds whole.
pub fn replay(log: &[Entry]) -> Folded {
    let mut fold = Fold::default();
    let corrections = Corrections::of(log);
    for at in corrections.order(log) {
        let entry = &log[at];
        if corrections::is_about_others(entry) {
            continue;
        }
        let by = corrections.of_place(at);
        if corrections.is_undone(at) || fold.answered && closes_for_silence(entry) {
            fold.pass_over(&log[by]);
        } else {
            fold.take(at, entry, by, &log[by]);
        }
    }
    fold.end()
}

/// Whether the sweep resolves with this entry what the requester left unanswered. Where another clone
/// heard from the requester before, it does not count.
fn closes_for_silence(entry: &Entry) -> bool {
    entry.by.is_desk() && entry.kind == EntryKind::Resolve && entry.attribute("due").is_some()
}

/// A log on the way through its entries.
#[derive(Default)]
struct Fold {
    folded: Folded,
    /// What each field ever held.
    held: BTreeMap<Field, BTreeSet<Option<String>>>,
    lists: BTreeMap<Field, Elements>,
    /// The places among the oddities of the forks that nobody has settled.
    forks: BTreeMap<Field, usize>,
    /// What each field was before the first change of it that was undone.
    before: BTreeMap<Field, Option<Value>>,
    /// The values that each field had until their change was undone or corrected: a later change
    /// from one of them is nothing odd.
    withdrawn: BTreeMap<Field, BTreeSet<Option<String>>>,
    /// Whether the requester was in contact since the ticket began to wait.
    answered: bool,
}

impl Fold {
    /// Notes what an entry that does not count would have changed.
    fn pass_over(&mut self, entry: &Entry) {
        for change in &entry.changes {
            if let Some(field) = folding(&change.field) {
                let old = change.old_value();
                let old = old.map(|text| read_value(field.kind(), text));
                self.folded.spoken.insert(field.clone());
                // It is that again.
                let again = old.as_ref().map(ToString::to_string);
                let withdrawn = self.withdrawn.entry(field.clone());
                withdrawn.or_default().insert(again);
                self.before.entry(field).or_insert(old);
            }
        }
        self.withdraw(entry);
    }

    /// Notes the values that an entry gave and that are taken back.
    fn withdraw(&mut self, entry: &Entry) {
        for change in &entry.changes {
            if let Some(field) = folding(&change.field) {
                let new = change.new_value();
                let new = new.map(|text| read_value(field.kind(), text).to_string());
                self.withdrawn.entry(field).or_default().insert(new);
            }
        }
    }

    fn end(self) -> Folded {
        let mut folded = self.folded;
        for (field, list) in self.lists {
            if let Some(list) = list.value() {
                folded.values.insert(field, list);
            }
        }
        // Where every change of a field is undone, it is what it was before.
        for (field, old) in self.before {
            let plain = !field.kind().is_list() && !OF_PENDING.contains(&field);
            if let Some(old) = old.filter(|_| plain && !folded.last.contains_key(&field)) {
                folded.values.entry(field).or_insert(old);
            }
        }
        folded
    }

    /// Takes in an entry; `by`, at the place `by_at`, says what it changed.
    fn take(&mut self, at: usize, entry: &Entry, by_at: usize, by: &Entry) {
        if by_at != at {
            self.withdraw(entry);
        }
        if entry.kind == EntryKind::Created {
            for (name, value) in &entry.attributes {
                if let Some(field) = tracked(name).filter(|field| !field.kind().is_list()) {
                    let held = self.held.entry(field.clone()).or_default();
                    held.insert(Some(value.clone()));
                    let value = read_value(field.kind(), value);
                    self.folded.last.insert(field.clone(), at);
                    self.folded.values.insert(field, value);
                }
            }
        }
        let changes = || {
            let changes = by.changes.iter();
            changes.filter_map(|one| Some((folding(&one.field)?, &one.how)))
        };
        let status = Field::Known(Key::Status);
        for (field, how) in changes().filter(|(field, _)| *field == status) {
            self.folded.last.insert(field.clone(), by_at);
            self.change(at, entry, field, how);
        }
        let pending = self.is_pending();
        for (field, how) in changes().filter(|(field, _)| *field != status) {
            if pending || !OF_PENDING.contains(&field) {
                self.folded.last.insert(field.clone(), by_at);
                self.change(at, entry, field, how);
            }
        }
        if !pending {
            for field in &OF_PENDING {
                self.folded.values.remove(field);
                self.settle(field);
            }
        }
        let waits = |how: &How| matches!(how, How::Set { new: Some(new), .. } if new == Status::Pending.as_str());
        if changes().any(|(field, how)| field == status && waits(how)) {
            self.answered = false;
        }
        let is_in = entry.attribute("direction") == Some("in");
        if entry.kind == EntryKind::Contact && is_in && !is_automatic(entry) {
            self.answered = true;
        }
    }

    fn is_pending(&self) -> bool {
        let status = self.folded.values.get(&Field::Known(Key::Status));
        status.and_then(Value::as_text) == Some(Status::Pending.as_str())
    }

    fn change(&mut self, at: usize, entry: &Entry, field: Field, how: &How) {
        let first = self.folded.spoken.insert(field.clone()) && !field.is_tracked();
        match how {
            How::Elements { added, removed } => {
                let values = &mut self.folded.values;
                let all = self
                    .lists
                    .entry(field)
                    .or_insert_with_key(|field| Elements::of(values.remove(field)));
                for one in removed {
                    all.remove(one);
                }
                for one in added {
                    all.add(one);
                }
            }
            How::Set { old, new } => {
                let kind = field.kind();
                if let Some(list) = self.lists.remove(&field).and_then(|list| list.value()) {
                    self.folded.values.insert(field.clone(), list);
                }
                let text = |text: &String| read_value(kind, text).to_string();
                let (old, wanted) = (old.as_ref().map(text), new.as_ref().map(text));
                // Where all changes before are undone, it was what it had been before them.
                let untouched = !self.held.contains_key(&field);
                let undone = self.before.get(&field).filter(|_| untouched);
                let current = self.folded.values.get(&field);
                let current = current.or(undone.and_then(Option::as_ref));
                let current = current.map(ToString::to_string);
                let held = self.held.entry(field.clone()).or_default();
                // What an untracked field was before its first change, the log does not know.
                held.insert(if first { old.clone() } else { current.clone() });
                let known = held.contains(&old) || old.is_none();
                held.insert(new.clone());
                held.insert(wanted.clone());
                self.settle(&field);
                let withdrawn = self
                    .withdrawn
                    .get(&field)
                    .is_some_and(|all| all.contains(&old));
                let moved = !first && old != current && !withdrawn;
                if moved && !known {
                    self.folded.oddities.push(Oddity::NeverHeld {
                        field: field.clone(),
                        at,
                        claimed: old.unwrap_or_default(),
                    });
                } else if moved && wanted != current && !entry.is_imported() {
                    let place = self.folded.oddities.len();
                    self.forks.insert(field.clone(), place);
                    let (field, open) = (field.clone(), true);
                    self.folded.oddities.push(Oddity::Fork { field, at, open });
                }
                match new {
                    Some(new) => self.folded.values.insert(field, read_value(kind, new)),
                    None => self.folded.values.remove(&field),
                };
            }
        }
    }

    /// A later change settles the fork of a field.
    fn settle(&mut self, field: &Field) {
        if let Some(place) = self.forks.remove(field)
            && let Oddity::Fork { open, .. } = &mut self.folded.oddities[place]
        {
            *open = false;
        }
    }
}

/// What only a pending ticket has.
const OF_PENDING: [Field; 2] = [Field::Known(Key::WaitingOn), Field::Known(Key::Until)];

/// The elements of a list while a log is folded: in the order in which they came, and found by
/// what they are, for a log may add thousands one by one.
#[derive(Debug, Default)]
pub(in crate::rules) struct Elements {
    in_order: BTreeMap<usize, String>,
    places: HashMap<String, usize>,
    /// The place of the next.
    next: usize,
}

impl Elements {
    pub(in crate::rules) fn of(value: Option<Value>) -> Self {
        let mut all = Self::default();
        for one in value.map(|value| value.elements()).unwrap_or_default() {
            all.add(&one);
        }
        all
    }

    pub(in crate::rules) fn add(&mut self, one: &str) {
        if !self.places.contains_key(one) {
            self.places.insert(one.to_owned(), self.next);
            self.in_order.insert(self.next, one.to_owned());
            self.next += 1;
        }
    }

    pub(in crate::rules) fn remove(&mut self, one: &str) {
        if let Some(place) = self.places.remove(one) {
            self.in_order.remove(&place);
        }
    }

    pub(in crate::rules) fn has(&self, one: &str) -> bool {
        self.places.contains_key(one)
    }

    /// The list, if there is anything in it.
    pub(in crate::rules) fn value(&self) -> Option<Value> {
        let all: Vec<String> = self.in_order.values().cloned().collect();
        (!all.is_empty()).then_some(Value::List(all))
    }
}

fn tracked(path: &str) -> Option<Field> {
    let key = Key::find(path).filter(|key| key.is_tracked());
    key.map(Field::Known)
}

/// The field of a change, where changes of it fold: what a ticket is, no change can say.
fn folding(path: &str) -> Option<Field> {
    let field: Field = path.parse().ok()?;
    let fixed = [Key::Id, Key::Created].map(Field::Known);
    (!fixed.contains(&field)).then_some(field)
}

/// A field of which the log speaks and whose front matter is not what the log folds to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub field: Field,
    /// What the log folds to.
    pub folded: Option<Value>,
    /// What the front matter says.
    pub stated: Option<Value>,
}

/// What an entry can explain of the differences: what only a pending ticket has, and another
/// states, no log can.
pub fn unlogged(ticket: &Ticket) -> Vec<Difference> {
    unlogged_in(ticket, &replay(&ticket.log))
}

/// As [`unlogged`], of a log that was folded already.
pub fn unlogged_in(ticket: &Ticket, folded: &Folded) -> Vec<Difference> {
    let mut all = differences_in(ticket, folded);
    if ticket.status() != Status::Pending {
        all.retain(|one| one.stated.is_none() || !OF_PENDING.contains(&one.field));
    }
    all
}

/// Where front matter and log differ, in the order of the fields.
pub fn differences(ticket: &Ticket) -> Vec<Difference> {
    differences_in(ticket, &replay(&ticket.log))
}

fn differences_in(ticket: &Ticket, folded: &Folded) -> Vec<Difference> {
    let spoken = folded.spoken.iter().filter(|field| !field.is_tracked());
    let tracked = Key::tracked().map(Field::Known);
    let mut all: Vec<Difference> = tracked
        .chain(spoken.cloned())
        .filter_map(|field| {
            let stated = ticket.values.get(&field);
            let stated = stated.filter(|value| **value != Value::List(Vec::new()));
            let replayed = folded.values.get(&field);
            let same = match (stated, replayed) {
                (Some(a), Some(b)) if a == b => true,
                (Some(Value::List(a)), Some(Value::List(b))) => {
                    a.iter().collect::<BTreeSet<_>>() == b.iter().collect()
                }
                (a, b) => a.map(ToString::to_string) == b.map(ToString::to_string),
            };
            (!same).then(|| Difference {
                folded: replayed.cloned(),
                stated: stated.cloned(),
                field,
            })
        })
        .collect();
    all.sort_by(|a, b| a.field.cmp(&b.field));
    all
}

/// The lists whose elements stand in another order than that in which the log brought them, with
/// that order.
pub fn disordered(ticket: &Ticket) -> Vec<(Field, Value)> {
    disordered_in(ticket, &replay(&ticket.log))
}

/// As [`disordered`], of a log that was folded already.
pub fn disordered_in(ticket: &Ticket, folded: &Folded) -> Vec<(Field, Value)> {
    let is_disordered = |(field, value): &(&Field, &Value)| {
        let stated = ticket.values.get(*field);
        let same =
            |a: &[String], b: &[String]| a.iter().collect::<BTreeSet<_>>() == b.iter().collect();
        matches!((stated, value), (Some(Value::List(a)), Value::List(b)) if a != b && same(a, b))
    };
    let found = folded.values.iter().filter(is_disordered);
    found
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

/// How a field changes from one value to another; lists by element. `None`: not at all.
pub fn how(old: Option<&Value>, new: Option<&Value>, kind: FieldKind) -> Option<How> {
    if kind.is_list() {
        let all = |value: Option<&Value>| value.map(Value::elements).unwrap_or_default();
        let (old, new) = (all(old), all(new));
        let without = |these: &[String], those: &[String]| -> Vec<String> {
            let those: HashSet<&String> = those.iter().collect();
            let left = these.iter().filter(|one| !those.contains(one));
            left.cloned().collect()
        };
        let (added, removed) = (without(&new, &old), without(&old, &new));
        return (!added.is_empty() || !removed.is_empty())
            .then_some(How::Elements { added, removed });
    }
    let text = |value: Option<&Value>| value.map(ToString::to_string);
    let (old, new) = (text(old), text(new));
    (old != new).then_some(How::Set { old, new })
}

/// Whether two people changed one field at once and nobody has settled it since.
pub fn has_conflict(ticket: &Ticket) -> bool {
    replay(&ticket.log)
        .oddities
        .iter()
        .any(|oddity| matches!(oddity, Oddity::Fork { open: true, .. }))
}

/// The first values of the tracked fields, as a `created` entry tells them.
pub fn first_values(ticket: &Ticket) -> (Vec<(String, String)>, Vec<crate::model::entry::Change>) {
    let (mut attributes, mut changes) = (Vec::new(), Vec::new());
    for key in Key::tracked() {
        let Some(value) = ticket.get(key) else {
            continue;
        };
        if key.kind().is_list() {
            if let Some(how) = how(None, Some(value), key.kind()) {
                changes.push(crate::model::entry::Change {
                    field: Field::Known(key).to_string(),
                    how,
                });
            }
        } else {
            attributes.push((key.path().to_owned(), value.to_string()));
        }
    }
    let marks = tick_marks::differences(ticket, None).into_iter();
    attributes.extend(marks.map(|(step, done)| (tick_marks::word(done).to_owned(), step)));
    (attributes, changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::log;

    /// The entries of a log in short: an hour, who, a kind, and bullets.
    fn entries(lines: &[&str]) -> Vec<Entry> {
        let mut text = String::new();
        for (at, line) in lines.iter().enumerate() {
            let (head, bullets) = line.split_once(": ").unwrap();
            let (hour, rest) = head.split_once(' ').unwrap();
            text.push_str(&format!("## 2026-11-21T{hour}:00:00Z {rest} ^aaa{at}\n\n"));
            for bullet in bullets.split(", ") {
                text.push_str(&format!("- {}\n", bullet.replacen('=', ": ", 1)));
            }
            text.push('\n');
        }
        let mut log: Vec<Entry> = log::read(&text, 0)
            .entries
            .into_iter()
            .map(|logged| logged.entry)
            .collect();
        log.sort_by_key(|entry| (entry.at, entry.heading()));
        log
    }

    fn folded(lines: &[&str]) -> (Vec<String>, usize) {
        let folded = replay(&entries(lines));
        let values = folded
            .values
            .iter()
            .map(|(field, value)| format!("{field}={value}"));
        let forks = folded
            .oddities
            .iter()
            .filter(|one| matches!(one, Oddity::Fork { .. }));
        (values.collect(), forks.count())
    }

    const CREATED: &str = "09 anna created: type=action, status=open, queue=first";

    #[test]
    fn a_status_ends_what_only_a_pending_ticket_has_in_whatever_order() {
        let pend = "anna pend: status=open -> pending, waiting_on=(none) -> customer, until=(none) -> 2026-12-01T08:00:00Z";
        let resolve = "marek resolve: status=open -> resolved";
        for (first, second, status) in [
            (pend, resolve, "status=resolved"),
            (resolve, pend, "status=pending"),
        ] {
            let (first, second) = (format!("10 {first}"), format!("11 {second}"));
            let (values, forks) = folded(&[CREATED, &first, &second]);
            assert!(values.contains(&status.to_owned()), "{values:?}");
            let waits = values.iter().any(|value| value.starts_with("waiting_on"));
            assert_eq!(waits, status == "status=pending", "{values:?}");
            assert_eq!(forks, 1);
        }
    }

    #[test]
    fn a_second_pend_does_not_count_on_what_was_cancelled() {
        let (values, forks) = folded(&[
            CREATED,
            "10 anna pend: status=open -> pending, waiting_on=(none) -> customer",
            "11 anna cancel: status=pending -> cancelled, waiting_on=customer -> (none)",
            "12 marek pend: waiting_on=customer -> vendor, until=(none) -> 2026-12-01T08:00:00Z",
        ]);
        assert_eq!(values, ["type=action", "status=cancelled", "queue=first"]);
        assert_eq!(forks, 0);
    }

    /// One clone heard from the requester while another resolved for silence.
    #[test]
    fn a_closing_for_silence_does_not_count_behind_a_contact_of_the_requester() {
        let lines = [
            CREATED,
            "10 anna pend: status=open -> pending, waiting_on=(none) -> customer",
            "11 marek contact: direction=in, status=pending -> open, waiting_on=customer -> (none)",
            "12 desk resolve: reason=no response, due=2026-11-21T11:30:00Z, status=pending -> resolved, waiting_on=customer -> (none)",
        ];
        let (values, forks) = folded(&lines);
        assert_eq!(values, ["type=action", "status=open", "queue=first"]);
        assert_eq!(forks, 0);
        // Who waits again afterwards can be silent again.
        let again = "12 anna pend: status=open -> pending, waiting_on=(none) -> customer";
        let end = lines[3].replacen("12", "13", 1);
        let (values, _) = folded(&[lines[0], lines[1], lines[2], again, &end]);
        assert!(values.contains(&"status=resolved".to_owned()), "{values:?}");
    }

    #[test]
    fn created_folds_first_wherever_it_stands() {
        let (values, forks) = folded(&["08 anna set: queue=first -> second", CREATED]);
        assert_eq!(values, ["type=action", "status=open", "queue=second"]);
        assert_eq!(forks, 0);
    }

    #[test]
    fn equal_changes_agree_and_imported_ones_never_fork() {
        let queue = |by: &str, to: &str| format!("{by} set: queue=first -> {to}");
        let agree = [queue("10 anna", "second"), queue("11 marek", "second")];
        assert_eq!(folded(&[CREATED, &agree[0], &agree[1]]).1, 0);
        let fork = [queue("10 anna", "second"), queue("11 marek", "third")];
        assert_eq!(folded(&[CREATED, &fork[0], &fork[1]]).1, 1);
        let imported = "11 marek update: source=old, queue=first -> third";
        assert_eq!(folded(&[CREATED, &fork[0], imported]).1, 0);
    }

    /// The places of the tags of `entries` are their names here.
    #[test]
    fn what_an_undo_names_leaves_the_fold_until_the_undo_is_undone() {
        let set = "10 anna set: queue=first -> second, title=Mail -> Slow mail";
        let undo = |at: &str, of: &str| format!("{at} anna undo: of={of}");
        let of_set = "2026-11-21T10:00:00Z anna set ^aaa1";
        let first = undo("11", of_set);
        let (values, _) = folded(&[CREATED, set, &first]);
        assert!(values.contains(&"queue=first".to_owned()), "{values:?}");
        assert!(values.contains(&"title=Mail".to_owned()), "{values:?}");
        let second = undo("12", "2026-11-21T11:00:00Z anna undo ^aaa2");
        let (values, _) = folded(&[CREATED, set, &first, &second]);
        assert!(values.contains(&"queue=second".to_owned()), "{values:?}");
    }

    #[test]
    fn a_correction_gives_an_imported_entry_its_changes_in_its_old_place() {
        let (values, forks) = folded(&[
            CREATED,
            "10 anna update: source=old, queue=first -> second",
            "11 anna set: queue=second -> third",
            "12 anna import: of=2026-11-21T10:00:00Z anna update ^aaa1, source=old, queue=first -> fourth",
        ]);
        assert!(values.contains(&"queue=third".to_owned()), "{values:?}");
        assert_eq!(forks, 0);
        let (values, _) = folded(&[
            CREATED,
            "10 anna update: source=old, queue=first -> second",
            "12 anna import: of=2026-11-21T10:00:00Z anna update ^aaa1, source=old, queue=first -> fourth",
        ]);
        assert!(values.contains(&"queue=fourth".to_owned()), "{values:?}");
    }

    #[test]
    fn a_field_of_which_the_log_speaks_is_the_logs() {
        let lines = [
            CREATED,
            "10 anna set: title=Mail -> Slow mail, satisfaction.rating=(none) -> 4",
            "11 anna set: fields.site=(none) -> GD, id=x -> y, nonsense=a -> b",
        ];
        let log = entries(&lines);
        let fields = replay(&log);
        assert!(fields.oddities.is_empty(), "{:?}", fields.oddities);
        let read = |path: &str| fields.values.get(&path.parse().unwrap()).cloned();
        assert_eq!(read("satisfaction.rating"), Some(Value::Number(4)));
        assert_eq!(read("id"), None);
        let mut ticket = Ticket {
            id: "2611-7K3MQ".parse().unwrap(),
            values: fields.values.clone(),
            description: String::new(),
            log,
        };
        assert_eq!(differences(&ticket), []);
        ticket
            .values
            .insert(Key::Title.into(), Value::Text("By hand".into()));
        ticket
            .values
            .insert(Key::RequesterName.into(), Value::Text("Jan".into()));
        let odd: Vec<String> = differences(&ticket)
            .iter()
            .map(|one| one.field.to_string())
            .collect();
        assert_eq!(odd, ["title"]);
    }

    #[test]
    fn lists_stand_in_the_order_of_the_log() {
        let log = entries(&[
            CREATED,
            "10 anna set: tags=+vpn +laptop",
            "11 marek set: tags=-vpn",
            "12 anna set: tags=+vpn",
        ]);
        let list = |all: &[&str]| Value::List(all.iter().map(|one| (*one).to_owned()).collect());
        let fields = replay(&log).values;
        assert_eq!(fields[&Key::Tags.into()], list(&["laptop", "vpn"]));
        let mut ticket = Ticket {
            id: "2611-7K3MQ".parse().unwrap(),
            values: fields,
            description: String::new(),
            log,
        };
        assert_eq!(disordered(&ticket), []);
        ticket
            .values
            .insert(Key::Tags.into(), list(&["vpn", "laptop"]));
        assert_eq!(
            disordered(&ticket),
            [(Key::Tags.into(), list(&["laptop", "vpn"]))]
        );
        assert_eq!(differences(&ticket), []);
    }

    fn ticket(lines: &[&str]) -> Ticket {
        let log = entries(lines);
        Ticket {
            id: "2611-7K3MQ".parse().unwrap(),
            values: replay(&log).values,
            description: String::new(),
            log,
        }
    }

    #[test]
    fn a_text_of_the_log_is_a_value_of_the_fields_kind() {
        let moment = "2026-11-21T09:00:00Z";
        let (at, day) = (moment.parse().unwrap(), "2026-11-21".parse().unwrap());
        for (kind, text, value) in [
            (FieldKind::Moment, moment, Value::Moment(at)),
            (FieldKind::Date, "2026-11-21", Value::Date(day)),
            (FieldKind::Date, moment, Value::Moment(at)),
            (FieldKind::Bool, "true", Value::Bool(true)),
            (FieldKind::Number, "4", Value::Number(4)),
            (FieldKind::Number, "x", Value::Text("x".to_owned())),
            (FieldKind::Text, "4", Value::Text("4".to_owned())),
        ] {
            assert_eq!(read_value(kind, text), value, "{text}");
        }
    }

    /// Behind an answer of the requester only the sweep's closing for silence does not count.
    #[test]
    fn what_else_stands_behind_an_answer_counts() {
        let begin = [
            CREATED,
            "10 anna pend: status=open -> pending, waiting_on=(none) -> customer",
            "11 marek contact: direction=in",
        ];
        let with = |line: &str| folded(&[&begin[..], &[line]].concat()).0;
        let due = "due=2026-11-21T11:30:00Z";
        for line in [
            format!("12 desk escalate: {due}, queue=first -> second"),
            "12 desk set: queue=first -> second".to_owned(),
            format!("12 anna resolve: {due}, queue=first -> second"),
        ] {
            let values = with(&line);
            assert!(values.contains(&"queue=second".to_owned()), "{line}");
        }
        let end = format!("13 desk resolve: {due}, status=pending -> resolved");
        let resolved = "status=resolved".to_owned();
        assert!(!with(&end).contains(&resolved));
        // It is an answer to whoever waited, whatever became of the ticket meanwhile.
        let moved = "12 anna set: status=pending -> open";
        let values = folded(&[&begin[..], &[moved, &end]].concat()).0;
        assert!(!values.contains(&resolved), "{values:?}");
        // A contact from here is none.
        let out = "11 anna contact: direction=out";
        let values = folded(&[begin[0], begin[1], out, &end]).0;
        assert!(values.contains(&resolved), "{values:?}");
    }

    fn oddities(lines: &[&str]) -> Vec<String> {
        let odd = replay(&entries(lines)).oddities.into_iter();
        odd.map(|one| match one {
            Oddity::Fork { field, open, .. } => format!("fork {field} {open}"),
            Oddity::NeverHeld { field, claimed, .. } => format!("never {field} {claimed}"),
        })
        .collect()
    }

    #[test]
    fn what_a_field_never_held_is_odd_and_what_was_taken_back_is_not() {
        let never = oddities(&[CREATED, "10 anna set: queue=other -> second"]);
        assert_eq!(never, ["never queue other"]);
        // Of a field that the log does not state first, the first change says what it was.
        let title = "10 anna set: title=a -> b";
        assert_eq!(oddities(&[CREATED, title]), [""; 0]);
        let never = oddities(&[CREATED, title, "11 anna set: title=c -> d"]);
        assert_eq!(never, ["never title c"]);
        let set = "10 anna set: queue=first -> second";
        let undo = "11 anna undo: of=2026-11-21T10:00:00Z anna set ^aaa1";
        let on = "12 marek set: queue=second -> third";
        assert_eq!(oddities(&[CREATED, set, undo, on]), [""; 0]);
        let onward = "11 anna set: queue=second -> third";
        let fork = oddities(&[CREATED, set, onward, "12 marek set: queue=second -> fourth"]);
        assert_eq!(fork, ["fork queue true"]);
    }

    #[test]
    fn a_later_change_settles_a_fork() {
        let fork = [
            CREATED,
            "10 anna set: queue=first -> second",
            "11 marek set: queue=first -> third",
        ];
        assert!(has_conflict(&ticket(&fork)));
        let settled = "12 anna set: queue=third -> second";
        let all = [&fork[..], &[settled]].concat();
        assert!(!has_conflict(&ticket(&all)));
        assert_eq!(oddities(&all), ["fork queue false"]);
    }

    #[test]
    fn what_is_undone_comes_back_only_where_nothing_else_speaks() {
        let undo = |of: &str| format!("12 anna undo: of=2026-11-21T10:00:00Z anna {of} ^aaa1");
        let (values, _) = folded(&[
            CREATED,
            "10 anna set: queue=first -> second",
            "11 anna set: queue=first -> (none)",
            &undo("set"),
        ]);
        assert_eq!(values, ["type=action", "status=open"]);
        let pend = "10 anna pend: waiting_on=customer -> vendor";
        let (values, _) = folded(&[CREATED, pend, "11 anna note: x=y", &undo("pend")]);
        assert_eq!(values, ["type=action", "status=open", "queue=first"]);
    }

    #[test]
    fn a_list_that_a_hand_set_goes_on_by_elements() {
        let lines = [
            CREATED,
            "10 anna set: tags=a -> b",
            "11 anna set: tags=+c",
            "12 anna set: tags=-b",
        ];
        let tags = |count: usize| folded(&lines[..count]).0.pop();
        assert_eq!(tags(2).as_deref(), Some("tags=b"));
        assert_eq!(
            replay(&entries(&lines[..3])).values[&Key::Tags.into()].elements(),
            ["b", "c"]
        );
        assert_eq!(
            replay(&entries(&lines)).values[&Key::Tags.into()].elements(),
            ["c"]
        );
    }

    #[test]
    fn elements_are_found_by_what_they_are() {
        let mut all = Elements::of(Some(Value::List(vec!["a".to_owned(), "b".to_owned()])));
        all.remove("a");
        assert!(all.has("b") && !all.has("a") && !all.has("c"));
    }

    #[test]
    fn what_no_log_can_say_is_no_difference_to_explain() {
        let mut ticket = ticket(&[CREATED]);
        let fields = |ticket: &Ticket| -> Vec<String> {
            let all = unlogged(ticket).into_iter();
            all.map(|one| one.field.to_string()).collect()
        };
        let customer = Value::Text("customer".to_owned());
        ticket.values.insert(Key::WaitingOn.into(), customer);
        assert_eq!(fields(&ticket), [""; 0]);
        let pending = Value::Text("pending".to_owned());
        ticket.values.insert(Key::Status.into(), pending);
        assert_eq!(fields(&ticket), ["status", "waiting_on"]);
        let mut ticket = self::ticket(&[
            CREATED,
            "10 anna pend: status=open -> pending, waiting_on=(none) -> customer",
        ]);
        let open = Value::Text("open".to_owned());
        ticket.values.insert(Key::Status.into(), open);
        ticket.values.remove(&Key::WaitingOn.into());
        assert_eq!(fields(&ticket), ["status", "waiting_on"]);
    }

    #[test]
    fn how_a_field_changes() {
        let list = |all: &[&str]| Value::List(all.iter().map(|one| (*one).to_owned()).collect());
        let elements = |added: &[&str], removed: &[&str]| {
            let all = |words: &[&str]| words.iter().map(|one| (*one).to_owned()).collect();
            How::Elements {
                added: all(added),
                removed: all(removed),
            }
        };
        let tags = FieldKind::Words;
        let (ab, bc) = (list(&["a", "b"]), list(&["b", "c"]));
        assert_eq!(
            how(Some(&ab), Some(&bc), tags),
            Some(elements(&["c"], &["a"]))
        );
        assert_eq!(how(None, Some(&ab), tags), Some(elements(&["a", "b"], &[])));
        assert_eq!(how(Some(&ab), None, tags), Some(elements(&[], &["a", "b"])));
        assert_eq!(how(Some(&ab), Some(&list(&["b", "a"])), tags), None);
        let (x, y) = (Value::Text("x".to_owned()), Value::Text("y".to_owned()));
        let set = |old: Option<&str>, new: Option<&str>| How::Set {
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
        };
        assert_eq!(
            how(Some(&x), Some(&y), FieldKind::Text),
            Some(set(Some("x"), Some("y")))
        );
        assert_eq!(
            how(Some(&x), None, FieldKind::Text),
            Some(set(Some("x"), None))
        );
        assert_eq!(how(Some(&x), Some(&x), FieldKind::Text), None);
    }

    #[test]
    fn the_first_values_are_attributes_and_lists_are_changes() {
        let ticket = ticket(&[CREATED, "10 anna set: tags=+vpn"]);
        let (attributes, changes) = first_values(&ticket);
        let attribute = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        for one in [
            attribute("type", "action"),
            attribute("status", "open"),
            attribute("queue", "first"),
        ] {
            assert!(attributes.contains(&one), "{attributes:?}");
        }
        assert_eq!(attributes.len(), 3);
        let [tags] = &changes[..] else {
            panic!("{changes:?}")
        };
        let vpn = How::Elements {
            added: vec!["vpn".to_owned()],
            removed: Vec::new(),
        };
        assert_eq!((tags.field.as_str(), &tags.how), ("tags", &vpn));
    }
}
