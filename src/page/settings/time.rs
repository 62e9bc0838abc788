//! `[time.activities]`: what noted time goes to.

use std::collections::BTreeMap;

use crate::page::toml_reader::TomlSection;

/// The longest name of an activity, in characters.
const LONGEST: usize = 40;

pub(in crate::page::settings) fn activities(top: &TomlSection<'_, '_>) -> BTreeMap<String, String> {
    let Some(time) = top.section("time") else {
        return BTreeMap::new();
    };
    let mut all = BTreeMap::new();
    if let Some(section) = time.section("activities") {
        let names: Vec<String> = section
            .entries()
            .map(|(name, ..)| name.to_owned())
            .collect();
        for name in names {
            if !is_name(&name) {
                let message = format!("`{name}` is no name of an activity");
                let hint = "a name is one line of at most 40 characters, without commas";
                section.wrong_with(&name, message, hint);
            }
            if let Some(meaning) = section.text(&name) {
                all.insert(name, meaning);
            }
        }
    }
    time.close();
    all
}

/// Whether a text can stand in an entry, in a list of names and in a column.
fn is_name(text: &str) -> bool {
    let is_bare = |c: char| !c.is_control() && c != ',';
    !text.is_empty()
        && text.trim() == text
        && text.chars().count() <= LONGEST
        && text.chars().all(is_bare)
}
