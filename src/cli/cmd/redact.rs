//! `desk redact`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::ops::ticket::redact::Redaction;

/// Take personal data out of a ticket's file for good, and log that
///
/// A marker stands in its place, everywhere in the file, and a merge with a clone that still has the
/// data keeps the marker. Managers may, and the author of an entry that entry. Git's history still
/// has the data: `desk kb show KB-G1T8` says how a history is purged, and what that costs.
#[derive(clap::Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Args {
    /// The ticket; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::tickets())]
    pub id: String,
    /// The entry whose text goes, by its tag
    #[arg(long, value_name = "^TAG", group = "what")]
    pub entry: Option<String>,
    /// The field whose values go, as `requester.phone`; `description` is the ticket's text
    #[arg(long, value_name = "FIELD", group = "what")]
    pub field: Option<String>,
    /// The attachment whose content goes, by its name
    #[arg(long, value_name = "NAME", group = "what")]
    pub attachment: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let what = match (&args.entry, &args.attachment, &args.field) {
        (Some(tag), ..) => Redaction::Entry(tag),
        (None, Some(name), _) => Redaction::Attachment(name),
        (None, None, field) => Redaction::Field(field.as_deref().unwrap_or_default()),
    };
    let outcome = ops::ticket::redact::redact(desk, &act, id, what, &text)?;
    context.show(desk, &outcome)
}
