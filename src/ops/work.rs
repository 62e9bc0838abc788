//! Work orders: the job that fixes a cause, with the tickets of everybody who waits for it.
//!
//! How the states of an order reach its tickets follows the field notes 2.6 (parent and child
//! records of the systems studied there): work that begins, waits for a third party, is done or is
//! taken up again does so for everybody; waiting for one caller, closing and calling off do not.

use std::collections::BTreeMap;

use super::act::Act;
use super::change::{Changed, Edit, Outcome, Transaction, one_line, refused_done};
use super::desk::Desk;
use super::error::OpError;
use super::record::{Draft, Stage, Stamp};
use super::validate;
use crate::index::cache::Want;
use crate::model::excerpt::Excerpt;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket::Ticket;
use crate::rules::alike::{self, Alike, Kind};
use crate::rules::{complete, life, order, priority};

/// The fields of a record.
type Values = BTreeMap<Field, Value>;

/// What is said of a new work order.
#[derive(Clone, Debug, Default)]
pub struct NewOrder {
    /// One line; the standard order's where nothing is said.
    pub title: Option<String>,
    /// The problem code; the tickets' where nothing is said.
    pub code: Option<String>,
    /// Where it waits; the standard order's team where nothing is said.
    pub queue: Option<String>,
    /// Who does it.
    pub assignee: Option<String>,
    /// What comes before the steps.
    pub text: String,
    /// Whether it is made beside open orders that look the same.
    pub separate: bool,
}

/// Makes a work order for tickets.
pub fn new(
    desk: &Desk,
    act: &Act,
    ids: &[TicketId],
    request: &NewOrder,
) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "work")?;
    let mut edits = Vec::new();
    for id in ids {
        let edit = tx.edit(*id, "link")?;
        hangable(&tx, &edit.ticket, None)?;
        edits.push(edit);
    }
    let title = request.title.as_deref();
    let title = title.map(|title| validate::value(desk, &Key::Title.into(), title, act.now, None));
    let queue = request.queue.as_deref().map(|queue| desk.queue(queue));
    let assignee = request.assignee.as_deref().map(|agent| desk.agent(agent));
    let making = Making {
        code: code(desk, &edits, request.code.as_deref())?,
        title: title.transpose()?.map(|title| title.to_string()),
        queue: queue.transpose()?,
        assignee: assignee.transpose()?.map(|agent| agent.to_string()),
        text: validate::text(&request.text)?,
    };
    for edit in &edits {
        said_enough(&mut tx, &edit.ticket, &making.code)?;
    }
    if !request.separate {
        not_yet(&mut tx, &edits, &making.code)?;
    }
    let tickets: Vec<&Ticket> = edits.iter().map(|edit| &edit.ticket).collect();
    let order = make(&mut tx, &making, &tickets)?;
    for edit in edits {
        hang(&mut tx, edit, &order)?;
    }
    let title = one_line(order.title(), 50);
    tx.finish(&format!("{} work new: {title}", order.id))
}

/// Hangs tickets on a work order, or on the order that another ticket has or comes to have.
pub fn link(desk: &Desk, act: &Act, ids: &[TicketId], to: TicketId) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "work")?;
    if ids.contains(&to) {
        return Err(OpError::usage(format!("`{to}` cannot be hung on itself"))
            .hint("name the work order, or another ticket of the same trouble, with --to"));
    }
    let mut newcomers = Vec::new();
    for id in ids {
        newcomers.push(tx.ticket(*id)?);
    }
    let values: Vec<&Values> = newcomers.iter().map(|ticket| &ticket.values).collect();
    let order = join(&mut tx, to, &values)?;
    let order = tx.ticket(order)?;
    for id in ids {
        let edit = tx.edit(*id, "link")?;
        hangable(&tx, &edit.ticket, Some(order.id))?;
        if tx.ticket(*id)?.text(Key::LinkWorkOrder) == order.id.as_str() {
            tx.notices
                .push(format!("`{id}` hangs on `{}` already", order.id));
        }
        hang(&mut tx, edit, &order)?;
    }
    let what = match &newcomers[..] {
        [one] => format!("{}: {}", one.id, one_line(one.title(), 40)),
        all => format!("{} tickets", all.len()),
    };
    tx.finish(&format!("{} work link: {what}", order.id))
}

