//! `desk convert`.

use crate::cli::cmd::new::conclude;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::field_args::FieldArgs;
use crate::cli::interview;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::ticket::convert::Conversion;
use crate::ops::ticket::interview::Interview;

/// Make a ticket one of another type
///
/// The number, the history and the first response stay. A question that turns out to need work
/// becomes an action, open again if it was resolved; options answer what the new type asks, and
/// what is still missing is named, on a terminal asked for. A comment closes at once.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::open_tickets())]
    pub id: String,
    /// information, action, comment or work-order
    #[arg(long, value_name = "TYPE", add = complete::types())]
    pub to: String,
    #[command(flatten)]
    pub fields: FieldArgs,
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let global = &context.global;
    let talks =
        context.ui.env.interactive && !args.fields.no_questions && !global.json && !global.dry_run;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let values = args.fields.values([], &[])?;
    let wish = Conversion {
        to: args.to,
        values,
        text: context
            .text(args.fields.text.message.as_deref())?
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
