//! `desk sweep`.

use crate::cli::failure::ExitStatus;
use std::path::Path;
use std::sync::OnceLock;

use crate::cli::context::{Context, ExitResult};
use crate::cli::{env, notify_command, user_config};
use crate::model::person::Handle;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::ticket::notices::{self, Delivery};
use crate::ops::ticket::sweep::Notice;
use crate::page::user_config::{NoticeScope, NotifyCommand};
use crate::store::fs::interrupt::Interrupt;
use crate::view::{json, quarantine, sweep};

/// Run scheduled actions: reminders, escalation, auto-close; run this from cron
///
/// What waited for a date wakes; clocks remind at the points that desk.toml sets and escalate by its
/// rules; silent requesters are asked again; what stayed resolved is closed; work that recurs
/// (`[recurring.NAME]` in desk.toml) gets its work order. Each is an entry by
/// `desk` that says when it was due, and is made once: sweeping twice, late, or in two clones does
/// nothing twice. Of several points of one clock that have passed, only the last is told. With
/// --dry-run the work orders that come next are shown, too.
///
/// Notifications are sent with the `notice` command of your own configuration, plaindesk/config.toml
/// in your configuration folder, in business hours unless the priority allows any hour; what could
/// not be delivered before is tried again.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {}

pub fn run(context: &mut Context, _: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let (config, folder) = user_config::config(&context.ui.env)?;
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
    for outcome in &swept.outcomes {
        context.aside(outcome);
    }
    if context.global.json {
        let paint = &context.ui.paint;
        let made = swept.made.iter().map(|made| sweep::made_json(made, paint));
        let items = made.chain(swept.did.iter().map(|did| sweep::json(did, paint)));
        let mut parts = vec![("entries", items.collect())];
        if act.dry_run {
            parts.push(("next", swept.next.iter().map(sweep::next_json).collect()));
        }
        let page = json::pages(parts, &swept.problems);
        context.ui.data(&page)?;
    } else {
        if act.dry_run && !(swept.did.is_empty() && swept.made.is_empty()) {
            context
                .ui
                .outcome("Nothing was written; this is what would be:\n")?;
        }
        context
            .ui
            .outcome(&sweep::swept(&swept, &context.ui.paint))?;
        if !swept.next.is_empty() {
            let next = sweep::to_come(&swept.next, &context.ui.paint);
            context.ui.outcome(&next)?;
        }
        context.ui.remark(&sweep::remark(&swept));
        context.problems(&swept.problems);
    }
    // What it wrote is told here, by all the time that it takes.
    context.written.take();
    if act.dry_run {
        return ended(swept.failed);
    }
    look_at_mail(context, desk, &act, (config.notice.as_ref(), &folder))?;
    let Some(command) = config.notice else {
        return ended(swept.failed);
    };
    let me = context.user(desk);
    let repo = act.repo(desk)?;
    notices::keep(repo, &mine(swept.notices, command.scope, me.as_ref()))?;
    let of_desk = context.of(desk, None);
    let how = Delivery {
        now: act.now,
        until: None,
        again: true,
    };
    let delivered = notices::deliver(desk, repo, how, |one, ticket, entry, left| {
        let text = sweep::notice(one, ticket, entry, &desk.settings, of_desk);
        notify_command::run(&command, &folder, &text, left)
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
    ended(swept.failed)
}

/// What kept a sweep from the rest is told after what it did.
fn ended(failed: Option<OpError>) -> ExitResult {
    failed.map_or(Ok(ExitStatus::Done), Err)
}

/// Removes what of mail was kept long enough, and tells managers of what waits in quarantine. Without a
/// command for that, whoever started the sweep is told: cron sends it to somebody.
fn look_at_mail(
    context: &Context,
    desk: &Desk,
    act: &Actor,
    (command, folder): (Option<&NotifyCommand>, &Path),
) -> Result<(), OpError> {
    let now = act.now;
    ops::mail::quarantine::prune_kept(desk, now)?;
    let gone = ops::mail::quarantine::prune(desk, now)?;
    for mail in &gone {
        context.ui.warn(&quarantine::expired(mail));
    }
    let Some(mut notice) = ops::mail::quarantine::notice(desk, now)? else {
        return Ok(());
    };
    let host = env::host();
    let command = command.filter(|command| {
        if command.scope == NoticeScope::Me {
            let me = context.user(desk);
            let is_me = |handle: &String| me.as_ref().is_some_and(|me| me.as_str() == handle);
            notice.to.retain(is_me);
        }
        !notice.to.is_empty()
    });
    let Some(command) = command else {
        let told = quarantine::sentence(&notice.mails, &host);
        context.ui.warn(&format!("{told}: desk mail list"));
        return ops::mail::quarantine::told(desk, act, &notice);
    };
    let text = quarantine::notice(&notice, &desk.settings, &host);
    match notify_command::run(command, folder, &text, None) {
        Ok(()) => ops::mail::quarantine::told(desk, act, &notice),
        Err(why) => {
            context.ui.warn(&format!(
                "a notice of the quarantine was not delivered, the next sweep tries again: {why}"
            ));
            Ok(())
        }
    }
}

/// The notices of a sweep; where the configuration says so only those to its user, who are told at any
/// hour by a program of their own.
fn mine(mut notices: Vec<Notice>, scope: NoticeScope, me: Option<&Handle>) -> Vec<Notice> {
    if scope != NoticeScope::Me {
        return notices;
    }
    for notice in &mut notices {
        let is_me = |handle: &String| me.is_some_and(|me| me.as_str() == handle);
        notice.to.retain(is_me);
        notice.after = None;
    }
    notices.retain(|notice| !notice.to.is_empty());
    notices
}
