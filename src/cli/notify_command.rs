//! The command of the user's own that is told of what the sweep did.

use crate::cli::messages::CommandError;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::cli::env::Env;
use crate::ops::core::error::OpError;
use crate::page::user_config::{self, NotifyCommand, UserConfig};
use crate::store::fs::read;

/// The user's configuration and the folder that it stands in; without a file an empty one.
pub fn config(env: &Env) -> Result<(UserConfig, PathBuf), OpError> {
    let Some(folder) = env.config_dir() else {
        return Ok((UserConfig::default(), PathBuf::new()));
    };
    let path = folder.join("config.toml");
    if !path.exists() {
        return Ok((UserConfig::default(), folder));
    }
    let shown = path.display().to_string();
    let text = read::file(&path, read::MAX_PAGE)
        .map_err(|error| CommandError::ConfigUnreadable(&shown, &error).error())?;
    match user_config::read(&shown, &text) {
        Ok(config) => Ok((config, folder)),
        Err(problems) => Err(CommandError::InvalidConfig(&shown).error().with(problems)),
    }
}

/// Runs the command with a JSON object on its standard input, without a shell and in the folder of
/// the configuration, so that no file of a desk is taken for one of its arguments.
pub fn run(notice: &NotifyCommand, folder: &Path, json: &str) -> Result<(), String> {
    let Some((program, arguments)) = notice.command.split_first() else {
        return Ok(());
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the notice command, a program of the user's own choosing"
    )]
    let mut command = Command::new(program);
    let started = command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn();
    let mut child = started.map_err(|error| format!("cannot start `{program}`: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        // Whoever does not want to know what it is about need not read it.
        let _ = input.write_all(json.as_bytes());
    }
    match ended(&mut child, notice.timeout) {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("`{program}` ended with {status}")),
        None => {
            let _ = child.kill();
            let _ = child.wait();
            let seconds = notice.timeout.as_secs();
            Err(format!("`{program}` was stopped after {seconds} seconds"))
        }
    }
}

/// How a child ended; `None` if it has not by then.
fn ended(child: &mut Child, within: Duration) -> Option<ExitStatus> {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if begin.elapsed() >= within {
            return None;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}
