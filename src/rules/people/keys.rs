//! By what the tickets of people are found without reading those of others.
//!
//! Tickets are of one person only where they share a name, an address, an account or a number: from
//! some of a person's tickets [`of_same`] leads to all, and nothing that other tickets say has a part
//! in who they are of.

use crate::model::field::Key;
use crate::model::ticket_summary::TicketSummary;
use crate::rules::found_by::Wanted;
use crate::rules::people::{PersonData, Typed, compact, name_words, normalize, phone, told, words};

/// The words by which a ticket is found by its requester.
pub fn found_by(ticket: &TicketSummary) -> Vec<String> {
    let Some(said) = said(ticket) else {
        return Vec::new();
    };
    let mut keys = shared(&said);
    let mut word = |word: &str| keys.push(format!("w:{word}"));
    for name in said.names.iter().flatten() {
        word(name);
    }
    for email in &said.emails {
        let local = email.split('@').next().unwrap_or_default();
        local
            .split(|c: char| !c.is_alphanumeric())
            .filter(|piece| !piece.is_empty())
            .for_each(&mut word);
    }
    for account in &said.accounts {
        word(account);
        let head = account.trim_end_matches(|c: char| c.is_ascii_digit());
        word(&account[head.len()..]);
    }
    for own in words(told(ticket, Key::RequesterOrganisation)) {
        word(&own);
    }
    for email in &said.emails {
        for (at, _) in email.match_indices('@') {
            keys.push(format!("l:{}", back(&email[..at])));
            keys.push(format!("m:{}", &email[at + 1..]));
        }
    }
    for digits in &said.phones {
        keys.push(format!("d:{digits}"));
        keys.push(format!("q:{}", back(digits)));
    }
    keys
}

fn said(ticket: &TicketSummary) -> Option<PersonData> {
    PersonData::of(ticket, "").filter(|_| PersonData::is_told_by(ticket))
}

/// The words that tickets of one person share.
fn shared(said: &PersonData) -> Vec<String> {
    let names = said
        .names
        .iter()
        .map(|name| format!("n:{}", name.join(" ")));
    let emails = said.emails.iter().map(|email| format!("e:{email}"));
    let accounts = said.accounts.iter().map(|account| format!("a:{account}"));
    let phones = said.phones.iter();
    let phones = phones.map(|digits| format!("p:{}", phone::key(digits)));
    names.chain(emails).chain(accounts).chain(phones).collect()
}

fn back(text: &str) -> String {
    text.chars().rev().collect()
}

/// What finds the other tickets of the person of this one.
pub fn of_same(ticket: &TicketSummary) -> Vec<Wanted> {
    let keys = said(ticket).map(|said| shared(&said));
    keys.into_iter().flatten().map(Wanted::Word).collect()
}

/// What finds the tickets of whoever is named in full by what was typed.
pub fn in_full(typed: &Typed<'_>) -> Vec<Wanted> {
    let one = |kind: &str, text: String| (!text.is_empty()).then(|| format!("{kind}:{text}"));
    let digits = |text: &str| phone::key(&phone::digits(text, "")).to_owned();
    let name = typed.name.trim();
    let number = phone::is_number(name).then(|| one("p", digits(name)));
    let all = [
        one("n", name_words(name).join(" ")),
        one("e", normalize(name)),
        one("a", compact(name)),
        number.flatten(),
        one("e", normalize(typed.email.trim())),
        one("a", compact(typed.account)),
        one("p", digits(typed.phone)),
    ];
    all.into_iter().flatten().map(Wanted::Word).collect()
}

/// What finds the tickets of all people whom a text fits, in alternatives: each of them finds all that
/// are left when those of [`in_full`] are found. Empty where nobody else can fit.
pub fn in_part(text: &str, country: &str) -> Vec<Vec<Wanted>> {
    let text = text.trim();
    let plain = normalize(text);
    if let Some((local, domain)) = plain.split_once('@') {
        return vec![vec![Wanted::Beginning(if local.is_empty() {
            format!("m:{domain}")
        } else {
            format!("l:{}", back(local))
        })]];
    }
    let mut parts = Vec::new();
    if phone::is_number(text) {
        for digits in [phone::digits(text, country), phone::digits(text, "")] {
            let own = digits.strip_prefix(country).unwrap_or(&digits);
            if digits.len() >= 4 {
                parts.push(Wanted::Beginning(format!("d:{digits}")));
                parts.push(Wanted::Beginning(format!("d:{own}")));
                parts.push(Wanted::Beginning(format!("q:{}", back(&digits))));
            }
        }
    }
    let all = words(text);
    let with = |word: &String| {
        let word = Wanted::Beginning(format!("w:{word}"));
        parts.iter().cloned().chain([word]).collect()
    };
    all.iter().map(with).collect()
}
