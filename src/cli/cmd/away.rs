//! `desk away`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops::data::away::{AwayRequest, away, planned};
use crate::rules::absence;
use crate::view;

/// Say when you are absent, and who stands in; or list who is
///
/// Both days are included. While you are absent, calls that you are to make and that are due stand on
/// your deputy's board too, who may acknowledge what you were told; nothing is reassigned. Where no
/// deputy is named, or the deputy is absent too, that is the queue's team, then the managers.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The days, like 2026-12-24..2027-01-06, friday or tomorrow..+2w; without them, who is absent
    #[arg(value_name = "RANGE")]
    pub days: Option<String>,
    /// Who stands in [default: the queue's team]
    #[arg(long, value_name = "AGENT", requires = "days", add = complete::agents())]
    pub deputy: Option<String>,
    /// Whose absence, where not your own; for managers
    #[arg(long = "agent", value_name = "AGENT", requires = "days", add = complete::agents())]
    pub whose: Option<String>,
    /// Take the range out again
    #[arg(long, requires = "days", conflicts_with = "deputy")]
    pub remove: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let Some(days) = &args.days else {
        let now = context.of(desk, None).now;
        let all = planned(desk, absence::day(&desk.settings, now));
        if context.global.json {
            context.ui.data(&view::away::json(&all))?;
        } else if all.is_empty() {
            context
                .ui
                .remark("nobody is absent, and no absence is planned");
        } else {
            let text = view::away::list(&all, &desk.settings, &context.ui.paint);
            context.ui.data(&text)?;
        }
        return Ok(ExitStatus::Done);
    };
    let act = context.act(desk)?;
    act.may(desk, "away")?;
    let request = AwayRequest {
        days,
        deputy: args.deputy.as_deref(),
        agent: args.whose.as_deref(),
        remove: args.remove,
    };
    let away = away(desk, &act, &request)?;
    context.ui.reports(&away.change.reported);
    context.incomplete(away.change.saved.as_ref());
    if context.global.json {
        context.ui.data(&view::away::written_json(&away))?;
    } else if !context.global.quiet {
        let text = view::away::written(&away, act.dry_run, &desk.settings, &context.ui.paint);
        context.ui.data(&text)?;
    }
    Ok(ExitStatus::Done)
}
