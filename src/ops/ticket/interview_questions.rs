//! What the interview asks next.

use crate::model::field::{Field, Key};
use crate::model::intake_form::Ask;
use crate::model::status::TicketType;
use crate::ops::ticket::interview::{FileState, Interview};
use crate::ops::ticket::interview_answers::QuestionKind;
use crate::rules::lifecycle::required_fields::UNTITLED;

/// A question of an interview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub what: QuestionKind,
    /// The title of its section.
    pub section: String,
    /// Whether the ticket is incomplete without.
    pub required: bool,
    /// What holds if nothing is said.
    pub usual: Option<String>,
    /// The words of a question of the problem code.
    pub words: Option<String>,
}

impl Interview<'_> {
    /// Whether something is known already, or decided by code or rules.
    fn is_known(&self, ask: &Ask) -> bool {
        let fresh = match &self.pieces[0].making {
            FileState::Fresh(part) => Some(part),
            FileState::Edits { .. } => None,
        };
        match ask {
            Ask::Description => match &self.pieces[0].making {
                FileState::Fresh(part) => !part.draft.text.is_empty(),
                FileState::Edits { ticket, .. } => !ticket.description.is_empty(),
            },
            Ask::Answer => fresh.is_some_and(|part| part.draft.resolve.is_some()),
            Ask::Field(Field::Known(Key::Title)) => {
                !matches!(self.text_of(Key::Title), "" | UNTITLED)
            }
            Ask::Field(field) if self.values().contains_key(field) => true,
            Ask::Field(Field::Known(key @ (Key::Impact | Key::Urgency | Key::Queue))) => {
                self.decided(*key)
            }
            Ask::Field(_) => false,
        }
    }

    /// Whether code or rules have a say in a key, so that nobody need be asked.
    fn decided(&self, key: Key) -> bool {
        let FileState::Fresh(part) = &self.pieces[0].making else {
            return true;
        };
        let routed = part.draft.routed(part.id, self.desk, self.act);
        let intake = &self.desk.settings.intake;
        let house = match key {
            Key::Impact => &intake.impact,
            Key::Urgency => &intake.urgency,
            _ => &intake.queue,
        };
        let by_code = self.code().is_some_and(|code| match key {
            Key::Impact => code.impact.is_some(),
            Key::Urgency => code.urgency.is_some(),
            _ => code.queue.is_some() || code.area.is_some(),
        });
        by_code || routed.values.get(&key) != Some(house)
    }

    fn usual(&self, ask: &Ask) -> Option<String> {
        let Ask::Field(Field::Known(key)) = ask else {
            return None;
        };
        let intake = &self.desk.settings.intake;
        match key {
            Key::Impact => Some(intake.impact.clone()),
            Key::Urgency => Some(intake.urgency.clone()),
            Key::Queue => Some(intake.queue.clone()),
            Key::Channel => Some(intake.channel.to_string()),
            _ => None,
        }
    }

    /// What to ask now: what the type's form asks and nobody said, in its order; after the problem
    /// code its questions to the caller; then what the code requires.
    pub fn next(&self) -> Option<Question> {
        let open = |what: &QuestionKind| !self.passed.contains(what);
        let question = |what: QuestionKind, section: &str| Question {
            required: false,
            usual: match &what {
                QuestionKind::Ask(ask) => self.usual(ask),
                QuestionKind::Type => Some(self.desk.settings.intake.kind.clone()),
                _ => None,
            },
            what,
            section: section.to_owned(),
            words: None,
        };
        if self.type_is_open() && open(&QuestionKind::Type) {
            return Some(question(QuestionKind::Type, ""));
        }
        let kind = self.kind();
        let form = self.desk.settings.form(kind.as_str());
        let mut needed: Vec<Field> = form.map(|form| form.require.clone()).unwrap_or_default();
        if let Some(code) = self.code().filter(|_| kind == TicketType::Action) {
            needed.extend(code.require.iter().filter_map(|path| path.parse().ok()));
        }
        let sections = form
            .map(|form| form.sections.as_slice())
            .unwrap_or_default();
        for section in sections {
            for ask in &section.ask {
                let what = QuestionKind::Ask(ask.clone());
                if !self.is_known(ask) && open(&what) {
                    let mut asked = question(what, &section.title);
                    asked.required = matches!(ask, Ask::Field(field) if needed.contains(field));
                    return Some(asked);
                }
                if *ask == Ask::Field(Key::Code.into())
                    && let Some(prompt) = self.prompt()
                {
                    return Some(Question {
                        section: section.title.clone(),
                        ..prompt
                    });
                }
                if *ask == Ask::Answer && self.answered() && open(&QuestionKind::Satisfied) {
                    return Some(question(QuestionKind::Satisfied, &section.title));
                }
            }
        }
        for field in needed {
            let ask = Ask::Field(field);
            let what = QuestionKind::Ask(ask.clone());
            if !self.is_known(&ask) && open(&what) {
                let mut asked = question(what, "Required");
                asked.required = true;
                return Some(asked);
            }
        }
        (!self.resumed && open(&QuestionKind::More))
            .then(|| question(QuestionKind::More, "Another issue"))
    }

    /// Whether nobody said yet what kind of call it is.
    fn type_is_open(&self) -> bool {
        if !self.resumed {
            return !self.values().contains_key(&Field::Known(Key::Type));
        }
        // Of a call of which nothing is known the type was only usual.
        let said = |field: &Field| matches!(field.section(), Some("requester" | "request"));
        self.text_of(Key::Title) == UNTITLED && !self.values().keys().any(said)
    }

    /// Whether the answer was given, and it is not known whether it satisfied.
    fn answered(&self) -> bool {
        match &self.pieces[0].making {
            FileState::Fresh(part) => {
                part.draft.resolve.is_some() && part.draft.satisfied.is_none()
            }
            FileState::Edits { .. } => false,
        }
    }

    /// The next question of the code that was not put yet.
    fn prompt(&self) -> Option<Question> {
        let code = self.code()?;
        let reported = match &self.pieces[0].making {
            FileState::Fresh(part) => part.draft.text.clone(),
            FileState::Edits { ticket, .. } => {
                let texts = ticket.log.iter().map(|entry| entry.text.as_str());
                let all = std::iter::once(ticket.description.as_str()).chain(texts);
                all.collect::<Vec<_>>().join("\n")
            }
        };
        let open = |(at, words): &(usize, &String)| {
            !self.passed.contains(&QuestionKind::Prompt(*at)) && !reported.contains(words.as_str())
        };
        let (at, words) = code.prompts.iter().enumerate().find(open)?;
        Some(Question {
            what: QuestionKind::Prompt(at),
            section: String::new(),
            required: false,
            usual: None,
            words: Some(words.clone()),
        })
    }
}
