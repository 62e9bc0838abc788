//! `desk mail setup`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::env;
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::core::messages::unknown;
use crate::ops::mail::setup::Transport;
use crate::view::{json, mail_setup};

/// Print the lines that let mail servers and fetchers hand mails to this desk
///
/// For OpenSMTPD, Postfix, Exim, procmail, maildrop, fetchmail, getmail and mbsync, with the paths of
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
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
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
    if context.global.json {
        let page = json::page("transports", mail_setup::json(&found), &[]);
        context.ui.data(&page)?;
    } else {
        let text = mail_setup::setup(&found, &context.ui.paint);
        context.ui.long(&text)?;
    }
    if let Some(remark) = mail_setup::remark(&found) {
        context.ui.remark(&remark);
    }
    Ok(ExitStatus::Done)
}
