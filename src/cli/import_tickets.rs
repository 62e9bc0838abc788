//! `desk import tickets`.

use std::path::PathBuf;

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::import_files::{bytes, name, tell_odd, wrong};
use crate::cli::messages::CommandError;
use crate::cli::{progress, prompt};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::values;
use crate::ops::data::import_tickets::{self, MapChoice, TicketsExport, TicketsRequest};
use crate::page::csv::Encoding;
use crate::page::foreign_rows::RowForm;
use crate::page::import_map::systems::system_names;
use crate::view::{import, json};

/// Bring in the tickets of another help desk: a table or a list with one row for each
///
/// Reads CSV, TSV, JSON, JSON lines, .xlsx and .ods. The map says what the columns mean: one that comes
/// with desk (--from), or your own (--map). Without either, the columns are recognised and the map is
/// proposed. On a terminal the first five tickets are shown before anything is written. A second run
/// changes nothing, and a longer export adds what is new.
#[derive(clap::Args, Clone, Debug)]
pub struct TicketsArgs {
    /// The export; `-` reads it from standard input
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: PathBuf,
    /// The system that it comes from
    #[arg(long, value_name = "SYSTEM", conflicts_with = "map", value_parser = clap::builder::PossibleValuesParser::new(system_names()))]
    pub from: Option<String>,
    /// What its columns mean, in a map of your own
    #[arg(long, value_name = "MAP.toml", value_hint = clap::ValueHint::FilePath)]
    pub map: Option<PathBuf>,
    /// Write the map that fits to a file, to be changed, and bring nothing in
    #[arg(long, value_name = "MAP.toml", value_hint = clap::ValueHint::FilePath, conflicts_with = "map")]
    pub write_map: Option<PathBuf>,
    /// When tickets were opened of which no column tells it
    #[arg(long, value_name = "TIME")]
    pub opened: Option<String>,
    /// The folder of the tickets' files: NUMBER/NAME or NAME; `FILE.files` if left out
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub files: Option<PathBuf>,
    /// The sheet of a workbook; the first visible one if left out
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// How bytes stand for characters, where they are not UTF-8 or UTF-16
    #[arg(long, value_name = "WORD", value_parser = clap::builder::PossibleValuesParser::new(Encoding::WORDS))]
    pub encoding: Option<String>,
    /// The sign between two cells, where it is not found out
    #[arg(long, value_name = "SIGN")]
    pub delimiter: Option<char>,
    /// Take quotation marks for signs as any other
    #[arg(long)]
    pub no_quotes: bool,
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
    /// Bring in without asking
    #[arg(long)]
    pub yes: bool,
}

pub(in crate::cli) fn run(context: &mut Context, args: &TicketsArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let here = crate::cli::env::current_dir();
    let log = name(&args.file);
    let own = match &args.map {
        Some(path) => {
            let text =
                std::fs::read_to_string(here.join(path)).map_err(|error| wrong(path, &error))?;
            Some((path.display().to_string(), text))
        }
        None => None,
    };
    let map = match (&own, &args.from) {
        (Some((path, text)), _) => MapChoice::Own(path, text),
        (None, Some(system)) => MapChoice::System(system),
        (None, None) => MapChoice::Recognised,
    };
    let files = match &args.files {
        Some(folder) => here.join(folder),
        None => here.join(args.file.with_extension("files")),
    };
    let reason = context.text(args.message.as_deref())?.unwrap_or_default();
    let mut request = TicketsRequest {
        log: &log,
        map,
        form: form(args)?,
        opened: None,
        files: Some(&files),
        drop: &args.drop,
        pseudonym: args.pseudonym,
        reason: reason.trim(),
    };
    let terminal = context.ui.env.interactive;
    let asks = terminal && !args.yes && !context.ui.quiet && !context.global.json;
    let opened = args.opened.clone();
    request.opened = opened
        .map(|text| values::moment(desk, &text, act.now))
        .transpose()?;
    let export = TicketsExport::open(desk, &request, &bytes(&args.file)?)?;
    if let Some(path) = &args.write_map {
        return write_map(context, path, &export);
    }
    if matches!(map, MapChoice::Recognised) && !terminal && !act.dry_run && !args.yes {
        let system = export.system.map_or("spreadsheet", |system| system.name);
        return Err(CommandError::MapNotChosen(&log, &system).error());
    }
    if !act.dry_run && asks {
        let (told, odd) = export.preview(desk, &request, act.now)?;
        tell_odd(context, &log, told.counted, &odd);
        context
            .ui
            .outcome(&import::preview(&told, &desk.settings, &context.ui.paint))?;
        if !prompt::confirm("bring them in?")? {
            context.ui.note("nothing was imported");
            return Ok(ExitStatus::Done);
        }
    }
    let bar: fn(usize, usize) = if context.ui.env.stderr_terminal && !context.ui.quiet {
        progress::importing
    } else {
        |_, _| {}
    };
    let done = import_tickets::tickets(desk, &act, &export, &request, &bar)?;
    shown(context, desk, &done, &log)
}

fn shown(
    context: &mut Context,
    desk: &Desk,
    done: &crate::ops::data::import_outcome::ImportOutcome,
    log: &str,
) -> ExitResult {
    context.ui.reports(&done.recovered);
    let noun = done.tickets.as_ref().map_or("line", |told| told.counted);
    tell_odd(context, log, noun, &done.odd);
    for why in &done.unreadable {
        context.ui.warn(why);
    }
    context.saved(done.saved.as_ref());
    let dry_run = context.global.dry_run;
    if context.global.json {
        context
            .ui
            .data(&json::page("imports", vec![import::json(done, log)], &[]))?;
    } else {
        if let Some(told) = done.tickets.as_ref().filter(|_| dry_run) {
            context
                .ui
                .outcome(&import::preview(told, &desk.settings, &context.ui.paint))?;
        }
        context
            .ui
            .outcome(&import::summary(done, dry_run, &context.ui.paint))?;
    }
    // A file of which nothing could be read is not done.
    let left_out = done.odd.iter().filter(|odd| odd.is_left_out()).count();
    Ok(if done.rows > 0 && left_out >= done.rows {
        ExitStatus::Invalid
    } else {
        ExitStatus::Done
    })
}

fn form(args: &TicketsArgs) -> Result<RowForm, OpError> {
    let delimiter = match args.delimiter {
        None => None,
        Some(sign) => match u8::try_from(sign) {
            Ok(byte) if byte.is_ascii() => Some(byte),
            _ => return Err(CommandError::BadDelimiter(&sign).error()),
        },
    };
    Ok(RowForm {
        delimiter,
        encoding: args.encoding.as_deref().map(Encoding::read),
        unquoted: args.no_quotes,
        sheet: args.sheet.clone(),
        list: None,
    })
}

/// Writes a map to a file that is not there yet.
fn write_map(context: &mut Context, path: &std::path::Path, export: &TicketsExport) -> ExitResult {
    use std::io::Write;
    let place = crate::cli::env::current_dir().join(path);
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(place);
    let written = made.and_then(|mut file| file.write_all(export.map_text.as_bytes()));
    written.map_err(|error| CommandError::MapNotWritten(&path.display(), &error).error())?;
    let shown = path.display();
    context.ui.outcome(&import::map_written(
        &shown.to_string(),
        export.system.map(|system| system.name),
    ))?;
    Ok(ExitStatus::Done)
}
