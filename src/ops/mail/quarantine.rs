//! The quarantine: what waits, why, and what becomes of it.

use crate::model::held_mail::HeldMail;
use crate::model::mail::{Envelope, Mail};
use crate::model::moment::Moment;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::quarantine::QuarantineError;
use crate::ops::core::values;
use crate::page::mail::one_line;
use crate::rules::absence;
use crate::rules::mail::quarantine as rule;
use crate::rules::mail::verdict::QuarantineReason;
use crate::rules::sla::calendar;
use crate::store::git::repo::Repo;
use crate::store::journal::report::Report;
use crate::store::mail::MailFolder;
use crate::store::mail::quarantine::{HeldMails, Quarantine};

/// What waits, as the board and `due` tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingMail {
    /// How many mails.
    pub count: usize,
    /// Since when the oldest does.
    pub since: Moment,
}

/// What of mail waits in this clone.
#[derive(Debug, Default)]
pub struct MailWaits {
    /// In quarantine.
    pub held: HeldMails,
    /// So many mails are to go out.
    pub to_go: usize,
    /// So many mails went from the quarantine because nobody looked at them, by their reasons.
    pub expired: Expired,
}

/// How many mails went unseen, by reason.
pub type Expired = std::collections::BTreeMap<String, u64>;

/// The name of the count of mails that went unseen.
const EXPIRED: &str = "expired.json";

/// What waits in the quarantine of this clone.
pub fn list(desk: &Desk) -> Result<HeldMails, OpError> {
    match open(desk)? {
        Some(quarantine) => Ok(quarantine.list()?),
        None => Ok(HeldMails::default()),
    }
}

/// The quarantine of this clone; `None` where nothing ever waited, and outside of git.
fn open(desk: &Desk) -> Result<Option<Quarantine>, OpError> {
    match Repo::open(desk.root.dir()) {
        Ok(repo) => Ok(Quarantine::open(&repo)?),
        Err(_) => Ok(None),
    }
}

/// How much waits, without starting git.
pub fn glance(desk: &Desk) -> Option<WaitingMail> {
    let held = Quarantine::peek(desk.root.dir())?.list().ok()?;
    let first = held.mails.first()?;
    Some(WaitingMail {
        count: held.mails.len() + held.without_facts.len(),
        since: first.at,
    })
}

/// What of mail waits: in quarantine, and to go out.
pub fn waits(desk: &Desk) -> Result<MailWaits, OpError> {
    let Ok(repo) = Repo::open(desk.root.dir()) else {
        return Ok(MailWaits::default());
    };
    let outbox = MailFolder::Outbox.open(&repo)?;
    let names = outbox.map(|outbox| outbox.names()).transpose()?;
    let names = names.unwrap_or_default();
    let held = Quarantine::open(&repo)?;
    Ok(MailWaits {
        held: held
            .map(|held| held.list())
            .transpose()?
            .unwrap_or_default(),
        to_go: names
            .iter()
            .filter_map(|name| name.strip_suffix(".eml"))
            .count(),
        expired: expired(&repo)?,
    })
}

