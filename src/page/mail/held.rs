//! What is known of a mail in quarantine, as it is written beside the mail: `KEY.toml`.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::model::field::Value;
use crate::model::held_mail::HeldMail;
use crate::page::edit::toml_value;

/// Writes it.
pub fn write(held: &HeldMail) -> String {
    let mut out = String::new();
    let mut put = |key: &str, value: &Value| {
        let _ = writeln!(out, "{key} = {}", toml_value(value));
    };
    let text = |text: &str| Value::Text(text.to_owned());
    put("reason", &text(&held.reason));
    if !held.why.is_empty() {
        put("why", &text(&held.why));
    }
    put("at", &text(&held.at.to_string()));
    put("from", &text(&held.from));
    put("subject", &text(&held.subject));
    put("size", &text(&held.size.to_string()));
    if let Some(sender) = &held.sender {
        put("sender", &text(sender));
    }
    if !held.recipients.is_empty() {
        put("recipients", &Value::List(held.recipients.clone()));
    }
    if held.notices > 0 {
        put("notices", &text(&held.notices.to_string()));
    }
    if let Some(told) = held.told {
        put("told", &text(&told.to_string()));
    }
    out
}

/// The keys, each as it is written.
#[derive(Deserialize)]
struct Written {
    reason: String,
    #[serde(default)]
    why: String,
    at: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    size: String,
    sender: Option<String>,
    #[serde(default)]
    recipients: Vec<String>,
    #[serde(default)]
    notices: String,
    told: Option<String>,
}

/// Reads it; `None` where it is no such text.
pub fn read(key: &str, text: &str) -> Option<HeldMail> {
    let written: Written = toml::from_str(text).ok()?;
    Some(HeldMail {
        key: key.to_owned(),
        reason: written.reason,
        why: written.why,
        at: written.at.parse().ok()?,
        from: written.from,
        subject: written.subject,
        size: written.size.parse().unwrap_or_default(),
        sender: written.sender,
        recipients: written.recipients,
        notices: written.notices.parse().unwrap_or_default(),
        told: written.told.and_then(|told| told.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut held = HeldMail {
            key: "1bfs623a0s03nscs".to_owned(),
            reason: "storm".to_owned(),
            why: "more than 3 \"equal\" mails\u{7}".to_owned(),
            at: "2026-11-30T09:00:00Z".parse().unwrap(),
            from: "Ján <jan@acme.example>".to_owned(),
            subject: "= [x]\n\"\"\"".to_owned(),
            size: 1_204,
            sender: Some(String::new()),
            recipients: vec!["help@desk.example".to_owned()],
            notices: 2,
            told: Some("2026-12-01T08:00:00Z".parse().unwrap()),
        };
        assert_eq!(read(&held.key, &write(&held)), Some(held.clone()));
        (held.sender, held.told, held.notices) = (None, None, 0);
        (held.why, held.recipients) = (String::new(), Vec::new());
        assert_eq!(read(&held.key, &write(&held)), Some(held));
        assert_eq!(read("x", "reason = 1"), None);
        assert_eq!(read("x", "no toml"), None);
    }
}
