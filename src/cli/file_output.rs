//! `-o FILE`: what a command makes goes into a file, whose ending may choose the format.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::messages::CommandError;
use crate::ops::core::error::OpError;
use crate::store::fs::output::{self, OutputFile};
use crate::view::sanitize::Shown;

/// Where to write
#[derive(clap::Args, Clone, Debug)]
pub struct FileOutput {
    /// Write it to FILE instead of standard output, which `-` is
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

impl FileOutput {
    /// The file; `-` is standard output.
    pub fn file(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|file| file.as_os_str() != "-")
    }

    /// The format of these that the ending of the file names; `None` where there is no file.
    pub fn format<F: Copy>(&self, known: &[(&[&str], F)]) -> Result<Option<F>, OpError> {
        let Some(file) = self.file() else {
            return Ok(None);
        };
        let ending = file.extension().unwrap_or_default().to_string_lossy();
        let ending = ending.to_ascii_lowercase();
        let found = known
            .iter()
            .find(|(words, _)| words.contains(&ending.as_str()));
        if let Some((_, format)) = found {
            return Ok(Some(*format));
        }
        let first = known.iter().filter_map(|(words, _)| words.first());
        let first: Vec<String> = first.map(|word| format!(".{word}")).collect();
        let all = match &first[..] {
            [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
            _ => first.join(""),
        };
        Err(CommandError::UnknownEnding(&file.display(), &all).error())
    }

    /// Refuses a terminal, for what is no text.
    pub fn refuse_terminal(&self, context: &Context) -> Result<(), OpError> {
        if self.file().is_none() && context.ui.env.stdout_terminal {
            return Err(CommandError::BinaryToTerminal.error());
        }
        Ok(())
    }

    /// Writes what is no text to the file, or to standard output where that is no terminal.
    pub fn write_bytes(&self, context: &Context, bytes: &[u8]) -> Result<(), OpError> {
        self.refuse_terminal(context)?;
        match self.file() {
            Some(file) => {
                let file = crate::cli::env::current_dir().join(file);
                output::write(&file, bytes)?;
            }
            None => context.ui.bytes(bytes)?,
        }
        Ok(())
    }

    /// Begins the file, where there is one, for what is written piece by piece.
    pub fn begin(&self) -> Result<Option<OutputFile>, OpError> {
        let Some(file) = self.file() else {
            return Ok(None);
        };
        let file = crate::cli::env::current_dir().join(file);
        Ok(Some(OutputFile::begin(&file)?))
    }

    /// Writes a text to the file, or to standard output: through the pager where it is for a person.
    pub fn write(&self, context: &Context, text: &str, long: bool) -> Result<(), OpError> {
        match self.file() {
            Some(file) => {
                let file = crate::cli::env::current_dir().join(file);
                output::write(&file, Shown::from(text).as_str().as_bytes())?;
            }
            None if long => context.ui.long(text)?,
            None => context.ui.data(text)?,
        }
        Ok(())
    }
}
