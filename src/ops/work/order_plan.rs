//! Making an order: what is asked first, what it takes from its tickets, and whether it repeats.

use crate::model::entry_kind::EntryKind;
use crate::ops::core::messages::work::WorkError;
use std::collections::BTreeMap;

use crate::index::want::Want;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::new_record::{NewRecord, RecordStage, RecordStamp};
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::unreadable;
use crate::rules::duplicates::{self, Duplicate, DuplicateKind};
use crate::rules::lifecycle::priority;
use crate::rules::lifecycle::required_fields;

/// The code of an order for these tickets: the one that was said, or the one that they have.
pub(in crate::ops::work) fn code(
    desk: &Desk,
    edits: &[TicketEdit],
    said: Option<&str>,
) -> Result<String, OpError> {
    if let Some(said) = said {
        return desk.code(said);
    }
    let mut codes: BTreeMap<&str, TicketId> = BTreeMap::new();
    for edit in edits {
        if let Some(code) = edit.ticket.maybe(Key::Code) {
            codes.entry(code).or_insert(edit.id());
        }
    }
    let mut all = codes.iter();
    match (all.next(), all.next(), edits.first()) {
        (Some((code, _)), None, _) => desk.code(code),
        (None, _, first) => Err(first.map_or_else(
            || WorkError::NoTicketNamed.error(),
            |first| needs_code(first.id()),
        )),
        _ => {
            let all: Vec<String> = codes
                .iter()
                .map(|(code, id)| format!("{code} (`{id}`)"))
                .collect();
            Err(WorkError::DifferentCodes(&all.join(", ")).error())
        }
    }
}

pub(in crate::ops::work) fn needs_code(id: TicketId) -> OpError {
    WorkError::OrderNeedsCode(&id).error()
}

/// Sees to what form and code ask for: refused where the house says so, else only mentioned.
pub(in crate::ops::work) fn said_enough(
    tx: &mut Transaction<'_>,
    ticket: &Ticket,
    code: &str,
) -> Result<(), OpError> {
    let mut values = ticket.values.clone();
    values.insert(Key::Code.into(), Value::Text(code.to_owned()));
    let settings = &tx.desk.settings;
    let lacking = required_fields::before_work(&values, tx.act.context(tx.desk));
    if lacking.is_empty() {
        return Ok(());
    }
    let id = ticket.id;
    let names: Vec<String> = lacking.iter().map(|key| format!("`{key}`")).collect();
    let pairs: Vec<String> = lacking.iter().map(|key| format!("{key}=…")).collect();
    let (names, set) = (
        names.join(", "),
        format!("desk set {id} {}", pairs.join(" ")),
    );
    if settings.policy.resolve_complete {
        return Err(WorkError::IncompleteForOrder(&id, &names, &set).error());
    }
    tx.notices
        .push(format!("`{id}` still lacks {names}: {set}"));
    Ok(())
}

/// Refuses where open orders look the same, and mentions tickets that do.
pub(in crate::ops::work) fn not_yet(
    tx: &mut Transaction<'_>,
    edits: &[TicketEdit],
    code: &str,
) -> Result<(), OpError> {
    let all = compared(tx, Want::Open);
    let ids: Vec<TicketId> = edits.iter().map(TicketEdit::id).collect();
    let mut found: Vec<Duplicate> = Vec::new();
    for edit in edits {
        let mut values = edit.ticket.values.clone();
        values.insert(Key::Code.into(), Value::Text(code.to_owned()));
        let alike = duplicates::find(&values, &ids, &all, &tx.desk.settings, tx.act.now);
        for one in alike
            .into_iter()
            .filter(|one| one.kind == DuplicateKind::Duplicate)
        {
            if !found.iter().any(|known| known.ticket.id == one.ticket.id) {
                found.push(one);
            }
        }
    }
    let named: Vec<&str> = ids.iter().map(TicketId::as_str).collect();
    let named = named.join(" ");
    let (orders, tickets): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| {
        let order = one.ticket.text(Key::LinkWorkOrder);
        let is_linked = || {
            all.iter()
                .any(|other| other.id.as_str() == order && other.status().is_open())
        };
        one.ticket.kind() == TicketType::WorkOrder || (!order.is_empty() && is_linked())
    });
    if let Some(first) = orders.first() {
        let error = match orders.len() {
            1 => "an open work order looks the same".to_owned(),
            n => format!("{n} open work orders look the same"),
        };
        let error = orders
            .iter()
            .take(5)
            .fold(OpError::refused("similar-order", error), |error, one| {
                error.hint(format!("{}: {}", described(&one.ticket), one.reason))
            });
        return Err(error
            .hint(format!(
                "join it: desk work link {named} --to {}",
                first.ticket.id
            ))
            .hint("or make another beside it: --separate"));
    }
    for one in tickets.iter().take(5) {
        tx.notices.push(format!(
            "{} looks the same ({}): desk work link {} --to {}",
            described(&one.ticket),
            one.reason,
            one.ticket.id,
            ids[0],
        ));
    }
    Ok(())
}

/// The tickets that a new order is compared with. Of a file that cannot be read it is said that it is
/// none of them.
fn compared(tx: &mut Transaction<'_>, want: Want) -> Vec<TicketSummary> {
    let found = tx.desk.tickets(want);
    for problem in unreadable::unread(&found) {
        let (place, why) = (problem.location(), problem.message);
        let reported = format!("not compared with the new order: {place}: {why}");
        if !tx.notices.contains(&reported) {
            tx.notices.push(reported);
        }
    }
    found.all
}

fn described(ticket: &TicketSummary) -> String {
    let title = one_line(ticket.text(Key::Title), 50);
    format!("{} {}, \"{title}\"", ticket.id, ticket.status())
}

