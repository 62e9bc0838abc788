//! Arguments are data: what may be typed, with the words of the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::cmd;

/// An IT help desk in plain-text files in a git repository
///
/// Without a command it shows your desk: what is due, yours, and unassigned in your queues.
#[derive(Parser, Clone, Debug)]
#[command(
    name = "desk",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command
#[derive(Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Work on the desk at or above DIR
    #[arg(short = 'C', global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// Act as this agent [default: `DESK_AGENT`, else git's user.email]
    #[arg(long = "as", global = true, value_name = "HANDLE", add = super::complete::agents())]
    pub agent: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Say what would be done, and write nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Say only what was asked for
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Show and read times in this zone, like Europe/Warsaw [default: the desk's]
    #[arg(long, global = true, value_name = "ZONE")]
    pub tz: Option<String>,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub color: Color,
    /// Commit even while no branch is checked out
    #[arg(long, global = true)]
    pub detached_ok: bool,
}

/// When to use colours
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    Init(cmd::init::Args),
    New(Box<cmd::new::Args>),
    List(cmd::list::Args),
    Show(cmd::show::Args),
    Next(cmd::next::Args),
    Log(cmd::log::Args),
    Take(cmd::take::Args),
    Assign(cmd::assign::Args),
    Note(cmd::note::Args),
    Contact(cmd::contact::Args),
    Call(cmd::call::Args),
    Set(cmd::set::Args),
    Edit(cmd::edit::Args),
    Pend(cmd::pend::Args),
    Resolve(cmd::resolve::Args),
    Close(cmd::close::Args),
    Reopen(cmd::reopen::Args),
    Cancel(cmd::cancel::Args),
    Escalate(cmd::escalate::Args),
    Link(cmd::link::Args),
    Merge(cmd::merge::Args),
    Check(cmd::check::Args),
    Import(cmd::import::Args),
    Completions(cmd::completions::Args),
    Man(cmd::man::Args),
}

/// The text of an entry.
#[derive(Args, Clone, Debug, Default)]
pub struct Message {
    /// The text; `-` reads it from standard input
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub message: Option<String>,
}
