//! The entry of a mail on a ticket, and what follows from it.

use crate::model::entry::OF;
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::ops::core::actor::Actor;
use crate::ops::core::error::OpError;
use crate::ops::mail::files;
use crate::ops::mail::take::arrived::ReadMail;
use crate::ops::mail::take::ticket::{facts, mail_identity};
use crate::ops::mail::take::{MailIntake, TakenAs};
use crate::ops::mail::why::DecidedMail;
use crate::rules::mail::bounce::MAIL_BOUNCES;
use crate::rules::mail::identity;
use crate::rules::mail::verdict::{Effect, Writer};

impl MailIntake<'_> {
    /// The entry of a mail on its ticket, and what follows from it as an entry of its own: where two
    /// clones take the mail in while the ticket stands differently in them, both things are told.
    pub(in crate::ops::mail::take) fn entry(
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
    pub(in crate::ops::mail::take) fn by_agent(
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
    pub(in crate::ops::mail::take) fn mark_undelivered(
        &mut self,
        read: &ReadMail,
        id: TicketId,
    ) -> Result<(), OpError> {
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
}
