//! `desk work list`.

use crate::cli::cmd::list;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::ticket::list::read_query;
use crate::view::{json, work};

/// List open work orders, or those that a query asks for
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words and terms; all must fit
    #[arg(value_name = "QUERY", add = complete::query())]
    pub query: Vec<String>,
    /// Done work orders too
    #[arg(long)]
    pub all: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk_for(&args.query)?;
    let query = read_query(desk, &list::query(&args.query))?;
    context.tell_own_views(desk, &query, true);
    let me = context.asker(desk, query.needs_me())?;
    let found = ops::work::list::list(desk, context.of(desk, me.as_ref()), query, args.all)?;
    if context.global.json {
        let of_desk = context.of(desk, None);
        let item = |one: &ops::work::list::ListedOrder| {
            let mut item = json::summary(&one.order, of_desk);
            if let Some(page) = &one.page {
                item["derived"]["steps"] = json::steps(&page.description);
                item["derived"]["repeat_of"] = page.repeat_of().into();
            }
            json::linked(&mut item, one.linked.iter());
            item
        };
        let items = found.orders.iter().map(item).collect();
        let page = json::page("tickets", items, &found.rest.problems);
        context.ui.data(&page)?;
        return Ok(ExitStatus::Done);
    }
    let of_desk = context.of(desk, me.as_ref());
    let text = work::rows(&found.orders, of_desk, &context.ui.paint);
    context.ui.long(&text)?;
    for remark in work::beside(&found) {
        context.ui.remark(&remark);
    }
    context.problems(&found.rest.problems);
    Ok(ExitStatus::Done)
}
