//! Plain `desk`: my own desk, or the whole one.

use crate::cli::args::BoardArgs;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::model::person::Handle;
use crate::model::ticket_summary::TicketSummary;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::view::{board, json, kb, quarantine, said, team};

pub fn run(context: &mut Context, args: BoardArgs) -> ExitResult {
    let desk = context.desk_for_board()?;
    let me = context.me(desk)?;
    let is_manager = |me: &Handle| {
        let agent = desk.settings.agent(me.as_str());
        agent.is_some_and(|agent| agent.manager)
    };
    let is_led = me.as_ref().is_some_and(is_manager);
    if args.team || args.all || (is_led && !args.mine) {
        return whole(context, desk, me.as_ref(), args.all);
    }
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
        items.extend(part(&found.watching, "watching"));
        for view in &found.views {
            items.extend(part(&view.tickets, &format!("@{}", view.name)));
        }
        let today = ops::core::articles::today(desk, context.ui.env.now);
        let mend = found.mend.iter().map(|one| kb::json::mend(one, today));
        let articles = mend.collect();
        context.ui.data(&json::pages(
            vec![
                ("tickets", items),
                ("articles", articles),
                ("said", found.words.iter().map(said::json).collect()),
                ("mail", quarantine::glance_json(found.mail.as_ref())),
            ],
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

/// The whole desk. On a terminal one line is left for the prompt.
fn whole(context: &Context, desk: &Desk, me: Option<&Handle>, all: bool) -> ExitResult {
    let of_desk = context.of(desk, me);
    let found = ops::ticket::team::team(desk, of_desk);
    if context.global.json {
        context.ui.data(&team::json(&found, of_desk))?;
        return Ok(ExitStatus::Done);
    }
    let lines = context.ui.env.height().filter(|_| !all);
    let lines = lines.map(|lines| lines.saturating_sub(1));
    let text = team::team(&found, me, of_desk, &context.ui.paint, lines);
    context.ui.long(&text)?;
    context.problems(&found.own.problems);
    Ok(ExitStatus::Done)
}
