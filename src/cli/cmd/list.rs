//! `desk list`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::ticket::list::{ListRequest, field_name, read_query};
use crate::view::{json, list};

/// List open tickets, or those that a query asks for
///
/// A query is words and terms like `queue:network priority>=critical-situation is:unassigned`.
/// Done tickets are listed when the query speaks of the status, when it names a serial number or a
/// licence, or with --all.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words and terms; all must fit
    #[arg(value_name = "QUERY", add = complete::query())]
    pub query: Vec<String>,
    /// Sort by a field; `-` before it for the other way round
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true, add = complete::fields())]
    pub sort: Option<String>,
    /// Fields to show, with commas between them
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',', add = complete::fields())]
    pub columns: Vec<String>,
    /// Show at most N
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Done tickets too
    #[arg(long)]
    pub all: bool,
    /// Only the ids, one a line: `desk list QUERY --ids | desk assign - AGENT`
    #[arg(long, conflicts_with = "columns")]
    pub ids: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let query = read_query(desk, &query(&args.query))?;
    let me = context.asker(desk, query.needs_me())?;
    let request = ListRequest {
        query,
        sort: args.sort.clone(),
        all: args.all,
        limit: args.limit,
    };
    let columns = args
        .columns
        .iter()
        .map(|name| {
            Ok(list::ListColumn {
                heading: name.clone(),
                name: field_name(desk, name)?,
                kept: false,
            })
        })
        .collect::<Result<Vec<_>, ops::core::error::OpError>>()?;
    let listing = ops::ticket::list::list(desk, context.of(desk, me.as_ref()), &request)?;
    if context.global.json {
        let of_desk = context.of(desk, None);
        let items = listing
            .tickets
            .iter()
            .map(|ticket| json::summary(ticket, of_desk))
            .collect();
        context
            .ui
            .data(&json::page("tickets", items, &listing.problems))?;
        return Ok(ExitStatus::Done);
    }
    if args.ids {
        let mut ids = String::new();
        for ticket in &listing.tickets {
            ids.push_str(ticket.id.as_str());
            ids.push('\n');
        }
        context.ui.data(&ids)?;
        for remark in list::remarks(&listing) {
            context.ui.remark(&remark);
        }
        context.problems(&listing.problems);
        return Ok(ExitStatus::Done);
    }
    let paint = context.ui.paint;
    let columns = if columns.is_empty() {
        list::columns(&paint, &desk.settings)
    } else {
        columns
    };
    let text = list::rows(
        &listing.tickets,
        &columns,
        context.of(desk, me.as_ref()),
        &paint,
    );
    context.ui.long(&text)?;
    for remark in list::remarks(&listing) {
        context.ui.remark(&remark);
    }
    context.problems(&listing.problems);
    Ok(ExitStatus::Done)
}

/// The query that was typed, as one text.
pub fn query(words: &[String]) -> String {
    let terms: Vec<String> = words.iter().map(|term| phrase(term)).collect();
    terms.join(" ")
}

/// Words that the shell kept together are a phrase.
fn phrase(term: &str) -> String {
    let plain = !term.contains(['"', ':', '<', '>', '=']);
    if plain && term.trim().contains(char::is_whitespace) {
        format!("\"{term}\"")
    } else {
        term.to_owned()
    }
}
