//! `desk pend`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::next_word::NextArg;
use crate::ops;

/// Let tickets wait for the customer, a vendor or a date
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// Whom or what to wait for: customer, vendor or schedule
    #[arg(long, value_name = "WHOM", add = complete::parties())]
    pub on: String,
    /// Until when, like 2026-12-01, friday, +4h or +3bd
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    #[command(flatten)]
    pub next: NextArg,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let pend = ops::ticket::pend::Pend {
        on: &args.on,
        until: args.until.as_deref(),
        next: args.next.read(context, desk, &act)?,
        text: &text,
    };
    let outcome = ops::ticket::pend::pend(desk, &act, &ids, &pend)?;
    context.show(desk, &outcome)
}
