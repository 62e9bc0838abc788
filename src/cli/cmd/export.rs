//! `desk export`.

use crate::cli::failure::ExitStatus;
use clap::ValueEnum;

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::data::export::AttachmentContent;
use crate::ops::ticket::list::read_query;
use crate::page::problem::Problem;
use crate::view::export;
use crate::view::words::count;

/// How much is held before it is written.
const CHUNK: usize = 1 << 16;

/// Write tickets whole, with texts and log, for other programs
///
/// Every ticket that fits the query, open or done, and all without one; there is no limit. JSON has
/// each ticket's file as it is under `file`, and what is attached in base64; CSV has a line for each
/// ticket, with the sizes and names of what is attached.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words and terms as of `desk list`; all must fit
    #[arg(value_name = "QUERY", add = complete::query())]
    pub query: Vec<String>,
    /// How to write them
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub format: Format,
    /// Name what is attached, and leave the contents out
    #[arg(long)]
    pub no_attachments: bool,
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

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk_for(&args.query)?;
    let query = read_query(desk, &crate::cli::cmd::list::query(&args.query))?;
    context.tell_own_views(desk, &query, false);
    let me = context.asker(desk, query.needs_me())?;
    let wanted = ops::data::export::wanted(desk, context.of(desk, me.as_ref()), &query)?;
    let mut problems: Vec<Problem> = wanted.problems;
    let of_desk = context.of(desk, None);
    let mut held = match args.format {
        Format::Csv => export::header(&desk.settings),
        Format::Json => export::BEGIN.to_owned(),
        Format::Jsonl => String::new(),
    };
    let mut first = true;
    let mut without = 0;
    for id in wanted.ids {
        let (page, text) = match ops::data::export::whole(desk, id) {
            Ok(whole) => whole,
            Err(problem) => {
                problems.push(*problem);
                continue;
            }
        };
        match args.format {
            Format::Csv => {
                held.push_str(&export::table_row(&page.ticket, &text, &desk.settings));
            }
            Format::Json | Format::Jsonl => {
                if args.format == Format::Json && !first {
                    held.push_str(",\n");
                }
                held.push_str(&export::object(&page, &text, of_desk));
                let (attachments, odd) = ops::data::export::attachments(&page);
                problems.extend(odd);
                for (n, one) in attachments.iter().enumerate() {
                    held.push_str(if n == 0 { "" } else { ", " });
                    held.push_str(&export::attachment(one));
                    let content = if args.no_attachments {
                        without += 1;
                        None
                    } else {
                        let content = ops::data::export::content(desk, id, one);
                        content.map_err(|problem| problems.push(*problem)).ok()
                    };
                    match content {
                        Some(content) => written(context, &mut held, content)?,
                        None => held.push_str("null}"),
                    }
                }
                held.push_str(export::OBJECT_END);
                if args.format == Format::Jsonl {
                    held.push('\n');
                }
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
    if without > 0 {
        let files = count(without, "attachment");
        let reported = format!("{files} named without the contents, as --no-attachments says");
        context.ui.warn(&reported);
    }
    Ok(ExitStatus::Done)
}

/// Writes a content piece by piece, with no more of it in memory than one.
fn written(
    context: &Context,
    held: &mut String,
    mut content: AttachmentContent,
) -> Result<(), OpError> {
    held.push('"');
    while let Some(piece) = content.piece()? {
        held.push_str(&export::piece(&piece));
        if held.len() > CHUNK {
            context.ui.data(&*held)?;
            held.clear();
        }
    }
    held.push_str("\"}");
    Ok(())
}
