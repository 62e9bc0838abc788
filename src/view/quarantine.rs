//! What waits of mail in this clone.

use serde_json::{Value as Json, json};

use crate::model::held_mail::HeldMail;
use crate::model::settings::Settings;
use crate::model::size::Size;
use crate::ops::mail::quarantine::{Dropped, HeldWhole, MailWaits, QuarantineNotice, WaitingMail};
use crate::rules::mail::verdict::QuarantineReason;
use crate::store::mail::quarantine::HeldMails;
use crate::view::label::fact;
use crate::view::mail::held as why;
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::{line, text};
use crate::view::table::table;
use crate::view::words::{count, cut};

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// Columns of a sender in the list, where there is little room.
const SENDER: usize = 26;

/// The mails, the oldest first.
pub fn list(held: &HeldMails, paint: &Paint) -> String {
    if held.mails.is_empty() && held.without_facts.is_empty() {
        return String::new();
    }
    let known = held.mails.iter().map(|mail| row(mail, paint));
    let unknown = held.without_facts.iter().map(|key| {
        vec![
            (Role::Id, line(key)),
            (Role::Muted, "-".to_owned()),
            (Role::Warn, "unknown".to_owned()),
            (Role::Muted, "-".to_owned()),
            (Role::Muted, "-".to_owned()),
        ]
    });
    let rows: Vec<Vec<PaintedText>> = known.chain(unknown).collect();
    let header = ["key", "since", "reason", "from", "subject"];
    table(&header, &rows, &[], 4, paint)
}

/// Eight characters of a key: they tell two mails apart, and are a beginning that the verbs take.
fn short(key: &str) -> String {
    key.chars().take(8).collect()
}

fn row(mail: &HeldMail, paint: &Paint) -> Vec<PaintedText> {
    let key = if paint.is_narrow() {
        short(&mail.key)
    } else {
        mail.key.clone()
    };
    let since = if paint.is_narrow() {
        paint.ago(mail.at)
    } else {
        paint.time(mail.at)
    };
    let from = match mail.from.as_str() {
        "" => "nobody".to_owned(),
        from if paint.is_narrow() => cut(&line(&address(from)), SENDER),
        from => line(from),
    };
    vec![
        (Role::Id, line(&key)),
        (Role::Plain, since),
        (Role::Warn, line(&mail.reason)),
        (Role::Person, from),
        (Role::Title, line(&mail.subject)),
    ]
}

/// The address of `Jan Kowalski <jan@acme.example>`.
fn address(from: &str) -> String {
    let inside = from.rsplit_once('<').map_or(from, |(_, inside)| inside);
    inside.trim_end_matches('>').to_owned()
}

/// What to say beside the list.
pub fn remark(held: &HeldMails, paint: &Paint) -> String {
    let all = held.mails.len() + held.without_facts.len();
    match held.mails.first() {
        None if all == 0 => "nothing waits in quarantine".to_owned(),
        None => format!("{} in quarantine", count(all, "mail")),
        Some(first) => format!(
            "{} in quarantine, the oldest for {}: desk mail show|accept|drop KEY",
            count(all, "mail"),
            paint.ago(first.at)
        ),
    }
}

/// What of mail waits, in a few lines.
pub fn waits(waits: &MailWaits, paint: &Paint) -> String {
    let mut out = list(&waits.held, paint);
    let mut tell = |text: String| {
        out.push_str(&paint.role(Role::Muted, &text));
        out.push('\n');
    };
    if waits.held.mails.is_empty() && waits.held.without_facts.is_empty() {
        tell("nothing waits in quarantine".to_owned());
    }
    match waits.to_go {
        0 => tell("nothing waits to go out".to_owned()),
        1 => tell("1 mail waits to go out: desk mail out".to_owned()),
        n => tell(format!("{n} mails wait to go out: desk mail out")),
    }
    if !waits.expired.is_empty() {
        let all: u64 = waits.expired.values().sum();
        let reasons = waits.expired.iter();
        let reasons: Vec<String> = reasons
            .map(|(why, n)| format!("{n} {}", line(why)))
            .collect();
        tell(format!(
            "{all} went from the quarantine unseen, after ninety days: {}",
            reasons.join(", ")
        ));
    }
    out
}

/// The line of the board and of `due`.
pub(in crate::view) fn glance(waiting: &WaitingMail, paint: &Paint) -> String {
    let all = count(waiting.count, "mail");
    let since = paint.ago(waiting.since);
    let told = format!("{all} in quarantine, the oldest for {since}: desk mail list");
    format!("{}\n", paint.role(Role::Warn, &told))
}

/// How many mails wait and since when, for programs; nothing where none does.
pub fn glance_json(waiting: Option<&WaitingMail>) -> Vec<Json> {
    let item = |one: &WaitingMail| json!({"part": "quarantine", "count": one.count, "since": one.since.to_string()});
    waiting.map(item).into_iter().collect()
}

