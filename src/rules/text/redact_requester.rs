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

/// An account of fewer letters and digits is a word like others, where it is not the requester's own
/// ticket.
const ACCOUNT: usize = 5;

/// Digits that make a telephone number.
const NUMBER: usize = 7;

/// What is known of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonalData {
    /// Names.
    pub names: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Telephone numbers.
    pub phones: Vec<String>,
    /// Accounts.
    pub accounts: Vec<String>,
    /// Places.
    pub places: Vec<String>,
    /// Names of devices.
    pub devices: Vec<String>,
}

impl PersonalData {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
            && self.emails.is_empty()
            && self.phones.is_empty()
            && self.accounts.is_empty()
    }
}

/// What stands in the place of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// For the name, and an account.
    pub name: String,
    /// For an e-mail address.
    pub email: String,
    /// For a telephone number, a place and a device.
    pub other: String,
}

/// What is taken out, and what stands in its place.
#[derive(Debug)]
pub struct Requester {
    /// Words that follow one another, the longest first.
    runs: Vec<(Vec<String>, String)>,
    /// The parts of the name.
    names: Vec<String>,
    /// The digits of telephone numbers.
    numbers: Vec<String>,
    /// E-mail addresses without what stands behind a `+`, in lower case.
    addresses: Vec<String>,
    /// In the place of a name's parts, a number, an address.
    instead: StandIn,
}

impl Requester {
    /// What would give away the requester of a ticket.
    pub fn of(ticket: &Ticket) -> Self {
        let mut runs: Vec<(Vec<String>, String)> = Vec::new();
        let mut add = |run: Vec<String>, instead: &str| runs.push((run, instead.to_owned()));
        for (key, instead) in [
            (Key::RequesterName, "the requester"),
            (Key::RequesterEmail, "(e-mail)"),
            (Key::RequesterAccount, "(account)"),
            (Key::RequesterLocation, "(place)"),
            (Key::RequesterOrganisation, "(company)"),
            (Key::AssetSerial, "(serial number)"),
            (Key::AssetLicence, "(licence)"),
        ] {
            add(words(ticket.text(key)), instead);
        }
        // The computer of somebody often bears their name; `Printer` is a word like others.
        let device = ticket.text(Key::AssetName);
        if device.contains(|c: char| c.is_ascii_digit() || c == '-') {
            add(words(device), "(device)");
        }
        let company = ticket.text(Key::RequesterOrganisation).split(',').next();
        add(words(company.unwrap_or_default()), "(company)");
        for part in ticket.text(Key::RequesterLocation).split(',') {
            if let Some(part) = numbered(part) {
                add(part, "(place)");
            }
        }
        let names = [ticket.text(Key::RequesterName).to_owned()];
        let numbers = [ticket.text(Key::RequesterPhone).to_owned()];
        let instead = StandIn {
            name: "the requester".to_owned(),
            email: "(e-mail)".to_owned(),
            other: "(telephone)".to_owned(),
        };
        Self::with(runs, &names, &numbers, Vec::new(), instead)
    }

    /// What would give away a person. Parts of the name, places and devices are looked for only
    /// where the ticket is the person's own, `near`: elsewhere they may be anybody's.
    pub fn new(data: &PersonalData, near: bool, instead: &StandIn) -> Self {
        let mut runs: Vec<(Vec<String>, String)> = Vec::new();
        let mut add = |run: Vec<String>, instead: &str| runs.push((run, instead.to_owned()));
        for name in &data.names {
            let name = words(name);
            if name.len() > 1 {
                add(name.iter().rev().cloned().collect(), &instead.name);
                add(name, &instead.name);
            }
        }
        for email in &data.emails {
            add(words(email), &instead.email);
        }
        for account in &data.accounts {
            let account = words(account);
            if near || account.concat().len() >= ACCOUNT {
                add(account, &instead.name);
            }
        }
        for device in data.devices.iter().filter(|_| near) {
            if device.contains(|c: char| c.is_ascii_digit() || c == '-') {
                add(words(device), &instead.other);
            }
        }
        let places = data.places.iter().filter(|_| near);
        for part in places.flat_map(|place| place.split(',')) {
            if let Some(part) = numbered(part) {
                add(part, &instead.other);
            }
        }
        let names = if near { &data.names[..] } else { &[] };
        let addresses = data.emails.iter().map(|one| plain_address(one)).collect();
        Self::with(runs, names, &data.phones, addresses, instead.clone())
    }

