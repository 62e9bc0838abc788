//! `desk due`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::ops::ticket::due::DueRequest;
use crate::rules::sla::clocks::Pressure;
use crate::view::{due, json, quarantine};

/// List calls, answers, updates and resolutions that are due, the most urgent first
///
/// What is overdue stands on top, by priority; then what is to come, by time. Beside a call stands
/// the requester's number, so that the list can be worked from the top. Clocks that stand while a
/// ticket waits are not listed.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Only what is due by then: `4h`, `3bd`, `friday` [default: everything]
    #[arg(long, value_name = "D")]
    pub within: Option<String>,
    /// Only mine: what I work on, and the calls where I keep contact
    #[arg(long)]
    pub mine: bool,
    /// Only of this queue
    #[arg(long, value_name = "QUEUE", add = complete::queues())]
    pub queue: Option<String>,
    /// End with exit status 1 if anything listed is overdue
    #[arg(long)]
    pub fail: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let me = if args.mine { context.me(desk)? } else { None };
    context.known_agent(desk)?;
    if args.mine && me.is_none() {
        return Err(CommandError::MineWithoutMe.error());
    }
    let request = DueRequest {
        within: args.within.clone(),
        of: me,
        queue: args.queue.clone(),
    };
    let found = ops::ticket::due::due(desk, &request, context.ui.env.now)?;
    let status = ExitStatus::no_if(args.fail && found.count(Pressure::Overdue) > 0);
    if context.global.json {
        let of_desk = context.of(desk, None);
        let items = found.items.iter().map(|item| due::json(item, of_desk));
        let mail = quarantine::glance_json(found.mail.as_ref());
        let parts = vec![("due", items.collect()), ("mail", mail)];
        let page = json::pages(parts, &found.problems);
        context.ui.data(&page)?;
        return Ok(status);
    }
    if !(args.fail && context.global.quiet) {
        let text = due::due(&found, &desk.settings, &context.ui.paint);
        context.ui.long(&text)?;
        context.ui.remark(&due::remark(&found));
    }
    context.problems(&found.problems);
    Ok(status)
}
