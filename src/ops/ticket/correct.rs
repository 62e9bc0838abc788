//! What follows from a problem code that is corrected, written into the entry that corrects it.

use std::collections::BTreeSet;

use crate::index::want::Want;
use crate::model::clocks::ClockKind;
use crate::model::event_log;
use crate::model::field::Key;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::linked_tickets;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::page::escape;
use crate::rules::lifecycle::correction::{self, Allowed, FollowingValue, Stays};
use crate::rules::lifecycle::work_order;
use crate::rules::sla::clocks::{self, Aim, Coded, TargetSource};

/// Sets what follows from the code that a ticket has by now, and tells what stays as it is. Of a
/// ticket that is done only the code changes: it was worked on as it was.
pub fn follow(
    desk: &Desk,
    act: &Actor,
    edit: &mut TicketEdit,
    before: &Ticket,
    named: &dyn Fn(Key) -> bool,
    allowed: Allowed,
) -> Result<Vec<String>, OpError> {
    if edit.ticket.maybe(Key::Code).is_none() || !before.status().is_open() {
        return Ok(Vec::new());
    }
    let held = if allowed.lower {
        None
    } else {
        held(desk, before)
    };
    let may = Allowed {
        lower: held.is_none(),
        ..allowed
    };
    let found = correction::correction(&edit.ticket, named, may, act.context(desk));
    let mut stays = Vec::new();
    let mut priority = false;
    for one in &found.values {
        if let Some(why) = &one.stays {
            let held = held.as_deref().unwrap_or_default();
            stays.push(sentence(&edit.ticket, one, why, held));
            continue;
        }
        edit.follow(one.key, &one.to, &one.cause);
        priority |= one.key == Key::Priority;
    }
    if priority {
        let reason = found.reason.as_deref().unwrap_or_default();
        edit.set_text(Key::PriorityReason, reason);
    }
    for tag in &found.tags {
        edit.add(Key::Tags, tag);
    }
    for rule in &found.rules {
        let has = |one: &str| {
            before
                .log
                .iter()
                .any(|entry| entry.attribute("rule") == Some(one))
        };
        if !has(rule) {
            edit.attribute("rule", rule);
        }
    }
    hand_over(edit, before, desk);
    if edit.ticket.kind() == TicketType::WorkOrder
        && before.text(Key::Code) != edit.ticket.text(Key::Code)
    {
        standard(desk, edit, before)?;
    }
    Ok(stays)
}

/// Why a ticket is not lowered by itself.
fn held(desk: &Desk, ticket: &Ticket) -> Option<String> {
    if ticket.kind() == TicketType::WorkOrder {
        let linked = linked_tickets::linked_among(desk, ticket.id, Want::Open)
            .all
            .len();
        let them = match linked {
            1 => "a ticket is".to_owned(),
            n => format!("{n} tickets are"),
        };
        return (linked > 0).then(|| format!("{them} linked to it"));
    }
    if correction::was_told(ticket) {
        return Some("management was told of it".to_owned());
    }
    let order = ticket.maybe(Key::LinkWorkOrder)?.parse().ok()?;
    let open = desk
        .page(order)
        .is_ok_and(|page| page.ticket.status().is_open());
    open.then(|| format!("work order {order} is under way"))
}

/// What to say of a value that stays.
fn sentence(ticket: &Ticket, one: &FollowingValue, why: &Stays, held: &str) -> String {
    let (id, key, now) = (ticket.id, one.key.path(), ticket.text(one.key));
    let (to, cause) = (&one.to, &one.cause);
    let again = |option: &str| format!("desk set {id} code={} {option}", ticket.text(Key::Code));
    match why {
        Stays::ByHand => {
            format!("`{id}` keeps {key} {now}, set by hand; {to} would follow ({cause})")
        }
        Stays::Lower => format!(
            "`{id}` keeps {key} {now}, for {held}; {to} would follow ({cause}); to lower it: {}",
            again("--lower")
        ),
        Stays::Assigned => format!(
            "`{id}` stays in queue {now}, for {} works on it; {to} would follow ({cause}); to move it: {}",
            ticket.text(Key::Assignee),
            again("--route")
        ),
    }
}

