//! `desk work show`.

use crate::cli::cmd::show::{self, Format};
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::file_output::FileOutput;
use crate::ops;
use crate::view::{json, sheet, ticket_markdown, work};

/// Show work orders with their steps and their tickets
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Work orders, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "WORK-ORDER", add = complete::open_orders())]
    pub ids: Vec<String>,
    /// How to write it; `html` is a sheet with boxes to tick [default: by the ending of FILE, else text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    #[command(flatten)]
    pub to: FileOutput,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let format = show::format(context, args.format, &args.to)?;
    let desk = context.desk()?;
    let last = args.ids.iter().any(|id| id == ".");
    let me = if last { context.me(desk)? } else { None };
    context.known_agent(desk)?;
    let ids = context.some_ids(desk, &args.ids, me.as_ref())?;
    let shown = ids
        .iter()
        .map(|id| ops::work::show::show(desk, *id, context.ui.env.now))
        .collect::<Result<Vec<_>, _>>()?;
    let problems: Vec<_> = shown
        .iter()
        .flat_map(|one| {
            let order = &one.order;
            order.page.problems.iter().chain(&order.besides).cloned()
        })
        .collect();
    let paint = show::paint(context, &args.to);
    if format == Format::Json {
        let of_desk = context.of(desk, None);
        let item = |one: &ops::work::show::OrderView| {
            let order = &one.order;
            let mut item = json::ticket(&order.page.ticket, order.conflict, of_desk);
            json::linked(&mut item, one.linked.iter().map(|ticket| &ticket.id));
            item["derived"]["minutes_of_tickets"] = one.minutes_of_tickets().into();
            item
        };
        let items = shown.iter().map(item).collect();
        let page = json::page("tickets", items, &problems);
        args.to.write(context, &page, false)?;
        return Ok(ExitStatus::Done);
    }
    let text = match format {
        Format::Html => sheet::work_orders(&shown, &desk.settings, &paint),
        Format::Md => {
            let orders: Vec<_> = shown.iter().map(|one| one.order.clone()).collect();
            ticket_markdown::tickets(&orders, &desk.settings, &paint)
        }
        Format::Text | Format::Json => {
            let one = |one| work::work_order(one, &desk.settings, &paint);
            let orders: Vec<String> = shown.iter().map(one).collect();
            orders.join("\n\n")
        }
    };
    args.to.write(context, &text, format == Format::Text)?;
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
