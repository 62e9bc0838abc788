//! What stands beside a mail in the outbox: to whom it goes, and the entry that tells of it once it
//! was handed over.

use serde::Deserialize;

use crate::model::mail::OutboxRecord;
use crate::page::entry_value::quoted;

/// The record as its file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    ticket: String,
    by: String,
    written: Option<String>,
    tried: Option<String>,
    #[serde(default)]
    envelope: String,
    #[serde(default)]
    recipients: Vec<String>,
    #[serde(default)]
    attributes: Vec<(String, String)>,
    #[serde(default)]
    text: String,
    template: Option<String>,
    language: Option<String>,
    tag: Option<String>,
    known: Option<Vec<String>>,
}

/// Reads a record.
pub fn read(text: &str) -> Result<OutboxRecord, String> {
    let stored: Stored = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let moment = |text: Option<String>| -> Result<_, String> {
        let read = text.map(|text| text.parse().map_err(|_| format!("`{text}` is no time")));
        read.transpose()
    };
    Ok(OutboxRecord {
        written: moment(stored.written)?,
        tried: moment(stored.tried)?,
        ticket: stored.ticket,
        by: stored.by,
        envelope: stored.envelope,
        recipients: stored.recipients,
        attributes: stored.attributes,
        text: stored.text,
        template: stored.template.map(|name| (name, stored.language)),
        tag: stored.tag,
        known: stored.known,
    })
}

/// Writes a record.
pub fn write(record: &OutboxRecord) -> String {
    let mut out = String::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push_str(&format!("{key} = {value}\n"));
        }
    };
    let list = |all: &[String]| {
        let all: Vec<String> = all.iter().map(|one| quoted(one)).collect();
        format!("[{}]", all.join(", "))
    };
    let template = record.template.as_ref();
    put("ticket", Some(quoted(&record.ticket)));
    put("by", Some(quoted(&record.by)));
    put("written", record.written.map(|at| quoted(&at.to_string())));
    put("tried", record.tried.map(|at| quoted(&at.to_string())));
    put("envelope", Some(quoted(&record.envelope)));
    put("recipients", Some(list(&record.recipients)));
    let pair =
        |(key, value): &(String, String)| format!("  [{}, {}],\n", quoted(key), quoted(value));
    let pairs: String = record.attributes.iter().map(pair).collect();
    put("attributes", Some(format!("[\n{pairs}]")));
    put("text", Some(quoted(&record.text)));
    put("template", template.map(|(name, _)| quoted(name)));
    let language = template.and_then(|(_, language)| language.as_deref());
    put("language", language.map(quoted));
    put("tag", record.tag.as_deref().map(quoted));
    put("known", record.known.as_deref().map(list));
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_record_reads_back(text in any::<String>(), value in any::<String>(), has in any::<bool>()) {
            let record = OutboxRecord {
                ticket: "2611-7K3MQ".to_owned(),
                by: "anna".to_owned(),
                written: "2026-11-30T10:00:00Z".parse().ok(),
                tried: None,
                envelope: value.clone(),
                recipients: vec![value.clone(), text.clone()],
                attributes: vec![("to".to_owned(), value.clone()), ("x".to_owned(), text.clone())],
                text,
                template: has.then(|| (value.clone(), Some(value.clone()))),
                known: has.then(|| vec![value.clone()]),
                tag: has.then_some(value),
            };
            prop_assert_eq!(read(&write(&record)), Ok(record));
        }
    }

    #[test]
    fn what_is_no_record_says_why() {
        assert!(read("ticket = 1").is_err());
        assert!(read("ticket = \"x\"\nby = \"anna\"\nwritten = \"soon\"\n").is_err());
    }
}
