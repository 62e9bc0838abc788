//! `desk report`.

use crate::cli::failure::ExitStatus;
use crate::cli::file_output::FileOutput;
use clap::ValueEnum;

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::messages::CommandError;
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::data::report::Report;
use crate::ops::data::report_request::{self, ReportRequest};
use crate::rules::reports::ReportKind;
use crate::view::report::{data, html, markdown, text, workbook};

/// Report figures on a period: volume, times, targets, backlog and more
///
/// Without a name it is an overview of the last 30 days. A query picks tickets as they stand at the
/// report's instant; rows go by fields as they were at each event. Work orders stay out unless asked
/// for.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The report, and words and terms as of `desk list`
    ///
    /// Reports: overview, volume, response, resolution, sla, backlog, flow, agents, contacts,
    /// escalations, reopens, kb, satisfaction, time. A first word that names none is part of the query.
    #[arg(value_name = "NAME] [QUERY", add = complete::reports())]
    pub query: Vec<String>,
    /// From this day or instant on
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Up to this day, which is included, or to this instant, which is not
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    pub to: Option<String>,
    /// A period by its name: `today`, `last-week`, `last-3-months`, `this-year`, `2026-10`, `2026-W41`, `2026-Q3`
    #[arg(long, value_name = "P", add = complete::periods())]
    pub period: Option<String>,
    /// Group rows by one or two fields, `code.now` by the present value
    ///
    /// A field counts as it was at each event; of a record that was made, as its intake ended. With
    /// `.now` behind its name it counts as the ticket stands at the report's instant. Rows also
    /// go by the time of what is counted: day, week, month, hour and weekday; those of a flow and of the
    /// overview's by day, week or month. `report time` goes by agent (who did it) and activity, too.
    #[arg(long, value_name = "FIELD", value_delimiter = ',', add = complete::groupings())]
    pub by: Vec<String>,
    /// Compare with the period before, or with the same one a year ago
    ///
    /// Each table has what its first figure, or its median or share, was then and by how much it has
    /// changed. A period that is not over is compared with the same part. The overview is compared
    /// with both without being asked; what stands out in it is told against the period before, or
    /// that of a year ago where `year` is said.
    #[arg(long, value_name = "WITH")]
    pub compare: Option<Compare>,
    /// Name requesters and agents on a page of HTML; the overview tells who asks most
    #[arg(long)]
    pub people: bool,
    /// Report as things stood at this instant, or at the end of this day
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub as_of: Option<String>,
    /// Work orders too
    #[arg(long)]
    pub work_orders: bool,
    /// The ids behind each number
    #[arg(long)]
    pub list: bool,
    /// The report saved in desk.toml under this name; options on the command line override it
    #[arg(long, value_name = "NAME", add = complete::presets())]
    pub preset: Option<String>,
    /// Keep this report in desk.toml under a name, and make it
    #[arg(long, value_name = "NAME", conflicts_with = "preset")]
    pub save: Option<String>,
    /// How to write it [default: by the ending of FILE, else table]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    #[command(flatten)]
    pub file: FileOutput,
}

/// What a report is compared with
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Compare {
    /// With the period before
    Previous,
    /// With the same period a year ago
    Year,
}

