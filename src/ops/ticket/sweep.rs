//! `sweep`: does what time brings, once, whoever runs it and however late.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::index::want::Want;
use crate::model::clocks::Does;
use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::said::Promised;
use crate::model::status::Status;
use crate::model::ticket_summary::TicketSummary;
use crate::model::told::TOLD;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::{OpError, Sort};
use crate::ops::core::outcome::{Changed, Outcome};
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::ticket::escalate;
use crate::ops::ticket::recurring::{self, DueOrder, MadeOrder, NextOrder};
use crate::ops::work::say;
use crate::page::problem::Problem;
use crate::page::settings;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::concerned::people;
use crate::rules::lifecycle::escalation::{self, direction};
use crate::rules::lifecycle::sweep::{Action, ScheduledAction, is_settled, pass_on, plan};
use crate::rules::lifecycle::transitions::Trigger;
use crate::rules::lifecycle::watchers;
use crate::rules::lifecycle::words;
use crate::rules::merge;
use crate::rules::sla::calendar;

/// No ticket gets more entries of one sweep: more would be an error of ours, not of time.
const MOST: usize = 24;

/// So many tickets are swept in one commit: a desk that was not swept for long has very many.
const PART: usize = 500;

/// One thing that was done.
#[derive(Clone, Debug)]
pub struct Did {
    /// What, and since when it was due.
    pub step: ScheduledAction,
    /// The ticket.
    pub id: TicketId,
    /// Its title.
    pub title: String,
    /// The queue in which it is now.
    pub queue: String,
    /// What was written to its log.
    pub entry: Option<Entry>,
}

/// Somebody is to be told of something that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The ticket.
    pub id: TicketId,
    /// The kind of the entry.
    pub kind: EntryKind,
    /// The entry's tag.
    pub tag: String,
    /// Whether it could not be delivered once.
    #[serde(default)]
    pub failed: bool,
    /// Not before the calendar opens; `None` for any hour.
    pub after: Option<Moment>,
    /// Who, by handle.
    pub to: Vec<String>,
}

/// What a sweep did.
#[derive(Debug)]
pub struct Swept {
    /// Thing by thing.
    pub did: Vec<Did>,
    /// Orders of work that recurs.
    pub made: Vec<MadeOrder>,
    /// The orders that come next, where nothing is written.
    pub next: Vec<NextOrder>,
    /// What became of it on disk, commit by commit.
    pub outcomes: Vec<Outcome>,
    /// Who is to be told of what.
    pub notices: Vec<Notice>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
    /// What kept the rest from being done, after something was.
    pub failed: Option<OpError>,
}

/// Sweeps the desk, in the name of `desk`.
pub fn sweep(desk: &Desk, act: &Actor) -> Result<Swept, OpError> {
    let mut found = desk.tickets(Want::Unsettled);
    found.problems.extend(desk.dropped(&found.all));
    let mut swept = Swept {
        did: Vec::new(),
        made: Vec::new(),
        next: Vec::new(),
        outcomes: Vec::new(),
        notices: Vec::new(),
        problems: found.problems,
        failed: None,
    };
    let promises = words::promises(&found.all);
    let mut due: Vec<(Moment, Moment, TicketId)> = found
        .all
        .iter()
        .filter(|ticket| !is_settled(ticket))
        .filter_map(|ticket| {
            let first = steps(ticket, &promises, act.context(desk)).first()?.due;
            Some((first, ticket.created, ticket.id))
        })
        .collect();
    drop(found.all);
    due.sort_unstable();
    let (orders, problems) = recurring::due(desk, act.now);
    swept.problems.extend(problems);
    if act.dry_run {
        swept.next = recurring::to_come(desk, act.now);
    }
    // Most sweeps find nothing: they take no lock.
    if due.is_empty() && orders.is_empty() {
        return Ok(swept);
    }
    let (first, later) = due.split_at(due.len().min(PART));
    part(desk, act, (first, orders), &promises, &mut swept)?;
    for some in later.chunks(PART) {
        if let Err(error) = part(desk, act, (some, Vec::new()), &promises, &mut swept) {
            // What was done before it is done, and is told.
            swept.failed = Some(error);
            break;
        }
    }
    Ok(swept)
}

