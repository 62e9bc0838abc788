//! One ticket being changed by one entry.

use crate::model::entry_kind::EntryKind;
use crate::ops::core::messages::desk::DeskError;
use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::model::entry::{Change, DERIVED, Entry, FOLLOWS, OF};
use crate::model::entry_time::CLOCK;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::model::told;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::{OpError, barred};
use crate::ops::core::outcome::Changed;
use crate::page::ticket::{self, TicketPage};
use crate::page::{edit, escape, front_matter, log};
use crate::rules::lifecycle::{repair, replay, routing, tick_marks, transitions, work_order};
use crate::rules::text::time_input;
use crate::store::fs::random;

/// A ticket being changed by one entry.
#[derive(Debug)]
pub struct TicketEdit {
    /// The file's text when it was read.
    pub(in crate::ops::core) base: String,
    /// The page with what hands had left undone written in.
    page: TicketPage,
    /// The ticket with the changes so far.
    pub ticket: Ticket,
    entry: Entry,
    /// Where the log is ahead of now.
    pub(in crate::ops::core) ahead: Option<Ahead>,
    repaired: Vec<String>,
    by_hand: Vec<String>,
    follows: Vec<(Key, String)>,
    /// Whether the entry says what follows, although entries of its kind do not.
    says_follows: bool,
    remarks: Vec<String>,
}

impl TicketEdit {
    pub(in crate::ops::core) fn of(
        id: TicketId,
        base: String,
        kind: EntryKind,
        desk: &Desk,
        act: &Actor,
        committed: Option<&Ticket>,
    ) -> Result<Self, OpError> {
        let page = ticket::read(id, base.clone())?;
        Self::since(page, base, kind, desk, act, committed)
    }

    /// A change on top of a page that stands in for what the file says.
    pub fn over(
        page: TicketPage,
        base: String,
        kind: EntryKind,
        desk: &Desk,
        act: &Actor,
    ) -> Result<Self, OpError> {
        Self::since(page, base, kind, desk, act, None)
    }

    /// As `over`; what a hand changed since the ticket was `committed` is logged first.
    fn since(
        page: TicketPage,
        base: String,
        kind: EntryKind,
        desk: &Desk,
        act: &Actor,
        committed: Option<&Ticket>,
    ) -> Result<Self, OpError> {
        barred(
            &page.path,
            page.bars(),
            &format!("desk edit {}", page.ticket.id),
        )?;
        let mut repair = repair::repair(&page, desk.settings.zone)?;
        let mut page = match repair.text {
            Some(text) => ticket::read(page.ticket.id, text)?,
            None => page,
        };
        if let Some(committed) = committed
            && let Some(logged) = repair::log_by_hand(&page, committed, &mut repair.done)?
        {
            page = logged;
        }
        let ticket = page.ticket.clone();
        let entry = Entry {
            at: entry_time(act.now, ticket.log.last().map(|entry| entry.at))?,
            by: act.me.clone(),
            kind,
            tag: random::tag()?,
            attributes: Vec::new(),
            changes: Vec::new(),
            text: String::new(),
        };
        // What the program does is not told by its clock.
        let ahead = (!act.me.is_desk())
            .then(|| Ahead::of(&ticket, act.now))
            .flatten();
        Ok(Self {
            base,
            page,
            ticket,
            entry,
            ahead,
            repaired: repair.done,
            by_hand: Vec::new(),
            follows: Vec::new(),
            says_follows: false,
            remarks: Vec::new(),
        })
    }

    /// A page that a person edited: what the log lacks will stand in the person's own entry.
    pub fn by_hand(page: TicketPage, base: String, act: &Actor) -> Result<Self, OpError> {
        let ticket = page.ticket.clone();
        let last = ticket.log.last().map(|entry| entry.at);
        let entry = Entry {
            at: entry_time(act.now, last)?,
            by: act.me.clone(),
            kind: EntryKind::Edit,
            tag: random::tag()?,
            attributes: Vec::new(),
            changes: Vec::new(),
            text: String::new(),
        };
        let ahead = Ahead::of(&ticket, act.now);
        Ok(Self {
            base,
            page,
            ticket,
            entry,
            ahead,
            repaired: Vec::new(),
            by_hand: Vec::new(),
            follows: Vec::new(),
            says_follows: false,
            remarks: Vec::new(),
        })
    }

