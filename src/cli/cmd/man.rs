//! `desk man`.

use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use std::path::PathBuf;

use crate::cli::context::{Context, ExitResult};
use crate::store::fs::output;

/// Print a man page, or write all of them
///
/// `desk man | man -l -` shows the page of desk itself, `desk man note` that of a command.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The command, like `note` or `work new` [default: desk itself]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
    /// Write the pages of all commands into DIR
    #[arg(long, value_name = "DIR", conflicts_with = "command", value_hint = clap::ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let pages = crate::view::man::pages(&crate::cli::command());
    if let Some(dir) = &args.dir {
        let dir = crate::cli::env::current_dir().join(dir);
        let wrong =
            |error: std::io::Error| CommandError::ManNotWritten(&dir.display(), &error).error();
        std::fs::create_dir_all(&dir).map_err(wrong)?;
        for (name, page) in &pages {
            output::write(&dir.join(format!("{name}.1")), page.as_bytes())?;
        }
        context
            .ui
            .outcome(&format!("{} pages in {}\n", pages.len(), dir.display()))?;
        return Ok(ExitStatus::Done);
    }
    let name = std::iter::once("desk")
        .chain(args.command.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join("-");
    let Some((_, page)) = pages.iter().find(|(known, _)| *known == name) else {
        return Err(CommandError::UnknownCommand(&args.command.join(" ")).error());
    };
    context.ui.data(page)?;
    Ok(ExitStatus::Done)
}
