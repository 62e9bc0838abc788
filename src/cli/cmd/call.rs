//! `desk call`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::next_word::NextArg;
use crate::cli::time_args::TimeArgs;
use crate::ops::ticket::call::{SPOKE, call, is_end, may_end};
use crate::ops::ticket::contact::Contact;

/// Log a call to the requester
///
/// Short for `desk contact ID… --by phone --outcome OUTCOME`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input. Last, if at all, how
    /// the call ended: spoke, voicemail or no-answer [default: spoke]
    #[arg(required = true, value_names = ["ID", "OUTCOME"], num_args = 1.., add = complete::tickets_and_outcomes())]
    pub ids_and_outcome: Vec<String>,
    #[command(flatten)]
    pub time: TimeArgs,
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
    let (ids, outcome) = match args.ids_and_outcome.split_last() {
        Some((last, ids)) if !ids.is_empty() && is_end(desk, last, &act.me) => (ids, last.as_str()),
        _ => (&args.ids_and_outcome[..], SPOKE),
    };
    let ids = context.some_ids(desk, ids, Some(&act.me))?;
    if ids.is_empty() {
        return context.nothing_named("tickets");
    }
    may_end(outcome)?;
    let time = args.time.read(desk, ids.len())?;
    let contact = Contact {
        outcome: Some(outcome.to_owned()),
        time,
        workaround: args.workaround,
        next: args.next.read(context, desk, &act)?,
        text: context
            .text(args.text.message.as_deref())?
            .unwrap_or_default(),
        ..Contact::default()
    };
    let outcome = call(desk, &act, &ids, contact)?;
    context.show(desk, &outcome)
}
