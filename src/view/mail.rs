//! What a mail is and what becomes of it.

use serde_json::{Value as Json, json};

use crate::model::mail::{Mail, MailAddress, MailFile};
use crate::model::settings::Settings;
use crate::model::size::Size;
use crate::ops::mail::batch::Batch;
use crate::ops::mail::take::{Taken, TakenAs};
use crate::ops::mail::why::DecidedMail;
use crate::page::mail::Unreadable;
use crate::rules::mail::machine::{MachineKind, Origin};
use crate::rules::mail::sender::Verified;
use crate::rules::mail::subject;
use crate::rules::mail::thread::Evidence;
use crate::rules::mail::verdict::{Effect, Fate, Proof, QuarantineReason, Writer};
use crate::view::label::fact;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::count;

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// So many lines of the text are shown.
const LINES: usize = 12;

/// Explains what becomes of a mail.
pub fn why(
    decided: &Result<DecidedMail, Unreadable>,
    settings: &Settings,
    paint: &Paint,
) -> String {
    let width = paint.width_up_to(MEASURE);
    let mut out = String::new();
    let decided = match decided {
        Ok(decided) => decided,
        Err(error) => {
            let what = format!("it waits in the quarantine as unreadable: {error}");
            fact(&mut out, "effect", &what, paint, width);
            return out;
        }
    };
    let DecidedMail { mail, verdict, .. } = decided;
    let mut tell = |label: &str, value: &str| fact(&mut out, label, value, paint, width);
    let date = mail.date.map(|date| {
        let local = date.in_zone(&settings.zone);
        local.format("%a %-d %b %Y %H:%M").to_string()
    });
    tell("subject", &line(&subject::title(mail)));
    tell(
        "from",
        &mail.from.as_ref().map_or("nobody".to_owned(), address),
    );
    tell("to", &addresses(&mail.to));
    tell("cc", &addresses(&mail.cc));
    tell(
        "date",
        &date.unwrap_or_else(|| "none, or none that can be read".to_owned()),
    );
    tell("message", &message(mail, &decided.key));
    tell("written by", &origin(&verdict.origin));
    tell("sender", &sender(decided, settings));
    for (at, (evidence, ticket)) in verdict.evidence.iter().enumerate() {
        let id = ticket.map(|id| id.to_string());
        let to = id.as_deref().unwrap_or("no ticket");
        let label = if at == 0 { "points at" } else { "" };
        tell(label, &format!("{to}: {}", pointer(evidence)));
    }
    tell("proof", &proof(decided));
    tell("lost", &line(&mail.lost.join("; ")));
    let files: Vec<String> = mail.files.iter().map(file).collect();
    tell("files", &files.join(", "));
    let cut = match decided.text.cut {
        0 => String::new(),
        lines => format!(", {} of quotes cut", count(lines, "line")),
    };
    let lines: Vec<&str> = decided.text.text.lines().collect();
    tell("text", &format!("{}{cut}", count(lines.len(), "line")));
    for text in lines.iter().take(LINES) {
        out.push_str(&format!("  {}\n", line(text)).replace("  \n", "\n"));
    }
    if lines.len() > LINES {
        let more = count(lines.len() - LINES, "more line");
        out.push_str(&paint.role(Role::Muted, &format!("  {more}")));
        out.push('\n');
    }
    fact(&mut out, "effect", &fate(decided), paint, width);
    for (at, one) in decided.forwarded.iter().enumerate() {
        let label = if at == 0 { "forwarded" } else { "" };
        fact(&mut out, label, &of_forward("ID", one), paint, width);
    }
    out
}

fn address(one: &MailAddress) -> String {
    match one.name.as_str() {
        "" => line(&one.address),
        name => format!("{} <{}>", line(name), line(&one.address)),
    }
}

fn addresses(all: &[MailAddress]) -> String {
    let mut shown: Vec<String> = all.iter().take(20).map(address).collect();
    if all.len() > 20 {
        shown.push(format!("and {} more", all.len() - 20));
    }
    shown.join(", ")
}

fn message(mail: &Mail, key: &str) -> String {
    let id = mail.message_id.as_ref();
    let id = id.map_or("no Message-ID".to_owned(), |id| format!("<{}>", line(id)));
    format!("{id}, known as {key}")
}