/// What is known of a mail that waits; the mail itself is shown below it.
pub fn facts(mail: &HeldWhole, settings: &Settings, paint: &Paint) -> String {
    let facts = &mail.facts;
    let width = paint.width_up_to(MEASURE);
    let mut out = String::new();
    let reason = match QuarantineReason::read(&facts.reason) {
        Some(reason) => format!("{}: {}", reason.as_str(), why(reason)),
        None => line(&facts.reason),
    };
    let detail = match facts.why.as_str() {
        "" => String::new(),
        detail => format!(" ({})", line(detail)),
    };
    let since = facts.at.in_zone(&settings.zone);
    let told = match facts.notices {
        0 => "nobody yet".to_owned(),
        n => format!("managers, {}", count(n as usize, "time")),
    };
    for (label, value) in [
        ("key", line(&facts.key)),
        ("since", since.format("%a %-d %b %Y %H:%M").to_string()),
        ("waits", format!("{reason}{detail}")),
        ("size", Size(facts.size).to_string()),
        ("told", told),
    ] {
        fact(&mut out, label, &value, paint, width);
    }
    out
}

/// A mail as it was sent, safe to show.
pub fn raw(mail: &HeldWhole) -> String {
    text(&String::from_utf8_lossy(&mail.bytes).replace("\r\n", "\n"))
}

/// What one can do with it.
pub fn ways_on(mail: &HeldWhole, paint: &Paint) -> String {
    let key = line(&short(&mail.facts.key));
    let told = format!("desk mail accept {key} [--on ID | --new], desk mail drop {key}");
    format!("{}\n", paint.role(Role::Muted, &told))
}

/// Which mails were dropped.
pub fn dropped(dropped: &Dropped, paint: &Paint) -> String {
    let mut out = String::new();
    if dropped.dry_run && !dropped.mails.is_empty() {
        out.push_str("Nothing was removed; this is what would be:\n");
    }
    for mail in &dropped.mails {
        out.push_str(&format!(
            "{}  dropped  {}\n",
            paint.role(Role::Id, &line(&mail.key)),
            what(mail)
        ));
    }
    out
}

/// Who sent a mail, and what it is about.
fn what(mail: &HeldMail) -> String {
    let from = match mail.from.as_str() {
        "" => "nobody",
        from => from,
    };
    let subject = match mail.subject.as_str() {
        "" => "(no subject)",
        subject => subject,
    };
    format!("from {}: {}", line(from), line(subject))
}

/// A mail that waits, for programs.
pub fn json(mail: &HeldMail) -> Json {
    json!({
        "key": mail.key,
        "reason": mail.reason,
        "why": mail.why,
        "at": mail.at.to_string(),
        "from": mail.from,
        "subject": mail.subject,
        "size": mail.size,
        "envelope": {"sender": mail.sender, "recipients": mail.recipients},
        "notices": mail.notices,
        "told": mail.told.map(|told| told.to_string()),
    })
}

/// Mails of which nothing is known, for programs.
pub fn json_all(held: &HeldMails) -> Vec<Json> {
    let unknown = held
        .without_facts
        .iter()
        .map(|key| json!({"key": key, "reason": "unknown"}));
    held.mails.iter().map(json).chain(unknown).collect()
}

/// That a mail went unseen.
pub fn expired(mail: &HeldMail) -> String {
    let at = mail.at.utc().date_naive();
    format!(
        "a mail that waited in quarantine since {at} is gone: {} {}",
        mail.reason,
        what(mail)
    )
}

/// So many mails stand in a notice; it says how many there are.
const MOST: usize = 100;

/// The notice as its command gets it: one JSON object on a line.
pub fn notice(notice: &QuarantineNotice, settings: &Settings, host: &str) -> String {
    let to = notice.to.iter().map(|handle| {
        let agent = settings.agent(handle);
        json!({
            "handle": handle,
            "name": settings.agent_name(handle),
            "email": agent.map(|agent| agent.email.clone()).unwrap_or_default(),
        })
    });
    let mails = notice.mails.iter().take(MOST).map(json);
    let about = json!({
        "format": 1,
        "desk": settings.name,
        "kind": "quarantine",
        "text": sentence(&notice.mails, host),
        "to": to.collect::<Vec<_>>(),
        "count": notice.mails.len(),
        "host": host,
        "mails": mails.collect::<Vec<_>>(),
    });
    format!("{about}\n")
}

/// What the notice says, for whoever only passes it on: senders and reasons.
pub fn sentence(mails: &[HeldMail], host: &str) -> String {
    const NAMED: usize = 5;
    let waits = if mails.len() == 1 { "waits" } else { "wait" };
    let named = mails.iter().rev().take(NAMED);
    let named: Vec<String> = named
        .map(|mail| format!("{} {}", mail.reason, what(mail)))
        .collect();
    let more = match mails.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let place = if host.is_empty() {
        String::new()
    } else {
        format!(" on {}", line(host))
    };
    line(&format!(
        "{} {waits} in quarantine{place}: {}{more}",
        count(mails.len(), "mail"),
        named.join("; ")
    ))
}
