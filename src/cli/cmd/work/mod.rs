//! `desk work`.

pub mod done;
pub mod link;
pub mod list;
pub mod new;
pub mod say;
pub mod show;
pub mod tick;

use clap::Subcommand;

use crate::cli::context::{Context, ExitResult};

/// Work orders: one job for one cause
///
/// An order fixes the cause; the tickets of all who wait for it are linked to it, each with its own
/// requester and status. What becomes of the order becomes of its tickets: taken, waiting for a
/// vendor or a date, done, reopened.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    New(new::Args),
    Link(link::Args),
    Show(show::Args),
    List(list::Args),
    Say(say::Args),
    Tick(tick::Args),
    Done(done::Args),
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    match args.command {
        Command::New(args) => new::run(context, args),
        Command::Link(args) => link::run(context, &args),
        Command::Show(args) => show::run(context, &args),
        Command::List(args) => list::run(context, &args),
        Command::Say(args) => say::run(context, &args),
        Command::Tick(args) => tick::run(context, &args),
        Command::Done(args) => done::run(context, &args),
    }
}
