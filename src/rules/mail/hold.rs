//! Why a mail waits in quarantine although it could be taken in: what the settings refuse, what a
//! filter marked, strangers where the house wants it so, and storms.

use crate::model::mail::Mail;
use crate::model::moment::Moment;
use crate::model::settings::MailSettings;
use crate::rules::mail::storm::{CountedMail, storm};
use crate::rules::mail::verdict::{Fate, QuarantineReason, Verdict, Writer};

/// What is known besides the mail and its ticket.
pub struct HoldFacts<'f> {
    /// Whether a ticket's requester has an address.
    pub knows: &'f dyn Fn(&str) -> bool,
    /// What this clone took in of late.
    pub past: &'f [CountedMail],
    /// When mails came to the ticket that this one belongs to.
    pub ticket: &'f [Moment],
}

/// Why a mail waits, and what of it is the reason; `None` for one that is taken in.
pub fn hold(
    mail: &Mail,
    verdict: &Verdict,
    settings: &MailSettings,
    facts: &HoldFacts<'_>,
    now: Moment,
) -> Option<(QuarantineReason, String)> {
    if let Fate::Quarantine(reason) = &verdict.fate {
        return Some((*reason, String::new()));
    }
    if let Some(name) = refused_file(mail, &settings.incoming.refused_types) {
        return Some((QuarantineReason::RefusedType, name));
    }
    if let Some(sign) = junk(mail) {
        return Some((QuarantineReason::Junk, sign));
    }
    let counted = CountedMail::of(mail, &verdict.fate, now);
    if let Some(storm) = storm(&counted, facts.past, facts.ticket, &settings.limits) {
        return Some((QuarantineReason::Storm, storm.to_string()));
    }
    let address = mail.from.as_ref().map_or("", |from| from.address.as_str());
    let is_unknown = settings.incoming.holds_unknown
        && matches!(verdict.fate, Fate::New { .. })
        && verdict.writer == Writer::Stranger
        && !(facts.knows)(address);
    is_unknown.then(|| (QuarantineReason::UnknownSender, String::new()))
}

/// The first file that the settings refuse, by its name.
fn refused_file(mail: &Mail, refused: &[String]) -> Option<String> {
    let file = mail.files.iter().find(|file| {
        // What Windows leaves out at the end of a name hides nothing.
        let name = file.name.as_deref().unwrap_or_default().to_lowercase();
        let name = name.trim_end_matches(['.', ' ']);
        let is_refused = |one: &String| file.media_type == *one || name.ends_with(one.as_str());
        refused.iter().any(is_refused)
    })?;
    Some(match &file.name {
        Some(name) => format!("{name} ({})", file.media_type),
        None => file.media_type.clone(),
    })
}

/// The header by which a filter on the mail's way says that it is junk. Whoever writes that into
/// their own mail only harms it, so that the filter need not be known.
fn junk(mail: &Mail) -> Option<String> {
    ["x-spam-flag", "x-spam", "x-spam-status"]
        .iter()
        .find_map(|name| {
            let value = mail.header(name).next()?;
            let word: String = value
                .chars()
                .take_while(char::is_ascii_alphabetic)
                .collect();
            let is_junk = ["yes", "true"]
                .iter()
                .any(|yes| word.eq_ignore_ascii_case(yes));
            is_junk.then(|| format!("{name}: {}", value.chars().take(60).collect::<String>()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::mail::read;
    use crate::rules::mail::verdict::decide;

    #[track_caller]
    fn is(headers: &str, settings: &MailSettings, expected: &str) {
        let bytes = format!("From: jan@acme.example\r\n{headers}\r\n\r\nx\r\n");
        let mail = read(bytes.as_bytes()).unwrap();
        let now = "2026-11-30T09:00:00Z".parse().unwrap();
        let verdict = decide(&mail, settings, &|_| None, &|_| None);
        let facts = HoldFacts {
            knows: &|address| address == "ola@acme.example",
            past: &[],
            ticket: &[],
        };
        let told = match hold(&mail, &verdict, settings, &facts, now) {
            None => "taken in".to_owned(),
            Some((reason, why)) => format!("{} {why}", reason.as_str()).trim().to_owned(),
        };
        assert_eq!(told, expected, "{headers}");
    }

    #[test]
    fn filters_files_and_strangers() {
        let mut settings = MailSettings::default();
        is("Subject: x", &settings, "taken in");
        is("X-Spam-Flag: NO", &settings, "taken in");
        is("X-Spam-Flag: YES", &settings, "junk x-spam-flag: YES");
        is("X-Spam: Yes", &settings, "junk x-spam: Yes");
        is(
            "X-Spam-Status: Yes, score=9.1",
            &settings,
            "junk x-spam-status: Yes, score=9.1",
        );
        let file = "Content-Type: application/x-msdownload; name=\"Invoice.pdf.EXE. \"";
        is(file, &settings, "taken in");
        settings.incoming.refused_types = vec![".exe".to_owned()];
        is(
            file,
            &settings,
            "refused-type Invoice.pdf.EXE. (application/x-msdownload)",
        );
        settings.incoming.refused_types = vec!["application/x-msdownload".to_owned()];
        is(
            "Content-Type: application/x-msdownload",
            &settings,
            "refused-type application/x-msdownload",
        );
        settings.incoming.holds_unknown = true;
        is("Subject: x", &settings, "unknown-sender");
        is(
            "X-Loop: x\r\nFrom: ola@acme.example",
            &settings,
            "unknown-sender",
        );
    }

    #[test]
    fn whom_a_ticket_knows_is_no_stranger() {
        let mut settings = MailSettings::default();
        settings.incoming.holds_unknown = true;
        let mail = read(b"From: OLA@acme.example\r\n\r\nx").unwrap();
        let verdict = decide(&mail, &settings, &|_| None, &|_| None);
        let facts = HoldFacts {
            knows: &|address| address.eq_ignore_ascii_case("ola@acme.example"),
            past: &[],
            ticket: &[],
        };
        let now = "2026-11-30T09:00:00Z".parse().unwrap();
        assert_eq!(hold(&mail, &verdict, &settings, &facts, now), None);
    }
}
