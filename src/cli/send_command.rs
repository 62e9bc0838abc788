//! The command of the user's own that mail is handed to.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::env;
use crate::cli::program::{self, Errors};
use crate::cli::user_config::config;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::reply::ReplyError;
use crate::page::user_config::SendCommand;

/// How this clone sends mail.
#[derive(Debug)]
pub struct Sender {
    command: SendCommand,
    folder: PathBuf,
}

impl Sender {
    /// By the user's configuration.
    pub fn of(context: &Context) -> Result<Self, OpError> {
        let (config, folder) = config(&context.ui.env)?;
        let place = folder.join("config.toml");
        let Some(command) = config.mail else {
            return Err(ReplyError::NoSendCommand(&place.display()).error());
        };
        Ok(Self { command, folder })
    }

    /// The program, and where it is; `None` where it is not found or cannot be run.
    pub fn program(&self) -> (&str, Option<PathBuf>) {
        let name = self.command.program();
        (name, env::find_program(name))
    }

    /// Hands a mail over, without a shell, in the folder of the configuration.
    pub fn hand(&self, envelope: &str, recipients: &[String], mail: &[u8]) -> Result<(), String> {
        let Some(words) = self.command.of(envelope, recipients) else {
            return Err("an address of it would be taken for an option".to_owned());
        };
        let within = self.command.timeout;
        program::run(&words, &self.folder, mail, within, Errors::Reason)
    }
}
