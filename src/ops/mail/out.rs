//! `mail out`: hands over what waits in the outbox, and logs what went out. Every answer goes this way.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::mail::OutboxRecord;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::template::TemplateUse;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::reply::ReplyError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::mail::files_sent;
use crate::ops::mail::reply::{Letter, sent_before};
use crate::ops::ticket::merge::end_of_chain;
use crate::ops::ticket::template::{Ready, SaidWait, TemplateRequest};
use crate::page::mail;
use crate::page::mail::outbox as records;
use crate::page::mail::write::write;
use crate::rules::lifecycle::transitions::Trigger;
use crate::rules::mail::thread::token_of;
use crate::store::error::StoreError;
use crate::store::journal::report::Report;
use crate::store::mail::outbox::{Outbox, Stage};

/// How long to wait for another sender.
const PATIENCE: Duration = Duration::from_secs(20);

/// After so many failures in a row the others are not tried.
const FAILURES: usize = 3;

/// Hands a mail over: the sender of its envelope, its recipients, its bytes. Fails with a reason.
pub type Hand<'a> = &'a dyn Fn(&str, &[String], &[u8]) -> Result<(), String>;

/// What became of mails that were to go out.
#[derive(Debug, Default)]
pub struct Delivered {
    /// What was logged; `None` where nothing was.
    pub outcome: Option<Outcome>,
    /// The mails that were handed over, by their tokens.
    pub sent: Vec<String>,
    /// Those that were not, with the reason.
    pub failed: Vec<(String, String)>,
    /// Mails of earlier commands that are logged only now: of which tickets.
    pub logged_late: Vec<String>,
    /// What could not be logged, though it went out.
    pub not_logged: Vec<OpError>,
    /// The mails that wait because others wrote meanwhile, by their tickets.
    pub held: Vec<String>,
}

/// A mail in the outbox.
#[derive(Clone, Debug)]
pub struct KeptMail {
    /// Its token.
    pub token: String,
    /// How far it has come.
    pub stage: Stage,
    /// What belongs to it.
    pub record: OutboxRecord,
    /// Where it is, for people.
    pub shown: String,
}

/// Sends an answer. What its writer sent already is refused, unless they insist.
pub fn reply(
    desk: &Desk,
    act: &Actor,
    letter: &Letter,
    anyway: bool,
    hand: Hand<'_>,
) -> Result<Delivered, OpError> {
    let ticket = desk.page(letter.id)?.ticket;
    let before = sent_before(&ticket, &letter.record).filter(|_| !anyway);
    if let Some(entry) = before {
        let at = entry.at.in_zone(&desk.settings.zone);
        let at = at.format("%Y-%m-%d %H:%M");
        return Err(ReplyError::SentAlready(&letter.id, &at).error());
    }
    deliver(desk, act, std::slice::from_ref(letter), &[], hand)
}

/// Puts mails into the outbox and hands them over, with these that wait there; then logs what went out,
/// also what earlier commands could not log.
pub fn deliver(
    desk: &Desk,
    act: &Actor,
    letters: &[Letter],
    more: &[KeptMail],
    hand: Hand<'_>,
) -> Result<Delivered, OpError> {
    let repo = act.repo(desk)?;
    let outbox = Outbox::make(repo)?;
    let Some(_held) = outbox.sending(PATIENCE, &act.interrupt)? else {
        return Err(ReplyError::OtherSender.error());
    };
    let mut done = Delivered::default();
    late(desk, act, &outbox, &mut done)?;
    let waiting = kept(&outbox)?;
    let mut tokens: Vec<String> = Vec::new();
    let mut seen = SeenEntries::new();
    for letter in letters {
        let again = waiting.iter().find(|one| {
            let is_new = !tokens.contains(&one.token);
            is_new && one.stage == Stage::Waiting && is_same(&outbox, one, letter)
        });
        if let Some(again) = again {
            tokens.push(again.token.clone());
            seen.insert(again.token.clone(), letter.record.known.clone());
            continue;
        }
        let record = records::write(&letter.record);
        outbox.put(&letter.token, &record, &write(&letter.mail))?;
        tokens.push(letter.token.clone());
    }
    outbox.tidy()?;
    for one in more {
        let still = |kept: &KeptMail| kept.stage == Stage::Waiting && kept.token == one.token;
        if waiting.iter().any(still) && !tokens.contains(&one.token) {
            tokens.push(one.token.clone());
            seen.insert(one.token.clone(), one.record.known.clone());
        }
    }
    send(act, &outbox, (&tokens, &seen), &mut done, hand)?;
    let sent = done.sent.clone();
    log(desk, act, &outbox, &sent, &mut done)?;
    Ok(done)
}

