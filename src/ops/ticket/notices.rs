//! Notices of the sweep: kept in the clone's own folder until somebody was told.
//!
//! A notice is written there when its entry is, and goes out when the calendar is open; what could
//! not be delivered is tried again by the next sweep. By then it may have lost its point: nobody is
//! told of a clock that stands or has ended, or of a ticket that is done.

use crate::model::entry_kind::EntryKind;
use crate::ops::core::messages::ticket::TicketError;
use std::fs::{File, TryLockError};

use crate::model::clocks::ClockKind;
use crate::model::entry::{Entry, OF};
use crate::model::moment::Moment;
use crate::model::status::{Status, Waiting};
use crate::model::ticket::Ticket;
use crate::model::told::{self, TOLD};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::ticket::sla;
use crate::ops::ticket::sweep::Notice;
use crate::store::fs::private::Private;
use crate::store::git::repo::Repo;

/// What became of the notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many went out.
    pub sent: usize,
    /// How many wait for the calendar to open.
    pub held: usize,
    /// What went wrong, a sentence each; these are tried again.
    pub failed: Vec<String>,
}

/// The folder of the notices, in the clone's own folder.
const FOLDER: &str = "notices";

/// Keeps notices until they are delivered.
pub fn keep(repo: &Repo, notices: &[Notice]) -> Result<(), OpError> {
    if notices.is_empty() {
        return Ok(());
    }
    let folder = Private::make(repo, FOLDER)?;
    for notice in notices {
        let name = format!("{}-{}-{}", notice.id, notice.kind, notice.tag);
        let text = serde_json::to_string(notice)
            .map_err(|error| TicketError::NoticeNotWritten(&error).error())?;
        // Whole or not at all, should the disk be full.
        let temporary = format!("{name}.new");
        folder.write(&temporary, &text)?;
        folder.rename(&temporary, &folder, &format!("{name}.json"))?;
    }
    Ok(())
}

/// Delivers what is kept, unless another sweep does at this moment. `tell` is given the notice, the
/// ticket and the entry, and says what went wrong.
pub fn deliver(
    desk: &Desk,
    repo: &Repo,
    now: Moment,
    mut tell: impl FnMut(&Notice, &Ticket, &Entry) -> Result<(), String>,
) -> Delivered {
    let mut delivered = Delivered::default();
    let Ok(Some(folder)) = Private::open(repo, FOLDER) else {
        return delivered;
    };
    let Some(_lock) = lock(&folder) else {
        return delivered;
    };
    for name in kept(&folder) {
        let notice = folder
            .read(&name)
            .and_then(|text| serde_json::from_str::<Notice>(&text).ok());
        let still = notice.and_then(|notice| {
            let (ticket, entry) = current(desk, &notice, now)?;
            Some((notice, ticket, entry))
        });
        let Some((notice, ticket, entry)) = still else {
            // One that stays is looked at again.
            let _ = folder.remove(&name);
            continue;
        };
        if notice.after.is_some_and(|after| after > now) {
            delivered.held += 1;
            continue;
        }
        match tell(&notice, &ticket, &entry) {
            Ok(()) => {
                delivered.sent += 1;
                let _ = folder.remove(&name);
            }
            Err(why) => delivered.failed.push(why),
        }
    }
    delivered
}

/// The files of notices, in the order of their names.
fn kept(folder: &Private) -> Vec<String> {
    let mut all = folder.names().unwrap_or_default();
    all.retain(|name| {
        name.rsplit_once('.')
            .is_some_and(|(stem, end)| !stem.is_empty() && end == "json")
    });
    all
}

/// Only one sweep of a clone delivers at a time; the kernel ends the lock with its holder.
fn lock(folder: &Private) -> Option<File> {
    let file = folder.lock_file("lock").ok()?;
    match file.try_lock() {
        Ok(()) => Some(file),
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => None,
    }
}

/// The ticket and the entry of a notice, while there is a point in telling.
fn current(desk: &Desk, notice: &Notice, now: Moment) -> Option<(Ticket, Entry)> {
    let ticket = desk.page(notice.id).ok()?.ticket;
    let entry = ticket
        .log
        .iter()
        .find(|entry| entry.by.is_desk() && entry.kind == notice.kind && entry.tag == notice.tag)?
        .clone();
    let clock = entry.attribute("clock").and_then(ClockKind::read);
    let reminds = entry.kind == EntryKind::Remind;
    let still = match clock.filter(|_| reminds) {
        Some(kind) => {
            let clocks = sla::read(desk, &ticket, now);
            clocks
                .iter()
                .any(|one| one.clock.kind == kind && one.clock.runs())
        }
        None if entry.attribute(TOLD).is_some() => {
            let of = entry.attribute(OF);
            let all = told::all(&ticket.log);
            let open = all.iter().find(|told| Some(told.entry.as_str()) == of);
            ticket.status().is_open() && open.is_some_and(|told| told.has.is_none())
        }
        None if reminds => {
            ticket.status() == Status::Pending && ticket.waiting_on() == Some(Waiting::Customer)
        }
        None => ticket.status().is_open(),
    };
    still.then_some((ticket, entry))
}
