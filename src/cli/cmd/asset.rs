//! `desk asset`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::{asset, json};

/// List the devices that tickets are about, or show the history of one
///
/// A device is known by its serial number, its name or its licence. Those whose problems came back
/// within `policy.repeat_days` stand first, then those with the most open tickets. NAME is any of
/// these or of a model, the start of a word of it, or a ticket about it; one that fits alone is shown
/// with all of its tickets.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A name, model, serial number or licence
    #[arg(value_name = "NAME", add = complete::devices())]
    pub name: Vec<String>,
    /// Show at most N devices
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
    /// All done tickets of a device, not only the newest
    #[arg(long)]
    pub all: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let name = args.name.join(" ");
    let found = ops::ticket::asset::asset(desk, &name, Some(args.limit), context.global.json);
    let of_desk = context.of(desk, None);
    if context.global.json {
        let devices = found.devices.iter();
        let devices = devices.map(|one| asset::json(one, of_desk)).collect();
        let page = json::page("assets", devices, &found.problems);
        context.ui.data(&page)?;
        return Ok(ExitStatus::Done);
    }
    let text = asset::asset(
        &found,
        !name.trim().is_empty(),
        args.all,
        of_desk,
        &context.ui.paint,
    );
    context.ui.long(&text)?;
    for remark in asset::remarks(&found) {
        context.ui.remark(&remark);
    }
    context.problems(&found.problems);
    Ok(ExitStatus::Done)
}
