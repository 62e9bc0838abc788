//! Rows that came later, put into a ticket that an earlier run made.

mod known;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use crate::model::corrections::ReadLog;
use crate::model::entry::{Change, Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::page::edit::{EditError, append_to, set};
use crate::page::front_matter::{newline, split};
use crate::page::log::write;
use crate::page::ticket::{self, TicketPage};
use crate::rules::import::extend::known::Known;
use crate::rules::import::mend::{self, FreshTicket, LATE, MendedTicket};
use crate::rules::import::plan::tags_of;
use crate::rules::import::read::whole;
use crate::rules::import::{Case, Cell, ELSEWHERE, EMPTY, Import, ImportRow};
use crate::rules::lifecycle::replay::{Elements, differences, how, read_value};

impl Import<'_> {
    /// How many rows of a case a ticket lacks.
    pub fn missing(&self, case: &Case, page: &TicketPage) -> usize {
        let there = tags(page);
        case.rows
            .iter()
            .filter(|row| entry_of(row, &there).is_none())
            .count()
    }

    /// Corrects what this map reads differently in a ticket that is there; `reason` says why, and may be
    /// empty.
    pub fn mend(
        &self,
        case: &Case,
        page: &TicketPage,
        reason: &str,
    ) -> Result<MendedTicket, EditError> {
        if case.start.is_some() {
            return self.mend_row(case, page, reason);
        }
        let read = ReadLog::of(&page.ticket.log);
        let case = &*self.told_apart(case, &read);
        // Rows that are not there yet come in by themselves.
        let there = tags(page);
        let known: Case;
        let is_there = |row: &ImportRow| entry_of(row, &there).is_some();
        let case = if case.rows.iter().all(is_there) {
            case
        } else {
            let mut part = case.clone();
            part.rows.retain(is_there);
            known = part;
            &known
        };
        let ticket = self.ticket(case, page.ticket.id);
        let row = |place: usize| place.checked_sub(1).and_then(|at| case.rows.get(at));
        let tags = |place: usize| match row(place) {
            Some(row) => tags_of(row).collect(),
            None => ticket
                .log
                .first()
                .map(|one| one.tag.clone())
                .into_iter()
                .collect(),
        };
        let parts = |place: usize| {
            let mut parts = vec![
                self.map.source.clone().into_bytes(),
                case.foreign.clone().into_bytes(),
            ];
            match row(place) {
                None => parts.push(b"created".to_vec()),
                Some(row) => {
                    parts.push(whole(&self.table.cells(row.place)));
                    parts.push(row.count.to_string().into_bytes());
                }
            }
            parts
        };
        let holds = |text: &str| {
            let mut rows = case.rows.iter();
            rows.any(|row| {
                let (raw, _) = self.table.encoding().decode(self.table.raw(row.place));
                raw.contains(text)
            })
        };
        let fresh = FreshTicket {
            ticket: &ticket,
            tags: &tags,
            parts: &parts,
            holds: &holds,
        };
        mend::mend(page, &fresh, reason)
    }

    /// The text of a ticket's file with the rows that it lacks, at their places in the log;
    /// `None` where it lacks none.
    ///
    /// A row changes what differs from the row before it, so that what people did here since
    /// stays. Where the next row that is there found a field unchanged that the late one had
    /// changed for a while, the log stays true without that change: it stands as an attribute.
    pub fn extend(&self, case: &Case, page: &TicketPage) -> Result<Option<String>, EditError> {
        if case.start.is_some() {
            return self.extend_row(case, page);
        }
        self.with_rows(case, page)
    }

    /// The text with the rows of a case that it lacks; `None` where it lacks none.
    pub(in crate::rules::import) fn with_rows(
        &self,
        case: &Case,
        page: &TicketPage,
    ) -> Result<Option<String>, EditError> {
        let there = tags(page);
        let read = ReadLog::of(&page.ticket.log);
        let case = &*self.told_apart(case, &read);
        let known: Vec<Option<String>> =
            case.rows.iter().map(|row| entry_of(row, &there)).collect();
        if known.iter().all(Option::is_some) {
            return Ok(None);
        }
        let states = self.states(case);
        let mut late = Late::new(self, page, &read, Known::new(self, &read, &known, &states));
        late.begin = case.held.clone().map(|held| (held, case.told.clone()));
        for (at, (row, tag)) in case.rows.iter().zip(&known).enumerate() {
            match tag {
                Some(tag) => late.pass(tag),
                None => late.put(row, at)?,
            }
        }
        late.text(page).map(Some)
    }

    /// The case with the entries of equal rows given to those of them behind which they stand in the
    /// log: by their number alone the second of two would stand for the third of three, wherever it
    /// is. Where the log does not have the order of the rows, their numbers count.
    fn told_apart<'c>(&self, case: &'c Case, log: &[Entry]) -> Cow<'c, Case> {
        if case.start.is_some() || case.rows.iter().all(|row| row.count == 1) {
            return Cow::Borrowed(case);
        }
        // The number of each row among those that differ.
        let mut numbers = HashMap::new();
        let mut number = |row: &ImportRow| {
            let next = numbers.len();
            let whole = whole(&self.table.cells(row.place));
            *numbers.entry(whole).or_insert(next)
        };
        let kinds: Vec<usize> = case.rows.iter().map(&mut number).collect();
        let mut of_tag = HashMap::new();
        for (at, row) in case.rows.iter().enumerate() {
            for tag in tags_of(row) {
                of_tag.entry(tag).or_insert(at);
            }
        }
        let there: Vec<usize> = log
            .iter()
            .filter_map(|one| of_tag.get(&one.tag))
            .copied()
            .collect();
        let mut entries = there.iter().copied().peekable();
        let taken: Vec<Option<usize>> = kinds
            .iter()
            .map(|kind| entries.next_if(|entry| kinds[*entry] == *kind))
            .collect();
        if entries.peek().is_some() {
            return Cow::Borrowed(case);
        }
        let mut left: HashMap<usize, VecDeque<usize>> = HashMap::new();
        let used: HashSet<usize> = there.into_iter().collect();
        for at in (0..kinds.len()).filter(|at| !used.contains(at)) {
            left.entry(kinds[at]).or_default().push_back(at);
        }
        let mut apart = case.clone();
        for ((row, taken), kind) in apart.rows.iter_mut().zip(taken).zip(&kinds) {
            let of = taken.or_else(|| left.get_mut(kind)?.pop_front());
            if let Some(of) = of.map(|of| &case.rows[of]) {
                (row.tag, row.count) = (of.tag, of.count);
                row.former.clone_from(&of.former);
            }
        }
        Cow::Owned(apart)
    }
}

