//! Ids of tickets and articles, and the tags of log entries.
//!
//! Random parts are drawn from Crockford's base 32 (no I, L, O, U), so that they survive being
//! read out on the telephone. Drawing is not done here: see `store::fresh`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::moment::Moment;

/// Crockford's base-32 alphabet.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Length of the random part of a ticket id.
pub const RANDOM_LEN: usize = 5;

/// The shortest start of a random part that names a ticket.
pub const MIN_PREFIX: usize = 3;

/// Folds one typed character into the alphabet: any case, O as 0, I and L as 1.
pub fn fold_char(c: char) -> Option<char> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    (c.is_ascii() && ALPHABET.contains(&(c as u8))).then_some(c)
}

fn fold(text: &str) -> Option<String> {
    text.chars().map(fold_char).collect()
}

/// Writes `bytes` as base-32 characters, five bits of each byte.
pub fn base32(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|b| ALPHABET[usize::from(b & 31)] as char)
        .collect()
}

/// The id of a ticket, `2611-7K3MQ`: year and month (UTC) of creation, then five random
/// characters. Plain order is month order, and the id names its file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId([u8; 10]);

impl TicketId {
    /// The id with this random part for a ticket created at `created`.
    pub fn new(created: Moment, random: &str) -> Option<Self> {
        use chrono::Datelike;
        // Two digits name the years of one century only.
        let named = (1970..=2069).contains(&created.utc().year());
        let id = format!("{}-{random}", created.format("%y%m"));
        id.parse().ok().filter(|_| named)
    }

    /// The first that there may be, of January 1970.
    pub const FIRST: Self = Self(*b"7001-00000");

    /// Whether month and random part are such.
    fn is_real(&self) -> bool {
        const KNOWN: [bool; 256] = {
            let mut known = [false; 256];
            let mut at = 0;
            while at < ALPHABET.len() {
                known[ALPHABET[at] as usize] = true;
                at += 1;
            }
            known
        };
        let id = &self.0;
        id[..2].iter().all(u8::is_ascii_digit)
            && matches!((id[2], id[3]), (b'0', b'1'..=b'9') | (b'1', b'0'..=b'2'))
            && id[4] == b'-'
            && id[5..].iter().all(|byte| KNOWN[usize::from(*byte)])
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        // The constructor admits ASCII only.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The random part, five characters.
    pub fn random(&self) -> &str {
        &self.as_str()[5..]
    }

    /// The folder of the month that the id names, `2026-11`. Years 70 to 99 are of the last
    /// century, for records imported from old systems.
    pub fn folder(&self) -> String {
        let (year, month) = (&self.as_str()[..2], &self.as_str()[2..4]);
        let century = if year >= "70" { "19" } else { "20" };
        format!("{century}{year}-{month}")
    }

    /// Whether this is the folder that the id names.
    pub fn is_of(&self, folder: &str) -> bool {
        let (id, folder) = (&self.0, folder.as_bytes());
        let century = if id[0] >= b'7' { b"19" } else { b"20" };
        folder.len() == 7
            && folder[..2] == century[..]
            && folder[2..4] == id[..2]
            && folder[4] == b'-'
            && folder[5..] == id[2..4]
    }

    /// The ticket's file, relative to the desk, with `/` between the parts.
    pub fn path(&self) -> String {
        format!("tickets/{}/{}.md", self.folder(), self)
    }

    /// The id as a number, in the order of the ids: the month, then five bits for each character.
    pub fn number(&self) -> u64 {
        let digit = |byte: u8| u64::from(byte - b'0');
        let month = self.0[..4]
            .iter()
            .fold(0, |sum, byte| sum * 10 + digit(*byte));
        self.0[5..].iter().fold(month, |sum, byte| {
            let at = ALPHABET.iter().position(|known| known == byte);
            (sum << 5) | at.unwrap_or(0) as u64
        })
    }

    /// The id of a number.
    pub fn of_number(number: u64) -> Option<Self> {
        let mut month = u16::try_from(number >> (5 * RANDOM_LEN)).ok()?;
        let mut id = *b"0000-00000";
        for (at, byte) in id[5..].iter_mut().rev().enumerate() {
            let five = usize::try_from((number >> (5 * at)) & 31).ok()?;
            *byte = ALPHABET[five];
        }
        for byte in id[..4].iter_mut().rev() {
            *byte += u8::try_from(month % 10).ok()?;
            month /= 10;
        }
        let id = Self(id);
        (month == 0 && id.is_real()).then_some(id)
    }

    /// The telephone form: "two six one one, seven kilo three mike quebec".
    pub fn spell(&self) -> String {
        let words = |text: &str| text.chars().map(spoken).collect::<Vec<_>>().join(" ");
        format!("{}, {}", words(&self.as_str()[..4]), words(self.random()))
    }
}

fn spoken(c: char) -> &'static str {
    const DIGITS: [&str; 10] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    const LETTERS: [&str; 26] = [
        "alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india",
        "juliett", "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo",
        "sierra", "tango", "uniform", "victor", "whiskey", "x-ray", "yankee", "zulu",
    ];
    match c {
        '0'..='9' => DIGITS[c as usize - '0' as usize],
        'A'..='Z' => LETTERS[c as usize - 'A' as usize],
        _ => "dash",
    }
}

