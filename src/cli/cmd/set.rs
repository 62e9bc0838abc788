//! `desk set`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::messages::CommandError;
use crate::ops;

/// Set fields of tickets
///
/// `KEY=` empties a field. Lists are set by `tags=vpn,wifi` or changed by `tags=+vpn,-old`. Setting
/// impact or urgency sets the priority; setting the priority itself needs --reason.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, then KEY=VALUE; `-` reads tickets from standard input
    #[arg(required = true, num_args = 2.., value_names = ["ID", "KEY=VALUE"], add = complete::tickets_and_keys())]
    pub ids_and_pairs: Vec<String>,
    /// Why, kept in the log; needed for a priority by hand
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let (pairs, ids): (Vec<&String>, Vec<&String>) =
        args.ids_and_pairs.iter().partition(|one| one.contains('='));
    if pairs.is_empty() {
        return Err(CommandError::NothingToSet.error());
    }
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    let ids = context.some_ids(desk, &ids, Some(&act.me))?;
    let pair = |one: &String| {
        one.split_once('=')
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
    };
    let pairs: Vec<(String, String)> = pairs.into_iter().filter_map(pair).collect();
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::ticket::set::set(desk, &act, &ids, &pairs, args.reason.as_deref(), &text)?;
    context.show(desk, &outcome)
}
