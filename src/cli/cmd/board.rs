//! Plain `desk`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::model::ticket_summary::TicketSummary;
use crate::ops;
use crate::view::{board, json, kb};

pub fn run(context: &mut Context) -> ExitResult {
    let desk = context.desk()?;
    let me = context.me(desk)?;
    let found = ops::ticket::board::board(desk, context.of(desk, me.as_ref()));
    if context.global.json {
        let of_desk = context.of(desk, None);
        let part = |tickets: &[TicketSummary], name: &str| -> Vec<serde_json::Value> {
            let item = |ticket: &TicketSummary| {
                let mut item = json::summary(ticket, of_desk);
                item["derived"]["part"] = name.into();
                item
            };
            tickets.iter().map(item).collect()
        };
        let mut items = part(&found.due, "due");
        items.extend(part(&found.risk, "at-risk"));
        items.extend(part(&found.told, "told"));
        items.extend(part(&found.tell, "tell"));
        items.extend(part(&found.mine, "mine"));
        items.extend(part(&found.waiting, "waiting"));
        items.extend(part(&found.contact, "contact"));
        items.extend(part(&found.unassigned, "unassigned"));
        let today = ops::core::articles::today(desk, context.ui.env.now);
        let mend = found.mend.iter().map(|one| kb::json::mend(one, today));
        let articles = mend.collect();
        context.ui.data(&json::pages(
            vec![("tickets", items), ("articles", articles)],
            &found.problems,
        ))?;
        return Ok(ExitStatus::Done);
    }
    let text = board::board(
        &found,
        me.as_ref(),
        context.of(desk, me.as_ref()),
        &context.ui.paint,
    );
    context.ui.long(&text)?;
    context.problems(&found.problems);
    Ok(ExitStatus::Done)
}
