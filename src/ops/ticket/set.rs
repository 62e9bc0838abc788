//! `set`: fields, by name and value.

use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::correct;
use crate::ops::ticket::requester::NewRequester;
use crate::rules::lifecycle::correction::Allowed;
use crate::rules::lifecycle::priority;

/// What a pair is called that swaps the whole requester.
const FROM: &str = "from";

/// What is to be set.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldChange<'a> {
    /// Fields by name and value, as typed. `KEY=` empties one; lists take `KEY=+one,-other`.
    pub pairs: &'a [(String, String)],
    /// Why.
    pub reason: Option<&'a str>,
    /// Words for the log.
    pub text: &'a str,
    /// Whether only what is said changes: nothing follows from a code.
    pub only: bool,
    /// What may follow from a code.
    pub allowed: Allowed,
}

/// Sets fields of tickets, and what follows from a code.
pub fn set(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    wish: &FieldChange<'_>,
) -> Result<Outcome, OpError> {
    let is_from = |(name, _): &&(String, String)| name == FROM;
    let requester = wish.pairs.iter().rev().find(is_from);
    let requester = requester
        .map(|(_, text)| NewRequester::read(desk, ids, text))
        .transpose()?;
    let others = wish.pairs.iter().filter(|pair| !is_from(pair));
    let pairs: &[(String, String)] = &others.cloned().collect::<Vec<_>>();
    let reason = wish
        .reason
        .map(|reason| values::line("reason", reason))
        .transpose()?;
    let text = values::text(wish.text)?;
    let names: Vec<&str> = wish.pairs.iter().map(|(name, _)| name.as_str()).collect();
    let what = format!("set {}", names.join(", "));
    if !names_key(desk, pairs, Key::Code) && (wish.allowed.lower || wish.allowed.route) {
        return Err(TicketError::NothingToFollow.error());
    }
    let mut kept = Vec::new();
    let tx = Transaction::begin(desk, act, "set")?.telling("changed");
    let mut outcome = tx.each(ids, &EntryKind::Set, &what, |edit| {
        may_change(&edit.ticket)?;
        let before = edit.ticket.clone();
        if let Some(requester) = &requester {
            requester.apply(edit)?;
            kept.extend(same_call(desk, ids, &before, &edit.ticket));
        }
        let wanted = Pairs {
            all: pairs,
            reason: reason.as_deref(),
            only: wish.only,
            allowed: wish.allowed,
        };
        kept.extend(change(desk, act, edit, &before, &wanted)?);
        edit.text(&text);
        Ok(())
    })?;
    outcome.notices.extend(kept);
    outcome.notices.extend(requester.and_then(|one| one.notice));
    Ok(outcome)
}

/// Fields of one ticket by name and value.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ops) struct Pairs<'a> {
    pub(in crate::ops) all: &'a [(String, String)],
    /// Why, a line.
    pub(in crate::ops) reason: Option<&'a str>,
    /// Whether nothing follows from a code.
    pub(in crate::ops) only: bool,
    /// What may follow from a code.
    pub(in crate::ops) allowed: Allowed,
}

/// Whether pairs name a key, by any of its names.
fn names_key(desk: &Desk, pairs: &[(String, String)], key: Key) -> bool {
    pairs
        .iter()
        .any(|(name, _)| values::field(desk, name).is_ok_and(|field| field == Field::Known(key)))
}

/// Sets fields of one ticket, and what follows from a code; `before` is the ticket as it was. Returns
/// what stays as it is, a sentence each.
pub(in crate::ops) fn change(
    desk: &Desk,
    act: &Actor,
    edit: &mut TicketEdit,
    before: &Ticket,
    wanted: &Pairs<'_>,
) -> Result<Vec<String>, OpError> {
    let Pairs {
        all: pairs, reason, ..
    } = *wanted;
    let named = |key: Key| names_key(desk, pairs, key);
    let mut kept = Vec::new();
    for (name, value) in pairs {
        let field = values::field(desk, name)?;
        one(desk, act, edit, &field, value)?;
    }
    // Whichever of the two was set, and in which order.
    if edit.ticket.kind() == TicketType::WorkOrder && edit.ticket.maybe(Key::Code).is_none() {
        return Err(TicketError::OrderNeedsCodeSet.error());
    }
    if named(Key::Code) && !wanted.only {
        let follows = correct::follow(desk, act, edit, before, &named, wanted.allowed)?;
        kept.extend(follows);
    }
    follow_matrix(desk, edit, &named, reason)?;
    if named(Key::Code) {
        correct::targets(desk, act, edit, before);
    }
    if let Some(reason) = reason {
        edit.attribute("reason", reason);
    }
    kept.extend(kept_by_hand(desk, edit, pairs));
    Ok(kept)
}

