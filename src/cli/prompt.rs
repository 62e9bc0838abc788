//! Prompts on the terminal.

use std::fmt;
use std::io::{BufRead, Read, Write};

use inquire::autocompletion::{Autocomplete, Replacement};
use inquire::ui::{Attributes, Color, RenderConfig, StyleSheet, Styled};
use inquire::{CustomUserError, InquireError, Select, Text};

use crate::ops::error::OpError;
use crate::view::sanitize::line;
use crate::view::words::cut;

/// What a person does with a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Answers.
    Answer(String),
    /// Goes past it.
    Nothing,
    /// Ends the interview here.
    End,
    /// Presses Ctrl-C.
    Interrupt,
}

/// One of several answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub word: String,
    /// What it means.
    pub help: String,
    /// Width of the widest word beside it.
    pub width: usize,
    /// Columns that there are for both.
    pub room: usize,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = self.width.saturating_sub(self.word.chars().count());
        let both = match self.help.as_str() {
            "" => self.word.clone(),
            help => format!("{}{}  {help}", self.word, " ".repeat(gap)),
        };
        f.write_str(&cut(&both, self.room))
    }
}

/// Answers with what they mean, aligned.
pub fn choices(all: impl IntoIterator<Item = (String, String)>) -> Vec<Choice> {
    let all: Vec<(String, String)> = all.into_iter().collect();
    let width = all.iter().map(|(word, _)| word.chars().count()).max();
    let width = width.unwrap_or_default();
    all.into_iter()
        .map(|(word, help)| Choice {
            word: line(&word),
            help: line(&help),
            width,
            room: usize::MAX,
        })
        .collect()
}

/// Suggestions while somebody types.
pub trait Suggest: Clone {
    /// Those that fit what was typed, at most a screenful.
    fn suggest(&self, typed: &str) -> Vec<String>;
}

/// No suggestions.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Suggest for Nothing {
    fn suggest(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

#[derive(Clone)]
struct Completer<S>(S);

impl<S: Suggest> Autocomplete for Completer<S> {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        Ok(shown(&self.0.suggest(input)))
    }

    fn get_completion(
        &mut self,
        input: &str,
        highlighted: Option<String>,
    ) -> Result<Replacement, CustomUserError> {
        Ok(highlighted.or_else(|| shown(&self.0.suggest(input)).into_iter().next()))
    }
}

/// Suggestions as they may be shown; one that is picked is what was read.
fn shown(all: &[String]) -> Vec<String> {
    all.iter().map(|one| line(one)).collect()
}

/// Asks for a line of text.
pub fn text<S: Suggest + 'static>(
    words: &str,
    help: &str,
    suggest: S,
    color: bool,
) -> Result<Said, OpError> {
    let (words, help) = (line(words), line(help));
    let mut prompt = Text::new(&words)
        .with_autocomplete(Completer(suggest))
        .with_page_size(8)
        .with_render_config(look(color));
    if !help.is_empty() {
        prompt = prompt.with_help_message(&help);
    }
    said(prompt.prompt())
}

/// Asks for one of several answers; `usual` is under the cursor.
pub fn select(
    words: &str,
    help: &str,
    mut choices: Vec<Choice>,
    usual: Option<&str>,
    color: bool,
) -> Result<Said, OpError> {
    // An answer stays on its line, behind the mark that shows which one is picked.
    let columns = rustix::termios::tcgetwinsize(std::io::stderr())
        .ok()
        .map_or(80, |size| usize::from(size.ws_col));
    for choice in &mut choices {
        choice.room = columns.saturating_sub(3).max(20);
    }
    let at = choices
        .iter()
        .position(|choice| Some(choice.word.as_str()) == usual);
    let (words, help) = (line(words), line(help));
    let first = |typed: &str, choice: &Choice, _: &str, _: usize| {
        let (typed, word) = (typed.to_lowercase(), choice.word.to_lowercase());
        if word.starts_with(&typed) {
            return Some(2);
        }
        let rest = format!("{word} {}", choice.help.to_lowercase());
        rest.contains(&typed).then_some(1)
    };
    let picked = |choice: inquire::list_option::ListOption<&Choice>| choice.value.word.clone();
    let mut prompt = Select::new(&words, choices)
        .with_scorer(&first)
        .with_formatter(&picked)
        .with_starting_cursor(at.unwrap_or_default())
        .with_page_size(9)
        .with_render_config(look(color));
    if !help.is_empty() {
        prompt = prompt.with_help_message(&help);
    }
    said(prompt.prompt().map(|choice| choice.word))
}

/// Asks for yes or no on a line of its own; anything but yes is no, the end of the input too.
pub fn confirm(words: &str) -> Result<bool, OpError> {
    let mut err = std::io::stderr().lock();
    write!(err, "{} [y/N] ", line(words))?;
    err.flush()?;
    let mut said = String::new();
    // What cannot be read is no word of anybody's.
    let _ = std::io::stdin().lock().take(64).read_line(&mut said);
    Ok(matches!(said.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn said(answer: Result<String, InquireError>) -> Result<Said, OpError> {
    match answer {
        Ok(text) if text.trim().is_empty() => Ok(Said::Nothing),
        Ok(text) => Ok(Said::Answer(text)),
        Err(InquireError::OperationCanceled) => Ok(Said::End),
        // Nobody can type any more: as if it were Ctrl-C.
        Err(InquireError::OperationInterrupted | InquireError::IO(_) | InquireError::NotTTY) => {
            Ok(Said::Interrupt)
        }
        Err(error) => Err(OpError::failed(error.to_string())),
    }
}

/// Calm: questions plain, answers bold, help dimmed by its colour; nothing coloured where colours
/// are off.
fn look(color: bool) -> RenderConfig<'static> {
    let mut look = RenderConfig::empty()
        .with_prompt_prefix(Styled::new("?"))
        .with_answered_prompt_prefix(Styled::new(" "))
        .with_highlighted_option_prefix(Styled::new(">"))
        .with_answer(StyleSheet::new())
        .with_canceled_prompt_indicator(Styled::new(""));
    look.error_message = look.error_message.with_prefix(Styled::new("!"));
    if color {
        look = look
            .with_prompt_prefix(Styled::new("?").with_fg(Color::DarkCyan))
            .with_answer(StyleSheet::new().with_attr(Attributes::BOLD))
            .with_help_message(StyleSheet::new().with_fg(Color::DarkGrey))
            .with_highlighted_option_prefix(Styled::new(">").with_fg(Color::DarkCyan))
            .with_selected_option(Some(StyleSheet::new().with_fg(Color::DarkCyan)));
        look.error_message = look
            .error_message
            .with_prefix(Styled::new("!").with_fg(Color::DarkRed));
    }
    look
}
