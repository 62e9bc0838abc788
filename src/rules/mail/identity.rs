//! What makes two deliveries one mail.

use sha2::{Digest as _, Sha256};

use crate::model::mail::Mail;
use crate::page::log::derived_tag_of_bytes;

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

    /// So many characters of the key, in the alphabet of tags.
    pub fn text(&self, length: usize) -> String {
        let mut parts: Vec<&[u8]> = vec![b"mail"];
        parts.extend(self.parts.iter().map(Vec::as_slice));
        derived_tag_of_bytes(&parts, length)
    }
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
}
