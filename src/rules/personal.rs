//! A ticket's file without what tells of a person: with markers for good, or with a pseudonym.
//!
//! With markers go the person's data, what the person said (the description, communications, what was
//! asked at the intake) and every mention. With a pseudonym words stay, and only what tells who it was
//! goes: what was wrong and what helped is of use long after the person is of none.

use std::collections::BTreeSet;

use crate::model::entry::{Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::page::edit::{self, EditError};
use crate::page::entry_value::{Bullet, read_bullet, write_attribute, write_bullet};
use crate::page::escape::escape;
use crate::page::log::split_bullets;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::attachments;
use crate::rules::merge::log::REDACTED;
use crate::rules::text::redact_requester::{PersonalData, Requester, StandIn, plain_address};

/// The attributes that hold addresses.
pub const ADDRESSES: [&str; 4] = ["from", "to", "cc", "forwarded"];

/// The attribute with the id of a mail.
const MESSAGE: &str = "message";

/// Attributes of facts, that are no words of anybody's.
const FACTS: [&str; 14] = [
    "direction",
    "channel",
    "outcome",
    "minutes",
    "activity",
    "of",
    "field",
    "attachment",
    "clock",
    "due",
    "at",
    "mentions",
    "derived",
    "thread",
];

/// What somebody is to be taken out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// The ticket is the person's own.
    Own,
    /// The ticket is somebody else's, and names the person.
    Mentioned,
}

/// How it is taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// For good.
    Redact,
    /// So that what happened can still be read and counted.
    Pseudonym(StandIn),
}

impl Manner {
    /// What stands in the place of what gives a person away.
    pub fn stand_in(&self) -> StandIn {
        match self {
            Self::Redact => StandIn {
                name: REDACTED.to_owned(),
                email: REDACTED.to_owned(),
                other: REDACTED.to_owned(),
            },
            Self::Pseudonym(stand_in) => stand_in.clone(),
        }
    }
}

/// Something that a ticket has of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The fields of the front matter; `description` is the ticket's text.
    pub fields: Vec<String>,
    /// The identities of the entries.
    pub entries: Vec<String>,
    /// The files of the attachments.
    pub attachments: Vec<String>,
}

impl Found {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.entries.is_empty() && self.attachments.is_empty()
    }
}

/// A ticket's file without a person.
#[derive(Clone, Debug)]
pub struct Cleared {
    /// The text of the file.
    pub text: String,
    /// What was taken out.
    pub found: Found,
}

/// What a ticket's own fields say of its requester, with what the log has of them.
pub fn data_of(page: &TicketPage) -> PersonalData {
    let mut data = PersonalData::default();
    let ticket = &page.ticket;
    let mut add = |key: Key, text: &str| {
        let text = text.trim();
        if text.is_empty() || text == REDACTED {
            return;
        }
        let into = match key {
            Key::RequesterName => &mut data.names,
            Key::RequesterEmail => &mut data.emails,
            Key::RequesterPhone => &mut data.phones,
            Key::RequesterAccount => &mut data.accounts,
            Key::RequesterLocation => &mut data.places,
            Key::AssetName => &mut data.devices,
            _ => return,
        };
        if !into.iter().any(|one| one == text) {
            into.push(text.to_owned());
        }
    };
    for key in OWN.into_iter().chain([Key::AssetName]) {
        add(key, ticket.text(key));
        for change in ticket.log.iter().filter_map(|one| one.change(key.path())) {
            if let How::Set { old, new } = &change.how {
                for text in [old, new].into_iter().flatten() {
                    add(key, text);
                }
            }
        }
    }
    data
}

/// The fields that hold who the requester is.
const OWN: [Key; 5] = [
    Key::RequesterName,
    Key::RequesterEmail,
    Key::RequesterPhone,
    Key::RequesterAccount,
    Key::RequesterLocation,
];

/// The fields that hold the requester's own words.
const WORDS: [Key; 4] = [
    Key::RequestWants,
    Key::RequestTried,
    Key::RequestReproduce,
    Key::RequestAbout,
];

