//! `desk contact`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::MessageArgs;
use crate::cli::context::{Context, ExitResult};
use crate::cli::next_word::NextArg;
use crate::cli::template_args::TemplateArgs;
use crate::cli::time_args::TimeArgs;
use crate::model::status::Outcome;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::ticket::template::TemplateRequest;

/// Log a communication with the requester
///
/// Outgoing by the ticket's channel unless you say otherwise. The requester's word (--in) wakes a
/// ticket that waits for it, reopens a resolved one, and after closing opens a new one.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::tickets())]
    pub ids: Vec<String>,
    /// The requester got in touch
    #[arg(long = "in", conflicts_with = "template")]
    pub incoming: bool,
    /// phone, email, fax, chat, in-person or web [default: the ticket's]
    #[arg(long, value_name = "CHANNEL", add = complete::channels())]
    pub by: Option<String>,
    /// spoke, voicemail, no-answer, sent or bounced
    #[arg(long, value_name = "OUTCOME", add = complete::outcomes())]
    pub outcome: Option<String>,
    #[command(flatten)]
    pub time: TimeArgs,
    /// It gave the requester a way to go on working
    #[arg(long, conflicts_with_all = ["incoming", "automatic"])]
    pub workaround: bool,
    /// No person wrote it: an out-of-office note, a receipt. It is kept, and counts for nothing
    #[arg(long, conflicts_with = "template")]
    pub automatic: bool,
    #[command(flatten)]
    pub next: NextArg,
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
    let next = args.next.read(context, desk, &act)?;
    let time = args.time.read(desk, ids.len())?;
    // Of an attempt that reached nobody there may be nothing to tell.
    let reached = args
        .outcome
        .as_deref()
        .is_none_or(|word| Outcome::read(word).reached());
    let by_template = args.template.template.is_some();
    let said = args.text.message.as_deref();
    let text = if !by_template && (reached || said.is_some()) {
        context.message_for(desk, &ids, "contact", said)?
    } else {
        MessageArgs::default()
    };
    let words = if by_template {
        context.text(said)?.unwrap_or_default()
    } else {
        text.text.clone()
    };
    let contact = ops::ticket::contact::Contact {
        incoming: args.incoming,
        channel: args.by.clone(),
        outcome: args.outcome.clone(),
        time,
        workaround: args.workaround,
        automatic: args.automatic,
        next,
        text: words,
        template: None,
    };
    if by_template {
        let write = |act: &Actor, template: Option<TemplateRequest<'_>>| {
            let contact = ops::ticket::contact::Contact {
                template,
                ..contact.clone()
            };
            ops::ticket::contact::contact(desk, act, &ids, &contact)
        };
        let outcome = args
            .template
            .run(context, desk, &act, ("contact", &ids), write)?;
        return context.show(desk, &outcome);
    }
    let outcome = text.settle(ops::ticket::contact::contact(desk, &act, &ids, &contact))?;
    context.show(desk, &outcome)
}
