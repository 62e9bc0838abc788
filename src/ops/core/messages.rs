//! Messages of errors that several verbs give, in one place.

use crate::ops::core::error::OpError;
use crate::page::problem::near;

/// A name that is not there, with the nearest that are.
pub fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str>) -> OpError {
    let known: Vec<&str> = known.collect();
    let error = OpError::usage(format!("there is no {what} `{given}`"))
        .code(format!("unknown-{}", what.replace(' ', "-")));
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
