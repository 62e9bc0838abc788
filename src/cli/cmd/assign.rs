//! `desk assign`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;

/// Give tickets to an agent
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, then the agent; `-` reads tickets from standard input
    #[arg(required = true, num_args = 2.., value_names = ["ID", "AGENT"], add = complete::tickets_and_agents())]
    pub ids_and_agent: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some((agent, ids)) = args.ids_and_agent.split_last() else {
        return Ok(ExitStatus::Usage);
    };
    let ids = context.some_ids(desk, ids, Some(&act.me))?;
    let outcome = ops::ticket::assign::assign(desk, &act, &ids, agent)?;
    context.show(desk, &outcome)
}