/// What is known of an order in the making.
#[derive(Clone, Debug, Default)]
pub(in crate::ops::work) struct OrderPlan {
    pub(in crate::ops::work) code: String,
    pub(in crate::ops::work) title: Option<String>,
    pub(in crate::ops::work) queue: Option<String>,
    pub(in crate::ops::work) assignee: Option<String>,
    pub(in crate::ops::work) text: String,
}

/// Makes an order for tickets, of which the first one's equipment and place are the order's, and
/// the most pressing one's priority.
pub(in crate::ops::work) fn make(
    tx: &mut Transaction<'_>,
    making: &OrderPlan,
    tickets: &[&Ticket],
) -> Result<Ticket, OpError> {
    let (desk, act) = (tx.desk, tx.act);
    let mut draft = NewRecord {
        text: making.text.clone(),
        ..NewRecord::default()
    };
    let mut say = |key: Key, value: &str| {
        if !value.is_empty() {
            draft
                .values
                .insert(key.into(), Value::Text(value.to_owned()));
        }
    };
    say(Key::Type, TicketType::WorkOrder.as_str());
    say(Key::Code, &making.code);
    let standard = desk.catalogue.find(&making.code);
    let first = |key: Key| tickets.first().map_or("", |ticket| ticket.text(key));
    if let Some(title) = &making.title {
        say(Key::Title, title);
    } else if standard.is_none_or(|code| code.work_order.is_none()) {
        say(Key::Title, first(Key::Title));
    }
    if let Some(queue) = &making.queue {
        say(Key::Queue, queue);
    } else if standard
        .is_none_or(|code| code.work_order.is_none() && code.queue.is_none() && code.area.is_none())
        && desk.queue(first(Key::Queue)).is_ok()
    {
        say(Key::Queue, first(Key::Queue));
    }
    say(
        Key::Assignee,
        making.assignee.as_deref().unwrap_or_default(),
    );
    let asset = |ticket: &&&Ticket| {
        ticket
            .values
            .keys()
            .any(|field| field.section() == Some("asset"))
    };
    let place = tickets
        .iter()
        .map(|ticket| ticket.text(Key::RequesterLocation));
    let place = place.into_iter().find(|place| !place.is_empty());
    say(Key::AssetLocation, place.unwrap_or_default());
    if let Some(ticket) = tickets.iter().find(asset) {
        say(Key::AssetLocation, ticket.text(Key::RequesterLocation));
        for (field, value) in &ticket.values {
            if field.section() == Some("asset") {
                draft.values.insert(field.clone(), value.clone());
            }
        }
    }
    pressing(desk, &mut draft, tickets);
    let id = tx.fresh_id()?;
    let earlier = repeat(tx, id, &mut draft)?;
    let stamp = RecordStamp::new(act.now)?;
    let ticket = draft.ticket(id, &stamp, &[], RecordStage::Done(act.now), desk, act)?;
    tx.create(&ticket)?;
    if let Some(earlier) = earlier {
        tx.stage(earlier)?;
    }
    Ok(ticket)
}

/// Impact, urgency and priority of the most pressing of the tickets.
fn pressing(desk: &Desk, draft: &mut NewRecord, tickets: &[&Ticket]) {
    let settings = &desk.settings;
    let rank = |ticket: &&&Ticket| settings.rank(ticket.text(Key::Priority));
    let Some(most) = tickets.iter().min_by_key(rank) else {
        return;
    };
    let known = [
        (
            Key::Impact,
            settings
                .impacts
                .iter()
                .any(|one| one == most.text(Key::Impact)),
        ),
        (
            Key::Urgency,
            settings
                .urgencies
                .iter()
                .any(|one| one == most.text(Key::Urgency)),
        ),
        (Key::Priority, rank(&most) < settings.priorities.len()),
    ];
    for (key, known) in known {
        if known {
            let value = Value::Text(most.text(key).to_owned());
            draft.values.insert(key.into(), value);
            draft.taken.insert(key);
        }
    }
    let own = most.text(Key::Priority);
    let (impact, urgency) = (most.text(Key::Impact), most.text(Key::Urgency));
    if priority::derived(settings, impact, urgency) != Some(own) {
        let reason = most.maybe(Key::PriorityReason).map(str::to_owned);
        draft.reason = Some(reason.unwrap_or_else(|| format!("that of {}", most.id)));
    }
}

/// Marks a new work order as a repeat, if one for the same equipment and code was done only lately:
/// a tag, a fact in its first entry, and links both ways. Gives back the change to the earlier one,
/// which is to be staged.
pub fn repeat(
    tx: &mut Transaction<'_>,
    id: TicketId,
    draft: &mut NewRecord,
) -> Result<Option<TicketEdit>, OpError> {
    let all = compared(tx, Want::All);
    let found = duplicates::find(&draft.values, &[], &all, &tx.desk.settings, tx.act.now);
    let Some(earlier) = found
        .into_iter()
        .find(|one| one.kind == DuplicateKind::Repeat)
    else {
        return Ok(None);
    };
    let old = earlier.ticket.id;
    for (key, word) in [(Key::Tags, "repeat"), (Key::LinkRelates, old.as_str())] {
        let mut all = draft
            .values
            .get(&key.into())
            .map(Value::elements)
            .unwrap_or_default();
        if !all.iter().any(|one| one == word) {
            all.push(word.to_owned());
        }
        draft.values.insert(key.into(), Value::List(all));
    }
    draft.facts.push(("repeat_of".to_owned(), old.to_string()));
    let mut edit = tx.edit(old, EntryKind::Link)?;
    edit.add(Key::LinkRelates, id.as_str());
    tx.notices.push(format!(
        "`{id}` repeats `{old}` ({}): look for the cause behind the cause",
        earlier.reason
    ));
    Ok(Some(edit))
}