fn file(one: &MailFile) -> String {
    let name = one.name.as_deref().unwrap_or("without a name");
    let size = Size(one.bytes.len() as u64);
    format!("{} ({}, {size})", line(name), line(&one.media_type))
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Person => "a person".to_owned(),
        Origin::Bulk(why) => format!("a list or a form: no automatic answers ({})", line(why)),
        Origin::Machine(kind, why) => {
            let what = match kind {
                MachineKind::Bounce => "a mail server: a mail was not delivered",
                MachineKind::Reply => "a machine: an automatic answer",
                MachineKind::Receipt => "a machine: a receipt",
                MachineKind::Generated => "a machine",
            };
            format!("{what} ({})", line(why))
        }
        Origin::Loop(why) => format!("this desk ({})", line(why)),
    }
}

fn sender(decided: &DecidedMail, settings: &Settings) -> String {
    let who = match &decided.verdict.writer {
        Writer::Known => "one of the ticket's people".to_owned(),
        Writer::Stranger => "nobody whom a ticket here knows".to_owned(),
        Writer::Agent(handle) => format!("the address of agent {handle}"),
    };
    let known = match &decided.verdict.verified {
        Verified::Passed(why) => format!("confirmed: {}", line(why)),
        Verified::Failed(why) => format!("not from there: {}", line(why)),
        Verified::Unknown if settings.mail.incoming.trusted.is_empty() => {
            "not confirmed: no server is trusted (`mail.in.trust_results_of`)".to_owned()
        }
        Verified::Unknown => "not confirmed by a trusted server".to_owned(),
    };
    format!("{who}; {known}")
}

fn pointer(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Token { id, token } => format!("our Message-ID or address {id}.{}", line(token)),
        Evidence::Message(id) => format!("it answers <{}>", line(id)),
        Evidence::Subject(id) => format!("the subject names [desk {}]", line(id)),
        Evidence::Notice(id) => format!("it answers a notice on {}", line(id)),
    }
}

fn proof(decided: &DecidedMail) -> String {
    let Some((id, proof)) = decided.verdict.proof else {
        let why = if decided.verdict.evidence.is_empty() {
            "nothing in it points at a ticket"
        } else {
            "none: the log holds no such token or message, or the writer is none of the ticket's \
             people"
        };
        return why.to_owned();
    };
    let why = match proof {
        Proof::Token => "its token stands in the log",
        Proof::Message => "the message stands in the log, and the writer belongs to it",
        Proof::Address => "the id is ours, and the writer belongs to the ticket",
        Proof::Agent => "an agent said so",
        Proof::Subject => "the subject names the id, and the writer belongs to the ticket",
        Proof::Notice => "it answers a notice, and the writer is an agent",
    };
    let is_agent = matches!(decided.verdict.writer, Writer::Agent(_));
    let why = match proof {
        Proof::Message if is_agent => "the message stands in the log, and the writer is an agent",
        Proof::Address if is_agent => "the id is ours, and the writer is an agent",
        Proof::Subject if is_agent => "the subject names the id, and the writer is an agent",
        _ => why,
    };
    format!("{id}: {why}")
}

/// What becomes of a mail that waits, where it is accepted.
pub fn accepted(decided: &Result<DecidedMail, Unreadable>, paint: &Paint) -> String {
    let told = match decided {
        Ok(decided) if decided.verdict.accepted == decided.verdict.fate => return String::new(),
        Ok(decided) => effect(decided, &decided.verdict.accepted),
        Err(_) => "a new ticket, with the mail as its file".to_owned(),
    };
    let mut out = String::new();
    fact(
        &mut out,
        "accepted",
        &told,
        paint,
        paint.width_up_to(MEASURE),
    );
    out
}

fn fate(decided: &DecidedMail) -> String {
    let told = effect(decided, &decided.verdict.fate);
    let bounce = match &decided.verdict.bounce {
        Some(_) if decided.verdict.is_undelivered => {
            "; the mail that it names did not reach the requester, and satisfies nothing"
        }
        Some(bounce) if !bounce.is_permanent => "; its server goes on trying",
        _ => "",
    };
    match decided.waits_for.as_str() {
        "" => format!("{told}{bounce}"),
        why => format!("{told} ({})", line(why)),
    }
}

