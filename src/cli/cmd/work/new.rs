//! `desk work new`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::ops::work::new::NewOrder;

/// Make a work order for tickets
///
/// The problem code brings the standard order: title, team, steps, time and parts. Where an open
/// order looks the same, it says so and makes none.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// One line that says what is to be done [default: the standard order's]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// The problem code [default: the tickets']
    #[arg(long, value_name = "CODE", add = complete::codes())]
    pub code: Option<String>,
    /// Queue to assign the work order to [default: the standard order's team]
    #[arg(long, value_name = "QUEUE", add = complete::queues())]
    pub queue: Option<String>,
    /// Who does it
    #[arg(long, value_name = "AGENT", add = complete::agents())]
    pub assign: Option<String>,
    /// Make it beside open orders that look the same
    #[arg(long)]
    pub separate: bool,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    if ids.is_empty() {
        return context.nothing_named("tickets");
    }
    let text = context.text(args.text.message.as_deref())?;
    let request = NewOrder {
        title: args.title,
        code: args.code,
        queue: args.queue,
        assignee: args.assign,
        text: text.unwrap_or_default(),
        separate: args.separate,
    };
    let outcome = ops::work::new::new(desk, &act, &ids, &request)?;
    context.show(desk, &outcome)
}
