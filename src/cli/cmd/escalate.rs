//! `desk escalate`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::rules::lifecycle::escalation::Direction;

/// Escalate a ticket to the next tier of its area, sideways, or to management
///
/// The text says what was tried, so that the next team does not try it again. The assignee is
/// cleared and keeps contact with the requester. Without -m it opens your editor.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::open_tickets())]
    pub id: String,
    /// To this queue
    #[arg(long, value_name = "QUEUE", group = "where", add = complete::queues())]
    pub to: Option<String>,
    /// Sideways, to another area
    #[arg(long, value_name = "AREA", group = "where", add = complete::areas())]
    pub area: Option<String>,
    /// Back to the queue that it came from
    #[arg(long, group = "where")]
    pub back: bool,
    /// Tell management; the work stays where it is
    #[arg(long, group = "where")]
    pub hierarchic: bool,
    /// Why, in a few words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let reason = args.reason.as_deref();
    if args.hierarchic {
        let text = context
            .text(args.text.message.as_deref())?
            .unwrap_or_default();
        let outcome = ops::ticket::escalate::hierarchic(desk, &act, id, reason, &text)?;
        return context.show(desk, &outcome);
    }
    let to = match (&args.to, &args.area, args.back) {
        (Some(queue), ..) => Direction::Queue(queue.clone()),
        (_, Some(area), _) => Direction::Area(area.clone()),
        (.., true) => Direction::Back,
        _ => Direction::Up,
    };
    ops::ticket::escalate::possible(desk, id, &to)?;
    let text = context.message(desk, id, "escalate", args.text.message.as_deref())?;
    let outcome = text.settle(ops::ticket::escalate::functional(
        desk, &act, id, &to, reason, &text.text,
    ))?;
    context.show(desk, &outcome)
}
