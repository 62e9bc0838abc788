//! What the entries of an import change by another reading.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::entry::{Change, Entry, How};
use crate::model::field::{Field, Key, Value};
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::rules::import::extend::Held;
use crate::rules::import::mend::{Matched, Mend, Reading, is_fixed};
use crate::rules::lifecycle::replay::{Elements, how, read_value};

/// What begins the name of a fact that tells what a late row would have changed.
pub(in crate::rules::import) const LATE: &str = "late-";

/// What becomes of the change of a field in an entry.
enum Judged {
    /// It is as it is to be read.
    Right,
    /// It is to be read as this change, or as none.
    As(Option<How>),
}

/// What fields are before the first entry.
pub(in crate::rules::import) type Values = BTreeMap<Field, Option<Value>>;

/// The fields of a ticket from entry to entry, as it is to be read.
pub(in crate::rules::import::mend) struct Walk<'w, 'm> {
    mend: &'w Mend<'m>,
    /// What they are here, with what people did.
    held: BTreeMap<Field, Held>,
    /// What they are at first, as they are read now.
    first: Values,
    /// What the import alone says that they are.
    fresh: BTreeMap<Field, Held>,
    /// The untracked fields of which a change speaks, as they are to be read.
    spoken: BTreeSet<Field>,
    /// The last entry of the import that stood here, of what stands in the log without a gap.
    follows: Option<usize>,
}

impl<'w, 'm> Walk<'w, 'm> {
    pub(in crate::rules::import::mend) fn new(mend: &'w Mend<'m>) -> Self {
        let rest = mend.order.iter().skip(1).map(|place| &mend.read[*place]);
        let created = &mend.read[mend.order[0]];
        let first = at_first(&mend.page.ticket, created, rest);
        let fresh_log = &mend.fresh.ticket.log;
        let fresh = match fresh_log.split_first() {
            Some((created, rest)) => at_first(mend.fresh.ticket, created, rest.iter()),
            None => Values::new(),
        };
        let held = |all: &Values| {
            let all = all.iter();
            let held = all.map(|(field, value)| (field.clone(), Held::One(value.clone())));
            held.collect()
        };
        Self {
            held: held(&first),
            fresh: held(&fresh),
            first,
            mend,
            spoken: BTreeSet::new(),
            follows: None,
        }
    }

    /// What `created` is to be read as.
    pub(in crate::rules::import::mend) fn created(&mut self) -> Reading {
        let place = self.mend.order[0];
        let entry = &self.mend.read[place];
        let mut reading = Reading {
            place,
            changes: entry.changes.clone(),
            fields: BTreeSet::new(),
        };
        let is_its = self
            .mend
            .matched
            .get(&place)
            .is_some_and(|one| one.fresh == 0);
        self.follows = is_its.then_some(0);
        if !is_its || !self.mend.whole {
            return reading;
        }
        let fields: BTreeSet<Field> = self
            .first
            .keys()
            .chain(self.fresh.keys())
            .cloned()
            .collect();
        for field in fields {
            let is = self.first.get(&field).cloned().flatten();
            let wanted = self.fresh.get(&field).and_then(Held::value);
            if is_same(is.as_ref(), wanted.as_ref()) || !self.may_differ(&field, is.as_ref()) {
                continue;
            }
            reading.fields.insert(field.to_string());
            self.held.insert(field.clone(), Held::One(wanted.clone()));
            self.first.insert(field, wanted);
        }
        if !reading.fields.is_empty() {
            reading.changes = self.first_changes(entry, &reading.fields);
        }
        self.note_spoken(&reading.changes);
        reading
    }

    /// Whether a field may be read as something else at first. What the log never spoke of and the
    /// import does not name may be a person's.
    fn may_differ(&self, field: &Field, is: Option<&Value>) -> bool {
        if is_fixed(field) || self.mend.redacted && !field.is_tracked() {
            return false;
        }
        let is_list = field.kind().is_list();
        let is_named = self.fresh.contains_key(field);
        field.is_tracked()
            || !is_list
                && (is_named || is.is_some_and(|is| (self.mend.fresh.holds)(&is.to_string())))
    }

    /// The changes of `created` that make its first values those that they are read as. Fields of which
    /// an earlier correction spoke are named in any case, so that the log goes on to speak of them.
    fn first_changes(&self, entry: &Entry, differ: &BTreeSet<String>) -> Vec<Change> {
        let original = self.original(self.mend.order[0]);
        let mut changes = Vec::new();
        for (field, value) in &self.first {
            let path = field.to_string();
            let kind = field.kind();
            let told = original
                .attribute(&path)
                .filter(|_| field.is_tracked() && !kind.is_list());
            let before = match (told, entry.change(&path).map(|change| &change.how)) {
                (Some(told), _) => Some(read_value(kind, told)),
                (None, Some(How::Set { old, .. })) => {
                    old.as_deref().map(|old| read_value(kind, old))
                }
                (None, _) if field.is_tracked() => None,
                (None, _) if differ.contains(&path) => self.before(field),
                (None, _) => continue,
            };
            if let Some(how) = how(before.as_ref(), value.as_ref(), kind) {
                changes.push(Change { field: path, how });
            } else if !field.is_tracked() {
                changes.push(no_change(field, value.as_ref()));
            }
        }
        changes
    }

