//! Prompts on the terminal.

mod keys;
mod line;
mod question;
pub mod reply;
mod screen;

use crate::cli::messages::CommandError;
use std::fmt;
use std::io::{BufRead, Read, Write};
use std::rc::Rc;

use crossterm::event::DisableBracketedPaste;

use crate::cli::prompt::question::Question;
use crate::cli::prompt::reply::Entry;
use crate::cli::prompt::reply::PromptReply;
use crate::cli::prompt::screen::Size;
use crate::ops::core::error::OpError;
use crate::view::sanitize::line;
use crate::view::words::cut;

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
pub trait Suggest {
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

/// How a question is asked.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// Whether there are colours.
    pub color: bool,
    /// Whether there is a question before it to go back to.
    pub back: bool,
    /// What was answered before, or typed and not sent.
    pub typed: String,
    /// Where to keep what is typed until it is sent.
    pub keeper: Keeper,
}

/// What takes a text to keep.
type Keeping = Rc<dyn Fn(&str)>;

/// Keeps what is typed.
#[derive(Clone, Default)]
pub struct Keeper(pub Option<Keeping>);

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keeper").field(&self.0.is_some()).finish()
    }
}

impl Manner {
    /// A question by the way: what was said before is none of it, and nothing is gone back to.
    #[must_use]
    pub fn aside(&self) -> Self {
        Self {
            color: self.color,
            ..Self::default()
        }
    }
}

/// Asks for a line of text.
pub fn text<S: Suggest>(
    words: &str,
    help: &str,
    suggest: &S,
    manner: &Manner,
) -> Result<PromptReply, OpError> {
    let list = |typed: &str| {
        let all = suggest.suggest(typed).into_iter();
        all.map(|one| {
            // One that is picked is what was read.
            let shown = line(&one);
            Entry {
                answer: shown.clone(),
                shown,
            }
        })
        .collect()
    };
    let question = Question {
        words: &line(words),
        help: &line(help),
        keys: "↑↓ to move, tab to autocomplete, enter to submit",
        list: &list,
        page: 8,
        closed: false,
        passes: false,
        manner,
    };
    Ok(said(question.ask(None)))
}

/// What is under the cursor of a list at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First<'w> {
    /// This answer, or the first of all.
    Word(Option<&'w str>),
    /// Nothing: Enter alone takes none of them.
    Nothing,
}

/// Asks for one of several answers.
pub fn select(
    words: &str,
    help: &str,
    mut choices: Vec<Choice>,
    usual: First<'_>,
    manner: &Manner,
) -> Result<PromptReply, OpError> {
    if choices.is_empty() {
        return Err(CommandError::NothingToChoose.error());
    }
    // An answer stays on its line, behind the mark that shows which one is picked.
    let columns = Size::now().columns;
    for choice in &mut choices {
        choice.room = columns.saturating_sub(3).max(20);
    }
    let place = |word: &str| choices.iter().position(|choice| choice.word == word);
    let first = match (place(&manner.typed), usual) {
        (Some(said), _) => Some(said),
        (None, First::Word(word)) => Some(word.and_then(place).unwrap_or_default()),
        (None, First::Nothing) => None,
    };
    let list = |typed: &str| {
        let typed = typed.to_lowercase();
        let begins = |choice: &&Choice| choice.word.to_lowercase().starts_with(&typed);
        let has = |choice: &&Choice| {
            let all = format!("{} {}", choice.word, choice.help).to_lowercase();
            !begins(choice) && all.contains(&typed)
        };
        let first = choices.iter().filter(begins);
        first
            .chain(choices.iter().filter(has))
            .map(|choice| Entry {
                shown: choice.to_string(),
                answer: choice.word.clone(),
            })
            .collect()
    };
    let keys = "↑↓ to move, enter to select, type to filter";
    let question = Question {
        words: &line(words),
        help: &line(if help.is_empty() { keys } else { help }),
        keys,
        list: &list,
        page: 9,
        closed: true,
        passes: usual == First::Nothing,
        manner,
    };
    Ok(said(question.ask(first)))
}

/// How many columns the terminal has.
pub fn columns() -> usize {
    Size::now().columns
}

/// Takes back what the terminal was told for a prompt that nobody will answer.
pub fn let_go() {
    let _ = crossterm::execute!(std::io::stderr(), DisableBracketedPaste);
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

/// Nobody can type any more where the terminal fails: as if it were Ctrl-C.
fn said(said: std::io::Result<PromptReply>) -> PromptReply {
    said.unwrap_or(PromptReply::Interrupt)
}
