//! The parts of a map that say what words mean: constants, values, defaults.

use crate::model::field::{Field, FieldKind, Key};
use crate::model::status::Status;
use crate::page::csv::one_line;
use crate::page::entry_value::NONE;
use crate::page::import_map::read::{AGENT, MapReader, cached_all, importable, keys};
use crate::page::import_map::words::{noun, words};
use crate::page::import_map::{MapTarget, Meant, ValueSource, WordMeaning, is_required};
use crate::page::problem::near;
use crate::page::toml_reader::TomlSection;
use std::collections::BTreeMap;
use toml::de::DeValue;

impl MapReader<'_> {
    /// `[constants]`: the same for every row.
    pub(in crate::page::import_map::read) fn constants(&mut self, top: &TomlSection<'_, '_>) {
        let Some(section) = top.section("constants") else {
            return;
        };
        cached_all(&section, |path, section, key| {
            let Some(field) = importable(section, key, path) else {
                return;
            };
            let Some(value) = section.get(key) else {
                return;
            };
            let text = match value.get_ref() {
                DeValue::String(text) => one_line(text),
                DeValue::Boolean(yes) => yes.to_string(),
                DeValue::Integer(number) => number.as_str().to_owned(),
                DeValue::Array(_) if field.kind().is_list() => {
                    section.texts(key).unwrap_or_default().join(", ")
                }
                _ => return section.wrong(key, format!("`{}` is a text", section.path(key))),
            };
            if self.target(field.clone()).origin.is_some() {
                let message = format!("`{path}` has a column already");
                let hint = "a field is filled from a column or is a constant, not both";
                return section.wrong_with(key, message, hint);
            }
            // People, queues and codes may be new: they are added as those of the rows are.
            let open = matches!(
                field.kind(),
                FieldKind::Queue | FieldKind::Agent | FieldKind::Code
            );
            if open || self.knows(section, key, field.kind(), &text) {
                self.target(field).origin = Some(ValueSource::Constant(text));
            }
        });
    }

    /// `[values]`: translations. Returns the people.
    pub(in crate::page::import_map::read) fn values(
        &mut self,
        top: &TomlSection<'_, '_>,
    ) -> BTreeMap<String, String> {
        let mut people = BTreeMap::new();
        let Some(section) = top.section("values") else {
            return people;
        };
        cached_all(&section, |path, section, key| {
            let Some(words) = section.section(key) else {
                return;
            };
            if path == AGENT {
                for word in keys(&words) {
                    let Some(handle) = words.text(&word) else {
                        continue;
                    };
                    if self.knows(&words, &word, FieldKind::Agent, &handle) {
                        people.insert(one_line(&word), handle);
                    }
                }
                return;
            }
            let Some(field) = importable(section, key, path) else {
                return;
            };
            if field.kind() == FieldKind::Agent {
                let hint = "people are translated together in `[values.agent]`";
                return section.wrong_with(key, format!("`{path}` holds a person"), hint);
            }
            let mut values = BTreeMap::new();
            for word in keys(&words) {
                if let Some(meaning) = self.meaning(&words, &word, &field) {
                    values.insert(one_line(&word), meaning);
                }
            }
            self.target(field).values = values;
        });
        people
    }

    pub(in crate::page::import_map::read) fn meaning(
        &mut self,
        words: &TomlSection<'_, '_>,
        word: &str,
        field: &Field,
    ) -> Option<WordMeaning> {
        let value = words.get(word)?;
        if !value.get_ref().is_table() {
            let text = words.text(word)?;
            return Some(vec![(
                field.clone(),
                self.meant(words, word, field, &text)?,
            )]);
        }
        let section = words.section(word)?;
        let mut meaning = Vec::new();
        cached_all(&section, |path, section, key| {
            let Some(set) = importable(section, key, path) else {
                return;
            };
            let Some(text) = section.text(key) else {
                return;
            };
            if let Some(meant) = self.meant(section, key, &set, &text) {
                self.target(set.clone());
                meaning.push((set, meant));
            }
        });
        Some(meaning)
    }

    pub(in crate::page::import_map::read) fn meant(
        &mut self,
        section: &TomlSection<'_, '_>,
        key: &str,
        field: &Field,
        text: &str,
    ) -> Option<Meant> {
        if text == NONE {
            if is_required(field) {
                section.wrong(key, format!("`{field}` cannot be empty"));
                return None;
            }
            return Some(Meant::None);
        }
        let open = matches!(
            field.kind(),
            FieldKind::Queue | FieldKind::Agent | FieldKind::Code | FieldKind::Text
        );
        if open && text.contains('{') {
            return self.template(section, key, text).map(Meant::Template);
        }
        let text = one_line(text);
        self.knows(section, key, field.kind(), &text)
            .then_some(Meant::Word(text))
    }

    /// Whether a word is one of this desk's; if not, that is noted.
    pub(in crate::page::import_map::read) fn knows(
        &self,
        section: &TomlSection<'_, '_>,
        key: &str,
        kind: FieldKind,
        word: &str,
    ) -> bool {
        let Some(known) = words(kind, self.settings, self.catalogue) else {
            return true;
        };
        if known.contains(&word) {
            return true;
        }
        if self.lenient {
            return false;
        }
        let near = near(word, known.iter().copied());
        let hint = match (near.first(), known.len()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, 1..=12) => format!("one of: {}", known.join(", ")),
            (None, _) => "it must stand in this desk's settings or catalogue first".to_owned(),
        };
        section.wrong_with(
            key,
            format!("this desk has no {} `{word}`", noun(kind)),
            hint,
        );
        false
    }

    /// What an intake leaves out is as in the settings. Whether the priority is the matrix's.
    pub(in crate::page::import_map::read) fn defaults(&mut self) -> bool {
        let intake = &self.settings.intake;
        let defaults = [
            (Key::Type, intake.kind.clone()),
            (Key::Impact, intake.impact.clone()),
            (Key::Urgency, intake.urgency.clone()),
        ];
        for (key, value) in defaults {
            let target = self.target(key.into());
            target.origin.get_or_insert(ValueSource::Constant(value));
        }
        for key in [Key::Title, Key::Status, Key::WaitingOn, Key::Until] {
            self.target(key.into());
        }
        let priority: Field = Key::Priority.into();
        let set = |target: &MapTarget| {
            target
                .values
                .values()
                .flatten()
                .any(|(field, _)| *field == priority)
        };
        let reported = self.targets.values().any(set);
        self.target(priority.clone()).origin.is_none() && !reported
    }

    /// A pending ticket waits for somebody, and the map must say for whom.
    pub(in crate::page::import_map::read) fn check_waiting(&self, top: &TomlSection<'_, '_>) {
        let waiting: Field = Key::WaitingOn.into();
        let status: Field = Key::Status.into();
        if self
            .targets
            .get(&waiting)
            .is_some_and(|target| target.origin.is_some())
        {
            return;
        }
        let Some(values) = top.section("values") else {
            return;
        };
        let Some(section) = values.section("status") else {
            return;
        };
        let Some(target) = self.targets.get(&status) else {
            return;
        };
        for word in keys(&section) {
            let Some(meaning) = target.values.get(&one_line(&word)) else {
                continue;
            };
            let set = |field: &Field| {
                meaning
                    .iter()
                    .find(|(one, _)| one == field)
                    .map(|(_, meant)| meant)
            };
            let pending = set(&status) == Some(&Meant::Word(Status::Pending.as_str().to_owned()));
            let waits = matches!(set(&waiting), Some(Meant::Word(_)));
            if pending && !waits {
                section.wrong_with(
                    &word,
                    "a pending ticket waits for somebody",
                    "write { status = \"pending\", waiting_on = \"customer\" }, or `vendor`, or `schedule`",
                );
            }
            if waits && !pending {
                section.wrong(&word, "only a pending ticket waits for somebody");
            }
        }
    }
}
