//! `desk attach`.

use crate::cli::messages::CommandError;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::model::size::Size;
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::ticket::attach::FileToAttach;

/// Attach files to a ticket
///
/// They are copied into the ticket's folder under safe names, and the log keeps name, size and
/// SHA-256, which `desk check` compares. Nothing that is attached is ever replaced.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::open_tickets())]
    pub id: String,
    /// The files; `-` reads one from standard input
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// The name that the file gets; needed for standard input
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    if args.name.is_some() && args.files.len() > 1 {
        return Err(CommandError::OneNameForSeveral.error());
    }
    let stdin = args.files.iter().any(|file| file == Path::new("-"));
    if stdin && args.text.message.as_deref() == Some("-") {
        return Err(CommandError::StdinTwice.error());
    }
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let text = context.text(args.text.message.as_deref())?;
    let sources = args
        .files
        .iter()
        .map(|file| match (&args.name, file == Path::new("-")) {
            (Some(name), true) => from_stdin(desk.settings.attachments.max_size)
                .map(|bytes| FileToAttach::of_bytes(bytes, name)),
            (None, true) => Err(CommandError::StdinWithoutName.error()),
            (name, false) => FileToAttach::open(file, name.as_deref()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let outcome =
        ops::ticket::attach::attach(desk, &act, id, sources, text.as_deref().unwrap_or_default())?;
    context.show(desk, &outcome)
}

/// Standard input, and of too much of it one byte too many.
fn from_stdin(most: Size) -> Result<Vec<u8>, OpError> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(most.0.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| CommandError::StdinUnreadable(&error).error())?;
    Ok(bytes)
}
