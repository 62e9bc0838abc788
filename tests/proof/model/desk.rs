//! The model: what commands do to tickets, said a second time. It knows no file, no git and no program.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::commands::{Command, Verb};
use super::tickets::{Entry, Refusal, Ticket, Values, changes, elements, put, read};

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// What one command wrote.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) by: String,
    pub(super) at: i64,
    /// By ticket: the places of the entries, and whether it is new.
    pub(super) tickets: Vec<(usize, Vec<usize>, bool)>,
    /// The record that it took back.
    pub(super) undoes: Option<usize>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) tickets: Vec<Ticket>,
    pub(super) records: Vec<Record>,
    /// The clock, in milliseconds.
    pub(crate) now: i64,
    pub(super) me: String,
    /// What the command in hand wrote: ticket, entry if any, whether the ticket is new.
    pub(super) changed: Vec<(usize, Option<usize>, bool)>,
    pub(super) undoes: Option<usize>,
}

/// A ticket being changed by one entry.
pub(super) struct Edit {
    pub(super) ticket: usize,
    pub(super) values: Values,
    pub(super) entry: Entry,
}

impl Edit {
    pub(super) fn set(&mut self, field: &str, value: impl Into<Json>) {
        put(&mut self.values, field, value.into());
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.values
            .get(field)
            .and_then(Json::as_str)
            .unwrap_or_default()
    }

    pub(super) fn add(&mut self, field: &str, element: &str) {
        let mut all = elements(&self.values, field);
        if !all.iter().any(|one| one == element) {
            all.push(element.to_owned());
        }
        self.set(field, all);
    }

    pub(super) fn move_to(&mut self, to: &str) -> Result<(), Refusal> {
        let from = self.text("status").to_owned();
        let may = match from.as_str() {
            "new" | "open" | "pending" => {
                to == "pending" || (to != from && to != "closed" && to != "new")
            }
            "resolved" => to == "open" || to == "closed",
            "cancelled" => to == "open",
            _ => false,
        };
        if !may {
            return Err(format!("{from} -> {to}"));
        }
        self.set("status", to);
        if to != "pending" {
            self.set("waiting_on", Json::Null);
            self.set("until", Json::Null);
        }
        Ok(())
    }

    /// An agent does something.
    pub(super) fn acts(&mut self) {
        if self.text("status") == "new" {
            self.set("status", "open");
        }
    }
}

/// The priority that follows.
pub(super) fn derived(impact: &str, urgency: &str) -> &'static str {
    match (impact, urgency) {
        ("company", "high") => "outage",
        ("company", "medium") | ("site" | "team", "high") => "critical",
        ("team" | "person", "low") => "low",
        _ => "standard",
    }
}

