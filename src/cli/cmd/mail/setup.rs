//! `desk mail setup`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::env;
use crate::cli::failure::ExitStatus;
use crate::cli::send_command::Sender;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::messages::quarantine::QuarantineError;
use crate::ops::core::messages::unknown;
use crate::ops::mail::setup::{SendingCheck, Transport};
use crate::view::{json, mail_setup};

/// Print the lines that let mail servers and fetchers hand mails to this desk
///
/// For `OpenSMTPD`, Postfix, Exim, procmail, maildrop, fetchmail, getmail and mbsync, with the paths of
/// this desk; `cron` is the chain for the one server that receives, since a ticket that nobody pulls
/// has not arrived. Each line makes the mail server keep a mail that could not be taken in. Nothing is
/// installed or written.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Only for these [default: all]
    #[arg(value_name = "TRANSPORT", value_parser = Transport::WORDS)]
    pub transports: Vec<String>,
    /// The Maildir that a fetcher fills
    #[arg(long, value_name = "DIR", default_value = "~/Mail/help", value_hint = clap::ValueHint::DirPath)]
    pub maildir: String,
    /// Send a test to ADDRESS by the command of your configuration, and print no lines
    #[arg(long, value_name = "ADDRESS", conflicts_with = "transports", value_hint = clap::ValueHint::EmailAddress)]
    pub send_test: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    if let Some(to) = &args.send_test {
        return send_test(context, desk, to);
    }
    let words = Transport::WORDS.iter().copied();
    let all = args
        .transports
        .iter()
        .map(|word| Transport::read(word).ok_or_else(|| unknown("transport", word, words.clone())));
    let mut transports: Vec<Transport> = all.collect::<Result<_, _>>()?;
    if transports.is_empty() {
        transports.extend(Transport::ALL.map(|(_, one)| one));
    }
    let maildir = match args.maildir.strip_prefix("~/") {
        Some(rest) => env::home_dir().join(rest),
        None => env::current_dir().join(&args.maildir),
    };
    let program = context.ui.env.program.clone();
    let found = ops::mail::setup::setup(desk, program, env::user(), maildir, transports);
    let sending = sending(context);
    if context.global.json {
        let parts = vec![
            ("transports", mail_setup::json(&found)),
            ("sending", vec![mail_setup::sending_json(&sending)]),
        ];
        context.ui.data(&json::pages(parts, &[]))?;
    } else {
        let text = mail_setup::setup(&found, &context.ui.paint);
        context.ui.long(&text)?;
    }
    if let Some(remark) = mail_setup::remark(&found) {
        context.ui.remark(&remark);
    }
    match &sending {
        SendingCheck::NotSet(error) => {
            context.ui.remark(&error.message);
            for hint in &error.hints {
                context.ui.remark(hint);
            }
        }
        SendingCheck::Missing(_) => context.ui.warn(&mail_setup::sending(&sending)),
        SendingCheck::Found(..) => context.ui.remark(&mail_setup::sending(&sending)),
    }
    Ok(ExitStatus::Done)
}

/// Whether mail can be sent, as far as can be told without sending any.
fn sending(context: &Context) -> SendingCheck {
    match Sender::of(context) {
        Err(error) => SendingCheck::NotSet(error),
        Ok(sender) => match sender.program() {
            (name, Some(path)) => SendingCheck::Found(name.to_owned(), path),
            (name, None) => SendingCheck::Missing(name.to_owned()),
        },
    }
}

/// Sends a test.
fn send_test(context: &Context, desk: &Desk, to: &str) -> ExitResult {
    let sender = Sender::of(context)?;
    let now = context.ui.env.now;
    let (from, to, mail) = ops::mail::setup::test_mail(desk, to, &env::host(), now)?;
    if context.global.dry_run {
        context.ui.long(&mail_setup::test(&mail))?;
        return Ok(ExitStatus::Done);
    }
    let handed = sender.hand(&from, std::slice::from_ref(&to), &mail);
    handed.map_err(|why| QuarantineError::NotSent(&why).error())?;
    context.ui.outcome(&mail_setup::sent(&from, &to))?;
    Ok(ExitStatus::Done)
}
