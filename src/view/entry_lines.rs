//! The entries of a log on the screen.

use crate::model::clocks::ClockKind;
use crate::model::corrections::{Corrections, REASON, ReadLog, reading};
use crate::model::entry::{CELLS, Change, Entry, FOLLOWS, How, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::{TIME, effective};
use crate::model::event::{AUTO, LIST, NEXT, SAID, WITHDRAWN};
use crate::model::event_log;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::size::Size;
use crate::model::work_time::{self, ACTIVITY, MINUTES};
use crate::rules::lifecycle::attachments;
use crate::rules::lifecycle::tick_marks::{TICKED, UNTICKED};
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::{line, text};
use crate::view::words::{count, cut, wrap};

/// A log, day by day.
pub fn log(out: &mut String, log: &[Entry], settings: &Settings, paint: &Paint, width: usize) {
    let mut day = String::new();
    let log = ReadLog::of(log);
    let corrections = Corrections::of(&log);
    for (place, one) in log.iter().zip(effective(&log)).enumerate() {
        day_rule(out, one.1, &mut day, paint, width);
        match corrections.undone_by(place).map(|undo| &log[undo]) {
            Some(undo) => undone_block(out, one, undo, settings, paint, width),
            None => entry_block(out, one, settings, paint, width),
        }
        if let Some((original, correction)) = log.correction(place) {
            let told = corrected(original, correction, settings, paint);
            for line in wrap(&told, width.saturating_sub(7)) {
                out.push_str(&format!("       {}\n", paint.role(Role::Muted, &line)));
            }
        }
    }
}

/// That an entry is read as a correction says, with what was written: `corrected by an import (the zone
/// was wrong): was Monday 4 March 2019, 09:30; queue first -> second`.
pub(in crate::view) fn corrected(
    original: &Entry,
    correction: &Entry,
    settings: &Settings,
    paint: &Paint,
) -> String {
    let read = reading(original, correction);
    let mut was = Vec::new();
    if read.at != original.at {
        was.push(paint.time(original.at));
    }
    if read.by != original.by {
        was.push(format!(
            "by {}",
            line(settings.agent_name(original.by.as_str()))
        ));
    }
    if read.changes != original.changes {
        let plain = Paint {
            color: false,
            ..*paint
        };
        let changes = original.changes.iter().map(|one| changed(one, &plain));
        let changes: Vec<String> = changes.collect();
        was.push(if changes.is_empty() {
            "no change".to_owned()
        } else {
            changes.join(", ")
        });
    }
    for (key, value) in &original.attributes {
        if !read
            .attributes
            .iter()
            .any(|one| one.0 == *key && one.1 == *value)
        {
            was.push(format!("{} {}", line(key), line(value)));
        }
    }
    if read.text != original.text {
        was.push(if original.text.is_empty() {
            "without a text".to_owned()
        } else {
            "another text".to_owned()
        });
    }
    let reason = correction.attribute(REASON);
    let reason = reason.map_or_else(String::new, |reason| format!(" ({})", line(reason)));
    if was.is_empty() {
        format!("corrected by an import{reason}")
    } else {
        format!("corrected by an import{reason}: was {}", was.join("; "))
    }
}

/// The day of an entry, where it is another than that of the entry before.
fn day_rule(out: &mut String, at: Moment, day: &mut String, paint: &Paint, width: usize) {
    let local = at.in_zone(&paint.zone);
    let date = local.format("%A %-d %B %Y").to_string();
    if date != *day {
        let rule = "─".repeat(width.saturating_sub(date.chars().count() + 1));
        out.push_str(&format!(
            "\n{} {}\n",
            paint.role(Role::Title, &date),
            paint.role(Role::Muted, &rule)
        ));
        *day = date;
    }
}

/// An entry that was taken back: struck through where that can be seen, and with who did it.
fn undone_block(
    out: &mut String,
    one: (&Entry, Moment),
    undo: &Entry,
    settings: &Settings,
    paint: &Paint,
    width: usize,
) {
    let plain = Paint {
        color: false,
        ..*paint
    };
    let mut block = String::new();
    entry_block(&mut block, one, settings, &plain, width);
    for line in block.lines() {
        let text = line.trim_start();
        let gap = &line[..line.len() - text.len()];
        out.push_str(&format!("{gap}{}\n", paint.role(Role::Undone, text)));
    }
    let who = line(settings.agent_name(undo.by.as_str()));
    let by = format!("undone by {who}, {}", paint.time(undo.at));
    out.push_str(&format!("       {}\n", paint.role(Role::Muted, &by)));
}

/// An entry at its effective time, in its place of the log.
fn entry_block(
    out: &mut String,
    (entry, at): (&Entry, Moment),
    settings: &Settings,
    paint: &Paint,
    width: usize,
) {
    let local = at.in_zone(&paint.zone);
    let who = settings.agent_name(entry.by.as_str());
    let mut facts = facts_of(entry, paint);
    if at.whole_second() != entry.at.whole_second() {
        let between = if facts.is_empty() { "" } else { ", " };
        facts.push_str(&format!("{between}dated {}", paint.time(entry.at)));
    }
    let facts = wrap(&facts, width.saturating_sub(7));
    out.push_str(&format!(
        "{}  {}  {}",
        local.format("%H:%M"),
        paint.role(Role::Person, &line(who)),
        line(entry.kind.as_str()),
    ));
    let taken = 9 + who.chars().count() + entry.kind.as_str().chars().count();
    let fits = facts.len() == 1 && taken + 2 + facts[0].chars().count() <= width;
    if fits && !facts[0].is_empty() {
        out.push_str(&format!("  {}", paint.role(Role::Muted, &facts[0])));
    }
    out.push('\n');
    if !fits {
        for one in &facts {
            out.push_str(&format!("       {}\n", paint.role(Role::Muted, one)));
        }
    }
    let shown = |change: &&Change| {
        entry.kind != EntryKind::Created || matches!(change.how, How::Elements { .. })
    };
    for change in entry.changes.iter().filter(shown) {
        out.push_str(&format!("       {}\n", changed(change, paint)));
    }
    for one in wrap(&text(&entry.text), width.saturating_sub(7)) {
        if !entry.text.is_empty() {
            out.push_str(format!("       {one}").trim_end());
            out.push('\n');
        }
    }
}

/// The files that an entry tells of, each with its size.
fn attached(entry: &Entry) -> Vec<String> {
    let all = attachments::of_entry(entry).into_iter();
    all.map(|one| match one.size {
        Some(size) => format!("{} ({})", line(&one.name), Size(size)),
        None => line(&one.name),
    })
    .collect()
}

/// The facts of a mail in a line: `email from Jan Kowal <jan@acme.example>, 41 lines of quotes cut`;
/// `None` of another entry.
fn mail_facts(entry: &Entry) -> Option<String> {
    let told = |key: &str| entry.attribute(key).map(line);
    // Other entries name a ticket there.
    let is_mail = entry.attribute("direction").is_some() || entry.is_derived();
    let is_in = entry.attribute("direction") != Some("out");
    let from = told("from").filter(|_| is_mail)?;
    // What an agent sent to the customer, with a copy to the desk.
    let (word, who) = match told("to").filter(|_| !is_in) {
        Some(to) => ("to", to),
        None => ("from", from),
    };
    let channel = told("channel").unwrap_or_else(|| "mail".to_owned());
    let mut facts = vec![format!("{channel} {word} {who}")];
    // What is not as usual.
    let outcome = told("outcome").filter(|word| !["received", "sent"].contains(&word.as_str()));
    facts.extend(outcome);
    if is_in {
        facts.extend(told("to").map(|to| format!("to {to}")));
    }
    facts.extend(told("cc").map(|cc| format!("copy to {cc}")));
    facts.extend(told("subject").map(|subject| format!("“{subject}”")));
    facts.extend(told(AUTO).map(|word| match word.as_str() {
        "replied" => "an automatic answer".to_owned(),
        "bounce" => "from a mail server".to_owned(),
        "receipt" => "a receipt".to_owned(),
        LIST => "from a list or a form".to_owned(),
        _ => "by a machine".to_owned(),
    }));
    facts.extend(told("auth").map(|auth| {
        let is_false = auth.contains("=fail");
        let word = if is_false {
            "not from there"
        } else {
            "confirmed"
        };
        format!("{word}: {auth}")
    }));
    if let Some(minutes) = work_time::minutes(entry) {
        facts.push(format!("{minutes} min"));
    }
    facts.extend(told("quoted").map(|lines| format!("{lines} of quotes cut")));
    facts.extend(told("lost").map(|lost| format!("not read: {lost}")));
    let is_other = |key: &str| entry.kind != EntryKind::Created && !OF_MAIL.contains(&key);
    let others = entry.attributes.iter();
    let others = others.filter(|(key, _)| is_other(key) && !is_of_file(key) && key != FOLLOWS);
    facts.extend(others.map(|(key, value)| format!("{}: {}", line(key), line(value))));
    facts.extend(attached(entry));
    Some(facts.join(", "))
}

/// What is told of a mail in its own words, or is for programs.
const OF_MAIL: [&str; 18] = [
    "direction",
    "channel",
    "outcome",
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "message",
    "reply-to-message",
    "thread-index",
    "auth",
    "thread",
    AUTO,
    "quoted",
    "lost",
    MINUTES,
    ACTIVITY,
];

/// The facts of an entry in a line: `outgoing, phone, spoke, 4 min`. Of a new ticket only what its
/// head does not show.
pub fn facts_of(entry: &Entry, paint: &Paint) -> String {
    if let Some(told) = mail_facts(entry) {
        return told;
    }
    let files = attached(entry).join(", ");
    if entry.kind == EntryKind::Attach && !files.is_empty() {
        return files;
    }
    let of_kb = entry.kind == EntryKind::Kb;
    let facts = entry
        .attributes
        .iter()
        .enumerate()
        .filter(|(at, (key, _))| is_told(entry, *at, key))
        .map(|(_, (key, value))| match key.as_str() {
            "article" | "found" if of_kb => line(value),
            "query" if of_kb => format!("“{}”", line(value)),
            "hits" if of_kb => count(value.parse().unwrap_or(0), "hit"),
            "direction" if value == "in" => "incoming".to_owned(),
            "direction" if value == "out" => "outgoing".to_owned(),
            "channel" | "outcome" | "escalation" => line(value),
            MINUTES => match work_time::activity(entry) {
                Some(activity) => format!("{} min ({})", line(value), line(activity)),
                None => format!("{} min", line(value)),
            },
            "tiers" => format!("tier {}", line(value)),
            "time_in_tier" => format!("after {}", line(value)),
            "contact" => format!("contact by {}", line(value)),
            "bounces" if value == "1" => "came back once".to_owned(),
            "bounces" => format!("came back {} times", line(value)),
            "workaround" if value == "yes" => "with a workaround".to_owned(),
            "automatic" if value == "yes" => "automatic".to_owned(),
            TICKED | UNTICKED => {
                let all = entry.attributes.iter().filter(|(other, _)| other == key);
                let all: Vec<String> = all.map(|(_, step)| line(step)).collect();
                format!("{}: {}", line(key), all.join("; "))
            }
            "clock" => match (ClockKind::read(value), value.parse()) {
                (Some(clock), _) => clock.title().to_owned(),
                (None, Ok(at)) => format!("by the writer's clock {}", paint.time(at)),
                (None, Err(_)) => line(value),
            },
            OF if [EntryKind::Acknowledge, EntryKind::Undo].contains(&entry.kind) => {
                let words: Vec<&str> = value.split(' ').collect();
                match words[..] {
                    [_, by, kind, _] => format!("{} by {}", line(kind), line(by)),
                    [kind, _] => line(kind),
                    _ => line(value),
                }
            }
            // What follows from a mail stands right below it.
            OF if [EntryKind::Wake, EntryKind::Reopen].contains(&entry.kind) => {
                "by the mail above".to_owned()
            }
            OF if entry.kind == EntryKind::Redate => line(value),
            NEXT => next_word(entry, value, paint),
            TIME if entry.kind == EntryKind::Redate => value
                .parse()
                .map_or_else(|_| line(value), |at| format!("happened {}", paint.time(at))),
            "at" => format!("at {}", line(value)),
            "due" => value.parse().map_or_else(
                |_| format!("due: {}", line(value)),
                |at| format!("since {}", paint.time(at)),
            ),
            _ => format!("{}: {}", line(key), line(value)),
        });
    let files = Some(files).filter(|files| !files.is_empty());
    facts.chain(files).collect::<Vec<_>>().join(", ")
}

/// Whether an attribute is a fact for people, and not told with another.
fn is_told(entry: &Entry, at: usize, key: &str) -> bool {
    let is_mail = entry.attribute("message").is_some();
    let of_mail = is_mail && (IDS.contains(&key) || is_of_file(key));
    let reported = entry.kind != EntryKind::Created
        || ["channel", "reason", "source", "split_from", NEXT].contains(&key);
    // Several of one key are told together.
    let before = &entry.attributes[..at];
    let again = [TICKED, UNTICKED].contains(&key) && before.iter().any(|(other, _)| other == key);
    let with_minutes = key == ACTIVITY && entry.attribute(MINUTES).is_some();
    reported
        && !of_mail
        && !with_minutes
        && key != SAID
        && key != FOLLOWS
        && key != CELLS
        && !again
        && !(entry.kind == EntryKind::Kb && key == "version")
}

/// What of a mail tells programs which is which.
const IDS: [&str; 3] = ["message", "reply-to-message", "thread-index"];

/// Whether an attribute is of one of an entry's files.
fn is_of_file(key: &str) -> bool {
    let word = key.split('-').next().unwrap_or_default();
    ["file", "stored", "size", "sha256"].contains(&word)
}

/// `status: open → resolved`.
pub fn changed(change: &Change, paint: &Paint) -> String {
    let field = paint.role(Role::Muted, &format!("{}:", line(&change.field)));
    let shown = |value: &Option<String>| match value {
        Some(value) => cut(
            &line(
                &value
                    .parse()
                    .map_or_else(|_| value.clone(), |at| paint.time(at)),
            ),
            60,
        ),
        None => "none".to_owned(),
    };
    match &change.how {
        How::Set { old, new } => {
            format!(
                "{field} {} {} {}",
                paint.role(Role::Muted, &shown(old)),
                paint.role(Role::Muted, "→"),
                shown(new)
            )
        }
        How::Elements { added, removed } => {
            let plus = added
                .iter()
                .map(|one| paint.role(Role::Good, &format!("+{}", line(one))));
            let minus = removed
                .iter()
                .map(|one| paint.role(Role::Warn, &format!("-{}", line(one))));
            format!(
                "{field} {}",
                plus.chain(minus).collect::<Vec<_>>().join(" ")
            )
        }
    }
}

/// When the writer of an entry will be in touch next: as the requester was told, or as a reminder.
fn next_word(entry: &Entry, value: &str, paint: &Paint) -> String {
    let what = if event_log::is_promise(entry) || entry.kind == EntryKind::Say {
        "next word by"
    } else {
        "reminder at"
    };
    match value.parse() {
        Ok(at) => format!("{what} {}", paint.time(at)),
        Err(_) if value == WITHDRAWN => "no next word any more".to_owned(),
        Err(_) => line(value),
    }
}