impl FromStr for TicketId {
    type Err = NotAnId;

    /// Reads a full id, with or without the dash, in any case.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        // As it stands everywhere but in what people type.
        if let Ok(id) = text.as_bytes().try_into().map(Self)
            && id.is_real()
        {
            return Ok(id);
        }
        let wrong = || NotAnId(text.to_owned());
        let bytes = text.as_bytes();
        let random = match bytes.len() {
            10 if bytes[4] == b'-' => 5,
            9 => 4,
            _ => return Err(wrong()),
        };
        let mut id = *b"0000-00000";
        let typed = bytes[..4].iter().chain(&bytes[random..]);
        for (at, byte) in [0, 1, 2, 3, 5, 6, 7, 8, 9].into_iter().zip(typed) {
            id[at] = fold_char(char::from(*byte))
                .and_then(|c| u8::try_from(c).ok())
                .ok_or_else(wrong)?;
        }
        let id = Self(id);
        id.is_real().then_some(id).ok_or_else(wrong)
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for TicketId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        // Readers of JSON want the text, caches want it as it lies in memory.
        if s.is_human_readable() {
            s.serialize_str(self.as_str())
        } else {
            self.0.serialize(s)
        }
    }
}

impl<'de> Deserialize<'de> for TicketId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if d.is_human_readable() {
            let text = String::deserialize(d)?;
            return text.parse().map_err(D::Error::custom);
        }
        let id = Self(<[u8; 10]>::deserialize(d)?);
        id.is_real()
            .then_some(id)
            .ok_or_else(|| D::Error::custom("no id"))
    }
}

/// The id of an article, `KB-7Q2M`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleId(String);

/// Length of the random part of an article's id.
pub const ARTICLE_RANDOM_LEN: usize = 4;

impl ArticleId {
    /// The id with this random part.
    pub fn new(random: &str) -> Option<Self> {
        format!("KB-{random}").parse().ok()
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ArticleId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wrong = || NotAnId(text.to_owned());
        let (head, tail) = text.split_at_checked(3).ok_or_else(wrong)?;
        if !head.eq_ignore_ascii_case("kb-") || tail.len() != 4 {
            return Err(wrong());
        }
        Ok(Self(format!("KB-{}", fold(tail).ok_or_else(wrong)?)))
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for ArticleId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ArticleId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no id of the asked kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id")]
pub struct NotAnId(pub String);

/// What a person typed to name a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdInput {
    /// A whole id: names its file without a look around.
    Full(TicketId),
    /// A start of the random part, three characters or more, perhaps with the month before it.
    Start {
        /// `2611` where the month was typed too.
        month: Option<String>,
        /// Folded into the alphabet.
        random: String,
    },
    /// `.`: the ticket that I wrote to last.
    Last,
    /// Anything else: perhaps a foreign id or an alias.
    Foreign(String),
}

impl IdInput {
    /// Reads what was typed. Never fails: what is no id may be a foreign one.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if text == "." {
            return Self::Last;
        }
        if let Ok(id) = text.parse() {
            return Self::Full(id);
        }
        let start = |month: Option<&str>, random: &str| {
            let random = fold(random)?;
            (MIN_PREFIX..=RANDOM_LEN)
                .contains(&random.len())
                .then(|| Self::Start {
                    month: month.map(str::to_owned),
                    random,
                })
        };
        let read = match text.split_once('-') {
            Some((month, random))
                if month.len() == 4 && month.bytes().all(|b| b.is_ascii_digit()) =>
            {
                start(Some(month), random)
            }
            Some(_) => None,
            None => start(None, text),
        };
        read.unwrap_or_else(|| Self::Foreign(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, id: &str) {
        assert_eq!(text.parse::<TicketId>().unwrap().as_str(), id);
    }

    #[test]
    fn ids_are_read_forgivingly() {
        reads("2611-7K3MQ", "2611-7K3MQ");
        reads("26117k3mq", "2611-7K3MQ");
        reads("26ii-ol3mq", "2611-013MQ");
        for wrong in [
            "",
            "2611",
            "2613-7K3MQ",
            "2611-7K3MU",
            "2611/7K3MQ",
            "../../etcpw",
            "é611-7K3M",
        ] {
            assert!(wrong.parse::<TicketId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_id_names_its_file_and_its_sound() {
        let id: TicketId = "2611-7K3MQ".parse().unwrap();
        assert_eq!(id.path(), "tickets/2026-11/2611-7K3MQ.md");
        assert_eq!(id.spell(), "two six one one, seven kilo three mike quebec");
        assert_eq!(
            "9903-7K3MQ".parse::<TicketId>().unwrap().folder(),
            "1999-03"
        );
    }

    #[test]
    fn what_is_typed_is_sorted_into_kinds() {
        assert_eq!(IdInput::read("."), IdInput::Last);
        assert_eq!(
            IdInput::read("7k3"),
            IdInput::Start {
                month: None,
                random: "7K3".into()
            }
        );
        assert_eq!(
            IdInput::read("2611-7k3"),
            IdInput::Start {
                month: Some("2611".into()),
                random: "7K3".into()
            }
        );
        assert_eq!(
            IdInput::read("INC0000045"),
            IdInput::Foreign("INC0000045".into())
        );
        assert_eq!(IdInput::read("7k"), IdInput::Foreign("7k".into()));
    }
}
