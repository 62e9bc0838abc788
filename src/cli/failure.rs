//! Failures on standard error, and the exit status that follows.

use crate::cli::ui::Ui;
use crate::ops::core::error::{OpError, Sort};
use crate::view::paint::Role;
use crate::view::{diagnostic, json, sanitize};

/// The exit status of a sort of failure.
pub fn status(sort: Sort) -> u8 {
    match sort {
        Sort::Usage => 2,
        Sort::Invalid => 3,
        Sort::Refused => 4,
        Sort::Failed => 5,
        Sort::Interrupted => 130,
    }
}

/// Tells a failure: one line saying what is wrong, what is wrong with which file, then hints.
pub fn tell(ui: &Ui, error: &OpError) -> u8 {
    tell_all(ui, std::slice::from_ref(error))
}

/// Tells several failures, as one JSON object where JSON is asked for; the status is the last one's.
pub fn tell_all(ui: &Ui, errors: &[OpError]) -> u8 {
    if ui.json {
        ui.err(json::errors(errors).trim_end());
    } else {
        for error in errors {
            say(ui, error);
        }
    }
    errors.last().map_or(0, |error| status(error.sort))
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
