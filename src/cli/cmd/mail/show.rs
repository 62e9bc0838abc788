//! `desk mail show`.

use std::path::PathBuf;

use crate::cli::cmd::mail::keys;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::store::fs::output;
use crate::view::{json, mail, quarantine};

/// Show a mail in quarantine: why it waits, who wrote it, what it says
///
/// Nothing of it acts: no control characters, no HTML, no files are opened. What would become of it
/// when it is accepted stands at the end.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The mail, by its key or the beginning of it
    #[arg(value_name = "KEY", add = complete::held_mails())]
    pub key: String,
    /// Show it as it was sent, headers and all
    #[arg(long)]
    pub raw: bool,
    /// Write it to FILE as it was sent, to the byte
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "raw")]
    pub output: Option<PathBuf>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let mut named =
        ops::mail::quarantine::named(desk, &keys(context, std::slice::from_ref(&args.key))?)?;
    let held = match named.len() {
        0 => return context.nothing_named("mails"),
        1 => named.remove(0),
        count => return Err(CommandError::SeveralNamed(&count).error()),
    };
    if let Some(file) = &args.output {
        let file = crate::cli::env::current_dir().join(file);
        output::write(&file, &held.bytes)?;
        return Ok(ExitStatus::Done);
    }
    if args.raw {
        context.ui.long(&quarantine::raw(&held))?;
        return Ok(ExitStatus::Done);
    }
    let envelope = held.envelope();
    let decided = ops::mail::why::why(desk, &held.bytes, &envelope, context.ui.env.now);
    if context.global.json {
        let mut item = quarantine::json(&held.facts);
        item["mail"] = mail::json(&decided);
        context.ui.data(&json::page("mails", vec![item], &[]))?;
        return Ok(ExitStatus::Done);
    }
    let paint = &context.ui.paint;
    let mut text = quarantine::facts(&held, &desk.settings, paint);
    text.push('\n');
    text.push_str(&mail::why(&decided, &desk.settings, paint));
    text.push_str(&mail::accepted(&decided, paint));
    text.push_str(&quarantine::ways_on(&held, paint));
    context.ui.long(&text)?;
    Ok(ExitStatus::Done)
}
