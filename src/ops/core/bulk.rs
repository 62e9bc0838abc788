//! Several tickets by one command: all are checked first, and all are changed or none.

use crate::ops::core::error::{OpError, Sort};
use crate::ops::core::messages::desk::DeskError;

/// So many of those that refuse are named.
const NAMED: usize = 10;

/// What a command on several tickets did, for its last line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// How many tickets were named.
    pub asked: usize,
    /// What was done to them: `assigned to marek`.
    pub done: String,
}

/// What was tried on each of several things, and those that refused, by their names.
#[derive(Debug, Default)]
pub struct Refusals {
    all: Vec<(String, OpError)>,
}

impl Refusals {
    /// Takes a refusal in and goes on; what broke ends the command at once.
    pub fn add<T>(&mut self, name: &str, came: Result<T, OpError>) -> Result<Option<T>, OpError> {
        match came {
            Ok(done) => Ok(Some(done)),
            Err(error) if matches!(error.sort, Sort::Failed | Sort::Interrupted) => Err(error),
            Err(error) => {
                self.all.push((name.to_owned(), error));
                Ok(None)
            }
        }
    }

    /// One refusal for all: of one of several it is its own, with its name; several are named up to
    /// ten. `what` begins it: `tickets refuse`.
    pub fn settle(mut self, asked: usize, what: &str) -> Result<(), OpError> {
        let refused = self.all.len();
        let Some((_, first)) = self.all.first() else {
            return Ok(());
        };
        let first = first.clone();
        let is_same = |other: &(String, OpError)| other.1.message == first.message;
        if refused == asked && self.all.iter().all(is_same) {
            // It is no matter of the single ticket.
            return Err(first);
        }
        if refused == 1 {
            let (name, error) = self.all.remove(0);
            return Err(OpError {
                message: named(&name, &error.message),
                ..error
            });
        }
        let same_code = self.all.iter().all(|(_, error)| error.code == first.code);
        let mut error = DeskError::SeveralRefused(&refused, &asked, &what).error();
        if same_code || first.sort != Sort::Refused {
            (error.sort, error.code) = (first.sort, first.code.clone());
        }
        let more = refused.saturating_sub(NAMED);
        for (name, one) in self.all.iter().take(NAMED) {
            error = error.hint(named(name, &one.message));
            error.problems.extend(one.problems.iter().cloned());
        }
        if more > 0 {
            error = error.hint(format!("and {more} more"));
        }
        let common = |hint: &&String| self.all.iter().all(|(_, one)| one.hints.contains(hint));
        let common: Vec<&String> = first.hints.iter().filter(common).collect();
        Err(common
            .into_iter()
            .fold(error, |error, hint| error.hint(hint.as_str())))
    }
}

/// A message with the name of what it is about.
fn named(name: &str, message: &str) -> String {
    if message.contains(name) {
        message.to_owned()
    } else {
        format!("{name}: {message}")
    }
}
