//! `desk show`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::model::status::TicketType;
use crate::ops;
use crate::view::{card, clocks, json, search};

/// Show tickets whole
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::tickets())]
    pub ids: Vec<String>,
    /// Also print the id spelled phonetically
    #[arg(long)]
    pub spell: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let last = args.ids.iter().any(|id| id == ".");
    let me = if last { context.me(desk)? } else { None };
    let ids = context.some_ids(desk, &args.ids, me.as_ref())?;
    let shown = ids
        .iter()
        .map(|id| ops::ticket::show::show(desk, *id, context.ui.env.now))
        .collect::<Result<Vec<_>, _>>()?;
    let problems: Vec<_> = shown
        .iter()
        .flat_map(|one| one.page.problems.iter().chain(&one.besides).cloned())
        .collect();
    if context.global.json {
        let of_desk = context.of(desk, None);
        let items = shown
            .iter()
            .map(|one| {
                let mut item = json::ticket(&one.page.ticket, one.conflict, of_desk);
                item["derived"]["clocks"] = one.clocks.iter().map(clocks::json).collect();
                if one.page.ticket.kind() == TicketType::WorkOrder {
                    json::linked(&mut item, one.linked.iter().map(|other| &other.id));
                }
                item
            })
            .collect();
        context.ui.data(&json::page("tickets", items, &problems))?;
        return Ok(ExitStatus::Done);
    }
    let mut text = String::new();
    for (at, one) in shown.iter().enumerate() {
        if at > 0 {
            text.push_str("\n\n");
        }
        if args.spell {
            text.push_str(&format!("{}\n", one.page.ticket.id.spell()));
        }
        text.push_str(&card::card(one, &desk.settings, &context.ui.paint));
        // For whoever works on it now; a script asks for it with `desk suggest`.
        let ticket = &one.page.ticket;
        let open = ticket.status().is_open() && ticket.kind() != TicketType::WorkOrder;
        if open && context.ui.env.stdout_terminal && !context.ui.quiet {
            let language = context.language(None);
            let now = context.ui.env.now;
            let found = ops::ticket::suggest::at_hand(desk, ticket, now, language.as_deref());
            if !found.is_empty() {
                let more = search::suggested(&found, &desk.settings, &context.ui.paint);
                text.push_str(&format!("\n{more}"));
            }
        }
    }
    context.ui.long(&text)?;
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
