//! Whom an entry of a log concerns, so that they are told of it at once.

use std::collections::BTreeSet;

use crate::model::entry::{Change, Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::event::is_automatic;
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::settings::{Agent, Settings};
use crate::model::ticket::Ticket;
use crate::model::told::{MENTIONS, TOLD};
use crate::rules::absence;
use crate::rules::lifecycle::watchers;

/// Whom an entry concerns, by handle: who was told something in it or named, who got the work or the
/// contact by it, whose requester got in touch, whose work is open again, the team to which the work
/// moved, who is to tell the requester, whoever has what the program reminds of, and those who watch the
/// ticket, as far as they wait for such a thing. Never its author.
/// Those who stand in are told in the place of whoever is absent.
pub fn concerned(settings: &Settings, ticket: &Ticket, entry: &Entry, now: Moment) -> Vec<String> {
    let queue = ticket.text(Key::Queue);
    let mut to: Vec<String> = Vec::new();
    let mut add = |handle: &str| to.extend(present(settings, handle, queue, now));
    for told in [TOLD, MENTIONS]
        .iter()
        .filter_map(|key| entry.attribute(key))
    {
        told.split(',').map(str::trim).for_each(&mut add);
    }
    for key in [Key::Assignee, Key::ContactAgent] {
        let gets = new_value(entry, key.path());
        if let Some(gets) = gets.filter(|gets| *gets == ticket.text(key)) {
            add(gets);
        }
    }
    if let Some(tell) = entry.attribute("tell").filter(|_| ticket.tell().is_some()) {
        add(tell);
    }
    let is_answer = is_answer(entry);
    if is_answer || entry.kind == EntryKind::Reopen {
        for key in [Key::Assignee, Key::ContactAgent] {
            ticket.maybe(key).into_iter().for_each(&mut add);
        }
    }
    let is_own = entry.by.is_desk() && entry.attribute(OF).is_none();
    let reminds = matches!(
        entry.kind,
        EntryKind::Remind | EntryKind::Wake | EntryKind::Escalate
    );
    let moved = entry.kind == EntryKind::Escalate && entry.change(Key::Queue.path()).is_some();
    let management = entry.attribute("escalation") == Some("hierarchic");
    if is_own && reminds || moved || (is_answer && to.is_empty()) {
        to.extend(people(settings, ticket, is_own && management, now));
    }
    to.extend(watchers::told(settings, ticket, entry, now));
    let mut to = once(to);
    to.retain(|handle| entry.by.as_str() != handle);
    to
}

/// The value that an entry gives a field, or that the first one tells.
fn new_value<'e>(entry: &'e Entry, field: &str) -> Option<&'e str> {
    match entry.change(field) {
        Some(change) => Change::new_value(change),
        None if entry.kind == EntryKind::Created => entry.attribute(field),
        None => None,
    }
}

/// Whether the requester got in touch.
pub fn is_answer(entry: &Entry) -> bool {
    entry.kind == EntryKind::Contact
        && entry.attribute("direction") == Some("in")
        && !is_automatic(entry)
}

/// An agent, or those who stand in while they are absent.
fn present(settings: &Settings, handle: &str, queue: &str, now: Moment) -> Vec<String> {
    match absence::absence(settings, handle, now) {
        Some(_) => names(absence::deputies(settings, handle, queue, now)),
        None => settings
            .agent(handle)
            .filter(|agent| !agent.retired)
            .map(|agent| agent.handle.to_string())
            .into_iter()
            .collect(),
    }
}

fn names(agents: Vec<&Agent>) -> Vec<String> {
    let names = agents.into_iter().map(|agent| agent.handle.to_string());
    names.collect()
}

fn once(mut all: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all.retain(|handle| seen.insert(handle.clone()));
    all
}

/// Whoever has the ticket, else who is on duty in its queue, else the queue's team, else the managers:
/// somebody always. Those who stand in are told in the place of whoever is absent.
pub fn people(settings: &Settings, ticket: &Ticket, management: bool, now: Moment) -> Vec<String> {
    let queue = ticket.text(Key::Queue);
    let present = |handle: &str| present(settings, handle, queue, now);
    let active = |handle: &str| {
        let agent = settings.agent(handle);
        agent.is_some_and(|agent| !agent.retired)
    };
    let managers = || names(absence::managers(settings, now));
    let mut to: Vec<String> = Vec::new();
    if let Some(assignee) = ticket.maybe(Key::Assignee).filter(|handle| active(handle)) {
        to.extend(present(assignee));
    }
    if to.is_empty() {
        let in_team = |agent: &&Agent| {
            let mut queues = agent.queues.iter();
            queues.any(|of| of == queue) && absence::is_present(settings, agent, now)
        };
        to.extend(match absence::on_duty(settings, queue, now) {
            Some(agent) => vec![agent.handle.to_string()],
            None => names(settings.active_agents().filter(in_team).collect()),
        });
    }
    if let Some(contact) = ticket
        .maybe(Key::ContactAgent)
        .filter(|handle| active(handle))
    {
        to.extend(present(contact));
    }
    if to.is_empty() || management {
        to.extend(managers());
    }
    once(to)
}
