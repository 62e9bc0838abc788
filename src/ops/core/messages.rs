//! The words of errors, in one place: here what several verbs give, below it the others by area.

pub mod article;
pub mod data;
pub mod desk;
pub mod import;
pub mod reply;
pub mod quarantine;
pub mod search;
pub mod sync;
pub mod template;
pub mod ticket;
pub mod work;

use std::fmt::Display;

use crate::ops::core::error::OpError;
use crate::page::problem::near;

/// A part of a text that differs from case to case.
pub type Part<'a> = &'a dyn Display;

/// A name that is not there, with the nearest that are.
pub fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str>) -> OpError {
    let known: Vec<&str> = known.collect();
    let code = format!("unknown-{}", what.replace(' ', "-"));
    let error = OpError::usage(code, format!("there is no {what} `{given}`"));
    let near = near(given, known.iter().copied());
    if near.is_empty() {
        let hint = match known.len() {
            0 => format!("no {what} is set up yet; see desk.toml"),
            1..=12 => format!("there are: {}", known.join(", ")),
            _ => format!("there are {} to choose from", known.len()),
        };
        return error.hint(hint);
    }
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    error.hint(format!("did you mean {}?", near.join(" or ")))
}
