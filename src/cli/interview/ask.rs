//! One question of the interview as one prompt.

use crate::cli::interview::known_caller::{Callers, KnownCaller};
use crate::cli::prompt::reply::PromptReply;
use crate::cli::prompt::{self, Choice, First, Manner, Nothing, Suggest, choices};
use crate::model::catalog::{Catalogue, Code};
use crate::model::field::{Field, Key};
use crate::model::intake_form::Ask;
use crate::model::settings::Settings;
use crate::model::status::Feeling;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::ticket::interview_answers::{Question, QuestionKind};
use crate::ops::ticket::interview_articles::{OfferedArticle, offered};
use crate::rules::context::DeskContext;
use crate::view::question;
use crate::view::sanitize::line;

pub(in crate::cli::interview) fn ask(
    desk: &'static Desk,
    known: &mut KnownCaller,
    articles: &Articles<'_>,
    asked: &Question,
    manner: &Manner,
) -> Result<PromptReply, OpError> {
    let settings = &desk.settings;
    let words = words(asked, settings);
    let usual = First::Word(asked.usual.as_deref());
    let help = if asked.required { "needed" } else { "" };
    match &asked.what {
        QuestionKind::Type => prompt::select(
            &words,
            "",
            choices([
                ("information".to_owned(), "to learn something".to_owned()),
                ("action".to_owned(), "to have something done".to_owned()),
                ("comment".to_owned(), "to tell us something".to_owned()),
            ]),
            usual,
            manner,
        ),
        QuestionKind::Prompt(_) | QuestionKind::NoKb | QuestionKind::Searched { .. } => {
            prompt::text(&words, help, &Nothing, manner)
        }
        QuestionKind::Satisfied => prompt::select(
            &words,
            "",
            choices([
                ("unknown".to_owned(), "ask later".to_owned()),
                ("yes".to_owned(), "closes it".to_owned()),
                ("no".to_owned(), String::new()),
            ]),
            First::Word(None),
            manner,
        )
        .map(|said| match said {
            PromptReply::Answer(word) if word == "unknown" => PromptReply::Nothing,
            said => said,
        }),
        QuestionKind::More => prompt::text(
            &words,
            "its title, and @CODE behind it; Enter: none",
            &Nothing,
            manner,
        ),
        QuestionKind::Ask(ask) => {
            if let Some(choices) = closed(desk, ask) {
                return prompt::select(&words, help, choices, usual, manner);
            }
            if *ask == Ask::Field(Key::RequesterName.into()) {
                return prompt::text(&words, help, &Callers(known.people()), manner);
            }
            if *ask == Ask::Field(Key::LinkArticles.into()) {
                let help = if asked.required {
                    "needed: words to search for, or an id; enter alone: none"
                } else {
                    "words to search for, or an id; enter alone: none"
                };
                return prompt::text(&words, help, articles, manner);
            }
            if *ask == Ask::Field(Key::Code.into()) {
                let said = prompt::text(
                    &words,
                    "type words, or pick a level and go on with Tab",
                    &Codes(&desk.catalogue),
                    manner,
                )?;
                return match said {
                    PromptReply::Answer(text) => code_of(&desk.catalogue, &text, manner),
                    said => Ok(said),
                };
            }
            prompt::text(&words, help, &Nothing, manner)
        }
    }
}

/// The words of a question.
pub(in crate::cli::interview) fn words(asked: &Question, settings: &Settings) -> String {
    let words = match &asked.what {
        QuestionKind::Type => "What do they call for?",
        QuestionKind::Prompt(words) => return format!("Ask: {words}"),
        QuestionKind::Ask(ask) => return question::words(ask, settings),
        QuestionKind::Satisfied => "Is the requester satisfied?",
        QuestionKind::NoKb => "Nothing was looked up: why was no article needed?",
        QuestionKind::Searched { .. } => "Looked up:",
        QuestionKind::More => "One more issue of this call?",
    };
    words.to_owned()
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

/// Articles: those of the problem code, and what the words that are typed find.
pub(in crate::cli::interview) struct Articles<'a> {
    pub(in crate::cli::interview) desk: &'static Desk,
    pub(in crate::cli::interview) context: DeskContext<'static>,
    pub(in crate::cli::interview) code: Option<&'a Code>,
    pub(in crate::cli::interview) language: Option<String>,
}

impl Articles<'_> {
    pub(in crate::cli::interview) fn offered(&self, typed: &str) -> Vec<OfferedArticle> {
        let (context, language) = (self.context, self.language.as_deref());
        offered(self.desk, context, self.code, typed, language)
    }
}

impl Suggest for Articles<'_> {
    fn suggest(&self, typed: &str) -> Vec<String> {
        let found = self.offered(typed).into_iter();
        found
            .map(|one| line(&format!("{}  {}", one.id, one.title)))
            .collect()
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
        let inside = |code: &&Code| {
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
            let fits = |code: &&Code| {
                let text = format!("{} {} {}", code.name, code.title, code.path.join(" "));
                let text = text.to_lowercase();
                words.iter().all(|word| text.contains(word))
            };
            let codes = self.0.active().filter(inside).filter(fits);
            let shown = |code: &Code| line(&format!("{}  {}", code.name, code.title));
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
fn code_of(
    catalogue: &'static Catalogue,
    text: &str,
    manner: &Manner,
) -> Result<PromptReply, OpError> {
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
        _ => {
            let (none, aside) = (First::Word(None), manner.aside());
            prompt::select("Which of these?", "", choices(codes), none, &aside)
        }
    }
}