    /// Puts all that a person changed into the entry: what the log does not say of the tracked
    /// fields, and how the others differ from those of `before`.
    pub fn log_all(&mut self, before: Option<&Ticket>) -> Result<(), OpError> {
        let mut text = self.page.text.clone();
        for change in std::mem::take(&mut self.entry.changes) {
            let Ok(field) = change.field.parse::<Field>() else {
                continue;
            };
            let parts = front_matter::split(&self.page.path, &text)?;
            text = edit::set(&text, &parts, &field, self.ticket.values.get(&field))?;
        }
        self.page = ticket::read(self.id(), text)?;
        for difference in replay::unlogged(&self.ticket) {
            let (old, new) = (difference.folded.as_ref(), difference.stated.as_ref());
            self.log_change(&difference.field, old, new);
        }
        self.log_marks();
        let Some(before) = before else { return Ok(()) };
        let now = self.ticket.values.clone();
        let fields: BTreeSet<&Field> = before.values.keys().chain(now.keys()).collect();
        let logged: Vec<String> = self
            .entry
            .changes
            .iter()
            .map(|one| one.field.clone())
            .collect();
        let unlogged = |field: &Field| !field.is_tracked() && !logged.contains(&field.to_string());
        for field in fields.into_iter().filter(|field| unlogged(field)) {
            self.log_change(field, before.values.get(field), now.get(field));
        }
        Ok(())
    }

    /// Tells the marks of a work order's steps that neither the log nor the entry tells yet.
    fn log_marks(&mut self) {
        for (step, done) in tick_marks::differences(&self.ticket, Some(&self.entry)) {
            self.attribute(tick_marks::word(done), step);
        }
    }

    fn log_change(&mut self, field: &Field, old: Option<&Value>, new: Option<&Value>) {
        if let Some(how) = replay::how(old, new, field.kind()) {
            self.entry.changes.push(Change {
                field: field.to_string(),
                how,
            });
        }
    }

    /// Says what a person changed beside the fields.
    pub fn tell(&mut self, by_hand: Vec<String>) {
        self.by_hand = by_hand;
    }

    /// Gives the entry the heading of one that was written before.
    pub fn stamp(&mut self, at: Moment, tag: &str) {
        self.entry.at = at;
        tag.clone_into(&mut self.entry.tag);
    }

    /// When an entry stands of what was due at a moment: then, or right after the last.
    pub fn right_after(&self, due: Moment) -> Result<Moment, OpError> {
        entry_time(due, self.page.ticket.log.last().map(|entry| entry.at))
    }

    /// The entry's tag.
    pub fn tag(&self) -> &str {
        &self.entry.tag
    }

    /// The ticket's id.
    pub fn id(&self) -> TicketId {
        self.ticket.id
    }

    /// Sets a field, or empties it; the log gets the change.
    pub fn set(&mut self, field: impl Into<Field>, value: Option<Value>) {
        let field = field.into();
        let value = value.filter(|value| *value != Value::List(Vec::new()));
        let before = self.page.ticket.values.get(&field);
        match &value {
            Some(value) => self.ticket.values.insert(field.clone(), value.clone()),
            None => self.ticket.values.remove(&field),
        };
        let path = field.to_string();
        self.entry.changes.retain(|change| change.field != path);
        self.follows.retain(|(key, _)| Field::Known(*key) != field);
        if let Some(how) = replay::how(before, value.as_ref(), field.kind()) {
            self.entry.changes.push(Change { field: path, how });
        }
    }

    /// Sets a key to a text.
    pub fn set_text(&mut self, key: Key, text: &str) {
        self.set(
            key,
            (!text.is_empty()).then(|| Value::Text(text.to_owned())),
        );
    }

    /// Sets a key to a text that follows from `cause`, empties it where the text is empty.
    pub fn follow(&mut self, key: Key, text: &str, cause: &str) {
        self.set_text(key, text);
        self.follows.push((key, cause.to_owned()));
    }

    /// Has the entry say which of its fields follow from others, as one of `set` does.
    pub fn say_follows(&mut self) {
        self.says_follows = true;
    }

    /// The ticket as it will stand, with the entry as far as it is written.
    pub fn as_written(&self) -> Ticket {
        let mut ticket = self.ticket.clone();
        ticket.log.push(self.entry.clone());
        ticket
    }

    /// Says what else follows, a phrase.
    pub fn remark(&mut self, phrase: String) {
        self.remarks.push(phrase);
    }

    /// Whether the entry changes anything.
    pub fn has_changes(&self) -> bool {
        !self.entry.changes.is_empty()
    }

    /// Adds an element to a list.
    pub fn add(&mut self, key: Key, element: &str) {
        let mut all = self.ticket.list(key);
        if !all.iter().any(|one| one == element) {
            all.push(element.to_owned());
        }
        self.set(key, Some(Value::List(all)));
    }