/// What to say of tickets told in the same call that still name the requester of before.
fn same_call(
    desk: &Desk,
    ids: &[TicketId],
    before: &Ticket,
    now: &Ticket,
) -> impl Iterator<Item = String> {
    let (old, new) = (
        before.text(Key::RequesterName),
        now.text(Key::RequesterName),
    );
    let still = |id: &TicketId| {
        let page = desk.page(*id);
        page.is_ok_and(|page| page.ticket.text(Key::RequesterName) == old)
    };
    let moved = !old.is_empty() && old != new;
    let others = before
        .list(Key::LinkSameContact)
        .into_iter()
        .filter(|_| moved);
    let others = others.filter_map(|id| id.parse::<TicketId>().ok());
    let others: Vec<TicketId> = others
        .filter(|id| !ids.contains(id))
        .filter(still)
        .collect();
    let old = old.to_owned();
    others.into_iter().map(move |id| {
        format!("`{id}` was told in the same call and still names {old}: desk set {id} from=NAME")
    })
}

/// Refuses what went into another ticket.
pub(in crate::ops) fn may_change(ticket: &Ticket) -> Result<(), OpError> {
    if ticket.status() != Status::Merged {
        return Ok(());
    }
    let into = ticket.text(Key::LinkMergedInto);
    Err(TicketError::Merged(&ticket.id, &into).error())
}

/// Refuses to empty what every ticket has.
pub(in crate::ops) fn may_be_empty(field: &Field) -> Result<(), OpError> {
    if matches!(
        field,
        Field::Known(
            Key::Title | Key::Type | Key::Queue | Key::Impact | Key::Urgency | Key::Priority
        )
    ) {
        return Err(TicketError::NotEmpty(&field).error());
    }
    Ok(())
}

/// Refuses fields that have commands of their own.
pub(in crate::ops) fn may_be_set(field: &Field, text: &str) -> Result<(), OpError> {
    use Key::{Aliases, Created, Id, LinkMergedInto, SourceId, SourceName, Until, WaitingOn};
    let instead = match field {
        Field::Known(Key::Status | WaitingOn | Until) => {
            Some("use `desk take`, `pend`, `resolve`, `close`, `reopen` or `cancel`")
        }
        Field::Known(Key::LinkRelates | Key::LinkSameContact) => Some(
            "both tickets name one another: use `desk link A B --as relates` or `--as same-contact`",
        ),
        // Emptied, it takes a ticket off its order.
        Field::Known(Key::LinkWorkOrder) if !text.is_empty() => {
            Some("link a ticket to an order with `desk work link ID --to WORK-ORDER`")
        }
        Field::Known(LinkMergedInto) => Some("use `desk merge A --into B`"),
        Field::Known(Id | Created | SourceName | SourceId | Aliases) => {
            Some("it is what the record is known by")
        }
        _ => None,
    };
    if let Some(instead) = instead {
        return Err(TicketError::NotSetByHand(&field, &instead).error());
    }
    Ok(())
}

/// Whether a field may be set to a text, as far as no ticket is asked.
pub(in crate::ops) fn may_become(
    desk: &Desk,
    now: Moment,
    name: &str,
    text: &str,
) -> Result<(), OpError> {
    let field = values::field(desk, name)?;
    may_be_set(&field, text)?;
    if text.is_empty() {
        return may_be_empty(&field);
    }
    let read = |text: &str| values::value(desk, &field, text, now, None).map(drop);
    if !(field.kind().is_list() && text.starts_with(['+', '-'])) {
        return read(text);
    }
    let parts = text.split(',').map(str::trim);
    let mut named = parts.map(|part| part.trim_start_matches(['+', '-']));
    named.try_for_each(read)
}

