//! Forms: what an intake asks, by type of request; the company's own.

use serde::{Deserialize, Serialize};

use crate::model::field::Field;

/// What an intake of one type asks, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeForm {
    /// The sections.
    pub sections: Vec<FormSection>,
    /// Without these a ticket of the type is incomplete.
    pub require: Vec<Field>,
}

/// Questions that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormSection {
    /// The word in the settings.
    pub name: String,
    /// The words on the screen.
    pub title: String,
    /// The questions.
    pub ask: Vec<Ask>,
}

/// One thing to ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ask {
    /// A key of the front matter.
    Field(Field),
    /// The description, in free words.
    Description,
    /// The answer, which resolves the ticket.
    Answer,
}

impl Ask {
    /// Reads what a form asks for: a key, `description` or `answer`.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "description" => Some(Self::Description),
            "answer" => Some(Self::Answer),
            path => path.parse().ok().map(Self::Field),
        }
    }

    /// The word in the settings.
    pub fn word(&self) -> String {
        match self {
            Self::Description => "description".to_owned(),
            Self::Answer => "answer".to_owned(),
            Self::Field(field) => field.to_string(),
        }
    }
}

impl IntakeForm {
    /// All questions, in order.
    pub fn asks(&self) -> impl Iterator<Item = &Ask> {
        self.sections.iter().flat_map(|section| &section.ask)
    }
}
