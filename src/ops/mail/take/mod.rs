//! `mail in`: a mail becomes a ticket, an entry on one, or waits in the quarantine; one that was
//! taken in before changes nothing.

mod arrived;
mod entry;
mod ticket;

pub use arrived::{ArrivedMail, ReadMail, read};

use crate::index::mail_table::MailTable;
use crate::model::id::TicketId;
use crate::model::mail::Mail;
use crate::model::settings::KeepRaw;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::{OpError, Sort};
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::messages::quarantine::QuarantineError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::mail::lookup::{self, Lookup};
use crate::ops::mail::why::{DecidedMail, decided};
use crate::ops::mail::{automatic, quarantine};
use crate::rules::mail::storm::CountedMail;
use crate::rules::mail::subject;
use crate::rules::mail::verdict::{Effect, Fate, Proof, QuarantineReason, effect_on};
use crate::store::error::StoreError;
use crate::store::mail::quarantine::Quarantine;
use crate::store::mail::{MailFolder, counts};

/// From so many mails on, those that no longer count are forgotten.
const MOST_COUNTED: usize = 1_000;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenAs {
    /// A ticket of its own.
    New(TicketId),
    /// An entry on a ticket.
    Entry(TicketId, Effect),
    /// A note by the agent who wrote it.
    Note(TicketId),
    /// A word of an agent's that went to the customer.
    Sent(TicketId),
    /// It waits for a person's eye.
    Quarantined(QuarantineReason),
    /// It was taken in before: on which ticket; `None` where it waits in the quarantine.
    Duplicate(Option<TicketId>),
}

/// A mail that was taken in.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Sixteen characters of its identity.
    pub key: String,
    /// What became of it.
    pub fate: TakenAs,
    /// The mail without the contents of its files, and what was decided; `None` of one that could
    /// not be read, and of a duplicate.
    pub decided: Option<Box<DecidedMail>>,
    /// The title of its ticket, else what the mail is about.
    pub title: String,
    /// The writer's address.
    pub from: String,
    /// Whose mails an agent forwarded in it.
    pub forwarded: Vec<String>,
}

/// Mails that are taken in together, under the lock from beginning to end, with one commit.
#[derive(Debug)]
pub struct MailIntake<'d> {
    tx: Transaction<'d>,
    staged: Vec<TicketId>,
    taken: Vec<Taken>,
    /// What this clone took in of late, and now.
    past: Vec<CountedMail>,
    /// What somebody who looked at mails of the quarantine said of them.
    accepts: Option<Acceptance>,
    /// Whether they are of a batch.
    is_batch: bool,
    table: Option<MailTable>,
}

/// Where a mail goes that somebody has looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// Where it would go if it did not wait.
    AsDecided,
    /// To a ticket of its own.
    New,
    /// To this ticket.
    On(TicketId),
}

/// Takes in one mail.
pub fn take(desk: &Desk, act: &Actor, arrived: ArrivedMail) -> Result<(Taken, Outcome), OpError> {
    let read = read(arrived, &desk.settings.mail);
    let mut intake = MailIntake::begin(desk, act)?;
    let taken = intake.add(&read)?;
    let (_, outcome) = intake.finish()?;
    Ok((taken, outcome))
}

impl<'d> MailIntake<'d> {
    /// Takes the lock; not for a dry run. While git has a merge or the like under way nothing is
    /// taken in, since no commit could hold it.
    pub fn begin(desk: &'d Desk, act: &'d Actor) -> Result<Self, OpError> {
        let tx = Transaction::begin(desk, act, "mail in")?;
        Self::with(tx, None)
    }

    /// As [`begin`](Self::begin), for mails that waited in a mailbox: a storm is what was written at once,
    /// and not what is fetched at once.
    pub fn batch(desk: &'d Desk, act: &'d Actor) -> Result<Self, OpError> {
        let intake = Self::begin(desk, act)?;
        Ok(Self {
            is_batch: true,
            ..intake
        })
    }

    /// As [`begin`](Self::begin), for mails of the quarantine that somebody has looked at.
    pub fn accepting(desk: &'d Desk, act: &'d Actor, how: Acceptance) -> Result<Self, OpError> {
        let tx = Transaction::begin(desk, act, "mail accept")?;
        Self::with(tx, Some(how))
    }

    fn with(tx: Transaction<'d>, accepts: Option<Acceptance>) -> Result<Self, OpError> {
        let repo = tx.act.repo(tx.desk)?;
        if let Some(unfinished) = repo.unfinished() {
            let what = unfinished.what();
            return Err(StoreError::InProgress { what }.into());
        }
        Ok(Self {
            past: counts::read(repo),
            table: lookup::table(tx.desk, Some(repo)),
            tx,
            staged: Vec::new(),
            taken: Vec::new(),
            accepts,
            is_batch: false,
        })
    }