/// Does what is due for some tickets, in one commit.
fn part(
    desk: &Desk,
    act: &Actor,
    (due, orders): (&[(Moment, Moment, TicketId)], Vec<DueOrder<'_>>),
    promises: &BTreeMap<TicketId, Promised>,
    swept: &mut Swept,
) -> Result<(), OpError> {
    let mut tx = Transaction::begin(desk, act, "sweep")?;
    let (from, made_from) = (swept.did.len(), swept.made.len());
    let made = make_orders(&mut tx, orders, swept)?;
    let mut notices = Vec::new();
    for (.., id) in due.iter().copied().chain(made) {
        match one(&mut tx, id, promises, swept, &mut notices) {
            Ok(()) => {}
            Err(error) if matches!(error.sort, Sort::Failed | Sort::Interrupted) => {
                swept.did.truncate(from);
                swept.made.truncate(made_from);
                return Err(error);
            }
            // A ticket that cannot be written is no reason to leave the others alone.
            Err(error) if error.problems.is_empty() => {
                let problem = Problem::whole(&id.path(), error.message);
                swept.problems.push(problem);
            }
            Err(error) => {
                let reported = |problem: &Problem| !swept.problems.contains(problem);
                let more: Vec<Problem> = error.problems.into_iter().filter(reported).collect();
                swept.problems.extend(more);
            }
        }
    }
    let made = &swept.made[made_from..];
    let subject = subject(&swept.did[from..], made);
    notices.extend(made.iter().map(|made| notice_of(desk, made, act.now)));
    match tx.finish(&subject) {
        Ok(mut outcome) => {
            // Thousands of tickets need not stay.
            outcome.changed = Vec::new();
            swept.notices.extend(notices);
            swept.outcomes.push(outcome);
            Ok(())
        }
        Err(error) => {
            swept.did.truncate(from);
            swept.made.truncate(made_from);
            Err(error)
        }
    }
}

/// What is to be done for a ticket, in the order in which it was due.
fn steps(
    ticket: &TicketSummary,
    promises: &BTreeMap<TicketId, Promised>,
    context: DeskContext<'_>,
) -> Vec<ScheduledAction> {
    let mut steps = plan(ticket, context);
    steps.extend(pass_on(ticket, promises));
    steps.sort_by_key(|step| step.due);
    steps
}

/// Makes the orders of work that recurs. One that is made late has its reminders at once: those are
/// looked at with the other tickets.
fn make_orders(
    tx: &mut Transaction<'_>,
    orders: Vec<DueOrder<'_>>,
    swept: &mut Swept,
) -> Result<Vec<(Moment, Moment, TicketId)>, OpError> {
    let mut due = Vec::new();
    for order in orders {
        match recurring::make(tx, order) {
            Ok(made) => {
                due.extend(made.iter().map(|made| {
                    let at = made.occurrence.due;
                    (at, at, made.changed.ticket.id)
                }));
                swept.made.extend(made);
            }
            Err(error) if matches!(error.sort, Sort::Failed | Sort::Interrupted) => {
                return Err(error);
            }
            // An order that cannot be made holds up nothing else.
            Err(error) => {
                let problem = Problem::whole(settings::FILE, error.message);
                swept.problems.push(problem);
            }
        }
    }
    Ok(due)
}

/// What the commit says.
fn subject(did: &[Did], made: &[MadeOrder]) -> String {
    let mut ids: Vec<TicketId> = did.iter().map(|did| did.id).collect();
    ids.sort_unstable();
    ids.dedup();
    match (did, made) {
        ([one], []) => format!(
            "{} {}: {}",
            one.id,
            one.step.action.kind(),
            one_line(&one.title, 50)
        ),
        ([], [one]) => format!(
            "{} created, {}: {}",
            one.changed.ticket.id,
            one.foreign,
            one_line(one.changed.ticket.title(), 50)
        ),
        (entries, orders) => {
            let mut parts = Vec::new();
            if !orders.is_empty() {
                parts.push(counted(orders.len(), "work order", "work orders"));
            }
            if !entries.is_empty() {
                let entries = counted(entries.len(), "entry", "entries");
                parts.push(format!(
                    "{entries} on {}",
                    counted(ids.len(), "ticket", "tickets")
                ));
            }
            format!("sweep: {}", parts.join(", "))
        }
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Does what is due for a ticket, one thing after the other, by what its file says under the lock.
fn one(
    tx: &mut Transaction<'_>,
    id: TicketId,
    promises: &BTreeMap<TicketId, Promised>,
    swept: &mut Swept,
    notices: &mut Vec<Notice>,
) -> Result<(), OpError> {
    let desk = tx.desk;
    for _ in 0..MOST {
        let ticket = tx.ticket(id)?;
        let before = TicketSummary::of(&ticket, merge::is_in_conflict(&ticket));
        let mut done = false;
        for step in steps(&before, promises, tx.act.context(desk)) {
            let mut edit = tx.edit(id, step.action.kind())?;
            edit.stamp(edit.right_after(step.due)?, &step.tag);
            if !apply(desk, &mut edit, &step)? {
                continue;
            }
            tx.stage(edit)?;
            if let Some(changed) = tx.changed().last() {
                notices.extend(notice(desk, &step, changed, tx.act.now));
                swept.did.push(Did {
                    step,
                    id,
                    title: changed.ticket.title().to_owned(),
                    queue: changed.ticket.text(Key::Queue).to_owned(),
                    entry: changed.entry.clone(),
                });
            }
            done = true;
            break;
        }
        if !done {
            return Ok(());
        }
    }
    Ok(())
}

/// Writes one thing into its entry; `false` where there is no way for it.
fn apply(desk: &Desk, edit: &mut TicketEdit, step: &ScheduledAction) -> Result<bool, OpError> {
    match &step.action {
        Action::Wake => {
            edit.attribute("due", step.due.to_string());
            edit.event(Trigger::DateReached)?;
        }
        Action::Remind { clock, at, .. } => {
            edit.attribute("clock", clock.as_str());
            edit.attribute("at", at.to_string());
            edit.attribute("due", step.due.to_string());
        }
        Action::Ask { time, .. } => {
            edit.attribute("reason", "silent requester");
            edit.attribute("time", time.to_string());
            edit.attribute("due", step.due.to_string());
        }
        Action::TellMore { of, who } => {
            edit.attribute(OF, of.clone());
            edit.attribute(TOLD, who.join(", "));
            edit.attribute("due", step.due.to_string());
        }
        Action::Escalate {
            clock, at, does, ..
        } => {
            edit.attribute("clock", clock.as_str());
            edit.attribute("at", at.to_string());
            edit.attribute("due", step.due.to_string());
            return Ok(escalated(desk, edit, does));
        }
        Action::Resolve => {
            edit.attribute("reason", "no response");
            edit.attribute("due", step.due.to_string());
            edit.move_to(&Status::Resolved)?;
            edit.text("The requester did not answer.");
        }
        Action::PassOn { order, promised } => say::tell(edit, *order, promised),
        Action::Close => {
            edit.attribute("reason", "no-answer");
            edit.attribute("due", step.due.to_string());
            edit.move_to(&Status::Closed)?;
        }
    }
    Ok(true)
}

/// Moves the work as a rule says; where the last tier is reached, management is told.
fn escalated(desk: &Desk, edit: &mut TicketEdit, does: &Does) -> bool {
    let queue = edit.ticket.text(Key::Queue).to_owned();
    let target = direction(does).map(|to| {
        escalation::target(&desk.settings, &queue, &edit.ticket.log, &to)
            .ok()
            .filter(|target| desk.queue(target).is_ok())
    });
    match target {
        Some(Some(target)) => {
            let keeps = edit.ticket.maybe(Key::Assignee).map(str::to_owned);
            escalate::move_on(edit, desk, &target, keeps.as_deref());
        }
        None => escalate::tell_management(edit, desk),
        Some(None) if *does == Does::Up => escalate::tell_management(edit, desk),
        Some(None) => return false,
    }
    true
}

/// Who is to be told of a thing that was done, and when.
fn notice(desk: &Desk, step: &ScheduledAction, changed: &Changed, now: Moment) -> Option<Notice> {
    let ticket = &changed.ticket;
    let entry = changed.entry.as_ref();
    let watching = entry.map(|entry| watchers::told(&desk.settings, ticket, entry, now));
    let watching = watching.unwrap_or_default();
    // These concern nobody else.
    let is_quiet = matches!(
        step.action,
        Action::Resolve | Action::Close | Action::PassOn { .. }
    );
    if is_quiet && watching.is_empty() {
        return None;
    }
    let hours = step.hours.as_ref();
    let calendar = hours.and_then(|name| desk.settings.calendars.get(name));
    let after = calendar.and_then(|calendar| calendar::first_after(calendar, now));
    let management = matches!(&step.action, Action::Escalate { .. })
        && entry.and_then(|entry| entry.attribute("escalation")) == Some("hierarchic");
    let mut to = match &step.action {
        _ if is_quiet => Vec::new(),
        Action::TellMore { who, .. } => who.clone(),
        _ => people(&desk.settings, ticket, management, now),
    };
    let more = watching.into_iter().filter(|who| !to.contains(who));
    to.extend(more.collect::<Vec<_>>());
    Some(Notice {
        id: ticket.id,
        kind: step.action.kind(),
        tag: step.tag.clone(),
        failed: false,
        after: after.filter(|after| *after > now),
        to,
    })
}

/// Who is to be told of an order that was made, and when: in the hours in which it is worked on.
fn notice_of(desk: &Desk, made: &MadeOrder, now: Moment) -> Notice {
    let ticket = &made.changed.ticket;
    let calendar = desk.settings.calendars.get(&desk.settings.policy.calendar);
    let after = calendar.and_then(|calendar| calendar::first_after(calendar, now));
    let entry = made.changed.entry.as_ref();
    Notice {
        id: ticket.id,
        kind: EntryKind::Created,
        tag: entry.map(|entry| entry.tag.clone()).unwrap_or_default(),
        failed: false,
        after: after.filter(|after| *after > now),
        to: people(&desk.settings, ticket, false, now),
    }
}