impl Model {
    /// A desk without tickets, at a moment.
    pub(crate) fn at(now: i64) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }

    /// The name of a ticket, where the program has an id.
    pub(crate) fn name(ticket: usize) -> String {
        format!("T{ticket}")
    }

    pub(super) fn place(name: &str) -> Option<usize> {
        name.strip_prefix('T')?.parse().ok()
    }

    pub(super) fn edit(&self, ticket: usize, kind: &'static str) -> Edit {
        let entry = Entry {
            by: self.me.clone(),
            kind,
            ..Entry::default()
        };
        Edit {
            ticket,
            values: self.tickets[ticket].values(),
            entry,
        }
    }

    /// Writes an entry as of a moment, or right after the last.
    pub(super) fn write(&mut self, edit: Edit, at: i64) {
        let Edit {
            ticket,
            values,
            mut entry,
        } = edit;
        let of = &mut self.tickets[ticket];
        entry.changes = changes(&of.values(), &values);
        let is_empty = entry.changes.is_empty() && entry.text.is_empty() && !entry.facts;
        let place = (!is_empty).then_some(of.log.len());
        if !is_empty {
            let last = of.log.last().unwrap().at;
            let whole = at - at.rem_euclid(1_000);
            entry.at = if last >= whole { last + 1 } else { whole };
            of.log.push(entry);
        }
        self.changed.push((ticket, place, false));
    }

    pub(super) fn stage(&mut self, edit: Edit) {
        self.write(edit, self.now);
    }

    pub(super) fn create(&mut self, first: Values, whole: bool) -> usize {
        let entry = Entry {
            at: self.now,
            by: self.me.clone(),
            kind: "created",
            facts: true,
            ..Entry::default()
        };
        let log = vec![entry];
        self.tickets.push(Ticket { first, log, whole });
        let ticket = self.tickets.len() - 1;
        self.changed.push((ticket, Some(0), true));
        ticket
    }

    /// An id names the month in two digits of the year, of 1970 to 2069.
    pub(super) fn may_create(&self) -> Result<(), Refusal> {
        if self.now >= read("2070-01-01T00:00:00Z") {
            return Err("no id can be made".to_owned());
        }
        Ok(())
    }

    /// The ticket at the end of a chain of merges.
    pub(super) fn end(&self, mut ticket: usize) -> usize {
        while self.tickets[ticket].status() == "merged" {
            ticket = Self::place(&self.tickets[ticket].text("links.merged_into")).unwrap();
        }
        ticket
    }

    /// Two tickets of a command, the first alone where it is asked for one or there is but one.
    pub(super) fn both(&self, command: &Command, both: bool) -> Vec<usize> {
        let count = self.tickets.len();
        let (a, b) = (command.a % count, command.b % count);
        if both && a != b { vec![a, b] } else { vec![a] }
    }

    /// What a command makes of the model, or why it is refused.
    pub(crate) fn run(&self, command: &Command) -> Result<Self, Refusal> {
        let mut next = self.clone();
        let is_sweep = matches!(command.verb, Verb::Sweep);
        let by = if is_sweep { "desk" } else { command.by };
        by.clone_into(&mut next.me);
        next.changed.clear();
        next.undoes = None;
        next.act(command)?;
        next.follow();
        let mut tickets: BTreeMap<usize, (Vec<usize>, bool)> = BTreeMap::new();
        for (ticket, place, new) in &next.changed {
            let one = tickets.entry(*ticket).or_default();
            one.0.extend(place);
            one.1 |= new;
        }
        tickets.retain(|_, (entries, _)| !entries.is_empty());
        if !tickets.is_empty() {
            let tickets = tickets
                .into_iter()
                .map(|(ticket, (entries, new))| (ticket, entries, new));
            next.records.push(Record {
                by: next.me.clone(),
                at: next.now,
                tickets: tickets.collect(),
                undoes: next.undoes,
            });
        }
        Ok(next)
    }

    pub(super) fn act(&mut self, command: &Command) -> Result<(), Refusal> {
        let Command { a, b, verb, .. } = command;
        if self.tickets.is_empty()
            && !matches!(verb, Verb::New { .. } | Verb::Undo(_) | Verb::Sweep)
        {
            return Err("no ticket".to_owned());
        }
        let count = self.tickets.len().max(1);
        let (a, b) = (a % count, b % count);
        match verb {
            Verb::New {
                phone,
                code,
                impact,
                requester,
            } => {
                self.may_create()?;
                let first = self.new_values(*phone, *code, *impact, *requester);
                self.create(first, true);
            }
            Verb::Note(text) => {
                let mut edit = self.edit(self.end(a), "note");
                edit.acts();
                (*text).clone_into(&mut edit.entry.text);
                self.stage(edit);
            }
            Verb::Contact { incoming, phone } => self.contact(a, *incoming, *phone),
            Verb::Take => self.give(&[a], "take", command.by)?,
            Verb::Assign(to, both) => self.give(&self.both(command, *both), "assign", to)?,
            Verb::Set(pairs, reason) => self.set(a, pairs, *reason)?,
            Verb::Pend { on, hours } => self.pend(a, on, *hours)?,
            Verb::Resolve { text, both } => self.resolve(&self.both(command, *both), text)?,
            Verb::Close(how) => self.close(a, *how)?,
            Verb::Reopen => {
                let mut edit = self.edit(a, "reopen");
                if edit.text("status") == "new" {
                    return Err("new".to_owned());
                }
                edit.move_to("open")?;
                self.stage(edit);
            }
            Verb::Cancel => {
                let mut edit = self.edit(a, "cancel");
                edit.move_to("cancelled")?;
                self.stage(edit);
            }
            Verb::Watch { off } => self.watch(a, *off)?,
            Verb::Merge => self.merge(a, b)?,
            Verb::Link(kind) => self.link(a, b, kind)?,
            Verb::Order { both } => self.order_for(&self.both(command, *both))?,
            Verb::Hang { both } => self.join(&self.both(command, *both), (b + 1) % count)?,
            Verb::Undo(number) => self.undo(*number)?,
            Verb::Sweep => self.sweep(),
        }
        Ok(())
    }
}

pub(super) fn not_merged(edit: &Edit) -> Result<(), Refusal> {
    if edit.text("status") == "merged" {
        return Err("merged".to_owned());
    }
    Ok(())
}