/// Gives a work order the title and the steps of its new code's standard order: in the place of the
/// old one's where nobody touched those, else below what is there.
fn standard(desk: &Desk, edit: &mut TicketEdit, before: &Ticket) -> Result<(), OpError> {
    let order = |ticket: &Ticket| {
        let code = desk.catalogue.find(ticket.text(Key::Code))?;
        Some((code.name.clone(), code.work_order.clone()?))
    };
    let Some((code, new)) = order(&edit.ticket) else {
        return Ok(());
    };
    let old = order(before);
    let titled = |(_, old): &(String, _)| {
        let old: &crate::model::catalog::StandardOrder = old;
        !old.title.is_empty() && old.title == before.title()
    };
    if !new.title.is_empty()
        && old.as_ref().is_some_and(titled)
        && edit.ticket.title() == before.title()
    {
        edit.set_text(Key::Title, &new.title);
    }
    let raw = edit.description().to_owned();
    let text = |order: &_| escape::escape(&work_order::standard(order), false);
    let added = text(&new);
    if added.is_empty() || raw.contains(&added) {
        return Ok(());
    }
    let steps = |count: usize| match count {
        1 => "1 step".to_owned(),
        n => format!("{n} steps"),
    };
    let untouched = old.as_ref().map(|(name, order)| (name, order, text(order)));
    let untouched = untouched.filter(|(_, _, old)| !old.is_empty() && raw.contains(old.as_str()));
    if let Some((name, order, old)) = untouched {
        edit.describe(&raw.replacen(&old, &added, 1))?;
        edit.remark(format!(
            "steps: {} of the standard order of {code} instead of {} of {name}",
            steps(new.steps.len()),
            steps(order.steps.len())
        ));
        return Ok(());
    }
    let known: BTreeSet<String> = work_order::steps(&raw)
        .into_iter()
        .map(|one| one.text)
        .collect();
    let mut more = new.clone();
    more.steps.retain(|step| !known.contains(step.trim()));
    if more.steps.is_empty() {
        return Ok(());
    }
    let head = raw.trim_end();
    let gap = if head.is_empty() { "" } else { "\n\n" };
    edit.describe(&format!("{head}{gap}{}\n\n", text(&more)))?;
    edit.remark(format!(
        "steps: {} of the standard order of {code} below those that are there",
        steps(more.steps.len())
    ));
    Ok(())
}

/// Where the work moved to another team, whoever had it keeps the contact.
pub(in crate::ops) fn hand_over(edit: &mut TicketEdit, before: &Ticket, desk: &Desk) {
    let queue = edit.ticket.text(Key::Queue).to_owned();
    let assignee = edit.ticket.text(Key::Assignee).to_owned();
    let stays = queue == before.text(Key::Queue)
        || assignee.is_empty()
        || assignee != before.text(Key::Assignee)
        || desk
            .settings
            .agent(&assignee)
            .is_some_and(|agent| agent.queues.is_empty() || agent.queues.contains(&queue));
    if stays {
        return;
    }
    edit.follow(Key::Assignee, "", "the queue is another team's");
    if edit.ticket.maybe(Key::ContactAgent).is_none() {
        edit.set_text(Key::ContactAgent, &assignee);
    }
}

/// Says which targets change: from now on, what was missed stays missed.
pub fn targets(desk: &Desk, act: &Actor, edit: &mut TicketEdit, before: &Ticket) {
    let context = act.context(desk);
    if !before.status().is_open() {
        return;
    }
    let events = event_log::of(before);
    let planned = desk.settings.is_planned(before.text(Key::Priority));
    let clocks = clocks::present(&events, planned, context);
    for kind in ClockKind::ALL {
        let mut of_kind = clocks.iter().filter(|clock| clock.kind == kind).peekable();
        let over = of_kind.peek().is_some() && of_kind.clone().all(|clock| !clock.is_open());
        let missed = of_kind.any(|clock| clock.is_open() && clock.breached.is_some());
        if over {
            continue;
        }
        let (old_type, new_type) = (before.kind(), edit.ticket.kind());
        let aim = |ticket: &'_ Ticket, of: &'_ TicketType| {
            let code = ticket.maybe(Key::Code).map(|code| Coded::of(context, code));
            let aim = clocks::aim(context, kind, ticket.text(Key::Priority), of, code);
            aim.map(|aim| (aim.within.to_string(), cause(&aim)))
        };
        let (old, new) = (aim(before, &old_type), aim(&edit.ticket, &new_type));
        let shown = |aim: &Option<(String, String)>| {
            let within = aim.as_ref().map(|(within, _)| within.clone());
            within.unwrap_or_else(|| "none".to_owned())
        };
        if shown(&old) == shown(&new) {
            continue;
        }
        let why = new.as_ref().map(|(_, cause)| format!(" ({cause})"));
        let mut phrase = format!(
            "{} target: {} → {}{}, from now on",
            kind.as_str(),
            shown(&old),
            shown(&new),
            why.unwrap_or_default()
        );
        if missed {
            phrase.push_str("; it was missed already, and that stays");
        }
        edit.remark(phrase);
    }
}

fn cause(aim: &Aim<'_>) -> String {
    match aim.origin() {
        TargetSource::Priority(priority) => format!("priority {priority}"),
        TargetSource::Type(priority, kind) => format!("priority {priority}, type {kind}"),
        TargetSource::Code(code) => format!("code {code}"),
        TargetSource::Planned => "planned".to_owned(),
        TargetSource::Promise => "promise".to_owned(),
    }
}