    /// Takes back an entry of the log: the fields, and the marks of a work order's steps, become what
    /// the log says without it.
    pub fn take_back(&mut self, entry: &Entry) -> Result<(), OpError> {
        self.attribute(OF, entry.identity());
        let mut after = self.ticket.clone();
        after.log.push(self.entry.clone());
        for difference in replay::unlogged(&after) {
            self.set(difference.field, difference.folded);
        }
        let marks = tick_marks::differences(&after, None);
        if marks.is_empty() {
            return Ok(());
        }
        let steps = work_order::steps(self.description());
        let names = tick_marks::names(&steps);
        let fold = tick_marks::fold(&names, &after.log);
        let marked = work_order::marked(self.description(), &steps, &fold);
        self.describe(&marked)
    }

    /// A fact about the entry.
    pub fn attribute(&mut self, key: &str, value: impl Into<String>) {
        self.entry.attributes.push((key.to_owned(), value.into()));
    }

    /// The entry's free text.
    pub fn text(&mut self, text: &str) {
        self.entry.text = escape::tidy(text);
    }

    /// Notes whom the text names with `@`, of those on the team; not in words of the requester's.
    #[must_use]
    pub(in crate::ops::core) fn mention(mut self, settings: &Settings) -> Self {
        let is_free = self.entry.by.is_desk() || self.entry.kind == EntryKind::Contact;
        let known: Vec<&str> = settings
            .active_agents()
            .map(|agent| agent.handle.as_str())
            .collect();
        let named = told::mentioned(&self.entry.text, &known);
        if !is_free && !named.is_empty() && self.entry.attribute(told::MENTIONS).is_none() {
            let named = (told::MENTIONS.to_owned(), named.join(", "));
            self.entry.attributes.push(named);
        }
        self
    }

    /// When the entry is.
    pub fn at(&self) -> Moment {
        self.entry.at
    }

    /// The description as it stands in the file, byte by byte.
    pub fn description(&self) -> &str {
        &self.page.text[self.page.description()]
    }

    /// Puts other bytes in the place of the description's.
    pub fn describe(&mut self, description: &str) -> Result<(), OpError> {
        let mut text = self.page.text.clone();
        text.replace_range(self.page.description(), description);
        self.page = ticket::read(self.id(), text)?;
        self.ticket.description = self.page.ticket.description.clone();
        Ok(())
    }

    /// Moves the ticket, if the status machine allows it.
    pub fn move_to(&mut self, to: &Status) -> Result<(), OpError> {
        let from = self.ticket.status();
        if !transitions::may_move(&from, to) {
            return Err(refused_move(&self.ticket, to));
        }
        self.set_text(Key::Status, to.as_str());
        if *to != Status::Pending {
            self.set(Key::WaitingOn, None);
            self.set(Key::Until, None);
        }
        Ok(())
    }

    /// Moves the ticket as far as an event does by itself.
    pub fn event(&mut self, event: transitions::Trigger) -> Result<(), OpError> {
        match transitions::moves_to(&self.ticket, event) {
            Some(to) => self.move_to(&to),
            None => Ok(()),
        }
    }

    /// Whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.entry.changes.is_empty()
            && self.entry.attributes.is_empty()
            && self.entry.text.is_empty()
    }

    /// A further change by an entry of `kind`, on top of this one.
    pub fn then(self, kind: EntryKind, desk: &Desk, act: &Actor) -> Result<Self, OpError> {
        let (id, base) = (self.id(), self.base.clone());
        let (text, _) = self.finish()?;
        Self::over(ticket::read(id, text)?, base, kind, desk, act)
    }

    /// Tells which of the fields that routing decides follow from others, where a person's entry
    /// changes any.
    fn log_follows(&mut self) {
        let kinds = [EntryKind::Set, EntryKind::Convert, EntryKind::Intake];
        let changed: Vec<Key> = routing::KEYS
            .into_iter()
            .filter(|key| self.entry.change(key.path()).is_some())
            .collect();
        let by_command = kinds.contains(&self.entry.kind);
        // What a person writes into the file is by hand, but for what follows from it.
        let by_hand = self.entry.kind == EntryKind::Edit && !self.follows.is_empty();
        if changed.is_empty() || !(by_command || by_hand || self.says_follows) {
            return;
        }
        let follows = |key: &Key| self.follows.iter().any(|(one, _)| one == key);
        let list = follow_list(changed.into_iter().filter(follows));
        self.attribute(FOLLOWS, list);
    }

    /// Gives the program's own entry a tag of what it tells, so that two clones write the same one.
    fn derive_tag(&mut self) {
        let last = self.page.ticket.log.last().map(Entry::identity);
        self.entry.tag.clear();
        let told = log::write(&self.entry);
        let parts = [self.ticket.id.as_str(), &told, &last.unwrap_or_default()];
        self.entry.tag = log::derived_tag(&parts, DERIVED);
    }

    pub(in crate::ops::core) fn finish(mut self) -> Result<(String, Changed), OpError> {
        let mut text = self.page.text.clone();
        let empty = self.is_empty();
        if !empty {
            self.log_marks();
            self.log_follows();
            if self.entry.by.is_desk() && !self.entry.is_derived() {
                self.derive_tag();
            }
            if let Some(ahead) = &self.ahead {
                let own = (CLOCK.to_owned(), ahead.now.to_string());
                self.entry.attributes.push(own);
            }
            for change in &self.entry.changes {
                let Ok(field) = change.field.parse::<Field>() else {
                    continue;
                };
                let parts = front_matter::split(&self.page.path, &text)?;
                text = edit::set(&text, &parts, &field, self.ticket.values.get(&field))?;
            }
            text = edit::append(&text, &log::write(&self.entry));
        }
        let page = ticket::read(self.ticket.id, text.clone())?;
        let entry = (!empty).then_some(self.entry);
        let changed = Changed {
            ticket: page.ticket,
            entry,
            new: false,
            repaired: self.repaired,
            by_hand: self.by_hand,
            follows: self.follows,
            remarks: self.remarks,
        };
        Ok((text, changed))
    }
}

