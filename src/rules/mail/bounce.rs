//! What a mail server says of a mail that it could not deliver (RFC 3464, and what servers write
//! besides).

use crate::model::mail::{Mail, MailFile};
use crate::page::mail::bare_address;
use crate::rules::mail::thread::token_of;

/// The tag of a ticket to whose requester no mail is delivered.
pub const MAIL_BOUNCES: &str = "mail-bounces";

/// Whether a ticket's tags say that no mail is delivered to its requester: they cannot have answered.
pub fn is_bouncing(tags: &[String]) -> bool {
    tags.iter().any(|tag| tag == MAIL_BOUNCES)
}

/// A report on a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounce {
    /// The `Message-ID` of the mail, where the report has it: one of ours, if any is.
    pub message: Option<String>,
    /// The addresses that it names, as they are written.
    pub recipients: Vec<String>,
    /// Whether it is given up; else the server tries again.
    pub is_permanent: bool,
}

impl Bounce {
    /// Whether the report is about mail to this address; one that names none is about whoever the
    /// mail was for.
    pub fn concerns(&self, address: &str) -> bool {
        self.recipients.is_empty()
            || self
                .recipients
                .iter()
                .any(|one| one.eq_ignore_ascii_case(address))
    }
}

/// So many bytes of a text are looked through.
const LOOKED_AT: usize = 256 << 10;

/// So many ids and addresses of a report are looked at.
const MOST: usize = 20;

/// Reads a report.
pub fn bounce(mail: &Mail) -> Bounce {
    let of_type = |types: &'static [&'static str]| {
        let files = mail.files.iter();
        files.filter(move |file| types.contains(&file.media_type.as_str()))
    };
    let mut fields: Vec<(String, String)> = Vec::new();
    for file in of_type(&["message/delivery-status", "message/global-delivery-status"]) {
        fields.extend(lines(&text(file)).filter_map(|line| field(&line)));
    }
    // Some servers write the same lines into the text.
    let own = lines(&mail.text).filter_map(|line| field(&line));
    let own: Vec<(String, String)> = own.collect();
    let of = |name: &str| -> Vec<&str> {
        let all = fields.iter().chain(&own).filter(|(one, _)| one == name);
        all.map(|(_, value)| value.as_str()).collect()
    };
    let mut recipients: Vec<String> = ["final-recipient", "original-recipient"]
        .iter()
        .flat_map(|name| of(name))
        .map(|value| value.rsplit(';').next().unwrap_or_default())
        .chain(
            mail.header("x-failed-recipients")
                .flat_map(|all| all.split(',')),
        )
        .map(|one| bare_address(one).to_lowercase())
        .filter(|one| one.contains('@'))
        .take(MOST)
        .collect();
    recipients.sort_unstable();
    recipients.dedup();
    Bounce {
        message: message(mail, of_type(&RETURNED)),
        recipients,
        is_permanent: is_permanent(mail, &of("action"), &of("status")),
    }
}

/// The types of what a report returns of the mail.
const RETURNED: [&str; 5] = [
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
];

/// The mail that a report is about: of those that it names one of ours, else the first.
fn message<'m>(mail: &'m Mail, returned: impl Iterator<Item = &'m MailFile>) -> Option<String> {
    let ids = |text: &str| -> Vec<String> {
        let fields = lines(text).filter_map(|line| field(&line));
        fields
            .filter(|(name, _)| name == "message-id" || name == "original-message-id")
            .filter_map(|(_, value)| id(&value))
            .take(MOST)
            .collect()
    };
    let mut all: Vec<String> = returned.flat_map(|file| ids(&text(file))).collect();
    all.extend(ids(&mail.text));
    all.extend(mail.in_reply_to.iter().cloned());
    all.extend(mail.references.iter().rev().take(MOST).cloned());
    let ours = all.iter().find(|one| token_of(one).is_some());
    ours.or(all.first()).cloned()
}

/// The id in angle brackets, or what stands alone.
fn id(value: &str) -> Option<String> {
    let inside = value.split_once('<').map_or(value, |(_, inside)| inside);
    let id = inside.split(['>', ' ']).next().unwrap_or_default().trim();
    (!id.is_empty() && id.len() <= 998).then(|| id.to_owned())
}

