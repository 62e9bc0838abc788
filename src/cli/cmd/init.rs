//! `desk init`.

use crate::cli::failure::ExitStatus;
use std::path::PathBuf;

use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::store::fs::interrupt::Interrupt;
use crate::view::paint::Role;

/// Set up a new desk: settings, catalogue, procedures, git
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Where; made if it is missing
    #[arg(value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub dir: PathBuf,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let base = match &context.global.dir {
        Some(dir) => crate::cli::env::current_dir().join(dir),
        None => crate::cli::env::current_dir(),
    };
    let dir: PathBuf = base.join(&args.dir).components().collect();
    let made = ops::data::init::init(
        &dir,
        context.ui.env.now,
        context.global.dry_run,
        context.ui.env.program.as_deref(),
        &Interrupt::listen()?,
    )?;
    if context.global.json {
        let item = serde_json::json!({
            "path": made.dir, "manager": made.manager, "repository": made.repository, "articles": made.articles,
        });
        context
            .ui
            .data(&crate::view::json::page("desks", vec![item], &[]))?;
        return Ok(ExitStatus::Done);
    }
    let paint = &context.ui.paint;
    let verb = if context.global.dry_run {
        "would set up"
    } else {
        "set up"
    };
    let mut text = format!(
        "{} a desk in {}\n",
        paint.role(Role::Good, verb),
        made.dir.display()
    );
    let git = if made.repository {
        "with a git repository of its own"
    } else {
        "in the git repository that is there"
    };
    text.push_str(&format!(
        "  desk.toml      settings, every key explained; {git}\n"
    ));
    text.push_str("  catalog.toml   problem codes, from department to code\n");
    text.push_str(&format!(
        "  kb/            {} articles: procedures, call scripts, the manual\n",
        made.articles
    ));
    text.push_str(&format!(
        "  you            agent `{}`, the first manager\n",
        made.manager
    ));
    text.push_str(
        "\nNext: desk new \"Printer on floor 3 jams\" --from \"Jan Kowalski\" --code PRN-JAM\n",
    );
    context.incomplete(made.saved.as_ref());
    context.ui.outcome(&text)?;
    if !made.known {
        context.ui.warn("git knows no name and e-mail address of yours: act with --as manager, and put yourself into desk.toml");
    }
    Ok(ExitStatus::Done)
}
