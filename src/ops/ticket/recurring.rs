//! Work that recurs: the orders that the sweep makes, each once, whoever sweeps and however late.

use std::sync::OnceLock;

use crate::model::calendar::Calendar;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::recurring::{Period, Recurring, SOURCE, foreign_id};
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::new_record::{NewRecord, RecordStage, RecordStamp};
use crate::ops::core::outcome::Changed;
use crate::ops::core::transaction::Transaction;
use crate::page::problem::Problem;
use crate::page::settings::{FILE, recurring};
use crate::rules::lifecycle::recurring::{
    MOST, Occurrence, earlier, id, last_due, months, next, random, tag,
};
use crate::store::fs::read;

/// Of so many periods without an order, at most, it is said that they have none.
const TOLD: usize = 60;

/// An order that is to be made.
#[derive(Clone, Debug)]
pub struct DueOrder<'d> {
    of: &'d Recurring,
    occurrence: Occurrence,
    id: TicketId,
    missed: Vec<Period>,
}

/// An order that was made.
#[derive(Clone, Debug)]
pub struct MadeOrder {
    /// The foreign id, `ups-test/2026-12`.
    pub foreign: String,
    /// The day of the work, and when the order was to be made.
    pub occurrence: Occurrence,
    /// The order.
    pub changed: Changed,
    /// Periods before it for which none was made, and none will be; oldest first.
    pub missed: Vec<Period>,
}

/// An order that is to come.
#[derive(Clone, Debug)]
pub struct NextOrder {
    /// The foreign id.
    pub foreign: String,
    /// The title.
    pub title: String,
    /// The day of the work, and when the order is made.
    pub occurrence: Occurrence,
}

/// What is due of the work that recurs, and what keeps the rest from it. Only the last period that
/// is due is looked at: its file has one of a few names, so that no other ticket is read.
pub fn due(desk: &Desk, now: Moment) -> (Vec<DueOrder<'_>>, Vec<Problem>) {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for of in running(desk) {
        let Some(calendar) = calendar(desk, of) else {
            continue;
        };
        let Some(occurrence) = last_due(of, calendar, now) else {
            continue;
        };
        let Place::Free(id) = place(desk, of, &occurrence) else {
            continue;
        };
        if let Err(error) = desk.code(&of.code) {
            problems.push(no_code(desk, of, error, None));
            continue;
        }
        problems.extend(retired(desk, of, None));
        all.push(DueOrder {
            of,
            occurrence,
            id,
            missed: missed(desk, of, calendar, occurrence.period),
        });
    }
    all.sort_by_key(|one| (one.occurrence.due, one.id));
    (all, problems)
}

/// The orders that come next, one of each kind, the nearest first.
pub fn to_come(desk: &Desk, now: Moment) -> Vec<NextOrder> {
    let next = running(desk).filter_map(|of| {
        let occurrence = next(of, calendar(desk, of)?, now)?;
        Some(NextOrder {
            foreign: foreign_id(&of.name, occurrence.period),
            title: of.title.clone(),
            occurrence,
        })
    });
    let mut all: Vec<NextOrder> = next.collect();
    all.sort_by(|a, b| (a.occurrence.due, &a.foreign).cmp(&(b.occurrence.due, &b.foreign)));
    all
}

/// Makes an order, unless another clone's came in by now.
pub fn make(tx: &mut Transaction<'_>, due: DueOrder<'_>) -> Result<Option<MadeOrder>, OpError> {
    if !matches!(place(tx.desk, due.of, &due.occurrence), Place::Free(id) if id == due.id) {
        return Ok(None);
    }
    let order = order(tx.desk, tx.act, &due)?;
    tx.create(&order)?;
    let Some(changed) = tx.changed().last().cloned() else {
        return Ok(None);
    };
    Ok(Some(MadeOrder {
        foreign: foreign_id(&due.of.name, due.occurrence.period),
        occurrence: due.occurrence,
        changed,
        missed: due.missed,
    }))
}

/// The order, which depends on settings, catalogue and period alone.
fn order(desk: &Desk, act: &Actor, due: &DueOrder<'_>) -> Result<Ticket, OpError> {
    let (of, at) = (due.of, due.occurrence.due);
    let foreign = foreign_id(&of.name, due.occurrence.period);
    let steps: Vec<String> = of
        .steps
        .iter()
        .map(|step| format!("- [ ] {step}"))
        .collect();
    let mut record = NewRecord {
        text: steps.join("\n"),
        ..NewRecord::default()
    };
    // Whoever left does not take the work along: it waits with the code's team.
    let assignee = of.assignee.as_ref().map(Handle::as_str);
    let assignee = assignee.filter(|agent| desk.agent(agent).is_ok());
    let queue = of
        .queue
        .as_deref()
        .filter(|queue| desk.queue(queue).is_ok());
    for (key, value) in [
        (Key::Type, Some(TicketType::WorkOrder.to_string())),
        (Key::Title, Some(of.title.clone())),
        (Key::Code, Some(of.code.clone())),
        (Key::Queue, queue.map(str::to_owned)),
        (Key::Assignee, assignee.map(str::to_owned)),
        (Key::SourceName, Some(SOURCE.to_owned())),
        (Key::SourceId, Some(foreign.clone())),
    ] {
        if let Some(value) = value {
            record.values.insert(key.into(), Value::Text(value));
        }
    }
    let day = Value::Date(due.occurrence.day);
    record.values.insert(Key::Planned.into(), day);
    let stamp = RecordStamp {
        at,
        tag: tag(&foreign),
    };
    // Rules that speak of times speak of the order's.
    let then = Actor {
        now: at,
        repo: OnceLock::new(),
        ..act.clone()
    };
    record.ticket(due.id, &stamp, &[], RecordStage::Done(at), desk, &then)
}

