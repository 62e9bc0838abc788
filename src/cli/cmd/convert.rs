//! `desk convert`.

use crate::cli::args::Message;
use crate::cli::cmd::new::conclude;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::interview;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::error::OpError;
use crate::ops::ticket::convert::Conversion;
use crate::ops::ticket::interview::Interview;

/// Make a ticket one of another type
///
/// The number, the history and the first response stay. A question that turns out to need work
/// becomes an action, open again if it was resolved; options answer what the new type asks, and
/// what is still missing is named, on a terminal asked for. A comment closes at once.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it
    #[arg(value_name = "ID", add = complete::open_tickets())]
    pub id: String,
    /// information, action, comment or work-order
    #[arg(long, value_name = "TYPE", add = complete::types())]
    pub to: String,
    /// The problem code
    #[arg(long, value_name = "CODE", add = complete::codes())]
    pub code: Option<String>,
    /// Queue to assign the ticket to
    #[arg(long, value_name = "QUEUE", add = complete::queues())]
    pub queue: Option<String>,
    /// The equipment's name
    #[arg(long, value_name = "NAME")]
    pub asset: Option<String>,
    /// The equipment's model
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
    /// The equipment's serial number
    #[arg(long, value_name = "NUMBER")]
    pub serial: Option<String>,
    /// The licence in question
    #[arg(long, value_name = "LICENCE")]
    pub licence: Option<String>,
    /// Where the equipment stands
    #[arg(long, value_name = "PLACE")]
    pub asset_location: Option<String>,
    /// What the requester wants
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub wants: Option<String>,
    /// What was already tried
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub tried: Option<String>,
    /// Whether and how it can be reproduced
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reproduce: Option<String>,
    /// Any other field; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Do not prompt for missing fields
    #[arg(long)]
    pub no_questions: bool,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let global = &context.global;
    let talks = context.ui.env.interactive && !args.no_questions && !global.json && !global.dry_run;
    let id = desk.find(&args.id, Some(&act.me))?;
    let given = [
        ("code", args.code),
        ("queue", args.queue),
        ("asset.name", args.asset),
        ("asset.model", args.model),
        ("asset.serial", args.serial),
        ("asset.licence", args.licence),
        ("asset.location", args.asset_location),
        ("request.wants", args.wants),
        ("request.tried", args.tried),
        ("request.reproduce", args.reproduce),
    ];
    let given = given
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    let mut values: Vec<(String, String)> = given.collect();
    values.extend(pairs(&args.set)?);
    let wish = Conversion {
        to: args.to,
        values,
        text: context
            .text(args.text.message.as_deref())?
            .unwrap_or_default(),
    };
    let converted = ops::ticket::convert::convert(desk, &act, id, &wish)?;
    let status = context.show(desk, &converted.outcome)?;
    if converted.missing.is_empty() {
        return Ok(status);
    }
    if talks {
        let act: &'static Actor = Box::leak(Box::new(act));
        let begun = Interview::resume(desk, act, id)?;
        let ended = interview::run(context, desk, act, begun)?;
        return conclude(context, desk, &ended, false);
    }
    context.ui.remark(&format!(
        "still to be asked: {}; go on with `desk new --resume {id}`",
        converted.missing.join(", ")
    ));
    Ok(status)
}

/// `KEY=VALUE`, taken apart.
pub(in crate::cli::cmd) fn pairs(given: &[String]) -> Result<Vec<(String, String)>, OpError> {
    let pair = |pair: &String| {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| CommandError::EmptySetting(&pair).error())?;
        Ok((key.to_owned(), value.to_owned()))
    };
    given.iter().map(pair).collect()
}
