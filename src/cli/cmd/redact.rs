//! `desk redact`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::ticket::personal as held;
use crate::ops::ticket::redact::Redaction;
use crate::ops::ticket::retention;
use crate::view::personal;

/// Take personal data out of tickets for good, and log that
///
/// A marker stands in its place, everywhere in the file, and a merge with a clone that still has the
/// data keeps the marker. Managers may, and the author of an entry that entry. Git's history still
/// has the data: `desk kb show KB-G1T8` says how a history is purged, and what that costs.
///
/// `--person` lists what is held on somebody: their own tickets, what names them on those of others,
/// attachments, and what this clone alone keeps (quarantine, outbox, originals, drafts, notices). With
/// `--yes` all of it goes. `--due` lists the tickets that are over for longer than `[retention]
/// personal`, and with `--yes` puts pseudonyms into them: what was wrong and what helped stays, and
/// figures stay equal.
#[derive(clap::Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Args {
    /// The ticket; `-` reads it from standard input
    #[arg(value_name = "ID", required_unless_present_any = ["person", "due"], conflicts_with_all = ["person", "due"], add = complete::tickets())]
    pub id: Option<String>,
    /// The entry whose text goes, by its tag
    #[arg(long, value_name = "^TAG", group = "what")]
    pub entry: Option<String>,
    /// The field whose values go, as `requester.phone`; `description` is the ticket's text
    #[arg(long, value_name = "FIELD", group = "what")]
    pub field: Option<String>,
    /// The attachment whose content goes, by its name
    #[arg(long, value_name = "NAME", group = "what")]
    pub attachment: Option<String>,
    /// All that is held on whoever has this address, number, account or whole name
    #[arg(long, value_name = "ADDRESS", group = "what", add = complete::people())]
    pub person: Option<String>,
    /// Whose tickets are over for longer than the settings let them tell whose they were
    #[arg(long, group = "what")]
    pub due: bool,
    /// Not only list it
    #[arg(long, conflicts_with = "id")]
    pub yes: bool,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    if let Some(person) = &args.person {
        return of_person(context, desk, args, person);
    }
    if args.due {
        return due(context, desk, args.yes);
    }
    let act = context.act(desk)?;
    let id = args.id.as_deref().unwrap_or_default();
    let Some(id) = context.one(desk, id, Some(&act.me))? else {
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

/// Lists what is held on somebody, and takes it out where that is wanted.
fn of_person(context: &Context, desk: &'static Desk, args: &Args, person: &str) -> ExitResult {
    let act = context.act(desk)?;
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let found = held::look(desk, act.repo(desk).ok(), person)?;
    let quiet = context.global.json;
    if quiet && !args.yes {
        context.ui.data(&personal::held_json(&found))?;
        return Ok(ExitStatus::Done);
    }
    if !quiet {
        let list = personal::held(&found, &context.ui.paint);
        context.ui.outcome(&list)?;
        for remark in personal::remarks(&found, args.yes) {
            context.ui.remark(&remark);
        }
        context.problems(&found.problems);
    }
    if !args.yes {
        return Ok(ExitStatus::Done);
    }
    let outcome = held::redact(desk, &act, &found, &text)?;
    context.show(desk, &outcome)
}

/// Lists the tickets that are due to lose their person, and puts pseudonyms there where that is wanted.
fn due(context: &Context, desk: &'static Desk, yes: bool) -> ExitResult {
    let act = context.act(desk)?;
    let found = retention::due(desk, act.now)?.ok_or_else(|| TicketError::NoRetention.error())?;
    let quiet = context.global.json;
    if quiet && (!yes || found.is_empty()) {
        context.ui.data(&personal::due_json(&found))?;
        return Ok(ExitStatus::Done);
    }
    if !quiet {
        context
            .ui
            .outcome(&personal::due(&found, &context.ui.paint))?;
        if let Some(remark) = personal::due_remark(&found, yes) {
            context.ui.remark(&remark);
        }
    }
    if !yes || found.is_empty() {
        return Ok(ExitStatus::Done);
    }
    let outcome = retention::pseudonymise(desk, &act, &found)?;
    context.show(desk, &outcome)
}
