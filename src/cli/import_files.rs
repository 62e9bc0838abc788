//! What the commands that bring records in share: the file, its name, and the remarks on its rows.

use std::io::Read;
use std::path::Path;

use crate::cli::context::Context;
use crate::cli::messages::CommandError;
use crate::ops::core::error::OpError;
use crate::rules::import::Odd;
use crate::view::import;

/// Remarks on rows, those that say the same together.
pub(in crate::cli) fn tell_odd(context: &Context, log: &str, noun: &str, all: &[Odd]) {
    for remark in import::remarks(log, noun, all) {
        context.ui.warn(&remark);
    }
}

pub(in crate::cli) fn wrong(path: &Path, error: &std::io::Error) -> OpError {
    CommandError::MapUnreadable(&path.display(), &error).error()
}

/// A file, whole; `-` is standard input.
pub(in crate::cli) fn bytes(file: &Path) -> Result<Vec<u8>, OpError> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)
            .map_err(|error| wrong(file, &error))?;
        return Ok(bytes);
    }
    let here = crate::cli::env::current_dir();
    std::fs::read(here.join(file)).map_err(|error| wrong(file, &error))
}

/// What to call a file in messages.
pub(in crate::cli) fn name(file: &Path) -> String {
    match file.file_name() {
        Some(name) if file.as_os_str() != "-" => name.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    }
}