    /// What an untracked field was at first, before it was read as something else.
    fn before(&self, field: &Field) -> Option<Value> {
        let rest = self
            .mend
            .order
            .iter()
            .skip(1)
            .map(|place| &self.mend.read[*place]);
        let created = &self.mend.read[self.mend.order[0]];
        let mut before = at_first(&self.mend.page.ticket, created, rest);
        before.remove(field).flatten()
    }

    /// Adds to the changes of `created` the fields of which the log spoke, and would speak no more.
    pub(in crate::rules::import::mend) fn settle(&mut self, created: &mut Reading) {
        let raw = self.mend.page.ticket.log.iter();
        let named = raw.flat_map(|entry| &entry.changes);
        let named: BTreeSet<Field> = named.filter_map(|one| one.field.parse().ok()).collect();
        for field in named {
            let is_lost = !field.is_tracked() && !is_fixed(&field) && !field.kind().is_list();
            if !is_lost || !self.spoken.insert(field.clone()) {
                continue;
            }
            let value = self.first.get(&field).cloned().flatten();
            created.fields.insert(field.to_string());
            created.changes.push(no_change(&field, value.as_ref()));
        }
    }

    /// Goes past an entry that is none of the import's rows.
    pub(in crate::rules::import::mend) fn pass(&mut self, entry: &Entry) {
        if entry.is_imported() {
            self.follows = None;
        }
        self.apply(&entry.changes);
    }

    /// What an entry is to be read as.
    pub(in crate::rules::import::mend) fn entry(
        &mut self,
        place: usize,
        matched: &Matched,
    ) -> Reading {
        let entry = &self.mend.read[place];
        let wanted = self.mend.wanted(matched);
        let follows = matched
            .fresh
            .checked_sub(1)
            .is_some_and(|before| self.mend.whole || self.follows == Some(before));
        self.follows = Some(matched.fresh);
        for change in &wanted.changes {
            change_in(&mut self.fresh, change);
        }
        let mut reading = Reading {
            place,
            changes: Vec::new(),
            fields: BTreeSet::new(),
        };
        let mut names: Vec<&String> = wanted.changes.iter().map(|one| &one.field).collect();
        let others = entry.changes.iter().map(|one| &one.field);
        names.extend(others.filter(|name| wanted.change(name).is_none()));
        for name in names {
            let Ok(field) = name.parse::<Field>() else {
                reading.changes.extend(entry.change(name).cloned());
                continue;
            };
            let have = entry.change(name);
            match self.correct(&field, have, wanted.change(name), follows) {
                Judged::Right => reading.changes.extend(have.cloned()),
                Judged::As(how) => {
                    reading.fields.insert(name.clone());
                    let field = name.clone();
                    reading.changes.extend(how.map(|how| Change { field, how }));
                }
            }
        }
        if reading.fields.is_empty() {
            reading.changes.clone_from(&entry.changes);
        }
        self.apply(&reading.changes);
        self.note_spoken(&reading.changes);
        reading
    }

    /// Whether an entry changes a field as it is to be read.
    fn correct(
        &self,
        field: &Field,
        have: Option<&Change>,
        want: Option<&Change>,
        follows: bool,
    ) -> Judged {
        if is_fixed(field) || self.mend.redacted && !field.is_tracked() {
            return Judged::Right;
        }
        let held = self.held.get(field).and_then(Held::value);
        let after = |change: Option<&Change>| match change {
            Some(change) => applied(held.as_ref(), field, &change.how),
            None => held.clone(),
        };
        let (is, wanted) = (after(have), after(want));
        if is_same(is.as_ref(), wanted.as_ref()) {
            // A row that came in late has changed it already.
            let is_set = have.is_some_and(|one| matches!(one.how, How::Set { .. }));
            if is_set && want.is_none() && follows {
                return Judged::As(None);
            }
            return match have {
                Some(have) => from_another(field, have, held.as_ref()),
                None => Judged::Right,
            };
        }
        if !follows {
            // Nobody knows what the row before it said: only what it says itself can be wrong.
            let says = self.fresh.get(field).and_then(Held::value);
            let is_set = have.is_some_and(|change| matches!(change.how, How::Set { .. }));
            let is_wrong = is_set && !is_same(is.as_ref(), says.as_ref());
            return if is_wrong {
                Judged::As(how(held.as_ref(), says.as_ref(), field.kind()))
            } else {
                Judged::Right
            };
        }
        let made = how(held.as_ref(), wanted.as_ref(), field.kind());
        // In the import's own words, where it says that.
        let own = want.map(|change| &change.how);
        Judged::As(match (made, own) {
            (Some(made), Some(own)) if is_same_change(&made, own) => Some(own.clone()),
            (made, _) => made,
        })
    }

