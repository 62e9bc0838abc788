//! Failures on standard error, and the exit status that follows.

use std::process::ExitCode;

use crate::cli::ui::Ui;
use crate::ops::core::error::{OpError, Sort};
use crate::view::paint::Role;
use crate::view::{diagnostic, json, sanitize};

/// How the program ends, for whoever started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// What was asked for is done.
    Done = 0,
    /// The answer is no: nothing was found, or something is wrong.
    No = 1,
    /// Wrong usage.
    Usage = 2,
    /// An invalid file or invalid settings.
    Invalid = 3,
    /// Refused by a rule.
    Refused = 4,
    /// Conflict, lock, git or disk.
    Failed = 5,
    /// A signal asked for the end.
    Interrupted = 130,
}

impl ExitStatus {
    /// `No` under a condition, otherwise `Done`.
    pub fn no_if(condition: bool) -> Self {
        if condition { Self::No } else { Self::Done }
    }
}

impl From<Sort> for ExitStatus {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Usage => Self::Usage,
            Sort::Invalid => Self::Invalid,
            Sort::Refused => Self::Refused,
            Sort::Failed => Self::Failed,
            Sort::Interrupted => Self::Interrupted,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// Tells a failure: one line saying what is wrong, what is wrong with which file, then hints.
pub fn tell(ui: &Ui, error: &OpError) -> ExitStatus {
    tell_all(ui, std::slice::from_ref(error))
}

/// Tells several failures, as one JSON object where JSON is asked for; the status is the last one's.
pub fn tell_all(ui: &Ui, errors: &[OpError]) -> ExitStatus {
    if ui.json {
        ui.err(json::errors(errors).trim_end());
    } else {
        for error in errors {
            say(ui, error);
        }
    }
    errors
        .last()
        .map_or(ExitStatus::Done, |error| error.sort.into())
}

fn say(ui: &Ui, error: &OpError) {
    ui.err(&format!(
        "{} {}",
        ui.stderr_role(Role::Alarm, "error:"),
        sanitize::line(&error.message)
    ));
    let paint = crate::view::paint::Paint {
        color: ui.env.stderr_terminal && !ui.env.no_color,
        ..ui.paint
    };
    for problem in &error.problems {
        ui.err(diagnostic::problem(problem, &paint).trim_end());
    }
    for hint in &error.hints {
        ui.err(&format!(
            "{} {}",
            ui.stderr_role(Role::Person, "hint:"),
            sanitize::line(hint)
        ));
    }
}
