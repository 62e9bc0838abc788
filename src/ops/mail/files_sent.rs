//! Files that go out with a mail, and are kept with its ticket.

use std::io::{Cursor, Read as _};
use std::path::Path;

use crate::model::entry::Entry;
use crate::model::id::TicketId;
use crate::model::mail::MailFile;
use crate::model::size::Size;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::reply::ReplyError;
use crate::ops::core::transaction::Transaction;
use crate::ops::ticket::attach::FileToAttach;
use crate::rules::lifecycle::attachments;
use crate::store::fs::contents::AddedFile;

/// All files of a mail have at most so many bytes together.
pub const MOST: Size = Size(10_000_000);

/// Media types by the ends of names.
const TYPES: [(&str, &str); 22] = [
    ("bmp", "image/bmp"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ics", "text/calendar"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("log", "text/plain"),
    ("md", "text/plain"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("zip", "application/zip"),
];

/// Reads the files that a person names. Together they may have at most [`MOST`].
pub fn read(paths: &[impl AsRef<Path>]) -> Result<Vec<MailFile>, OpError> {
    let mut all = Vec::new();
    let mut size = 0;
    for path in paths {
        let mut file = FileToAttach::open(path.as_ref(), None)?;
        let name = attachments::safe(file.name());
        let mut bytes = Vec::new();
        let most = MOST.0.saturating_sub(size).saturating_add(1);
        let _ = file.reader().take(most).read_to_end(&mut bytes)?;
        size += bytes.len() as u64;
        if size > MOST.0 {
            let whole = file
                .size()
                .saturating_add(size)
                .saturating_sub(bytes.len() as u64);
            return Err(ReplyError::FilesTooLarge(&Size(whole), &MOST).error());
        }
        let end = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        let known = TYPES.iter().find(|(ending, _)| *ending == end);
        all.push(MailFile {
            media_type: known
                .map_or("application/octet-stream", |(_, kind)| kind)
                .to_owned(),
            name: Some(name),
            content_id: None,
            bytes,
        });
    }
    Ok(all)
}

/// Takes the files of a mail into a transaction, and tells them as attributes of its entry. A content
/// that the ticket has already is only referred to.
pub fn keep(
    tx: &mut Transaction<'_>,
    id: TicketId,
    log: &[Entry],
    files: &[MailFile],
) -> Result<Vec<(String, String)>, OpError> {
    let known = attachments::all(log);
    let folder = attachments::folder(id);
    let mut told = Vec::new();
    let mut added: Vec<String> = Vec::new();
    for (n, file) in (1..).zip(files) {
        let name = attachments::safe(file.name.as_deref().unwrap_or_default());
        let mut from = Cursor::new(&*file.bytes);
        let content = tx.receive(&mut from, Path::new(&name), u64::MAX)?;
        let same = known.iter().find(|one| {
            one.sha256.as_ref() == Some(&content.sha256) && attachments::is_safe(&one.file)
        });
        let stored = match same {
            Some(one) => one.file.clone(),
            None => attachments::stored(&name, &content.sha256),
        };
        let path = format!("{folder}/{stored}");
        if same.is_none() && !added.contains(&stored) && tx.lacks(&path) {
            tx.add(AddedFile::new(path, &content));
            added.push(stored.clone());
        }
        let (size, sha256) = (content.size, &content.sha256);
        told.extend(attachments::attributes(n, &name, &stored, size, sha256));
    }
    Ok(told)
}
