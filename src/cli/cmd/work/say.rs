//! `desk work say`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::next_word::NextArg;
use crate::cli::time_args::TimeArgs;
use crate::ops;

/// Say what callers are to be told now
///
/// The word stands on every board, and at the head of `new` where code or place fits, until the order
/// ends; the newest counts. With --next all who wait for the order are promised to hear more by then:
/// a promise on each of its open tickets, for whoever keeps the requester informed.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The work order, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "WORK-ORDER", add = complete::open_orders())]
    pub id: String,
    #[command(flatten)]
    pub next: NextArg,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    act.may(desk, "work say")?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    ops::core::linked_tickets::is_order(&desk.page(id)?.ticket)?;
    let next = args.next.read(context, desk, &act)?;
    let time = args.time.read(desk, 1)?;
    let text = context.message(desk, id, "work say", args.text.message.as_deref())?;
    let outcome = text.settle(ops::work::say::say(
        desk,
        &act,
        id,
        &text.text,
        next,
        time.as_ref(),
    ))?;
    context.show(desk, &outcome)
}
