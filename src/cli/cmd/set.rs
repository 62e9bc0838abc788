//! `desk set`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::messages::CommandError;
use crate::ops;
use crate::ops::ticket::set::FieldChange;
use crate::rules::lifecycle::correction::Allowed;

/// Set fields of tickets
///
/// `KEY=` empties a field. Lists are set by `tags=vpn,wifi` or changed by `tags=+vpn,-old`. Setting
/// impact or urgency sets the priority; setting the priority itself needs --reason.
///
/// `from=NAME` makes the ticket somebody else's: name, address, telephone, account, place, organisation
/// and language of a person whom the desk knows, or of somebody new, take the place of what was there.
///
/// From `code=CODE` follow impact, urgency, priority, queue, tags and the steps of a work order, each
/// shown with its reason, but for what was set by hand. Nothing is lowered on a ticket that management
/// was told of or while its work order is under way, and the queue stays while somebody works on it:
/// what would follow is named with the line to type. New targets hold from now on; what was missed
/// stays missed. Reports count it as a correction, not as a move. Of a ticket that is done, only the
/// code changes.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, then KEY=VALUE; `-` reads tickets from standard input
    #[arg(required = true, num_args = 2.., value_names = ["ID", "KEY=VALUE"], add = complete::tickets_and_keys())]
    pub ids_and_pairs: Vec<String>,
    /// Why, kept in the log; needed for a priority by hand
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
    /// Let what follows from the code be less pressing than now
    #[arg(long)]
    pub lower: bool,
    /// Let the queue follow from the code although somebody works on it; whoever does keeps contact
    #[arg(long)]
    pub route: bool,
    /// Change only what is said: nothing follows from the code
    #[arg(long, conflicts_with_all = ["lower", "route"])]
    pub only: bool,
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
    let wish = FieldChange {
        pairs: &pairs,
        reason: args.reason.as_deref(),
        text: &text,
        only: args.only,
        allowed: Allowed {
            lower: args.lower,
            route: args.route,
        },
    };
    let outcome = ops::ticket::set::set(desk, &act, &ids, &wish)?;
    context.show(desk, &outcome)
}
