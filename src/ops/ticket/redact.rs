//! `redact`: takes personal data out of a ticket's file, for good, and logs that.
//!
//! The marker stands where the data was, and a merge with a clone that still has the data keeps the
//! marker. Git's history still has it: `kb/manual/git.md` says how a history is purged.

use crate::model::corrections;
use crate::model::entry::{Entry, How, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::find::entry;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::attach;
use crate::page::edit;
use crate::page::entry_value::write_change;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::attachments::{self, Attachment};
use crate::rules::merge::log::REDACTED;
use crate::store::fs::contents;

/// The attribute that names what was redacted of the front matter.
const FIELD: &str = "field";

/// What is redacted.
#[derive(Clone, Copy, Debug)]
pub enum Redaction<'a> {
    /// The text of an entry, and its reason, by its tag.
    Entry(&'a str),
    /// A field, with the values that the log has of it; `description` is the ticket's text.
    Field(&'a str),
    /// The content of an attachment, by the name that people or its file have for it.
    Attachment(&'a str),
}

/// Puts a marker in the place of what is redacted, everywhere in the file, and logs it. Only
/// managers may, and the author of an entry that entry.
pub fn redact(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    what: Redaction<'_>,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let mut tx = Transaction::begin(desk, act, "redact")?;
    if let Redaction::Attachment(name) = what {
        return of_attachment(tx, id, name, &text);
    }
    let page = desk.page(id)?;
    let base = page.text.clone();
    let (redacted, facts) = match what {
        Redaction::Entry(tag) => {
            let about = entry(&page.ticket, tag)?.clone();
            if about.by != act.me {
                act.must_be_manager(desk, "redact what others wrote")?;
            }
            if about.kind == EntryKind::Redact {
                return Err(TicketError::RedactOfRedact(&about.tag).error());
            }
            let identity = about.identity();
            let is_out = |one: &Entry| {
                one.kind == EntryKind::Redact && one.values(OF).any(|of| of == identity)
            };
            let mut redacted = of_entry(&page, &about);
            if redacted == base && page.ticket.log.iter().any(is_out) {
                return Err(TicketError::RedactedAlready(&about.tag).error());
            }
            // An import may have said the text again, in other words.
            let again = page.ticket.log.iter().filter(|one| {
                corrections::is_correction(one)
                    && one.values(OF).any(|of| of == identity)
                    && !one.text.is_empty()
            });
            let mut facts = vec![(OF, identity.clone())];
            for one in again {
                redacted = of_entry(&ticket::read(id, redacted)?, one);
                facts.push((OF, one.identity()));
            }
            (redacted, facts)
        }
        Redaction::Attachment(_) | Redaction::Field("description") => {
            act.must_be_manager(desk, "redact what others wrote")?;
            let mut text = base.clone();
            let nl = if base.contains("\r\n") { "\r\n" } else { "\n" };
            text.replace_range(page.description(), &format!("{REDACTED}{nl}"));
            (text, vec![(FIELD, "description".to_owned())])
        }
        Redaction::Field(name) => {
            act.must_be_manager(desk, "redact what others wrote")?;
            let field = free_field(&page, name)?;
            (of_field(&page, &field)?, vec![(FIELD, field.to_string())])
        }
    };
    let page = ticket::read(id, redacted)?;
    let mut edit = TicketEdit::over(page, base, EntryKind::Redact, desk, act)?;
    for (key, about) in facts {
        edit.attribute(key, about);
    }
    edit.text(&text);
    tx.stage(edit)?;
    tx.finish(&format!("{id} redact"))
}

/// Takes the content of an attachment out: its file holds the marker instead.
fn of_attachment(
    mut tx: Transaction<'_>,
    id: TicketId,
    name: &str,
    text: &str,
) -> Result<Outcome, OpError> {
    let mut edit = tx.edit(id, EntryKind::Redact)?;
    let all = attachments::all(&edit.ticket.log);
    let by_file = all.iter().find(|one| one.file == name);
    let by_name: Vec<&Attachment> = all.iter().filter(|one| one.name == name).collect();
    let found = match (by_file, &by_name[..]) {
        (Some(found), _) => found,
        (None, [found]) => *found,
        (None, []) => return Err(TicketError::NoAttachment(&id, &name).error()),
        (None, several) => {
            let files: Vec<&str> = several.iter().map(|one| one.file.as_str()).collect();
            return Err(TicketError::SeveralAttachments(&name, &files.join("` or `")).error());
        }
    };
    if found.by != tx.act.me {
        tx.act
            .must_be_manager(tx.desk, "redact what others wrote")?;
    }
    let path = format!("{}/{}", attachments::folder(id), found.file);
    let is_out = found.redacted
        && contents::content(&tx.desk.root, &path)?
            .is_none_or(|content| attach::is_redacted(&content));
    if is_out || !attachments::is_safe(&found.file) {
        return Err(TicketError::NoAttachment(&id, &name).error());
    }
    if !found.redacted {
        edit.attribute(attachments::REDACTED, found.file.clone());
    }
    edit.text(text);
    let subject = format!("{id} redact");
    tx.stage(edit)?;
    tx.finish_replacing(&subject, &[path], Some(attachments::REDACTED_CONTENT))
}

/// The field of this name, if it holds words of people's and has a value.
fn free_field(page: &TicketPage, name: &str) -> Result<Field, OpError> {
    let field: Field = name
        .parse()
        .map_err(|_| TicketError::NoFieldToRedact(&name).error())?;
    // A tracked field is the log's, and the source tells one record from another.
    let is_fixed = field.is_tracked()
        || [Key::Id, Key::SourceName, Key::SourceId]
            .map(Field::Known)
            .contains(&field);
    let has = matches!(page.ticket.values.get(&field), Some(Value::Text(_)));
    if is_fixed || field.kind() != FieldKind::Text || !has {
        return Err(TicketError::NoFieldToRedact(&name).error());
    }
    Ok(field)
}

/// The file's text with a marker for the text of an entry, and for its reason.
fn of_entry(page: &TicketPage, about: &Entry) -> String {
    let mut text = page.text.clone();
    let identity = about.identity();
    let logged = page
        .entries
        .iter()
        .find(|one| one.entry.identity() == identity);
    let Some(logged) = logged else { return text };
    let whole = &page.text[logged.span.clone()];
    let nl = if whole.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = whole.lines().take(1).map(str::to_owned).collect();
    let (bullets, _) =
        crate::page::log::split_bullets(whole.split_once('\n').map_or("", |(_, body)| body));
    if !bullets.is_empty() {
        lines.push(String::new());
    }
    for bullet in bullets {
        let bullet = bullet.trim_end();
        lines.push(match bullet.strip_prefix("- reason: ") {
            Some(_) => format!("- reason: {REDACTED}"),
            None => bullet.to_owned(),
        });
    }
    lines.extend([String::new(), REDACTED.to_owned(), String::new()]);
    let mut new = lines.join(nl);
    if logged.span.end < text.len() {
        new.push_str(nl);
    }
    text.replace_range(logged.span.clone(), &new);
    text
}

/// The file's text with markers for all values that it has of a field.
fn of_field(page: &TicketPage, field: &Field) -> Result<String, OpError> {
    let name = field.to_string();
    let marker = |value: &Option<String>| value.as_ref().map(|_| REDACTED.to_owned());
    let mut text = page.text.clone();
    // From the end, so that what stands before keeps its place.
    for logged in page.entries.iter().rev() {
        let Some(change) = logged.entry.change(&name) else {
            continue;
        };
        let How::Set { old, new } = &change.how else {
            continue;
        };
        let how = How::Set {
            old: marker(old),
            new: marker(new),
        };
        let whole = page.text[logged.span.clone()].to_owned();
        let start = format!("- {name}: ");
        let lines = whole.split_inclusive('\n').map(|line| {
            if line.starts_with(&start) {
                let end = &line[line.trim_end().len()..];
                format!("{start}{}{end}", write_change(&how))
            } else {
                line.to_owned()
            }
        });
        text.replace_range(logged.span.clone(), &lines.collect::<String>());
    }
    let parts = ticket::read(page.ticket.id, text.clone())?.parts;
    let value = Value::Text(REDACTED.to_owned());
    Ok(edit::set(&text, &parts, field, Some(&value))?)
}
