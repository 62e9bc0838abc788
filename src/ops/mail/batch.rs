//! `mail in --maildir` and `--mbox`: many mails, one lock and one commit for at most fifty.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use crate::model::mail::Envelope;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::quarantine::QuarantineError;
use crate::ops::core::outcome::Outcome;
use crate::ops::mail::take::{ArrivedMail, MailIntake, Taken, read};
use crate::page::mail::mbox::MboxSplitter;
use crate::store::fs::contents;
use crate::store::mail::maildir::Maildir;

/// So many mails have one commit.
const TOGETHER: usize = 50;

/// What became of many mails.
#[derive(Debug, Default)]
pub struct Batch {
    /// Mail by mail.
    pub taken: Vec<Taken>,
    /// What became of them on disk, commit by commit.
    pub outcomes: Vec<Outcome>,
    /// Those that could not be read from where they are, a sentence each.
    pub unread: Vec<String>,
}

impl Batch {
    fn finish(&mut self, intake: MailIntake<'_>) -> Result<(), OpError> {
        let (taken, outcome) = intake.finish()?;
        self.taken.extend(taken);
        self.outcomes.push(outcome);
        Ok(())
    }
}

/// Takes in what arrived in a Maildir. A mail is put among those that were seen once it is safe; one
/// that cannot be read stays where it is, and costs only itself.
pub fn maildir(
    desk: &Desk,
    act: &Actor,
    path: &Path,
    envelope: &Envelope,
) -> Result<Batch, OpError> {
    let opened = Maildir::open(path)?;
    let maildir = opened.ok_or_else(|| QuarantineError::NoMaildir(&path.display()).error())?;
    let mut batch = Batch::default();
    let arrived = maildir.arrived()?;
    for names in arrived.chunks(TOGETHER) {
        let mut intake = MailIntake::batch(desk, act)?;
        let mut done = Vec::new();
        for name in names {
            if act.interrupt.raised().is_some() {
                break;
            }
            let mail = maildir.mail(name).map_err(|error| error.with_causes());
            let mail = mail.and_then(|file| {
                let file = file.map(|file| arrived_in(desk, file, envelope));
                file.transpose().map_err(|error| error.to_string())
            });
            match mail {
                Ok(Some(mail)) => {
                    let _ = intake.add(&read(mail, &desk.settings.mail))?;
                    done.push(name);
                }
                // Somebody else took it.
                Ok(None) => {}
                Err(why) => batch
                    .unread
                    .push(format!("`{name}` stays where it is: {why}")),
            }
        }
        batch.finish(intake)?;
        if !act.dry_run {
            for name in done {
                maildir.seen(name)?;
            }
            maildir.sync()?;
        }
        interrupted(act)?;
    }
    Ok(batch)
}

fn interrupted(act: &Actor) -> Result<(), OpError> {
    match act.interrupt.raised() {
        Some(_) => Err(crate::store::error::StoreError::Interrupted.into()),
        None => Ok(()),
    }
}

/// So many bytes of a mail are kept.
fn most(desk: &Desk) -> usize {
    usize::try_from(desk.settings.mail.incoming.max_message.0).unwrap_or(usize::MAX)
}

/// A mail of a file; of one that is too large the beginning.
fn arrived_in(desk: &Desk, file: File, envelope: &Envelope) -> std::io::Result<ArrivedMail> {
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    let most = most(desk) as u64;
    let _ = file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(ArrivedMail {
        size: size.max(bytes.len() as u64),
        bytes,
        envelope: envelope.clone(),
    })
}

/// Takes in the mails of an mbox, which stays as it is: what was taken in before is found to be there.
pub fn mbox(desk: &Desk, act: &Actor, path: &Path, envelope: &Envelope) -> Result<Batch, OpError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        QuarantineError::MboxUnreadable(&path.display(), &error.to_string()).error()
    };
    let file = contents::open(path).map_err(|error| unreadable(&error))?;
    // Whoever delivers into it locks it; a file system without locks has none.
    let _ = file.lock_shared();
    let mut lines = BufReader::new(file);
    let mut splitter = Some(MboxSplitter::new(most(desk).saturating_add(1)));
    let mut batch = Batch::default();
    let mut line = Vec::new();
    while splitter.is_some() {
        let mut intake: Option<MailIntake<'_>> = None;
        let mut count = 0;
        while count < TOGETHER && act.interrupt.raised().is_none() {
            line.clear();
            let read_so = lines.read_until(b'\n', &mut line);
            let ended = read_so.map_err(|error| unreadable(&error))? == 0;
            let bytes = if ended {
                splitter.take().and_then(MboxSplitter::finish)
            } else {
                splitter.as_mut().and_then(|one| one.line(&line))
            };
            if let Some(bytes) = bytes {
                let mail = ArrivedMail {
                    size: bytes.len() as u64,
                    bytes,
                    envelope: envelope.clone(),
                };
                let intake = match &mut intake {
                    Some(intake) => intake,
                    none => none.insert(MailIntake::batch(desk, act)?),
                };
                let _ = intake.add(&read(mail, &desk.settings.mail))?;
                count += 1;
            }
            if ended {
                break;
            }
        }
        if let Some(intake) = intake {
            batch.finish(intake)?;
        }
        interrupted(act)?;
    }
    Ok(batch)
}
