//! `desk sync`.

use std::time::Duration;

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::data::sync::SyncRequest;
use crate::store::git::remote::Call;
use crate::view::sync;

/// Fetch what other clones did, merge it with your work, and push
///
/// Goes by the branch that you are on and the remote branch that it goes with, else the one of its
/// name on `origin`. Tickets, articles and settings merge by the desk's rules: no entry is lost, and
/// nobody is asked. What you have not committed stays so. Where files outside of the desk conflict,
/// nothing is merged and they are named. `--quiet` is for cron; the exit status is 5 where there is
/// no network, the remote refuses, or something was left to you.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Args {
    /// Push to your own branch there, `desk/HANDLE`, for a main that takes only pull requests
    #[arg(long)]
    pub branch: bool,
    /// Give up when the remote has said nothing for so long
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub timeout: u64,
}

/// So many sentences about tickets are told.
const MOST: usize = 10;

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let call = Call {
        asking: context.ui.env.interactive && context.ui.env.stderr_terminal,
        patience: Duration::from_secs(args.timeout),
    };
    let request = SyncRequest {
        call,
        own_branch: args.branch,
        unread: context.ui.quiet,
    };
    let outcome = ops::data::sync::sync(desk, &act, request)?;
    context.ui.reports(&outcome.recovered);
    let told = outcome.later.iter();
    for sentence in told.chain(outcome.odd.iter().take(MOST)) {
        context.ui.warn(sentence);
    }
    if outcome.odd.len() > MOST {
        let more = outcome.odd.len() - MOST;
        context
            .ui
            .warn(&format!("{more} more like these: `desk check` names them"));
    }
    if context.global.json {
        context
            .ui
            .data(&sync::json(&outcome, context.of(desk, Some(&act.me))))?;
    } else {
        let dry_run = context.global.dry_run;
        context
            .ui
            .outcome(&sync::text(&outcome, &context.ui.paint, dry_run))?;
    }
    if !act.dry_run {
        let came = outcome.came.tickets.iter().flat_map(|one| {
            let entries = one.entries.iter();
            entries.map(|entry| (one.ticket.clone(), entry.clone()))
        });
        context.came.borrow_mut().extend(came);
    }
    match outcome.held_back {
        Some(error) => Err(error),
        None => Ok(ExitStatus::Done),
    }
}