/// The open work order that newcomers with these fields are to hang on when they join `to`: `to`
/// itself, or the open order that it hangs on, or a new one that they share. What this changes is
/// in the transaction; the newcomers' own `links.work_order` is the caller's to set.
pub fn join(
    tx: &mut Transaction<'_>,
    to: TicketId,
    newcomers: &[&Values],
) -> Result<TicketId, OpError> {
    let ticket = tx.ticket(to)?;
    if ticket.kind() == TicketType::WorkOrder {
        if !ticket.status().is_open() {
            return Err(refused_done(&ticket, "joined"));
        }
        return Ok(to);
    }
    if let Some(order) = open_order(tx, &ticket) {
        return Ok(order.id);
    }
    hangable(tx, &ticket, None)?;
    let codes = std::iter::once(&ticket.values).chain(newcomers.iter().copied());
    let code = codes
        .map(|values| text(values, Key::Code))
        .find(|code| !code.is_empty());
    let making = Making {
        code: code.map_or_else(|| Err(needs_code(to)), |code| tx.desk.code(code))?,
        ..Making::default()
    };
    said_enough(tx, &ticket, &making.code)?;
    let mut all = vec![&ticket];
    let others: Vec<Ticket> = newcomers
        .iter()
        .map(|values| Ticket {
            id: to,
            values: (*values).clone(),
            description: String::new(),
            log: Vec::new(),
        })
        .collect();
    all.extend(&others);
    let order = make(tx, &making, &all)?;
    let edit = tx.edit(to, "link")?;
    hang(tx, edit, &order)?;
    Ok(order.id)
}

/// Marks a new work order as a repeat, if one for the same equipment and code was done only lately:
/// a tag, a fact in its first entry, and links both ways.
pub fn repeat(tx: &mut Transaction<'_>, id: TicketId, draft: &mut Draft) -> Result<(), OpError> {
    let all = tx.desk.tickets(Want::All).all;
    let found = alike::alike(&draft.values, &[], &all, &tx.desk.settings, tx.act.now);
    let Some(earlier) = found.into_iter().find(|one| one.kind == Kind::Repeat) else {
        return Ok(());
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
    let mut edit = tx.edit(old, "link")?;
    edit.add(Key::LinkRelates, id.as_str());
    tx.stage(edit)?;
    tx.notices.push(format!(
        "`{id}` repeats `{old}`, {}: look for the cause behind the cause",
        earlier.reason
    ));
    Ok(())
}

fn text(values: &Values, key: Key) -> &str {
    let value = values.get(&Field::Known(key));
    value.and_then(Value::as_text).unwrap_or_default()
}

fn needs_code(id: TicketId) -> OpError {
    OpError::refused("a work order needs a problem code").hint(format!(
        "say which with --code CODE, or first: desk set {id} code=CODE"
    ))
}

/// The code of an order for these tickets: the one that was said, or the one that they have.
fn code(desk: &Desk, edits: &[Edit], said: Option<&str>) -> Result<String, OpError> {
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
            || OpError::usage("no ticket was named"),
            |first| needs_code(first.id()),
        )),
        _ => {
            let all: Vec<String> = codes
                .iter()
                .map(|(code, id)| format!("{code} (`{id}`)"))
                .collect();
            let what = format!(
                "the tickets have different problem codes: {}",
                all.join(", ")
            );
            Err(OpError::refused(what)
                .hint("say with --code which of them the order is for, or make an order for each"))
        }
    }
}

/// The open work order that a ticket hangs on.
pub fn open_order(tx: &Transaction<'_>, ticket: &Ticket) -> Option<Ticket> {
    let order: TicketId = ticket.maybe(Key::LinkWorkOrder)?.parse().ok()?;
    let order = tx.ticket(order).ok()?;
    (order.status().is_open() && order.kind() == TicketType::WorkOrder).then_some(order)
}

