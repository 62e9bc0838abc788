//! `desk show`.

use clap::ValueEnum;

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::file_output::FileOutput;
use crate::model::id::TicketId;
use crate::model::status::TicketType;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::view::paint::Paint;
use crate::view::{card, clocks, json, search, sheet, ticket_markdown};

/// Show tickets whole
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::tickets())]
    pub ids: Vec<String>,
    /// Also print the id spelled phonetically
    #[arg(long)]
    pub spell: bool,
    /// How to write it [default: by the ending of FILE, else text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Print the mail of the entry TAG as it was sent, where it is kept [default: the last one]
    #[arg(
        long,
        value_name = "TAG",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with = "format"
    )]
    pub raw: Option<String>,
    #[command(flatten)]
    pub to: FileOutput,
}

/// How to write tickets
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Text,
    /// Everything
    Json,
    /// Markdown
    Md,
    /// One page to print, nothing in it from outside
    Html,
}

/// Endings of files, with the format of each.
const ENDINGS: &[(&[&str], Format)] = &[
    (&["html", "htm"], Format::Html),
    (&["md", "markdown"], Format::Md),
    (&["json"], Format::Json),
    (&["txt"], Format::Text),
];

/// The format that was asked for.
pub(in crate::cli::cmd) fn format(
    context: &Context,
    format: Option<Format>,
    to: &FileOutput,
) -> Result<Format, OpError> {
    match format {
        Some(format) => Ok(format),
        None if context.global.json => Ok(Format::Json),
        None => Ok(to.format(ENDINGS)?.unwrap_or(Format::Text)),
    }
}

/// Prints the mails of tickets as they were sent.
fn raw(context: &Context, desk: &Desk, ids: &[TicketId], tag: &str) -> ExitResult {
    for id in ids {
        let bytes = ops::mail::raw::raw(desk, *id, tag)?;
        context.ui.bytes(&bytes)?;
    }
    Ok(ExitStatus::Done)
}

/// How to lay out a text: in a file without colours and without an end of the line.
pub(in crate::cli::cmd) fn paint(context: &Context, to: &FileOutput) -> Paint {
    let mut paint = context.ui.paint;
    if to.output.is_some() {
        paint.color = false;
        paint.width = None;
    }
    paint
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let format = format(context, args.format, &args.to)?;
    let desk = context.desk()?;
    let last = args.ids.iter().any(|id| id == ".");
    let me = if last { context.me(desk)? } else { None };
    let ids = context.some_ids(desk, &args.ids, me.as_ref())?;
    if let Some(tag) = &args.raw {
        return raw(context, desk, &ids, tag);
    }
    let shown = ids
        .iter()
        .map(|id| ops::ticket::show::show(desk, *id, context.ui.env.now))
        .collect::<Result<Vec<_>, _>>()?;
    let problems: Vec<_> = shown
        .iter()
        .flat_map(|one| one.page.problems.iter().chain(&one.besides).cloned())
        .collect();
    let paint = paint(context, &args.to);
    if let Format::Md | Format::Html = format {
        let text = if format == Format::Md {
            ticket_markdown::tickets(&shown, &desk.settings, &paint)
        } else {
            sheet::tickets(&shown, &desk.settings, &paint)
        };
        args.to.write(context, &text, false)?;
        context.problems(&problems);
        return Ok(ExitStatus::Done);
    }
    if format == Format::Json {
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
        let page = json::page("tickets", items, &problems);
        args.to.write(context, &page, false)?;
        return Ok(ExitStatus::Done);
    }
    let to_screen = context.ui.env.stdout_terminal && args.to.file().is_none();
    let mut text = String::new();
    for (at, one) in shown.iter().enumerate() {
        if at > 0 {
            text.push_str("\n\n");
        }
        if args.spell {
            text.push_str(&format!("{}\n", one.page.ticket.id.spell()));
        }
        text.push_str(&card::card(one, &desk.settings, &paint));
        // For whoever works on it now; a script asks for it with `desk suggest`.
        let ticket = &one.page.ticket;
        let open = ticket.status().is_open() && ticket.kind() != TicketType::WorkOrder;
        if open && to_screen && !context.ui.quiet {
            let language = context.language(None);
            let now = context.ui.env.now;
            let found = ops::ticket::suggest::at_hand(desk, ticket, now, language.as_deref());
            if !found.is_empty() {
                let more = search::suggested(&found, &desk.settings, &context.ui.paint);
                text.push_str(&format!("\n{more}"));
            }
        }
    }
    args.to.write(context, &text, true)?;
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
