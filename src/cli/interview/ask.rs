//! One question of the interview as one prompt.

use crate::cli::interview::known_caller::{Callers, KnownCaller};
use crate::cli::prompt::reply::PromptReply;
use crate::cli::prompt::{self, Choice, Nothing, Suggest, choices};
use crate::model::catalog::Catalogue;
use crate::model::field::{Field, Key};
use crate::model::intake_form::Ask;
use crate::model::status::Feeling;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::ticket::interview_answers::QuestionKind;
use crate::ops::ticket::interview_questions::Question;
use crate::view::question;
use crate::view::sanitize::line;

pub(in crate::cli::interview) fn ask(
    desk: &'static Desk,
    known: &mut KnownCaller,
    asked: &Question,
    color: bool,
) -> Result<PromptReply, OpError> {
    let settings = &desk.settings;
    let help = if asked.required { "needed" } else { "" };
    match &asked.what {
        QuestionKind::Type => prompt::select(
            "What do they call for?",
            "",
            choices([
                ("information".to_owned(), "to learn something".to_owned()),
                ("action".to_owned(), "to have something done".to_owned()),
                ("comment".to_owned(), "to tell us something".to_owned()),
            ]),
            asked.usual.as_deref(),
            color,
        ),
        QuestionKind::Prompt(_) => {
            let words = asked.words.clone().unwrap_or_default();
            prompt::text(&format!("Ask: {words}"), help, &Nothing, color)
        }
        QuestionKind::Satisfied => prompt::select(
            "Is the requester satisfied?",
            "",
            choices([
                ("unknown".to_owned(), "ask later".to_owned()),
                ("yes".to_owned(), "closes it".to_owned()),
                ("no".to_owned(), String::new()),
            ]),
            None,
            color,
        )
        .map(|said| match said {
            PromptReply::Answer(word) if word == "unknown" => PromptReply::Nothing,
            said => said,
        }),
        QuestionKind::More => prompt::text(
            "One more issue of this call?",
            "its title, and @CODE behind it; Enter: none",
            &Nothing,
            color,
        ),
        QuestionKind::Ask(ask) => {
            let words = question::words(ask, settings);
            if let Some(choices) = closed(desk, ask) {
                return prompt::select(&words, help, choices, asked.usual.as_deref(), color);
            }
            if *ask == Ask::Field(Key::RequesterName.into()) {
                return prompt::text(&words, help, &Callers(known.people()), color);
            }
            if *ask == Ask::Field(Key::Code.into()) {
                let said = prompt::text(
                    &words,
                    "type words, or pick a level and go on with Tab",
                    &Codes(&desk.catalogue),
                    color,
                )?;
                return match said {
                    PromptReply::Answer(text) => code_of(&desk.catalogue, &text, color),
                    said => Ok(said),
                };
            }
            prompt::text(&words, help, &Nothing, color)
        }
    }
}

/// The answers that a question is limited to.
fn closed(desk: &Desk, ask: &Ask) -> Option<Vec<Choice>> {
    let settings = &desk.settings;
    let plain = |words: &[String]| {
        let all = words.iter().map(|word| (word.clone(), String::new()));
        choices(all)
    };
    match ask {
        Ask::Field(Field::Known(Key::Impact)) => Some(plain(&settings.impacts)),
        Ask::Field(Field::Known(Key::Urgency)) => Some(plain(&settings.urgencies)),
        Ask::Field(Field::Known(Key::Priority)) => Some(choices(
            settings
                .priorities
                .iter()
                .map(|one| (one.name.clone(), one.title.clone())),
        )),
        Ask::Field(Field::Known(Key::Queue)) => Some(choices(
            settings
                .active_queues()
                .map(|queue| (queue.name.clone(), queue.title.clone())),
        )),
        Ask::Field(Field::Known(Key::RequestFeeling)) => Some(choices(
            Feeling::WORDS
                .iter()
                .map(|word| ((*word).to_owned(), String::new())),
        )),
        Ask::Field(Field::Company(name)) => {
            let field = settings.fields.get(name)?;
            (!field.values.is_empty()).then(|| plain(&field.values))
        }
        _ => None,
    }
}

/// Problem codes: words anywhere in them, or level by level.
#[derive(Clone, Copy)]
struct Codes(&'static Catalogue);

/// Between the levels of the catalogue.
const LEVEL: &str = " › ";

impl Suggest for Codes {
    fn suggest(&self, typed: &str) -> Vec<String> {
        let typed = typed.trim_start();
        let path: Vec<&str> = typed.split(LEVEL.trim()).map(str::trim).collect();
        let (levels, last) = path.split_at(path.len() - 1);
        let inside = |code: &&crate::model::catalog::Code| {
            levels.len() <= code.path.len()
                && levels
                    .iter()
                    .zip(&code.path)
                    .all(|(typed, level)| level.to_lowercase() == typed.to_lowercase())
        };
        let last = last.first().copied().unwrap_or_default().to_lowercase();
        let mut all: Vec<String> = Vec::new();
        for code in self.0.active().filter(inside) {
            if let Some(level) = code.path.get(levels.len())
                && level.to_lowercase().starts_with(&last)
            {
                let mut path: Vec<&str> = code.path[..levels.len()]
                    .iter()
                    .map(String::as_str)
                    .collect();
                path.push(level);
                let entry = format!("{}{LEVEL}", path.join(LEVEL));
                if !all.contains(&entry) {
                    all.push(entry);
                }
            }
        }
        // One way only is no choice.
        if let [only] = &all[..]
            && *only != typed
            && last.is_empty()
        {
            return self.suggest(&only.clone());
        }
        let words: Vec<&str> = last.split_whitespace().collect();
        if levels.len() >= 3 || !words.is_empty() {
            let fits = |code: &&crate::model::catalog::Code| {
                let text = format!("{} {} {}", code.name, code.title, code.path.join(" "));
                let text = text.to_lowercase();
                words.iter().all(|word| text.contains(word))
            };
            let codes = self.0.active().filter(inside).filter(fits);
            let shown = |code: &crate::model::catalog::Code| {
                line(&format!("{}  {}", code.name, code.title))
            };
            let codes: Vec<String> = codes.map(shown).collect();
            if levels.is_empty() {
                all.splice(0..0, codes);
            } else {
                all.extend(codes);
            }
        }
        all.truncate(40);
        all
    }
}

/// The code of a suggestion, or of words that mean one; of several, the one that is picked.
fn code_of(catalogue: &'static Catalogue, text: &str, color: bool) -> Result<PromptReply, OpError> {
    let text = text.trim();
    if let Some((code, _)) = text.split_once("  ") {
        return Ok(PromptReply::Answer(code.to_owned()));
    }
    if catalogue.find(text).is_some() {
        return Ok(PromptReply::Answer(text.to_owned()));
    }
    let meant = Codes(catalogue).suggest(text);
    let codes: Vec<(String, String)> = meant
        .iter()
        .filter_map(|one| one.split_once("  "))
        .map(|(code, title)| (code.to_owned(), title.to_owned()))
        .collect();
    match &codes[..] {
        [] => Ok(PromptReply::Answer(text.to_owned())),
        [(code, _)] => Ok(PromptReply::Answer(code.clone())),
        _ => prompt::select("Which of these?", "", choices(codes), None, color),
    }
}