/// Refuses to hang a ticket on an order that is done, no requester's, or hangs on another.
fn hangable(tx: &Transaction<'_>, ticket: &Ticket, on: Option<TicketId>) -> Result<(), OpError> {
    let id = ticket.id;
    if ticket.kind() == TicketType::WorkOrder {
        return Err(
            OpError::refused(format!("`{id}` is a work order itself")).hint(format!(
                "name tickets that wait for it, or link the two: desk link {id} ID --as relates"
            )),
        );
    }
    if !ticket.status().is_open() {
        return Err(refused_done(ticket, "hung on a work order"));
    }
    match open_order(tx, ticket) {
        Some(order) if Some(order.id) != on => Err(OpError::refused(format!(
            "`{id}` hangs on the open work order `{}` already",
            order.id
        ))
        .hint(format!(
            "see it with `desk work show {}`; to take the ticket off it: desk set {id} links.work_order=",
            order.id
        ))),
        _ => Ok(()),
    }
}

/// Sees to what form and code ask for: refused where the house says so, else only mentioned.
fn said_enough(tx: &mut Transaction<'_>, ticket: &Ticket, code: &str) -> Result<(), OpError> {
    let mut values = ticket.values.clone();
    values.insert(Key::Code.into(), Value::Text(code.to_owned()));
    let settings = &tx.desk.settings;
    let lacking = complete::before_work(&values, settings, &tx.desk.catalogue);
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
        let what = format!("`{id}` lacks {names}, required before a work order");
        return Err(OpError::refused(what).hint(set));
    }
    tx.notices
        .push(format!("`{id}` still lacks {names}: {set}"));
    Ok(())
}

/// Refuses where open orders look the same, and mentions tickets that do.
fn not_yet(tx: &mut Transaction<'_>, edits: &[Edit], code: &str) -> Result<(), OpError> {
    let all = tx.desk.tickets(Want::All).all;
    let ids: Vec<TicketId> = edits.iter().map(Edit::id).collect();
    let mut found: Vec<Alike> = Vec::new();
    for edit in edits {
        let mut values = edit.ticket.values.clone();
        values.insert(Key::Code.into(), Value::Text(code.to_owned()));
        let alike = alike::alike(&values, &ids, &all, &tx.desk.settings, tx.act.now);
        for one in alike.into_iter().filter(|one| one.kind == Kind::Duplicate) {
            if !found.iter().any(|known| known.ticket.id == one.ticket.id) {
                found.push(one);
            }
        }
    }
    let named: Vec<&str> = ids.iter().map(TicketId::as_str).collect();
    let named = named.join(" ");
    let (orders, tickets): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| {
        let order = one.ticket.text(Key::LinkWorkOrder);
        let hangs = || {
            all.iter()
                .any(|other| other.id.as_str() == order && other.status().is_open())
        };
        one.ticket.kind() == TicketType::WorkOrder || (!order.is_empty() && hangs())
    });
    if let Some(first) = orders.first() {
        let error = match orders.len() {
            1 => "an open work order looks the same".to_owned(),
            n => format!("{n} open work orders look the same"),
        };
        let error = orders
            .iter()
            .take(5)
            .fold(OpError::refused(error), |error, one| {
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
            "{} looks the same, {}: desk work link {} --to {}",
            described(&one.ticket),
            one.reason,
            one.ticket.id,
            ids[0],
        ));
    }
    Ok(())
}

fn described(ticket: &Excerpt) -> String {
    let title = one_line(ticket.text(Key::Title), 50);
    format!("{} {}, \"{title}\"", ticket.id, ticket.status())
}

/// What is known of an order in the making.
#[derive(Clone, Debug, Default)]
struct Making {
    code: String,
    title: Option<String>,
    queue: Option<String>,
    assignee: Option<String>,
    text: String,
}

/// Makes an order for tickets, of which the first one's equipment and place are the order's, and
/// the most pressing one's priority.
fn make(tx: &mut Transaction<'_>, making: &Making, tickets: &[&Ticket]) -> Result<Ticket, OpError> {
    let (desk, act) = (tx.desk, tx.act);
    let mut draft = Draft {
        text: making.text.clone(),
        ..Draft::default()
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
    repeat(tx, id, &mut draft)?;
    let stamp = Stamp::new(act.now)?;
    let ticket = draft.ticket(id, &stamp, &[], Stage::Done(act.now), desk, act)?;
    tx.create(&ticket)?;
    Ok(ticket)
}

/// Impact, urgency and priority of the most pressing of the tickets.
fn pressing(desk: &Desk, draft: &mut Draft, tickets: &[&Ticket]) {
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
        }
    }
    let own = most.text(Key::Priority);
    let (impact, urgency) = (most.text(Key::Impact), most.text(Key::Urgency));
    if priority::derived(settings, impact, urgency) != Some(own) {
        let reason = most.maybe(Key::PriorityReason).map(str::to_owned);
        draft.reason = Some(reason.unwrap_or_else(|| format!("that of {}", most.id)));
    }
}

