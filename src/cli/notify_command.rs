//! The command of the user's own that is told of what concerns somebody.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::cli::context::Context;
use crate::cli::program::{self, Errors};
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

/// Runs the command with a JSON object on its standard input, in the folder of the configuration, so that
/// no file of a desk is taken for one of its arguments. It may take as long as the configuration says, and
/// not longer than there is time `left`.
pub fn run(
    notice: &NotifyCommand,
    folder: &Path,
    json: &str,
    left: Option<Duration>,
) -> Result<(), String> {
    let within = left.map_or(notice.timeout, |left| left.min(notice.timeout));
    program::run(
        &notice.command,
        folder,
        json.as_bytes(),
        within,
        Errors::Shown,
    )
}
