//! What a command has to say of what was done beside its own work.

/// A sentence for standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The sentence, with a full stop.
    pub sentence: String,
    /// Whether something was wrong; else it is only good to know.
    pub is_warning: bool,
}

impl Report {
    /// Tells of something that was wrong, or is.
    pub fn warning(sentence: String) -> Self {
        Self {
            sentence,
            is_warning: true,
        }
    }

    /// Tells of something that is good to know.
    pub fn note(sentence: String) -> Self {
        Self {
            sentence,
            is_warning: false,
        }
    }
}
