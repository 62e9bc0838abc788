//! What a ticket tells of a trouble and its solution, as the text of an article.

use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::ticket::Ticket;
use crate::rules::text::normalize::normalize;
use crate::rules::text::redact_requester::{Requester, capital};

/// What a ticket tells of a trouble and its solution, as the text of an article.
pub fn solution(ticket: &Ticket, requester: &Requester) -> String {
    let mut out = String::new();
    let around = workarounds(ticket);
    let mut section = |heading: &str, texts: Vec<&str>| {
        let texts: Vec<String> = texts
            .into_iter()
            .filter(|text| !text.trim().is_empty())
            .map(|text| lowered(&requester.out_of(text)))
            .collect();
        let text = match &texts[..] {
            [] if heading == "Workaround" => return,
            [] => "…".to_owned(),
            texts => texts.join("\n\n"),
        };
        out.push_str(&format!("## {heading}\n\n{text}\n\n"));
    };
    section(
        "Symptoms",
        vec![&ticket.description, ticket.text(Key::RequestReproduce)],
    );
    section("Workaround", around.iter().map(String::as_str).collect());
    // What did not hold until the ticket was reopened is no solution.
    let log = ReadLog::of(&ticket.log);
    let log = standing(&log);
    let reopened = log.iter().rposition(|entry| {
        let change = entry.change("status");
        change.and_then(|change| change.old_value()) == Some("resolved")
            && change.and_then(|change| change.new_value()) == Some("open")
    });
    let last = &log[reopened.map_or(0, |at| at + 1)..];
    let solved = |entry: &&&Entry| {
        let change = entry.change("status");
        change.and_then(|change| change.new_value()) == Some("resolved")
    };
    let texts = last.iter().filter(solved).map(|entry| entry.text.as_str());
    section("Resolution", texts.collect());
    out
}

/// The notes that tell of a way around: those that say so in an attribute or in their first word,
/// which is left to the heading.
fn workarounds(ticket: &Ticket) -> Vec<String> {
    let reported = |entry: &Entry| {
        let text = entry.text.trim();
        let first = text.split_whitespace().next().unwrap_or_default();
        let word = normalize(first).trim_end_matches([':', '.']) == "workaround";
        let marked = entry.kind.as_str() == "workaround" || entry.attribute("workaround").is_some();
        if word && first.ends_with([':', '.']) && (marked || entry.kind == EntryKind::Note) {
            Some(capital(text[first.len()..].trim_start()))
        } else {
            (marked || (word && entry.kind == EntryKind::Note)).then(|| text.to_owned())
        }
    };
    let log = ReadLog::of(&ticket.log);
    let log = standing(&log).into_iter();
    log.filter_map(reported).collect()
}

/// A text whose own headings stand below those of the article.
fn lowered(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("## ").or_else(|| line.strip_prefix("# ")) {
        Some(rest) => format!("### {rest}"),
        None => line.to_owned(),
    };
    text.trim().lines().map(line).collect::<Vec<_>>().join("\n")
}
