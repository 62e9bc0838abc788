//! The people whom the desk knows, offered to whoever asks for the caller's name.

use crate::cli::interview::ANOTHER;
use crate::cli::prompt::reply::PromptReply;
use crate::cli::prompt::{self, Suggest, choices};
use crate::cli::ui::Ui;
use crate::model::field::Key;
use crate::model::intake_form::Ask;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::people;
use crate::ops::ticket::interview_answers::QuestionKind;
use crate::rules::people::{Asset, Caller, People, Person};
use crate::view::sanitize::line;

/// The people whom the desk knows, and the one who calls.
pub(in crate::cli::interview) struct KnownCaller {
    desk: &'static Desk,
    people: Option<&'static People>,
    /// Pieces of the caller's equipment that were not offered yet.
    equipment: Vec<Asset>,
}

impl KnownCaller {
    pub(in crate::cli::interview) fn new(desk: &'static Desk) -> Self {
        Self {
            desk,
            people: None,
            equipment: Vec::new(),
        }
    }

    pub(in crate::cli::interview) fn people(&mut self) -> &'static People {
        let desk = self.desk;
        self.people
            .get_or_insert_with(|| Box::leak(Box::new(people::people(desk).0)))
    }

    /// What follows from the name that was typed: all that is known of that person.
    pub(in crate::cli::interview) fn caller(
        &mut self,
        ui: &Ui,
        said: &[(String, String)],
        name: &str,
        color: bool,
    ) -> Result<Vec<(QuestionKind, String)>, OpError> {
        let all = self.people();
        let mut values = said.to_vec();
        let shown = |person: &&Person| line(&people::earlier(person)) == name.trim();
        let picked = all.all().iter().find(shown);
        if picked.is_none() {
            values.push((Key::RequesterName.path().to_owned(), name.to_owned()));
        }
        let person = match picked {
            Some(person) => Some(person),
            None => match all.caller(&people::asked(self.desk, &values)) {
                Caller::Known(person) => Some(person),
                Caller::Perhaps(some) => pick(&some, name, color)?,
                Caller::New => None,
            },
        };
        match person {
            Some(person) => {
                people::take_over(self.desk, person, &mut values);
                ui.remark(&format!(
                    "  {}",
                    person
                        .contact()
                        .map(|(_, text)| text)
                        .iter()
                        .filter(|text| !text.is_empty())
                        .copied()
                        .collect::<Vec<_>>()
                        .join(", ")
                ));
                self.equipment.clone_from(&person.equipment);
            }
            None => people::place(self.desk, &mut values),
        }
        let given = |name: &str| said.iter().any(|(known, _)| known == name);
        let mut all = Vec::new();
        for (name, value) in values {
            if given(&name) {
                continue;
            }
            let field = ops::core::values::field(self.desk, &name)?;
            all.push((QuestionKind::Ask(Ask::Field(field)), value));
        }
        Ok(all)
    }

    /// Offers the caller's equipment, once, before it is asked for piece by piece.
    pub(in crate::cli::interview) fn equipment(
        &mut self,
        color: bool,
    ) -> Result<Option<Vec<(QuestionKind, String)>>, OpError> {
        let all = std::mem::take(&mut self.equipment);
        if all.is_empty() {
            return Ok(None);
        }
        let shown = all
            .iter()
            .map(|asset| (people::piece(asset), String::new()));
        let other = (ANOTHER.to_owned(), String::new());
        let choices = choices(shown.chain([other]));
        let said = prompt::select("Which equipment?", "", choices, None, color)?;
        let PromptReply::Answer(word) = said else {
            return Ok(None);
        };
        let Some(asset) = all.iter().find(|one| line(&people::piece(one)) == word) else {
            return Ok(None);
        };
        let known = asset
            .values()
            .into_iter()
            .filter(|(_, text)| !text.is_empty());
        let known =
            known.map(|(key, text)| (QuestionKind::Ask(Ask::Field(key.into())), text.to_owned()));
        Ok(Some(known.collect()))
    }
}

/// Which of several people calls.
fn pick<'p>(some: &[&'p Person], name: &str, color: bool) -> Result<Option<&'p Person>, OpError> {
    let shown = some
        .iter()
        .take(8)
        .map(|person| (people::earlier(person), String::new()));
    let other = (format!("{ANOTHER}: {name}"), String::new());
    let choices = choices(shown.chain([other]));
    match prompt::select("Is it one of these?", "", choices, None, color)? {
        PromptReply::Answer(word) => Ok(some
            .iter()
            .copied()
            .find(|person| line(&people::earlier(person)) == word)),
        _ => Ok(None),
    }
}

/// Callers whom the desk knows, while a name is typed.
#[derive(Clone, Copy)]
pub(in crate::cli::interview) struct Callers(pub(in crate::cli::interview) &'static People);

impl Suggest for Callers {
    fn suggest(&self, typed: &str) -> Vec<String> {
        if typed.trim().chars().count() < 2 {
            return Vec::new();
        }
        let found = self.0.find(typed).into_iter().take(8);
        found
            .map(|found| line(&people::earlier(found.person)))
            .collect()
    }
}
