//! The interview of `desk new` on a terminal: prompts, one after the other, over a record that is
//! saved already. However it ends, what was answered is kept.

mod duplicates;
mod ended;

mod ask;
mod known_caller;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use crate::cli::context::Context;
use crate::cli::interview::ask::{Articles, ask};
use crate::cli::interview::duplicates::{Already, already};
use crate::cli::interview::ended::{Shared, take, watch, with};
use crate::cli::interview::known_caller::{KnownCaller, Picked};
use crate::cli::messages::CommandError;
use crate::cli::prompt::reply::PromptReply;
use crate::cli::prompt::{self, First, Keeper, Manner, choices, columns};
use crate::cli::ui::Ui;
use crate::model::field::Key;
use crate::model::id::ArticleId;
use crate::model::intake_form::Ask;
use crate::model::said::Said;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::unsent_answers::UnsentAnswers;
use crate::ops::ticket::interview::Interview;
use crate::ops::ticket::interview_answers::{Answers, Question, QuestionKind};
use crate::ops::ticket::{interview_articles, words};
use crate::rules::lifecycle::words::{self as rules, OrderWord};
use crate::view;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::wrap;
use crate::view::{provider, said};

/// How an interview ended, and what became of it.
#[derive(Debug)]
pub struct Ended {
    /// What was written.
    pub outcome: Outcome,
    /// Whether everything was asked.
    pub complete: bool,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// What the caller was to be told of work orders, shown already.
    pub told: Vec<Said>,
}

/// Asks what is still to be asked. Signals and a terminal that goes away end it, too.
pub fn run(
    context: &Context,
    desk: &'static Desk,
    act: &'static Actor,
    interview: Interview<'static>,
) -> Result<Ended, OpError> {
    let ui = &context.ui;
    let id = interview.ids().next();
    let paint = Paint {
        color: ui.env.stderr_terminal && !ui.env.no_color,
        ..ui.paint
    };
    if let Some(id) = id {
        let words =
            "saved. Enter skips a question, Esc ends, Shift-Tab goes back; every answer is kept.";
        for (at, part) in wrap(&format!("{id}  {words}"), columns())
            .iter()
            .enumerate()
        {
            let (head, rest) = part.split_at(if at == 0 { id.as_str().len() } else { 0 });
            let (head, rest) = (paint.role(Role::Id, head), paint.role(Role::Muted, rest));
            ui.err(&format!("{head}{rest}"));
        }
    }
    let shared: Shared = Arc::new(Mutex::new(Some(interview)));
    watch(context, act, &shared);
    let mut questions = Questions {
        ui,
        words: words::standing(desk),
        told: Vec::new(),
        named: Vec::new(),
        desk,
        paint: &paint,
        shared: &shared,
        known: KnownCaller::new(desk),
        language: context.language(None),
        section: String::new(),
        piece: 0,
        drafts: Rc::new(UnsentAnswers::of(desk)),
        unsent: BTreeMap::new(),
    };
    let mut last = questions.ask_all()?;
    if last == Last::Asked {
        last = questions.review()?;
    }
    let told = std::mem::take(&mut questions.told);
    let complete = last == Last::Asked;
    if complete {
        let ids = with(&shared, |interview| interview.ids().collect::<Vec<_>>());
        ids.into_iter()
            .flatten()
            .for_each(|id| questions.drafts.clear(id));
    }
    let mut interrupted = last == Last::Interrupt;
    if complete {
        let found = with(&shared, |interview| interview.alike()).unwrap_or_default();
        match already(&found, paint.color)? {
            Already::Share(id) => {
                with(&shared, |interview| interview.share(id));
            }
            Already::Interrupt => interrupted = true,
            Already::No => {}
        }
    }
    let interview = take(&shared).ok_or_else(|| CommandError::InterviewEnded.error())?;
    let outcome = interview.finish(complete, ui.env.later())?;
    Ok(Ended {
        outcome,
        complete,
        interrupted,
        told,
    })
}

/// What came after the last question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Everything was asked.
    Asked,
    /// Esc.
    End,
    /// Ctrl-C.
    Interrupt,
}

/// What comes after a question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The next one.
    On,
    /// This one once more.
    Again,
    /// The one before it.
    Back,
    /// None.
    Over(Last),
}