/// Hangs a ticket on an order.
fn hang(tx: &mut Transaction<'_>, mut edit: Edit, order: &Ticket) -> Result<(), OpError> {
    edit.set_text(Key::LinkWorkOrder, order.id.as_str());
    if edit.ticket.maybe(Key::Code).is_none() {
        edit.set_text(Key::Code, order.text(Key::Code));
    }
    // Somebody is at it already.
    if order.status() == Status::Open && edit.ticket.status() == Status::New {
        edit.attribute("order", order.id.as_str());
        edit.move_to(&Status::Open)?;
    }
    let rank = |ticket: &Ticket| tx.desk.settings.rank(ticket.text(Key::Priority));
    if rank(&edit.ticket) < rank(order) {
        tx.notices.push(format!(
            "`{}` is more pressing ({}) than its order ({}): desk set {} impact=… urgency=…",
            edit.id(),
            edit.ticket.text(Key::Priority),
            order.text(Key::Priority),
            order.id,
        ));
    }
    tx.stage(edit)
}

/// Lets the tickets that hang on an order go where the order went, by entries of whoever moved it
/// that name the order. Tickets that the command was given by name are left to it.
pub fn follow(tx: &mut Transaction<'_>) -> Result<(), OpError> {
    let moved: Vec<(Changed, Move)> = tx
        .changed()
        .iter()
        .filter_map(|one| Some((one.clone(), Move::of(one)?)))
        .collect();
    let named: Vec<TicketId> = tx.changed().iter().map(|one| one.ticket.id).collect();
    for (order, how) in moved {
        let id = order.ticket.id;
        let mut all = hanging(tx.desk, id);
        all.retain(|ticket| !named.contains(&ticket.id));
        if how == Move::Cancelled {
            called_off(tx, id, &all);
            continue;
        }
        for ticket in all
            .iter()
            .filter(|ticket| how.may_concern(&ticket.status()))
        {
            let mut edit = tx.edit(ticket.id, how.kind())?;
            if edit.ticket.text(Key::LinkWorkOrder) == id.as_str()
                && how.carry(&mut edit, &order, tx)?
            {
                tx.stage(edit)?;
            }
        }
        if how == Move::Resolved {
            unticked(tx, &order.ticket);
        }
    }
    Ok(())
}

/// The tickets that name a work order.
pub fn hanging(desk: &Desk, order: TicketId) -> Vec<Excerpt> {
    let mut all = desk.tickets(Want::All).all;
    all.retain(|ticket| ticket.text(Key::LinkWorkOrder) == order.as_str());
    all
}

/// How an order moved, as far as its tickets go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Opened,
    Waits,
    Wakes,
    Resolved,
    Reopened,
    Cancelled,
    Merged,
}

impl Move {
    /// What a change to an order means for its tickets; `None` for nothing.
    fn of(changed: &Changed) -> Option<Self> {
        if changed.new || changed.ticket.kind() != TicketType::WorkOrder {
            return None;
        }
        let entry = changed.entry.as_ref()?;
        // A requester's word speaks for one requester; a hand edits the one file.
        if entry.attribute("direction") == Some("in") || entry.kind == "edit" {
            return None;
        }
        let Some(change) = entry.change("status") else {
            let again = entry.kind == "pend" && changed.ticket.status() == Status::Pending;
            return (again && waits_for_others(&changed.ticket)).then_some(Self::Waits);
        };
        let from = Status::read(change.old_value().unwrap_or_default());
        match (from, changed.ticket.status()) {
            (Status::New, Status::Open) => Some(Self::Opened),
            (Status::Pending, Status::Open) => Some(Self::Wakes),
            (Status::Resolved, Status::Open) => Some(Self::Reopened),
            (_, Status::Pending) => waits_for_others(&changed.ticket).then_some(Self::Waits),
            (_, Status::Resolved) => Some(Self::Resolved),
            (_, Status::Cancelled) => Some(Self::Cancelled),
            (_, Status::Merged) => Some(Self::Merged),
            _ => None,
        }
    }

