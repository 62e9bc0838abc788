//! `desk init`.

use crate::cli::failure::ExitStatus;
use std::path::PathBuf;

use chrono_tz::Tz;

use crate::cli::context::{Context, ExitResult};
use crate::cli::messages::CommandError;
use crate::ops::data::init::{NewDesk, NewDeskRequest, init};
use crate::store::fs::interrupt::Interrupt;
use crate::view::paint::Role;

/// Set up a new desk: settings, catalogue, procedures, git
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Where; made if it is missing
    #[arg(value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub dir: PathBuf,
    /// With the tickets of the sample, as if they were of today: to look around in
    #[arg(long)]
    pub sample: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let base = match &context.global.dir {
        Some(dir) => crate::cli::env::current_dir().join(dir),
        None => crate::cli::env::current_dir(),
    };
    let dir: PathBuf = base.join(&args.dir).components().collect();
    let zone = match &context.global.tz {
        Some(name) => name
            .parse()
            .map_err(|_| CommandError::UnknownZone(name).error())?,
        None => context.ui.env.zone.unwrap_or(chrono_tz::UTC),
    };
    let request = NewDeskRequest {
        dir: &dir,
        sample: args.sample,
        zone,
        now: context.ui.env.now,
        dry_run: context.global.dry_run,
        program: context.ui.env.program.as_deref(),
    };
    let made = init(request, &Interrupt::listen()?)?;
    if context.global.json {
        let item = serde_json::json!({
            "path": made.dir, "manager": made.manager, "repository": made.repository,
            "articles": made.articles, "templates": made.templates, "tickets": made.tickets,
        });
        context
            .ui
            .data(&crate::view::json::page("desks", vec![item], &[]))?;
        return Ok(ExitStatus::Done);
    }
    let text = told(context, &made, (!args.sample).then_some(zone));
    context.incomplete(made.saved.as_ref());
    context.ui.outcome(&text)?;
    if !made.known {
        context.ui.warn("git knows no name and e-mail address of yours: act with --as manager, and put yourself into desk.toml");
    }
    Ok(ExitStatus::Done)
}

/// What was set up; with the zone of its times, where one was chosen.
fn told(context: &Context, made: &NewDesk, zone: Option<Tz>) -> String {
    let paint = &context.ui.paint;
    let verb = if context.global.dry_run {
        "would set up"
    } else {
        "set up"
    };
    let git = if made.repository {
        "with a git repository of its own"
    } else {
        "in the git repository that is there"
    };
    let mut rows = vec![("desk.toml", format!("settings, every key explained; {git}"))];
    if let Some(zone) = zone {
        let whose = match (&context.global.tz, context.ui.env.zone) {
            (Some(_), _) => "as you said",
            (None, Some(_)) => "your system's zone",
            (None, None) => "for your system has no named zone",
        };
        rows.push(("", format!("times are shown and typed in {zone}, {whose}")));
    }
    rows.push((
        "catalog.toml",
        "problem codes, from department to code".to_owned(),
    ));
    rows.push((
        "kb/",
        format!(
            "{} articles: procedures, call scripts, the manual",
            made.articles
        ),
    ));
    rows.push((
        "templates/",
        format!("{} texts at hand, in several languages", made.templates),
    ));
    if made.tickets > 0 {
        let tickets = format!("{} tickets of the last weeks, all invented", made.tickets);
        rows.push(("tickets/", tickets));
    }
    let next = if made.tickets > 0 {
        rows.push(("you", format!("agent `{}`, a manager", made.manager)));
        "desk    as a manager sees it; `desk --as anna` as an agent does"
    } else {
        rows.push((
            "you",
            format!("agent `{}`, the first manager", made.manager),
        ));
        "desk new \"Printer on floor 3 jams\" --from \"Jan Kowalski\" --code PRN-JAM"
    };
    let verb = paint.role(Role::Good, verb);
    let mut text = format!("{verb} a desk in {}\n", made.dir.display());
    for (name, what) in rows {
        text.push_str(&format!("  {name:<15}{what}\n"));
    }
    text.push_str(&format!("\nNext: {next}\n"));
    text
}
