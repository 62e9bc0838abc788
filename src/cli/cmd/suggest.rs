//! `desk suggest`.

use crate::cli::failure::ExitStatus;
use serde_json::json;

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::view::{json, search};

/// Suggest what may help with a ticket
///
/// Articles, the most similar tickets with how they were solved, and work under way on the same
/// trouble, each with the reason why it was picked. Nothing to suggest: exit status 1.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::tickets())]
    pub id: String,
    /// Show at most N of each sort
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub limit: u16,
    /// The language in which you read articles [default: that of your terminal]
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let me = if args.id == "." {
        context.me(desk)?
    } else {
        None
    };
    let Some(id) = context.one(desk, &args.id, me.as_ref())? else {
        return context.nothing_named("tickets");
    };
    let language = context.language(args.language.as_deref());
    let now = context.ui.env.now;
    let found =
        ops::ticket::suggest::suggest(desk, id, now, language.as_deref(), args.limit.into())?;
    let status = ExitStatus::no_if(found.is_empty());
    if context.global.json {
        let today = ops::core::articles::today(desk, now);
        let of_desk = context.of(desk, None);
        let articles = found
            .articles
            .iter()
            .map(|one| search::article_for_json(one, today));
        let tickets = found.tickets.iter().map(|one| {
            let mut item = json::summary(&one.ticket, of_desk);
            item["derived"]["reason"] = json!(one.reason);
            item["derived"]["score"] = json!(one.score);
            item["derived"]["solution"] = json!(one.solution);
            item
        });
        let work = match json::alike(&found.work) {
            serde_json::Value::Array(all) => all,
            _ => Vec::new(),
        };
        let parts = vec![
            ("articles", articles.collect()),
            ("tickets", tickets.collect()),
            ("alike", work),
        ];
        context.ui.data(&json::pages(parts, &found.problems))?;
        return Ok(status);
    }
    let text = search::suggested(&found, &desk.settings, &context.ui.paint);
    context.ui.long(&text)?;
    if found.is_empty() {
        context.ui.remark("nothing to suggest");
    }
    context.problems(&found.problems);
    Ok(status)
}
