//! `work say`: what callers of a work order are to be told now.

use crate::index::want::Want;
use crate::model::entry_kind::EntryKind;
use crate::model::event::NEXT;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::said::{self, OnOrder, Promised, Said};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::linked_tickets::{is_order, linked_among};
use crate::ops::core::messages::work::WorkError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::{TicketEdit, refused_done};
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::core::work_time::WorkTime;
use crate::ops::ticket::next_word::NextWord;
use crate::rules::lifecycle::words;

/// Says what callers are to be told, and promises to all who wait for the order when they hear more:
/// an entry on the order, and with a time one on each of its open tickets.
pub fn say(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    text: &str,
    next: Option<NextWord>,
    time: Option<&WorkTime>,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    if text.trim().is_empty() {
        return Err(WorkError::NothingToSay.error());
    }
    let mut tx = Transaction::begin(desk, act, "work say")?;
    let mut edit = tx.edit(id, EntryKind::Say)?;
    is_order(&edit.ticket)?;
    if !edit.ticket.status().is_open() {
        return Err(refused_done(&edit.ticket, "spoken for"));
    }
    if let Some(next) = next {
        edit.attribute(NEXT, next.to_string());
    }
    if let Some(time) = time {
        time.note(&mut edit);
    }
    edit.text(&text);
    tx.stage(edit)?;
    if next.is_some() {
        promise(&mut tx, id)?;
    }
    tx.finish(&format!("{id} work say: {}", one_line(&text, 50)))
}

/// Tells the logs of the order's tickets what it promised.
fn promise(tx: &mut Transaction<'_>, id: TicketId) -> Result<(), OpError> {
    let said = Said::of(&tx.ticket(id)?);
    let Some(promised) = said.and_then(|said| said.promised) else {
        return Ok(());
    };
    let linked = linked_among(tx.desk, id, Want::Open);
    for problem in linked.naming.iter().chain(&linked.unknown) {
        let (place, why) = (problem.location(), &problem.message);
        tx.notices.push(format!(
            "whether it is linked to `{id}` cannot be told: {place}: {why}"
        ));
    }
    let mut count = 0;
    for ticket in linked.all {
        let mut edit = tx.edit(ticket.id, EntryKind::Say)?;
        let Some(on) = OnOrder::of(&edit.ticket).filter(|_| is_linked(&edit.ticket, id)) else {
            continue;
        };
        if let Some(own) = on
            .own_promise(&promised)
            .filter(|_| promised.next.is_some())
        {
            let at = own.in_zone(&tx.desk.settings.zone).format("%Y-%m-%d %H:%M");
            let ticket = ticket.id;
            tx.notices.push(format!(
                "`{ticket}`: the requester was promised word by {at} already, and that stays"
            ));
        }
        if on.lacks(&promised) {
            tell(&mut edit, id, &promised);
            let at = edit.at();
            edit.stamp(at, &words::tag(ticket.id, id, &promised));
            tx.stage(edit)?;
            count += 1;
        }
    }
    if count == 0 && promised.next.is_some() {
        tx.notices.push(format!(
            "no open ticket waits for `{id}`: nobody was promised anything"
        ));
    }
    Ok(())
}

fn is_linked(ticket: &Ticket, order: TicketId) -> bool {
    ticket.text(Key::LinkWorkOrder) == order.as_str()
}

/// Writes into an entry of a ticket what its order promised.
pub(in crate::ops) fn tell(edit: &mut TicketEdit, order: TicketId, promised: &Promised) {
    edit.attribute("order", order.as_str());
    for (name, value) in said::attributes(promised) {
        edit.attribute(&name, value);
    }
}