/// How to write a report
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Table,
    /// One figure a line
    Csv,
    /// Everything, with units and definitions
    Json,
    /// Markdown
    Md,
    /// One page with charts, nothing in it from outside
    Html,
    /// A workbook for spreadsheets, with a sheet for each table
    Xlsx,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let format = format(context, args)?;
    if format == Format::Xlsx {
        args.file.refuse_terminal(context)?;
    }
    let desk = context.desk_for(&args.query)?;
    let mut request = request(args);
    request.titles = format == Format::Html;
    if let Some(name) = &args.preset {
        request = request.with_preset(desk, name)?;
    }
    let me = context.asker(desk, ops::data::report::needs_asker(desk, &request))?;
    if let Ok(query) = ops::data::report::query(desk, &request) {
        context.tell_own_views(desk, &query, false);
    }
    let report = ops::data::report::report(desk, context.of(desk, me.as_ref()), &request)?;
    // A lone word that finds nothing was meant as a report's name.
    let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || c == '-');
    if let ([word], None, 0) = (&args.query[..], &request.name, report.head.tickets)
        && is_word(word)
    {
        let known = ReportKind::WORDS.join(", ");
        context.ui.warn(&format!(
            "no ticket has the word `{word}`, and no report is called that; there are: {known}"
        ));
    }
    // Kept for as long as the process lives: all tickets are not worth taking apart again.
    let report: &Report = Box::leak(Box::new(report));
    if let Some(name) = &args.save {
        let act = context.act(desk)?;
        let kept = ops::data::report_save::save(desk, &act, &request, name)?;
        context.ui.reports(&kept.reported);
        context.incomplete(kept.saved.as_ref());
    }
    if format == Format::Xlsx {
        let made = workbook::report(report);
        let bytes = made.map_err(|error| CommandError::NoWorkbook(&error).error())?;
        args.file.write_bytes(context, &bytes)?;
    } else {
        let text = written(context, args, format, report);
        args.file.write(context, &text, format == Format::Table)?;
    }
    if format != Format::Json {
        context.problems(&report.problems);
    }
    Ok(ExitStatus::Done)
}

fn request(args: &Args) -> ReportRequest {
    let mut words = args.query.as_slice();
    let mut name = None;
    if let [first, rest @ ..] = words
        && (ReportKind::read(first).is_some() || is_mistyped(first))
    {
        name = Some(first.clone());
        words = rest;
    }
    ReportRequest {
        name,
        query: crate::cli::cmd::list::query(words),
        kept_query: String::new(),
        period: args.period.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        by: args.by.clone(),
        as_of: args.as_of.clone(),
        work_orders: args.work_orders,
        compare: match args.compare {
            None => report_request::Compare::None,
            Some(Compare::Previous) => report_request::Compare::Previous,
            Some(Compare::Year) => report_request::Compare::Year,
        },
        people: args.people,
        titles: false,
    }
}

/// Whether a first word is a report's name but for a slip; any other word is part of the query.
/// `slow` and `backup` are words to look for.
fn is_mistyped(word: &str) -> bool {
    let word = word.to_lowercase();
    ReportKind::WORDS.iter().any(|name| {
        let slips = crate::page::problem::slips(&word, name);
        let begins_alike = word.chars().next() == name.chars().next();
        match name.len() {
            0..=3 => slips == 0,
            4..=5 => slips <= 1 && begins_alike,
            _ => slips <= 1 || (slips == 2 && begins_alike),
        }
    })
}

/// Endings of files, with the format of each.
const ENDINGS: &[(&[&str], Format)] = &[
    (&["html", "htm"], Format::Html),
    (&["csv"], Format::Csv),
    (&["json"], Format::Json),
    (&["md", "markdown"], Format::Md),
    (&["txt"], Format::Table),
    (&["xlsx"], Format::Xlsx),
];

fn format(context: &Context, args: &Args) -> Result<Format, OpError> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    if context.global.json {
        return Ok(Format::Json);
    }
    Ok(args.file.format(ENDINGS)?.unwrap_or(Format::Table))
}

fn written(context: &Context, args: &Args, format: Format, report: &Report) -> String {
    match format {
        Format::Json => data::json(report, args.list),
        Format::Csv if args.list => data::csv_list(report),
        Format::Csv | Format::Xlsx => data::csv(report),
        Format::Html => html::report(report),
        Format::Md => markdown::report(report),
        Format::Table => {
            let mut paint = context.ui.paint;
            if args.file.output.is_some() {
                paint.color = false;
                paint.width = None;
            }
            let mut all = text::report(report, &paint);
            if args.list {
                all.push('\n');
                all.push_str(&text::list(report));
            }
            all
        }
    }
}
