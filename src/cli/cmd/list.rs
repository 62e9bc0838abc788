//! `desk list`.

use clap::ValueEnum;

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::file_output::FileOutput;
use crate::model::field_set::FieldSet;
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::ticket::list::{ListRequest, field_name, read_query};
use crate::ops::ticket::views;
use crate::view::list;

/// List open tickets, or those that a query asks for
///
/// A query is words and terms like `queue:network priority>=critical-situation is:unassigned`.
/// Done tickets are listed when the query speaks of the status, when it names a serial number or a
/// licence, or with --all.
///
/// `@NAME` stands for what a view of desk.toml or of your own configuration asks for. The view also
/// says how the tickets are shown; options on the command line come first.
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
    /// Put the tickets of each value of a field under a heading
    #[arg(long, value_name = "FIELD", add = complete::fields())]
    pub group: Option<String>,
    /// Show at most N
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Done tickets too
    #[arg(long)]
    pub all: bool,
    /// Only the ids, one a line: `desk list QUERY --ids | desk assign - AGENT`
    #[arg(long, conflicts_with_all = ["columns", "format"])]
    pub ids: bool,
    /// How to write it [default: by the ending of FILE, else table]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    #[command(flatten)]
    pub to: FileOutput,
}

/// How to write a list
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Table,
    /// For a spreadsheet: values as files have them, times in UTC, ages in minutes
    Csv,
    /// Everything that is known of each ticket
    Json,
    /// Markdown
    Md,
}

/// Endings of files, with the format of each.
const ENDINGS: &[(&[&str], Format)] = &[
    (&["csv"], Format::Csv),
    (&["json"], Format::Json),
    (&["md", "markdown"], Format::Md),
    (&["txt"], Format::Table),
];

fn format(context: &Context, args: &Args) -> Result<Format, OpError> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    if context.global.json {
        return Ok(Format::Json);
    }
    Ok(args.to.format(ENDINGS)?.unwrap_or(Format::Table))
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let format = format(context, args)?;
    let desk = context.desk_for(&args.query)?;
    let query = read_query(desk, &query(&args.query))?;
    context.tell_own_views(desk, &query, true);
    let me = context.asker(desk, query.needs_me())?;
    let layout = views::layout(desk, &query);
    let (limit, limited_by) = match (args.limit, layout.limit) {
        (None, Some((limit, view))) => (Some(limit), format!("`limit` of @{view}")),
        (limit, _) => (limit, "--limit".to_owned()),
    };
    let columns = if args.columns.is_empty() {
        &layout.columns
    } else {
        &args.columns
    };
    let column = |name: &String| Ok((name.clone(), field_name(desk, name)?));
    let columns: Vec<_> = columns.iter().map(column).collect::<Result<_, OpError>>()?;
    let mut paint = context.ui.paint;
    if args.to.output.is_some() {
        paint.color = false;
        paint.width = None;
    }
    let columns = if columns.is_empty() {
        list::columns(&paint, &desk.settings)
    } else {
        list::named(&columns)
    };
    let shown = match format {
        Format::Json => None,
        _ if args.ids => Some(FieldSet::default()),
        _ => list::shown(&columns),
    };
    let request = ListRequest {
        query,
        sort: args.sort.clone().or(layout.sort),
        group: args.group.clone().or(layout.group),
        all: args.all,
        limit,
        shown,
    };
    let listing = ops::ticket::list::list(desk, context.of(desk, me.as_ref()), &request)?;
    if args.ids && format != Format::Json {
        let ids = listing.tickets.iter().map(|one| format!("{}\n", one.id));
        let ids: String = ids.collect();
        args.to.write(context, &ids, false)?;
        for remark in list::remarks(&listing, &limited_by) {
            context.ui.remark(&remark);
        }
        context.problems(&listing.problems);
        return Ok(ExitStatus::Done);
    }
    let (tickets, groups) = (&listing.tickets, &listing.groups);
    let of_desk = context.of(desk, me.as_ref());
    let text = match format {
        Format::Json => list::json(&listing, context.of(desk, None)),
        Format::Csv => list::csv(tickets, &columns, of_desk),
        Format::Md => list::markdown(tickets, groups, &columns, of_desk, &paint),
        Format::Table => list::grouped(tickets, groups, &columns, of_desk, &paint),
    };
    args.to.write(context, &text, format == Format::Table)?;
    if format == Format::Json {
        return Ok(ExitStatus::Done);
    }
    for remark in list::remarks(&listing, &limited_by) {
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
