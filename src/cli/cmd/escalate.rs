//! `desk escalate`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::rules::lifecycle::escalation::Direction;

/// Escalate tickets to the next tier of their area, sideways, or to management
///
/// The text says what was tried, so that the next team does not try it again. The assignee is
/// cleared and keeps contact with the requester. Without -m it opens your editor.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
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
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    if ids.is_empty() {
        return context.nothing_named("tickets");
    }
    let reason = args.reason.as_deref();
    if args.hierarchic {
        let text = context
            .text(args.text.message.as_deref())?
            .unwrap_or_default();
        let outcome = ops::ticket::escalate::hierarchic(desk, &act, &ids, reason, &text)?;
        return context.show(desk, &outcome);
    }
    let to = match (&args.to, &args.area, args.back) {
        (Some(queue), ..) => Direction::Queue(queue.clone()),
        (_, Some(area), _) => Direction::Area(area.clone()),
        (.., true) => Direction::Back,
        _ => Direction::Up,
    };
    ops::ticket::escalate::possible(desk, &ids, &to)?;
    let text = context.message_for(desk, &ids, "escalate", args.text.message.as_deref())?;
    let outcome = text.settle(ops::ticket::escalate::functional(
        desk, &act, &ids, &to, reason, &text.text,
    ))?;
    context.show(desk, &outcome)
}
