//! `desk handover`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::view::handover;

/// Show what cannot wait until you are back, or hand it over
///
/// Yours and due before you are back (the next opening of the house on a day on which you are not
/// away), times that your requesters were promised, contacts that you keep, and what is unassigned in
/// your queues. With --to all of it but the unassigned moves to another agent, in one commit or not
/// at all; they accept it with `desk ack`, and until then it stands on their board under "Told to me".
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Who takes over
    #[arg(long, value_name = "AGENT", add = complete::agents())]
    pub to: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    if let Some(to) = &args.to {
        act.may(desk, "handover")?;
        let text = context.text(args.text.message.as_deref())?;
        let text = text.unwrap_or_default();
        let outcome = ops::ticket::handover::handover(desk, &act, to, &text)?;
        let done = context.show(desk, &outcome);
        let tickets = outcome.changed.iter().map(|one| &one.ticket);
        let open = tickets.filter(|ticket| ticket.status().is_open());
        let ids: Vec<&str> = open.map(|ticket| ticket.id.as_str()).collect();
        if !ids.is_empty() && !act.dry_run {
            let accepts = format!("{to} accepts it: desk ack {}", ids.join(" "));
            context.ui.remark(&accepts);
        }
        return done;
    }
    if args.text.message.is_some() {
        return Err(CommandError::HandoverWithoutWhom.error());
    }
    let shift = ops::ticket::handover::shift(desk, &act.me, act.now)?;
    let of_desk = context.of(desk, Some(&act.me));
    if context.global.json {
        context.ui.data(&handover::json(&shift, &act.me, of_desk))?;
        return Ok(ExitStatus::Done);
    }
    let text = handover::page(&shift, &act.me, of_desk, &context.ui.paint);
    context.ui.long(&text)?;
    context.problems(&shift.problems);
    Ok(ExitStatus::Done)
}