/// The questions that are put on a terminal, one after the other.
struct Questions<'q> {
    ui: &'q Ui,
    desk: &'static Desk,
    paint: &'q Paint,
    shared: &'q Shared,
    known: KnownCaller,
    /// What callers are to be told.
    words: Vec<OrderWord>,
    /// What of that was shown.
    told: Vec<Said>,
    /// Providers of whom it was said how to reach them.
    named: Vec<String>,
    /// The language in which articles are read.
    language: Option<String>,
    /// The section of the question that was put last.
    section: String,
    /// The ticket that it was about.
    piece: usize,
    /// What is typed and not sent, on the disk.
    drafts: Rc<UnsentAnswers>,
    /// What was typed to questions from which somebody went back before sending it.
    unsent: BTreeMap<(usize, QuestionKind), String>,
}

impl Questions<'_> {
    /// Puts all questions that are open, and those to which somebody goes back.
    fn ask_all(&mut self) -> Result<Last, OpError> {
        // The step that is put once more.
        let mut place: Option<usize> = None;
        loop {
            let steps = with(self.shared, |interview| interview.steps().len()).unwrap_or_default();
            let question = match place {
                Some(place) => with(self.shared, |interview| {
                    let step = interview.steps().get(place);
                    step.map(|step| step.question.clone())
                }),
                None => with(self.shared, |interview| interview.next()),
            };
            let Some(question) = question.flatten() else {
                return Ok(Last::Asked);
            };
            match self.put(place, &question, None, steps > 0 && place != Some(0))? {
                Turn::On => place = place.map(|at| at + 1).filter(|at| *at < steps),
                Turn::Again => {}
                Turn::Back => place = Some(place.unwrap_or(steps).saturating_sub(1)),
                Turn::Over(last) => return Ok(last),
            }
        }
    }

    /// Puts a question: a new one, or that of a step. `before` is what is said now.
    fn put(
        &mut self,
        place: Option<usize>,
        question: &Question,
        before: Option<String>,
        back: bool,
    ) -> Result<Turn, OpError> {
        self.tell(question.piece);
        self.provider(question.piece);
        self.head(question);
        let key = (question.piece, question.what.clone());
        let said = before.or_else(|| {
            let place = place?;
            let steps = with(self.shared, |interview| {
                let step = interview.steps().get(place);
                step.and_then(|step| step.typed.clone())
            });
            steps.flatten()
        });
        let (id, _) = with(self.shared, |interview| interview.named(question.piece))
            .ok_or_else(|| CommandError::InterviewEnded.error())?;
        let word = question.what.word();
        let unsent = self.unsent.remove(&key).or_else(|| {
            let kept = self.drafts.read(id, &word);
            kept.filter(|text| place.is_none() && !text.trim().is_empty())
        });
        let drafts = Rc::clone(&self.drafts);
        let manner = Manner {
            color: self.paint.color,
            back,
            typed: unsent.or(said.clone()).unwrap_or_default(),
            keeper: Keeper(Some(Rc::new(move |text: &str| {
                drafts.write(id, &word, text);
            }))),
        };
        if let Some(turn) = self.equipment(place, question, &manner)? {
            return Ok(turn);
        }
        let articles = Articles {
            desk: self.desk,
            context: self.desk.context(None, self.ui.env.later()),
            code: with(self.shared, |interview| interview.code(question.piece)).flatten(),
            language: self.language.clone(),
        };
        let reply = ask(self.desk, &mut self.known, &articles, question, &manner)?;
        Ok(match reply {
            PromptReply::End => Turn::Over(Last::End),
            PromptReply::Interrupt => Turn::Over(Last::Interrupt),
            PromptReply::Back(typed) => {
                if !typed.trim().is_empty() {
                    self.unsent.insert(key, typed);
                }
                Turn::Back
            }
            // An issue that has a record is not taken back by an empty line.
            PromptReply::Nothing if place.is_some() && question.what == QuestionKind::More => {
                Turn::On
            }
            PromptReply::Nothing if place.is_some() && said.is_none() => Turn::On,
            // What came with another answer is taken back by a step of its own.
            PromptReply::Nothing if said.is_some() && place.is_none() => {
                let nothing = vec![(question.what.clone(), String::new())];
                self.answer(None, question, Some(("", nothing)))
            }
            PromptReply::Nothing => self.answer(place, question, None),
            PromptReply::Answer(text)
                if place.is_some() && said.as_deref() == Some(text.trim()) =>
            {
                Turn::On
            }
            PromptReply::Answer(text) => {
                let answers =
                    if question.what == QuestionKind::Ask(Ask::Field(Key::LinkArticles.into())) {
                        self.article(&articles, &text, &manner)?
                    } else {
                        self.answers(question, &text, &manner)?
                    };
                self.answer(place, question, Some((&text, answers)))
            }
        })
    }

    /// Shows what this caller is to be told, as soon as code or place says so.
    fn tell(&mut self, piece: usize) {
        let settings = &self.desk.settings;
        let fits = |word: &OrderWord, interview: &Interview<'_>| {
            rules::fits(&word.order, interview.values(piece), settings)
        };
        let mut new = self.words.clone();
        new.retain(|word| {
            let is_new = !self.told.contains(&word.said);
            is_new && with(self.shared, |interview| fits(word, interview)) == Some(true)
        });
        for word in new {
            self.ui.urgent(&said::sentence(&word, self.paint));
            self.told.push(word.said);
        }
    }

    /// Says who provides what the code is about, as soon as there is one, and how to reach them.
    fn provider(&mut self, piece: usize) {
        let code = with(self.shared, |interview| interview.code(piece)).flatten();
        let provider = code.and_then(|code| self.desk.catalogue.provider_of(code));
        let Some(provider) = provider.filter(|one| !self.named.contains(&one.name)) else {
            return;
        };
        self.named.push(provider.name.clone());
        let said = provider::sentence(provider, &self.desk.settings, self.paint);
        for part in wrap(&said, columns()) {
            self.ui.err(&self.paint.role(Role::Muted, &part));
        }
    }

    /// Shows which ticket of the contact is asked about from here on, and the name of a section that
    /// begins.
    fn head(&mut self, question: &Question) {
        if question.piece != self.piece && question.what != QuestionKind::More {
            self.piece = question.piece;
            self.section.clear();
            let named = with(self.shared, |interview| interview.named(question.piece));
            if let Some((id, title)) = named {
                self.title(&format!("{id}  {}", line(&title)));
            }
        }
        if question.section != self.section && !question.section.is_empty() {
            self.section.clone_from(&question.section);
            self.title(&line(&self.section));
        }
    }

    fn title(&self, text: &str) {
        self.ui.err("");
        for part in wrap(text, columns()) {
            self.ui.err(&self.paint.role(Role::Title, &part));
        }
    }

    /// Offers the caller's equipment, where it is asked for some and none was offered, or one was
    /// picked before.
    fn equipment(
        &mut self,
        place: Option<usize>,
        question: &Question,
        manner: &Manner,
    ) -> Result<Option<Turn>, OpError> {
        let of_asset = matches!(
            &question.what,
            QuestionKind::Ask(Ask::Field(field)) if field.section() == Some("asset")
        );
        if !of_asset {
            return Ok(None);
        }
        let piece = question.piece;
        let said = with(self.shared, |interview| interview.said(piece)).unwrap_or_default();
        let code = with(self.shared, |interview| interview.code(piece)).flatten();
        let again = place.is_some();
        let picked = self.known.equipment(&said, code, piece, again, manner)?;
        Ok(match picked {
            Picked::Asset(shown, answers) => {
                Some(self.answer(place, question, Some((&shown, answers))))
            }
            Picked::Reply(PromptReply::Interrupt) => Some(Turn::Over(Last::Interrupt)),
            Picked::Reply(PromptReply::End) => Some(Turn::Over(Last::End)),
            Picked::Reply(PromptReply::Back(_)) => Some(Turn::Back),
            Picked::Nothing | Picked::Reply(_) => None,
        })
    }

    /// What an answer says: of a caller's name all that is known of that person.
    fn answers(
        &mut self,
        question: &Question,
        text: &str,
        manner: &Manner,
    ) -> Result<Answers, OpError> {
        if question.what != QuestionKind::Ask(Ask::Field(Key::RequesterName.into())) {
            return Ok(vec![(question.what.clone(), text.to_owned())]);
        }
        let said = with(self.shared, |interview| interview.said_before(question));
        let said = said.unwrap_or_default();
        self.known.caller(self.ui, &said, text, &manner.aside())
    }

    /// The article that a text names, or one of those that its words find; the search is told of, too.
    /// Its call script is shown.
    fn article(
        &self,
        articles: &Articles<'_>,
        text: &str,
        manner: &Manner,
    ) -> Result<Answers, OpError> {
        let what = || QuestionKind::Ask(Ask::Field(Key::LinkArticles.into()));
        if let Some(id) = interview_articles::named(self.desk, text) {
            self.script(&id)?;
            return Ok(vec![(what(), id.to_string())]);
        }
        let found = articles.offered(text);
        let search = (
            interview_articles::looked_up(&found),
            text.trim().to_owned(),
        );
        if found.is_empty() {
            let remark = format!("nothing was found for `{}`", line(text.trim()));
            wrapped(self.ui, &remark);
            return Ok(vec![search]);
        }
        let none = ("none".to_owned(), "none of them".to_owned());
        let shown = found
            .iter()
            .map(|one| (one.id.to_string(), one.title.clone()));
        let choices = choices(shown.chain([none]));
        let help = "enter alone: none of them";
        let said = prompt::select(
            "Which of these?",
            help,
            choices,
            First::Nothing,
            &manner.aside(),
        )?;
        let picked = match said {
            PromptReply::Answer(word) => found.iter().find(|one| one.id.as_str() == word),
            _ => None,
        };
        Ok(match picked {
            Some(one) => {
                self.script(&one.id)?;
                vec![search, (what(), one.id.to_string())]
            }
            None => vec![search],
        })
    }

    /// Shows the call script of an article, to be read out.
    fn script(&self, id: &ArticleId) -> Result<(), OpError> {
        let script = ops::kb::script::script(self.desk, id.as_str())?;
        let today = ops::core::articles::today(self.desk, self.ui.env.later());
        if script.lines.is_empty() {
            let title = line(&script.cached.article.title);
            let remark = format!("{title}: no call script; its text: desk kb show {id}");
            wrapped(self.ui, &remark);
        } else {
            self.ui.err("");
            let text = view::kb::article::script(&script, today, self.paint);
            self.ui.err(text.trim_end());
            self.ui.err("");
        }
        Ok(())
    }

    /// Takes what was said. A slip is told, and the question put again.
    fn answer(
        &self,
        place: Option<usize>,
        question: &Question,
        said: Option<(&str, Answers)>,
    ) -> Turn {
        let now = self.ui.env.later();
        let taken = with(self.shared, |interview| {
            interview.answer(place, question, said, now)
        });
        if let Some(Err(error)) = taken {
            crate::cli::failure::tell(self.ui, &error);
            return Turn::Again;
        }
        if let Some((id, _)) = with(self.shared, |interview| interview.named(question.piece)) {
            self.drafts.answered(id, &question.what.word());
        }
        Turn::On
    }

    /// Shows all answers, of which any can be changed, until they are said to be right.
    fn review(&mut self) -> Result<Last, OpError> {
        loop {
            let all = with(self.shared, |interview| interview.review()).unwrap_or_default();
            if all.iter().all(|one| one.said.is_empty()) {
                return Ok(Last::Asked);
            }
            let done = ("done".to_owned(), "all of it is right".to_owned());
            let shown = all.iter().zip(1..).map(|(one, number)| {
                let words = ask::words(&one.question, &self.desk.settings);
                let said = if one.said.is_empty() {
                    "–"
                } else {
                    &one.said
                };
                let issue = match one.question.piece {
                    0 => String::new(),
                    at => format!("issue {}: ", at + 1),
                };
                (number.to_string(), format!("{issue}{words} {said}"))
            });
            let choices = choices(std::iter::once(done).chain(shown));
            let manner = Manner {
                color: self.paint.color,
                ..Manner::default()
            };
            let help = "enter on an answer changes it";
            let first = First::Word(Some("done"));
            let said = prompt::select("Is all of it right?", help, choices, first, &manner)?;
            let picked = match said {
                PromptReply::Interrupt => return Ok(Last::Interrupt),
                PromptReply::Answer(word) => word.parse::<usize>().ok(),
                _ => None,
            };
            let Some(one) = picked.and_then(|number| all.get(number - 1)) else {
                return Ok(Last::Asked);
            };
            self.section.clear();
            let before = Some(one.said.clone()).filter(|said| !said.is_empty());
            loop {
                match self.put(one.step, &one.question, before.clone(), true)? {
                    Turn::Again => {}
                    Turn::On | Turn::Back => break,
                    Turn::Over(last) => return Ok(last),
                }
            }
            // What follows from another answer may be asked now.
            match self.ask_all()? {
                Last::Asked => {}
                last => return Ok(last),
            }
        }
    }
}

/// Somebody, or something, that the desk does not know.
const ANOTHER: &str = "another";

/// A remark between questions, broken between words; what is indented stays so.
fn wrapped(ui: &Ui, text: &str) {
    for part in wrap(text, columns()) {
        ui.remark(&part);
    }
}