/// What the writers of mails have seen of their tickets by now, by the tokens of the mails.
type SeenEntries = BTreeMap<String, Option<Vec<String>>>;

/// Hands mails over, one after the other.
fn send(
    act: &Actor,
    outbox: &Outbox,
    (tokens, seen): (&[String], &SeenEntries),
    done: &mut Delivered,
    hand: Hand<'_>,
) -> Result<(), OpError> {
    let mut failures = 0;
    for token in tokens {
        if act.interrupt.raised().is_some() {
            return Err(StoreError::Interrupted.into());
        }
        if failures >= FAILURES {
            let why = "the mails before it could not be handed over".to_owned();
            done.failed.push((token.clone(), why));
            continue;
        }
        let came = record(outbox, token).and_then(|mut record| {
            let Some(bytes) = outbox.mail(token, Stage::Waiting)? else {
                return Ok(Err("it is gone".to_owned()));
            };
            // Should the entry be written by another command, it is dated when this was.
            record.tried = Some(act.now.whole_second());
            // Nor is anybody asked twice about the same, should it go on waiting.
            record.knows(seen.get(token).and_then(Option::as_deref).unwrap_or(&[]));
            outbox.note(token, &records::write(&record))?;
            Ok(hand(&record.envelope, &record.recipients, &bytes))
        })?;
        match came {
            Ok(()) => {
                outbox.sent(token)?;
                done.sent.push(token.clone());
                failures = 0;
            }
            Err(why) => {
                done.failed.push((token.clone(), why));
                failures += 1;
            }
        }
    }
    Ok(())
}

/// Logs what earlier commands handed over.
fn late(desk: &Desk, act: &Actor, outbox: &Outbox, done: &mut Delivered) -> Result<(), OpError> {
    let sent = outbox.list()?.into_iter();
    let sent = sent.filter(|(_, stage)| *stage == Stage::Sent);
    let tokens: Vec<String> = sent.map(|(token, _)| token).collect();
    if tokens.is_empty() {
        return Ok(());
    }
    let before = done
        .outcome
        .as_ref()
        .map_or(0, |outcome| outcome.changed.len());
    log(desk, act, outbox, &tokens, done)?;
    if let Some(outcome) = &done.outcome {
        let changed = outcome.changed.iter().skip(before);
        done.logged_late = changed.map(|one| one.ticket.id.to_string()).collect();
    }
    Ok(())
}

/// Logs mails that were handed over, in one commit for each writer, and takes them out of the outbox.
/// What cannot be logged stays there.
fn log(
    desk: &Desk,
    act: &Actor,
    outbox: &Outbox,
    tokens: &[String],
    done: &mut Delivered,
) -> Result<(), OpError> {
    let mut by: BTreeMap<String, Vec<(String, OutboxRecord)>> = BTreeMap::new();
    for token in tokens {
        match record(outbox, token) {
            Ok(record) => {
                let all = by.entry(record.by.clone()).or_default();
                all.push((token.clone(), record));
            }
            // It costs only itself.
            Err(error) => done.not_logged.push(error),
        }
    }
    for (writer, all) in by {
        let Ok(me) = writer.parse::<Handle>() else {
            continue;
        };
        let actor = Actor {
            me,
            dry_run: false,
            ..act.clone()
        };
        let logged = match entries(desk, &actor, outbox, &all, &mut done.not_logged) {
            Ok(logged) => logged,
            Err(error) => {
                // The mails went out: whoever asked must learn that.
                done.not_logged.extend(all.iter().map(|(_, record)| {
                    let told = ReplyError::NotLogged(&record.ticket, &error.message);
                    told.error()
                }));
                continue;
            }
        };
        for token in &logged.tokens {
            outbox.remove(token)?;
        }
        let Some(outcome) = logged.outcome else {
            continue;
        };
        match &mut done.outcome {
            None => done.outcome = Some(outcome),
            Some(first) => {
                first.changed.extend(outcome.changed);
                first.notices.extend(outcome.notices);
                first.recovered.extend(outcome.recovered);
                first.saved = outcome.saved.or(first.saved.take());
            }
        }
    }
    Ok(())
}

