//! `[form.<type>]`, `[section.<name>]` and `[question]`: what an intake asks.

use std::collections::BTreeMap;

use crate::model::field::{Field, Key};
use crate::model::intake_form::{Ask, FormSection as Part, IntakeForm};
use crate::model::settings::Settings;
use crate::model::status::TicketType;
use crate::page::problem::did_you_mean;
use crate::page::settings::STARTER;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// The company's words for questions, by what is asked.
pub(in crate::page::settings) fn questions(top: &TomlSection<'_, '_>) -> BTreeMap<String, String> {
    let Some(section) = top.section("question") else {
        return BTreeMap::new();
    };
    let keys: Vec<String> = section.entries().map(|(key, ..)| key.to_owned()).collect();
    let mut all = BTreeMap::new();
    for key in keys {
        if Ask::read(&key).is_none() {
            section.wrong_with(
                &key,
                format!("there is no field `{key}` to ask for"),
                "write a key in quotes, like \"asset.serial\", or description or answer",
            );
        }
        if let Some(words) = section.text(&key) {
            all.insert(key, words);
        }
    }
    all
}

/// The forms; where the desk has none, those of the starter.
pub(in crate::page::settings) fn forms(
    top: &TomlSection<'_, '_>,
    settings: &Settings,
) -> BTreeMap<String, IntakeForm> {
    if top.has("form") {
        return read(top, settings);
    }
    let source = TomlSource::new(crate::page::settings::FILE, STARTER, 0);
    let Ok(table) = source.parse(STARTER) else {
        return BTreeMap::new();
    };
    read(&TomlSection::top(&source, &table), settings)
}

fn read(top: &TomlSection<'_, '_>, settings: &Settings) -> BTreeMap<String, IntakeForm> {
    let parts = parts(top, settings);
    let mut forms = BTreeMap::new();
    let Some(section) = top.section("form") else {
        return forms;
    };
    for (name, form) in section.sections() {
        if !TicketType::WORDS.contains(&name.as_str()) || name == "work-order" {
            section.wrong_with(
                &name,
                format!("there is no form for `{name}`"),
                "forms are for information, action and comment",
            );
        }
        let mut sections = Vec::new();
        for part in form.texts("sections").unwrap_or_default() {
            if let Some(known) = parts.get(&part) {
                sections.push(known.clone());
            } else {
                let message = format!("there is no `[section.{part}]`");
                let hint = did_you_mean(&part, parts.keys().map(String::as_str));
                wrong(&form, "sections", message, hint);
            }
        }
        let mut require = Vec::new();
        for path in form.texts("require").unwrap_or_default() {
            match ask(&path, settings) {
                Ok(Ask::Field(field)) => require.push(field),
                Ok(_) => form.wrong_with(
                    "require",
                    format!("`{path}` cannot be required"),
                    "name keys of the front matter; resolving asks for the answer anyway",
                ),
                Err((message, hint)) => wrong(&form, "require", message, hint),
            }
        }
        form.close();
        forms.insert(name, IntakeForm { sections, require });
    }
    forms
}

fn parts(top: &TomlSection<'_, '_>, settings: &Settings) -> BTreeMap<String, Part> {
    let Some(section) = top.section("section") else {
        return BTreeMap::new();
    };
    let part = |(name, part): (String, TomlSection<'_, '_>)| {
        let mut asked = Vec::new();
        for word in part.texts("ask").unwrap_or_default() {
            match ask(&word, settings) {
                Ok(one) => asked.push(one),
                Err((message, hint)) => wrong(&part, "ask", message, hint),
            }
        }
        let title = part.text("title").unwrap_or_else(|| name.clone());
        part.close();
        let value = Part {
            name: name.clone(),
            title,
            ask: asked,
        };
        (name, value)
    };
    section.sections().into_iter().map(part).collect()
}

fn wrong(section: &TomlSection<'_, '_>, key: &str, message: String, hint: Option<String>) {
    match hint {
        Some(hint) => section.wrong_with(key, message, hint),
        None => section.wrong(key, message),
    }
}

/// What a form may ask for: keys that an intake sets, declared fields, description and answer.
pub(in crate::page) fn ask(
    word: &str,
    settings: &Settings,
) -> Result<Ask, (String, Option<String>)> {
    match Ask::read(word) {
        Some(Ask::Field(Field::Company(name))) if !settings.fields.contains_key(&name) => {
            let hint = format!("declare it: `[fields.{name}]`");
            Err((format!("there is no field `{word}`"), Some(hint)))
        }
        Some(Ask::Field(Field::Known(key))) if !may_be_asked(key) => Err((
            format!("`{word}` is not asked for: desk keeps it itself"),
            None,
        )),
        Some(ask) => Ok(ask),
        None => {
            let known = Key::ALL.iter().filter(|key| may_be_asked(**key));
            let known = known.map(|key| key.path()).chain(["description", "answer"]);
            let hint = did_you_mean(word, known);
            Err((format!("there is no field `{word}`"), hint))
        }
    }
}

/// Whether a key is something that the person on the telephone can be asked for.
fn may_be_asked(key: Key) -> bool {
    let kept = matches!(
        key,
        Key::Id
            | Key::Type
            | Key::Status
            | Key::WaitingOn
            | Key::Until
            | Key::Created
            | Key::Aliases
            | Key::PriorityReason
            | Key::SourceName
            | Key::SourceId
    );
    let link = key.section() == Some("links") && key != Key::LinkArticles;
    !kept && !link
}
