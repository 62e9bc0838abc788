//! `desk work show`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::{json, work};

/// Show work orders with their steps and their tickets
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Work orders, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "WORK-ORDER", add = complete::open_orders())]
    pub ids: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
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
    if context.global.json {
        let of_desk = context.of(desk, None);
        let item = |one: &ops::work::show::OrderView| {
            let order = &one.order;
            let mut item = json::ticket(&order.page.ticket, order.conflict, of_desk);
            json::linked(&mut item, one.linked.iter().map(|ticket| &ticket.id));
            item["derived"]["minutes_of_tickets"] = one.minutes_of_tickets().into();
            item
        };
        let items = shown.iter().map(item).collect();
        context.ui.data(&json::page("tickets", items, &problems))?;
        return Ok(ExitStatus::Done);
    }
    let orders: Vec<String> = shown
        .iter()
        .map(|one| work::work_order(one, &desk.settings, &context.ui.paint))
        .collect();
    context.ui.long(&orders.join("\n\n"))?;
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
