//! What a prompt offers and what it gets.

/// What a person does with a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptReply {
    /// Answers.
    Answer(String),
    /// Goes past it.
    Nothing,
    /// Ends the interview here.
    End,
    /// Presses Ctrl-C.
    Interrupt,
}

/// A line of what can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub shown: String,
    pub answer: String,
}
