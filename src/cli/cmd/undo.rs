//! `desk undo`.

use crate::cli::args::Message;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::{json, undo};

/// Take back your last command of this clone
///
/// Each of its entries is taken back by an entry of its own, and nothing is removed: what is undone is
/// struck through in `desk show`, and counts for no clock and no figure. A record that the command
/// made is cancelled as a mistake, an article that it made is retired, and one that it changed gets
/// its text back. Where somebody else wrote to a ticket since, nothing is done. An `undo` is a
/// command, too: `desk undo` again brings back what it took.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Which command, by its number in --list; 1 is the last one
    #[arg(value_name = "NUMBER", default_value_t = 1, hide_default_value = true)]
    pub number: usize,
    /// List your last commands of this clone, the newest first
    #[arg(long, conflicts_with_all = ["number", "message"])]
    pub list: bool,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    if args.list {
        let all = ops::ticket::undo::list(desk, &act)?;
        if context.global.json {
            let page = json::page("commands", undo::json(&all), &[]);
            context.ui.data(&page)?;
        } else if all.is_empty() {
            context.ui.remark("this clone knows no command of yours");
        } else {
            context.ui.data(&undo::list(&all, &context.ui.paint))?;
        }
        return Ok(ExitStatus::Done);
    }
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::ticket::undo::undo(desk, &act, args.number, &text)?;
    context.show(desk, &outcome)
}