fn effect(decided: &DecidedMail, fate: &Fate) -> String {
    match *fate {
        Fate::New { follows, relates } => {
            let mut text = format!("a new ticket in {}", line(&decided.queue));
            if let Some(id) = follows {
                text.push_str(&format!(", which follows {id}"));
            }
            if let Some(id) = relates {
                text.push_str(&format!(", related to {id}"));
            }
            text
        }
        Fate::Entry(id, effect) => {
            let what = match effect {
                Effect::Nothing => "nothing else changes, and no clock stops",
                Effect::Waits => "the requester waits for an answer",
                Effect::Wakes => "it is open again",
                Effect::Reopens => "it is reopened",
            };
            format!("an entry on {id}; {what}")
        }
        Fate::Note(id) => format!("a note on {id}, by the agent; nobody else reads it"),
        Fate::Sent(id) => format!("an entry on {id}: the agent wrote to the customer"),
        Fate::Quarantine(reason) => {
            let why = held(reason);
            format!("it waits in the quarantine: {why}")
        }
    }
}

/// What became of a mail that was taken in, a line.
pub fn taken(taken: &Taken, dry_run: bool) -> String {
    let (what, how) = match taken.fate {
        TakenAs::New(id) => (id.to_string(), "new".to_owned()),
        TakenAs::Entry(id, effect) => {
            let how = match effect {
                Effect::Nothing | Effect::Waits => "added",
                Effect::Wakes => "added, open again",
                Effect::Reopens => "added, reopened",
            };
            (id.to_string(), how.to_owned())
        }
        TakenAs::Note(id) => (id.to_string(), "note".to_owned()),
        TakenAs::Sent(id) => (id.to_string(), "sent by an agent".to_owned()),
        TakenAs::Duplicate(Some(id)) => (id.to_string(), "there already".to_owned()),
        TakenAs::Duplicate(None) => (taken.key.clone(), "in quarantine already".to_owned()),
        TakenAs::Quarantined(reason) => {
            let why = held(reason);
            (taken.key.clone(), format!("in quarantine: {why}"))
        }
    };
    let from = match taken.from.as_str() {
        "" => "nobody".to_owned(),
        from => line(from),
    };
    let not = if dry_run { "not written: " } else { "" };
    let mut out = format!("{not}{what} {how}  from {from}: {}\n", line(&taken.title));
    if let TakenAs::New(id) = taken.fate {
        for one in &taken.forwarded {
            out.push_str(&format!(
                "  forwarded: {}\n",
                of_forward(&id.to_string(), one)
            ));
        }
    }
    out
}

/// The line that makes whoever wrote what an agent forwarded the requester; nobody guesses it.
fn of_forward(id: &str, address: &str) -> String {
    format!("desk set {id} from='{}'", line(address))
}

/// What became of many mails: those that wait, a line each, and how many in all.
pub fn batch(batch: &Batch, dry_run: bool) -> String {
    let waits = |one: &&Taken| matches!(one.fate, TakenAs::Quarantined(_));
    let waiting = batch.taken.iter().filter(waits);
    let mut out: String = waiting.map(|one| taken(one, dry_run)).collect();
    let of = |is: fn(&TakenAs) -> bool| batch.taken.iter().filter(|one| is(&one.fate)).count();
    let counts = [
        (of(|fate| matches!(fate, TakenAs::New(_))), "new"),
        (of(|fate| matches!(fate, TakenAs::Entry(..))), "added"),
        (
            of(|fate| matches!(fate, TakenAs::Duplicate(_))),
            "there already",
        ),
        (
            of(|fate| matches!(fate, TakenAs::Quarantined(_))),
            "in quarantine",
        ),
        (batch.unread.len(), "not read"),
    ];
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let all = count(batch.taken.len() + batch.unread.len(), "mail");
    let not = if dry_run { "not written: " } else { "" };
    out.push_str(&match told.len() {
        0 => "no mail arrived\n".to_owned(),
        _ => format!("{not}{all}: {}\n", told.join(", ")),
    });
    out
}

/// What became of a mail that was taken in, for programs.
pub fn taken_json(taken: &Taken) -> Json {
    let (kind, ticket, effect, reason) = match taken.fate {
        TakenAs::New(id) => ("new", Some(id), None, None),
        TakenAs::Entry(id, effect) => ("entry", Some(id), Some(effect.as_str()), None),
        TakenAs::Note(id) => ("note", Some(id), None, None),
        TakenAs::Sent(id) => ("sent", Some(id), None, None),
        TakenAs::Duplicate(id) => ("duplicate", id, None, None),
        TakenAs::Quarantined(reason) => ("quarantine", None, None, Some(reason.as_str())),
    };
    json!({
        "key": taken.key,
        "result": kind,
        "ticket": ticket.map(|id| id.to_string()),
        "effect": effect,
        "reason": reason,
        "from": taken.from,
        "forwarded": taken.forwarded,
        "title": taken.title,
    })
}

