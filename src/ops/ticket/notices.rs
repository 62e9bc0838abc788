//! Notices: kept in the clone's own folder until somebody was told, and what was sent.
//!
//! A notice is written there when its entry is, or comes in, and goes out at once, or when the calendar
//! is open; what could not be delivered is tried again by the next sweep or sync. By then it may have
//! lost its point: nobody is told of a clock that stands or has ended, or of a ticket that is done. What
//! was sent is noted by ticket, entry and person. Of entries that are older than three days when they are
//! written or come in nobody is told, so that whoever loses the note is not told everything once more.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use crate::model::clocks::ClockKind;
use crate::model::corrections::{ReadLog, not_undone};
use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::{Status, Waiting};
use crate::model::ticket::Ticket;
use crate::model::told::{self, TOLD};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::values;
use crate::ops::ticket::sla;
use crate::ops::ticket::sweep::Notice;
use crate::page::user_config::NoticeScope;
use crate::rules::absence;
use crate::rules::lifecycle::concerned::concerned;
use crate::rules::lifecycle::watchers;
use crate::rules::sla::calendar;
use crate::store::git::private::Private;
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

/// Nobody is told of an entry that is older when it comes in.
const NEWS: TimeDelta = TimeDelta::days(3);

/// Whom to tell of entries that were written here, or came in. `me` is the user of the clone, who is told
/// at any hour by a program of their own; others while the house is open, unless the priority says any
/// hour or somebody is on duty.
pub fn of(
    desk: &Desk,
    entries: &[(Ticket, Entry)],
    scope: NoticeScope,
    me: Option<&Handle>,
    now: Moment,
) -> Vec<Notice> {
    let settings = &desk.settings;
    let house = values::calendar(desk);
    let opens = calendar::first_after(&house, now).filter(|after| *after > now);
    let is_news = |entry: &Entry| now.since(entry.at) <= NEWS;
    let notice = |(ticket, entry): &(Ticket, Entry)| {
        let mut to = concerned(settings, ticket, entry, now);
        if scope == NoticeScope::Me {
            to.retain(|handle| me.is_some_and(|me| me.as_str() == handle));
        }
        if to.is_empty() || !is_news(entry) || !is_a_name(&entry.tag) {
            return None;
        }
        let row = settings.clocks.targets.get(ticket.text(Key::Priority));
        let any_hour = row.is_some_and(|row| row.any_hour) || {
            let is_free = ticket.maybe(Key::Assignee).is_none();
            is_free && absence::on_duty(settings, ticket.text(Key::Queue), now).is_some()
        };
        Some(Notice {
            id: ticket.id,
            kind: entry.kind.clone(),
            tag: entry.tag.clone(),
            failed: false,
            after: opens.filter(|_| !any_hour && scope != NoticeScope::Me),
            to,
        })
    };
    entries.iter().filter_map(notice).collect()
}

/// Whether a tag may be part of a file's name.
fn is_a_name(tag: &str) -> bool {
    !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The folder of the notices, in the clone's own folder.
const FOLDER: &str = "notices";

/// Keeps notices until they are delivered.
pub fn keep(repo: &Repo, notices: &[Notice]) -> Result<(), OpError> {
    if notices.is_empty() {
        return Ok(());
    }
    let folder = Private::make(repo, FOLDER)?;
    notices.iter().try_for_each(|notice| write(&folder, notice))
}

/// Writes a notice, whole or not at all, should the disk be full.
fn write(folder: &Private, notice: &Notice) -> Result<(), OpError> {
    let name = format!("{}-{}-{}", notice.id, notice.kind, notice.tag);
    let text = serde_json::to_string(notice)
        .map_err(|error| TicketError::NoticeNotWritten(&error).error())?;
    let temporary = format!("{name}.new");
    folder.write(&temporary, &text)?;
    folder.rename(&temporary, folder, &format!("{name}.json"))?;
    Ok(())
}

/// How notices are delivered.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    /// Now.
    pub now: Moment,
    /// When there is no more time for it; `None` for the sweep, which has all.
    pub until: Option<Instant>,
    /// Whether what could not be delivered once is tried again.
    pub again: bool,
}

impl Delivery {
    /// The time that is left; `None` for all.
    fn left(&self) -> Option<Duration> {
        self.until
            .map(|until| until.saturating_duration_since(Instant::now()))
    }

    fn is_over(&self) -> bool {
        self.left().is_some_and(|left| left.is_zero())
    }
}

