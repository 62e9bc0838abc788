//! `new`: a record, whole, in one step.

use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::status::TicketType;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::new_record::{NewRecord, RecordStage, RecordStamp};
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::resolve;
use crate::rules::lifecycle::required_fields::UNTITLED;

/// What is known of a new ticket.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// One line.
    pub title: Option<String>,
    /// Field by name and value, as typed, in order.
    pub values: Vec<(String, String)>,
    /// Why the priority is not the matrix's.
    pub reason: Option<String>,
    /// More tickets of the same contact, `TITLE @CODE`.
    pub issues: Vec<String>,
    /// A ticket told in the same contact.
    pub same_call: Option<String>,
    /// The work order that it is linked to, or a ticket whose work it shares.
    pub on: Option<String>,
    /// An article that helped.
    pub article: Option<String>,
    /// The answer, if it is resolved at once.
    pub resolve: Option<String>,
    /// Whether the requester is satisfied with it.
    pub satisfied: Option<bool>,
    /// Why the knowledge base was not needed.
    pub no_kb: Option<String>,
    /// The description.
    pub text: String,
}

/// One ticket of a contact in the making.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// Its id.
    pub id: TicketId,
    /// When it was begun.
    pub stamp: RecordStamp,
    /// What was said of it.
    pub draft: NewRecord,
}

/// Opens one ticket for each issue of a contact.
pub fn new(desk: &Desk, act: &Actor, intake: &Intake) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "new")?;
    let mut parts = parts(&tx, intake)?;
    for part in &mut parts {
        if part.draft.kind(desk) == TicketType::WorkOrder
            && let Some(earlier) =
                crate::ops::work::order_plan::repeat(&mut tx, part.id, &mut part.draft)?
        {
            tx.stage(earlier)?;
        }
    }
    if let Some(on) = &intake.on {
        let to = desk.find(on, Some(&act.me))?;
        let first = &mut parts[0].draft;
        let order = crate::ops::work::link::join(&mut tx, to, &[&first.values])?;
        let its = tx.ticket(order)?;
        first.take_order(&its);
        first.take_promise(&its, act.now);
        first
            .values
            .insert(Key::LinkWorkOrder.into(), Value::Text(order.to_string()));
    }
    tell(&mut tx, intake, parts.iter().map(|part| part.id))?;
    let family = family(desk, act, &parts, intake)?;
    for part in &parts {
        let ticket = ticket(part, &family, RecordStage::Done(act.now), desk, act)?;
        tx.create(&ticket)?;
    }
    let mut outcome = tx.finish(&subject(&parts))?;
    let mine = |id| parts.iter().any(|part| part.id == id);
    outcome.changed.retain(|one| mine(one.ticket.id));
    Ok(outcome)
}

/// Draws the ids, and checks what was said.
pub fn parts(tx: &Transaction<'_>, intake: &Intake) -> Result<Vec<NewTicket>, OpError> {
    let (desk, act) = (tx.desk, tx.act);
    let reported = same_call(desk, act, intake)?;
    let mut first = read(desk, act, intake)?;
    if let Some(reported) = reported {
        first.take_contact(&desk.page(reported)?.ticket);
    }
    // Without a title the first issue is what all that was said is about.
    let mut issues = intake.issues.iter();
    if intake.title.is_none()
        && let Some(issue) = issues.next()
    {
        let named = first.issue(issue, desk, act)?;
        for key in [Key::Title, Key::Code] {
            if let Some(value) = named.values.get(&key.into()) {
                first.values.insert(key.into(), value.clone());
            }
        }
    }
    let mut drafts = vec![first.clone()];
    for issue in issues {
        drafts.push(first.issue(issue, desk, act)?);
    }
    let mut parts: Vec<NewTicket> = Vec::new();
    for draft in drafts {
        let mut id = tx.fresh_id()?;
        while parts.iter().any(|part| part.id == id) {
            id = tx.fresh_id()?;
        }
        parts.push(NewTicket {
            id,
            stamp: RecordStamp::new(act.now)?,
            draft,
        });
    }
    Ok(parts)
}

/// Has the ticket that was told in the same contact name these.
pub fn tell(
    tx: &mut Transaction<'_>,
    intake: &Intake,
    ids: impl Iterator<Item = TicketId>,
) -> Result<(), OpError> {
    let Some(reported) = same_call(tx.desk, tx.act, intake)? else {
        return Ok(());
    };
    let mut edit = tx.edit(reported, EntryKind::Link)?;
    for id in ids {
        edit.add(Key::LinkSameContact, id.as_str());
    }
    tx.stage(edit)
}

/// The tickets of one contact.
pub fn family(
    desk: &Desk,
    act: &Actor,
    parts: &[NewTicket],
    intake: &Intake,
) -> Result<Vec<TicketId>, OpError> {
    let mut family: Vec<TicketId> = parts.iter().map(|part| part.id).collect();
    family.extend(same_call(desk, act, intake)?);
    Ok(family)
}

fn same_call(desk: &Desk, act: &Actor, intake: &Intake) -> Result<Option<TicketId>, OpError> {
    let reported = intake.same_call.as_deref();
    reported.map(|id| desk.find(id, Some(&act.me))).transpose()
}

/// The ticket of a part, as far as it has come.
pub fn ticket(
    part: &NewTicket,
    family: &[TicketId],
    stage: RecordStage,
    desk: &Desk,
    act: &Actor,
) -> Result<crate::model::ticket::Ticket, OpError> {
    let others: Vec<TicketId> = family.iter().copied().filter(|id| *id != part.id).collect();
    let draft = part.draft.clone();
    draft.ticket(part.id, &part.stamp, &others, stage, desk, act)
}

/// The subject of the commit of a contact.
pub fn subject(parts: &[NewTicket]) -> String {
    match parts {
        [part] => {
            let title = part.draft.text_of(Key::Title).unwrap_or(UNTITLED);
            format!("{} new: {}", part.id, one_line(title, 60))
        }
        all => format!("new: {} tickets of one contact", all.len()),
    }
}

/// Checks what was said.
fn read(desk: &Desk, act: &Actor, intake: &Intake) -> Result<NewRecord, OpError> {
    let mut draft = NewRecord {
        text: values::text(&intake.text)?,
        resolve: intake.resolve.as_deref().map(values::text).transpose()?,
        satisfied: intake.satisfied,
        no_kb: intake.no_kb.as_deref().map(resolve::reason).transpose()?,
        reason: intake
            .reason
            .as_deref()
            .map(|reason| values::line("reason", reason))
            .transpose()?,
        ..NewRecord::default()
    };
    if let Some(title) = &intake.title {
        let value = values::value(desk, &Key::Title.into(), title, act.now, Some(&act.me))?;
        draft.values.insert(Key::Title.into(), value);
    }
    for (name, text) in &intake.values {
        draft.set(desk, act, name, text)?;
    }
    if let Some(article) = &intake.article {
        let id = values::article_id(desk, article)?;
        draft
            .values
            .insert(Key::LinkArticles.into(), Value::List(vec![id.to_string()]));
    }
    Ok(draft)
}
