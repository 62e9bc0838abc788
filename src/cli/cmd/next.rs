//! `desk next`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::{board, json};

/// Show the one ticket to work on now, and why
#[derive(clap::Args, Clone, Debug)]
pub struct Args {}

pub fn run(context: &mut Context, _: &Args) -> ExitResult {
    let desk = context.desk()?;
    let me = context.me(desk)?;
    let (next, problems) = ops::ticket::next::next(desk, context.of(desk, me.as_ref()));
    if context.global.json {
        let of_desk = context.of(desk, None);
        let item = |next: &ops::ticket::next::Next| {
            let mut ticket = json::summary(&next.ticket, of_desk);
            ticket["derived"]["why"] = next.why.clone().into();
            ticket
        };
        let items = next.iter().map(item).collect();
        context.ui.data(&json::page("tickets", items, &problems))?;
        return Ok(ExitStatus::Done);
    }
    match &next {
        Some(next) => {
            let text = board::next(next, context.of(desk, me.as_ref()), &context.ui.paint);
            context.ui.data(&text)?;
        }
        None => context.ui.remark("nothing waits for you"),
    }
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
