//! `desk work tick`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::messages::CommandError;
use crate::cli::time_args::TimeArgs;
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::work::tick::{Steps, Ticked};

/// Tick steps of a work order
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The work order, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "WORK-ORDER", add = complete::open_orders())]
    pub id: String,
    /// Steps by their numbers, or `all`
    #[arg(required = true, value_name = "N|all")]
    pub steps: Vec<String>,
    /// Untick them
    #[arg(long)]
    pub undo: bool,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let which = steps(&args.steps)?;
    let text = context.text(args.text.message.as_deref())?;
    let text = text.unwrap_or_default();
    let time = args.time.read(desk, 1)?;
    let ticked = Ticked {
        which,
        done: !args.undo,
        time,
    };
    let outcome = ops::work::tick::tick(desk, &act, id, &ticked, &text)?;
    context.show(desk, &outcome)
}

/// The steps that were typed: numbers, or `all`.
fn steps(words: &[String]) -> Result<Steps, OpError> {
    if words.iter().any(|word| word == "all") {
        return Ok(Steps::All);
    }
    let number = |word: &String| {
        word.parse()
            .map_err(|_| CommandError::BadStepNumber(&word).error())
    };
    words
        .iter()
        .map(number)
        .collect::<Result<_, _>>()
        .map(Steps::These)
}
