//! What an entry tells of a mail.

use crate::model::event::{AUTO, BOUNCED, LIST};
use crate::model::mail::{Mail, MailAddress};
use crate::model::settings::{MailSettings, Mailbox};
use crate::rules::mail::answer::THREAD_INDEX;
use crate::rules::mail::machine::{MachineKind, Origin, is_unread};
use crate::rules::mail::quote::CutText;
use crate::rules::mail::sender::Verified;
use crate::rules::mail::subject::{cleaned, title};
use crate::rules::mail::verdict::{Verdict, plain};

/// The attribute that names a mail by its `Message-ID`.
pub const MESSAGE: &str = "message";

/// The attribute that has the addresses of those whose mails an agent forwarded.
pub const FORWARDED: &str = "forwarded";

/// The attribute that has the mail's own date.
pub const DATE: &str = "date";

/// So many addresses of a header stand in an entry.
const ADDRESSES: usize = 20;

/// A value is cut to so many bytes.
const LONGEST: usize = 998;

/// Facts of a mail as attributes, in the order of the file, without its files and what they lost.
/// `title` is that of its ticket.
pub fn attributes(
    mail: &Mail,
    verdict: &Verdict,
    text: &CutText,
    title_of_ticket: &str,
    settings: &MailSettings,
) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut tell = |key: &str, value: String| {
        if !value.is_empty() {
            all.push((key.to_owned(), cut(&value)));
        }
    };
    let id = |id: &String| format!("<{id}>");
    let is_foreign = |one: &&MailAddress| !settings.addresses.contains_key(&plain(&one.address));
    let own_title = title(mail);
    tell("from", mail.from.as_ref().map(written).unwrap_or_default());
    match verdict.bounce.as_ref().filter(|_| verdict.is_undelivered) {
        // Whom a mail of ours did not reach.
        Some(bounce) => tell("to", bounce.recipients.join(", ")),
        None => tell("to", listed(mail.to.iter().filter(is_foreign))),
    }
    tell("cc", listed(mail.cc.iter().filter(is_foreign)));
    tell(
        DATE,
        mail.date.map(|date| date.to_string()).unwrap_or_default(),
    );
    if own_title != title_of_ticket && !cleaned(&mail.subject).is_empty() {
        tell("subject", own_title);
    }
    tell(
        MESSAGE,
        mail.message_id.as_ref().map(id).unwrap_or_default(),
    );
    let answered = mail.in_reply_to.first().or_else(|| mail.references.last());
    tell("reply-to-message", answered.map(id).unwrap_or_default());
    match &verdict.verified {
        Verified::Passed(said) | Verified::Failed(said) => tell("auth", said.clone()),
        Verified::Unknown => {}
    }
    if let Some((_, proof)) = verdict.proof {
        tell("thread", proof.as_str().to_owned());
    }
    tell(AUTO, auto(&verdict.origin).to_owned());
    let index = mail.header(THREAD_INDEX).next();
    tell(THREAD_INDEX, index.unwrap_or_default().replace(' ', ""));
    let bounced = verdict.bounce.as_ref();
    let bounced = bounced.and_then(|bounce| bounce.message.as_ref()).map(id);
    tell(BOUNCED, bounced.unwrap_or_default());
    if text.cut > 0 {
        let lines = if text.cut == 1 { "line" } else { "lines" };
        tell("quoted", format!("{} {lines}", text.cut));
    }
    all
}

/// What no person wrote, or what wrote to many.
fn auto(origin: &Origin) -> &'static str {
    match origin {
        Origin::Machine(kind, _) => MachineKind::as_str(*kind),
        Origin::Bulk(_) => LIST,
        Origin::Person | Origin::Loop(_) => "",
    }
}

/// The requester of the ticket that a mail makes: its writer; where that is the desk itself, a gateway
/// or an address that nobody reads, the one whom answers are to go to.
pub fn requester<'m>(
    mail: &'m Mail,
    mailbox: &Mailbox,
    settings: &MailSettings,
) -> Option<&'m MailAddress> {
    let from = mail.from.as_ref()?;
    let is_own = settings.addresses.contains_key(&plain(&from.address));
    if mailbox.is_gateway || is_own || is_unread(&from.address) {
        return mail.reply_to.as_ref().or(Some(from));
    }
    Some(from)
}

/// An address with the name beside it.
pub fn written(one: &MailAddress) -> String {
    match one.name.as_str() {
        "" => one.address.clone(),
        name => format!(
            "{} <{}>",
            name.replace(['<', '>', ','], " ").trim(),
            one.address
        ),
    }
}

fn listed<'m>(all: impl Iterator<Item = &'m MailAddress>) -> String {
    let all: Vec<String> = all.map(written).collect();
    let mut shown = all.iter().take(ADDRESSES).cloned().collect::<Vec<_>>();
    if all.len() > ADDRESSES {
        shown.push(format!("and {} more", all.len() - ADDRESSES));
    }
    shown.join(", ")
}

/// A value that is not too long.
fn cut(value: &str) -> String {
    if value.len() <= LONGEST {
        return value.to_owned();
    }
    let mut end = LONGEST - '…'.len_utf8();
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &value[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::mail::read;
    use crate::rules::mail::verdict::decide;

    fn told(headers: &str) -> String {
        let bytes = format!("{headers}\r\n\r\nx\r\n");
        let mail = read(bytes.as_bytes()).unwrap();
        let mut settings = MailSettings::default();
        let own = "help@desk.example".to_owned();
        settings.addresses.insert(own, Mailbox::default());
        let verdict = decide(&mail, &settings, &|_| None, &|_| None);
        let text = CutText {
            text: String::new(),
            cut: 1,
        };
        let all = attributes(&mail, &verdict, &text, "Printer", &settings);
        let all = all
            .into_iter()
            .map(|(key, value)| format!("{key}: {value}"));
        all.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_mail_as_attributes() {
        let all = told(
            "From: \"Kowal, Jan\" <jan@acme.example>\r\nTo: Help <help+x@desk.example>, ola@acme.example\r\n\
             Cc: HELP@desk.example\r\nSubject: AW: Scanner\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100\r\n\
             Message-ID: <a@acme.example>\r\nReferences: <b@acme.example> <c@acme.example>\r\n\
             Precedence: bulk",
        );
        let expected = "from: Kowal  Jan <jan@acme.example>\nto: ola@acme.example\n\
            date: 2026-11-30T09:00:00Z\nsubject: Scanner\nmessage: <a@acme.example>\n\
            reply-to-message: <c@acme.example>\nauto: list\nquoted: 1 line";
        assert_eq!(all, expected);
        let all = told("From: jan@acme.example\r\nSubject: Re: Printer");
        assert_eq!(all, "from: jan@acme.example\nquoted: 1 line");
    }

    #[test]
    fn long_values_and_lists_are_cut() {
        let many: Vec<String> = (0..23).map(|n| format!("u{n}@acme.example")).collect();
        let all = told(&format!("From: a@b.c\r\nCc: {}", many.join(", ")));
        assert!(all.contains("u19@acme.example, and 3 more"), "{all}");
        assert!(cut(&"ż".repeat(600)).len() <= LONGEST);
    }
}
