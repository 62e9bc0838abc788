//! Errors of templates.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors of templates. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum TemplateError<'a> {
    NoTemplates(Part<'a>),
    NotFor(Part<'a>, Part<'a>, Part<'a>, Part<'a>),
    NoLanguage(Part<'a>, Part<'a>, Part<'a>),
    Invalid(Part<'a>),
    Joined(Part<'a>),
    Empty(Part<'a>, Part<'a>, Part<'a>),
    WaitsAndResolves(Part<'a>),
    WaitsForNobody(Part<'a>),
    StarterNeedsManager,
    SeveralInEditor,
}

impl TemplateError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::NoTemplates(name) => OpError::usage("unknown-template", format!("there is no template `{name}`"))
                .hint("there are none yet; `desk templates --starter` writes ten"),
            Self::NotFor(name, verb, uses, file) => OpError::usage("template-not-for", format!("template `{name}` is not for `{verb}`"))
                .hint(format!("it is for {uses}, as `for` in {file} says; `desk templates --for {verb}` shows those that are")),
            Self::NoLanguage(name, language, known) => OpError::usage("template-language", format!("template `{name}` has no text in `{language}`"))
                .hint(format!("there are: {known}")),
            Self::Invalid(file) => OpError::invalid("invalid-template", format!("`{file}` is not valid")),
            Self::Joined(file) => OpError::refused("template-joined", format!("`{file}` holds two versions of a passage, which a merge joined"))
                .hint("keep what is right of both, and take out the line `[desk merge …]`"),
            Self::Empty(name, id, names) => OpError::refused("empty-placeholder", format!("template `{name}` inserts what `{id}` does not have: {names}")),
            Self::WaitsAndResolves(name) => OpError::usage("template-waits", format!("template `{name}` lets a ticket wait, and `resolve` ends it"))
                .hint("take it with `desk contact`, `desk note` or `desk pend`"),
            Self::WaitsForNobody(name) => OpError::usage("pend-needs-whom", format!("template `{name}` does not say whom a ticket waits for"))
                .hint("say it with --on: customer, vendor or schedule"),
            Self::StarterNeedsManager => OpError::refused("starter-needs-manager", "templates are the house's: a manager writes them"),
            Self::SeveralInEditor => OpError::usage("several-in-editor", "the texts of several tickets are not opened in an editor")
                .hint("leave --edit out, or name one ticket"),
        }
    }
}
