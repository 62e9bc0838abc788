//! Arguments are data: what may be typed, with the words of the help.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::cmd;

/// An IT help desk in plain-text files in a git repository
///
/// Without a command it shows your desk: what is due, yours, and unassigned in your queues; to a
/// manager the whole desk.
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
    #[command(flatten)]
    pub board: BoardArgs,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of `desk` without a command
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[command(next_help_heading = "Without a command")]
pub struct BoardArgs {
    /// Without a command: the whole desk, what waits for a decision, queues and agents [default: for
    /// managers]
    #[arg(long, conflicts_with = "mine")]
    pub team: bool,
    /// Without a command: your own desk [default: for agents]
    #[arg(long)]
    pub mine: bool,
    /// With --team: all lines, also those that do not fit the terminal
    #[arg(long, conflicts_with = "mine")]
    pub all: bool,
}

/// Options of every command
#[derive(Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Work on the desk at or above DIR
    // An id of its own: clap hands the value of a command's `dir` to a global argument of that id.
    #[arg(id = "desk_dir", short = 'C', global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// Act as this agent [default: `DESK_AGENT`, else git's user.email]
    // Not global for clap: `link` has an `--as` of its own; see `cli::command`.
    #[arg(long = "as", value_name = "HANDLE", add = crate::cli::complete::agents())]
    pub agent: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Say what would be done, and write nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Suppress status messages
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
    Search(cmd::search::Args),
    Suggest(cmd::suggest::Args),
    Who(cmd::who::Args),
    Asset(cmd::asset::Args),
    Due(cmd::due::Args),
    Sla(cmd::sla::Args),
    Mail(cmd::mail::Args),
    Sweep(cmd::sweep::Args),
    Migrate(cmd::migrate::Args),
    MergeDriver(cmd::merge_driver::Args),
    ResolveMerge(cmd::resolve_merge::Args),
    Sync(cmd::sync::Args),
    Review(cmd::review::Args),
    Hooks(cmd::hooks::Args),
    Next(cmd::next::Args),
    Log(cmd::log::Args),
    Take(cmd::take::Args),
    Ack(cmd::ack::Args),
    Watch(cmd::watch::Args),
    Away(cmd::away::Args),
    Handover(cmd::handover::Args),
    Assign(cmd::assign::Args),
    Note(cmd::note::Args),
    Contact(cmd::contact::Args),
    Call(cmd::call::Args),
    Reply(Box<cmd::reply::Args>),
    Set(cmd::set::Args),
    Convert(Box<cmd::convert::Args>),
    Split(cmd::split::Args),
    Edit(cmd::edit::Args),
    Attach(cmd::attach::Args),
    Pend(cmd::pend::Args),
    Resolve(cmd::resolve::Args),
    Close(cmd::close::Args),
    Redate(cmd::redate::Args),
    Redact(cmd::redact::Args),
    Reopen(cmd::reopen::Args),
    Undo(cmd::undo::Args),
    Cancel(cmd::cancel::Args),
    Escalate(cmd::escalate::Args),
    Link(cmd::link::Args),
    Merge(cmd::merge::Args),
    Catalog(cmd::catalog::Args),
    Templates(cmd::templates::Args),
    Work(cmd::work::Args),
    Kb(cmd::kb::Args),
    Report(Box<cmd::report::Args>),
    Check(cmd::check::Args),
    Import(cmd::import::Args),
    Export(cmd::export::Args),
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

/// Options of every command that take a value in the next word.
const WITH_VALUE: &[&str] = &["-C", "--as", "--tz", "--color"];

/// The command of a line of arguments: its place.
fn command_at(args: &[OsString]) -> Option<usize> {
    let mut at = 1;
    while let Some(word) = args.get(at).and_then(|word| word.to_str()) {
        if !word.starts_with('-') {
            return Some(at);
        }
        at += if WITH_VALUE.contains(&word) { 2 } else { 1 };
    }
    None
}

/// Lets `-queue:network` and `-printer` be terms of a query, not options: a `!` says the same.
pub fn negated_terms(args: Vec<OsString>) -> Vec<OsString> {
    let listing = |at: &usize| {
        let one = |word: &OsString| word == "list" || word == "search";
        one(&args[*at])
            || ["report", "export", "catalog"]
                .iter()
                .any(|one| args[*at] == *one)
            || (["work", "kb"].iter().any(|group| args[*at] == *group)
                && args.get(at + 1).is_some_and(one))
    };
    let Some(command) = command_at(&args).filter(listing) else {
        return args;
    };
    let is_term = |word: &str| {
        let Some(rest) = word.strip_prefix('-') else {
            return false;
        };
        // The shell may have kept several terms together.
        let rest = rest.split_whitespace().next().unwrap_or_default();
        let field = rest.find([':', '=', '<', '>']).is_some_and(|at| at > 1);
        let plain = rest.chars().count() >= 3 && rest.chars().all(char::is_alphanumeric);
        let view = rest.len() > 1 && rest.starts_with('@');
        !rest.starts_with('-') && (field || plain || view)
    };
    let takes_value = |word: &OsString| {
        [
            "--sort",
            "--columns",
            "--group",
            "--format",
            "--limit",
            "--state",
            "--language",
            "--on",
            "--by",
            "--from",
            "--to",
            "--as-of",
            "--period",
            "-o",
            "--output",
        ]
        .iter()
        .any(|option| word == option)
    };
    let mut out: Vec<OsString> = Vec::with_capacity(args.len());
    for (at, arg) in args.into_iter().enumerate() {
        let value = out.last().is_some_and(takes_value);
        match arg.to_str() {
            Some(word) if at > command && !value && is_term(word) => {
                out.push(format!("!{}", &word[1..]).into());
            }
            _ => out.push(arg),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn negated_terms_are_no_options() {
        assert_eq!(
            negated_terms(words(
                "desk list -queue:network -printer -@late --sort -age -q --json"
            )),
            words("desk list !queue:network !printer !@late --sort -age -q --json")
        );
        assert_eq!(
            negated_terms(words("desk kb list -tag:vpn --state -draft")),
            words("desk kb list !tag:vpn --state -draft")
        );
        assert_eq!(
            negated_terms(words("desk note A -m -printer")),
            words("desk note A -m -printer")
        );
    }
}