    fn apply(&mut self, changes: &[Change]) {
        apply(&mut self.held, changes);
    }

    fn note_spoken(&mut self, changes: &[Change]) {
        let fields = changes.iter().filter_map(|one| one.field.parse().ok());
        self.spoken.extend(fields);
    }

    /// An entry as it was written.
    fn original(&self, place: usize) -> &Entry {
        let corrected = self.mend.read.correction(place);
        corrected.map_or(&self.mend.read[place], |(original, _)| original)
    }
}

/// A change that gives a field the right value from one that it does not have there, since what stands
/// before is read differently, as it is to be.
fn from_another(field: &Field, have: &Change, held: Option<&Value>) -> Judged {
    let after = applied(held, field, &have.how);
    let how = how(held, after.as_ref(), field.kind());
    let same = how
        .as_ref()
        .is_some_and(|how| is_same_change(how, &have.how));
    if same { Judged::Right } else { Judged::As(how) }
}

/// Whether two changes are one, in whatever order their elements stand.
fn is_same_change(a: &How, b: &How) -> bool {
    let as_set = |all: &[String]| all.iter().cloned().collect::<BTreeSet<String>>();
    match (a, b) {
        (
            How::Elements { added, removed },
            How::Elements {
                added: others,
                removed: gone,
            },
        ) => as_set(added) == as_set(others) && as_set(removed) == as_set(gone),
        (a, b) => a == b,
    }
}

/// Changes fields as an entry does: what only a pending ticket has ends with that.
fn apply(held: &mut BTreeMap<Field, Held>, changes: &[Change]) {
    for change in changes {
        change_in(held, change);
    }
    let is = held.get(&Key::Status.into()).and_then(Held::value);
    if is.as_ref().and_then(Value::as_text) != Some(Status::Pending.as_str()) {
        for key in [Key::WaitingOn, Key::Until] {
            held.insert(Field::Known(key), Held::One(None));
        }
    }
}

/// A change that only says what a field is.
fn no_change(field: &Field, value: Option<&Value>) -> Change {
    let text = value.map(ToString::to_string);
    Change::set(field.to_string(), text.as_deref(), text.as_deref())
}

fn change_in(held: &mut BTreeMap<Field, Held>, change: &Change) {
    if let Ok(field) = change.field.parse::<Field>() {
        let kind = field.kind();
        let held = held.entry(field).or_insert(Held::One(None));
        held.change(kind, &change.how);
    }
}

fn applied(held: Option<&Value>, field: &Field, how: &How) -> Option<Value> {
    match how {
        How::Set { new, .. } => new.as_deref().map(|new| read_value(field.kind(), new)),
        How::Elements { added, removed } => {
            let mut all = Elements::of(held.cloned());
            for one in removed {
                all.remove(one);
            }
            for one in added {
                all.add(one);
            }
            all.value()
        }
    }
}

/// Whether two values are one: lists by elements, others as they are written.
fn is_same(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(Value::List(a)), Some(Value::List(b))) => {
            a.iter().collect::<BTreeSet<_>>() == b.iter().collect()
        }
        (a, b) => a.map(ToString::to_string) == b.map(ToString::to_string),
    }
}

/// What the fields of a ticket are at first: as `created` says, or as the first change found them, or
/// as they still are.
pub(in crate::rules::import) fn at_first<'e>(
    ticket: &Ticket,
    created: &Entry,
    rest: impl Iterator<Item = &'e Entry>,
) -> Values {
    let mut first = Values::new();
    for (name, value) in &created.attributes {
        let field = name.parse::<Field>().ok();
        if let Some(field) = field.filter(|field| field.is_tracked() && !field.kind().is_list()) {
            let value = read_value(field.kind(), value);
            first.insert(field, Some(value));
        }
    }
    for change in &created.changes {
        if let Ok(field) = change.field.parse::<Field>() {
            let before = first.get(&field).cloned().flatten();
            let value = applied(before.as_ref(), &field, &change.how);
            first.insert(field, value);
        }
    }
    for change in rest.flat_map(|entry| &entry.changes) {
        if let (Ok(field), How::Set { old, .. }) = (change.field.parse::<Field>(), &change.how)
            && !field.is_tracked()
        {
            let old = old.as_deref().map(|old| read_value(field.kind(), old));
            first.entry(field).or_insert(old);
        }
    }
    for (field, value) in &ticket.values {
        if !field.is_tracked() {
            first
                .entry(field.clone())
                .or_insert_with(|| Some(value.clone()));
        }
    }
    first.retain(|field, _| !is_fixed(field));
    first
}