/// What was logged of mails: they may go.
#[derive(Default)]
struct Logged {
    tokens: Vec<String>,
    outcome: Option<Outcome>,
}

/// Writes the entries of mails of one writer.
fn entries(
    desk: &Desk,
    act: &Actor,
    outbox: &Outbox,
    all: &[(String, OutboxRecord)],
    wrong: &mut Vec<OpError>,
) -> Result<Logged, OpError> {
    let mut tx = Transaction::begin(desk, act, "reply")?;
    let mut logged = Logged::default();
    let mut names: Vec<String> = Vec::new();
    for (token, record) in all {
        let bytes = outbox.mail(token, Stage::Sent)?.unwrap_or_default();
        match entry(&mut tx, record, &bytes) {
            Ok(name) => {
                logged.tokens.push(token.clone());
                names.extend(name);
            }
            Err(error) => {
                wrong.push(ReplyError::NotLogged(&record.ticket, &error.message).error());
            }
        }
    }
    let subject = match &names[..] {
        [] => return Ok(logged),
        [one] => one.clone(),
        several => format!("reply: {} tickets", several.len()),
    };
    logged.outcome = Some(tx.finish(&subject)?);
    Ok(logged)
}

/// Writes the entry of a mail, unless the log has it; the subject of a commit of it alone.
fn entry(
    tx: &mut Transaction<'_>,
    record: &OutboxRecord,
    bytes: &[u8],
) -> Result<Option<String>, OpError> {
    let (desk, act) = (tx.desk, tx.act);
    let id: TicketId = record
        .ticket
        .parse()
        .map_err(|_| ReplyError::BadRecord(&record.ticket, &"it names no ticket").error())?;
    let (id, notice) = end_of_chain(desk, id)?;
    let is_known = |id: TicketId| -> Result<bool, OpError> {
        let message = attribute(record, "message");
        let log = tx.ticket(id)?.log;
        Ok(log.iter().any(|one| one.attribute("message") == message))
    };
    if is_known(id)? {
        return Ok(None);
    }
    tx.notices.extend(notice);
    let kind = match &record.tag {
        Some(_) => EntryKind::Auto,
        None => EntryKind::Contact,
    };
    let fresh = |tx: &Transaction<'_>| -> Result<TicketEdit, OpError> {
        let mut edit = tx.edit(id, kind.clone())?;
        let tag = record.tag.clone().unwrap_or_else(|| edit.tag().to_owned());
        let at = edit.right_after(at(record, act.now))?;
        edit.stamp(at, &tag);
        for (key, value) in &record.attributes {
            edit.attribute(key, value.as_str());
        }
        if record.tag.is_none() {
            edit.event(Trigger::AgentActs)?;
        }
        Ok(edit)
    };
    let mut edit = fresh(tx)?;
    if let Some((name, language)) = record.template.as_ref().filter(|_| record.tag.is_none()) {
        let request = TemplateRequest {
            name,
            language: language.as_deref(),
            edited: Some(&record.text),
        };
        let by_template = |edit: &mut TicketEdit| -> Result<(), OpError> {
            let ready = Ready::find(desk, request, TemplateUse::Reply)?;
            let _ = ready.set(desk, act, edit, SaidWait::default())?;
            ready.write(desk, act, edit, "")
        };
        // The mail went out: its words are logged, whatever became of the template since.
        if let Err(error) = by_template(&mut edit) {
            edit = fresh(tx)?;
            edit.text(&record.text);
            tx.notices.push(format!(
                "`{id}`: what template `{name}` changes is not changed: {}",
                error.message
            ));
        }
    } else {
        edit.text(&record.text);
    }
    let files = mail::read(bytes).map(|mail| mail.files).unwrap_or_default();
    let log = edit.ticket.log.clone();
    for (key, value) in files_sent::keep(tx, id, &log, &files)? {
        edit.attribute(&key, value);
    }
    let name = edit.ticket.maybe(Key::RequesterName);
    let name = name.unwrap_or("the requester").to_owned();
    tx.stage(edit)?;
    Ok(Some(format!("{id} reply: email to {name}")))
}

