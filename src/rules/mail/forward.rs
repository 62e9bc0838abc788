//! Whose mail somebody forwarded: what the text, or a mail that is a file of it, says of that.
//!
//! It is offered to a person, and nothing goes by it: who forwards can write there what they like, and
//! programs write it in many ways.

use crate::model::mail::Mail;
use crate::page::mail::{bare_address, read};

/// The word for the writer above what is forwarded, in lower case.
const FROM: [&str; 22] = [
    "from",
    "von",
    "od",
    "de",
    "van",
    "från",
    "fra",
    "da",
    "lähettäjä",
    "odesílatel",
    "odosielateľ",
    "feladó",
    "kimden",
    "từ",
    "প্রেরক",
    "发件人",
    "寄件者",
    "差出人",
    "보낸사람",
    "от",
    "від",
    "απο",
];

/// So many lines behind it another header stands.
const NEAR: usize = 4;

/// So many are named.
const MOST: usize = 3;

/// The addresses of those whose mails are forwarded in a mail: of the first block of headers in its text,
/// and of mails that are files of it.
pub fn forwarded(mail: &Mail) -> Vec<String> {
    let mut all: Vec<String> = in_text(&mail.text).into_iter().collect();
    for file in &mail.files {
        if file.media_type != "message/rfc822" {
            continue;
        }
        let from = read(&file.bytes).ok().and_then(|mail| mail.from);
        all.extend(from.map(|from| from.address));
    }
    all.retain(|one| one.contains('@'));
    let mut named = Vec::new();
    for one in all {
        if !named.contains(&one) && named.len() < MOST {
            named.push(one);
        }
    }
    named
}

/// The address of the first block of headers in a text.
fn in_text(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(bare).collect();
    lines.iter().enumerate().find_map(|(at, line)| {
        let (word, value) = header(line)?;
        let is_from = FROM.contains(&word.as_str());
        let more = lines[at + 1..].iter().take(NEAR);
        let is_block = more.filter(|line| header(line).is_some()).count() > 0;
        if !is_from || !is_block {
            return None;
        }
        address(value)
    })
}

/// A line without marks of quoting and of bold type.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t', '|']).trim()
}

/// A line as a header: its word in lower case, and its value.
fn header(line: &str) -> Option<(String, &str)> {
    let (word, value) = line.split_once([':', '：'])?;
    let word = word.trim_matches(['*', ' ', '_']).to_lowercase();
    let is_word = (1..=20).contains(&word.chars().count()) && !word.contains(['/', '@', '<']);
    is_word.then_some((word, value))
}

/// The address in the value of a header.
fn address(value: &str) -> Option<String> {
    let ends = |c: char| c.is_whitespace() || "<>[]()\"',;*".contains(c);
    let mut words = value.split(ends);
    let word = words.find(|word| word.contains('@'))?;
    let word = word.trim_start_matches("mailto:");
    let address = bare_address(word);
    let (local, domain) = address.split_once('@')?;
    (!local.is_empty() && domain.contains('.') && !address.starts_with('-')).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let bytes = format!("From: anna@desk.example\r\nSubject: Fwd: x\r\n\r\n{text}\r\n");
        forwarded(&read(bytes.as_bytes()).unwrap())
    }

    #[test]
    fn blocks_of_many_programs() {
        for block in [
            "---------- Forwarded message ---------\nFrom: Jan Kowalski <jan@acme.example>\nDate: Mon\nSubject: x\n\nHelp",
            "-----Original Message-----\nFrom: Jan Kowalski [mailto:jan@acme.example]\nSent: Monday\nTo: Anna\n\nHelp",
            "Von: jan@acme.example\nGesendet: Montag\n\nHilfe",
            "> *Od:* Jan <jan@acme.example>\n> *Data:* 23.11\n>\n> Pomocy",
            "Từ: Jan <jan@acme.example>\nNgày: 23\n\nx",
        ] {
            assert_eq!(of(block), ["jan@acme.example"], "{block}");
        }
    }

    #[test]
    fn what_is_no_block_names_nobody() {
        for text in [
            "From: here to there\nit is far",
            "From: jan@acme.example is what he said",
            "Write to jan@acme.example.\nDate: soon",
            "",
        ] {
            assert_eq!(of(text), Vec::<String>::new(), "{text}");
        }
        let deep = "From: a@b.example\nDate: x\n\nFrom: c@d.example\nDate: y\n";
        assert_eq!(of(deep), ["a@b.example"]);
    }
}
