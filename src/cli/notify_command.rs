//! The command of the user's own that is told of what concerns somebody.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::cli::context::Context;
use crate::cli::user_config::config;
use crate::model::entry::Entry;
use crate::model::ticket::Ticket;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::ticket::notices::{self, Delivery};
use crate::page::user_config::{NoticeScope, NotifyCommand};
use crate::view::sweep;

/// The longest that notices delay a command.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Tells whom it concerns of what the command wrote and of what came in, if the user's configuration has
/// a command for that. It never takes longer than [`AT_ONCE`], and nothing that goes wrong is the
/// command's failure.
pub fn at_once(context: &Context) {
    let until = Instant::now() + AT_ONCE;
    let (written, came) = (context.written.take(), context.came.take());
    let Some(desk) = context
        .opened
        .filter(|_| !written.is_empty() || !came.is_empty())
    else {
        return;
    };
    let (config, folder) = match config(&context.ui.env) {
        Ok(config) => config,
        Err(error) => {
            let why = error.message;
            context.ui.warn(&format!("nobody is told of it: {why}"));
            return;
        }
    };
    let Some(command) = config.notice else { return };
    let told = tell(context, desk, (&command, &folder), (written, came), until);
    if let Err(error) = told {
        let why = error.message;
        context.ui.warn(&format!("nobody is told of it: {why}"));
    }
}

/// What was written here, and what came in.
type News = (Vec<(Ticket, Entry)>, Vec<(Ticket, Entry)>);

fn tell(
    context: &Context,
    desk: &Desk,
    (command, folder): (&NotifyCommand, &Path),
    (mut news, came): News,
    until: Instant,
) -> Result<(), OpError> {
    let act = context.act(desk)?;
    let is_read = command.scope != NoticeScope::Written;
    news.extend(came.into_iter().filter(|_| is_read));
    let user = context.user(desk);
    let fresh = notices::of(desk, &news, command.scope, user.as_ref(), act.now);
    let repo = act.repo(desk)?;
    notices::keep(repo, &fresh)?;
    let how = Delivery {
        now: act.now,
        until: Some(until),
        again: false,
    };
    let of_desk = context.of(desk, None);
    let delivered = notices::deliver(desk, repo, how, |one, ticket, entry, left| {
        let text = sweep::notice(one, ticket, entry, &desk.settings, of_desk);
        run(command, folder, &text, left)
    });
    for why in &delivered.failed {
        context.ui.warn(&format!(
            "a notice was not delivered, the next sweep tries again: {why}"
        ));
    }
    Ok(())
}

/// Runs the command with a JSON object on its standard input, without a shell and in the folder of
/// the configuration, so that no file of a desk is taken for one of its arguments. It may take as long
/// as the configuration says, and not longer than there is time `left`.
pub fn run(
    notice: &NotifyCommand,
    folder: &Path,
    json: &str,
    left: Option<Duration>,
) -> Result<(), String> {
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
        // So that what it starts ends with it.
        .process_group(0)
        .spawn();
    let mut child = started.map_err(|error| format!("cannot start `{program}`: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        // Whoever does not want to know what it is about need not read it.
        let json = json.to_owned();
        std::thread::spawn(move || input.write_all(json.as_bytes()));
    }
    let within = left.map_or(notice.timeout, |left| left.min(notice.timeout));
    match ended(&mut child, within) {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("`{program}` ended with {status}")),
        None => {
            end(&mut child);
            let seconds = within.as_secs_f32().round();
            Err(format!("`{program}` was stopped after {seconds} seconds"))
        }
    }
}

/// Ends a child that takes too long, and what it started.
fn end(child: &mut Child) {
    if let Some(process) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(process, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
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
