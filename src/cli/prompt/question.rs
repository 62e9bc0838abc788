//! A question with what is typed behind it and what fits it below.

use std::io;

use crate::cli::prompt::Manner;
use crate::cli::prompt::keys::{Key, Keyboard};
use crate::cli::prompt::line::{Edit, Line, Unit, Way};
use crate::cli::prompt::reply::{Entry, PromptReply};
use crate::cli::prompt::screen::{Rows, Screen, Size};
use crate::view::paint::Role;
use crate::view::sanitize::{line, styled};
use crate::view::words::cut;

/// Text of at most so many bytes is kept with every key.
const KEPT: usize = 4_000;

/// Text of more bytes is no name and no code: nothing is looked up for it.
const LOOKED_UP: usize = 200;

/// A question.
pub(in crate::cli::prompt) struct Question<'a> {
    /// Its words.
    pub(in crate::cli::prompt) words: &'a str,
    /// What is said below it.
    pub(in crate::cli::prompt) help: &'a str,
    /// What the keys do, said where there is a list and no help.
    pub(in crate::cli::prompt) keys: &'a str,
    /// What fits what was typed.
    pub(in crate::cli::prompt) list: &'a dyn Fn(&str) -> Vec<Entry>,
    /// How much of the list is seen at once.
    pub(in crate::cli::prompt) page: usize,
    /// Whether the answer is one of the list; else it may be any text.
    pub(in crate::cli::prompt) closed: bool,
    /// Whether Enter without anything picked goes past a closed one.
    pub(in crate::cli::prompt) passes: bool,
    /// How it is asked.
    pub(in crate::cli::prompt) manner: &'a Manner,
}

impl Question<'_> {
    /// Asks, with this one of the list under the cursor.
    pub(in crate::cli::prompt) fn ask(&self, first: Option<usize>) -> io::Result<PromptReply> {
        let mut keyboard = Keyboard::open()?;
        let mut screen = Screen::default();
        let mut state = State {
            unpicked: self.passes,
            ..State::default()
        };
        if !self.closed {
            state.line = Line::of(self.manner.typed.clone());
            state.kept.clone_from(&self.manner.typed);
        }
        state.look_up(self);
        if self.closed {
            state.picked = first;
        }
        // Drawn at least once, so that it is on the screen whatever was typed ahead.
        let mut drawn = false;
        loop {
            if !drawn || !keyboard.is_waiting()? {
                state.look_up(self);
                screen.draw(&self.rows(&state, Size::now()))?;
                drawn = true;
                self.keep(&mut state, false);
            }
            let key = keyboard.next()?;
            match key {
                Key::Text(_) | Key::Edit(_) | Key::Resize => {}
                _ => state.look_up(self),
            }
            match key {
                Key::Text(text) => state.line.insert(&text),
                Key::Edit(Edit::Go(Way::Back, Unit::Line)) if self.closed => state.picked = Some(0),
                Key::Edit(Edit::Go(Way::On, Unit::Line)) if self.closed => {
                    state.picked = state.list.len().checked_sub(1);
                }
                Key::Edit(edit) => state.line.edit(edit),
                Key::Up => state.up(1, self.closed),
                Key::Down => state.down(1, self.closed),
                Key::PageUp => state.up(self.page, false),
                Key::PageDown => state.down(self.page, false),
                Key::Back if self.manner.back => {
                    screen.draw(&self.answered("", Size::now()))?;
                    let typed = if self.closed { "" } else { state.line.text() };
                    return Ok(PromptReply::Back(typed.to_owned()));
                }
                Key::Tab if !self.closed => {
                    if let Some(entry) = state.list.get(state.picked.unwrap_or_default()) {
                        state.line = Line::of(entry.answer.clone());
                    }
                }
                Key::Tab | Key::Back => {}
                Key::Resize => screen.clear()?,
                Key::Enter => {
                    if let Some(answer) = self.entered(&state) {
                        screen.draw(&self.answered(&answer, Size::now()))?;
                        return Ok(if answer.trim().is_empty() {
                            PromptReply::Nothing
                        } else {
                            PromptReply::Answer(answer)
                        });
                    }
                }
                Key::Escape => {
                    self.keep(&mut state, true);
                    let mut rows = Rows::new(Size::now().columns);
                    rows.put(&format!("{} {} ", self.paint(Role::Id, "?"), self.words));
                    screen.draw(&rows)?;
                    return Ok(PromptReply::End);
                }
                Key::Interrupt => {
                    self.keep(&mut state, true);
                    return Ok(PromptReply::Interrupt);
                }
            }
        }
    }

    /// What Enter sends; nothing where one of the list is still to be picked.
    fn entered(&self, state: &State) -> Option<String> {
        let picked = state.picked.and_then(|at| state.list.get(at));
        let text = state.line.text();
        match picked {
            Some(entry) => Some(entry.answer.clone()),
            None if !self.closed => Some(text.to_owned()),
            None => (self.passes && text.is_empty()).then(String::new),
        }
    }

    /// Has what is typed kept; a long text not with every key, so that typing costs no more the longer it
    /// is, but at its end.
    fn keep(&self, state: &mut State, ends: bool) {
        let text = state.line.text();
        let Some(keeper) = self.manner.keeper.0.as_ref().filter(|_| !self.closed) else {
            return;
        };
        let new = text.len() != state.kept.len() || text != state.kept;
        if new && (ends || text.len() <= KEPT || text.len() >= 2 * state.kept.len()) {
            keeper(text);
            text.clone_into(&mut state.kept);
        }
    }

    fn paint(&self, role: Role, text: &str) -> String {
        if self.manner.color {
            let style = role.style();
            styled(style.render(), text, style.render_reset())
        } else {
            text.to_owned()
        }
    }

    fn rows(&self, state: &State, size: Size) -> Rows {
        let mut rows = Rows::new(size.columns);
        rows.put(&self.paint(Role::Id, "?"));
        rows.put_words(&format!(" {} ", self.words), &str::to_owned);
        rows.put_line(&state.line, size.room());
        let page = self.page.min(size.below()).max(1);
        let from = start(page, state.list.len(), state.picked);
        let seen = state.list.iter().enumerate().skip(from).take(page);
        for (at, entry) in seen {
            rows.end();
            let shown = cut(&line(&entry.shown), size.columns - 2);
            if state.picked == Some(at) {
                let mark = self.paint(Role::Id, ">");
                rows.put(&format!("{mark} {}", self.paint(Role::Id, &shown)));
            } else if at == from && from > 0 {
                rows.put(&format!("^ {shown}"));
            } else if at + 1 == from + page && at + 1 < state.list.len() {
                rows.put(&format!("v {shown}"));
            } else {
                rows.put(&format!("  {shown}"));
            }
        }
        let help = match self.help {
            "" if !state.list.is_empty() => self.keys,
            help => help,
        };
        let back = if self.manner.back { BACK } else { "" };
        let help: Vec<&str> = [help, back]
            .into_iter()
            .filter(|one| !one.is_empty())
            .collect();
        if !help.is_empty() {
            rows.end();
            rows.put_words(&format!("[{}]", help.join("; ")), &|text| {
                self.paint(Role::Muted, text)
            });
        }
        rows
    }

    fn answered(&self, answer: &str, size: Size) -> Rows {
        let mut rows = Rows::new(size.columns);
        rows.put_words(&format!("  {} ", self.words), &str::to_owned);
        let answer = cut(&line(answer), size.room());
        rows.put_words(&answer, &|text| self.paint(Role::Title, text));
        rows
    }
}

