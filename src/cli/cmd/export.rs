//! `desk export`.

use clap::ValueEnum;

use crate::cli::complete;
use crate::cli::context::{Context, Done};
use crate::ops;
use crate::page::problem::Problem;
use crate::view::export;

/// How much is held before it is written.
const CHUNK: usize = 1 << 16;

/// Write tickets whole, with texts and log, for other programs
///
/// Every ticket that fits the query, open or done, and all without one; there is no limit. JSON has
/// each ticket's file as it is under `file`; CSV has a line for each ticket.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words and terms as of `desk list`; all must fit
    #[arg(value_name = "QUERY", add = complete::query())]
    pub query: Vec<String>,
    /// How to write them
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub format: Format,
}

/// How to write tickets
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table with a line for each ticket
    Csv,
    /// One page with all of them
    Json,
    /// One object a line
    Jsonl,
}

pub fn run(context: &mut Context, args: &Args) -> Done {
    let desk = context.desk()?;
    let query = super::list::query(&args.query);
    let me = if query.contains("mine") || query.contains("me") {
        context.me(desk)?
    } else {
        None
    };
    context.known_agent(desk)?;
    let wanted = ops::export::wanted(desk, me.as_ref(), context.ui.env.now, &query)?;
    let mut problems: Vec<Problem> = wanted.problems;
    let world = context.json_world(desk);
    let mut held = match args.format {
        Format::Csv => export::header(&desk.settings),
        Format::Json => export::BEGIN.to_owned(),
        Format::Jsonl => String::new(),
    };
    let mut first = true;
    for id in wanted.ids {
        let (page, text) = match ops::export::whole(desk, id) {
            Ok(whole) => whole,
            Err(problem) => {
                problems.push(*problem);
                continue;
            }
        };
        match args.format {
            Format::Csv => held.push_str(&export::table_row(&page.ticket, &text, &desk.settings)),
            Format::Json => {
                if !first {
                    held.push_str(",\n");
                }
                held.push_str(&export::object(&page, &text, world));
            }
            Format::Jsonl => {
                held.push_str(&export::object(&page, &text, world));
                held.push('\n');
            }
        }
        first = false;
        if held.len() > CHUNK {
            context.ui.data(&held)?;
            held.clear();
        }
    }
    if args.format == Format::Json {
        held.push_str(&export::end(&problems));
    }
    context.ui.data(&held)?;
    context.problems(&problems);
    Ok(0)
}
