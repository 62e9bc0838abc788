//! `desk mail accept`.

use crate::cli::cmd::mail::keys;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::ops::mail::take::Acceptance;
use crate::view::{json, mail};

/// Take mails out of the quarantine and in: as they would go, onto a ticket, or as new tickets
///
/// Each is taken in as any mail is, without the reason for which it waited; `desk mail show KEY` says
/// where it would go. All that are named, or none.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The mails, by their keys or the beginnings of them; `-` reads them from standard input
    #[arg(required = true, value_name = "KEY", add = complete::held_mails())]
    pub keys: Vec<String>,
    /// Onto this ticket, whatever the mail says of itself
    #[arg(long, value_name = "ID", add = complete::open_tickets(), conflicts_with = "new")]
    pub on: Option<String>,
    /// As a ticket of its own, each
    #[arg(long)]
    pub new: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let keys = keys(context, &args.keys)?;
    if keys.is_empty() {
        return context.nothing_named("mails");
    }
    let how = match &args.on {
        Some(on) => Acceptance::On(desk.find(on, Some(&act.me))?),
        None if args.new => Acceptance::New,
        None => Acceptance::AsDecided,
    };
    let (taken, outcome) = ops::mail::accept::accept(desk, &act, &keys, how)?;
    context.aside(&outcome);
    let reported = if context.global.json {
        let items = taken.iter().map(mail::taken_json).collect();
        context.ui.data(&json::page("mails", items, &[]))
    } else {
        let lines = taken.iter().map(|one| mail::taken(one, act.dry_run));
        context.ui.outcome(&lines.collect::<String>())
    };
    context.reported(&outcome, reported)
}