/// A ticket's file without a person of whom `data` is known; `None` where it tells nothing of them.
pub fn clear(
    page: &TicketPage,
    data: &PersonalData,
    share: Share,
    manner: &Manner,
) -> Result<Option<Cleared>, EditError> {
    let near = share == Share::Own;
    let clearing = Clearing {
        words: Requester::new(data, near, &manner.stand_in()),
        stand_in: manner.stand_in(),
        near,
        whole: *manner == Manner::Redact,
        messages: messages(page, data, near),
        files: BTreeSet::new(),
    };
    let files = page
        .ticket
        .log
        .iter()
        .flat_map(|entry| clearing.files(entry));
    let clearing = Clearing {
        files: files.collect(),
        ..clearing
    };
    let mut found = Found::default();
    let mut text = page.text.clone();
    let nl = if text.contains("\r\n") { "\r\n" } else { "\n" };
    // From the end, so that what stands before keeps its place.
    for logged in page.entries.iter().rev() {
        let whole = &page.text[logged.span.clone()];
        let new = clearing.entry(&logged.entry, whole, nl);
        found.attachments.extend(clearing.files(&logged.entry));
        if new != whole {
            text.replace_range(logged.span.clone(), &new);
            found.entries.push(logged.entry.identity());
        }
    }
    found.entries.reverse();
    let description = &page.text[page.description()];
    let new = clearing.description(description, nl);
    if new != description {
        text.replace_range(page.description(), &new);
        found.fields.push("description".to_owned());
    }
    for (field, value) in &page.ticket.values {
        let Some(new) = clearing.field(field, value) else {
            continue;
        };
        let read = ticket::read(page.ticket.id, text.clone());
        let parts = read.map_err(|_| EditError::Unreadable)?.parts;
        text = edit::set(&text, &parts, field, Some(&Value::Text(new)))?;
        found.fields.push(field.to_string());
    }
    let gone = attachments::redacted(&page.ticket.log);
    let mut known = BTreeSet::new();
    found
        .attachments
        .retain(|file| !is_without_name(&gone, file) && known.insert(file.clone()));
    found.attachments.reverse();
    Ok((!found.is_empty()).then_some(Cleared { text, found }))
}

/// Whether an attachment was taken out, and its name with it.
fn is_without_name(gone: &BTreeSet<&str>, file: &str) -> bool {
    gone.contains(file) && attachments::nameless(file) == file
}

/// The ids of mails that the person wrote: they often tell who it was, and no proof needs them where
/// the answer has a token.
fn messages(page: &TicketPage, data: &PersonalData, near: bool) -> BTreeSet<String> {
    let words = Requester::new(data, near, &Manner::Redact.stand_in());
    let wrote = |entry: &&Entry| is_from(entry, &words);
    let all = page.ticket.log.iter().filter(wrote);
    all.filter_map(|entry| entry.attribute(MESSAGE))
        .filter(|one| *one != REDACTED)
        .map(str::to_owned)
        .collect()
}

/// Whether a person wrote what an entry tells.
fn is_from(entry: &Entry, words: &Requester) -> bool {
    let from = entry.attribute("from").map(address_in);
    from.is_some_and(|from| words.is_address(&from))
}

/// The address of `Jan Kowalski <jan@acme.example>`, or of one that stands alone.
pub fn address_in(text: &str) -> String {
    let inside = text.rsplit_once('<').map_or(text, |(_, inside)| inside);
    plain_address(inside.trim_end_matches('>'))
}

struct Clearing {
    words: Requester,
    stand_in: StandIn,
    near: bool,
    /// Whether what the person said goes as a whole.
    whole: bool,
    messages: BTreeSet<String>,
    /// The attachments that go, content and name.
    files: BTreeSet<String>,
}

impl Clearing {
    /// Whether what an entry says are the person's words, or words to them.
    fn is_theirs(&self, entry: &Entry) -> bool {
        let is_contact = entry.kind == EntryKind::Contact || entry.kind == EntryKind::Created;
        is_contact
            && match entry.attribute("from") {
                Some(_) => is_from(entry, &self.words),
                None => self.near,
            }
    }

    /// An entry as it is written, without the person.
    fn entry(&self, entry: &Entry, whole: &str, nl: &str) -> String {
        let theirs = self.whole && self.is_theirs(entry);
        let (head, body) = whole.split_once('\n').unwrap_or((whole, ""));
        let (bullets, _) = split_bullets(body);
        let new: Vec<String> = bullets
            .iter()
            .map(|line| self.bullet(entry, line, theirs))
            .collect();
        let text = match entry.text.as_str() {
            "" => String::new(),
            _ if theirs => REDACTED.to_owned(),
            text => self.words.out_of(text),
        };
        if text == entry.text && new.iter().zip(&bullets).all(|(new, old)| new == old) {
            return whole.to_owned();
        }
        let mut lines = vec![head.trim_end().to_owned()];
        if !new.is_empty() {
            lines.push(String::new());
            lines.extend(new);
        }
        if !text.is_empty() {
            lines.push(String::new());
            lines.extend(escape(&text, true).split('\n').map(str::to_owned));
        }
        lines.push(String::new());
        let blank = whole.len() - whole.trim_end().len();
        let more = whole[whole.len() - blank..].matches('\n').count().max(1) - 1;
        lines.extend(std::iter::repeat_n(String::new(), more));
        lines.join(nl)
    }

