//! `desk export`.

use crate::cli::failure::ExitStatus;
use clap::ValueEnum;

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::file_output::FileOutput;
use crate::cli::messages::CommandError;
use crate::model::id::TicketId;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::data::export::AttachmentContent;
use crate::ops::ticket::list::read_query;
use crate::page::problem::Problem;
use crate::page::ticket::TicketPage;
use crate::store::fs::output::OutputFile;
use crate::view::sanitize::Shown;
use crate::view::words::count;
use crate::view::{export, export_workbook};

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
    /// How to write them [default: by the ending of FILE, else json]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Name what is attached, and leave the contents out
    #[arg(long)]
    pub no_attachments: bool,
    #[command(flatten)]
    pub file: FileOutput,
}

/// Endings of files, with the format of each.
const ENDINGS: &[(&[&str], Format)] = &[
    (&["json"], Format::Json),
    (&["jsonl"], Format::Jsonl),
    (&["csv"], Format::Csv),
    (&["xlsx"], Format::Xlsx),
];

/// How to write tickets
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table with a line for each ticket
    Csv,
    /// One page with all of them
    Json,
    /// One object a line
    Jsonl,
    /// A workbook for spreadsheets, with a row for each ticket
    Xlsx,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let format = match args.format {
        Some(format) => format,
        None => args.file.format(ENDINGS)?.unwrap_or(Format::Json),
    };
    if format == Format::Xlsx {
        args.file.refuse_terminal(context)?;
    }
    let desk = context.desk_for(&args.query)?;
    let query = read_query(desk, &crate::cli::cmd::list::query(&args.query))?;
    context.tell_own_views(desk, &query, false);
    let me = context.asker(desk, query.needs_me())?;
    let wanted = ops::data::export::wanted(desk, context.of(desk, me.as_ref()), &query)?;
    if format == Format::Xlsx {
        return workbook(context, args, wanted.ids, wanted.problems);
    }
    let of_desk = context.of(desk, None);
    let mut out = Sink {
        context,
        file: args.file.begin()?,
        held: match format {
            Format::Csv => export::header(&desk.settings),
            Format::Json => export::BEGIN.to_owned(),
            Format::Jsonl | Format::Xlsx => String::new(),
        },
        problems: wanted.problems,
        without: args.no_attachments.then_some(0),
    };
    let mut first = true;
    for id in wanted.ids {
        let (page, text) = match ops::data::export::whole(desk, id) {
            Ok(whole) => whole,
            Err(problem) => {
                out.problems.push(*problem);
                continue;
            }
        };
        if format == Format::Csv {
            let row = export::table_row(&page.ticket, &text, &desk.settings);
            out.held.push_str(&row);
        } else {
            if format == Format::Json && !first {
                out.held.push_str(",\n");
            }
            out.held.push_str(&export::object(&page, &text, of_desk));
            out.attachments(desk, &page)?;
            out.held.push_str(export::OBJECT_END);
            if format == Format::Jsonl {
                out.held.push('\n');
            }
        }
        first = false;
        if out.held.len() > CHUNK {
            out.flush()?;
        }
    }
    if format == Format::Json {
        let end = export::end(&out.problems);
        out.held.push_str(&end);
    }
    out.flush()?;
    if let Some(file) = out.file.take() {
        file.finish()?;
    }
    context.problems(&out.problems);
    if let Some(without @ 1..) = out.without {
        let files = count(without, "attachment");
        let reported = format!("{files} named without the contents, as --no-attachments says");
        context.ui.warn(&reported);
    }
    Ok(ExitStatus::Done)
}

/// Where an export goes, piece by piece.
struct Sink<'c> {
    context: &'c Context,
    file: Option<OutputFile>,
    /// What is still to be written.
    held: String,
    problems: Vec<Problem>,
    /// How many contents were left out; `None` where none is to be.
    without: Option<usize>,
}

impl Sink<'_> {
    fn flush(&mut self) -> Result<(), OpError> {
        match &mut self.file {
            Some(file) => file.write(Shown::from(&*self.held).as_str().as_bytes())?,
            None => self.context.ui.data(&*self.held)?,
        }
        self.held.clear();
        Ok(())
    }

    /// Writes what is attached to a ticket.
    fn attachments(&mut self, desk: &Desk, page: &TicketPage) -> Result<(), OpError> {
        let (attachments, odd) = ops::data::export::attachments(page);
        self.problems.extend(odd);
        for (n, one) in attachments.iter().enumerate() {
            self.held.push_str(if n == 0 { "" } else { ", " });
            self.held.push_str(&export::attachment(one));
            let content = if let Some(without) = &mut self.without {
                *without += 1;
                None
            } else {
                let content = ops::data::export::content(desk, page.ticket.id, one);
                content.map_err(|problem| self.problems.push(*problem)).ok()
            };
            match content {
                Some(content) => self.content(content)?,
                None => self.held.push_str("null}"),
            }
        }
        Ok(())
    }

    /// Writes a content piece by piece, with no more of it in memory than one.
    fn content(&mut self, mut content: AttachmentContent) -> Result<(), OpError> {
        self.held.push('"');
        while let Some(piece) = content.piece()? {
            self.held.push_str(&export::piece(&piece));
            if self.held.len() > CHUNK {
                self.flush()?;
            }
        }
        self.held.push_str("\"}");
        Ok(())
    }
}

/// Writes tickets as a workbook.
fn workbook(
    context: &mut Context,
    args: &Args,
    ids: Vec<TicketId>,
    mut problems: Vec<Problem>,
) -> ExitResult {
    let desk = context.desk()?;
    let most = crate::view::workbook::MOST_ROWS as usize - 1;
    if ids.len() > most {
        return Err(CommandError::TooManyRows(&ids.len(), &most).error());
    }
    let tickets = ids
        .into_iter()
        .filter_map(|id| match ops::data::export::whole(desk, id) {
            Ok(whole) => Some(whole),
            Err(problem) => {
                problems.push(*problem);
                None
            }
        });
    let made = export_workbook::tickets(tickets, &desk.settings);
    let (bytes, cut) = made.map_err(|error| CommandError::NoWorkbook(&error).error())?;
    args.file.write_bytes(context, &bytes)?;
    context.problems(&problems);
    if cut > 0 {
        let texts = count(cut, "text");
        let most = crate::view::workbook::LONGEST;
        let reported = format!(
            "{texts} cut at {most} characters, the most that a cell holds; --format csv has all"
        );
        context.ui.warn(&reported);
    }
    Ok(ExitStatus::Done)
}