/// What servers write that go on trying.
const DELAYED: [&str; 9] = [
    "delay",
    "will be retried",
    "will retry",
    "still being retried",
    "could not send message for past",
    "not yet been delivered",
    "you do not need to resend",
    "no need to resend",
    "wird weiterhin versucht",
];

fn is_permanent(mail: &Mail, actions: &[&str], statuses: &[&str]) -> bool {
    let says = |words: &[&str], start: &str| {
        let mut words = words
            .iter()
            .map(|word| word.trim_start().to_ascii_lowercase());
        words.any(|word| word.starts_with(start))
    };
    if says(actions, "failed") {
        return true;
    }
    if !actions.is_empty() {
        return false;
    }
    if !statuses.is_empty() {
        return says(statuses, "5.");
    }
    let begin: String = mail.text.chars().take(4_000).collect();
    let told = format!("{}\n{begin}", mail.subject).to_lowercase();
    !DELAYED.iter().any(|words| told.contains(words))
}

fn text(file: &MailFile) -> String {
    let some = &file.bytes[..file.bytes.len().min(LOOKED_AT)];
    String::from_utf8_lossy(some).into_owned()
}

/// The lines of a text without quote signs before them, those that go on on the next line joined.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let mut out: Vec<String> = Vec::new();
    let mut looked_at = 0;
    for line in text.lines() {
        looked_at += line.len() + 1;
        if looked_at > LOOKED_AT {
            break;
        }
        let line = line.trim_start_matches(['>', '|']);
        match out.last_mut() {
            // Of a field only what belongs to a short one is wanted.
            Some(last) if line.starts_with([' ', '\t']) && last.ends_with(':') => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => out.push(line.trim().to_owned()),
        }
    }
    out.into_iter()
}

/// A line like `Action: failed`, its name in lower case.
fn field(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty()
        && name.len() <= 40
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then(|| (name.to_ascii_lowercase(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::mail::read;

    const TOKEN: &str = "2611-7K3MQ.q4tz1x9a2b@desk.example";

    /// A report as mail servers write it.
    fn report(action: &str, status: &str) -> Vec<u8> {
        format!(
            "From: MAILER-DAEMON@mx.acme.example\r\nSubject: Undelivered\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n\
             --x\r\n\r\nI am sorry.\r\n\
             --x\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.acme.example\r\n\r\n\
             Final-Recipient: rfc822; Jan@acme.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n\
             --x\r\nContent-Type: message/rfc822\r\n\r\n\
             Message-ID:\r\n <{TOKEN}>\r\nSubject: x\r\n\r\nhello\r\n--x--\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn a_report_names_the_mail_and_whom_it_did_not_reach() {
        let read = |action: &str, status: &str| bounce(&read(&report(action, status)).unwrap());
        let told = read("failed", "5.1.1");
        assert_eq!(told.message.as_deref(), Some(TOKEN));
        assert_eq!(told.recipients, ["jan@acme.example"]);
        assert!(told.is_permanent && told.concerns("JAN@acme.example"));
        assert!(!told.concerns("ola@acme.example"));
        assert!(!read("delayed", "4.4.7").is_permanent);
        assert!(read("failed", "4.4.7").is_permanent);
        assert!(!read("relayed", "2.0.0").is_permanent);
    }

    #[test]
    fn what_servers_write_into_the_text_is_read_too() {
        let text = |text: &str| {
            let bytes = format!(
                "From: Mail Delivery System <Mailer-Daemon@mx.acme.example>\r\nSubject: x\r\n\
                 X-Failed-Recipients: jan@acme.example\r\n\r\n{text}"
            );
            bounce(&read(bytes.as_bytes()).unwrap())
        };
        let told = text(&format!(
            "A message that you sent could not be delivered.\r\n\r\n\
             ------ This is a copy of the message.\r\n\r\nMessage-ID: <{TOKEN}>\r\nSubject: x\r\n"
        ));
        assert_eq!(told.message.as_deref(), Some(TOKEN));
        assert_eq!(told.recipients, ["jan@acme.example"]);
        assert!(told.is_permanent);
        assert!(!text("It has not yet been delivered. No need to resend.").is_permanent);
        assert_eq!(text("nothing").message, None);
    }
}
