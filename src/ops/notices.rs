//! Notices of the sweep: kept in the clone's own folder until somebody was told.
//!
//! A notice is written there when its entry is, and goes out when the calendar is open; what could
//! not be delivered is tried again by the next sweep. By then it may have lost its point: nobody is
//! told of a clock that stands or has ended, or of a ticket that is done.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::editing::write_draft;
use super::error::OpError;
use super::sla;
use super::sweep::Notice;
use crate::model::clocks::ClockKind;
use crate::model::entry::Entry;
use crate::model::moment::Moment;
use crate::model::status::{Status, Waiting};
use crate::model::ticket::Ticket;
use crate::store::repo::Repo;

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

fn folder(repo: &Repo) -> PathBuf {
    repo.private().join("notices")
}

/// Keeps notices until they are delivered.
pub fn keep(repo: &Repo, notices: &[Notice]) -> Result<(), OpError> {
    let folder = folder(repo);
    if !notices.is_empty() {
        std::fs::create_dir_all(&folder)?;
    }
    for notice in notices {
        let name = format!("{}-{}-{}", notice.id, notice.kind, notice.tag);
        let text = serde_json::to_string(notice)
            .map_err(|error| OpError::failed(format!("cannot write a notice: {error}")))?;
        // Whole or not at all, should the disk be full.
        let temporary = folder.join(format!("{name}.new"));
        write_draft(&temporary, &text)?;
        std::fs::rename(&temporary, folder.join(format!("{name}.json")))?;
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
    let folder = folder(repo);
    let Some(_lock) = lock(&folder) else {
        return delivered;
    };
    for path in kept(&folder) {
        let notice = std::fs::read_to_string(&path)
            .ok()
            .and_then(|text| serde_json::from_str::<Notice>(&text).ok());
        let Some(notice) = notice else {
            let _ = std::fs::remove_file(&path);
            continue;
        };
        let Some((ticket, entry)) = current(desk, &notice, now) else {
            let _ = std::fs::remove_file(&path);
            continue;
        };
        if notice.after.is_some_and(|after| after > now) {
            delivered.held += 1;
            continue;
        }
        match tell(&notice, &ticket, &entry) {
            Ok(()) => {
                delivered.sent += 1;
                let _ = std::fs::remove_file(&path);
            }
            Err(why) => delivered.failed.push(why),
        }
    }
    delivered
}

/// The files of notices, in the order of their names.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<PathBuf> = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    all.sort();
    all
}

/// Only one sweep of a clone delivers at a time; the kernel ends the lock with its holder.
fn lock(folder: &Path) -> Option<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join("lock"))
        .ok()?;
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
    let reminds = entry.kind == "remind";
    let still = match clock.filter(|_| reminds) {
        Some(kind) => {
            let clocks = sla::read(desk, &ticket, now);
            clocks
                .iter()
                .any(|one| one.clock.kind == kind && one.clock.runs())
        }
        None if reminds => {
            ticket.status() == Status::Pending && ticket.waiting_on() == Some(Waiting::Customer)
        }
        None => ticket.status().is_open(),
    };
    still.then_some((ticket, entry))
}