/// The keys of an entry that follow from others, as the entry lists them.
pub fn follow_list(keys: impl Iterator<Item = Key>) -> String {
    keys.map(Key::path).collect::<Vec<_>>().join(", ")
}

/// A writer's time: now, to the second, or right after the last entry. Nothing can be written after
/// the last moment that there is.
pub fn entry_time(now: Moment, last: Option<Moment>) -> Result<Moment, OpError> {
    let now = now.whole_second();
    match last {
        Some(last) if last == Moment::LAST => Err(DeskError::LogAtEndOfTime.error()),
        Some(last) if last >= now => Ok(last.next()),
        _ => Ok(now),
    }
}

/// So much later than now an entry may be dated before somebody's clock counts as wrong.
pub const AHEAD: TimeDelta = TimeDelta::minutes(2);

/// That a log is ahead of a writer's time.
#[derive(Clone, Debug)]
pub(in crate::ops::core) struct Ahead {
    /// The writer's own time.
    now: Moment,
    /// Whose entry it is, and by how much.
    pub(in crate::ops::core) notice: String,
}

impl Ahead {
    fn of(ticket: &Ticket, now: Moment) -> Option<Self> {
        let now = now.whole_second();
        let ahead = |entry: &&Entry| entry.at.since(now) > AHEAD;
        ticket.log.last().filter(ahead)?;
        // Entries that tell their writer's own time only follow another.
        let mut late = ticket.log.iter().rev().take_while(ahead);
        let mut entry = late.next()?;
        for earlier in late {
            if entry
                .attribute(CLOCK)
                .is_none_or(|reported| reported.parse::<Moment>().is_err())
            {
                break;
            }
            entry = earlier;
        }
        let notice = format!(
            "the entry `{}` by `{}` in `{}` is dated {} later than now, so this one is dated after it: \
             is the clock of either right?",
            entry.kind,
            entry.by,
            ticket.id,
            time_input::lasting(entry.at.since(now))
        );
        Some(Self { now, notice })
    }
}

/// Why a move is refused, with the moves that are allowed.
pub fn refused_move(ticket: &Ticket, to: &Status) -> OpError {
    let from = ticket.status();
    let id = ticket.id;
    let error = if from == *to {
        DeskError::AlreadyThere(&id, &from).error()
    } else {
        DeskError::ForbiddenMove(&id, &from, &to).error()
    };
    ways_on(error, ticket)
}

/// Why something that only open work is for is refused on a ticket that is done.
pub fn refused_done(ticket: &Ticket, verb: &str) -> OpError {
    let (id, status) = (ticket.id, ticket.status());
    ways_on(
        DeskError::TicketNotOpen(&id, &status, &verb).error(),
        ticket,
    )
}

/// The moves that a ticket may make.
fn ways_on(mut error: OpError, ticket: &Ticket) -> OpError {
    let (id, from) = (ticket.id, ticket.status());
    let commands = transitions::commands(&from);
    if !commands.is_empty() {
        let moves: Vec<String> = transitions::allowed(&from)
            .iter()
            .filter(|to| transitions::may_move(&from, to))
            .map(ToString::to_string)
            .collect();
        error = error.hint(format!(
            "from {from} it can become {}: desk {}",
            moves.join(", "),
            commands.join(", desk ")
        ));
    }
    match from {
        Status::Closed => error.hint(format!(
            "a closed ticket stays closed; `desk contact {id} --in` opens a new one that follows it"
        )),
        Status::Merged => {
            let into = ticket.text(Key::LinkMergedInto);
            error.hint(format!("it went into {into}")).hint(format!(
                "where each went into the other, `desk reopen {id}` takes it back"
            ))
        }
        _ => error,
    }
}
