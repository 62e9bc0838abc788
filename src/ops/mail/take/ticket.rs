//! The ticket that a mail makes.

use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::mail::Mail;
use crate::model::settings::MailSettings;
use crate::model::status::Channel;
use crate::model::ticket::Ticket;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::new_record::{NewRecord, RecordStage, RecordStamp};
use crate::ops::mail::files::{self, FileToKeep};
use crate::ops::mail::take::arrived::ReadMail;
use crate::ops::mail::take::{MailIntake, TakenAs};
use crate::ops::mail::why::DecidedMail;
use crate::rules::mail::record::{self, FORWARDED};
use crate::rules::mail::verdict::{Fate, own_addresses};
use crate::rules::mail::{identity, subject};

impl MailIntake<'_> {
    /// The ticket that a mail makes.
    pub(in crate::ops::mail::take) fn ticket(
        &mut self,
        decided: &DecidedMail,
        read: &ReadMail,
    ) -> Result<TakenAs, OpError> {
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
        self.note_addresses(id, mail, read)?;
        self.note_others(id, decided, read)?;
        Ok(TakenAs::New(id))
    }

    /// Notes the other addresses of the desk to which a mail was sent.
    fn note_addresses(
        &mut self,
        id: TicketId,
        mail: &Mail,
        read: &ReadMail,
    ) -> Result<(), OpError> {
        let desk = self.tx.desk;
        let others = own_addresses(mail, &desk.settings.mail).into_iter().skip(1);
        let others: Vec<String> = others
            .map(
                |address| match &desk.settings.mail.addresses[&address].queue {
                    Some(queue) => format!("{address} ({queue})"),
                    None => address,
                },
            )
            .collect();
        if others.is_empty() {
            return Ok(());
        }
        self.note(
            id,
            read,
            &format!("It was also sent to {}.", others.join(", ")),
        )
    }

    /// Notes the other tickets that something in a mail points at.
    pub(in crate::ops::mail::take) fn note_others(
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
    pub(in crate::ops::mail::take) fn note(
        &mut self,
        id: TicketId,
        read: &ReadMail,
        text: &str,
    ) -> Result<(), OpError> {
        let mut edit = self.tx.edit(id, EntryKind::Note)?;
        let at = edit.at();
        // Several of one mail tell different things.
        edit.stamp(at, &identity::effect_tag(&read.key, text));
        edit.attribute(OF, mail_identity(&edit.ticket, &read.tag));
        edit.text(text);
        self.tx.stage(edit)
    }

    /// An id for the ticket of a mail, by which another clone that takes it in knows it.
    pub(in crate::ops::mail::take) fn place(
        &self,
        key: &str,
        mail: &Mail,
    ) -> Result<Place, OpError> {
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

    /// Takes in the files of a mail, and tells them as attributes.
    pub(in crate::ops::mail::take) fn files(
        &mut self,
        id: TicketId,
        log: &[Entry],
        to_keep: Vec<FileToKeep<'_>>,
    ) -> Result<Vec<(String, String)>, OpError> {
        files::take(&mut self.tx, id, log, to_keep)
    }
}

/// The identity of the entry of a mail.
pub(in crate::ops::mail::take) fn mail_identity(ticket: &Ticket, tag: &str) -> String {
    let entry = ticket.log.iter().find(|entry| entry.tag == tag);
    entry.map_or_else(|| format!("{} ^{tag}", EntryKind::Contact), Entry::identity)
}

/// Where the ticket of a mail is, or is to be.
pub(in crate::ops::mail::take) enum Place {
    /// It is there already.
    Made(TicketId),
    /// The id that it is to get.
    Free(TicketId),
}

/// Whether a ticket was made of the mail with this name.
pub(in crate::ops::mail::take) fn is_made_of(ticket: &Ticket, key: &str) -> bool {
    ticket.text(Key::SourceName) == identity::SOURCE && ticket.text(Key::SourceId) == key
}

/// What an entry tells of a mail, but for its files.
pub(in crate::ops::mail::take) fn facts(
    decided: &DecidedMail,
    title: &str,
    settings: &MailSettings,
) -> Vec<(String, String)> {
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

/// How a mail came: what a gateway sends came by fax or telephone.
pub(in crate::ops::mail::take) fn channel(decided: &DecidedMail) -> &str {
    let channel = decided.mailbox.channel.as_ref();
    channel.map_or("email", Channel::as_str)
}