fn running(desk: &Desk) -> impl Iterator<Item = &Recurring> {
    let all = desk.settings.recurring.values();
    all.filter(|of| !of.paused)
}

fn calendar<'d>(desk: &'d Desk, of: &Recurring) -> Option<&'d Calendar> {
    desk.settings.calendars.get(&of.calendar)
}

/// Whether the order of a period is there.
enum Place {
    Made,
    /// The id that it is to get.
    Free(TicketId),
    /// No id is left, or none can be told.
    None,
}

/// Looks for the order of a period: under its id, the next one where another ticket has that, and in
/// the other months in which it may have been made. A file that cannot be read may be it.
fn place(desk: &Desk, of: &Recurring, occurrence: &Occurrence) -> Place {
    let foreign = foreign_id(&of.name, occurrence.period);
    let mut free = None;
    for (at, made) in months(of, occurrence).into_iter().enumerate() {
        for attempt in 0..MOST {
            let Some(id) = id(&of.name, occurrence.period, made, attempt) else {
                break;
            };
            let Ok(text) = read::page(&desk.root, &id.path()) else {
                if desk.root.join(&id.path()).symlink_metadata().is_ok() {
                    return Place::Made;
                }
                if at == 0 {
                    free = free.or(Some(id));
                }
                break;
            };
            if is_of(&text, id, &foreign) {
                return Place::Made;
            }
        }
    }
    free.map_or(Place::None, Place::Free)
}

/// Whether a file is the order with this foreign id; one that cannot be read may be.
fn is_of(text: &str, id: TicketId, foreign: &str) -> bool {
    crate::page::ticket::read(id, text.to_owned()).map_or(true, |page| {
        page.ticket.text(Key::SourceName) == SOURCE && page.ticket.text(Key::SourceId) == foreign
    })
}

/// The periods before one that have no order, back to the last that has, oldest first.
fn missed(desk: &Desk, of: &Recurring, calendar: &Calendar, than: Period) -> Vec<Period> {
    let before = earlier(of, calendar, than);
    let mut all: Vec<Period> = before
        .take(TOLD)
        .take_while(|one| !matches!(place(desk, of, one), Place::Made))
        .map(|one| one.period)
        .collect();
    all.reverse();
    all
}

/// What `check` finds of the work that recurs: codes that no new work may have.
pub fn problems(desk: &Desk, text: &str) -> Vec<Problem> {
    let all = desk.settings.recurring.values();
    let wrong = all.flat_map(|of| {
        let code = desk.code(&of.code).err();
        let code = code.map(|error| no_code(desk, of, error, Some(text)));
        code.into_iter().chain(retired(desk, of, Some(text)))
    });
    wrong.collect()
}

/// An agent or a queue that may not be given new work any more.
fn retired(desk: &Desk, of: &Recurring, text: Option<&str>) -> Option<Problem> {
    let agent = of.assignee.as_ref();
    let agent = agent.and_then(|agent| Some(("assignee", desk.agent(agent.as_str()).err()?)));
    let queue = of.queue.as_ref();
    let queue = queue.and_then(|queue| Some(("queue", desk.queue(queue).err()?)));
    let (key, error) = agent.or(queue)?;
    let message = format!(
        "{}: orders of `{}` wait with the team of their code",
        error.message, of.name
    );
    let hint = format!("name another `{key}`, or leave it out");
    Some(recurring::wrong(
        &settings(desk, text),
        &of.name,
        key,
        &message,
        &hint,
    ))
}

/// The text of the settings, where it is not at hand.
fn settings(desk: &Desk, text: Option<&str>) -> String {
    match text {
        Some(text) => text.to_owned(),
        None => read::page(&desk.root, FILE).unwrap_or_default(),
    }
}

fn no_code(desk: &Desk, of: &Recurring, error: OpError, text: Option<&str>) -> Problem {
    let message = format!("{}: no order of `{}` is made", error.message, of.name);
    let hint = error.hints.into_iter().next();
    let hint = hint.unwrap_or_else(|| "`desk catalog` shows the codes".to_owned());
    recurring::wrong(&settings(desk, text), &of.name, "code", &message, &hint)
}

/// What is wrong with an order that says to be made by the sweep: its id and the tag of its first
/// entry follow from its foreign id.
pub fn misnamed(ticket: &Ticket) -> Option<String> {
    if ticket.text(Key::SourceName) != SOURCE {
        return None;
    }
    let foreign = ticket.text(Key::SourceId);
    if !crate::model::recurring::is_foreign_id(foreign) {
        return Some(format!(
            "`{foreign}` names no work that recurs: it is NAME/PERIOD, as in `ups-test/2026-12`"
        ));
    }
    let follows = |id: &str| {
        let drawn = id.rsplit('-').next().unwrap_or(id);
        (0..MOST).any(|attempt| random(foreign, attempt) == drawn)
    };
    // One that had to make room for another of the same id keeps its own among the aliases.
    let aliases = ticket.list(Key::Aliases);
    if !follows(ticket.id.as_str()) && !aliases.iter().any(|alias| follows(alias)) {
        let expected = random(foreign, 0);
        return Some(format!(
            "the id of `{foreign}` ends in `{expected}`, not in `{}`",
            ticket.id.random()
        ));
    }
    let expected = tag(foreign);
    let made = ticket
        .log
        .iter()
        .find(|entry| entry.kind == "created".into());
    let found = made.map(|entry| entry.tag.as_str());
    (found != Some(expected.as_str())).then(|| {
        format!(
            "the first entry of `{foreign}` has the tag `^{expected}`: the sweep made none other"
        )
    })
}
