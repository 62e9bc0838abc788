//! What makes two deliveries one mail.

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use crate::model::entry::{DERIVED, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::{RANDOM_LEN, TicketId};
use crate::model::mail::Mail;
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::page::log::{derived_tag, derived_tag_of_bytes};

/// What `[source]` names of a ticket that a mail made.
pub const SOURCE: &str = "mail";

/// So many derivations of an id are tried; each finds its place taken once in 33 million times.
pub const MOST: u32 = 64;

/// Characters of a mail's name.
const NAME: usize = 16;

/// The identity of a mail. Programs that scan mails and forms use one `Message-ID` again, so that
/// writer and date belong to it; what differs from way to way (`Received`, `Return-Path`,
/// `Delivered-To`, the ids of mailboxes) does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailKey {
    parts: Vec<Vec<u8>>,
}

impl MailKey {
    /// The identity of this mail.
    pub fn of(mail: &Mail) -> Self {
        let from = mail.from.as_ref().map_or("", |from| &from.address);
        let date = mail.date.map(|date| date.to_string()).unwrap_or_default();
        let text = |text: &str| text.as_bytes().to_vec();
        let from = from.to_lowercase();
        let parts = if let Some(id) = &mail.message_id {
            vec![text("mid"), text(id), text(&from), text(&date)]
        } else {
            let to = mail.to.iter().map(|one| one.address.to_lowercase());
            let to: Vec<String> = to.collect();
            vec![
                text("raw"),
                text(&from),
                text(&to.join(" ")),
                text(&date),
                text(&mail.subject),
                Sha256::digest(mail.text.trim_end()).to_vec(),
            ]
        };
        Self { parts }
    }

    /// The tag of its entry, and of the first entry of the ticket that it makes.
    pub fn tag(&self) -> String {
        self.text(DERIVED)
    }

    /// Sixteen characters: its name in files, and the foreign id of the ticket that it makes.
    pub fn name(&self) -> String {
        self.text(NAME)
    }

    /// So many characters of the key, in the alphabet of tags.
    pub fn text(&self, length: usize) -> String {
        let mut parts: Vec<&[u8]> = vec![b"mail"];
        parts.extend(self.parts.iter().map(Vec::as_slice));
        derived_tag_of_bytes(&parts, length)
    }
}

/// What is wrong with a ticket that says to be made by a mail: its id and the tag of its first entry
/// follow from the mail's name.
pub fn misnamed(ticket: &Ticket) -> Option<String> {
    if ticket.text(Key::SourceName) != SOURCE {
        return None;
    }
    let name = ticket.text(Key::SourceId);
    let is_name = name.len() == NAME && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_name {
        return Some(format!("`{name}` names no mail: it has {NAME} characters"));
    }
    let follows = |id: &str| {
        let drawn = id.rsplit('-').next().unwrap_or(id);
        (0..MOST).any(|attempt| random(name, attempt) == drawn)
    };
    // One that had to make room for another of the same id keeps its own among the aliases.
    let aliases = ticket.list(Key::Aliases);
    if !follows(ticket.id.as_str()) && !aliases.iter().any(|alias| follows(alias)) {
        let (expected, is) = (random(name, 0), ticket.id.random());
        return Some(format!(
            "the id of the ticket of the mail `{name}` ends in `{expected}`, not in `{is}`"
        ));
    }
    let expected = name.get(..DERIVED)?;
    let created = |entry: &&Entry| entry.kind == EntryKind::Created;
    let found = ticket.log.iter().find(created)?.tag.as_str();
    (found != expected).then(|| {
        format!("the first entry of the mail `{name}` has the tag `^{expected}`, not `^{found}`")
    })
}

/// The random part of the id of the ticket that a mail makes.
fn random(name: &str, attempt: u32) -> String {
    let parts = ["ticket", SOURCE, name, &attempt.to_string()];
    derived_tag(&parts, RANDOM_LEN).to_uppercase()
}

/// The tag of an entry of its own that follows from a mail: what it does to the ticket, by the kind
/// of that entry.
pub fn effect_tag(name: &str, kind: &str) -> String {
    derived_tag(&["mail", name, kind], DERIVED)
}

/// The id of the ticket that a mail makes. A higher attempt is for an id that another ticket has.
///
/// The month is that of the mail's own date where that is not far from the moment, so that a mail
/// that two clones take in around midnight is one file.
pub fn id(name: &str, date: Option<Moment>, now: Moment, attempt: u32) -> Option<TicketId> {
    let is_near = |date: &Moment| {
        let age = now.since(*date);
        age <= TimeDelta::days(7) && age >= TimeDelta::days(-1)
    };
    let month = date.filter(is_near).unwrap_or(now);
    TicketId::new(month, &random(name, attempt))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::mail::read;

    fn key(headers: &str, text: &str) -> String {
        let bytes = format!("{headers}\r\n\r\n{text}");
        MailKey::of(&read(bytes.as_bytes()).unwrap()).text(16)
    }

    #[test]
    fn the_way_of_a_mail_does_not_count() {
        let mail = "Message-ID: <x@acme.example>\r\nFrom: Jan@acme.example\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100";
        let other = format!(
            "Return-Path: <jan@acme.example>\r\nReceived: by mx.desk.example; x\r\nDelivered-To: help@desk.example\r\n{}",
            mail.replace("10:00:00 +0100", "09:00:00 +0000")
        );
        assert_eq!(
            key(mail, "x"),
            key(&other, "x\r\n-- \r\nA footer of the list")
        );
        assert_ne!(key(mail, "x"), key(&mail.replace("Jan", "Ola"), "x"));
        assert_ne!(key(mail, "x"), key(&mail.replace("30 Nov", "29 Nov"), "x"));
    }

    #[test]
    fn without_an_id_what_it_says_counts() {
        let mail =
            "From: jan@acme.example\r\nSubject: Printer\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100";
        assert_eq!(key(mail, "It jams.\r\n"), key(mail, "It jams.\n\n"));
        assert_ne!(key(mail, "It jams."), key(mail, "It jams again."));
    }

    #[test]
    fn a_mail_around_the_end_of_a_month_is_one_file() {
        let at = |text: &str| -> Moment { text.parse().unwrap() };
        let id_at = id;
        let id = |date: Option<&str>, now: &str| {
            id_at("1bfs623a0s03nscs", date.map(at), at(now), 0)
                .unwrap()
                .to_string()
        };
        let date = Some("2026-11-30T23:58:00Z");
        let late = id(date, "2026-11-30T23:59:00Z");
        assert!(late.starts_with("2611-"), "{late}");
        assert_eq!(id(date, "2026-12-01T00:01:00Z"), late);
        let far = id(Some("2019-11-30T23:58:00Z"), "2026-12-01T00:01:00Z");
        assert_eq!(far, late.replace("2611", "2612"));
        assert_eq!(id(None, "2026-12-01T00:01:00Z"), far);
    }
}