/// Delivers what is kept, unless another command does at this moment. `tell` is given the notice, the
/// ticket, the entry and the time that is left, and says what went wrong.
pub fn deliver(
    desk: &Desk,
    repo: &Repo,
    how: Delivery,
    mut tell: impl FnMut(&Notice, &Ticket, &Entry, Option<Duration>) -> Result<(), String>,
) -> Delivered {
    let mut delivered = Delivered::default();
    let Ok(Some(folder)) = Private::open(repo, FOLDER) else {
        return delivered;
    };
    let Some(_lock) = lock(&folder) else {
        return delivered;
    };
    let mut sent = Sent::read(&folder, how.now);
    for name in kept(&folder) {
        if how.is_over() {
            break;
        }
        let notice = folder
            .read(&name)
            .and_then(|text| serde_json::from_str::<Notice>(&text).ok());
        let still = notice.and_then(|mut notice| {
            let (ticket, entry) = current(desk, &mut notice, how.now)?;
            notice.to.retain(|who| !sent.has(&notice.id, &entry, who));
            (!notice.to.is_empty()).then_some((notice, ticket, entry))
        });
        let Some((mut notice, ticket, entry)) = still else {
            // One that stays is looked at again.
            let _ = folder.remove(&name);
            continue;
        };
        if notice.after.is_some_and(|after| after > how.now) {
            delivered.held += 1;
            continue;
        }
        if notice.failed && !how.again {
            continue;
        }
        match tell(&notice, &ticket, &entry, how.left()) {
            Ok(()) => {
                delivered.sent += 1;
                sent.add(&notice, &entry);
                let _ = folder.remove(&name);
            }
            Err(why) => {
                delivered.failed.push(why);
                notice.failed = true;
                let _ = write(&folder, &notice);
            }
        }
    }
    sent.write(&folder);
    delivered
}

/// What was sent of late: a line each of the entry's time, ticket, person and the entry's identity.
struct Sent {
    lines: BTreeSet<String>,
    is_changed: bool,
}

/// The file of it, in the folder of the notices.
const SENT: &str = "sent";

impl Sent {
    /// What is still news: of the rest nobody is told again.
    fn read(folder: &Private, now: Moment) -> Self {
        let text = folder.read(SENT).unwrap_or_default();
        let is_news = |line: &&str| {
            let at = line.split('\t').next().and_then(|at| at.parse().ok());
            at.is_some_and(|at: Moment| now.since(at) <= NEWS)
        };
        Self {
            lines: text.lines().filter(is_news).map(str::to_owned).collect(),
            is_changed: false,
        }
    }

    fn line(id: &TicketId, entry: &Entry, who: &str) -> String {
        format!("{}\t{id}\t{who}\t{}", entry.at, entry.identity())
    }

    fn has(&self, id: &TicketId, entry: &Entry, who: &str) -> bool {
        self.lines.contains(&Self::line(id, entry, who))
    }

    fn add(&mut self, notice: &Notice, entry: &Entry) {
        let lines = notice
            .to
            .iter()
            .map(|who| Self::line(&notice.id, entry, who));
        self.lines.extend(lines);
        self.is_changed = true;
    }

    /// Writes it, whole or not at all, should the disk be full.
    fn write(&self, folder: &Private) {
        if !self.is_changed {
            return;
        }
        let lines: Vec<&str> = self.lines.iter().map(String::as_str).collect();
        let lines = lines.join("\n") + "\n";
        let temporary = format!("{SENT}.new");
        if folder.write(&temporary, &lines).is_ok() {
            let _ = folder.rename(&temporary, folder, SENT);
        }
    }
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

/// Only one command of a clone delivers at a time; the kernel ends the lock with its holder.
fn lock(folder: &Private) -> Option<File> {
    let file = folder.lock_file("lock").ok()?;
    match file.try_lock() {
        Ok(()) => Some(file),
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => None,
    }
}

/// Whether somebody who was told in an entry has said that they have it.
fn is_taken(ticket: &Ticket, entry: &Entry) -> bool {
    let identity = entry.identity();
    let told = told::all(&ticket.log);
    told.iter()
        .any(|told| told.entry == identity && told.has.is_some())
}

/// The ticket and the entry of a notice, while there is a point in telling. Whoever watches wants to
/// know of it even then.
fn current(desk: &Desk, notice: &mut Notice, now: Moment) -> Option<(Ticket, Entry)> {
    let ticket = desk.page(notice.id).ok()?.ticket;
    let entry = not_undone(&ReadLog::of(&ticket.log))
        .into_iter()
        .find(|entry| entry.kind == notice.kind && entry.tag == notice.tag)?
        .clone();
    if !entry.by.is_desk() {
        let named = concerned(&desk.settings, &ticket, &entry, now);
        let still = notice.to.iter().any(|who| named.contains(who)) && !is_taken(&ticket, &entry);
        return still.then_some((ticket, entry));
    }
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
            // Of more who were told that which told it first; of an escalation itself.
            let own = entry.identity();
            let of = entry.attribute(OF).unwrap_or(&own);
            let all = told::all(&ticket.log);
            let open = all.iter().find(|told| told.entry == of);
            ticket.status().is_open() && open.is_some_and(|told| told.has.is_none())
        }
        None if reminds => {
            ticket.status() == Status::Pending && ticket.waiting_on() == Some(Waiting::Customer)
        }
        None => ticket.status().is_open(),
    };
    if !still {
        let watching = watchers::told(&desk.settings, &ticket, &entry, now);
        notice.to.retain(|who| watching.contains(who));
    }
    (still || !notice.to.is_empty()).then_some((ticket, entry))
}
