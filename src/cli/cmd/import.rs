//! `desk import`.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use crate::cli::args::Message;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::import_files::{bytes, name, tell_odd, wrong};
use crate::cli::messages::CommandError;
use crate::cli::{import_tickets, progress};
use crate::ops;
use crate::ops::core::error::OpError;
use crate::view::words::count;
use crate::view::{import, json};

/// Bring in records of other systems
///
/// `--undo SOURCE` takes back what an import of that source brought in: its tickets are cancelled as
/// mistakes, with nothing removed, and the same import brings them back. Tickets that somebody wrote to
/// or linked stay.
#[derive(clap::Args, Clone, Debug)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    pub what: Option<ImportCommand>,
    /// Take back the tickets of this source, as its map names it
    #[arg(long, value_name = "SOURCE")]
    pub undo: Option<String>,
    /// Leave tickets as they are that somebody wrote to or linked, instead of refusing
    #[arg(long, requires = "undo")]
    pub untouched_only: bool,
    #[command(flatten)]
    pub text: Message,
}

/// What to bring in
#[derive(clap::Subcommand, Clone, Debug)]
pub enum ImportCommand {
    Events(EventsArgs),
    Tickets(import_tickets::TicketsArgs),
    Json(JsonArgs),
}

/// Bring in what `desk export` wrote as JSON: the same files, to the byte
///
/// All tickets or none, with what is attached; a second run changes nothing. People, queues and codes
/// are those of desk.toml and catalog.toml, which are copied by hand.
#[derive(clap::Args, Clone, Debug)]
pub struct JsonArgs {
    /// The export, a page or one object a line; `-` reads it from standard input
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: PathBuf,
}

/// Bring in an event log: a table with one row for each update of a ticket
///
/// The map says what the columns mean; examples are in docs/maps, and `kb/manual` explains the keys.
/// A second run changes nothing, and a run that was cut short is finished by the next.
#[derive(clap::Args, Clone, Debug)]
pub struct EventsArgs {
    /// The table; `-` reads it from standard input
    #[arg(value_name = "FILE.csv", value_hint = clap::ValueHint::FilePath)]
    pub file: PathBuf,
    /// What its columns mean
    #[arg(long, value_name = "MAP.toml", value_hint = clap::ValueHint::FilePath)]
    pub map: PathBuf,
    /// Leave a field behind, as `requester.phone`; also where its value stands in texts
    #[arg(long, value_name = "FIELD")]
    pub drop: Vec<String>,
    /// Bring in requesters' names, addresses, numbers and accounts as pseudonyms, in texts, too
    #[arg(long)]
    pub pseudonym: bool,
    /// Why the map was mended, where it reads differently what came in before; `-` reads it from standard
    /// input
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub message: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    match (&args.what, &args.undo) {
        (Some(ImportCommand::Events(args)), _) => events(context, args),
        (Some(ImportCommand::Tickets(args)), _) => import_tickets::run(context, args),
        (Some(ImportCommand::Json(args)), _) => exported(context, args),
        (None, Some(source)) => undo(context, args, source),
        (None, None) => Err(CommandError::NothingToImport.error()),
    }
}

fn undo(context: &mut Context, args: &Args, source: &str) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let text = context.text(args.text.message.as_deref())?;
    let request = ops::data::import_undo::UndoImport {
        source,
        untouched_only: args.untouched_only,
        text: &text.unwrap_or_default(),
    };
    let done = ops::data::import_undo::undo(desk, &act, request)?;
    context.ui.reports(&done.recovered);
    context.saved(done.saved.as_ref());
    if context.global.json {
        let one = import::undone(&done);
        context.ui.data(&json::page("imports", vec![one], &[]))?;
    } else {
        let dry = context.global.dry_run;
        let summary = import::undone_summary(&done, dry, &context.ui.paint);
        context.ui.outcome(&summary)?;
    }
    Ok(ExitStatus::Done)
}

fn exported(context: &mut Context, args: &JsonArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let mut file = rereadable(&args.file)?;
    let name = name(&args.file);
    let done = ops::data::import_json::json(desk, &act, &mut file, &name)?;
    context.ui.reports(&done.recovered);
    context.saved(done.saved.as_ref());
    if done.without > 0 {
        let files = count(done.without, "attachment");
        let reported = format!("{files} not in `{name}`, and not here: to be copied by hand");
        context.ui.warn(&reported);
    }
    if context.global.json {
        let one = import::restored(&done, &name);
        context.ui.data(&json::page("imports", vec![one], &[]))?;
    } else {
        let dry = context.global.dry_run;
        context.ui.outcome(&import::restored_summary(&done, dry))?;
    }
    Ok(ExitStatus::Done)
}

fn events(context: &mut Context, args: &EventsArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let here = crate::cli::env::current_dir();
    let bytes = bytes(&args.file)?;
    let map =
        std::fs::read_to_string(here.join(&args.map)).map_err(|error| wrong(&args.map, &error))?;
    let log = name(&args.file);
    let map_path = args.map.display().to_string();
    let reason = context.text(args.message.as_deref())?.unwrap_or_default();
    let request = ops::data::import_outcome::ImportRequest {
        bytes: &bytes,
        log: &log,
        map_path: &map_path,
        map: &map,
        drop: &args.drop,
        pseudonym: args.pseudonym,
        reason: reason.trim(),
    };
    let bar: fn(usize, usize) = if context.ui.env.stderr_terminal && !context.ui.quiet {
        progress::importing
    } else {
        |_, _| {}
    };
    let done = ops::data::import::events(desk, &act, request, &bar)?;
    context.ui.reports(&done.recovered);
    tell_odd(context, &log, "line", &done.odd);
    let misread = done.odd.iter().filter(|odd| odd.is_misread()).count();
    if misread > 0 {
        let are = if misread == 1 { "is" } else { "are" };
        context.ui.warn(&format!(
            "{} {are} no {} text and left out: put `encoding` under [csv] in `{map_path}` right, and the same command brings them in",
            count(misread, "row"),
            done.encoding.word()
        ));
    }
    for why in &done.unreadable {
        context.ui.warn(why);
    }
    context.saved(done.saved.as_ref());
    if context.global.json {
        context
            .ui
            .data(&json::page("imports", vec![import::json(&done, &log)], &[]))?;
    } else {
        context.ui.outcome(&import::summary(
            &done,
            context.global.dry_run,
            &context.ui.paint,
        ))?;
    }
    // A file of which nothing could be read is not done.
    Ok(if misread > 0 && misread == done.rows {
        ExitStatus::Invalid
    } else {
        ExitStatus::Done
    })
}

/// A file that can be read twice. What comes through a pipe goes into a file without a name first.
fn rereadable(path: &Path) -> Result<File, OpError> {
    let failed = |error: std::io::Error| wrong(path, &error);
    let mut input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        let file = File::open(crate::cli::env::current_dir().join(path)).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_file() {
            return Ok(file);
        }
        Box::new(file)
    };
    let mut file = tempfile::tempfile().map_err(failed)?;
    std::io::copy(&mut input, &mut file).map_err(failed)?;
    file.rewind().map_err(failed)?;
    Ok(file)
}
