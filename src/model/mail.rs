//! A mail as it was read: who wrote what to whom, and what its headers say.

use chrono::{DateTime, FixedOffset};

use crate::model::moment::Moment;

/// An address as a header has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailAddress {
    /// The name beside it, empty where there is none.
    pub name: String,
    /// `local@domain`, with the domain in lower case.
    pub address: String,
}

/// A file that came with a mail: what is neither its text nor another form of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFile {
    /// The name that the sender gave it, if any.
    pub name: Option<String>,
    /// The media type, `image/png`; `application/octet-stream` where none is stated.
    pub media_type: String,
    /// The name by which an HTML text refers to it, without angle brackets.
    pub content_id: Option<String>,
    /// Its content, decoded.
    pub bytes: Vec<u8>,
}

/// A mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// All headers in their order: the name in lower case, the value decoded and on one line.
    pub headers: Vec<(String, String)>,
    /// `Message-ID` without angle brackets.
    pub message_id: Option<String>,
    /// The ids that `In-Reply-To` names.
    pub in_reply_to: Vec<String>,
    /// The ids that `References` names, oldest first.
    pub references: Vec<String>,
    /// The writer; of several the first.
    pub from: Option<MailAddress>,
    /// Whether `From` names several addresses, or stands twice with different ones.
    pub has_several_writers: bool,
    /// Where answers are to go.
    pub reply_to: Option<MailAddress>,
    /// The address of the envelope, from `Return-Path`; `Some` and empty for `<>`.
    pub return_path: Option<String>,
    /// For whom it was delivered, from the envelope or from what mail servers write; the nearest
    /// first.
    pub delivered_to: Vec<String>,
    /// The addressees.
    pub to: Vec<MailAddress>,
    /// Those who got a copy.
    pub cc: Vec<MailAddress>,
    /// The subject, decoded, on one line.
    pub subject: String,
    /// When the sender says that it was written; not to be trusted.
    pub date: Option<Moment>,
    /// The media type of the whole, `multipart/report`.
    pub media_type: String,
    /// The text, from plain text or HTML.
    pub text: String,
    /// The files.
    pub files: Vec<MailFile>,
    /// What could not be read, one phrase each: `part 3, text/html, charset x-foo`.
    pub lost: Vec<String>,
}

/// What a mail server tells beside a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Whom errors go to; `Some` and empty where nobody is to be told.
    pub sender: Option<String>,
    /// For whom it is delivered here.
    pub recipients: Vec<String>,
}

impl Mail {
    /// Takes in what the mail server told of it, which counts more than what the headers say.
    pub fn deliver(&mut self, envelope: &Envelope) {
        if let Some(sender) = &envelope.sender {
            self.return_path = Some(sender.clone());
        }
        let mut all = envelope.recipients.clone();
        all.append(&mut self.delivered_to);
        for address in all {
            if !self.delivered_to.contains(&address) {
                self.delivered_to.push(address);
            }
        }
    }

    /// The values of a header, named in lower case, in the order of the mail.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.headers.iter().filter(move |(one, _)| one == name);
        named.map(|(_, value)| value.as_str())
    }
}

/// A mail to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutgoingMail {
    /// The writer.
    pub from: MailAddress,
    /// Where answers are to go, where that is not the writer's address.
    pub reply_to: Option<MailAddress>,
    /// The addressees.
    pub to: Vec<MailAddress>,
    /// Those who get a copy.
    pub cc: Vec<MailAddress>,
    /// The subject.
    pub subject: String,
    /// When it was written.
    pub date: DateTime<FixedOffset>,
    /// Its own id, without angle brackets.
    pub message_id: String,
    /// The message that it answers.
    pub in_reply_to: Option<String>,
    /// The messages before it, oldest first.
    pub references: Vec<String>,
    /// The place in a conversation as Outlook counts it: what the conversation is about, and the
    /// header `Thread-Index`.
    pub thread: Option<(String, String)>,
    /// What makes other programs leave it unanswered, of mail that no person wrote.
    pub automatic: Option<AutomaticMail>,
    /// The text.
    pub text: String,
    /// The files.
    pub files: Vec<MailFile>,
}

/// What a mail says of itself that no person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomaticMail {
    /// Whether it answers a mail; else the program began.
    pub replies: bool,
    /// The desk's address, by which it knows its own mail again.
    pub own: String,
}

/// What is to be written into a ticket once a mail was handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxRecord {
    /// The ticket, by its id.
    pub ticket: String,
    /// Who wrote the mail: a handle.
    pub by: String,
    /// When the mail was written.
    pub written: Option<Moment>,
    /// When it was last tried to hand it over.
    pub tried: Option<Moment>,
    /// The sender of the envelope; empty for mail to which nobody is to answer.
    pub envelope: String,
    /// The addresses of the envelope.
    pub recipients: Vec<String>,
    /// The attributes of the entry.
    pub attributes: Vec<(String, String)>,
    /// The text of the entry.
    pub text: String,
    /// The template of the text, and the language that was asked for.
    pub template: Option<(String, Option<String>)>,
    /// The tag of the entry, where it is derived.
    pub tag: Option<String>,
    /// What its writer knows of the ticket's log, by the identities of entries; `None` for mail that the
    /// desk sends by itself.
    pub known: Option<Vec<String>>,
}

impl OutboxRecord {
    /// Notes entries that its writer has seen, too, by their identities.
    pub fn knows(&mut self, entries: &[String]) {
        let Some(known) = &mut self.known else {
            return;
        };
        for one in entries {
            if !known.contains(one) {
                known.push(one.clone());
            }
        }
    }
}