    /// A bullet of an entry, without the person.
    fn bullet(&self, entry: &Entry, line: &str, theirs: bool) -> String {
        match read_bullet(line) {
            Some(Bullet::Attribute(key, value)) => {
                let new = self.attribute(entry, &key, &value, theirs);
                if new == value {
                    return line.to_owned();
                }
                write_attribute(&key, &new)
            }
            Some(Bullet::Change(change)) => {
                let (Ok(field), How::Set { old, new }) =
                    (change.field.parse::<Field>(), &change.how)
                else {
                    return line.to_owned();
                };
                let cleared = |value: &Option<String>| {
                    let value = value.as_ref()?;
                    let new = self.field(&field, &Value::Text(value.clone()));
                    Some(new.unwrap_or_else(|| value.clone()))
                };
                let how = How::Set {
                    old: cleared(old),
                    new: cleared(new),
                };
                if how == change.how {
                    return line.to_owned();
                }
                write_bullet(&change.field, &how)
            }
            None => line.to_owned(),
        }
    }

    fn attribute(&self, entry: &Entry, key: &str, value: &str, theirs: bool) -> String {
        let word = key.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        let is_tracked = key.parse::<Field>().is_ok_and(|field| field.is_tracked());
        if let Some(new) = self.file_name(entry, key, word, value) {
            return new;
        }
        if FACTS.contains(&key) || is_tracked || ["size", "sha256"].contains(&word) {
            return value.to_owned();
        }
        if ADDRESSES.contains(&key) {
            let all = value.split(", ").map(|one| {
                if self.words.is_address(&address_in(one)) {
                    self.stand_in.email.clone()
                } else {
                    self.words.out_of(one)
                }
            });
            return all.collect::<Vec<_>>().join(", ");
        }
        if self.messages.contains(value) || (theirs && key == "subject") {
            return REDACTED.to_owned();
        }
        self.words.out_of(value)
    }

    /// What stands in the place of the name of a file; `None` where that is like any other text.
    fn file_name(&self, entry: &Entry, key: &str, word: &str, value: &str) -> Option<String> {
        let new = |file: &str| {
            if self.files.contains(file) {
                attachments::nameless(file)
            } else {
                file.to_owned()
            }
        };
        if entry.kind == EntryKind::Redact && key == attachments::REDACTED {
            // The content was taken out before, under the name that goes now.
            let without = attachments::nameless(value);
            let is_here = self
                .files
                .iter()
                .any(|file| attachments::nameless(file) == without);
            return Some(if is_here { without } else { value.to_owned() });
        }
        if word == "stored" {
            return Some(new(value));
        }
        if word != "file" {
            return None;
        }
        match entry.attribute(&key.replace("file", "stored")) {
            Some(stored) => self.files.contains(stored).then(|| REDACTED.to_owned()),
            // It names the file itself.
            None => Some(new(value)),
        }
    }

    /// The files of an entry that go: on the person's own ticket all, elsewhere what they sent and
    /// what is named after them.
    fn files(&self, entry: &Entry) -> Vec<String> {
        let is_theirs = self.near || is_from(entry, &self.words);
        let all = attachments::of_entry(entry).into_iter().rev();
        all.filter(|one| is_theirs || self.words.is_in(&one.name) || self.words.is_in(&one.file))
            .map(|one| one.file)
            .collect()
    }

    fn description(&self, description: &str, nl: &str) -> String {
        let said = description.trim();
        if said.is_empty() || said == REDACTED {
            return description.to_owned();
        }
        if self.whole && self.near {
            let end = if description.ends_with(&format!("{nl}{nl}")) {
                format!("{nl}{nl}")
            } else {
                nl.to_owned()
            };
            return format!("{REDACTED}{end}");
        }
        self.words.out_of(description)
    }

    /// What stands in the place of a field's value; `None` where it stays.
    fn field(&self, field: &Field, value: &Value) -> Option<String> {
        let fixed = [Key::Id, Key::SourceName, Key::SourceId].map(Field::Known);
        if field.is_tracked() || fixed.contains(field) || field.kind() != FieldKind::Text {
            return None;
        }
        let Value::Text(text) = value else {
            return None;
        };
        if text.trim().is_empty() || text == REDACTED {
            return None;
        }
        let new = match field {
            Field::Known(key) if self.near => self.own(*key, text),
            _ => None,
        };
        let new = new.unwrap_or_else(|| self.words.out_of(text));
        (new != *text).then_some(new)
    }

