//! `catalog.toml`, read.

use super::problem::{Problem, nearest};
use super::table::{Section, Source};
use crate::model::calendar::Duration;
use crate::model::catalogue::{Catalogue, Code, StandardOrder};
use crate::model::field::Field;
use crate::model::settings::Settings;

/// The catalogue that `desk init` writes.
pub const STARTER: &str = include_str!("../../catalog.toml");

/// The file's name.
pub const FILE: &str = "catalog.toml";

/// Reads a catalogue. Any problem makes it invalid.
pub fn read(text: &str, settings: &Settings) -> Result<Catalogue, Vec<Problem>> {
    let source = Source::new(FILE, text, 0);
    let table = source.parse(text).map_err(|problem| vec![*problem])?;
    let top = Section::top(&source, &table);
    let mut catalogue = Catalogue::default();
    if let Some(section) = top.section("code") {
        for (name, section) in section.sections() {
            let code = code(&name, &section, settings);
            section.close();
            catalogue.codes.insert(name, code);
        }
    }
    if let Some(section) = top.section("imported") {
        for (import, section) in section.sections() {
            if let Some(codes) = section.section("codes") {
                for key in codes
                    .entries()
                    .map(|(key, ..)| key.to_owned())
                    .collect::<Vec<_>>()
                {
                    let Some(title) = codes.text(&key) else {
                        continue;
                    };
                    catalogue.codes.entry(key.clone()).or_insert_with(|| Code {
                        name: key,
                        title,
                        path: vec![import.clone()],
                        retired: true,
                        imported: Some(import.clone()),
                        ..Code::default()
                    });
                }
            }
            section.close();
        }
    }
    top.close();
    drop(top);
    let problems = source.finish();
    if problems.is_empty() {
        Ok(catalogue)
    } else {
        Err(problems)
    }
}

fn code(name: &str, section: &Section<'_, '_>, settings: &Settings) -> Code {
    let fits = name
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if !fits || name.is_empty() {
        section.wrong(
            "",
            format!("`{name}`: a code is upper-case letters, digits and dashes"),
        );
    }
    let one_of = |key: &str, known: &mut dyn Iterator<Item = &str>| {
        let given = section.text(key)?;
        let known: Vec<&str> = known.collect();
        if !known.contains(&given.as_str()) {
            let hint = match nearest(&given, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", known.join(", ")),
            };
            section.wrong_with(key, format!("there is no {key} `{given}`"), hint);
        }
        Some(given)
    };
    // The clocks will read these; they are checked from the start.
    for key in ["workaround", "resolution"] {
        section.read::<Duration>(key);
    }
    let require = section.texts("require").unwrap_or_default();
    for path in &require {
        if path.parse::<Field>().is_err() {
            section.wrong("require", format!("there is no field `{path}`"));
        }
    }
    Code {
        name: name.to_owned(),
        title: section.need("title").unwrap_or_default(),
        path: section.texts("path").unwrap_or_default(),
        queue: one_of("queue", &mut settings.queues.keys().map(String::as_str)),
        area: one_of("area", &mut settings.areas.keys().map(String::as_str)),
        impact: one_of("impact", &mut settings.impacts.iter().map(String::as_str)),
        urgency: one_of(
            "urgency",
            &mut settings.urgencies.iter().map(String::as_str),
        ),
        prompts: section.texts("prompts").unwrap_or_default(),
        require,
        articles: section.texts("articles").unwrap_or_default(),
        work_order: section.section("work_order").map(|order| {
            let value = StandardOrder {
                title: order.text("title").unwrap_or_default(),
                steps: order.texts("steps").unwrap_or_default(),
                team: order.text("team"),
                estimate: order.text("estimate"),
                parts: order.texts("parts").unwrap_or_default(),
            };
            order.close();
            value
        }),
        retired: section.bool("retired").unwrap_or(false),
        imported: None,
    }
}
