//! `desk pend`.

use std::collections::BTreeSet;

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::next_word::NextArg;
use crate::cli::template_args::TemplateArgs;
use crate::model::field::Key;
use crate::model::status::Waiting;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::outcome::Outcome;
use crate::ops::ticket::template::TemplateRequest;
use crate::view::provider;

/// Let tickets wait for the customer, a vendor or a date
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// Whom or what to wait for: customer, vendor or schedule
    #[arg(long, value_name = "WHOM", required_unless_present = "template", add = complete::parties())]
    pub on: Option<String>,
    /// Until when, like 2026-12-01, friday, +4h or +3bd
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// The vendor [default: the ticket's, else the provider of its code]
    #[arg(long, value_name = "NAME", add = complete::providers())]
    pub vendor: Option<String>,
    /// The vendor's number for the matter: `desk show SR-6923` finds the ticket
    #[arg(long = "ref", value_name = "NUMBER", allow_hyphen_values = true)]
    pub reference: Option<String>,
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
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let pend = ops::ticket::pend::Pend {
        on: args.on.as_deref(),
        until: args.until.as_deref(),
        next: args.next.read(context, desk, &act)?,
        vendor: args.vendor.as_deref(),
        reference: args.reference.as_deref(),
        text: &text,
        template: None,
    };
    let write = |act: &Actor, template: Option<TemplateRequest<'_>>| {
        let pend = ops::ticket::pend::Pend { template, ..pend };
        ops::ticket::pend::pend(desk, act, &ids, &pend)
    };
    let outcome = args
        .template
        .run(context, desk, &act, ("pend", &ids), write)?;
    let status = context.show(desk, &outcome)?;
    if !context.global.json {
        vendors(context, desk, &outcome);
    }
    Ok(status)
}

/// Says how to reach those that the tickets wait for, each once.
fn vendors(context: &Context, desk: &Desk, outcome: &Outcome) {
    let names = outcome
        .changed
        .iter()
        .filter(|one| one.ticket.waiting_on() == Some(Waiting::Vendor))
        .map(|one| one.ticket.text(Key::VendorName));
    let names: BTreeSet<&str> = names.collect();
    for one in names
        .into_iter()
        .filter_map(|name| desk.catalogue.provider(name))
    {
        let said = provider::sentence(one, &desk.settings, &context.ui.paint);
        context.ui.remark(&said);
    }
}
