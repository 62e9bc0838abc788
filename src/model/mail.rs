//! A mail as it was read: who wrote what to whom, and what its headers say.

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

impl Mail {
    /// The values of a header, named in lower case, in the order of the mail.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.headers.iter().filter(move |(one, _)| one == name);
        named.map(|(_, value)| value.as_str())
    }
}
