//! `desk completions`.

use crate::cli::completion_scripts;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;

/// Print the completions of a shell: they know tickets, queues, agents and codes
///
/// For bash: `source <(desk completions bash)` in ~/.bashrc.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL", value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
    pub shell: String,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let shells = completion_scripts::all();
    let Some(shell) = shells.completer(&args.shell) else {
        return Err(CommandError::UnknownShell(&args.shell).error());
    };
    let mut script = Vec::new();
    shell.write_registration("COMPLETE", "desk", "desk", "desk", &mut script)?;
    context.ui.data(&*String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Done)
}
