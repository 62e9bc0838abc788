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

/// A failure, worded for the person at the terminal.
#[derive(Clone, Debug)]
pub struct OpError {
    /// What sort.
    pub sort: Sort,
    /// What failed, as a word for programs: `docs/errors.md` lists them.
    pub code: Cow<'static, str>,
    /// One line: lower case, no full stop.
    pub message: String,
    /// What to do, a line each.
    pub hints: Vec<String>,
    /// What is wrong with the files in question.
    pub problems: Vec<Problem>,
}

impl OpError {
    fn new(sort: Sort, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            sort,
            code: code.into(),
            message: message.into(),
            hints: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Wrong usage.
    pub fn usage(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Sort::Usage, code, message)
    }

    /// Against a rule.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Sort::Refused, code, message)
    }

    /// Something broke.
    pub fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Sort::Failed, code, message)
    }

    /// Files that cannot be understood.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Sort::Invalid, code, message)
    }

    /// What is wrong with the files in question.
    #[must_use]
    pub fn with(self, problems: Vec<Problem>) -> Self {
        Self { problems, ..self }
    }

    /// Adds a hint: one more thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a hint, if there is one.
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
        Self::invalid("invalid-file", message).with(vec![problem])
    }
}

impl From<Box<Problem>> for OpError {
    fn from(problem: Box<Problem>) -> Self {
        Self::from(*problem)
    }
}

impl From<QueryError> for OpError {
    fn from(error: QueryError) -> Self {
        Self::usage("bad-query", error.message).hint(error.hint)
    }
}

impl From<BadValue> for OpError {
    fn from(error: BadValue) -> Self {
        Self::usage("bad-value", error.message).hint(error.hint)
    }
}

impl From<StoreError> for OpError {
    fn from(error: StoreError) -> Self {
        let sort = match error {
            StoreError::Interrupted => Sort::Interrupted,
            StoreError::Unstorable { .. } => Sort::Usage,
            _ => Sort::Failed,
        };
        let code = code_of(&format!("{error:?}"));
        Self::new(sort, code, error.with_causes()).maybe_hint(error.hint())
    }
}

/// The code of an error of the store: the name of its variant, `in-the-way` for `InTheWay { … }`.
fn code_of(error: &str) -> String {
    let mut code = String::new();
    for letter in error.chars().take_while(char::is_ascii_alphanumeric) {
        if letter.is_ascii_uppercase() && !code.is_empty() {
            code.push('-');
        }
        code.push(letter.to_ascii_lowercase());
    }
    code
}

impl From<&Trouble> for OpError {
    fn from(trouble: &Trouble) -> Self {
        Self::failed("not-committed", trouble.message.clone()).maybe_hint(trouble.hint.clone())
    }
}

impl From<std::io::Error> for OpError {
    fn from(error: std::io::Error) -> Self {
        Self::failed("input-output", error.to_string())
    }
}

impl From<crate::page::edit::EditError> for OpError {
    fn from(error: crate::page::edit::EditError) -> Self {
        Self::invalid("not-editable", error.to_string())
    }
}

/// Refuses to write a page that may only be read; `mend` is the command that opens it.
pub fn barred(path: &str, bars: Vec<Problem>, mend: &str) -> Result<(), OpError> {
    if bars.is_empty() {
        return Ok(());
    }
    let message = format!("`{path}` cannot be written until it is mended");
    let error = OpError::invalid("not-writable", message).with(bars);
    Err(error.hint(format!("{mend} opens it in your editor")))
}
