//! `desk mail`.

pub mod r#in;
pub mod out;
pub mod why;

use clap::Subcommand;

use crate::cli::context::{Context, ExitResult};

/// Mail: what arrives, and why it goes where it goes
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    In(r#in::Args),
    Out(out::Args),
    Why(why::Args),
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    match &args.command {
        Command::In(args) => r#in::run(context, args),
        Command::Out(args) => out::run(context, args),
        Command::Why(args) => why::run(context, args),
    }
}
