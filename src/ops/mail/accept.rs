//! `mail accept`: a mail that somebody has looked at is taken in by the same code as any other.

use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::mail::quarantine::named;
use crate::ops::mail::take::{Acceptance, ArrivedMail, MailIntake, Taken, read};
use crate::store::mail::quarantine::Quarantine;

/// Takes in mails of the quarantine, all or none. One that was taken in meanwhile only leaves the
/// quarantine.
pub fn accept(
    desk: &Desk,
    act: &Actor,
    words: &[String],
    how: Acceptance,
) -> Result<(Vec<Taken>, Outcome), OpError> {
    let mut intake = MailIntake::accepting(desk, act, how)?;
    let held = named(desk, words)?;
    let keys: Vec<String> = held.iter().map(|one| one.facts.key.clone()).collect();
    for one in held {
        let arrived = ArrivedMail {
            envelope: one.envelope(),
            size: one.facts.size.max(one.bytes.len() as u64),
            bytes: one.bytes,
        };
        let _ = intake.add(&read(arrived, &desk.settings.mail))?;
    }
    let (taken, mut outcome) = intake.finish()?;
    if !act.dry_run
        && let Some(quarantine) = Quarantine::open(act.repo(desk)?)?
    {
        for key in &keys {
            // The mail is on its ticket: what stays of it here is found to be there already.
            if let Err(error) = quarantine.remove(key) {
                outcome.notices.push(error.with_causes());
            }
        }
    }
    Ok((taken, outcome))
}
