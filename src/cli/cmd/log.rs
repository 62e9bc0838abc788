//! `desk log`.

use clap::ValueEnum;

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::model::id::TicketId;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::values;
use crate::ops::ticket::timesheet::{self, SheetRequest};
use crate::view::paint::{Paint, Role};
use crate::view::{self, card, diff};

/// Show what you did today, or the git history of tickets as diffs
///
/// Without a ticket: your entries of today with the minutes noted on them, a sum a day. The log of
/// others measures people at work, and is for whom `people_reports` in desk.toml says.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it
    #[arg(value_name = "ID", add = complete::tickets())]
    pub ids: Vec<String>,
    /// Show each as it was then, by the time of commits: 2026-10-01, "2026-10-01 14:00", -7d
    #[arg(long, value_name = "TIME", requires = "ids")]
    pub at: Option<String>,
    /// Somebody else's entries
    #[arg(long, value_name = "HANDLE", conflicts_with_all = ["ids", "team"], add = complete::agents())]
    pub by: Option<String>,
    /// Everybody's
    #[arg(long, conflicts_with = "ids")]
    pub team: bool,
    /// From this day or instant on: monday, 2026-11-23, -7d
    #[arg(
        long,
        value_name = "D",
        conflicts_with = "ids",
        allow_hyphen_values = true
    )]
    pub since: Option<String>,
    /// Up to this day, which is included, or to this instant, which is not
    #[arg(
        long,
        value_name = "D",
        conflicts_with = "ids",
        allow_hyphen_values = true
    )]
    pub until: Option<String>,
    /// A period by its name: `yesterday`, `last-week`, `2026-10`
    #[arg(long, value_name = "P", conflicts_with = "ids", add = complete::periods())]
    pub period: Option<String>,
    /// How to write your entries
    #[arg(long, value_name = "FORMAT", conflicts_with = "ids")]
    pub format: Option<Format>,
}

/// How to write a timesheet
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Table,
    /// One entry a line
    Csv,
    /// Everything, with sums
    Json,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    if args.ids.is_empty() {
        return entries(context, desk, args);
    }
    let me = context.me(desk)?;
    let ids = context.some_ids(desk, &args.ids, me.as_ref())?;
    if let Some(at) = &args.at {
        return as_it_was(context, desk, &ids, at);
    }
    let mut text = String::new();
    for id in ids {
        let history = ops::ticket::log::history(desk, id)?;
        if history.is_empty() {
            context.ui.remark(&format!("{id} is in no commit yet"));
        }
        text.push_str(&diff::diff(&history, &context.ui.paint));
    }
    context.ui.long(&text)?;
    Ok(ExitStatus::Done)
}

/// Shows what somebody did.
fn entries(context: &Context, desk: &Desk, args: &Args) -> ExitResult {
    let request = SheetRequest {
        by: args.by.clone(),
        team: args.team,
        since: args.since.clone(),
        until: args.until.clone(),
        period: args.period.clone(),
    };
    // Only one's own log needs to know who asks, or a rule about others.
    let me = if args.by.is_none() && !args.team {
        Some(context.act(desk)?.me)
    } else {
        context.me(desk)?
    };
    let now = context.ui.env.now;
    let sheet = timesheet::timesheet(desk, me.as_ref(), &request, now)?;
    let format = args.format.unwrap_or(if context.global.json {
        Format::Json
    } else {
        Format::Table
    });
    match format {
        Format::Json => context.ui.data(&view::timesheet::json(&sheet))?,
        Format::Csv => context.ui.data(&view::timesheet::csv(&sheet))?,
        Format::Table => {
            let text = view::timesheet::timesheet(&sheet, &desk.settings, &context.ui.paint);
            context.ui.long(&text)?;
        }
    }
    if format != Format::Json {
        context.problems(&sheet.problems);
    }
    Ok(ExitStatus::Done)
}

/// Shows tickets as they stood at a moment.
fn as_it_was(context: &Context, desk: &Desk, ids: &[TicketId], at: &str) -> ExitResult {
    let at = values::moment(desk, at, context.ui.env.now)?;
    let paint = Paint {
        now: at,
        ..context.ui.paint
    };
    let mut text = String::new();
    for id in ids {
        let Some((since, page)) = ops::ticket::log::at(desk, *id, at)? else {
            let when = context.ui.paint.time(at);
            context
                .ui
                .remark(&format!("{id} was in no commit on {when}"));
            continue;
        };
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let shown = ops::ticket::show::of_page(desk, page, at)?;
        text.push_str(&card::card(&shown, &desk.settings, &paint));
        let since = context.ui.paint.time(since);
        let note = format!(
            "as it was on {}, committed {since}",
            context.ui.paint.time(at)
        );
        text.push_str(&format!("\n{}\n", paint.role(Role::Muted, &note)));
    }
    context.ui.long(&text)?;
    Ok(ExitStatus::Done)
}
