//! Why a verb did not do what was asked.

use std::borrow::Cow;

use crate::page::problem::Problem;
use crate::page::query::QueryError;
use crate::rules::query::matcher::BadValue;
use crate::store::error::StoreError;
use crate::store::journal::save::Trouble;

/// The sorts of failure, which decide the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Wrong usage, an unknown or ambiguous id, nobody to act as.
    Usage,
    /// The addressed file or the settings are invalid.
    Invalid,
    /// Against a rule of the house or the status machine.
    Refused,
    /// Conflict, lock time-out, git or disk failure.
    Failed,
    /// A signal asked for the end.
    Interrupted,
}

impl Sort {
    /// A word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A failure, worded for the person at the terminal.
#[derive(Clone, Debug)]
pub struct OpError {
    /// What sort.
    pub sort: Sort,
    /// What failed, as a word for programs; the sort's where nothing more exact is said.
    pub code: Cow<'static, str>,
    /// One line: lower case, no full stop.
    pub message: String,
    /// What to do, a line each.
    pub hints: Vec<String>,
    /// What is wrong with the files in question.
    pub problems: Vec<Problem>,
}

impl OpError {
    fn new(sort: Sort, message: impl Into<String>) -> Self {
        Self {
            sort,
            code: sort.code().into(),
            message: message.into(),
            hints: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Wrong usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Sort::Usage, message)
    }

    /// Against a rule.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Sort::Refused, message)
    }

    /// Something broke.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Sort::Failed, message)
    }

    /// Files that cannot be understood.
    pub fn invalid(message: impl Into<String>, problems: Vec<Problem>) -> Self {
        Self {
            problems,
            ..Self::new(Sort::Invalid, message)
        }
    }

    /// Says what failed in a word for programs.
    #[must_use]
    pub fn code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = code.into();
        self
    }

    /// The same with one more thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same with a thing to do, if there is one.
    #[must_use]
    pub fn maybe_hint(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

impl From<Problem> for OpError {
    fn from(problem: Problem) -> Self {
        let message = format!("`{}` cannot be read", problem.path);
        Self::invalid(message, vec![problem])
    }
}

impl From<Box<Problem>> for OpError {
    fn from(problem: Box<Problem>) -> Self {
        Self::from(*problem)
    }
}

impl From<QueryError> for OpError {
    fn from(error: QueryError) -> Self {
        Self::usage(error.message).hint(error.hint)
    }
}

impl From<BadValue> for OpError {
    fn from(error: BadValue) -> Self {
        Self::usage(error.message).hint(error.hint)
    }
}

impl From<StoreError> for OpError {
    fn from(error: StoreError) -> Self {
        let sort = match error {
            StoreError::Interrupted => Sort::Interrupted,
            StoreError::Unstorable { .. } => Sort::Usage,
            _ => Sort::Failed,
        };
        Self::new(sort, error.with_causes()).maybe_hint(error.hint())
    }
}

impl From<&Trouble> for OpError {
    fn from(trouble: &Trouble) -> Self {
        Self::failed(trouble.message.clone()).maybe_hint(trouble.hint.clone())
    }
}

impl From<std::io::Error> for OpError {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<crate::page::edit::EditError> for OpError {
    fn from(error: crate::page::edit::EditError) -> Self {
        Self::new(Sort::Invalid, error.to_string())
    }
}

/// Refuses to write a page that may only be read; `mend` is the command that opens it.
pub fn barred(path: &str, bars: Vec<Problem>, mend: &str) -> Result<(), OpError> {
    if bars.is_empty() {
        return Ok(());
    }
    let message = format!("`{path}` cannot be written until it is mended");
    Err(OpError::invalid(message, bars).hint(format!("{mend} opens it in your editor")))
}
