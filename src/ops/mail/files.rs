//! The files of a mail, and its texts that are too long for a log.

use std::io::Cursor;
use std::path::Path;

use crate::model::entry::Entry;
use crate::model::id::TicketId;
use crate::model::mail::MailFile;
use crate::model::settings::{KeepRaw, MailSettings};
use crate::ops::core::error::OpError;
use crate::ops::core::transaction::Transaction;
use crate::ops::mail::why::DecidedMail;
use crate::page::mail::raw::without_trace;
use crate::rules::lifecycle::attachments;
use crate::store::fs::contents::AddedFile;

/// A text of more bytes is a file beside its entry.
const LONG: usize = 256 << 10;

/// So many bytes of it stand in the entry.
const SHOWN: usize = 64 << 10;

/// The name of the file of a whole text.
const TEXT: &str = "mail.txt";

/// The name of the file of a whole mail.
const MAIL: &str = "mail.eml";

/// A file that is to be kept with a ticket.
#[derive(Clone, Debug)]
pub struct FileToKeep<'m> {
    /// What people call it.
    name: String,
    bytes: std::borrow::Cow<'m, [u8]>,
}

/// The text of a mail.
#[derive(Clone, Debug)]
pub struct MailTexts {
    /// What stands in the entry.
    pub shown: String,
    /// Whether the whole stands in a file.
    is_cut: bool,
}

/// What of the text of a mail stands in the entry.
pub fn texts(decided: &DecidedMail, settings: &MailSettings) -> MailTexts {
    let text = &decided.text.text;
    // What is cut of quotes is told again nowhere else, where the mail is not kept.
    let is_lost = decided.text.cut > 0 && settings.incoming.keep_raw == KeepRaw::Never;
    if text.len() <= LONG {
        return MailTexts {
            shown: text.clone(),
            is_cut: is_lost,
        };
    }
    let mut end = SHOWN;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let shown = &text[..end];
    let end = shown.rfind('\n').unwrap_or(end);
    MailTexts {
        shown: format!("{}\n\n[the whole text: {TEXT}]", shown[..end].trim_end()),
        is_cut: true,
    }
}

/// The files that are kept with the ticket of a mail: those that came with it; its whole text where
/// the entry has a part of it; and the mail itself where something in it could not be read.
pub fn of<'m>(
    decided: &'m DecidedMail,
    bytes: &'m [u8],
    texts: &MailTexts,
    settings: &MailSettings,
) -> Vec<FileToKeep<'m>> {
    let mail = &decided.mail;
    let own = mail.files.iter().enumerate().map(|(at, file)| FileToKeep {
        name: name(at, file),
        bytes: file.bytes.as_slice().into(),
    });
    let mut all: Vec<FileToKeep<'m>> = own.collect();
    if texts.is_cut {
        all.push(FileToKeep {
            name: TEXT.to_owned(),
            bytes: mail.text.as_bytes().into(),
        });
    }
    if settings.incoming.keep_raw == KeepRaw::Ticket || !mail.lost.is_empty() {
        all.push(FileToKeep {
            name: MAIL.to_owned(),
            bytes: without_trace(bytes).into(),
        });
    }
    all
}

/// The name of a file; by its type and place where it has none.
fn name(at: usize, file: &MailFile) -> String {
    const ENDINGS: [(&str, &str); 12] = [
        ("text/plain", "txt"),
        ("text/html", "html"),
        ("text/calendar", "ics"),
        ("text/csv", "csv"),
        ("message/rfc822", "eml"),
        ("message/delivery-status", "txt"),
        ("image/png", "png"),
        ("image/jpeg", "jpg"),
        ("image/gif", "gif"),
        ("image/tiff", "tiff"),
        ("application/pdf", "pdf"),
        ("audio/mpeg", "mp3"),
    ];
    if let Some(name) = &file.name {
        return attachments::safe(name);
    }
    let known = ENDINGS.iter().find(|(kind, _)| *kind == file.media_type);
    let ending = known.map_or("bin", |(_, ending)| ending);
    format!("part-{}.{ending}", at + 1)
}

/// Takes files into a transaction, and tells them as attributes of an entry. A content that the
/// ticket has already is only referred to: it is the logo in a signature.
pub fn take(
    tx: &mut Transaction<'_>,
    id: TicketId,
    log: &[Entry],
    files: Vec<FileToKeep<'_>>,
) -> Result<Vec<(String, String)>, OpError> {
    let known = attachments::all(log);
    let folder = attachments::folder(id);
    let mut told = Vec::new();
    for (n, file) in (1..).zip(files) {
        let mut from = Cursor::new(&*file.bytes);
        let content = tx.receive(&mut from, Path::new(&file.name), u64::MAX)?;
        let same = known.iter().find(|one| {
            one.sha256.as_ref() == Some(&content.sha256) && attachments::is_safe(&one.file)
        });
        let stored = if let Some(one) = same {
            one.file.clone()
        } else {
            let stored = attachments::stored(&file.name, &content.sha256);
            tx.add_once(AddedFile::new(format!("{folder}/{stored}"), &content));
            stored
        };
        let (size, sha256) = (content.size, &content.sha256);
        told.extend(attachments::attributes(
            n, &file.name, &stored, size, sha256,
        ));
    }
    Ok(told)
}