fn attribute<'r>(record: &'r OutboxRecord, key: &str) -> Option<&'r str> {
    let mut all = record.attributes.iter();
    all.find(|(one, _)| one == key)
        .map(|(_, value)| value.as_str())
}

/// When a mail was handed over.
fn at(record: &OutboxRecord, now: Moment) -> Moment {
    record.tried.or(record.written).unwrap_or(now)
}

fn record(outbox: &Outbox, token: &str) -> Result<OutboxRecord, OpError> {
    let text = outbox.record(token)?.unwrap_or_default();
    let shown = outbox.shown(token);
    records::read(&text).map_err(|why| ReplyError::BadRecord(&shown, &why).error())
}

/// Whether a mail that waits is this one, which an earlier command could not send.
fn is_same(outbox: &Outbox, kept: &KeptMail, letter: &Letter) -> bool {
    let (a, b) = (&kept.record, &letter.record);
    let told = |record: &OutboxRecord| -> Vec<(String, String)> {
        let all = record.attributes.iter();
        all.filter(|(key, _)| key != "message").cloned().collect()
    };
    let is_same = a.ticket == b.ticket
        && a.by == b.by
        && a.text == b.text
        && a.recipients == b.recipients
        && a.template == b.template
        && told(a) == told(b);
    let files = || {
        let bytes = outbox.mail(&kept.token, Stage::Waiting).ok()??;
        Some(mail::read(&bytes).ok()?.files)
    };
    let names = |files: &[crate::model::mail::MailFile]| -> Vec<(Option<String>, Vec<u8>)> {
        let all = files.iter();
        all.map(|file| (file.name.clone(), file.bytes.clone()))
            .collect()
    };
    is_same && files().is_some_and(|files| names(&files) == names(&letter.mail.files))
}

/// The mails of an outbox whose records can be read.
fn kept(outbox: &Outbox) -> Result<Vec<KeptMail>, OpError> {
    let all = outbox.list()?.into_iter();
    let found = all.filter_map(|(token, stage)| {
        Some(KeptMail {
            record: record(outbox, &token).ok()?,
            shown: outbox.shown(&token),
            token,
            stage,
        })
    });
    let mut found: Vec<KeptMail> = found.collect();
    // The oldest first; a token says nothing.
    found.sort_by_key(|one| (one.record.written, one.record.ticket.clone()));
    Ok(found)
}

/// What waits in this clone's outbox, or is not logged yet.
pub fn waiting(desk: &Desk, act: &Actor) -> Result<Vec<KeptMail>, OpError> {
    match Outbox::open(act.repo(desk)?)? {
        Some(outbox) => {
            if !act.dry_run {
                outbox.tidy()?;
            }
            kept(&outbox)
        }
        None => Ok(Vec::new()),
    }
}

/// Finishes what a dead or hindered command left of this clone's writing, where nothing waits.
pub fn nothing_waits(desk: &Desk, act: &Actor) -> Result<Vec<Report>, OpError> {
    Ok(act.hold(desk, "reply")?.reports())
}

/// Takes mails out of the outbox that are not to go: those of a ticket, or one by its token.
pub fn drop(desk: &Desk, act: &Actor, names: &[String]) -> Result<Vec<KeptMail>, OpError> {
    let Some(outbox) = Outbox::open(act.repo(desk)?)? else {
        return Err(ReplyError::NoSuchMail(&names.join(" ")).error());
    };
    let Some(_held) = outbox.sending(PATIENCE, &act.interrupt)? else {
        return Err(ReplyError::OtherSender.error());
    };
    let all = kept(&outbox)?;
    let mut found: Vec<KeptMail> = Vec::new();
    for name in names {
        let id = desk.find(name, Some(&act.me)).ok();
        let token = token_of(name).unwrap_or_else(|| name.to_lowercase());
        let is_meant = |one: &&KeptMail| {
            let of_ticket = id.is_some_and(|id| one.record.ticket == id.as_str());
            one.stage == Stage::Waiting && (one.token == token || of_ticket)
        };
        let mut meant = all.iter().filter(is_meant).peekable();
        if meant.peek().is_none() {
            return Err(ReplyError::NoSuchMail(name).error());
        }
        found.extend(meant.cloned());
    }
    for one in found.iter().filter(|_| !act.dry_run) {
        outbox.remove(&one.token)?;
    }
    Ok(found)
}
