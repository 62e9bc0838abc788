//! Mail that goes out: what it will be, before it goes, and what became of it.

use serde_json::{Value as Json, json};

use crate::model::entry::Entry;
use crate::model::mail::{MailAddress, OutboxRecord};
use crate::model::settings::Settings;
use crate::model::size::Size;
use crate::ops::mail::order::{OrderLetters, WithoutAddress};
use crate::ops::mail::out::{Delivered, KeptMail};
use crate::ops::mail::reply::{Addressed, Letter};
use crate::page::mail::address;
use crate::rules::mail::answer::{self, Recipient};
use crate::store::mail::outbox::Stage;
use crate::view::entry_lines::facts_of;
use crate::view::label::fact;
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::{line, text};
use crate::view::table::table;
use crate::view::words::{count, cut, wrap};

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// Columns of what others wrote, in a question.
const GLIMPSE: usize = 200;

fn recipient(one: &Recipient) -> String {
    let stranger = if one.stranger { " (a stranger)" } else { "" };
    format!("{}{stranger}", line(&address::write(&one.address)))
}

fn all(recipients: &[Recipient]) -> String {
    let all: Vec<String> = recipients.iter().map(recipient).collect();
    all.join(", ")
}

fn one(address: &MailAddress) -> String {
    line(&address::write(address))
}

/// A mail as it will go out.
pub fn mail(letter: &Letter, paint: &Paint) -> String {
    let width = paint.width_up_to(MEASURE);
    let mail = &letter.mail;
    let mut out = String::new();
    let mut tell = |label: &str, value: &str| fact(&mut out, label, value, paint, width);
    tell("from", &one(&mail.from));
    tell("to", &all(&letter.recipients.to));
    tell("cc", &all(&letter.recipients.cc));
    let reply_to = mail.reply_to.as_ref().map(one);
    tell("reply to", &reply_to.unwrap_or_default());
    tell("subject", &line(&mail.subject));
    let answers = mail
        .in_reply_to
        .as_ref()
        .map(|id| format!("<{}>", line(id)));
    tell("answers", &answers.unwrap_or_default());
    let files = mail.files.iter().map(|file| {
        let name = file.name.as_deref().unwrap_or_default();
        format!("{} ({})", line(name), Size(file.bytes.len() as u64))
    });
    tell("files", &files.collect::<Vec<_>>().join(", "));
    out.push('\n');
    for part in text(&mail.text).lines().flat_map(|part| wrap(part, width)) {
        out.push_str(part.trim_end());
        out.push('\n');
    }
    out
}

/// A mail for programs.
pub fn mail_json(letter: &Letter) -> Json {
    let mail = &letter.mail;
    let who = |one: &Recipient| json!({"name": one.address.name, "address": one.address.address, "stranger": one.stranger});
    let files = mail.files.iter().map(
        |file| json!({"name": file.name, "media_type": file.media_type, "size": file.bytes.len()}),
    );
    json!({
        "ticket": letter.id.to_string(),
        "from": {"name": mail.from.name, "address": mail.from.address},
        "to": letter.recipients.to.iter().map(who).collect::<Vec<_>>(),
        "cc": letter.recipients.cc.iter().map(who).collect::<Vec<_>>(),
        "subject": mail.subject,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": mail.references,
        "text": mail.text,
        "files": files.collect::<Vec<_>>(),
    })
}

/// To whom a mail goes, in a line.
pub fn recipients(to: &[Recipient], cc: &[Recipient]) -> String {
    let cc = match all(cc) {
        cc if cc.is_empty() => String::new(),
        cc => format!(", cc {cc}"),
    };
    format!("{}{cc}", all(to))
}

/// What stands above a text while it is written: to whom it goes, and after what it was begun.
pub fn above(to: &Addressed, subject: Option<&str>) -> String {
    let comment = |label: &str, value: &str| {
        let value = line(value).replace("--", "- -");
        format!("<!-- {label}: {value} -->\n")
    };
    let mut out = comment("From", &one(&to.from));
    out.push_str(&comment("To", &all(&to.recipients.to)));
    for copy in &to.recipients.cc {
        out.push_str(&comment("Cc", &recipient(copy)));
    }
    out.push_str(&comment("Subject", &answer::subject(&to.ticket, subject)));
    if let Some(last) = to.ticket.log.last() {
        out.push_str(&comment(BEGUN, &last.identity()));
    }
    out.trim_end().to_owned()
}

/// What stands before the entry after which a text was begun.
const BEGUN: &str = "Begun after";

/// The entry after which a text was begun, by what stood above it.
pub fn begun(above: &str) -> Option<&str> {
    let start = format!("<!-- {BEGUN}: ");
    let found = above.lines().find_map(|one| one.strip_prefix(&start))?;
    found.strip_suffix(" -->")
}

