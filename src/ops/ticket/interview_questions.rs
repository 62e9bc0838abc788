//! What the interview asks next.

use crate::model::field::{Field, Key};
use crate::model::intake_form::Ask;
use crate::model::status::TicketType;
use crate::ops::ticket::interview::{FileState, Interview};
use crate::ops::ticket::interview_answers::{Question, QuestionKind, Step};
use crate::rules::article_usage;
use crate::rules::lifecycle::required_fields::UNTITLED;

impl Interview<'_> {
    /// Whether something is known already, or decided by code or rules.
    fn is_known(&self, at: usize, ask: &Ask) -> bool {
        let making = &self.pieces[at].making;
        match ask {
            Ask::Description => match making {
                FileState::Fresh(part) => !part.draft.text.is_empty(),
                FileState::Edits { ticket, .. } => !ticket.description.is_empty(),
            },
            Ask::Answer => match making {
                FileState::Fresh(part) => part.draft.resolve.is_some(),
                FileState::Edits { .. } => false,
            },
            Ask::Field(Field::Known(Key::Title)) => {
                !matches!(self.text_of(at, Key::Title), "" | UNTITLED)
            }
            Ask::Field(Field::Known(key @ (Key::Impact | Key::Urgency | Key::Queue))) => {
                self.decided(at, *key)
            }
            Ask::Field(field) => self.values(at).contains_key(field),
        }
    }

    /// Whether somebody said what a key is, or code or rules have a say in it, so that nobody need be
    /// asked.
    fn decided(&self, at: usize, key: Key) -> bool {
        let by_code = self.code(at).is_some_and(|code| match key {
            Key::Impact => code.impact.is_some(),
            Key::Urgency => code.urgency.is_some(),
            _ => code.queue.is_some() || code.area.is_some(),
        });
        let house = self.house(key);
        match &self.pieces[at].making {
            FileState::Fresh(part) => {
                let said = part.draft.values.contains_key(&Field::Known(key));
                let routed = part.draft.routed(part.id, self.desk, self.act);
                said || by_code || routed.values.get(&key) != Some(house)
            }
            // What is usual was not said by anybody, unless an entry says so.
            FileState::Edits { ticket, .. } => {
                let path = key.path();
                let said = ticket.log.iter().any(|entry| entry.change(path).is_some());
                said || by_code || key == Key::Queue || ticket.text(key) != house
            }
        }
    }

    /// What the house takes for granted of a key.
    fn house(&self, key: Key) -> &String {
        let intake = &self.desk.settings.intake;
        match key {
            Key::Impact => &intake.impact,
            Key::Urgency => &intake.urgency,
            _ => &intake.queue,
        }
    }

    fn usual(&self, ask: &Ask) -> Option<String> {
        let Ask::Field(Field::Known(key)) = ask else {
            return None;
        };
        match key {
            Key::Impact | Key::Urgency | Key::Queue => Some(self.house(*key).clone()),
            Key::Channel => Some(self.desk.settings.intake.channel.to_string()),
            _ => None,
        }
    }

    /// What to ask now: of each ticket of the contact in turn what is open, then whether there is one
    /// more.
    pub fn next(&self) -> Option<Question> {
        let mut pieces = 0..self.pieces.len();
        let next = pieces.find_map(|at| self.next_of(at));
        let more = || {
            let issues = self
                .steps
                .iter()
                .filter(|step| step.question.what == QuestionKind::More);
            let over = issues.into_iter().any(|step| step.made.is_none());
            (!self.resumed && !over).then(|| Question {
                section: "Another issue".to_owned(),
                ..self.question(0, QuestionKind::More)
            })
        };
        next.or_else(more)
    }

    fn question(&self, at: usize, what: QuestionKind) -> Question {
        Question {
            required: false,
            usual: match &what {
                QuestionKind::Ask(ask) => self.usual(ask),
                QuestionKind::Type => Some(self.kind(at).to_string()),
                _ => None,
            },
            what,
            section: String::new(),
            piece: at,
        }
    }

    /// What to ask of a ticket: what the type's form asks and nobody said, in its order; after the
    /// problem code its questions to the caller; how pressing it is, where the code leaves that open;
    /// then what is required.
    fn next_of(&self, at: usize) -> Option<Question> {
        let open = |what: &QuestionKind| !self.is_passed(at, what);
        if self.type_is_open(at) && open(&QuestionKind::Type) {
            return Some(self.question(at, QuestionKind::Type));
        }
        let kind = self.kind(at);
        let form = self.desk.settings.form(kind.as_str());
        let mut needed: Vec<Field> = form.map(|form| form.require.clone()).unwrap_or_default();
        if let Some(code) = self.code(at).filter(|_| kind == TicketType::Action) {
            needed.extend(code.require.iter().filter_map(|path| path.parse().ok()));
        }
        let ask = |ask: &Ask, section: &str| {
            let what = QuestionKind::Ask(ask.clone());
            (!self.is_known(at, ask) && open(&what)).then(|| Question {
                section: section.to_owned(),
                required: matches!(ask, Ask::Field(field) if needed.contains(field))
                    || *ask == Ask::Field(Key::LinkArticles.into()) && self.lacks_search(at),
                ..self.question(at, what)
            })
        };
        let sections = form
            .map(|form| form.sections.as_slice())
            .unwrap_or_default();
        for section in sections {
            let titled = |question: Question| Question {
                section: section.title.clone(),
                ..question
            };
            for one in &section.ask {
                if *one == Ask::Answer
                    && let Some(why) = self.why_no_search(at)
                {
                    return Some(titled(why));
                }
                if let Some(question) = ask(one, &section.title) {
                    return Some(question);
                }
                let followed = match one {
                    Ask::Field(Field::Known(Key::Code)) => self.prompt(at),
                    Ask::Answer if self.answered(at) && open(&QuestionKind::Satisfied) => {
                        Some(self.question(at, QuestionKind::Satisfied))
                    }
                    _ => None,
                };
                if let Some(question) = followed {
                    return Some(titled(question));
                }
            }
        }
        if kind == TicketType::Action {
            let pressing = [Key::Impact, Key::Urgency].map(|key| Ask::Field(key.into()));
            if let Some(question) = pressing.iter().find_map(|one| ask(one, "Priority")) {
                return Some(question);
            }
        }
        let mut required = needed.iter().map(|field| Ask::Field(field.clone()));
        required.find_map(|one| ask(&one, "Required"))
    }

    /// Whether nobody said yet what kind of call it is. Of a further issue it may be another one.
    fn type_is_open(&self, at: usize) -> bool {
        if !self.resumed {
            return at > 0 || !self.values(at).contains_key(&Field::Known(Key::Type));
        }
        // Of a call of which nothing is known the type was only usual.
        let said = |field: &Field| matches!(field.section(), Some("requester" | "request"));
        self.text_of(at, Key::Title) == UNTITLED && !self.values(at).keys().any(said)
    }

    /// Whether the answer was given, and it is not known whether it satisfied.
    fn answered(&self, at: usize) -> bool {
        match &self.pieces[at].making {
            FileState::Fresh(part) => {
                part.draft.resolve.is_some() && part.draft.satisfied.is_none()
            }
            FileState::Edits { .. } => false,
        }
    }

    /// The next question of the code that was not put yet.
    fn prompt(&self, at: usize) -> Option<Question> {
        let code = self.code(at)?;
        let reported = match &self.pieces[at].making {
            FileState::Fresh(part) => part.draft.text.clone(),
            FileState::Edits { ticket, .. } => {
                let texts = ticket.log.iter().map(|entry| entry.text.as_str());
                let all = std::iter::once(ticket.description.as_str()).chain(texts);
                all.collect::<Vec<_>>().join("\n")
            }
        };
        let mut prompts = code.prompts.iter();
        let words = prompts.find(|words| {
            let what = QuestionKind::Prompt((*words).clone());
            !self.is_passed(at, &what) && !reported.contains(words.as_str())
        })?;
        Some(self.question(at, QuestionKind::Prompt(words.clone())))
    }

    /// Where the house asks for a search and there was none: why none was needed, before the answer.
    fn why_no_search(&self, at: usize) -> Option<Question> {
        let open = |what: &QuestionKind| !self.is_passed(at, what);
        let answer = open(&QuestionKind::Ask(Ask::Answer)) && !self.is_known(at, &Ask::Answer);
        (answer && self.lacks_search(at) && open(&QuestionKind::NoKb)).then(|| Question {
            required: true,
            ..self.question(at, QuestionKind::NoKb)
        })
    }

    /// Whether the house asks for a search before the answer, and there was none.
    pub(in crate::ops::ticket) fn lacks_search(&self, at: usize) -> bool {
        let asked = self.desk.settings.policy.kb_search_required
            && article_usage::is_asked_of(&self.kind(at));
        let named = self.values(at).contains_key(&Key::LinkArticles.into());
        let searched = |step: &Step| {
            let mut said = step.answers.iter();
            step.question.piece == at && said.any(|(what, _)| what.is_search())
        };
        let before = match &self.pieces[at].making {
            FileState::Fresh(_) => false,
            FileState::Edits { ticket, .. } => article_usage::was_consulted(ticket),
        };
        asked && !named && !before && !self.steps.iter().any(searched)
    }
}
