//! `mail in`: a mail becomes a ticket, an entry on one, or waits in the quarantine; one that was
//! taken in before changes nothing.

use std::panic::AssertUnwindSafe;

use sha2::{Digest as _, Sha256};

use crate::index::mail_table::MailTable;
use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::mail::{Envelope, Mail};
use crate::model::settings::{KeepRaw, MailSettings};
use crate::model::size::Size;
use crate::model::status::{Channel, Status};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::{OpError, Sort};
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::messages::quarantine::QuarantineError;
use crate::ops::core::new_record::{NewRecord, RecordStage, RecordStamp};
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::mail::automatic;
use crate::ops::mail::files::{self, FileToKeep};
use crate::ops::mail::lookup::{self, Lookup};
use crate::ops::mail::quarantine;
use crate::ops::mail::why::{DecidedMail, decided};
use crate::page::log::derived_tag_of_bytes;
use crate::page::mail::{self, Unreadable};
use crate::rules::mail::bounce::MAIL_BOUNCES;
use crate::rules::mail::identity::{self, MailKey};
use crate::rules::mail::record::{self, FORWARDED};
use crate::rules::mail::storm::CountedMail;
use crate::rules::mail::subject;
use crate::rules::mail::verdict::{
    Effect, Fate, Proof, QuarantineReason, Writer, effect_on, own_addresses,
};
use crate::store::error::StoreError;
use crate::store::mail::quarantine::Quarantine;
use crate::store::mail::{MailFolder, counts};

/// A mail as it arrives.
#[derive(Clone, Debug)]
pub struct ArrivedMail {
    /// Its bytes; of one that is too large the first.
    pub bytes: Vec<u8>,
    /// How many it has.
    pub size: u64,
    /// What the mail server told of it.
    pub envelope: Envelope,
}

/// From so many mails on, those that no longer count are forgotten.
const MOST_COUNTED: usize = 1_000;

/// Of a mail that is too large so many bytes are read.
const OF_TOO_LARGE: usize = 256 << 10;

/// A mail that was read, with its name; `Err` has the reason why it could not be read.
#[derive(Debug)]
pub struct ReadMail {
    /// Sixteen characters of its identity.
    pub key: String,
    /// The tag of its entry.
    tag: String,
    /// The mail.
    pub mail: Result<Mail, (QuarantineReason, String)>,
    /// What the mail server told of it.
    envelope: Envelope,
    /// As it was sent.
    bytes: Vec<u8>,
    /// How many bytes it has.
    size: u64,
}

