//! `desk mail in`.

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use crate::cli::context::{Context, ExitResult};
use crate::cli::delivery::Patient;
use crate::cli::env::MailEnv;
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::model::mail::Envelope;
use crate::model::person::Handle;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::mail::take::ArrivedMail;
use crate::page::mail::bare_address;
use crate::store::fs::interrupt::Interrupt;
use crate::store::git::repo::Repo;
use crate::store::mail::{MailFolder, spool};
use crate::view::{json, mail};

/// So long a mail server waits for the desk's lock.
const PATIENCE: Duration = Duration::from_secs(20);

/// Take in the mail on standard input: a new ticket, an entry, or the quarantine
///
/// For mail servers, procmail, maildrop, fetchmail and getmail. The mail becomes a ticket or an entry
/// on one; what is no request, or may do harm, waits in the quarantine; a mail that was taken in
/// before changes nothing. `desk mail why` explains it beforehand.
///
/// The exit status is 0 where the mail is safe on disk, and 75 where it is to be tried again,
/// whatever happens: every other one makes mail servers send the mail back to the customer.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Whom errors go to, `<>` for nobody [default: `SENDER`, else the mail's Return-Path]
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true)]
    pub sender: Option<String>,
    /// For whom it is delivered [default: `RECIPIENT`, `ORIGINAL_RECIPIENT`, else the mail's headers]
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true)]
    pub recipient: Vec<String>,
    /// Take in what arrived in this Maildir; a mail that is safe goes to `cur`
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath, conflicts_with = "mbox")]
    pub maildir: Option<PathBuf>,
    /// Take in the mails of this file; it stays as it is
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub mbox: Option<PathBuf>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    if args.maildir.is_some() || args.mbox.is_some() {
        return batch(context, args);
    }
    if std::io::stdin().is_terminal() {
        return Err(CommandError::NoMailOnTerminal.error());
    }
    let interrupt = Interrupt::listen()?;
    let desk = context.desk()?;
    let repo = Repo::open_to_act(desk.root.dir())?.with_patience(PATIENCE);
    let envelope = envelope(args, &context.ui.env.mail);
    let act = actor(context, repo, interrupt);
    // In the spool for as long as it is not settled.
    let mut spooled = spooled(desk, &act)?;
    let arrived = ArrivedMail {
        bytes: std::mem::take(&mut spooled.0),
        size: spooled.1,
        envelope,
    };
    let (taken, outcome) = ops::mail::take::take(desk, &act, arrived)?;
    context.aside(&outcome);
    // The mail is safe, whoever can be told.
    let _ = if context.global.json {
        let items = vec![mail::taken_json(&taken)];
        context.ui.data(&json::page("mails", items, &[]))
    } else {
        let said = mail::taken(&taken, act.dry_run);
        context.ui.outcome(&said)
    };
    Ok(ExitStatus::Done)
}

/// Takes in many mails, with the exit statuses of every command.
fn batch(context: &mut Context, args: &Args) -> ExitResult {
    let interrupt = Interrupt::listen()?;
    let desk = context.desk()?;
    let repo = Repo::open_to_act(desk.root.dir())?;
    // No mail server tells of these by the environment.
    let envelope = envelope(args, &MailEnv::default());
    let act = actor(context, repo, interrupt);
    let here = crate::cli::env::current_dir();
    let taken = match (&args.maildir, &args.mbox) {
        (Some(path), _) => ops::mail::batch::maildir(desk, &act, &here.join(path), &envelope)?,
        (None, Some(path)) => ops::mail::batch::mbox(desk, &act, &here.join(path), &envelope)?,
        (None, None) => return Ok(ExitStatus::Done),
    };
    for outcome in &taken.outcomes {
        context.aside(outcome);
    }
    for why in &taken.unread {
        context.ui.warn(why);
    }
    // The mails are safe, whoever can be told.
    let _ = if context.global.json {
        let items = taken.taken.iter().map(mail::taken_json).collect();
        context.ui.data(&json::page("mails", items, &[]))
    } else {
        context.ui.outcome(&mail::batch(&taken, act.dry_run))
    };
    Ok(ExitStatus::no_if(!taken.unread.is_empty()))
}

/// The program itself takes mails in, whoever starts it.
fn actor(context: &Context, repo: Repo, interrupt: Interrupt) -> Actor {
    Actor {
        me: Handle::desk(),
        now: context.ui.env.now,
        dry_run: context.global.dry_run,
        detached_ok: context.global.detached_ok,
        repo: OnceLock::from(repo),
        interrupt,
        merge_program: context.ui.env.program.clone(),
    }
}

/// The mail from standard input, how many bytes it has, and what keeps it in the spool; a dry run
/// writes nothing.
fn spooled(desk: &Desk, act: &Actor) -> Result<(Vec<u8>, u64, Option<spool::Spooled>), OpError> {
    let most = usize::try_from(desk.settings.mail.incoming.max_message.0).unwrap_or(usize::MAX);
    if act.dry_run {
        let mut bytes = Vec::new();
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let _ = std::io::stdin().take(most).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        return Ok((bytes, size, None));
    }
    let folder = MailFolder::Spool.make(act.repo(desk)?)?;
    spool::clean(&folder)?;
    let mut spooled = spool::spool(folder, &mut Patient, most, &act.interrupt)?;
    let bytes = std::mem::take(&mut spooled.bytes);
    Ok((bytes, spooled.size, Some(spooled)))
}

/// What the mail server told, by options or by the environment.
fn envelope(args: &Args, env: &MailEnv) -> Envelope {
    let sender = args.sender.as_deref().or(env.sender.as_deref());
    let mut recipients: Vec<String> = args.recipient.iter().map(|one| bare_address(one)).collect();
    for one in [&env.recipient, &env.original_recipient]
        .into_iter()
        .flatten()
    {
        let address = bare_address(one);
        // Some hand over what stands behind the `+` by itself.
        let whole = env.extension.as_ref().and_then(|extension| {
            let (local, domain) = address.rsplit_once('@')?;
            let is_plain = !local.contains('+') && !extension.is_empty();
            is_plain.then(|| format!("{local}+{extension}@{domain}"))
        });
        recipients.extend(whole);
        recipients.push(address);
    }
    recipients.retain(|one| one.contains('@'));
    Envelope {
        sender: sender.map(bare_address).and_then(|address| {
            // So Postfix calls nobody.
            let is_nobody = address.is_empty() || address.eq_ignore_ascii_case("mailer-daemon");
            // Else the variable is somebody else's.
            let is_address = is_nobody || address.contains('@');
            is_address.then(|| if is_nobody { String::new() } else { address })
        }),
        recipients,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mail_servers_tell() {
        let mut args = Args {
            sender: None,
            recipient: Vec::new(),
            maildir: None,
            mbox: None,
        };
        let mut env = MailEnv {
            sender: Some("MAILER-DAEMON".to_owned()),
            recipient: Some("help@Desk.example".to_owned()),
            original_recipient: None,
            extension: Some("2611-7k3mq.q4tz1x9a2b".to_owned()),
        };
        let told = envelope(&args, &env);
        assert_eq!(told.sender.as_deref(), Some(""));
        let expected = [
            "help+2611-7k3mq.q4tz1x9a2b@desk.example",
            "help@desk.example",
        ];
        assert_eq!(told.recipients, expected);
        args.sender = Some("<jan@acme.example>".to_owned());
        env.recipient = None;
        let told = envelope(&args, &env);
        assert_eq!(told.sender.as_deref(), Some("jan@acme.example"));
        assert!(told.recipients.is_empty());
    }
}