/// Why a mail is in quarantine.
pub fn held(reason: QuarantineReason) -> &'static str {
    match reason {
        QuarantineReason::Loop => "our own mail came back",
        QuarantineReason::UnverifiedAgent => {
            "it says that an agent wrote it, and no trusted server confirms that"
        }
        QuarantineReason::UnknownBounce => "it reports on a mail that no log holds",
        QuarantineReason::UnknownAnswer => "it answers nothing that is known",
        QuarantineReason::Junk => "a filter on its way marked it as junk",
        QuarantineReason::RefusedType => "it has a file that the settings refuse",
        QuarantineReason::UnknownSender => "no ticket knows its sender",
        QuarantineReason::Storm => "too many mails came at once",
        QuarantineReason::TooComplex => "it has more of something than any honest mail",
        QuarantineReason::Unreadable => "it could not be read",
        QuarantineReason::TicketBarred => "its ticket cannot be written",
    }
}

/// The mail and the decision for programs.
pub fn json(decided: &Result<DecidedMail, Unreadable>) -> Json {
    let decided = match decided {
        Ok(decided) => decided,
        Err(error) => {
            return json!({"effect": {"kind": "quarantine", "reason": "unreadable", "message": error.to_string()}});
        }
    };
    let DecidedMail { mail, verdict, .. } = decided;
    let who = |one: &MailAddress| json!({"name": one.name, "address": one.address});
    let (class, sign) = match &verdict.origin {
        Origin::Person => ("person", ""),
        Origin::Bulk(why) => ("bulk", why.as_str()),
        Origin::Machine(kind, why) => (kind.as_str(), why.as_str()),
        Origin::Loop(why) => ("loop", why.as_str()),
    };
    let (verified, by) = match &verdict.verified {
        Verified::Passed(why) => ("passed", why.as_str()),
        Verified::Failed(why) => ("failed", why.as_str()),
        Verified::Unknown => ("unknown", ""),
    };
    let effect = |fate: &Fate| match *fate {
        Fate::New { follows, relates } => json!({
            "kind": "new", "queue": decided.queue,
            "follows": follows.map(|id| id.to_string()), "relates": relates.map(|id| id.to_string()),
        }),
        Fate::Entry(id, effect) => json!({
            "kind": "entry", "ticket": id.to_string(), "effect": effect.as_str(),
        }),
        Fate::Note(id) => json!({"kind": "note", "ticket": id.to_string()}),
        Fate::Sent(id) => json!({"kind": "sent", "ticket": id.to_string()}),
        Fate::Quarantine(reason) => json!({"kind": "quarantine", "reason": reason.as_str()}),
    };
    let evidence = verdict.evidence.iter().map(|(evidence, ticket)| {
        let (kind, value) = match evidence {
            Evidence::Token { id, token } => ("token", format!("{id}.{token}")),
            Evidence::Message(id) => ("message", id.clone()),
            Evidence::Subject(id) => ("subject", id.clone()),
            Evidence::Notice(id) => ("notice", id.clone()),
        };
        json!({"kind": kind, "value": value, "ticket": ticket.map(|id| id.to_string())})
    });
    let files = mail.files.iter().map(
        |file| json!({"name": file.name, "media_type": file.media_type, "size": file.bytes.len()}),
    );
    json!({
        "key": decided.key,
        "message_id": mail.message_id,
        "subject": mail.subject,
        "from": mail.from.as_ref().map(who),
        "to": mail.to.iter().map(who).collect::<Vec<_>>(),
        "cc": mail.cc.iter().map(who).collect::<Vec<_>>(),
        "date": mail.date.map(|date| date.to_string()),
        "written_by": {"class": class, "sign": sign},
        "verified": {"result": verified, "by": by},
        "evidence": evidence.collect::<Vec<_>>(),
        "proof": verdict.proof.map(|(id, proof)| json!({"ticket": id.to_string(), "kind": proof.as_str()})),
        "effect": effect(&verdict.fate),
        "accepted": effect(&verdict.accepted),
        "waits_for": decided.waits_for,
        "text": decided.text.text,
        "quoted_lines": decided.text.cut,
        "forwarded": decided.forwarded,
        "files": files.collect::<Vec<_>>(),
        "lost": mail.lost,
    })
}
