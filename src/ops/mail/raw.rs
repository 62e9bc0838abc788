//! Mails as they were sent, where they are kept: in this clone for a while, or with their ticket.

use std::io::Read as _;

use crate::model::entry::Entry;
use crate::model::id::TicketId;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::find;
use crate::ops::core::messages::ticket::TicketError;
use crate::rules::lifecycle::attachments;
use crate::store::fs::contents;
use crate::store::git::repo::Repo;
use crate::store::mail::MailFolder;

/// The ending of the name under which a mail is kept.
const ENDING: &str = ".eml";

/// The mail of an entry of a ticket, named by its tag; without one the last that is kept.
pub fn raw(desk: &Desk, id: TicketId, tag: &str) -> Result<Vec<u8>, OpError> {
    let ticket = desk.page(id)?.ticket;
    let is_mail = |entry: &&Entry| entry.is_derived() && entry.attribute("from").is_some();
    if !tag.is_empty() {
        let entry = find::entry(&ticket, tag)?;
        let kept = kept(desk, id, entry)?;
        return kept.ok_or_else(|| TicketError::MailNotKept(&id, &entry.tag).error());
    }
    for entry in ticket.log.iter().rev().filter(is_mail) {
        if let Some(bytes) = kept(desk, id, entry)? {
            return Ok(bytes);
        }
    }
    Err(TicketError::NoMailKept(&id).error())
}

fn kept(desk: &Desk, id: TicketId, entry: &Entry) -> Result<Option<Vec<u8>>, OpError> {
    if let Some(bytes) = in_clone(desk, &entry.tag) {
        return Ok(Some(bytes));
    }
    let all = attachments::of_entry(entry).into_iter();
    let mut mails = all.filter(|one| one.name.ends_with(ENDING) && attachments::is_safe(&one.file));
    // The mail itself stands behind what it brought.
    let Some(mail) = mails.next_back() else {
        return Ok(None);
    };
    let path = format!("{}/{}", attachments::folder(id), mail.file);
    let Some((mut file, _)) = contents::opened(&desk.root, &path)? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn in_clone(desk: &Desk, tag: &str) -> Option<Vec<u8>> {
    let repo = Repo::open(desk.root.dir()).ok()?;
    let folder = MailFolder::Raw.open(&repo).ok()??;
    let names = folder.names().ok()?;
    let name = names.iter().find(|name| {
        let is_mail = name.ends_with(ENDING);
        is_mail && !tag.is_empty() && name.starts_with(tag)
    })?;
    folder.read_bytes(name, u64::MAX).ok()?
}
