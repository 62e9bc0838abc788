//! What one command saves.

use crate::model::moment::Moment;
use crate::page::text_check;
use crate::store::error::StoreError;
use crate::store::git::signature::Signature;

/// One file of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// Relative to the desk's folder, `/` between the parts.
    pub path: String,
    /// The text that was read before; `None`: the file must not exist.
    pub base: Option<String>,
    /// The text to save.
    pub text: String,
}

impl Save {
    /// Refuses a text that no file of the desk may hold. Every way of saving asks this first.
    pub fn check(&self) -> Result<(), StoreError> {
        text_check::check_change(self.base.as_deref(), &self.text).map_err(|what| {
            StoreError::Unstorable {
                path: self.path.clone(),
                what,
            }
        })
    }
}

/// What one command saves: all of it or nothing, and one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveStep {
    /// The commit's message.
    pub message: String,
    /// The commit's author.
    pub author: Signature,
    /// When it was done.
    pub at: Moment,
    /// The files.
    pub saves: Vec<Save>,
}