    /// Takes in a mail. What cannot be written to its ticket waits in the quarantine; only what no
    /// mail could do anything about is an error, and then nothing of this mail is kept.
    pub fn add(&mut self, read: &ReadMail) -> Result<Taken, OpError> {
        let taken = self.one(read)?;
        self.taken.push(taken.clone());
        Ok(taken)
    }

    fn one(&mut self, read: &ReadMail) -> Result<Taken, OpError> {
        let mut taken = Taken {
            key: read.key.clone(),
            fate: TakenAs::Duplicate(None),
            decided: None,
            title: String::new(),
            from: String::new(),
            forwarded: Vec::new(),
        };
        let unread;
        let mail = match &read.mail {
            Ok(mail) => mail,
            Err((_, why)) if self.accepts.is_some() => {
                unread = unread_mail(why);
                &unread
            }
            Err((reason, why)) => {
                taken.title.clone_from(why);
                return self.held(taken, read, (*reason, why));
            }
        };
        taken.title = subject::title(mail);
        let from = mail.from.as_ref();
        taken.from = from.map(|from| from.address.clone()).unwrap_or_default();
        let (decided, counted) = match self.decided(mail, &read.tag)? {
            Ok(decided) => decided,
            Err(id) => {
                taken.fate = TakenAs::Duplicate(Some(id));
                return Ok(taken);
            }
        };
        let before = self.tx.mark();
        let came = match decided.verdict.fate {
            Fate::Quarantine(reason) => {
                let why = decided.waits_for.clone();
                taken.decided = Some(Box::new(light(decided)));
                return self.held(taken, read, (reason, &why));
            }
            Fate::New { .. } => self.ticket(&decided, read),
            Fate::Entry(id, effect) => self.entry(&decided, read, id, effect),
            Fate::Note(id) => self
                .by_agent(&decided, read, id, false)
                .map(|()| TakenAs::Note(id)),
            Fate::Sent(id) => self
                .by_agent(&decided, read, id, true)
                .map(|()| TakenAs::Sent(id)),
        };
        match came {
            Ok(fate) => {
                taken.fate = fate;
                if let TakenAs::New(id)
                | TakenAs::Entry(id, _)
                | TakenAs::Note(id)
                | TakenAs::Sent(id) = fate
                {
                    self.staged.push(id);
                    self.tx.ticket(id)?.title().clone_into(&mut taken.title);
                }
                self.keep_raw(read)?;
                taken.forwarded.clone_from(&decided.forwarded);
                self.count(counted);
                taken.decided = Some(Box::new(light(decided)));
                Ok(taken)
            }
            Err(error) if matches!(error.sort, Sort::Failed | Sort::Interrupted) => Err(error),
            // Nothing would change by trying again.
            Err(error) => {
                self.tx.back_to(before);
                // Whoever accepts it is told.
                if self.accepts.is_some() {
                    return Err(error);
                }
                taken.title = error.message;
                taken.decided = Some(Box::new(light(decided)));
                let why = taken.title.clone();
                self.held(taken, read, (QuarantineReason::TicketBarred, &why))
            }
        }
    }

    /// What becomes of a mail, and as what it counts; `Err` has the ticket that it is on already.
    fn decided(
        &self,
        mail: &Mail,
        tag: &str,
    ) -> Result<Result<(DecidedMail, CountedMail), TicketId>, OpError> {
        let tx = &self.tx;
        let lookup = Lookup {
            desk: tx.desk,
            now: tx.act.now,
            ticket: &|id| tx.ticket(id).ok(),
            staged: &self.staged,
            by_date: self.is_batch,
            table: self.table.as_ref(),
        };
        if let Some(id) = lookup.taken(tag, mail.date) {
            return Ok(Err(id));
        }
        let mut decided = decided(mail.clone(), &lookup, &self.past);
        if let Some(accepts) = self.accepts {
            accept(&mut decided, accepts, &lookup)?;
        }
        let at = lookup.counts_at(mail);
        let counted = CountedMail::of(mail, &decided.verdict.fate, at);
        Ok(Ok((decided, counted)))
    }

    /// Takes note of a mail, and forgets those that have nothing to do with it any more.
    fn count(&mut self, mail: CountedMail) {
        if self.past.len() >= MOST_COUNTED {
            let is_near = |one: &CountedMail| mail.at.since(one.at).abs() <= CountedMail::KEPT;
            self.past.retain(is_near);
        }
        self.past.push(mail);
    }

