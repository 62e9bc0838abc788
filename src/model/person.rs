//! Handles: how the files name agents.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The program itself, as an agent.
pub const DESK: &str = "desk";

/// A handle, `[a-z0-9][a-z0-9._-]*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    /// The program's own handle, `desk`.
    pub fn desk() -> Self {
        Self(DESK.to_owned())
    }

    /// The handle as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the program itself.
    pub fn is_desk(&self) -> bool {
        self.0 == DESK
    }
}

/// Whether `text` may stand as a handle.
pub fn is_handle(text: &str) -> bool {
    let mut chars = text.bytes();
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    chars.next().is_some_and(word) && chars.all(|b| word(b) || matches!(b, b'.' | b'_' | b'-'))
}

/// A text that is no handle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a handle: lower-case letters, digits, `.`, `_` and `-`, a letter or digit first"
)]
pub struct NotAHandle(pub String);

impl FromStr for Handle {
    type Err = NotAHandle;

    fn from_str(text: &str) -> Result<Self, NotAHandle> {
        if is_handle(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAHandle(text.to_owned()))
        }
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
