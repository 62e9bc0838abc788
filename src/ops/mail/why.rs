//! `mail why`: what a mail is, which ticket it belongs to and by which proof, and what would become
//! of it. Nothing is written.

use crate::model::mail::{Envelope, Mail};
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::settings::Mailbox;
use crate::ops::core::desk::Desk;
use crate::ops::mail::lookup::{self, Lookup};
use crate::page::mail::{self, Unreadable};
use crate::rules::mail::forward;
use crate::rules::mail::hold::{HoldFacts, hold};
use crate::rules::mail::identity::MailKey;
use crate::rules::mail::quote::{self, CutText};
use crate::rules::mail::storm::CountedMail;
use crate::rules::mail::verdict::{Fate, Verdict, Writer, decide, mailbox};
use crate::store::git::repo::Repo;
use crate::store::mail::counts;

/// A mail with what is decided of it.
#[derive(Clone, Debug)]
pub struct DecidedMail {
    /// The mail.
    pub mail: Mail,
    /// Sixteen characters of its identity.
    pub key: String,
    /// Its text without what it quotes, where it answers something.
    pub text: CutText,
    /// What is decided.
    pub verdict: Verdict,
    /// The desk's address that it is for.
    pub mailbox: Mailbox,
    /// The queue of a new ticket.
    pub queue: String,
    /// Whose mails an agent forwards in it, where it makes a ticket.
    pub forwarded: Vec<String>,
    /// Where it waits, what of it is the reason, if there is more to say than the word.
    pub waits_for: String,
}

/// Reads a mail and decides what becomes of it.
pub fn why(
    desk: &Desk,
    bytes: &[u8],
    envelope: &Envelope,
    now: Moment,
) -> Result<DecidedMail, Unreadable> {
    let mut mail = mail::read(bytes)?;
    mail.deliver(envelope);
    let repo = Repo::open(desk.root.dir()).ok();
    let table = lookup::table(desk, repo.as_ref());
    let lookup = Lookup {
        desk,
        now,
        ticket: &|id| Some(desk.page(id).ok()?.ticket),
        staged: &[],
        by_date: false,
        table: table.as_ref(),
    };
    let past = Repo::open(desk.root.dir()).map(|repo| counts::read(&repo));
    Ok(decided(mail, &lookup, &past.unwrap_or_default()))
}

/// Decides what becomes of a mail. `past` is what this clone took in of late.
pub(in crate::ops::mail) fn decided(
    mail: Mail,
    lookup: &Lookup<'_>,
    past: &[CountedMail],
) -> DecidedMail {
    let settings = &lookup.desk.settings;
    let agent = |address: &str| -> Option<Handle> {
        let agents = settings.agents.iter();
        let mut named = agents.filter(|(_, agent)| agent.email.eq_ignore_ascii_case(address));
        named.next().and_then(|(handle, _)| handle.parse().ok())
    };
    let ticket = |evidence: &_| lookup.pointed(evidence);
    let mut verdict = decide(&mail, &settings.mail, &agent, &ticket);
    let mails = match verdict.fate {
        Fate::Entry(id, _) => lookup.mails(id),
        _ => Vec::new(),
    };
    let facts = HoldFacts {
        knows: &|address| lookup.knows(address),
        past,
        ticket: &mails,
    };
    let held = hold(
        &mail,
        &verdict,
        &settings.mail,
        &facts,
        lookup.counts_at(&mail),
    );
    let mut waits_for = String::new();
    if let Some((reason, why)) = held {
        verdict.fate = Fate::Quarantine(reason);
        waits_for = why;
    }
    let text = match verdict.proof {
        Some(_) if settings.mail.incoming.strip_quotes => quote::cut(&mail.text),
        // What is no answer quotes nothing that stands elsewhere.
        _ => CutText {
            text: mail.text.clone(),
            cut: 0,
        },
    };
    let mailbox = mailbox(&mail, &settings.mail).cloned().unwrap_or_default();
    let queue = mailbox.queue.clone();
    let is_new = matches!(verdict.fate, Fate::New { .. });
    let by_agent = matches!(verdict.writer, Writer::Agent(_)) && is_new;
    let mut forwarded = Vec::new();
    if by_agent {
        forwarded = forward::forwarded(&mail);
        forwarded.retain(|one| agent(one).is_none());
    }
    DecidedMail {
        forwarded,
        mailbox,
        waits_for,
        queue: queue.unwrap_or_else(|| settings.intake.queue.clone()),
        key: MailKey::of(&mail).name(),
        mail,
        text,
        verdict,
    }
}