    /// The kind of the tickets' entries.
    fn kind(self) -> &'static str {
        match self {
            Self::Opened => "open",
            Self::Waits => "pend",
            Self::Wakes | Self::Reopened => "reopen",
            Self::Resolved => "resolve",
            Self::Cancelled | Self::Merged => "link",
        }
    }

    /// Whether tickets of a status may go along.
    fn may_concern(self, status: &Status) -> bool {
        match self {
            Self::Opened => *status == Status::New,
            Self::Waits | Self::Resolved | Self::Merged => status.is_open(),
            Self::Wakes => *status == Status::Pending,
            Self::Reopened => *status == Status::Resolved,
            Self::Cancelled => false,
        }
    }

    /// Moves a ticket along; `false` where it stays.
    fn carry(
        self,
        edit: &mut Edit,
        order: &Changed,
        tx: &Transaction<'_>,
    ) -> Result<bool, OpError> {
        let id = order.ticket.id;
        // What came to the ticket by itself is its own affair.
        let with_it = |to: &Status| {
            let last = life::last_moved_to(&edit.ticket, to);
            last.is_some_and(|entry| entry.attribute("order") == Some(id.as_str()))
        };
        let goes = match self {
            Self::Waits if edit.ticket.status() == Status::Pending => with_it(&Status::Pending),
            Self::Wakes => with_it(&Status::Pending),
            Self::Reopened => with_it(&Status::Resolved),
            _ => true,
        };
        if !goes {
            return Ok(false);
        }
        edit.attribute("order", id.as_str());
        let words = order.entry.as_ref().map_or("", |entry| entry.text.as_str());
        match self {
            Self::Opened => edit.move_to(&Status::Open)?,
            Self::Waits => {
                edit.move_to(&Status::Pending)?;
                edit.set_text(Key::WaitingOn, order.ticket.text(Key::WaitingOn));
                edit.set(Key::Until, order.ticket.get(Key::Until).cloned());
                edit.text(words);
            }
            Self::Wakes | Self::Reopened => {
                edit.move_to(&Status::Open)?;
                edit.text(words);
            }
            Self::Resolved => {
                super::resolve::by_order(edit, tx.desk, tx.act)?;
                edit.text(words);
            }
            Self::Merged => {
                let into = order.ticket.text(Key::LinkMergedInto);
                edit.set_text(Key::LinkWorkOrder, into);
            }
            Self::Cancelled => {}
        }
        Ok(true)
    }
}

/// Whether an order waits for a third party or a date, which holds up everybody; waiting for one
/// customer does not.
fn waits_for_others(order: &Ticket) -> bool {
    matches!(
        order.waiting_on(),
        Some(Waiting::Vendor | Waiting::Schedule)
    )
}

/// Says which tickets are left without an order.
fn called_off(tx: &mut Transaction<'_>, order: TicketId, hanging: &[Excerpt]) {
    let open: Vec<String> = hanging
        .iter()
        .filter(|ticket| ticket.status().is_open())
        .map(|ticket| format!("`{}` ({})", ticket.id, ticket.status()))
        .collect();
    if !open.is_empty() {
        tx.notices.push(format!(
            "still open, and without a work order now that `{order}` is cancelled: {}",
            open.join(", ")
        ));
    }
}

/// Says which steps of a resolved order nobody ticked.
fn unticked(tx: &mut Transaction<'_>, order: &Ticket) {
    let steps = order::steps(&order.description);
    let open: Vec<String> = steps
        .iter()
        .filter(|step| !step.done)
        .map(|step| format!("{} {}", step.number, one_line(&step.text, 50)))
        .collect();
    if !open.is_empty() {
        let (n, of) = (open.len(), steps.len());
        tx.notices.push(format!(
            "{n} of {of} steps are not ticked: {}",
            open.join("; ")
        ));
    }
}
