//! `redate`: says when an entry really happened, where somebody's clock was wrong.

use crate::model::corrections::ReadLog;
use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::TIME;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::find::entry;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::AHEAD;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;

/// Gives the entry with a tag another effective time. Its heading stays, for it orders the log.
///
/// Refuses a time later than now, and where the entry is another's or was pushed, anybody but a
/// manager.
pub fn redate(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    tag: &str,
    time: &str,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let time = values::moment(desk, time, act.now)?.whole_second();
    if time.since(act.now) > AHEAD {
        return Err(TicketError::RedateLater(&time).error());
    }
    let mut tx = Transaction::begin(desk, act, "redate")?;
    let mut edit = tx.edit(id, EntryKind::Redate)?;
    let about = entry(&edit.ticket, tag)?.clone();
    if about.kind == EntryKind::Redate {
        return Err(TicketError::RedateOfRedate(&about.tag).error());
    }
    may(desk, act, id, &about)?;
    edit.attribute(OF, about.identity());
    edit.attribute(TIME, time.to_string());
    edit.text(&text);
    tx.notices.extend(bounded(&edit.ticket.log, &about, time));
    let title = one_line(edit.ticket.title(), 50);
    tx.stage(edit)?;
    tx.finish(&format!("{id} redate {}: {title}", about.kind))
}

/// Redating is the author's own affair until others may have gone by the entry.
fn may(desk: &Desk, act: &Actor, id: TicketId, about: &Entry) -> Result<(), OpError> {
    if act.is_manager(desk) {
        return Ok(());
    }
    if about.by != act.me {
        return Err(TicketError::RedateOfOthers(&about.tag, &about.by).error());
    }
    let pushed = act.repo(desk)?.upstream_text(&id.path());
    if pushed.is_some_and(|text| text.contains(&about.heading())) {
        return Err(TicketError::RedateOfPushed(&about.tag).error());
    }
    Ok(())
}

/// Says that an entry counts no earlier than the one before it.
fn bounded(log: &[Entry], about: &Entry, time: Moment) -> Option<String> {
    let at = log.iter().position(|entry| entry == about)?;
    let before = *crate::model::entry_time::effective(&ReadLog::of(&log[..at])).last()?;
    (before > time).then(|| {
        let entry = &log[at - 1];
        format!(
            "it counts from {before} on, for the entry before it, `{}` by `{}`, does: redate that first",
            entry.kind, entry.by
        )
    })
}