/// The tag of the entry that stands for a row, where it is there.
fn entry_of(row: &ImportRow, there: &HashSet<&str>) -> Option<String> {
    tags_of(row).find(|tag| there.contains(tag.as_str()))
}

fn tags(page: &TicketPage) -> HashSet<&str> {
    page.ticket
        .log
        .iter()
        .map(|entry| entry.tag.as_str())
        .collect()
}

/// The value of a field at a place of the log.
pub(in crate::rules::import) enum Held {
    One(Option<Value>),
    List(Elements),
}

impl Held {
    pub(in crate::rules::import) fn change(&mut self, kind: FieldKind, how: &How) {
        match how {
            How::Set { new, .. } => {
                *self = Self::One(new.as_deref().map(|new| read_value(kind, new)));
            }
            How::Elements { added, removed } => {
                if let Self::One(value) = self {
                    *self = Self::List(Elements::of(value.take()));
                }
                if let Self::List(all) = self {
                    for one in removed {
                        all.remove(one);
                    }
                    for one in added {
                        all.add(one);
                    }
                }
            }
        }
    }

    pub(in crate::rules::import) fn value(&self) -> Option<Value> {
        match self {
            Self::One(value) => value.clone(),
            Self::List(all) => all.value(),
        }
    }

    /// What of a list's change there is still to do.
    fn still(&mut self, how: How) -> Option<How> {
        let How::Elements {
            mut added,
            mut removed,
        } = how
        else {
            return Some(how);
        };
        if let Self::One(value) = self {
            *self = Self::List(Elements::of(value.take()));
        }
        if let Self::List(all) = self {
            added.retain(|one| !all.has(one));
            removed.retain(|one| all.has(one));
        }
        (!added.is_empty() || !removed.is_empty()).then_some(How::Elements { added, removed })
    }
}