    fn with(
        mut runs: Vec<(Vec<String>, String)>,
        names: &[String],
        numbers: &[String],
        addresses: Vec<String>,
        instead: StandIn,
    ) -> Self {
        runs.retain(|(run, _)| !run.is_empty());
        runs.sort_by_key(|(run, _)| std::cmp::Reverse(run.len()));
        let names = names.iter().flat_map(|name| words(name));
        let numbers = numbers.iter().map(|number| digits(number));
        Self {
            runs,
            names: names.filter(|name| name.chars().count() > 2).collect(),
            numbers: numbers.filter(|number| number.len() >= NUMBER).collect(),
            addresses,
            instead,
        }
    }

    /// Whether an e-mail address is the person's.
    pub fn is_address(&self, address: &str) -> bool {
        self.addresses.contains(&plain_address(address))
    }

    /// Whether a text would give the person away.
    pub fn is_in(&self, text: &str) -> bool {
        self.out_of(text) != text
    }

    /// A text without what would give the requester away.
    pub fn out_of(&self, text: &str) -> String {
        let mut found = self.numbers_in(text);
        found.extend(self.addresses_in(text));
        let who = self.instead.name.as_str();
        let tokens = tokens(text);
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            let run = self.runs.iter().find(|(run, _)| {
                rest.len() >= run.len() && run.iter().zip(rest).all(|(a, (_, b))| a == b)
            });
            let (count, instead) = match run {
                Some((run, instead)) => (run.len(), instead.as_str()),
                None if self.is_name(&rest[0], text) => (1, who),
                None => {
                    at += 1;
                    continue;
                }
            };
            let range = rest[0].0.start..rest[count - 1].0.end;
            // First name, then family name: one person.
            match found.last_mut() {
                Some((before, last))
                    if *last == who
                        && instead == who
                        && before.end <= range.start
                        && text[before.end..range.start].trim().is_empty() =>
                {
                    before.end = range.end;
                }
                _ => found.push((range, instead)),
            }
            at += count;
        }
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for (range, instead) in found {
            if range.start < end {
                continue;
            }
            out.push_str(&text[end..range.start]);
            let head = out.trim_end_matches(' ');
            let begins = head.is_empty() || head.ends_with(['.', '!', '?', '\n']);
            if begins && !instead.contains('@') {
                out.push_str(&capital(instead));
            } else {
                out.push_str(instead);
            }
            end = range.end;
        }
        out + &text[end..]
    }

    /// Addresses with something behind a `+`, which are the person's, too.
    fn addresses_in(&self, text: &str) -> Vec<(Range<usize>, &str)> {
        if self.addresses.is_empty() || !text.contains('@') {
            return Vec::new();
        }
        let ends = |c: char| c.is_whitespace() || "<>()[],;:\"'|".contains(c);
        let mut found = Vec::new();
        let mut start = 0;
        for part in text.split(ends) {
            let bare = part.trim_end_matches(['.', '!', '?']);
            if bare.contains('@') && self.is_address(bare) {
                found.push((start..start + bare.len(), self.instead.email.as_str()));
            }
            let next = text[start + part.len()..].chars().next();
            start += part.len() + next.map_or(0, char::len_utf8);
        }
        found
    }

    fn numbers_in(&self, text: &str) -> Vec<(Range<usize>, &str)> {
        let same = |one: &str| {
            let one = digits(one);
            self.numbers
                .iter()
                .any(|number| one.ends_with(number.as_str()) || number.ends_with(&one))
        };
        links::reaches(text)
            .into_iter()
            .filter(|(reach, range)| *reach == Reach::Phone && same(&text[range.clone()]))
            .map(|(_, range)| (range, self.instead.other.as_str()))
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

/// The words of a part of a place that has a number: `room 312` is as good as the place, a town alone
/// is not.
fn numbered(part: &str) -> Option<Vec<String>> {
    let part = words(part);
    let has_number = |word: &String| word.contains(|c: char| c.is_ascii_digit());
    (part.len() > 1 && part.iter().any(has_number)).then_some(part)
}

/// An address without what stands behind a `+`, in lower case.
pub fn plain_address(address: &str) -> String {
    let lower = address.trim().to_lowercase();
    match lower.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split('+').next().unwrap_or_default();
            format!("{local}@{domain}")
        }
        None => lower,
    }
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
