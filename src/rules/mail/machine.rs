//! Whether a person, a machine or a sender of bulk mail wrote a mail (RFC 3834, RFC 3464 and what
//! programs write besides).
//!
//! Two classes, because mistakes cost differently. *Machine* mail changes no state and gets no
//! answer, so its signs are those that no person's mail has. *Bulk* mail only gets no automatic
//! answer: mailing lists and web shops write `Precedence` on what persons wrote, too.

use crate::model::mail::Mail;

/// What wrote a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A person, as far as can be told.
    Person,
    /// A list, a shop, a form: a mail like any other, without automatic answers. Why.
    Bulk(String),
    /// A program that answers or reports: why, and what it is.
    Machine(MachineKind, String),
    /// This desk's own mail that came back.
    Loop(String),
}

/// What a machine's mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineKind {
    /// A mail could not be delivered, or not yet.
    Bounce,
    /// An answer that nobody wrote: out of office, received.
    Reply,
    /// That a mail was read or delivered.
    Receipt,
    /// Anything else.
    Generated,
}

impl MachineKind {
    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Reply => "replied",
            Self::Receipt => "receipt",
            Self::Generated => "generated",
        }
    }
}

/// Headers of programs that answer.
const ANSWERS: [&str; 5] = [
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoreply-from",
    "x-ms-exchange-inbox-rules-loop",
];

/// What wrote a mail to the desk with these addresses of its own.
pub fn origin(mail: &Mail, own: &[String]) -> Origin {
    let has = |name: &str| mail.header(name).next();
    let is_own = |value: &str| own.iter().any(|one| one.eq_ignore_ascii_case(value.trim()));
    for name in ["x-loop", "x-plaindesk-loop"] {
        if let Some(value) = mail.header(name).find(|value| is_own(value)) {
            return Origin::Loop(format!("{name}: {value}"));
        }
    }
    if let Some((kind, why)) = machine(mail) {
        return Origin::Machine(kind, why);
    }
    for name in [
        "precedence",
        "x-precedence",
        "list-id",
        "list-unsubscribe",
        "list-post",
        "feedback-id",
        "x-loop",
    ] {
        if let Some(value) = has(name) {
            return Origin::Bulk(sign(name, value));
        }
    }
    if let Some(value) = has("x-auto-response-suppress") {
        return Origin::Bulk(sign("x-auto-response-suppress", value));
    }
    let address = mail.from.as_ref().map_or("", |from| &from.address);
    if is_unread(address) {
        return Origin::Bulk(format!("from: {address}"));
    }
    Origin::Person
}

/// Whether an address says that nobody reads what is sent to it.
pub fn is_unread(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let letters = local.chars().filter(char::is_ascii_alphanumeric);
    let local: String = letters.collect::<String>().to_ascii_lowercase();
    ["noreply", "donotreply", "bounce"]
        .iter()
        .any(|start| local.starts_with(start))
}

fn sign(name: &str, value: &str) -> String {
    let value: String = value.chars().take(80).collect();
    format!("{name}: {value}")
}

fn machine(mail: &Mail) -> Option<(MachineKind, String)> {
    let first = |name: &str| mail.header(name).next();
    let is_empty_path = mail.return_path.as_deref() == Some("");
    let stated = first("from").unwrap_or_default().to_lowercase();
    let address = mail.from.as_ref().map_or("", |from| from.address.as_str());
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    let is_daemon = ["mailer-daemon", "postmaster", "mailerdaemon", "post_master"]
        .contains(&local.as_str())
        || stated.contains("mailer-daemon")
        || stated == "<>";
    if mail.media_type == "multipart/report" {
        let kind = first("content-type").unwrap_or_default().to_lowercase();
        let is_receipt = kind.contains("disposition-notification");
        let kind = if is_receipt {
            MachineKind::Receipt
        } else {
            MachineKind::Bounce
        };
        return Some((kind, "content-type: multipart/report".to_owned()));
    }
    if let Some(failed) = first("x-failed-recipients") {
        return Some((MachineKind::Bounce, sign("x-failed-recipients", failed)));
    }
    if is_daemon {
        return Some((MachineKind::Bounce, sign("from", &stated)));
    }
    if let Some(value) = first("auto-submitted") {
        let word = value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_lowercase();
        if word != "no" && !word.is_empty() {
            let kind = match word.as_str() {
                "auto-replied" => MachineKind::Reply,
                _ => MachineKind::Generated,
            };
            return Some((kind, sign("auto-submitted", value)));
        }
    }
    for name in ANSWERS {
        if let Some(value) = first(name).filter(|value| !value.eq_ignore_ascii_case("no")) {
            return Some((MachineKind::Reply, sign(name, value)));
        }
    }
    if first("x-apple-action").is_some_and(|action| action.eq_ignore_ascii_case("vacation")) {
        return Some((MachineKind::Reply, "x-apple-action: vacation".to_owned()));
    }
    if let Some(value) = first("x-autogenerated") {
        return Some((MachineKind::Generated, sign("x-autogenerated", value)));
    }
    is_empty_path.then(|| (MachineKind::Generated, "return-path: <>".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::mail::read;

    #[track_caller]
    fn is(headers: &str, expected: &str) {
        let bytes = format!("From: jan@acme.example\r\n{headers}\r\n\r\nx\r\n");
        let mail = read(bytes.as_bytes()).unwrap();
        let told = match origin(&mail, &["help@desk.example".to_owned()]) {
            Origin::Person => "person".to_owned(),
            Origin::Bulk(_) => "bulk".to_owned(),
            Origin::Machine(kind, _) => kind.as_str().to_owned(),
            Origin::Loop(_) => "loop".to_owned(),
        };
        assert_eq!(told, expected, "{headers}");
    }

    #[test]
    fn each_sign() {
        is("Subject: hello", "person");
        is("Auto-Submitted: no", "person");
        is("Auto-Submitted: auto-replied; owner-email=a@b.c", "replied");
        is("Auto-Submitted: auto-generated (rejected)", "generated");
        is("X-Autoreply: yes", "replied");
        is("Return-Path: <>", "generated");
        is("Return-Path: <jan@acme.example>", "person");
        is("X-Failed-Recipients: ola@acme.example", "bounce");
        is(
            "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
            "bounce",
        );
        is(
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
            "receipt",
        );
        is("Precedence: bulk", "bulk");
        is("List-Id: <a.example>", "bulk");
        is("X-Loop: somebody@else.example", "bulk");
        is("X-Loop: HELP@desk.example", "loop");
        is("X-Auto-Response-Suppress: All", "bulk");
    }
}