fn expired(repo: &Repo) -> Result<Expired, OpError> {
    let folder = MailFolder::Counts.open(repo)?;
    let text = folder.and_then(|folder| folder.read(EXPIRED));
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// A mail that waits, and the mail itself.
#[derive(Clone, Debug)]
pub struct HeldWhole {
    /// What is known of it.
    pub facts: HeldMail,
    /// The mail as it was sent.
    pub bytes: Vec<u8>,
}

impl HeldWhole {
    /// What the mail server told of it.
    pub fn envelope(&self) -> Envelope {
        Envelope {
            sender: self.facts.sender.clone(),
            recipients: self.facts.recipients.clone(),
        }
    }
}

/// So many bytes of a mail are read, which is more than any that is taken in.
const MOST: u64 = 1 << 30;

/// The mails that words name, each once.
pub fn named(desk: &Desk, words: &[String]) -> Result<Vec<HeldWhole>, OpError> {
    let quarantine = open(desk)?;
    let held = match &quarantine {
        Some(quarantine) => known(quarantine)?,
        None => Vec::new(),
    };
    let mut all: Vec<HeldWhole> = Vec::new();
    for word in words {
        let found = match &rule::find(&held, word)[..] {
            [] => return Err(QuarantineError::UnknownMail(word).error()),
            [one] => *one,
            several => {
                let keys: Vec<&str> = several.iter().map(|one| one.key.as_str()).collect();
                return Err(QuarantineError::SeveralMails(word, &keys.join(", ")).error());
            }
        };
        if all.iter().any(|one| one.facts.key == found.key) {
            continue;
        }
        let bytes = quarantine
            .as_ref()
            .map(|quarantine| quarantine.read(&found.key, MOST))
            .transpose()?
            .flatten()
            .ok_or_else(|| QuarantineError::MailGone(&found.key).error())?;
        all.push(HeldWhole {
            facts: found.clone(),
            bytes,
        });
    }
    Ok(all)
}

/// All that waits; of a mail of which nothing is known, what its bytes tell.
fn known(quarantine: &Quarantine) -> Result<Vec<HeldMail>, OpError> {
    let held = quarantine.list()?;
    let mut all = held.mails;
    for key in held.without_facts {
        let bytes = quarantine.read(&key, MOST)?.unwrap_or_default();
        let reason = QuarantineReason::Unreadable;
        let mail = crate::page::mail::read(&bytes).map_err(|_| ());
        let mut facts = facts(&key, &mail, (reason, ""), Moment::epoch());
        facts.size = bytes.len() as u64;
        all.push(facts);
    }
    Ok(all)
}

/// What is known of a mail that is to wait from now on.
pub fn facts<E>(
    key: &str,
    mail: &Result<Mail, E>,
    (reason, why): (QuarantineReason, &str),
    now: Moment,
) -> HeldMail {
    let mail = mail.as_ref().ok();
    let from = mail.and_then(|mail| mail.from.as_ref());
    let from = from.map(|from| match from.name.as_str() {
        "" => from.address.clone(),
        name => format!("{name} <{}>", from.address),
    });
    HeldMail {
        key: key.to_owned(),
        reason: reason.as_str().to_owned(),
        why: one_line(why),
        at: now,
        from: from.unwrap_or_default(),
        subject: mail.map(|mail| one_line(&mail.subject)).unwrap_or_default(),
        size: 0,
        sender: None,
        recipients: Vec::new(),
        notices: 0,
        told: None,
    }
}

/// What became of mails that were dropped.
#[derive(Debug)]
pub struct Dropped {
    /// The mails.
    pub mails: Vec<HeldMail>,
    /// Whether nothing was done.
    pub dry_run: bool,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<Report>,
}

/// Removes mails from the quarantine for good.
pub fn drop_mails(desk: &Desk, act: &Actor, words: &[String]) -> Result<Dropped, OpError> {
    act.may(desk, "mail drop")?;
    // Under the lock, so that nobody accepts one meanwhile.
    let held = act.hold_unless_dry(desk, "mail drop")?;
    let mails = named(desk, words)?;
    if held.is_some()
        && let Some(quarantine) = Quarantine::open(act.repo(desk)?)?
    {
        for mail in &mails {
            quarantine.remove(&mail.facts.key)?;
        }
    }
    Ok(Dropped {
        mails: mails.into_iter().map(|mail| mail.facts).collect(),
        dry_run: act.dry_run,
        recovered: held.map(|held| held.reports()).unwrap_or_default(),
    })
}

/// What is odd in the quarantine of this clone, a sentence each.
pub fn findings(desk: &Desk) -> Vec<String> {
    let held = Quarantine::peek(desk.root.dir()).and_then(|held| held.list().ok());
    let held = held.unwrap_or_default();
    let without_facts = held.without_facts.iter().map(|key| {
        format!("quarantine: nothing is known of the mail {key} but itself; see it with `desk mail show {key}`")
    });
    let without_mail = held.without_mail.iter().map(|key| {
        format!("quarantine: the mail {key} is gone, and what was known of it is still there; the next sweep removes it")
    });
    without_facts.chain(without_mail).collect()
}

/// What is to be told of the quarantine, and to whom.
#[derive(Clone, Debug)]
pub struct QuarantineNotice {
    /// All that waits, the oldest first.
    pub mails: Vec<HeldMail>,
    /// The managers, by handle.
    pub to: Vec<String>,
}

/// Whether somebody is to be told now, in the hours of the house.
pub fn notice(desk: &Desk, now: Moment) -> Result<Option<QuarantineNotice>, OpError> {
    let Some(quarantine) = open(desk)? else {
        return Ok(None);
    };
    let mails = known(&quarantine)?;
    let house = values::calendar(desk);
    let zone = desk.settings.zone;
    let day = |at: Moment| at.in_zone(&zone).date_naive();
    let works = |day| calendar::opens_on(&house, day);
    if !calendar::is_open(&house, now) || !rule::is_notice_due(&mails, now, &day, &works) {
        return Ok(None);
    }
    let managers = absence::managers(&desk.settings, now);
    Ok(Some(QuarantineNotice {
        mails,
        to: managers.iter().map(|one| one.handle.to_string()).collect(),
    }))
}

/// Takes note that somebody was told.
pub fn told(desk: &Desk, act: &Actor, notice: &QuarantineNotice) -> Result<(), OpError> {
    let now = act.now;
    let _held = act.hold_unless_dry(desk, "sweep")?;
    let Some(quarantine) = open(desk)? else {
        return Ok(());
    };
    for mail in &notice.mails {
        if quarantine.has(&mail.key) {
            quarantine.write(&HeldMail {
                notices: mail.notices.saturating_add(1),
                told: Some(now),
                ..mail.clone()
            })?;
        }
    }
    Ok(())
}

/// Removes mails that were kept as they were sent for long enough, and what dead commands left half
/// written.
pub fn prune_kept(desk: &Desk, now: Moment) -> Result<(), OpError> {
    let Ok(repo) = Repo::open(desk.root.dir()) else {
        return Ok(());
    };
    let before = Moment::new(&(now.utc() - rule::KEPT));
    for (folder, before) in [
        (MailFolder::Raw, Some(before)),
        (MailFolder::Quarantine, None),
        (MailFolder::Counts, None),
    ] {
        if let Some(folder) = folder.open(&repo)? {
            let _ = folder.remove_older(before, now)?;
        }
    }
    Ok(())
}

/// Removes what waited long enough and of which somebody was told often enough, and counts it.
pub fn prune(desk: &Desk, now: Moment) -> Result<Vec<HeldMail>, OpError> {
    let Ok(repo) = Repo::open(desk.root.dir()) else {
        return Ok(Vec::new());
    };
    let Some(quarantine) = Quarantine::open(&repo)? else {
        return Ok(Vec::new());
    };
    let held = quarantine.list()?;
    for key in &held.without_mail {
        // Its mail was removed by a command that died before it came to this.
        quarantine.remove(key)?;
    }
    let mut gone = held.mails;
    gone.retain(|mail| rule::is_over(mail, now));
    if gone.is_empty() {
        return Ok(gone);
    }
    let mut counts = expired(&repo)?;
    for mail in &gone {
        *counts.entry(mail.reason.clone()).or_default() += 1;
        quarantine.remove(&mail.key)?;
    }
    let text = serde_json::to_string(&counts).unwrap_or_default();
    let folder = MailFolder::Counts.make(&repo)?;
    folder.write_durably(EXPIRED, text.as_bytes())?;
    Ok(gone)
}