/// A log with the rows that come in late. They come in order, each behind the one before it.
struct Late<'i> {
    import: &'i Import<'i>,
    id: TicketId,
    known: Known<'i>,
    /// Of a ticket that is a row what the other system said of it last.
    begin: Option<(Vec<Cell>, Vec<Option<Value>>)>,
    /// The entries that are new.
    new: Vec<Entry>,
    /// When the entries that were there are, by their tags.
    times: HashMap<&'i str, Moment>,
    /// The times that entries have.
    taken: BTreeSet<Moment>,
    /// The time of the row before.
    last: Moment,
    /// How many entries are before the row that came in last.
    place: usize,
    /// The rows of those entries, the last first; only those that no later one is beyond.
    passed: Vec<usize>,
    /// For each target its value at that place, and how many of its changes were gone past.
    held: Vec<(Held, usize)>,
    /// Untracked fields to be set to what a late row says.
    latest: BTreeMap<Field, Option<Value>>,
}

impl<'i> Late<'i> {
    fn new(
        import: &'i Import<'i>,
        page: &'i TicketPage,
        log: &'i [Entry],
        known: Known<'i>,
    ) -> Self {
        let ticket = &page.ticket;
        let created = log.iter().find(|entry| entry.kind == EntryKind::Created);
        let begin = created.map(|entry| entry.at).or_else(|| ticket.created());
        let targets = import.map.targets.iter().zip(&known.changes);
        let held = targets
            .map(|(target, changes)| {
                let field = &target.field;
                let read = |text: &str| read_value(field.kind(), text);
                let reported = created.and_then(|entry| entry.attribute(&field.to_string()));
                // The value at the beginning: as `created` tells it, or as the first change found
                // it, or as it still is.
                let begin = match (reported, changes.first()) {
                    (Some(reported), _) => Some(read(reported)),
                    (None, Some((_, How::Set { old, .. }))) => old.as_deref().map(read),
                    (None, Some((_, How::Elements { .. }))) => None,
                    (None, None) if field.is_tracked() => None,
                    (None, None) => ticket.values.get(field).cloned(),
                };
                (Held::One(begin), 0)
            })
            .collect();
        Self {
            import,
            id: ticket.id,
            known,
            begin: None,
            new: Vec::new(),
            times: log
                .iter()
                .rev()
                .map(|entry| (entry.tag.as_str(), entry.at))
                .collect(),
            taken: (ticket.log.iter().chain(log))
                .map(|entry| entry.at)
                .collect(),
            last: begin.unwrap_or_else(Moment::epoch),
            place: 0,
            passed: Vec::new(),
            held,
            latest: BTreeMap::new(),
        }
    }

    /// Goes past a row that is there.
    fn pass(&mut self, tag: &str) {
        if let Some(at) = self.times.get(tag) {
            self.last = self.last.max(*at);
        }
    }

    /// Puts in a row: at its time, or at the first free millisecond after it and after the row
    /// before it.
    fn put(&mut self, row: &ImportRow, number: usize) -> Result<(), EditError> {
        let mut at = row.at.max(self.last.next());
        while self.taken.contains(&at) {
            if at == Moment::LAST {
                return Err(EditError::EndOfTime);
            }
            at = at.next();
        }
        self.last = at;
        self.taken.insert(at);
        self.go_to(at);
        let (changes, said) = self.changes(number);
        self.new.push(self.import.entry(row, at, changes, said));
        Ok(())
    }

    /// Goes past the entries that are before a time.
    fn go_to(&mut self, at: Moment) {
        while let Some(entry) = self.known.log.get(self.place)
            && entry.at < at
        {
            if let Some(row) = self.known.rows[self.place] {
                while self.passed.last().is_some_and(|before| *before <= row) {
                    self.passed.pop();
                }
                self.passed.push(row);
            }
            self.place += 1;
        }
    }

    /// The value of a target before the entry at this place.
    fn hold(&mut self, slot: usize, kind: FieldKind) -> &mut Held {
        let (held, gone) = &mut self.held[slot];
        while let Some((at, how)) = self.known.changes[slot].get(*gone)
            && *at < self.place
        {
            held.change(kind, how);
            *gone += 1;
        }
        held
    }

