//! `merge`: two records of one requester's one issue become one.

use std::collections::HashSet;

use crate::model::clocks::ClockKind;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::bulk::Refusals;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::ticket::sla;
use crate::rules::lifecycle::between_tickets::{Ties, last_of_circle};
use crate::rules::lifecycle::transitions;

/// Merges tickets into `b`: each keeps its log and points to `b`, which gets its words, tags and
/// links.
pub fn merge(desk: &Desk, act: &Actor, ids: &[TicketId], b: TicketId) -> Result<Outcome, OpError> {
    let (b, notice) = end_of_chain(desk, b)?;
    let tx = Transaction::begin(desk, act, "merge")?;
    let mut tx = tx.telling(format!("merged into {b}"));
    let mut promises = Vec::new();
    tx.all(ids, |tx, a| {
        promises.extend(one(tx, a, b)?);
        Ok(())
    })?;
    let title = one_line(tx.ticket(b)?.title(), 40);
    let what = format!("merge into {b}");
    let subject = tx.subject(&what, |one| format!("{} {what}: {title}", one.ticket.id));
    let mut outcome = tx.finish(&subject)?;
    outcome.notices.extend(notice.into_iter().chain(promises));
    Ok(outcome)
}

/// Merges one ticket into another; what to say of a promise that was made on it.
fn one(tx: &mut Transaction<'_>, a: TicketId, b: TicketId) -> Result<Option<String>, OpError> {
    if a == b {
        return Err(TicketError::MergeIntoItself(&a).error());
    }
    let desk = tx.desk;
    let mut from = tx.edit(a, EntryKind::Merge)?;
    let mut into = tx.edit(b, EntryKind::Merge)?;
    if !into.ticket.status().is_open() {
        let status = into.ticket.status();
        let error = TicketError::MergeIntoDone(&b, &status).error();
        let link = format!("desk link {a} {b}");
        return Err(if transitions::may_move(&status, &Status::Open) {
            error.hint(format!("`desk reopen {b}` first, or link the two: {link}"))
        } else {
            error.hint(format!("link the two instead: {link}"))
        });
    }
    let order = |ticket: &Ticket| ticket.kind() == TicketType::WorkOrder;
    if order(&from.ticket) != order(&into.ticket) {
        let error = "a work order and a requester's ticket are not merged";
        let (ticket, order) = if order(&into.ticket) { (a, b) } else { (b, a) };
        return Err(OpError::refused("merge-of-work-order", error).hint(format!(
            "link the ticket to the order: desk work link {ticket} --to {order}"
        )));
    }
    same_requester(&from.ticket, &into.ticket)?;
    let promise = open_promise(desk, &from.ticket, b, tx.act.now);
    from.move_to(&Status::Merged)?;
    from.set_text(Key::LinkMergedInto, b.as_str());
    into.attribute("from", a.as_str());
    for key in [
        Key::Tags,
        Key::Watchers,
        Key::LinkRelates,
        Key::LinkSameContact,
        Key::LinkArticles,
    ] {
        for element in from.ticket.list(key) {
            if element != b.as_str() {
                into.add(key, &element);
            }
        }
    }
    // What the other record knows of the requester and the equipment, and this one does not.
    for (field, value) in from.ticket.values.clone() {
        let data = matches!(field.section(), Some("requester" | "asset"));
        if data && !into.ticket.values.contains_key(&field) {
            into.set(field, Some(value));
        }
    }
    if let (Some(order), None) = (
        from.ticket.maybe(Key::LinkWorkOrder),
        into.ticket.maybe(Key::LinkWorkOrder),
    ) {
        let order = order.to_owned();
        into.set_text(Key::LinkWorkOrder, &order);
    }
    let words = match from.ticket.description.as_str() {
        "" => from.ticket.title().to_owned(),
        text => format!("{}\n\n{text}", from.ticket.title()),
    };
    into.text(&words);
    tx.stage(from)?;
    tx.stage(into)?;
    Ok(promise)
}

/// That a ticket which ends had a promise to its requester, which nobody would keep.
fn open_promise(desk: &Desk, from: &Ticket, into: TicketId, now: Moment) -> Option<String> {
    let clocks = sla::read(desk, from, now).into_iter();
    let mut open = clocks.filter(|one| one.clock.kind == ClockKind::Promise && one.clock.is_open());
    let due = open.next()?.clock.due?.in_zone(&desk.settings.zone);
    let due = due.format("%Y-%m-%d %H:%M");
    Some(format!(
        "the requester of `{}` was promised word by {due}: give it, or say it on `{into}` with --next",
        from.id
    ))
}

/// Merging is for one requester's duplicates: a second requester keeps a ticket of their own.
fn same_requester(a: &Ticket, b: &Ticket) -> Result<(), OpError> {
    let same = |key: Key| {
        let (one, other) = (a.maybe(key)?.to_lowercase(), b.maybe(key)?.to_lowercase());
        Some(one == other)
    };
    let keys = [
        Key::RequesterEmail,
        Key::RequesterPhone,
        Key::RequesterAccount,
        Key::RequesterName,
    ];
    let verdicts: Vec<bool> = keys.into_iter().filter_map(same).collect();
    if verdicts.contains(&true) || verdicts.is_empty() {
        return Ok(());
    }
    let name = |ticket: &Ticket| {
        ticket
            .maybe(Key::RequesterName)
            .unwrap_or("somebody else")
            .to_owned()
    };
    Err(TicketError::MergeOfOthers(&a.id, &name(a), &b.id, &name(b)).error())
}

/// Where something that arrives for a ticket belongs: the end of its merge chain, with a sentence
/// about it.
pub fn end_of_chain(desk: &Desk, id: TicketId) -> Result<(TicketId, Option<String>), OpError> {
    let mut at = id;
    let mut chain: Vec<Ties> = Vec::new();
    loop {
        let ticket = desk.page(at)?.ticket;
        let ties = Ties::of(&ticket);
        if let Some(from) = chain.iter().position(|one| one.id() == at) {
            // Clones merged them into each other: the link that was made last does not count.
            at = last_of_circle(chain[from..].iter()).unwrap_or(at);
            break;
        }
        chain.push(ties);
        let next = ticket
            .values
            .get(&Field::Known(Key::LinkMergedInto))
            .and_then(|value| value.as_text()?.parse().ok());
        match next {
            Some(next) if ticket.status() == Status::Merged => at = next,
            _ => break,
        }
    }
    let notice = (at != id).then(|| format!("`{id}` was merged: written to `{at}`"));
    Ok((at, notice))
}

/// Where something that arrives for several tickets belongs: each once, with sentences about those
/// that were merged.
pub fn ends_of_chains(
    desk: &Desk,
    ids: &[TicketId],
) -> Result<(Vec<TicketId>, Vec<String>), OpError> {
    let (mut ends, mut notices) = (Vec::new(), Vec::new());
    let mut known = HashSet::new();
    let mut refusals = Refusals::default();
    for id in ids {
        let found = refusals.add(id.as_str(), end_of_chain(desk, *id))?;
        let Some((end, notice)) = found else { continue };
        notices.extend(notice);
        if known.insert(end) {
            ends.push(end);
        }
    }
    refusals.settle(ids.len(), "tickets refuse, so nothing was written")?;
    Ok((ends, notices))
}