    /// Puts a mail into the quarantine.
    fn held(
        &mut self,
        mut taken: Taken,
        read: &ReadMail,
        (reason, why): (QuarantineReason, &str),
    ) -> Result<Taken, OpError> {
        let act = self.tx.act;
        taken.fate = TakenAs::Quarantined(reason);
        if act.dry_run {
            return Ok(taken);
        }
        let quarantine = Quarantine::make(act.repo(self.tx.desk)?)?;
        if quarantine.has(&read.key) {
            taken.fate = TakenAs::Duplicate(None);
            return Ok(taken);
        }
        let mut facts = quarantine::facts(&read.key, &read.mail, (reason, why), act.now);
        facts.size = read.size;
        facts.sender.clone_from(&read.envelope.sender);
        facts.recipients.clone_from(&read.envelope.recipients);
        quarantine.hold(&facts, &read.bytes)?;
        Ok(taken)
    }

    /// Keeps a mail as it was sent, in this clone.
    fn keep_raw(&self, read: &ReadMail) -> Result<(), OpError> {
        let act = self.tx.act;
        let kept = self.tx.desk.settings.mail.incoming.keep_raw;
        if kept != KeepRaw::Local || act.dry_run {
            return Ok(());
        }
        let folder = MailFolder::Raw.make(act.repo(self.tx.desk)?)?;
        Ok(folder.write_durably(&format!("{}.eml", read.key), &read.bytes)?)
    }

    /// Saves everything in one commit, and lets the lock go.
    pub fn finish(self) -> Result<(Vec<Taken>, Outcome), OpError> {
        let subject = match &self.taken[..] {
            [one] => subject_of(one),
            all => format!("mail: {} messages", all.len()),
        };
        let (desk, act) = (self.tx.desk, self.tx.act);
        let mut outcome = self.tx.finish(&one_line(&subject, 72))?;
        let is_counted = |taken: &Taken| {
            matches!(taken.fate, TakenAs::New(_) | TakenAs::Entry(..)) && !act.dry_run
        };
        if self.taken.iter().any(is_counted)
            && let Err(error) = counts::write(act.repo(desk)?, &self.past, act.now)
        {
            // The mails are safe.
            outcome.notices.push(error.with_causes());
        }
        for taken in &self.taken {
            let (TakenAs::New(id), Some(decided)) = (taken.fate, &taken.decided) else {
                continue;
            };
            // The mail is safe: whatever goes wrong from here on is only told.
            let origin = &decided.verdict.origin;
            if let Err(error) = automatic::acknowledge(desk, act, id, origin) {
                let why = error.message;
                let told = format!("no acknowledgement is sent: {why}");
                outcome.notices.push(told);
            }
        }
        Ok((self.taken, outcome))
    }
}

/// Sends a mail that waits where somebody says.
fn accept(decided: &mut DecidedMail, how: Acceptance, lookup: &Lookup<'_>) -> Result<(), OpError> {
    let verdict = &mut decided.verdict;
    verdict.fate = match how {
        Acceptance::AsDecided => verdict.accepted.clone(),
        Acceptance::New => {
            (verdict.proof, verdict.is_undelivered) = (None, false);
            Fate::New {
                follows: None,
                relates: None,
            }
        }
        Acceptance::On(id) => {
            let ticket = lookup.ticket_of(id);
            let ticket = ticket.ok_or_else(|| DeskError::UnknownTicket(&id).error())?;
            if ticket.is_order {
                return Err(QuarantineError::MailOnOrder(&id).error());
            }
            let Some(effect) = effect_on(&ticket, &verdict.origin) else {
                return Err(QuarantineError::MailOnClosed(&ticket.id).error());
            };
            (verdict.proof, verdict.is_undelivered) = (Some((ticket.id, Proof::Agent)), false);
            Fate::Entry(ticket.id, effect)
        }
    };
    Ok(())
}

/// What stands for a mail that cannot be read: it is kept as a file.
fn unread_mail(why: &str) -> Mail {
    Mail {
        subject: "A mail that cannot be read".to_owned(),
        lost: vec![format!("the whole mail: {why}")],
        ..Mail::default()
    }
}

/// The subject of the commit of one mail.
fn subject_of(taken: &Taken) -> String {
    match taken.fate {
        TakenAs::New(id) => format!("{id} new: {}", one_line(&taken.title, 60)),
        TakenAs::Entry(id, _) => format!("{id} contact: mail from the requester"),
        TakenAs::Note(id) => format!("{id} note: mail from an agent"),
        TakenAs::Sent(id) => format!("{id} contact: mail from an agent to the requester"),
        TakenAs::Quarantined(_) | TakenAs::Duplicate(_) => "mail".to_owned(),
    }
}

/// A mail without the contents of its files.
fn light(mut decided: DecidedMail) -> DecidedMail {
    for file in &mut decided.mail.files {
        file.bytes = Vec::new();
    }
    decided
}
