//! The questions that were put in an interview, and what follows from their answers.

use std::collections::BTreeSet;

use crate::model::field::{Field, Key, Value};
use crate::model::intake_form::Ask;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::new_record::{KbSearch, NewRecord};
use crate::ops::core::values;
use crate::ops::kb::r#use::QUERY;
use crate::ops::ticket::interview::{FileState, Interview};
use crate::ops::ticket::interview_answers::{
    Answers, Question, QuestionKind, ReviewedAnswer, Step, add_item, add_paragraph, shared, yes,
};
use crate::ops::ticket::resolve;

impl Interview<'_> {
    /// The questions that were put, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Puts down what was said to a question, and tells the place of its step.
    pub(in crate::ops::ticket) fn step(
        &mut self,
        place: Option<usize>,
        question: &Question,
        said: Option<(&str, Answers)>,
    ) -> usize {
        self.count += 1;
        let (typed, answers) = match said {
            Some((typed, answers)) => (Some(typed.trim().to_owned()), answers),
            None => (None, Answers::new()),
        };
        let mut step = Step {
            question: question.clone(),
            typed,
            answers,
            withdrawn: BTreeSet::new(),
            number: self.count,
            made: None,
        };
        let Some(known) = place.and_then(|place| self.steps.get_mut(place)) else {
            self.steps.push(step);
            return self.steps.len() - 1;
        };
        step.made = known.made;
        let before = known.answers.iter().map(|(what, _)| what.clone());
        step.withdrawn = before.chain(known.withdrawn.clone()).collect();
        step.withdrawn
            .retain(|what| !step.answers.iter().any(|(said, _)| said == what));
        *known = step;
        place.unwrap_or_default()
    }

    /// Whether a question about a ticket was put, or what it asks was said with another.
    pub(in crate::ops::ticket) fn is_passed(&self, at: usize, what: &QuestionKind) -> bool {
        let given = &self.pieces[at].given;
        let by_step = |step: &Step| {
            let of_contact =
                step.question.piece == 0 && *what != QuestionKind::Type && shared(what);
            if step.question.piece != at && !of_contact {
                return false;
            }
            // A search alone names no article: the question for one was put.
            let searched = |(said, _): &(QuestionKind, String)| said.is_search();
            if step.answers.iter().all(searched) {
                step.question.what == *what
            } else {
                step.answers.iter().any(|(said, _)| said == what)
            }
        };
        given.iter().any(|(said, _)| said == what) || self.steps.iter().any(by_step)
    }

    /// What was said of a ticket, in order; empty texts where something is taken back.
    fn answers_of(&self, at: usize) -> Answers {
        let piece = &self.pieces[at];
        let mut all = Answers::new();
        if piece.since == 0 {
            all.extend(piece.given.iter().cloned());
        }
        for step in self.steps.iter().filter(|step| step.number >= piece.since) {
            let piece = step.question.piece;
            let concerns = |what: &QuestionKind| piece == at || piece == 0 && shared(what);
            let gone = step
                .withdrawn
                .iter()
                .map(|what| (what.clone(), String::new()));
            let said = gone.chain(step.answers.iter().cloned());
            all.extend(said.filter(|(what, _)| concerns(what)));
        }
        if let Some(order) = piece.order {
            let what = QuestionKind::Ask(Ask::Field(Key::LinkWorkOrder.into()));
            all.push((what, order.to_string()));
        }
        all
    }

    /// Makes a ticket again of what it began with and all that was said.
    pub(in crate::ops::ticket) fn rebuild(&mut self, at: usize) -> Result<(), OpError> {
        let (desk, act) = (self.desk, self.act);
        let all = self.answers_of(at);
        let begun = match &self.pieces[at].issue {
            Some(issue) => self.pieces[0].begun.issue(issue, desk, act)?,
            None => self.pieces[at].begun.clone(),
        };
        match &mut self.pieces[at].making {
            FileState::Fresh(part) => {
                part.draft = begun.clone();
                for (what, text) in &all {
                    if text.is_empty() {
                        take_back(&mut part.draft, &begun, what);
                    } else {
                        put(&mut part.draft, what, text, desk, act)?;
                    }
                }
            }
            FileState::Edits { answers, .. } => *answers = all,
        }
        Ok(())
    }

    /// All answers, to be looked over: each step, and each field that followed from one, such as a
    /// known caller's telephone.
    pub fn review(&self) -> Vec<ReviewedAnswer> {
        let mut all = Vec::new();
        let own = |piece: usize, what: &QuestionKind| {
            let mut steps = self.steps.iter();
            steps.any(|step| step.question.piece == piece && step.question.what == *what)
        };
        for (place, step) in self.steps.iter().enumerate() {
            if step.question.what == QuestionKind::More && step.made.is_none() {
                continue;
            }
            all.push(ReviewedAnswer {
                question: step.question.clone(),
                said: step.typed.clone().unwrap_or_default(),
                step: Some(place),
            });
            let piece = step.question.piece;
            for (what, text) in &step.answers {
                if *what == step.question.what
                    || !matches!(what, QuestionKind::Ask(_))
                    || own(piece, what)
                {
                    continue;
                }
                all.push(ReviewedAnswer {
                    question: Question {
                        what: what.clone(),
                        required: false,
                        usual: None,
                        ..step.question.clone()
                    },
                    said: text.clone(),
                    step: None,
                });
            }
        }
        all
    }
}

/// Takes a field out of a record in the making: it is again what it was before anything was asked.
fn take_back(draft: &mut NewRecord, begun: &NewRecord, what: &QuestionKind) {
    if let QuestionKind::Ask(Ask::Field(field)) = what {
        match begun.values.get(field) {
            Some(value) => draft.values.insert(field.clone(), value.clone()),
            None => draft.values.remove(field),
        };
    }
}

/// Puts an answer into a record in the making.
fn put(
    draft: &mut NewRecord,
    what: &QuestionKind,
    text: &str,
    desk: &Desk,
    act: &Actor,
) -> Result<(), OpError> {
    match what {
        QuestionKind::Type => draft.set(desk, act, "type", text)?,
        QuestionKind::Ask(Ask::Field(Field::Known(Key::LinkWorkOrder))) => {
            // It may be as new as the answer.
            let id = Value::Text(text.to_owned());
            draft.values.insert(Key::LinkWorkOrder.into(), id);
        }
        QuestionKind::Ask(Ask::Field(field)) => draft.set(desk, act, &field.to_string(), text)?,
        QuestionKind::Ask(Ask::Description) => {
            add_paragraph(&mut draft.text, &values::text(text)?);
        }
        QuestionKind::Ask(Ask::Answer) => draft.resolve = Some(values::text(text)?),
        QuestionKind::Prompt(words) => {
            let answer = values::line("answer", text)?;
            add_item(&mut draft.text, &format!("{words} {answer}"));
        }
        QuestionKind::Satisfied => draft.satisfied = Some(yes(text)?),
        QuestionKind::NoKb => draft.no_kb = Some(resolve::reason(text)?),
        QuestionKind::Searched { hits, found } => draft.searches.push(KbSearch {
            query: one_line(text, QUERY),
            hits: *hits,
            found: found.clone(),
        }),
        QuestionKind::More => {}
    }
    Ok(())
}
