//! `handover`: what of an agent's work cannot wait until they are back, and giving it to another.

use std::collections::BTreeSet;

use crate::index::want::Want;
use crate::model::clocks::ClockKind;
use crate::model::entry_kind::EntryKind;
use crate::model::event::NEXT;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::ticket_summary::TicketSummary;
use crate::model::told::TOLD;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::unreadable;
use crate::ops::core::values;
use crate::ops::ticket::board;
use crate::ops::ticket::due::{DueItem, DueKind, DueRequest, due};
use crate::page::problem::Problem;
use crate::rules::absence;
use crate::rules::lifecycle::handover::back;
use crate::rules::lifecycle::words::OrderWord;

/// What an agent leaves at the end of a shift.
#[derive(Clone, Debug)]
pub struct Shift {
    /// When the agent is back.
    pub back: Moment,
    /// What callers are to be told meanwhile.
    pub words: Vec<OrderWord>,
    /// Due before then, the most urgent first: clocks and waits of the agent's tickets, reminders,
    /// calls to tell that a ticket is solved.
    pub due: Vec<DueItem>,
    /// Times that the agent's requesters were promised, whenever they are.
    pub promised: Vec<DueItem>,
    /// With others, or with nobody, while the agent keeps the requester informed; what stands above is
    /// left out.
    pub contacts: Vec<TicketSummary>,
    /// In the agent's queues, with nobody.
    pub unassigned: Vec<TicketSummary>,
    /// What is wrong with files that name the agent, and are perhaps theirs.
    pub doubtful: Vec<Problem>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

impl Shift {
    /// What is handed over: all but what nobody has, and calls that the agent makes for an absent one.
    pub fn tickets(&self, me: &Handle) -> BTreeSet<TicketId> {
        let items = self.due.iter().chain(&self.promised);
        let items = items.filter(|item| is_own(item, me));
        let contacts = self.contacts.iter().map(|ticket| ticket.id);
        items.map(|item| item.ticket.id).chain(contacts).collect()
    }

    /// What stays with the agent who stands in for an absent one.
    fn stays(&self, me: &Handle) -> BTreeSet<TicketId> {
        let items = self.due.iter().chain(&self.promised);
        let others = items.filter(|item| !is_own(item, me));
        others.map(|item| item.ticket.id).collect()
    }
}

/// Whether a thing is the agent's own to do, not that of somebody for whom they stand in.
fn is_own(item: &DueItem, me: &Handle) -> bool {
    let ticket = &item.ticket;
    let is = |key: Key| ticket.text(key) == me.as_str();
    item.what == DueKind::Reminder
        || is(Key::Assignee)
        || is(Key::ContactAgent)
        || ticket.tell.as_deref() == Some(me.as_str())
}

/// What an agent leaves.
pub fn shift(desk: &Desk, me: &Handle, now: Moment) -> Result<Shift, OpError> {
    let house = values::calendar(desk);
    let back = back(&desk.settings, &house, me.as_str(), now);
    let request = DueRequest {
        of: Some(me.clone()),
        ..DueRequest::default()
    };
    let list = due(desk, &request, now)?;
    let is_promise = |item: &DueItem| item.what == DueKind::Clock(ClockKind::Promise);
    let (promised, mut due): (Vec<_>, Vec<_>) = list.items.into_iter().partition(is_promise);
    due.retain(|item| item.due <= back);
    let found = desk.tickets(Want::Live);
    let named: BTreeSet<TicketId> = due
        .iter()
        .chain(&promised)
        .map(|item| item.ticket.id)
        .collect();
    let mut contacts = found.all.clone();
    contacts.retain(|ticket| {
        let is = |key: Key| ticket.text(key) == me.as_str();
        ticket.status().is_open()
            && is(Key::ContactAgent)
            && !is(Key::Assignee)
            && !named.contains(&ticket.id)
    });
    let hidden = unreadable::hiding(desk, &found, &[Key::Assignee, Key::ContactAgent]);
    let (doubtful, _) = unreadable::naming(desk, hidden, &format!("\"{me}\""));
    let board = board::sorted(desk, desk.context(Some(me), now), found);
    Ok(Shift {
        back,
        words: board.words,
        due,
        promised,
        contacts,
        unassigned: board.unassigned,
        doubtful,
        problems: board.problems,
    })
}

/// Hands a shift over to another agent, all or nothing: an entry on each ticket, which the other
/// acknowledges.
pub fn handover(desk: &Desk, act: &Actor, to: &str, text: &str) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let mut tx = Transaction::begin(desk, act, "handover")?;
    let to = desk.agent(to)?;
    if to == act.me {
        return Err(TicketError::HandoverToSelf.error());
    }
    if let Some(away) = absence::absence(&desk.settings, to.as_str(), act.now) {
        return Err(TicketError::HandoverToAbsent(&to, &away.days.last).error());
    }
    let shift = shift(desk, &act.me, act.now)?;
    if !shift.doubtful.is_empty() {
        let error = TicketError::DoubtfulHandover(&act.me).error();
        return Err(error.with(shift.doubtful));
    }
    let ids = shift.tickets(&act.me);
    if ids.is_empty() {
        return Err(TicketError::NothingToHandOver.error());
    }
    let reminders = shift.due.iter();
    let reminders = reminders.filter(|item| item.what == DueKind::Reminder);
    let reminders: Vec<&DueItem> = reminders.collect();
    for id in &ids {
        let mut edit = tx.edit(*id, EntryKind::Handover)?;
        let reminder = reminders.iter().find(|item| item.ticket.id == *id);
        give(&mut edit, &act.me, &to, reminder.map(|item| item.due));
        edit.text(&text);
        tx.stage(edit)?;
    }
    let stays = shift.stays(&act.me);
    if !stays.is_empty() {
        tx.notices.push(format!(
            "calls that you make for somebody who is away stay with you: {}",
            listed(&stays)
        ));
    }
    let count = ids.len();
    let s = if count == 1 { "" } else { "s" };
    tx.finish(&format!("handover to {to}: {count} ticket{s}"))
}

fn listed(ids: &BTreeSet<TicketId>) -> String {
    let ids: Vec<&str> = ids.iter().map(TicketId::as_str).collect();
    ids.join(" ")
}

/// Gives what of a ticket is one agent's to another: the work, the contact, the call to tell that it is
/// solved, and the reminder.
fn give(edit: &mut TicketEdit, from: &Handle, to: &Handle, reminder: Option<Moment>) {
    if edit.ticket.status().is_open() {
        edit.attribute(TOLD, to.as_str());
        for key in [Key::Assignee, Key::ContactAgent] {
            if edit.ticket.text(key) == from.as_str() {
                edit.set_text(key, to.as_str());
            }
        }
    } else {
        edit.attribute("tell", to.as_str());
    }
    if let Some(at) = reminder {
        edit.attribute(NEXT, at.to_string());
    }
}
