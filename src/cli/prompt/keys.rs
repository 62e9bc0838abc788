//! The keyboard of the terminal.

use std::io::{self, stderr};
use std::time::Duration;

use crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind,
    KeyModifiers,
};
use crossterm::{execute, terminal};

use crate::cli::prompt::line::{Edit, Unit, Way, one_line};

/// How long a key may be behind another one to be counted as waiting. The terminal hands over a
/// long paste in pieces.
const SOON: Duration = Duration::from_millis(2);

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli::prompt) enum Key {
    /// Types or pastes.
    Text(String),
    /// Edits what was typed.
    Edit(Edit),
    Enter,
    Escape,
    Interrupt,
    Tab,
    /// To the question before.
    Back,
    Up,
    Down,
    PageUp,
    PageDown,
    /// Changes the size of the terminal.
    Resize,
}

/// The keyboard, key by key, as long as this lives.
#[derive(Debug)]
pub(in crate::cli::prompt) struct Keyboard {
    /// A key that was read to see whether it belongs to a text.
    held: Option<Key>,
}

impl Keyboard {
    /// Takes the keyboard.
    pub(in crate::cli::prompt) fn open() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        let keyboard = Self { held: None };
        execute!(stderr(), EnableBracketedPaste)?;
        Ok(keyboard)
    }

    /// The next key. Text whose characters came one right after the other is one key: what they
    /// change is worked out and drawn once, not once for each of them.
    pub(in crate::cli::prompt) fn next(&mut self) -> io::Result<Key> {
        let mut key = loop {
            if let Some(key) = self.held.take() {
                break key;
            }
            self.held = key(event::read()?);
        };
        if let Key::Text(text) = &mut key {
            while self.is_waiting()? {
                match self::key(event::read()?) {
                    Some(Key::Text(more)) => text.push_str(&more),
                    other => self.held = other,
                }
                if self.held.is_some() {
                    break;
                }
            }
        }
        Ok(key)
    }

    /// Whether there are more keys already.
    pub(in crate::cli::prompt) fn is_waiting(&self) -> io::Result<bool> {
        Ok(self.held.is_some() || event::poll(SOON)?)
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        let _ = execute!(stderr(), DisableBracketedPaste);
        let _ = terminal::disable_raw_mode();
    }
}

/// What an event means, if anything.
fn key(event: Event) -> Option<Key> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => pressed(key),
        Event::Paste(text) => Some(Key::Text(one_line(&text))),
        Event::Resize(..) => Some(Key::Resize),
        _ => None,
    }
}

fn pressed(key: KeyEvent) -> Option<Key> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let unit = if control { Unit::Word } else { Unit::Character };
    let edit = match key.code {
        KeyCode::Enter => return Some(Key::Enter),
        KeyCode::Esc => return Some(Key::Escape),
        // What terminals send for Shift-Tab, with or without the modifier.
        KeyCode::BackTab => return Some(Key::Back),
        KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => return Some(Key::Back),
        KeyCode::Tab => return Some(Key::Tab),
        KeyCode::Up => return Some(Key::Up),
        KeyCode::Down => return Some(Key::Down),
        KeyCode::PageUp => return Some(Key::PageUp),
        KeyCode::PageDown => return Some(Key::PageDown),
        KeyCode::Char(c) if control => {
            return Some(match c {
                'c' => Key::Interrupt,
                'd' | 'g' => Key::Escape,
                'j' | 'm' => Key::Enter,
                'i' => Key::Tab,
                'p' => Key::Up,
                'n' => Key::Down,
                'a' => Key::Edit(Edit::Go(Way::Back, Unit::Line)),
                'e' => Key::Edit(Edit::Go(Way::On, Unit::Line)),
                'u' => Key::Edit(Edit::Delete(Way::Back, Unit::Line)),
                'k' => Key::Edit(Edit::Delete(Way::On, Unit::Line)),
                'w' => Key::Edit(Edit::Delete(Way::Back, Unit::Word)),
                _ => return None,
            });
        }
        KeyCode::Char(c) => return Some(Key::Text(one_line(c.encode_utf8(&mut [0; 4])))),
        KeyCode::Home => Edit::Go(Way::Back, Unit::Line),
        KeyCode::End => Edit::Go(Way::On, Unit::Line),
        KeyCode::Left => Edit::Go(Way::Back, unit),
        KeyCode::Right => Edit::Go(Way::On, unit),
        KeyCode::Backspace => Edit::Delete(Way::Back, unit),
        KeyCode::Delete => Edit::Delete(Way::On, unit),
        _ => return None,
    };
    Some(Key::Edit(edit))
}
