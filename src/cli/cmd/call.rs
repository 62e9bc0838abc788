//! `desk call`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::next_word::NextArg;
use crate::ops::ticket::call::{call, may_end};
use crate::ops::ticket::contact::Contact;

/// Log a call to the requester
///
/// Short for `desk contact ID --by phone --outcome OUTCOME`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::open_tickets())]
    pub id: String,
    /// spoke, voicemail or no-answer
    #[arg(value_name = "OUTCOME", default_value = "spoke", add = complete::outcomes())]
    pub outcome: String,
    /// How long it took, in minutes
    #[arg(long, value_name = "N")]
    pub minutes: Option<u32>,
    /// It gave the requester a way to go on working
    #[arg(long)]
    pub workaround: bool,
    #[command(flatten)]
    pub next: NextArg,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    act.may(desk, "call")?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    may_end(&args.outcome)?;
    let contact = Contact {
        outcome: Some(args.outcome.clone()),
        minutes: args.minutes,
        workaround: args.workaround,
        next: args.next.read(context, desk, &act)?,
        text: context
            .text(args.text.message.as_deref())?
            .unwrap_or_default(),
        ..Contact::default()
    };
    let outcome = call(desk, &act, id, contact)?;
    context.show(desk, &outcome)
}
