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

/// Change the type of tickets
///
/// The number, the history and the first response stay. A question that turns out to need work
/// becomes an action, open again if it was resolved; options answer what the new type asks, and
/// what is still missing is named, on a terminal asked for. A comment closes at once.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
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
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    if ids.is_empty() {
        return context.nothing_named("tickets");
    }
    let values = args.fields.values([], &[])?;
    let wish = Conversion {
        to: args.to,
        values,
        text: context
            .text(args.fields.text.message.as_deref())?
            .unwrap_or_default(),
    };
    let converted = ops::ticket::convert::convert(desk, &act, &ids, &wish)?;
    let status = context.show(desk, &converted.outcome)?;
    if converted.missing.is_empty() {
        return Ok(status);
    }
    if let ([(id, _)], 1, true) = (&converted.missing[..], ids.len(), talks) {
        let act: &'static Actor = Box::leak(Box::new(act));
        let begun = Interview::resume(desk, act, *id)?;
        let ended = interview::run(context, desk, act, begun)?;
        return conclude(context, desk, &ended, false);
    }
    for (id, missing) in &converted.missing {
        let of = if ids.len() > 1 {
            format!("{id}: ")
        } else {
            String::new()
        };
        context.ui.remark(&format!(
            "{of}still to be asked: {}; go on with `desk new --resume {id}`",
            missing.join(", ")
        ));
    }
    Ok(status)
}