fn one(
    desk: &Desk,
    act: &Actor,
    edit: &mut TicketEdit,
    field: &Field,
    text: &str,
) -> Result<(), OpError> {
    may_be_set(field, text)?;
    if text.is_empty() {
        may_be_empty(field)?;
        edit.set(field.clone(), None);
        return Ok(());
    }
    if field.kind().is_list() && (text.starts_with('+') || text.starts_with('-')) {
        let mut all = edit
            .ticket
            .values
            .get(field)
            .map(Value::elements)
            .unwrap_or_default();
        for part in text.split(',').map(str::trim) {
            let (gone, name) = match part.strip_prefix('-') {
                Some(name) => (true, name),
                None => (false, part.strip_prefix('+').unwrap_or(part)),
            };
            // Whoever has left since goes, too.
            let named = if gone && all.iter().any(|one| one == name) {
                vec![name.to_owned()]
            } else {
                values::value(desk, field, name, act.now, Some(&act.me))?.elements()
            };
            if gone {
                all.retain(|one| !named.contains(one));
            } else {
                all.extend(
                    named
                        .into_iter()
                        .filter(|one| !all.contains(one))
                        .collect::<Vec<_>>(),
                );
            }
        }
        edit.set(field.clone(), Some(Value::List(all)));
        return Ok(());
    }
    let value = values::value(desk, field, text, act.now, Some(&act.me))?;
    edit.set(field.clone(), Some(value));
    Ok(())
}

/// Priority follows impact and urgency, unless it is set by hand for a reason. `named` are the
/// fields that somebody changes.
pub(in crate::ops) fn follow_matrix(
    desk: &Desk,
    edit: &mut TicketEdit,
    named: &dyn Fn(Key) -> bool,
    reason: Option<&str>,
) -> Result<(), OpError> {
    let (impact, urgency) = (
        edit.ticket.text(Key::Impact).to_owned(),
        edit.ticket.text(Key::Urgency).to_owned(),
    );
    let derived = priority::derived(&desk.settings, &impact, &urgency).map(str::to_owned);
    if named(Key::Priority) {
        let own = edit.ticket.text(Key::Priority).to_owned();
        if derived.as_deref() == Some(own.as_str()) {
            // Back to what follows.
            edit.set(Key::PriorityReason, None);
            edit.follow(Key::Priority, &own, "");
        } else {
            let Some(reason) = reason else {
                return Err(crate::ops::core::new_record::needs_reason(
                    &own,
                    &impact,
                    &urgency,
                    derived.as_deref(),
                ));
            };
            edit.set_text(Key::PriorityReason, reason);
        }
    } else if (named(Key::Impact) || named(Key::Urgency))
        && edit.ticket.maybe(Key::PriorityReason).is_none()
        && let Some(derived) = derived
    {
        let cause = format!("impact {impact}, urgency {urgency}");
        edit.follow(Key::Priority, &derived, &cause);
    }
    Ok(())
}

/// What to say where impact or urgency changed and the priority did not, for it was set by hand.
fn kept_by_hand(desk: &Desk, edit: &TicketEdit, pairs: &[(String, String)]) -> Option<String> {
    let moved = |name: &str| {
        let field = values::field(desk, name).ok();
        field == Some(Key::Impact.into()) || field == Some(Key::Urgency.into())
    };
    let priority = edit.ticket.text(Key::Priority);
    let derived = priority::derived(
        &desk.settings,
        edit.ticket.text(Key::Impact),
        edit.ticket.text(Key::Urgency),
    )?;
    let by_hand = edit.ticket.maybe(Key::PriorityReason).is_some() && derived != priority;
    (by_hand && pairs.iter().any(|(name, _)| moved(name))).then(|| {
        format!(
            "`{}` keeps the priority {priority} that was set by hand; {derived} would follow now",
            edit.id()
        )
    })
}