    /// What stands in the place of what the requester's own ticket says of them.
    fn own(&self, key: Key, text: &str) -> Option<String> {
        let new = match key {
            Key::RequesterName | Key::RequesterAccount => self.stand_in.name.clone(),
            Key::RequesterEmail => self.stand_in.email.clone(),
            Key::RequesterPhone => self.stand_in.other.clone(),
            Key::RequesterLocation if self.whole => REDACTED.to_owned(),
            _ if self.whole && WORDS.contains(&key) => REDACTED.to_owned(),
            _ => return None,
        };
        Some(new).filter(|new| new != text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"Kowalski's printer\"\nstatus = \"open\"\ncreated = 2026-11-21T09:00:00Z\n\n[requester]\nname = \"Jan Kowalski\"\nemail = \"jan@acme.example\"\nphone = \"+48 600 100 200\"\n\n[fields]\nbadge = \"badge of Jan\"\n+++\nHe is ill.\n\n## 2026-11-21T09:00:00Z desk created ^7k2m9qx4\n\n- from: Jan Kowalski <jan@acme.example>\n- cc: Ola <ola@acme.example>, jan+home@acme.example\n- subject: Private\n- message: <c1@acme.example>\n- type: action\n- status: open\n\n## 2026-11-21T09:10:00Z anna contact ^q4tz\n\n- direction: out\n- to: jan@acme.example\n- message: <2611-7K3MQ.q4tz1x9a2b@desk.example>\n- reply-to-message: <c1@acme.example>\n\nDear Mr Kowalski\n\n## 2026-11-21T09:20:00Z desk contact ^aaaabbbb\n\n- direction: in\n- from: ola@acme.example\n- message: <c2@acme.example>\n\nJan has a day off.\n";

    fn page(text: &str) -> TicketPage {
        ticket::read("2611-7K3MQ".parse().unwrap(), text.to_owned()).unwrap()
    }

    fn cleared(text: &str, manner: &Manner) -> String {
        let page = page(text);
        let data = data_of(&page);
        clear(&page, &data, Share::Own, manner)
            .unwrap()
            .map_or_else(|| text.to_owned(), |one| one.text)
    }

    #[test]
    fn what_they_said_goes_whole_and_what_others_said_in_part() {
        let text = cleared(PAGE, &Manner::Redact);
        for line in [
            "title = \"(redacted)'s printer\"",
            "badge = \"badge of (redacted)\"",
            "+++\n(redacted)\n\n## 2026-11-21T09:00:00Z desk created ^7k2m9qx4\n",
            "- from: (redacted)\n- cc: Ola <ola@acme.example>, (redacted)\n- subject: (redacted)\n- message: (redacted)\n- type: action\n",
            "- message: <2611-7K3MQ.q4tz1x9a2b@desk.example>\n- reply-to-message: (redacted)\n\n(redacted)\n",
            "- from: ola@acme.example\n- message: <c2@acme.example>\n\n(redacted) has a day off.\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!(cleared(&text, &Manner::Redact), text);
        let windows = PAGE.replace('\n', "\r\n");
        let of_windows = cleared(&windows, &Manner::Redact);
        assert_eq!(of_windows, text.replace('\n', "\r\n"));
    }

    #[test]
    fn a_pseudonym_leaves_the_words() {
        let manner = Manner::Pseudonym(StandIn {
            name: "Person x".to_owned(),
            email: "x@person.invalid".to_owned(),
            other: "(number)".to_owned(),
        });
        let text = cleared(PAGE, &manner);
        for line in [
            "name = \"Person x\"\nemail = \"x@person.invalid\"\nphone = \"(number)\"\n",
            "+++\nHe is ill.\n",
            "- from: x@person.invalid\n- cc: Ola <ola@acme.example>, x@person.invalid\n- subject: Private\n- message: (redacted)\n",
            "Dear Mr Person x\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!(cleared(&text, &manner), text);
    }

    #[test]
    fn a_stranger_is_only_what_names_them() {
        let page = page(PAGE);
        let data = PersonalData {
            names: vec!["Ola".to_owned()],
            emails: vec!["ola@acme.example".to_owned()],
            ..PersonalData::default()
        };
        let cleared = clear(&page, &data, Share::Mentioned, &Manner::Redact)
            .unwrap()
            .unwrap();
        assert_eq!(
            cleared.found.entries,
            ["created ^7k2m9qx4", "contact ^aaaabbbb"]
        );
        assert!(cleared.found.fields.is_empty());
        let text = cleared.text;
        assert!(
            text.contains("- cc: (redacted), jan+home@acme.example\n"),
            "{text}"
        );
        assert!(
            text.ends_with("- from: (redacted)\n- message: (redacted)\n\n(redacted)\n"),
            "{text}"
        );
        assert!(text.contains("He is ill."));
    }
}