    /// What a row that comes in at this place changes, and what else it says.
    fn changes(&mut self, row: usize) -> (Vec<Change>, Vec<(String, String)>) {
        let (mut changes, mut said) = (Vec::new(), Vec::new());
        let import = self.import;
        // Where the row's instant was full, later rows stand before it now: it must agree with
        // the last of them.
        while self.passed.last().is_some_and(|passed| *passed <= row) {
            self.passed.pop();
        }
        let passed = self.passed.last().map(|passed| self.known.state(*passed));
        let before = row.checked_sub(1).map(|before| self.known.state(before));
        let begin = self.begin.clone();
        let is_first = before.is_none();
        let before = before.or(begin.as_ref().map(|(held, _)| held.as_slice()));
        let state = self.known.state(row);
        for (slot, target) in import.map.targets.iter().enumerate() {
            let cell = state.get(slot).copied().unwrap_or(EMPTY);
            let before = before.and_then(|before| before.get(slot));
            // What no row of the export says is what it was.
            if before == Some(&cell) || cell == ELSEWHERE {
                continue;
            }
            let wanted = import.pool.value(cell);
            let kind = target.field.kind();
            let place = self.place;
            let held = self.hold(slot, kind);
            let how = match before {
                // What people put into a list here stays.
                Some(before) if kind.is_list() => {
                    let told = begin.as_ref().filter(|_| is_first);
                    let told = told.map(|(_, told)| told[slot].as_ref());
                    let before = told.unwrap_or_else(|| import.pool.value(*before));
                    let change = how(before, wanted, kind);
                    change.and_then(|how| held.still(how))
                }
                _ => how(held.value().as_ref(), wanted, kind),
            };
            let Some(how) = how else { continue };
            // A list is never set again as a whole.
            let next = self.known.change_from(slot, place);
            let set_again = next.filter(|_| !kind.is_list());
            let until = set_again.unwrap_or(self.known.log.len());
            let path = target.field.to_string();
            let holds = passed.is_none_or(|state| state.get(slot) == Some(&cell))
                && self.known.agree(place..until, row, slot, cell);
            if !holds {
                let value = wanted.map_or_else(
                    || crate::page::entry_value::NONE.to_owned(),
                    ToString::to_string,
                );
                said.push((format!("{LATE}{path}"), value));
                continue;
            }
            if set_again.is_none() && !target.field.is_tracked() {
                self.latest.insert(target.field.clone(), wanted.cloned());
            }
            self.held[slot].0.change(kind, &how);
            changes.push(Change { field: path, how });
        }
        (changes, said)
    }

    /// The text of the file.
    fn text(self, page: &TicketPage) -> Result<String, EditError> {
        let mut places: BTreeMap<usize, Vec<&Entry>> = BTreeMap::new();
        let mut known: Vec<(Moment, usize)> = page
            .entries
            .iter()
            .map(|known| (known.entry.at, known.span.start))
            .collect();
        known.sort_unstable();
        // For each of them the first in the file of those that are not earlier.
        let mut first = page.text.len();
        for (_, start) in known.iter_mut().rev() {
            first = first.min(*start);
            *start = first;
        }
        for entry in &self.new {
            let next = known.partition_point(|(at, _)| *at <= entry.at);
            let next = known.get(next).map_or(page.text.len(), |(_, start)| *start);
            places.entry(next).or_default().push(entry);
        }
        let nl = newline(&page.text);
        let mut text = String::with_capacity(page.text.len());
        let mut copied = 0;
        for (place, entries) in places {
            text.push_str(&page.text[copied..place]);
            for entry in entries {
                append_to(&mut text, &write(entry), nl);
            }
            if place < page.text.len() {
                text.push_str(nl);
            }
            copied = place;
        }
        text.push_str(&page.text[copied..]);
        for (field, value) in &self.latest {
            text = set(&text, &parts(&text)?, field, value.as_ref())?;
        }
        let read = ticket::read(self.id, text.clone()).map_err(|_| EditError::Unreadable)?;
        for difference in differences(&read.ticket) {
            let (field, folded) = (difference.field, difference.folded);
            text = set(&text, &parts(&text)?, &field, folded.as_ref())?;
        }
        Ok(text)
    }
}

fn parts(text: &str) -> Result<crate::page::front_matter::Parts, EditError> {
    split(Key::Id.path(), text).map_err(|_| EditError::Unreadable)
}
