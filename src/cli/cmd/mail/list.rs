//! `desk mail list`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::{json, quarantine};

/// List the mails in quarantine, the oldest first
///
/// What a loop, a storm, a forged address or an unreadable mail would do by itself waits in the clone
/// where it arrived until somebody has looked at it: `desk mail show KEY`, then `desk mail accept KEY`
/// or `desk mail drop KEY`. Where mail arrives on a server: ssh HOST desk -C DIR mail list.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {}

pub fn run(context: &mut Context, _: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let held = ops::mail::quarantine::list(desk)?;
    if context.global.json {
        let page = json::page("mails", quarantine::json_all(&held), &[]);
        context.ui.data(&page)?;
        return Ok(ExitStatus::Done);
    }
    context
        .ui
        .long(&quarantine::list(&held, &context.ui.paint))?;
    context
        .ui
        .remark(&quarantine::remark(&held, &context.ui.paint));
    Ok(ExitStatus::Done)
}
