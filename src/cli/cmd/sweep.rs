//! `desk sweep`.

use crate::cli::failure::ExitStatus;
use std::sync::OnceLock;

use crate::cli::context::{Context, ExitResult};
use crate::cli::notify_command;
use crate::model::person::Handle;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::ticket::notices;
use crate::store::fs::interrupt::Interrupt;
use crate::view::{json, sweep};

/// Run scheduled actions: reminders, escalation, auto-close; run this from cron
///
/// What waited for a date wakes; clocks remind at the points that desk.toml sets and escalate by its
/// rules; silent requesters are asked again; what stayed resolved is closed. Each is an entry by
/// `desk` that says when it was due, and is made once: sweeping twice, late, or in two clones does
/// nothing twice. Of several points of one clock that have passed, only the last is told.
///
/// Notifications are sent with the `notice` command of your own configuration, plaindesk/config.toml
/// in your configuration folder, in business hours unless the priority allows any hour.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {}

pub fn run(context: &mut Context, _: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let (config, folder) = notify_command::config(&context.ui.env)?;
    let act = Actor {
        me: Handle::desk(),
        now: context.ui.env.now,
        dry_run: context.global.dry_run,
        detached_ok: context.global.detached_ok,
        repo: OnceLock::new(),
        interrupt: Interrupt::listen()?,
        merge_program: context.ui.env.program.clone(),
    };
    let swept = ops::ticket::sweep::sweep(desk, &act)?;
    if let Some(outcome) = &swept.outcome {
        context.aside(outcome);
    }
    if context.global.json {
        let items = swept
            .did
            .iter()
            .map(|did| sweep::json(did, &context.ui.paint));
        let page = json::page("entries", items.collect(), &swept.problems);
        context.ui.data(&page)?;
    } else {
        if act.dry_run && !swept.did.is_empty() {
            context
                .ui
                .outcome("Nothing was written; this is what would be:\n")?;
        }
        context
            .ui
            .outcome(&sweep::swept(&swept, &context.ui.paint))?;
        context.ui.remark(&sweep::remark(&swept));
        context.problems(&swept.problems);
    }
    let Some(command) = config.notice.filter(|_| !act.dry_run) else {
        return Ok(ExitStatus::Done);
    };
    let repo = act.repo(desk)?;
    notices::keep(repo, &swept.notices)?;
    let of_desk = context.of(desk, None);
    let delivered = notices::deliver(desk, repo, act.now, |one, ticket, entry| {
        let text = sweep::notice(one, ticket, entry, &desk.settings, of_desk);
        notify_command::run(&command, &folder, &text)
    });
    if delivered.held > 0 {
        let held = format!("{} waiting for the calendar to open", delivered.held);
        context.ui.remark(&format!("notices: {held}"));
    }
    for why in &delivered.failed {
        context.ui.warn(&format!(
            "a notice was not delivered, the next sweep tries again: {why}"
        ));
    }
    Ok(ExitStatus::Done)
}
