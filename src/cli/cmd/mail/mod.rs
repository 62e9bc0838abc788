//! `desk mail`.

pub mod r#in;
pub mod out;
pub mod accept;
pub mod drop;
pub mod list;
pub mod setup;
pub mod show;
pub mod why;

use clap::Subcommand;

use serde_json::json;

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::quarantine::QuarantineError;
use crate::view::{json, quarantine};

/// Mail: what arrives, what waits, and why it goes where it goes
///
/// Alone it shows what waits in this clone: in quarantine, and to go out.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    In(r#in::Args),
    Out(out::Args),
    List(list::Args),
    Show(show::Args),
    Setup(setup::Args),
    Accept(accept::Args),
    Drop(drop::Args),
    Why(why::Args),
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let Some(command) = &args.command else {
        return waits(context);
    };
    match command {
        Command::In(args) => r#in::run(context, args),
        Command::Out(args) => out::run(context, args),
        Command::List(args) => list::run(context, args),
        Command::Show(args) => show::run(context, args),
        Command::Setup(args) => setup::run(context, args),
        Command::Accept(args) => accept::run(context, args),
        Command::Drop(args) => drop::run(context, args),
        Command::Why(args) => why::run(context, args),
    }
}

/// The mails that were named; `-` stands for those on standard input, a list with its header.
fn keys(context: &Context, given: &[String]) -> Result<Vec<String>, OpError> {
    let mut keys = context.names(given)?;
    keys.retain(|key| key != "KEY");
    // An empty pipe is nothing to do.
    if keys.is_empty() && !given.iter().any(|key| key == "-") {
        return Err(QuarantineError::NoMailNamed.error());
    }
    Ok(keys)
}

/// What waits.
fn waits(context: &mut Context) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let waits = ops::mail::quarantine::waits(desk)?;
    if context.global.json {
        let mails = quarantine::json_all(&waits.held);
        let to_go = vec![json!({"waiting": waits.to_go})];
        let parts = vec![("mails", mails), ("outbox", to_go)];
        context.ui.data(&json::pages(parts, &[]))?;
        return Ok(ExitStatus::Done);
    }
    let text = quarantine::waits(&waits, &context.ui.paint);
    context.ui.long(&text)?;
    Ok(ExitStatus::Done)
}
