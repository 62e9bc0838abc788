//! Questions of an interview in words.

use crate::model::field::{Field, Key};
use crate::model::intake_form::Ask;
use crate::model::settings::Settings;

/// The words of a question, ready to be answered behind them.
pub fn words(ask: &Ask, settings: &Settings) -> String {
    let words = plain(ask, settings);
    if words.ends_with(['?', ':', '.']) {
        return words;
    }
    format!("{words}:")
}

/// The company's words, a declared field's title, or ours.
fn plain(ask: &Ask, settings: &Settings) -> String {
    if let Some(own) = settings.questions.get(&ask.word()) {
        return own.clone();
    }
    match ask {
        Ask::Description => "Details".to_owned(),
        Ask::Answer => "The answer given".to_owned(),
        Ask::Field(Field::Company(name)) => settings
            .fields
            .get(name)
            .map_or_else(|| name.clone(), |field| field.title.clone()),
        Ask::Field(Field::Known(key)) => known(*key),
    }
}

fn known(key: Key) -> String {
    let words = match key {
        Key::Title => "What is it about, in one line?",
        Key::Code => "Problem code",
        Key::Impact => "Who is affected?",
        Key::Urgency => "How urgent is it?",
        Key::Priority => "Priority",
        Key::Queue => "Queue",
        Key::Assignee => "Who works on it?",
        Key::Channel => "How did they get in touch?",
        Key::Planned => "On which date?",
        Key::Tags => "Tags",
        Key::Watchers => "Who watches it?",
        Key::RequesterName => "Who is calling?",
        Key::RequesterEmail => "E-mail",
        Key::RequesterPhone => "Telephone",
        Key::RequesterAccount => "Account",
        Key::RequesterLocation => "Where are they?",
        Key::RequesterOrganisation => "Organisation",
        Key::RequesterLanguage => "Language",
        Key::VendorName => "Provider",
        Key::VendorReference => "Number at the provider",
        Key::AssetName => "Name of the equipment",
        Key::AssetModel => "Model",
        Key::AssetSerial => "Serial number",
        Key::AssetLicence => "Licence",
        Key::AssetLocation => "Where does the equipment stand?",
        Key::LinkArticles => "Article that answers it",
        Key::RequestWants => "What do they want?",
        Key::RequestTried => "What was already tried?",
        Key::RequestReproduce => "Can it be reproduced, and how?",
        Key::RequestAbout => "About whom or what?",
        Key::RequestFeeling => "Praise, complaint or other?",
        Key::Satisfied => "Is the requester satisfied?",
        key => key.path(),
    };
    words.to_owned()
}
