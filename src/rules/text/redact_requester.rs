//! A ticket's words without its requester: what an article is written from.
//!
//! Names are met inflected (`Kowalskiemu`), short ones only where they begin with a capital. It is a
//! help for whoever writes the article, not a promise: a person reads the draft before others do.

use std::ops::Range;

use crate::model::field::Key;
use crate::model::ticket::Ticket;
use crate::page::links::{self, Reach};
use crate::rules::text::normalize::{normalize, words};

/// Letters that an ending may add to a name.
const ENDING: usize = 3;

/// A name of so many letters is looked for in any case.
const LONG: usize = 4;

/// What is taken out, and what stands in its place.
#[derive(Debug)]
pub struct Requester {
    /// Words that follow one another, the longest first.
    runs: Vec<(Vec<String>, &'static str)>,
    /// The parts of the name.
    names: Vec<String>,
    /// The digits of telephone numbers.
    numbers: Vec<String>,
}

impl Requester {
    /// What would give away the requester of a ticket.
    pub fn of(ticket: &Ticket) -> Self {
        let mut runs = Vec::new();
        for (key, instead) in [
            (Key::RequesterName, "the requester"),
            (Key::RequesterEmail, "(e-mail)"),
            (Key::RequesterAccount, "(account)"),
            (Key::RequesterLocation, "(place)"),
            (Key::RequesterOrganisation, "(company)"),
            (Key::AssetSerial, "(serial number)"),
            (Key::AssetLicence, "(licence)"),
        ] {
            runs.push((words(ticket.text(key)), instead));
        }
        // The computer of somebody often bears their name; `Printer` is a word like others.
        let device = ticket.text(Key::AssetName);
        if device.contains(|c: char| c.is_ascii_digit() || c == '-') {
            runs.push((words(device), "(device)"));
        }
        let company = ticket.text(Key::RequesterOrganisation).split(',').next();
        runs.push((words(company.unwrap_or_default()), "(company)"));
        // `room 312` of a place is as good as the place; a town alone is not.
        for part in ticket.text(Key::RequesterLocation).split(',') {
            let part = words(part);
            let number = part
                .iter()
                .any(|word| word.contains(|c: char| c.is_ascii_digit()));
            if number && part.len() > 1 {
                runs.push((part, "(place)"));
            }
        }
        runs.retain(|(run, _)| !run.is_empty());
        runs.sort_by_key(|(run, _)| std::cmp::Reverse(run.len()));
        let names = words(ticket.text(Key::RequesterName));
        Self {
            runs,
            names: names
                .into_iter()
                .filter(|name| name.chars().count() > 2)
                .collect(),
            numbers: Some(digits(ticket.text(Key::RequesterPhone)))
                .filter(|number| number.len() >= 7)
                .into_iter()
                .collect(),
        }
    }

    /// A text without what would give the requester away.
    pub fn out_of(&self, text: &str) -> String {
        let mut found = self.numbers_in(text);
        let tokens = tokens(text);
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            let run = self.runs.iter().find(|(run, _)| {
                rest.len() >= run.len() && run.iter().zip(rest).all(|(a, (_, b))| a == b)
            });
            let (count, instead) = match run {
                Some((run, instead)) => (run.len(), *instead),
                None if self.is_name(&rest[0], text) => (1, "the requester"),
                None => {
                    at += 1;
                    continue;
                }
            };
            let range = rest[0].0.start..rest[count - 1].0.end;
            // First name, then family name: one person.
            match found.last_mut() {
                Some((before, "the requester"))
                    if instead == "the requester"
                        && text[before.end..range.start].trim().is_empty() =>
                {
                    before.end = range.end;
                }
                _ => found.push((range, instead)),
            }
            at += count;
        }
        found.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for (range, instead) in found {
            if range.start < end {
                continue;
            }
            out.push_str(&text[end..range.start]);
            let head = out.trim_end_matches(' ');
            if head.is_empty() || head.ends_with(['.', '!', '?', '\n']) {
                out.push_str(&capital(instead));
            } else {
                out.push_str(instead);
            }
            end = range.end;
        }
        out + &text[end..]
    }

    fn numbers_in(&self, text: &str) -> Vec<(Range<usize>, &'static str)> {
        let same = |one: &str| {
            let one = digits(one);
            self.numbers
                .iter()
                .any(|number| one.ends_with(number.as_str()) || number.ends_with(&one))
        };
        links::reaches(text)
            .into_iter()
            .filter(|(reach, range)| *reach == Reach::Phone && same(&text[range.clone()]))
            .map(|(_, range)| (range, "(telephone)"))
            .collect()
    }

    fn is_name(&self, (range, word): &(Range<usize>, String), text: &str) -> bool {
        let capital = text[range.clone()].starts_with(char::is_uppercase);
        self.names.iter().any(|name| {
            let length = name.chars().count();
            if word == name {
                return capital || length >= LONG;
            }
            let stem: String = name.chars().take(length - 1).collect();
            let longer = word.chars().count().saturating_sub(length);
            capital
                && length >= LONG
                && word.starts_with(&stem)
                && longer <= ENDING
                && word.chars().count() >= length
        })
    }
}

/// A text that begins with a capital.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The words of a text with their places, each plain.
fn tokens(text: &str) -> Vec<(Range<usize>, String)> {
    let mut all: Vec<(Range<usize>, String)> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let part = c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
        match (part, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                all.push((from..at, normalize(&text[from..at])));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        all.push((from..text.len(), normalize(&text[from..])));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::ticket;

    fn requester() -> Requester {
        let text = "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"T\"\nstatus = \"open\"\ncreated = 2026-11-21T09:00:00Z\n\n[requester]\nname = \"Jan Kowalski\"\nemail = \"jan.kowalski@example.com\"\nphone = \"+48 600 100 200\"\naccount = \"AC-4471\"\nlocation = \"Gdańsk HQ, room 312\"\norganisation = \"Morvelia, sales\"\n\n[asset]\nname = \"JKOW-NB\"\nmodel = \"EX2300-24T\"\n+++\n";
        let page = ticket::read("2611-7K3MQ".parse().unwrap(), text.to_owned()).unwrap();
        Requester::of(&page.ticket)
    }

    #[track_caller]
    fn becomes(text: &str, expected: &str) {
        assert_eq!(requester().out_of(text), expected);
    }

    #[test]
    fn the_requester_is_not_to_be_found() {
        becomes(
            "Jan Kowalski called from Gdańsk HQ, room 312. Jan power-cycled it in room 312.",
            "The requester called from (place). The requester power-cycled it in (place).",
        );
        becomes(
            "Told Kowalskiemu, then wrote to jan.kowalski@example.com about AC-4471.",
            "Told the requester, then wrote to (e-mail) about (account).",
        );
        becomes(
            "Call 600 100 200 or +48 600-100-200; the supplier is at +48 22 100 20 30.",
            "Call (telephone) or (telephone); the supplier is at +48 22 100 20 30.",
        );
        becomes(
            "JKOW-NB (EX2300-24T) of MORVELIA's sales",
            "(device) (EX2300-24T) of (company)'s sales",
        );
    }

    #[test]
    fn other_words_stay() {
        becomes(
            "In January jan is a word, sales too.",
            "In January jan is a word, sales too.",
        );
        becomes("গেছে Kowal Kowalczyk", "গেছে Kowal Kowalczyk");
    }

    #[test]
    fn accents_and_composition_do_not_hide_a_place() {
        becomes("gdansk hq room 312", "(place)");
        becomes(
            "Gda\u{0144}sk HQ room 312, Gdan\u{301}sk HQ room 312",
            "(place), (place)",
        );
    }
}
