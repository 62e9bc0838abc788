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
    /// Wants the question before this one once more; with what was typed here so far.
    Back(String),
    /// Presses Ctrl-C.
    Interrupt,
}

/// A line of what can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub shown: String,
    pub answer: String,
}