/// What the key does that goes back.
const BACK: &str = "shift+tab: back";

/// The first line of a list of which a page is seen, the picked one in its middle where it can be.
fn start(page: usize, all: usize, picked: Option<usize>) -> usize {
    let middle = picked.unwrap_or_default().saturating_sub(page / 2);
    middle.min(all.saturating_sub(page))
}

/// What was typed and what fits it.
#[derive(Default)]
struct State {
    line: Line,
    list: Vec<Entry>,
    picked: Option<usize>,
    /// For which text the list is.
    listed: Option<String>,
    /// What was kept last of what is typed.
    kept: String,
    /// Whether nothing is picked as long as nobody picks.
    unpicked: bool,
}

impl State {
    /// Makes the list anew if something else was typed.
    fn look_up(&mut self, question: &Question<'_>) {
        let typed = self.line.text();
        if self.listed.as_deref() == Some(typed) {
            return;
        }
        let list = if typed.len() > LOOKED_UP {
            Vec::new()
        } else {
            (question.list)(typed)
        };
        self.listed = Some(typed.to_owned());
        if !question.closed || self.unpicked && typed.is_empty() {
            self.picked = None;
        } else if list != self.list {
            self.picked = Some(0);
        }
        self.list = list;
    }

    fn up(&mut self, by: usize, wraps: bool) {
        let last = self.list.len().checked_sub(1);
        self.picked = match self.picked {
            Some(at) if at >= by => Some(at - by),
            Some(_) if wraps => last,
            picked => picked.filter(|_| by > 1 && last.is_some()).map(|_| 0),
        };
    }

    fn down(&mut self, by: usize, wraps: bool) {
        let last = self.list.len().checked_sub(1);
        self.picked = match self.picked {
            Some(at) if wraps && Some(at) >= last => last.map(|_| 0),
            Some(at) => last.map(|last| last.min(at + by)),
            None => last.map(|last| last.min(by - 1)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_around_what_is_picked() {
        assert_eq!(start(4, 3, Some(2)), 0);
        assert_eq!(start(4, 9, None), 0);
        assert_eq!(start(4, 9, Some(1)), 0);
        assert_eq!(start(4, 9, Some(5)), 3);
        assert_eq!(start(4, 9, Some(8)), 5);
    }

    #[test]
    fn keys_go_through_a_list() {
        let entry = |word: &str| Entry {
            shown: word.to_owned(),
            answer: word.to_owned(),
        };
        let mut state = State {
            list: ["a", "b", "c"].map(entry).into(),
            ..State::default()
        };
        state.up(1, false);
        assert_eq!(state.picked, None);
        state.down(1, false);
        assert_eq!(state.picked, Some(0));
        state.down(8, false);
        assert_eq!(state.picked, Some(2));
        state.down(1, true);
        assert_eq!(state.picked, Some(0));
        state.up(1, true);
        assert_eq!(state.picked, Some(2));
        state.up(8, false);
        assert_eq!(state.picked, Some(0));
        state.up(1, false);
        assert_eq!(state.picked, None);
        state.list.clear();
        state.down(1, true);
        assert_eq!(state.picked, None);
        state.picked = Some(0);
        state.up(1, true);
        assert_eq!(state.picked, None);
    }
}
