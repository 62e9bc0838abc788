//! `desk check`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::model::moment::Moment;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::scope::Scope;
use crate::store::fs::root::Root;
use crate::store::git::repo::Repo;
use crate::store::git::signature::Signature;
use crate::view::{self, diagnostic, json};

/// Validate everything: settings, catalogue, tickets, articles
///
/// --fix adds missing log entries; fix other problems by hand. A file with git's conflict marks,
/// values of a wrong type or unreadable entries it leaves alone. Exit status 1 tells of findings.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Only these files or folders
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub paths: Vec<String>,
    /// Add missing log entries
    #[arg(long)]
    pub fix: bool,
    /// What merges in a range of commits left out that were made without the desk's rules, on a forge
    /// or by hand; with --fix it comes back
    #[arg(long, value_name = "OLD..NEW", conflicts_with = "paths")]
    pub merges: Option<String>,
    /// Whether the commits of a range keep the rules of the house: who may publish, set, rewrite
    #[arg(long, value_name = "OLD..NEW", conflicts_with_all = ["paths", "merges", "fix"])]
    pub range: Option<String>,
    /// What is staged or, with nothing staged, what differs from the last commit; also whether it
    /// keeps the rules of the house
    #[arg(long, conflicts_with_all = ["paths", "merges", "range", "fix"])]
    pub changed: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    // Commits are judged by the machine's clock, not by one that their own settings name.
    let clock = context.ui.env.now;
    let root = Root::find(&context.dir());
    let opened = context.desk();
    let desk = match (opened, root) {
        (Ok(desk), _) => desk,
        // Settings that cannot be understood are what a check is for.
        (Err(error), Some(_)) if !error.problems.is_empty() => {
            let found = ops::data::check::Checked {
                problems: error.problems,
                ..Default::default()
            };
            return report(context, &found);
        }
        (Err(error), _) => return Err(error),
    };
    if let Some(range) = &args.range {
        let found = ops::data::check_range::check(desk, range, clock)?;
        if context.global.json {
            context.ui.data(&view::check_range::json(&found, &[]))?;
        } else {
            let text = view::check_range::text(&found, &context.ui.paint);
            context.ui.data(&text)?;
        }
        return Ok(ExitStatus::no_if(!found.is_empty()));
    }
    if args.changed {
        return changed(context, desk, clock);
    }
    if let Some(range) = &args.merges {
        return merges(context, desk, range, args.fix);
    }
    let scope = Scope {
        paths: args
            .paths
            .iter()
            .map(|path| relative(desk, path))
            .collect::<Result<_, _>>()?,
    };
    let checked = if args.fix {
        let act = context.act(desk)?;
        ops::data::check::fix(desk, &act, &scope)?
    } else {
        ops::data::check::check(desk, &scope, context.ui.env.now)
    };
    for notice in &checked.notices {
        context.ui.warn(notice);
    }
    context.ui.reports(&checked.recovered);
    context.incomplete(checked.saved.as_ref());
    report(context, &checked)
}

fn changed(context: &Context, desk: &Desk, clock: Moment) -> ExitResult {
    let of_git = &context.ui.env.hook;
    let variables = of_git.variables.iter();
    let variables: Vec<(&str, &str)> = variables
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let repo = Repo::open_with(desk.root.dir(), &variables)?;
    let who = match of_git.author.clone() {
        Some((name, email)) => Signature { name, email },
        None => context.act(desk)?.signature(desk),
    };
    let found = ops::data::check_changed::check(desk, &repo, &who, clock)?;
    for notice in &found.checked.notices {
        context.ui.warn(notice);
    }
    let (checked, findings) = (&found.checked, &found.findings);
    if context.global.json {
        let json = view::check_range::json(findings, &checked.problems);
        context.ui.data(&json)?;
    } else {
        let paint = &context.ui.paint;
        let mut text = diagnostic::checked(checked, paint, false);
        if !findings.is_empty() {
            text.push_str(&view::check_range::text(findings, paint));
        }
        context.ui.data(&text)?;
    }
    let is_sound = checked.problems.is_empty() && findings.is_empty();
    Ok(ExitStatus::no_if(!is_sound))
}

fn merges(context: &Context, desk: &Desk, range: &str, fix: bool) -> ExitResult {
    let found = if fix {
        let act = context.act(desk)?;
        ops::data::check_merges::fix(desk, &act, range)?
    } else {
        ops::data::check_merges::check(desk, range)?
    };
    context.ui.reports(&found.recovered);
    if context.global.json {
        context.ui.data(&view::check_merges::json(&found))?;
    } else {
        context.ui.data(&view::check_merges::text(&found))?;
    }
    Ok(ExitStatus::no_if(
        !found.sentences.is_empty() && !found.fixed,
    ))
}

fn report(context: &Context, checked: &ops::data::check::Checked) -> ExitResult {
    let failed = ExitStatus::no_if(!checked.problems.is_empty());
    if context.global.json {
        let fixed = checked
            .fixed
            .iter()
            .map(|(id, done)| serde_json::json!({"id": id.as_str(), "done": done}));
        context
            .ui
            .data(&json::page("fixed", fixed.collect(), &checked.problems))?;
        return Ok(failed);
    }
    let text = diagnostic::checked(checked, &context.ui.paint, context.global.dry_run);
    if failed == ExitStatus::No {
        context.ui.data(&text)?;
    } else {
        context.ui.outcome(&text)?;
    }
    Ok(failed)
}

/// A path as the desk's files are named, from one as it was typed.
pub fn relative(desk: &Desk, path: &str) -> Result<String, OpError> {
    let full = crate::cli::env::current_dir().join(path);
    if full.symlink_metadata().is_err() {
        return Err(CommandError::NoSuchPath(&path).error());
    }
    let full = full.canonicalize().unwrap_or(full);
    let root = desk
        .root
        .dir()
        .canonicalize()
        .unwrap_or_else(|_| desk.root.dir().to_owned());
    let inside = full
        .strip_prefix(&root)
        .map_err(|_| CommandError::OutsideOfDesk(&path).error())?;
    Ok(inside.to_string_lossy().into_owned())
}
