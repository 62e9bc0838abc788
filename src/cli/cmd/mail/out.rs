//! `desk mail out`.

use std::sync::OnceLock;

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::prompt;
use crate::cli::send_command::Sender;
use crate::model::entry::Entry;
use crate::model::person::Handle;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::reply::ReplyError;
use crate::ops::mail::others::{WaitingMail, since_waiting};
use crate::ops::mail::out::{Delivered, KeptMail};
use crate::store::fs::interrupt::Interrupt;
use crate::store::git::repo::Repo;
use crate::view::words::count;
use crate::view::{json, reply};

/// Hand over the mails that wait in the outbox, and log those that went out
///
/// A mail waits where `desk reply` could not hand it over, offline or cut short; it goes out with the
/// same id. An answer to a ticket on which others wrote since it was begun stays until somebody decides:
/// on a terminal it asks. For cron, beside `desk sync`. With `--dry-run` it shows what waits.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Take these out of the outbox instead, and do not send them: by the mail or by its ticket
    #[arg(long, value_name = "MAIL", num_args = 1..)]
    pub drop: Vec<String>,
    /// Send the answers although others wrote meanwhile
    #[arg(long, conflicts_with = "drop")]
    pub anyway: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = actor(context, desk)?;
    if !args.drop.is_empty() || act.dry_run {
        let found = if args.drop.is_empty() {
            ops::mail::out::waiting(desk, &act)?
        } else {
            ops::mail::out::drop(desk, &act, &args.drop)?
        };
        if context.global.json {
            let items = reply::waiting_json(&found);
            context.ui.data(&json::page("mails", items, &[]))?;
        } else if found.is_empty() {
            context.ui.outcome("Nothing waits in the outbox.\n")?;
        } else {
            let shown = reply::waiting(&found, &context.ui.paint);
            context.ui.data(&shown)?;
        }
        return Ok(ExitStatus::Done);
    }
    // Where nothing waits, nobody needs to have said how mail is sent.
    let waiting = ops::mail::out::waiting(desk, &act)?;
    if waiting.is_empty() {
        let reports = ops::mail::out::nothing_waits(desk, &act)?;
        context.ui.reports(&reports);
        if context.global.json {
            context.ui.data(&json::page("tickets", Vec::new(), &[]))?;
        } else {
            context.ui.outcome("Nothing waits in the outbox.\n")?;
        }
        return Ok(ExitStatus::Done);
    }
    let sender = Sender::of(context)?;
    let hand = |envelope: &str, to: &[String], mail: &[u8]| sender.hand(envelope, to, mail);
    let (ready, held) = decided(context, (desk, &act), waiting, args.anyway)?;
    let mut done = ops::mail::out::deliver(desk, &act, &[], &ready, &hand)?;
    done.held = held;
    let status = show(context, &done)?;
    if !context.global.json {
        let line = format!("{}\n", reply::delivered(&done));
        context.ui.outcome(&line)?;
    }
    Ok(status)
}

/// Shows what others wrote since the texts of mails were begun. On a terminal somebody decides;
/// elsewhere such a mail waits. What goes out, and the tickets of what waits.
fn decided(
    context: &Context,
    (desk, act): (&Desk, &Actor),
    waiting: Vec<KeptMail>,
    anyway: bool,
) -> Result<(Vec<KeptMail>, Vec<String>), OpError> {
    let (mut ready, mut held) = (Vec::new(), Vec::new());
    let found = since_waiting(desk, act, waiting)?;
    if let Some(why) = found.iter().find_map(|one| one.others.offline.as_ref()) {
        let told = format!("whether others wrote elsewhere is not known: {why}");
        context.ui.warn(&told);
    }
    for WaitingMail { mut mail, others } in found {
        let entries = &others.entries;
        if entries.is_empty() {
            ready.push(mail);
            continue;
        }
        let (id, count) = (&mail.record.ticket, reply::of_others(entries.len()));
        let shown = reply::others(entries, &desk.settings, &context.ui.paint);
        let shown = format!("since the mail on {id} was begun:\n{}", shown.trim_end());
        context.ui.err(&shown);
        let question = format!("{id} has {count} since the mail was begun. Send it?");
        if anyway || (context.ui.env.interactive && prompt::confirm(&question)?) {
            let seen: Vec<String> = entries.iter().map(Entry::identity).collect();
            mail.record.knows(&seen);
            ready.push(mail);
        } else {
            let waits = ReplyError::WaitsForOthers(id, &count).error();
            context.troubles.borrow_mut().push(waits);
            held.push(id.clone());
        }
    }
    Ok((ready, held))
}

/// The program itself hands mails over, whoever starts it; each is logged by whoever wrote it.
fn actor(context: &Context, desk: &Desk) -> Result<Actor, OpError> {
    Ok(Actor {
        me: Handle::desk(),
        now: context.ui.env.now,
        dry_run: context.global.dry_run,
        detached_ok: context.global.detached_ok,
        repo: OnceLock::from(Repo::open_to_act(desk.root.dir())?),
        interrupt: Interrupt::listen()?,
        merge_program: context.ui.env.program.clone(),
    })
}

/// Shows what was logged, and keeps what failed for the end.
pub fn show(context: &Context, done: &Delivered) -> ExitResult {
    if let Some(desk) = context.opened
        && let Some(outcome) = &done.outcome
    {
        context.show(desk, outcome)?;
    } else if context.global.json {
        context.ui.data(&json::page("tickets", Vec::new(), &[]))?;
    }
    let mut troubles = context.troubles.borrow_mut();
    troubles.extend(done.not_logged.iter().cloned());
    match &done.failed[..] {
        [] => {}
        [(_, why)] => troubles.push(ReplyError::NotHandedOver(why).error()),
        all => {
            let (_, why) = &all[0];
            troubles.push(ReplyError::NotHandedOver(why).error());
            let count = format!("{} are", count(all.len(), "mail"));
            troubles.push(ReplyError::LeftInOutbox(&count).error());
        }
    }
    Ok(ExitStatus::Done)
}
