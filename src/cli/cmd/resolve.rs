//! `desk resolve`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::template_args::TemplateArgs;
use crate::cli::time_args::TimeArgs;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::ticket::resolve::Solution;
use crate::ops::ticket::template::TemplateRequest;

/// Resolve tickets with the words of the solution
///
/// Resolved is not closed: closing takes the requester's word. Without -m or --template it opens your
/// editor.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// Why the knowledge base is not needed for it, where the house asks for a search
    #[arg(long, value_name = "REASON", allow_hyphen_values = true)]
    pub no_kb: Option<String>,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub template: TemplateArgs,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let Some(first) = ids.first() else {
        return Ok(ExitStatus::Done);
    };
    let time = args.time.read(desk, ids.len())?;
    let no_kb = args.no_kb.as_deref();
    let time = time.as_ref();
    if args.template.template.is_some() {
        let text = context.text(args.text.message.as_deref())?;
        let text = text.unwrap_or_default();
        let write = |act: &Actor, template: Option<TemplateRequest<'_>>| {
            let solution = Solution {
                text: &text,
                time,
                no_kb,
                template,
            };
            ops::ticket::resolve::resolve(desk, act, &ids, &solution)
        };
        let outcome = args
            .template
            .run(context, desk, &act, ("resolve", &ids), write)?;
        return context.show(desk, &outcome);
    }
    let text = context.message(desk, *first, "resolve", args.text.message.as_deref())?;
    let solution = Solution {
        text: &text.text,
        time,
        no_kb,
        template: None,
    };
    let outcome = text.settle(ops::ticket::resolve::resolve(desk, &act, &ids, &solution))?;
    context.show(desk, &outcome)
}
