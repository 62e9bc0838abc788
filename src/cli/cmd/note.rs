//! `desk note`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::template_args::TemplateArgs;
use crate::cli::time_args::TimeArgs;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::ticket::template::TemplateRequest;

/// Write an internal note, never seen by the requester
///
/// Without -m or --template it opens your editor.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
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
    if ids.is_empty() {
        return context.nothing_named("tickets");
    }
    let time = args.time.read(desk, ids.len())?;
    if args.template.template.is_some() {
        let text = context.text(args.text.message.as_deref())?;
        let text = text.unwrap_or_default();
        let write = |act: &Actor, template: Option<TemplateRequest<'_>>| {
            ops::ticket::note::note(desk, act, &ids, &text, time.as_ref(), template)
        };
        let outcome = args
            .template
            .run(context, desk, &act, ("note", &ids), write)?;
        return context.show(desk, &outcome);
    }
    let text = context.message_for(desk, &ids, "note", args.text.message.as_deref())?;
    let outcome = text.settle(ops::ticket::note::note(
        desk,
        &act,
        &ids,
        &text.text,
        time.as_ref(),
        None,
    ))?;
    context.show(desk, &outcome)
}
