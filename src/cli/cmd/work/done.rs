//! `desk work done`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::time_args::TimeArgs;
use crate::ops;

/// Resolve a work order and every ticket linked to it
///
/// The text is the solution that every requester may read. Whoever keeps a requester informed is
/// to tell them: `desk` and `desk list is:not-informed` show whom.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The work order, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "WORK-ORDER", add = complete::open_orders())]
    pub id: String,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    act.may(desk, "work done")?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    ops::core::linked_tickets::is_order(&desk.page(id)?.ticket)?;
    let time = args.time.read(desk, 1)?;
    let text = context.message(desk, id, "work done", args.text.message.as_deref())?;
    let outcome = text.settle(ops::work::done::done(
        desk,
        &act,
        id,
        &text.text,
        time.as_ref(),
    ))?;
    context.show(desk, &outcome)
}
