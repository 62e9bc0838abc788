//! `desk mail why`.

use std::io::Read as _;
use std::path::Path;

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::model::mail::Envelope;
use crate::ops;
use crate::store::fs::contents;
use crate::view::{json, mail};

/// So many bytes of a mail are read.
const MOST: u64 = 50 << 20;

/// Explain what a mail is, which ticket it belongs to, and why
///
/// Tells whether a person or a machine wrote it, who, and how that is known; which ticket something
/// in it points at, and by which proof it belongs there; and what would become of it. Nothing is
/// written.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The mail as a file; `-` reads it from standard input
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: String,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let bytes = bytes(&args.file)?;
    let decided = ops::mail::why::why(desk, &bytes, &Envelope::default(), context.ui.env.now);
    if context.global.json {
        let item = mail::json(&decided);
        context.ui.data(&json::page("mails", vec![item], &[]))?;
    } else {
        let text = mail::why(&decided, &desk.settings, &context.ui.paint);
        context.ui.data(&text)?;
    }
    Ok(ExitStatus::Done)
}

fn bytes(file: &str) -> Result<Vec<u8>, ops::core::error::OpError> {
    let mut bytes = Vec::new();
    let unreadable = |error: &dyn std::fmt::Display| {
        CommandError::MailUnreadable(&file, &error.to_string()).error()
    };
    if file == "-" {
        let _ = std::io::stdin()
            .take(MOST)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(&error))?;
    } else {
        let opened = contents::open(Path::new(file)).map_err(|error| unreadable(&error))?;
        let _ = opened
            .take(MOST)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(&error))?;
    }
    Ok(bytes)
}
