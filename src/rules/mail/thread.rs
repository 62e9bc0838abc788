//! Which ticket a mail may belong to: what in it points at one, the strongest first.
//!
//! Nothing here is proof by itself: the ticket must be there, its log must hold the token or the
//! message, or the writer must be one of its people. Text and files are never searched for ids: each
//! forwarded thread would match.

use crate::model::mail::Mail;
use crate::rules::mail::subject;

/// What points at a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A `Message-ID` or an address of ours: an id, and a token that only those have whom we wrote.
    Token {
        /// The ticket's id, as it stands there.
        id: String,
        /// The token, in lower case.
        token: String,
    },
    /// A `Message-ID` of somebody else, which a ticket's log may hold.
    Message(String),
    /// The mark in the subject.
    Subject(String),
    /// The `Message-ID` of a notice that told an agent of a ticket.
    Notice(String),
}

/// Characters of a token: ten of the alphabet of ids.
const TOKEN: usize = 10;

/// What of a mail points at tickets, the strongest first: tokens in `In-Reply-To`, then in
/// `References` from the last to the first, then in addresses; the messages of others in the same
/// order; the mark in the subject. `own` are the desk's addresses.
pub fn evidence(mail: &Mail, own: &[String]) -> Vec<Evidence> {
    let named = || mail.in_reply_to.iter().chain(mail.references.iter().rev());
    let mut found: Vec<Evidence> = Vec::new();
    let mut add = |one: Evidence| {
        if !found.contains(&one) {
            found.push(one);
        }
    };
    for id in named() {
        let local = id.split('@').next().unwrap_or_default();
        if let Some(token) = token(local) {
            add(token);
        }
    }
    let written = mail.to.iter().chain(&mail.cc).map(|one| &one.address);
    for address in mail.delivered_to.iter().chain(written) {
        if let Some(token) = detail(address, own).and_then(token) {
            add(token);
        }
    }
    for id in named() {
        let local = id.split('@').next().unwrap_or_default();
        match notice(local) {
            Some(notice) => add(notice),
            None if token(local).is_none() => add(Evidence::Message(id.clone())),
            None => {}
        }
    }
    if let Some((_, _, id)) = subject::mark(&mail.subject) {
        add(Evidence::Subject(id.to_owned()));
    }
    found
}

/// What stands behind the `+` in an address of ours.
fn detail<'a>(address: &'a str, own: &[String]) -> Option<&'a str> {
    let (local, domain) = address.rsplit_once('@')?;
    let (name, detail) = local.split_once('+')?;
    let plain = format!("{name}@{domain}");
    own.iter()
        .any(|one| one.eq_ignore_ascii_case(&plain))
        .then_some(detail)
}

/// What a `Message-ID` of ours points at, with or without angle brackets.
pub fn token_evidence(message: &str) -> Option<Evidence> {
    let local = message.trim_matches(['<', '>']).split('@').next()?;
    token(local)
}

/// The token of a `Message-ID` of ours, with or without angle brackets.
pub fn token_of(message: &str) -> Option<String> {
    match token_evidence(message)? {
        Evidence::Token { token, .. } => Some(token),
        _ => None,
    }
}

/// How the `Message-ID` of a notice begins.
const NOTICE: &str = "n-";

/// The local part of the `Message-ID` of a notice.
pub fn notice_id(ticket: &str, token: &str) -> String {
    format!("{NOTICE}{ticket}.{token}")
}

/// The ticket of a notice: what only agents are sent is told apart from what a customer has.
fn notice(local: &str) -> Option<Evidence> {
    match token(local.strip_prefix(NOTICE)?)? {
        Evidence::Token { id, .. } => Some(Evidence::Notice(id)),
        _ => None,
    }
}

/// An id and a token, `2611-7K3MQ.q4tz1x9a2b`, in any case: mail servers fold it.
fn token(text: &str) -> Option<Evidence> {
    let (id, token) = text.split_once('.')?;
    let (month, random) = id.split_once('-')?;
    let is_id = month.len() == 4
        && month.bytes().all(|byte| byte.is_ascii_digit())
        && random.len() == 5
        && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_token = token.len() == TOKEN && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_id && is_token).then(|| Evidence::Token {
        id: id.to_uppercase(),
        token: token.to_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::mail::read;

    fn found(headers: &str) -> Vec<Evidence> {
        let bytes = format!("From: jan@acme.example\r\n{headers}\r\n\r\n[desk 2611-ZZZZZ]\r\n");
        let mail = read(bytes.as_bytes()).unwrap();
        evidence(&mail, &["help@desk.example".to_owned()])
    }

    fn token(id: &str, token: &str) -> Evidence {
        Evidence::Token {
            id: id.to_owned(),
            token: token.to_owned(),
        }
    }

    #[test]
    fn the_strongest_comes_first() {
        let all = found(
            "To: Help <help+2611-9pd4t.AAAAABBBBB@desk.example>\r\n\
             Subject: Re: No network [desk 2611-7K3MQ]\r\n\
             In-Reply-To: <CAF123@mail.acme.example>\r\n\
             References: <2611-7K3MQ.q4tz1x9a2b@desk.example> <CAF120@mail.acme.example>",
        );
        let expected = [
            token("2611-7K3MQ", "q4tz1x9a2b"),
            token("2611-9PD4T", "aaaaabbbbb"),
            Evidence::Message("CAF123@mail.acme.example".to_owned()),
            Evidence::Message("CAF120@mail.acme.example".to_owned()),
            Evidence::Subject("2611-7K3MQ".to_owned()),
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_only_looks_like_it_points_nowhere() {
        assert_eq!(found("To: other+2611-9PD4T.aaaaabbbbb@desk.example"), []);
        assert_eq!(
            found("To: help+sales@desk.example\r\nSubject: desk 2611-7K3MQ"),
            []
        );
        assert_eq!(
            found("In-Reply-To: <2611-7K3MQ.short@desk.example>"),
            [Evidence::Message(
                "2611-7K3MQ.short@desk.example".to_owned()
            )]
        );
    }
}
