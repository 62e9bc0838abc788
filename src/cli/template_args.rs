//! `--template`: the text of a command from one of the house's templates.

use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::messages::CommandError;
use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::template::TemplateError;
use crate::ops::core::outcome::Outcome;
use crate::ops::ticket::template::TemplateRequest;

/// A text at hand.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct TemplateArgs {
    /// Write this template's text, filled in for each ticket, with what -m says in its place or behind
    #[arg(long, value_name = "NAME", add = complete::texts_at_hand())]
    pub template: Option<String>,
    /// The language of the template's text [default: the requester's]
    #[arg(long, value_name = "LANGUAGE", requires = "template")]
    pub language: Option<String>,
    /// Open the filled-in text in your editor first
    #[arg(short, long, requires = "template")]
    pub edit: bool,
}

impl TemplateArgs {
    /// What was typed of a template.
    pub fn request(&self) -> Option<TemplateRequest<'_>> {
        self.template.as_deref().map(|name| TemplateRequest {
            name,
            language: self.language.as_deref(),
            edited: None,
        })
    }

    /// Runs a command with its template, if one is named: with `--edit` the text is filled in without
    /// writing anything, opened in the editor, and written as it comes back.
    pub fn run(
        &self,
        context: &Context,
        desk: &Desk,
        act: &Actor,
        (verb, ids): (&str, &[TicketId]),
        write: impl Fn(&Actor, Option<TemplateRequest<'_>>) -> Result<Outcome, OpError>,
    ) -> Result<Outcome, OpError> {
        let request = self.request();
        let Some(request) = request.filter(|_| self.edit) else {
            return write(act, request);
        };
        let [id] = ids else {
            return Err(TemplateError::SeveralInEditor.error());
        };
        if !context.ui.env.interactive {
            return Err(CommandError::TemplateEditNeedsTerminal.error());
        }
        let dry = Actor {
            dry_run: true,
            ..act.clone()
        };
        let tried = write(&dry, Some(request))?;
        let entry = tried.changed.first().and_then(|one| one.entry.as_ref());
        let text = entry.map_or("", |entry| entry.text.as_str());
        let edited = context.edited(desk, *id, (verb, request.name), text)?;
        let request = TemplateRequest {
            edited: Some(&edited.text),
            ..request
        };
        edited.settle(write(act, Some(request)))
    }
}
