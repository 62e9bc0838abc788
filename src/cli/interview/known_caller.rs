//! The people whom the desk knows, offered to whoever asks for the caller's name.

use crate::cli::interview::ANOTHER;
use crate::cli::interview::wrapped;
use crate::cli::prompt::reply::PromptReply;
use crate::cli::prompt::{self, First, Manner, Suggest, choices};
use crate::cli::ui::Ui;
use crate::model::catalog::Code;
use crate::model::field::Key;
use crate::model::intake_form::Ask;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::people;
use crate::ops::ticket::interview_answers::{Answers, QuestionKind};
use crate::rules::people::{Asset, Caller, People, Person, reads_as};
use crate::view::sanitize::line;
use std::collections::BTreeSet;

/// The people whom the desk knows, and the one who calls.
pub(in crate::cli::interview) struct KnownCaller {
    desk: &'static Desk,
    people: Option<&'static People>,
    /// The caller's equipment, once it was looked up.
    equipment: Option<Vec<Asset>>,
    /// The tickets of the contact for which it was offered.
    offered: BTreeSet<usize>,
}

impl KnownCaller {
    pub(in crate::cli::interview) fn new(desk: &'static Desk) -> Self {
        Self {
            desk,
            people: None,
            equipment: None,
            offered: BTreeSet::new(),
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
        manner: &Manner,
    ) -> Result<Answers, OpError> {
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
                // Others may have the name; nobody else has the address or the number.
                Caller::Known(person) if reads_as(name) == Key::RequesterName => {
                    pick(&[person], name, manner)?
                }
                Caller::Known(person) => Some(person),
                Caller::Perhaps(some) => pick(&some, name, manner)?,
                Caller::New => None,
            },
        };
        if let Some(person) = person {
            people::take_over(self.desk, person, &mut values);
            let known = person.contact().map(|(_, text)| text);
            let known: Vec<&str> = known.into_iter().filter(|text| !text.is_empty()).collect();
            wrapped(ui, &format!("  {}", known.join(", ")));
            self.equipment = Some(person.equipment.clone());
        } else {
            people::place(self.desk, &mut values);
            self.equipment = Some(Vec::new());
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

    /// The caller's equipment; of one who was told of by options that of whom they mean for certain.
    fn known(&mut self, said: &[(String, String)]) -> Vec<Asset> {
        if let Some(known) = &self.equipment {
            return known.clone();
        }
        let asked = people::asked(self.desk, said);
        let nobody = [asked.name, asked.email, asked.phone, asked.account]
            .iter()
            .all(|text| text.trim().is_empty());
        if nobody {
            return Vec::new();
        }
        let known = match self.people().caller(&asked) {
            Caller::Known(person) => person.equipment.clone(),
            Caller::Perhaps(_) | Caller::New => Vec::new(),
        };
        self.equipment.insert(known).clone()
    }

    /// Offers the caller's equipment, once for each ticket, before it is asked for piece by piece; and
    /// again where a piece was picked before. What the call is about is under the cursor only where
    /// nothing else is known and calls about it were of this sort: Enter alone takes no other.
    pub(in crate::cli::interview) fn equipment(
        &mut self,
        said: &[(String, String)],
        code: Option<&Code>,
        piece: usize,
        again: bool,
        manner: &Manner,
    ) -> Result<Picked, OpError> {
        // Whoever named a piece means that one.
        let named = |(name, _): &(String, String)| {
            name.starts_with("asset.") && name != Key::AssetLocation.path()
        };
        if !again && said.iter().any(named) {
            return Ok(Picked::Nothing);
        }
        let all = self.known(said);
        let shown = |asset: &Asset| line(&people::piece(asset));
        let picked = all.iter().any(|one| shown(one) == manner.typed);
        if all.is_empty() {
            return Ok(Picked::Nothing);
        }
        let offers = if again {
            picked
        } else {
            self.offered.insert(piece)
        };
        if !offers {
            return Ok(Picked::Nothing);
        }
        let first = match &all[..] {
            [only] if people::is_of_sort(self.desk, only, code) => First::Word(None),
            _ => First::Nothing,
        };
        let offered = all.iter().map(|asset| (shown(asset), String::new()));
        let other = (ANOTHER.to_owned(), String::new());
        let choices = choices(offered.chain([other]));
        let help = "enter alone: another";
        let help = if first == First::Nothing { help } else { "" };
        let said = prompt::select("Which equipment?", help, choices, first, manner)?;
        let PromptReply::Answer(word) = said else {
            if matches!(said, PromptReply::Back(_)) {
                self.offered.remove(&piece);
            }
            return Ok(Picked::Reply(said));
        };
        let Some(asset) = all.iter().find(|one| shown(one) == word) else {
            return Ok(Picked::Nothing);
        };
        let known = asset
            .values()
            .into_iter()
            .filter(|(_, text)| !text.is_empty());
        let known =
            known.map(|(key, text)| (QuestionKind::Ask(Ask::Field(key.into())), text.to_owned()));
        Ok(Picked::Asset(word, known.collect()))
    }
}

/// What came of offering the caller's equipment.
pub(in crate::cli::interview) enum Picked {
    /// It was not offered, or it is another piece.
    Nothing,
    /// A piece, as it was shown, and what is known of it.
    Asset(String, Answers),
    /// No answer.
    Reply(PromptReply),
}

/// Which of several people calls.
fn pick<'p>(
    some: &[&'p Person],
    name: &str,
    manner: &Manner,
) -> Result<Option<&'p Person>, OpError> {
    let shown = some
        .iter()
        .take(8)
        .map(|person| (people::earlier(person), String::new()));
    let other = (format!("another person: {name}"), String::new());
    let choices = choices(shown.chain([other]));
    let words = match some {
        [_] => "Is it this one?",
        _ => "Is it one of these?",
    };
    let help = "enter alone: none of them";
    match prompt::select(words, help, choices, First::Nothing, manner)? {
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