/// What others wrote since a text was begun, an entry each.
pub fn others(entries: &[Entry], settings: &Settings, paint: &Paint) -> String {
    let mut out = String::new();
    for entry in entries {
        let who = match entry.attribute("from") {
            Some(from) if entry.by.is_desk() => line(from),
            _ => line(settings.agent_name(entry.by.as_str())),
        };
        let facts = facts_of(entry, paint);
        let at = paint.time(entry.at);
        let kind = line(entry.kind.as_str());
        let said = cut(&line(&entry.text), GLIMPSE);
        let parts = [facts, said];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let head = paint.role(Role::Person, &who);
        out.push_str(&format!("  {at}  {head} {kind}: {}\n", parts.join(": ")));
    }
    out
}

/// How many entries others wrote, in words.
pub fn of_others(n: usize) -> String {
    match n {
        1 => "an entry of others".to_owned(),
        n => format!("{n} entries of others"),
    }
}

/// The mails to all who hang on a work order, before they go.
pub fn order(letters: &OrderLetters, paint: &Paint) -> String {
    let width = paint.width_up_to(MEASURE);
    let mut out = String::new();
    let rows: Vec<Vec<PaintedText>> = letters
        .letters
        .iter()
        .map(|letter| {
            let ticket = letter.outcome.changed.last().map(|one| one.ticket.title());
            vec![
                (Role::Id, letter.id.to_string()),
                (Role::Plain, all(&letter.recipients.to)),
                (Role::Muted, line(ticket.unwrap_or_default())),
            ]
        })
        .collect();
    if !rows.is_empty() {
        out.push_str(&table(&["ticket", "to", "title"], &rows, &[], 2, paint));
    }
    let mut texts: Vec<&str> = Vec::new();
    for letter in &letters.letters {
        if texts.contains(&letter.mail.text.as_str()) {
            continue;
        }
        texts.push(&letter.mail.text);
        out.push('\n');
        fact(
            &mut out,
            "subject",
            &line(&letter.mail.subject),
            paint,
            width,
        );
        out.push('\n');
        for part in text(&letter.mail.text)
            .lines()
            .flat_map(|part| wrap(part, width))
        {
            out.push_str(part.trim_end());
            out.push('\n');
        }
    }
    out
}

/// Those who get no mail, with how to reach them.
pub fn without(all: &[WithoutAddress], paint: &Paint) -> String {
    if all.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<PaintedText>> = all
        .iter()
        .map(|one| {
            vec![
                (Role::Id, one.id.to_string()),
                (Role::Person, line(&one.name)),
                (Role::Plain, line(&one.phone)),
                (Role::Muted, line(&one.why)),
            ]
        })
        .collect();
    table(&["to call", "name", "phone", "why"], &rows, &[], 3, paint)
}

/// Those who get no mail, for programs.
pub fn without_json(all: &[WithoutAddress]) -> Vec<Json> {
    let one = |one: &WithoutAddress| json!({"ticket": one.id.to_string(), "name": one.name, "phone": one.phone, "why": one.why});
    all.iter().map(one).collect()
}

/// What waits in the outbox.
pub fn waiting(all: &[KeptMail], paint: &Paint) -> String {
    let rows: Vec<Vec<PaintedText>> = all
        .iter()
        .map(|one| {
            let state = match one.stage {
                Stage::Waiting => "waits",
                Stage::Sent => "went out, is not logged",
            };
            vec![
                (Role::Plain, line(&one.token)),
                (Role::Id, line(&one.record.ticket)),
                (Role::Plain, written(&one.record, paint)),
                (Role::Muted, line(&one.record.by)),
                (Role::Plain, line(&one.record.recipients.join(", "))),
                (Role::Muted, state.to_owned()),
            ]
        })
        .collect();
    let header = ["mail", "ticket", "written", "by", "to", "state"];
    table(&header, &rows, &[], 4, paint)
}

fn written(record: &OutboxRecord, paint: &Paint) -> String {
    record.written.map(|at| paint.time(at)).unwrap_or_default()
}

/// What waits in the outbox, for programs.
pub fn waiting_json(all: &[KeptMail]) -> Vec<Json> {
    let one = |one: &KeptMail| {
        json!({
            "mail": one.token,
            "ticket": one.record.ticket,
            "by": one.record.by,
            "to": one.record.recipients,
            "written": one.record.written.map(|at| at.to_string()),
            "state": match one.stage { Stage::Waiting => "waiting", Stage::Sent => "sent" },
        })
    };
    all.iter().map(one).collect()
}

/// What became of the outbox, in a line.
pub fn delivered(done: &Delivered) -> String {
    let mut parts = vec![format!("{} sent", count(done.sent.len(), "mail"))];
    if !done.logged_late.is_empty() {
        let all = count(done.logged_late.len(), "earlier mail");
        parts.push(format!("{all} logged"));
    }
    let left = done.failed.len() + done.held.len();
    if left > 0 {
        parts.push(format!("{} left", count(left, "mail")));
    }
    parts.join(", ")
}
