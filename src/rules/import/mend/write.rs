//! Corrections written into a file.

use std::collections::{BTreeSet, HashSet};

use crate::model::corrections::{AT, BY, CHANGES, NONE, REASON, TEXT};
use crate::model::entry::{CELLS, DERIVED, Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::page::edit::{EditError, append_to, set};
use crate::page::escape::escape;
use crate::page::front_matter::{newline, split};
use crate::page::log::{derived_tag_of_bytes, write};
use crate::page::ticket;
use crate::rules::import::mend::changes::LATE;
use crate::rules::import::mend::{CorrectedPart, KeptValue, Mend, MendedTicket, Reading};
use crate::rules::lifecycle::replay::{differences, replay};

/// The attribute that names where an entry came from.
const SOURCE: &str = "source";

impl Mend<'_> {
    /// The file with the corrections behind its log.
    pub(in crate::rules::import::mend) fn written(
        &self,
        readings: Vec<Reading>,
        reason: &str,
    ) -> Result<MendedTicket, EditError> {
        let mut mended = MendedTicket::default();
        let mut text = self.page.text.clone();
        let nl = newline(&text);
        let raw = &self.page.ticket.log;
        let mut taken: HashSet<String> = raw.iter().map(Entry::identity).collect();
        let last = raw.iter().map(|entry| entry.at).max();
        let mut last = last.unwrap_or_else(Moment::epoch);
        let mut fields: BTreeSet<String> = BTreeSet::new();
        for reading in readings {
            let place = reading.place;
            let Some(entry) = self.corrected(&reading) else {
                continue;
            };
            let parts = self.differing(place, &entry, &reading.fields);
            if parts.is_empty() {
                continue;
            }
            if last.next() == last {
                return Err(EditError::EndOfTime);
            }
            last = last.next();
            let mut correction = self.correction(place, &entry, reason);
            correction.at = last;
            correction.tag = self.tag(place, &taken);
            taken.insert(correction.identity());
            append_to(&mut text, &write(&correction), nl);
            mended.entries += 1;
            for part in parts {
                *mended.parts.entry(part).or_default() += 1;
            }
            fields.extend(reading.fields);
        }
        let is_mended = mended.entries > 0;
        text = self.with_fields(text)?;
        self.describe(&mut text, &mut mended)?;
        if is_mended {
            self.tell_kept(&text, &fields, &mut mended)?;
        }
        mended.text = (text != self.page.text).then_some(text);
        Ok(mended)
    }

    /// The entry at a place as it is to be read.
    fn corrected(&self, reading: &Reading) -> Option<Entry> {
        let mut entry = self.read[reading.place].clone();
        entry.changes.clone_from(&reading.changes);
        // What a late row could not say is said now.
        entry.attributes.retain(|(key, _)| !key.starts_with(LATE));
        let Some(matched) = self.matched.get(&reading.place) else {
            return (!reading.fields.is_empty()).then_some(entry);
        };
        let wanted = self.wanted(matched);
        entry.at = matched.at;
        entry.by = wanted.by.clone();
        if !self.redacted {
            entry.text.clone_from(&wanted.text);
            let stays = |(key, _): &(String, String)| !Self::is_fact(&entry, key);
            let mut attributes = entry.attributes.clone();
            attributes.retain(stays);
            let facts = wanted.attributes.iter();
            attributes.extend(facts.filter(|(key, _)| Self::is_fact(wanted, key)).cloned());
            entry.attributes = attributes;
        }
        Some(entry)
    }

    /// Whether an attribute is a fact that the import tells by itself: neither where it came from, nor
    /// the first value of a field, nor what a late row would have changed.
    fn is_fact(entry: &Entry, key: &str) -> bool {
        let is_first =
            entry.kind == EntryKind::Created && Key::find(key).is_some_and(Key::is_tracked);
        key != SOURCE && key != CELLS && !key.starts_with(LATE) && !is_first
    }

    /// In which parts an entry is read differently from now on.
    fn differing(
        &self,
        place: usize,
        entry: &Entry,
        fields: &BTreeSet<String>,
    ) -> BTreeSet<CorrectedPart> {
        let is = &self.read[place];
        let mut parts: BTreeSet<CorrectedPart> =
            fields.iter().cloned().map(CorrectedPart::Field).collect();
        if is.at != entry.at {
            parts.insert(CorrectedPart::Time);
        }
        if is.by != entry.by {
            parts.insert(CorrectedPart::Person);
        }
        if is.text != entry.text {
            parts.insert(CorrectedPart::Text);
        }
        for key in keys(is, entry) {
            let is_late = key.starts_with(LATE);
            if !is_late && !fields.contains(key) && is.values(key).ne(entry.values(key)) {
                parts.insert(CorrectedPart::Fact(key.to_owned()));
            }
        }
        parts
    }

    /// The entry that says how the one at a place is to be read: what differs from what was written.
    fn correction(&self, place: usize, entry: &Entry, reason: &str) -> Entry {
        let original = self.read.correction(place);
        let original = original.map_or(&self.read[place], |(original, _)| original);
        let mut attributes = vec![(OF.to_owned(), original.identity())];
        let mut add = |key: &str, value: &str| attributes.push((key.to_owned(), value.to_owned()));
        if let Some(source) = original.attribute(SOURCE) {
            add(SOURCE, source);
        }
        if !reason.is_empty() {
            add(REASON, reason);
        }
        if entry.at != original.at {
            add(AT, &entry.at.to_string());
        }
        if entry.by != original.by {
            add(BY, entry.by.as_str());
        }
        for key in keys(original, entry) {
            if original.values(key).eq(entry.values(key)) {
                continue;
            }
            if entry.attribute(key).is_none() {
                add(key, NONE);
            }
            entry.values(key).for_each(|value| add(key, value));
        }
        let same_changes = entry.changes == original.changes;
        if !same_changes && entry.changes.is_empty() {
            add(CHANGES, "");
        }
        let same_text = entry.text == original.text;
        if !same_text && entry.text.is_empty() {
            add(TEXT, "");
        }
        Entry {
            at: original.at,
            by: Handle::desk(),
            kind: EntryKind::Import,
            tag: String::new(),
            attributes,
            changes: if same_changes {
                Vec::new()
            } else {
                entry.changes.clone()
            },
            text: if same_text {
                String::new()
            } else {
                entry.text.clone()
            },
        }
    }

    /// The tag of a correction: from what the entry's own is derived from and the new reading, so that
    /// one mended map gives one tag in every clone. A reading that was left and comes again also names
    /// the correction that it takes the place of.
    fn tag(&self, place: usize, taken: &HashSet<String>) -> String {
        let matched = self.matched.get(&place);
        let mut parts: Vec<Vec<u8>> = match matched {
            Some(matched) => (self.fresh.parts)(matched.fresh),
            None => vec![self.read[place].identity().into_bytes()],
        };
        let reading = matched.map(|matched| write(self.wanted(matched)));
        parts.push(reading.unwrap_or_default().into_bytes());
        if let Some((_, by)) = self.read.correction(place) {
            let first = derived(&parts);
            if !taken.contains(&format!("{} ^{first}", EntryKind::Import)) {
                return first;
            }
            parts.push(by.identity().into_bytes());
        }
        derived(&parts)
    }

    /// A file whose front matter is what its log folds to, and says when the ticket came up.
    fn with_fields(&self, text: String) -> Result<String, EditError> {
        let id = self.page.ticket.id;
        let mut text = text;
        if text != self.page.text {
            let read = ticket::read(id, text.clone()).map_err(|_| EditError::Unreadable)?;
            for difference in differences(&read.ticket) {
                text = put(&text, &difference.field, difference.folded.as_ref())?;
            }
        }
        let created = self.order.first().and_then(|place| self.matched.get(place));
        let is_whole = self.whole && created.is_some_and(|one| one.fresh == 0);
        let wanted = self.fresh.ticket.created().filter(|_| is_whole);
        let is = self.page.ticket.created();
        if let (Some(wanted), Some(is)) = (wanted, is)
            && wanted.whole_second() != is.whole_second()
        {
            text = put(&text, &Key::Created.into(), Some(&Value::Moment(wanted)))?;
        }
        Ok(text)
    }

    /// Gives the ticket the description that the import reads, where the one that stands is an
    /// import's, too.
    fn describe(&self, text: &mut String, mended: &mut MendedTicket) -> Result<(), EditError> {
        let is = &self.page.ticket.description;
        let wanted = &self.fresh.ticket.description;
        if is == wanted || !self.whole || self.redacted {
            return Ok(());
        }
        let mut lines = is.lines().filter(|line| !line.trim().is_empty());
        let is_imports = lines.all(|line| (self.fresh.holds)(line.trim()));
        if !is_imports {
            // Whoever wrote it, this map or an earlier one did not.
            let is_mended = mended.entries > 0;
            mended.kept.extend(is_mended.then(|| KeptValue {
                field: "description".to_owned(),
                value: String::new(),
                by: None,
            }));
            return Ok(());
        }
        let page = ticket::read(self.page.ticket.id, text.clone());
        let page = page.map_err(|_| EditError::Unreadable)?;
        let nl = newline(text);
        let mut block = String::new();
        if !wanted.is_empty() {
            block.push_str(&escape(wanted, false).replace('\n', nl));
            block.push_str(nl);
        }
        block.push_str(nl);
        text.replace_range(page.description(), &block);
        *mended.parts.entry(CorrectedPart::Description).or_default() += 1;
        Ok(())
    }

    /// Names the fields that are read differently and that a person changed since.
    fn tell_kept(
        &self,
        text: &str,
        fields: &BTreeSet<String>,
        mended: &mut MendedTicket,
    ) -> Result<(), EditError> {
        let id = self.page.ticket.id;
        let page = ticket::read(id, text.to_owned()).map_err(|_| EditError::Unreadable)?;
        let folded = replay(&page.ticket.log);
        for name in fields {
            let Ok(field) = name.parse::<Field>() else {
                continue;
            };
            let last = folded.last.get(&field).map(|at| &page.ticket.log[*at]);
            let by = last.filter(|entry| !entry.is_imported());
            let value = page.ticket.values.get(&field).map(ToString::to_string);
            let wanted = self
                .fresh
                .ticket
                .values
                .get(&field)
                .map(ToString::to_string);
            if let Some(entry) = by.filter(|_| value != wanted) {
                mended.kept.push(KeptValue {
                    field: name.clone(),
                    value: value.unwrap_or_default(),
                    by: Some(entry.by.to_string()),
                });
            }
        }
        Ok(())
    }
}

/// The names of the attributes of two entries, each once.
fn keys<'e>(a: &'e Entry, b: &'e Entry) -> Vec<&'e str> {
    let mut all: Vec<&str> = Vec::new();
    for (key, _) in a.attributes.iter().chain(&b.attributes) {
        if !all.contains(&key.as_str()) {
            all.push(key);
        }
    }
    all
}

fn derived(parts: &[Vec<u8>]) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    derived_tag_of_bytes(&parts, DERIVED)
}

fn put(text: &str, field: &Field, value: Option<&Value>) -> Result<String, EditError> {
    let parts = split(Key::Id.path(), text).map_err(|_| EditError::Unreadable)?;
    set(text, &parts, field, value)
}