/// Reads a mail. Whatever happens in that, the mail is kept.
pub fn read(arrived: ArrivedMail, settings: &MailSettings) -> ReadMail {
    let ArrivedMail {
        bytes,
        size,
        envelope,
    } = arrived;
    let most = settings.incoming.max_message;
    let is_cut = size > most.0;
    let part = match bytes.get(..OF_TOO_LARGE) {
        Some(start) if is_cut => start,
        _ => &bytes,
    };
    let came = std::panic::catch_unwind(AssertUnwindSafe(|| mail::read(part)));
    let read = match came {
        Ok(Ok(mail)) => Ok(mail),
        Ok(Err(error @ Unreadable::TooComplex(_))) => {
            Err((QuarantineReason::TooComplex, error.to_string()))
        }
        Ok(Err(error)) => Err((QuarantineReason::Unreadable, error.to_string())),
        Err(_) => {
            let why = "the program failed on it".to_owned();
            Err((QuarantineReason::Unreadable, why))
        }
    };
    let mail = read.map(|mut mail| {
        mail.deliver(&envelope);
        if is_cut {
            let size = Size(size);
            mail.lost
                .push(format!("what is beyond {most}: the mail has {size}"));
        }
        mail
    });
    let key = mail.as_ref().ok().map(MailKey::of);
    let of_bytes = |length| {
        let digest = Sha256::digest(&bytes);
        derived_tag_of_bytes(&[b"mail", b"unreadable", digest.as_slice()], length)
    };
    ReadMail {
        key: key.as_ref().map_or_else(|| of_bytes(16), MailKey::name),
        tag: key.as_ref().map_or_else(|| of_bytes(8), MailKey::tag),
        mail,
        envelope,
        bytes,
        size,
    }
}

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

    /// The ticket that a mail makes.
    fn ticket(&mut self, decided: &DecidedMail, read: &ReadMail) -> Result<TakenAs, OpError> {
        let (desk, act) = (self.tx.desk, self.tx.act);
        let DecidedMail { mail, verdict, .. } = decided;
        let id = match self.place(&read.key, mail)? {
            Place::Free(id) => id,
            Place::Made(id) => return Ok(TakenAs::Duplicate(Some(id))),
        };
        let title = subject::title(mail);
        let texts = files::texts(decided, &desk.settings.mail);
        let mut record = NewRecord {
            text: texts.shown.clone(),
            ..NewRecord::default()
        };
        let requester = record::requester(mail, &decided.mailbox, &desk.settings.mail);
        let (name, email) = requester.map_or(("", ""), |one| (&one.name, &one.address));
        let queue = desk.queue(&decided.queue).ok();
        let (mut follows, mut relates) = (None, None);
        if let Fate::New {
            follows: before,
            relates: near,
        } = verdict.fate
        {
            (follows, relates) = (before, near);
        }
        for (key, value) in [
            (Key::Title, Some(title.clone())),
            (Key::Channel, Some(channel(decided).to_owned())),
            (
                Key::Type,
                decided.mailbox.kind.as_ref().map(ToString::to_string),
            ),
            (Key::Queue, queue),
            (Key::RequesterName, Some(name.to_owned())),
            (Key::RequesterEmail, Some(email.to_owned())),
            (Key::SourceName, Some(identity::SOURCE.to_owned())),
            (Key::SourceId, Some(read.key.clone())),
            (Key::LinkFollows, follows.map(|id| id.to_string())),
        ] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                record.values.insert(key.into(), Value::Text(value));
            }
        }
        if let Some(id) = relates {
            let all = Value::List(vec![id.to_string()]);
            record.values.insert(Key::LinkRelates.into(), all);
        }
        let mut facts = facts(decided, &title, &desk.settings.mail);
        if !decided.forwarded.is_empty() {
            facts.push((FORWARDED.to_owned(), decided.forwarded.join(", ")));
        }
        // The ticket tells it.
        facts.retain(|(key, _)| key != "channel");
        let to_keep = files::of(decided, &read.bytes, &texts, &desk.settings.mail);
        facts.extend(self.files(id, &[], to_keep)?);
        record.facts = facts;
        let stamp = RecordStamp {
            at: act.now.whole_second(),
            tag: read.tag.clone(),
        };
        let stage = RecordStage::Done(act.now);
        let ticket = record.ticket(id, &stamp, &[], stage, desk, act)?;
        self.tx.create(&ticket)?;
        let others = own_addresses(mail, &desk.settings.mail).into_iter().skip(1);
        let others: Vec<String> = others
            .map(
                |address| match &desk.settings.mail.addresses[&address].queue {
                    Some(queue) => format!("{address} ({queue})"),
                    None => address,
                },
            )
            .collect();
        if !others.is_empty() {
            self.note(
                id,
                read,
                &format!("It was also sent to {}.", others.join(", ")),
            )?;
        }
        self.note_others(id, decided, read)?;
        Ok(TakenAs::New(id))
    }

    /// Notes the other tickets that something in a mail points at.
    fn note_others(
        &mut self,
        id: TicketId,
        decided: &DecidedMail,
        read: &ReadMail,
    ) -> Result<(), OpError> {
        let mut told: Vec<TicketId> = vec![id];
        if let Fate::New { follows, relates } = decided.verdict.fate {
            told.extend(follows.into_iter().chain(relates));
        }
        let mut others: Vec<String> = Vec::new();
        for other in decided.verdict.evidence.iter().filter_map(|(_, id)| *id) {
            if !told.contains(&other) {
                told.push(other);
                others.push(other.to_string());
            }
        }
        if others.is_empty() {
            return Ok(());
        }
        self.note(
            id,
            read,
            &format!("The mail also points at {}.", others.join(", ")),
        )
    }

    /// Notes something beside a mail, by an entry of its own.
    fn note(&mut self, id: TicketId, read: &ReadMail, text: &str) -> Result<(), OpError> {
        let mut edit = self.tx.edit(id, EntryKind::Note)?;
        let at = edit.at();
        // Several of one mail tell different things.
        edit.stamp(at, &identity::effect_tag(&read.key, text));
        edit.attribute(OF, mail_identity(&edit.ticket, &read.tag));
        edit.text(text);
        self.tx.stage(edit)
    }

    /// An id for the ticket of a mail, by which another clone that takes it in knows it.
    fn place(&self, key: &str, mail: &Mail) -> Result<Place, OpError> {
        for attempt in 0..identity::MOST {
            let Some(id) = identity::id(key, mail.date, self.tx.act.now, attempt) else {
                let now = self.tx.act.now;
                return Err(DeskError::ClockOutOfRange(&now).error());
            };
            let on_disk = self.tx.desk.root.join(&id.path());
            if !self.staged.contains(&id) && on_disk.symlink_metadata().is_err() {
                return Ok(Place::Free(id));
            }
            // Saved, and not committed yet: the table does not know it.
            if self
                .tx
                .ticket(id)
                .is_ok_and(|ticket| is_made_of(&ticket, key))
            {
                return Ok(Place::Made(id));
            }
        }
        Err(DeskError::NoFreeId.error())
    }

    /// The entry of a mail on its ticket, and what follows from it as an entry of its own: where two
    /// clones take the mail in while the ticket stands differently in them, both things are told.
    fn entry(
        &mut self,
        decided: &DecidedMail,
        read: &ReadMail,
        id: TicketId,
        effect: Effect,
    ) -> Result<TakenAs, OpError> {
        let settings = &self.tx.desk.settings.mail;
        let mut edit = self.tx.edit(id, EntryKind::Contact)?;
        let at = edit.at();
        // Saved, and not committed yet: the table does not know it.
        if edit.ticket.log.iter().any(|one| one.tag == read.tag) {
            return Ok(TakenAs::Duplicate(Some(id)));
        }
        edit.stamp(at, &read.tag);
        let title = edit.ticket.title().to_owned();
        for (key, value) in facts(decided, &title, settings) {
            edit.attribute(&key, value);
        }
        let texts = files::texts(decided, settings);
        edit.text(&texts.shown);
        let to_keep = files::of(decided, &read.bytes, &texts, settings);
        let log = edit.ticket.log.clone();
        for (key, value) in self.files(id, &log, to_keep)? {
            edit.attribute(&key, value);
        }
        self.tx.stage(edit)?;
        if decided.verdict.is_undelivered {
            self.mark_undelivered(read, id)?;
        }
        self.note_others(id, decided, read)?;
        let kind = match effect {
            Effect::Nothing | Effect::Waits => return Ok(TakenAs::Entry(id, effect)),
            Effect::Wakes => EntryKind::Wake,
            Effect::Reopens => EntryKind::Reopen,
        };
        let mut edit = self.tx.edit(id, kind.clone())?;
        let at = edit.at();
        edit.stamp(at, &identity::effect_tag(&read.key, kind.as_str()));
        edit.attribute(OF, mail_identity(&edit.ticket, &read.tag));
        edit.move_to(&Status::Open)?;
        self.tx.stage(edit)?;
        Ok(TakenAs::Entry(id, effect))
    }

    /// The entry of an agent's mail, by that agent: a note, or a word that went to the customer, by
    /// which a new ticket is begun.
    fn by_agent(
        &mut self,
        decided: &DecidedMail,
        read: &ReadMail,
        id: TicketId,
        is_sent: bool,
    ) -> Result<(), OpError> {
        let Writer::Agent(agent) = &decided.verdict.writer else {
            return Ok(());
        };
        let by_agent = Actor {
            me: agent.clone(),
            ..self.tx.act.clone()
        };
        let settings = &self.tx.desk.settings.mail;
        let kind = if is_sent {
            EntryKind::Contact
        } else {
            EntryKind::Note
        };
        let mut edit = self.tx.edit_as(id, kind, &by_agent)?;
        let at = edit.at();
        edit.stamp(at, &read.tag);
        let title = edit.ticket.title().to_owned();
        for (key, value) in facts(decided, &title, settings) {
            let value = match (key.as_str(), is_sent) {
                ("direction" | "channel" | "outcome", false) => continue,
                ("direction", true) => "out".to_owned(),
                ("outcome", true) => "sent".to_owned(),
                _ => value,
            };
            edit.attribute(&key, value);
        }
        let texts = files::texts(decided, settings);
        edit.text(&texts.shown);
        let to_keep = files::of(decided, &read.bytes, &texts, settings);
        let log = edit.ticket.log.clone();
        for (key, value) in self.files(id, &log, to_keep)? {
            edit.attribute(&key, value);
        }
        let is_new = edit.ticket.status() == Status::New;
        self.tx.stage(edit)?;
        if !(is_sent && is_new) {
            return Ok(());
        }
        let kind = EntryKind::Wake;
        let mut edit = self.tx.edit(id, kind.clone())?;
        let at = edit.at();
        edit.stamp(at, &identity::effect_tag(&read.key, kind.as_str()));
        edit.attribute(OF, format!("{} ^{}", EntryKind::Contact, read.tag));
        edit.move_to(&Status::Open)?;
        self.tx.stage(edit)
    }

    /// Marks a ticket to whose requester no mail is delivered, by an entry of its own.
    fn mark_undelivered(&mut self, read: &ReadMail, id: TicketId) -> Result<(), OpError> {
        let mut edit = self.tx.edit(id, EntryKind::Set)?;
        let at = edit.at();
        edit.stamp(
            at,
            &identity::effect_tag(&read.key, EntryKind::Set.as_str()),
        );
        edit.attribute(OF, format!("{} ^{}", EntryKind::Contact, read.tag));
        edit.add(Key::Tags, MAIL_BOUNCES);
        if edit.has_changes() {
            self.tx.stage(edit)?;
        }
        Ok(())
    }

    /// Takes in the files of a mail, and tells them as attributes.
    fn files(
        &mut self,
        id: TicketId,
        log: &[Entry],
        to_keep: Vec<FileToKeep<'_>>,
    ) -> Result<Vec<(String, String)>, OpError> {
        files::take(&mut self.tx, id, log, to_keep)
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

/// The identity of the entry of a mail.
fn mail_identity(ticket: &Ticket, tag: &str) -> String {
    let entry = ticket.log.iter().find(|entry| entry.tag == tag);
    entry.map_or_else(|| format!("{} ^{tag}", EntryKind::Contact), Entry::identity)
}

/// Where the ticket of a mail is, or is to be.
enum Place {
    /// It is there already.
    Made(TicketId),
    /// The id that it is to get.
    Free(TicketId),
}

/// Whether a ticket was made of the mail with this name.
fn is_made_of(ticket: &Ticket, key: &str) -> bool {
    ticket.text(Key::SourceName) == identity::SOURCE && ticket.text(Key::SourceId) == key
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

/// How a mail came: what a gateway sends came by fax or telephone.
fn channel(decided: &DecidedMail) -> &str {
    let channel = decided.mailbox.channel.as_ref();
    channel.map_or("email", Channel::as_str)
}

/// What an entry tells of a mail, but for its files.
fn facts(decided: &DecidedMail, title: &str, settings: &MailSettings) -> Vec<(String, String)> {
    let DecidedMail {
        mail,
        verdict,
        text,
        ..
    } = decided;
    // Of a mail of ours that came back it is told what became of that.
    let (direction, outcome) = if verdict.is_undelivered {
        ("out", "bounced")
    } else {
        ("in", "received")
    };
    let mut all: Vec<(String, String)> = [
        ("direction", direction),
        ("channel", channel(decided)),
        ("outcome", outcome),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    all.extend(record::attributes(mail, verdict, text, title, settings));
    if !mail.lost.is_empty() {
        let lost = one_line(&mail.lost.join("; "), 900);
        all.push(("lost".to_owned(), lost));
    }
    all
}

/// A mail without the contents of its files.
fn light(mut decided: DecidedMail) -> DecidedMail {
    for file in &mut decided.mail.files {
        file.bytes = Vec::new();
    }
    decided
}
