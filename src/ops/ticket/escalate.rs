//! `escalate`: to deeper or other skills, or to management.

use crate::model::entry_kind::EntryKind;
use crate::model::event_log;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::bulk::Refusals;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::{TicketEdit, refused_done};
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::rules::absence;
use crate::rules::lifecycle::escalation::{self, Direction, NoWay};
use crate::rules::lifecycle::transitions::Trigger;
use crate::rules::sla::clocks;
use crate::rules::text::time_input::exact;

/// Marks tickets that management was told of.
pub const TOLD: &str = "escalated";

/// Moves the work to another team. The text says what was tried, and there must be one.
pub fn functional(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    to: &Direction,
    reason: Option<&str>,
    tried: &str,
) -> Result<Outcome, OpError> {
    let tried = values::text(tried)?;
    if tried.is_empty() {
        return Err(TicketError::EscalationNeedsText.error());
    }
    let reason = reason
        .map(|reason| values::line("reason", reason))
        .transpose()?;
    let to = match to {
        Direction::Queue(name) => Direction::Queue(desk.queue(name)?),
        Direction::Area(area) if !desk.settings.areas.contains_key(area) => {
            return Err(crate::ops::core::messages::unknown(
                "area",
                area,
                desk.settings.areas.keys().map(String::as_str),
            ));
        }
        other => other.clone(),
    };
    let mut tx = Transaction::begin(desk, act, "escalate")?.telling("escalated");
    let mut subject = String::new();
    tx.all(ids, |tx, id| {
        let mut edit = tx.edit(id, EntryKind::Escalate)?;
        if !edit.ticket.status().is_open() {
            return Err(refused_done(&edit.ticket, "escalated"));
        }
        let queue = edit.ticket.text(Key::Queue).to_owned();
        let target = escalation::target(&desk.settings, &queue, &edit.ticket.log, &to)
            .map_err(|way| no_way(id, way))?;
        if desk.queue(&target).is_err() {
            return Err(TicketError::RetiredTarget(&id, &target).error());
        }
        let keeps = edit.ticket.maybe(Key::Assignee).map(str::to_owned);
        let keeps = keeps.unwrap_or_else(|| act.me.to_string());
        move_on(&mut edit, desk, &target, Some(&keeps));
        edit.event(Trigger::AgentActs)?;
        if let Some(reason) = &reason {
            edit.attribute("reason", reason.clone());
        }
        edit.text(&tried);
        let title = one_line(edit.ticket.title(), 40);
        subject = format!("{id} escalate: {queue} to {target}: {title}");
        tx.stage(edit)
    })?;
    let subject = tx.subject("escalate", |_| subject);
    tx.finish(&subject)
}

/// Moves the work to a queue, and records where from and to, how long it was there, who keeps
/// contact with the requester (`keeps`, where nobody does yet), and how often it has come back to
/// a queue that it had left.
pub(in crate::ops) fn move_on(
    edit: &mut TicketEdit,
    desk: &Desk,
    target: &str,
    keeps: Option<&str>,
) {
    let settings = &desk.settings;
    let queue = edit.ticket.text(Key::Queue).to_owned();
    let events = event_log::of(&edit.ticket);
    let at = edit.at().whole_second();
    edit.attribute("escalation", "functional");
    let tier = |queue: &str| match settings.tier(queue) {
        0 => "none".to_owned(),
        tier => tier.to_string(),
    };
    edit.attribute("tiers", format!("{} to {}", tier(&queue), tier(target)));
    if let Some(stay) = clocks::stays(&events).last() {
        edit.attribute("time_in_tier", exact(at.since(stay.from)));
    }
    edit.set_text(Key::Queue, target);
    edit.set(Key::Assignee, None);
    if let Some(keeps) = keeps.filter(|_| edit.ticket.maybe(Key::ContactAgent).is_none()) {
        edit.set_text(Key::ContactAgent, keeps);
    }
    if let Some(contact) = edit.ticket.maybe(Key::ContactAgent).map(str::to_owned) {
        edit.attribute("contact", contact);
    }
    let bounces = escalation::bounces(events.queues().chain([target]));
    if bounces > 0 {
        edit.attribute("bounces", bounces.to_string());
    }
}

/// Records that management is told.
pub(in crate::ops) fn tell_management(edit: &mut TicketEdit, desk: &Desk) {
    edit.attribute("escalation", "hierarchic");
    // Whoever is absent would only hear of it later.
    let managers = absence::managers(&desk.settings, edit.at());
    let reported: Vec<&str> = managers.iter().map(|agent| agent.handle.as_str()).collect();
    if !reported.is_empty() {
        edit.attribute("told", reported.join(", "));
    }
    edit.add(Key::Tags, TOLD);
}

/// Refuses ways that lead nowhere, before anybody is asked for words.
pub fn possible(desk: &Desk, ids: &[TicketId], to: &Direction) -> Result<(), OpError> {
    let one = |id: TicketId| {
        let ticket = desk.page(id)?.ticket;
        let queue = ticket.text(Key::Queue);
        match escalation::target(&desk.settings, queue, &ticket.log, to) {
            Err(way @ NoWay::LastTier { .. }) => Err(no_way(id, way)),
            _ => Ok(()),
        }
    };
    let mut refusals = Refusals::default();
    for id in ids {
        refusals.add(id.as_str(), one(*id))?;
    }
    refusals.settle(ids.len(), "tickets refuse, so nothing was written")
}

fn no_way(id: TicketId, way: NoWay) -> OpError {
    let error = TicketError::NoEscalation(&id, &way).error();
    match way {
        NoWay::LastTier { sideways, .. } => {
            let error = error.hint(format!("sideways: --area {}", sideways.join(" | ")));
            error.hint("to management: --hierarchic; to a queue by name: --to QUEUE")
        }
        NoWay::NoQueue | NoWay::NeverMoved => error.hint("name the queue with --to QUEUE"),
        NoWay::Same(_) => error.hint("name another queue, or leave --to out for the next tier"),
        NoWay::EmptyArea(_) => error,
    }
}

/// Tells management; the work stays where it is.
pub fn hierarchic(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    reason: Option<&str>,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let reason = reason
        .map(|reason| values::line("reason", reason))
        .transpose()?;
    if text.is_empty() && reason.is_none() {
        return Err(TicketError::ManagementNeedsReason.error());
    }
    let tx = Transaction::begin(desk, act, "escalate")?;
    let mut tx = tx.telling("escalated to management");
    tx.all(ids, |tx, id| {
        let mut edit = tx.edit(id, EntryKind::Escalate)?;
        if !edit.ticket.status().is_open() {
            return Err(refused_done(&edit.ticket, "escalated"));
        }
        tell_management(&mut edit, desk);
        if let Some(reason) = &reason {
            edit.attribute("reason", reason.clone());
        }
        edit.event(Trigger::AgentActs)?;
        edit.text(&text);
        tx.stage(edit)
    })?;
    let what = "escalate: management told";
    let subject = tx.subject(what, |one| {
        let title = one_line(one.ticket.title(), 40);
        format!("{} {what}: {title}", one.ticket.id)
    });
    tx.finish(&subject)
}
