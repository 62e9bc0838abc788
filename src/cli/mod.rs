//! The terminal: arguments, prompts, editor, pager, colours, exit status.

pub mod args;
pub mod cmd;
pub mod complete;
pub mod context;
pub mod delivery;
pub mod editor;
pub mod env;
pub mod examples;
pub mod failure;
pub mod file_output;
pub mod import_files;
pub mod import_tickets;
pub mod field_args;
pub mod next_word;
pub mod time_args;
pub mod template_args;
pub mod interview;
pub mod messages;
pub mod notify_command;
pub mod program;
pub mod send_command;
pub mod satisfaction;
pub mod pager;
pub mod progress;
pub mod prompt;
pub mod completion_scripts;
pub mod ui;
pub mod user_config;

use std::io::Write as _;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches};

use args::Cli;
use context::Context;
use env::Env;
use failure::ExitStatus;
use messages::CommandError;
use ui::Ui;

use crate::ops::core::error::OpError;
use crate::page::problem::did_you_mean;
use crate::view::paint::Paint;
use crate::view::sanitize;

/// Runs the program on this process's arguments.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // What it says may be a stranger's text.
        let reported = sanitize::line(&panic.to_string());
        let _ = writeln!(
            std::io::stderr(),
            "error: {}",
            sanitize::Shown::from(&reported)
        );
    }));
    let completed = clap_complete::CompleteEnv::with_factory(command)
        .shells(completion_scripts::all())
        .try_complete(std::env::args_os(), Some(&env::current_dir()));
    match completed {
        Ok(true) => ExitCode::SUCCESS,
        // Whoever presses TAB reads no messages.
        Err(_) => ExitStatus::Usage.into(),
        Ok(false) => delivery::gated(&env::arguments(), run),
    }
}

/// The whole command as clap knows it, for man pages, completions and the reference.
///
/// Who acts may be said behind every command but `link` and `cancel`, where `--as` is the kind of link
/// and the reason.
pub fn command() -> clap::Command {
    let command = examples::with_examples(Cli::command());
    let who = command.get_arguments().find(|arg| arg.get_id() == WHO);
    match who.cloned() {
        Some(who) => command.mut_subcommands(|sub| match sub.get_name() {
            "cancel" | "link" => sub,
            _ => with_who(sub, &who),
        }),
        None => command,
    }
}

/// The argument that says who acts.
const WHO: &str = "agent";

fn with_who(command: clap::Command, who: &clap::Arg) -> clap::Command {
    command
        .arg(who.clone())
        .mut_subcommands(|sub| with_who(sub, who))
}

fn parse(arguments: Vec<std::ffi::OsString>) -> Result<Cli, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    let mut at = &matches;
    while let Some((_, sub)) = at.subcommand() {
        let who = sub.try_get_one::<String>(WHO).ok().flatten();
        cli.global.agent = who.cloned().or(cli.global.agent);
        at = sub;
    }
    Ok(cli)
}

fn run() -> ExitStatus {
    let (env, broken) = match Env::read() {
        Ok(env) => (env, None),
        Err(error) => (Env::blind(), Some(error)),
    };
    let paint = Paint {
        color: false,
        width: env.width(),
        zone: chrono_tz::UTC,
        now: env.now,
    };
    let mut ui = Ui {
        env,
        paint,
        quiet: false,
        json: false,
    };
    if let Some(error) = broken {
        return failure::tell(&ui, &error);
    }
    let arguments = env::arguments();
    // Wrong usage is told before anything is parsed.
    ui.json = arguments.iter().any(|one| one == "--json");
    let cli = match parse(args::negated_terms(arguments)) {
        Ok(cli) => cli,
        Err(error) => return usage(&ui, &error),
    };
    ui.quiet = cli.global.quiet;
    ui.json = cli.global.json;
    ui.paint.color = match cli.global.color {
        args::Color::Auto => ui.env.stdout_terminal && !ui.env.no_color,
        args::Color::Always => true,
        args::Color::Never => false,
    };
    let mut context = Context {
        ui,
        global: cli.global,
        troubles: std::cell::RefCell::default(),
        stdin_read: std::cell::Cell::default(),
        opened: None,
        written: std::cell::RefCell::default(),
        came: std::cell::RefCell::default(),
    };
    let done = match cli.command {
        Some(_) if cli.board != args::BoardArgs::default() => {
            Err(CommandError::BoardOptionWithCommand.error())
        }
        Some(command) => cmd::run(&mut context, command),
        None => cmd::board::run(&mut context, cli.board),
    };
    satisfaction::at_once(&context);
    notify_command::at_once(&context);
    let (status, failed) = match done {
        Ok(status) => (status, None),
        Err(error) => (ExitStatus::Done, Some(error)),
    };
    let errors: Vec<OpError> = failed.into_iter().chain(context.troubles.take()).collect();
    if errors.is_empty() {
        status
    } else {
        failure::tell_all(&context.ui, &errors)
    }
}

/// The question whether the nearest command of the group was meant.
fn meant(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else {
        return None;
    };
    let usage = usage.to_string();
    let path = usage.trim_start_matches("Usage: ").split(' ').skip(1);
    let path = path.take_while(|word| !word.starts_with(['[', '<']));
    let all = command();
    let mut group = &all;
    for word in path {
        group = group.find_subcommand(word)?;
    }
    let shown = group.get_subcommands().filter(|one| !one.is_hide_set());
    did_you_mean(
        given,
        shown.flat_map(clap::Command::get_name_and_visible_aliases),
    )
}

/// Tells of wrong usage in our own form; help and version are data.
fn usage(ui: &Ui, error: &clap::Error) -> ExitStatus {
    use clap::error::ErrorKind::{
        DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion, InvalidSubcommand,
    };
    let text = if ui.env.stdout_terminal && !ui.env.no_color {
        sanitize::repainted(&error.render().ansi().to_string())
    } else {
        error.render().to_string()
    };
    if matches!(error.kind(), DisplayHelp | DisplayVersion) {
        return match ui.data(&text) {
            Ok(()) => ExitStatus::Done,
            Err(_) => ExitStatus::Failed,
        };
    }
    if error.kind() == DisplayHelpOnMissingArgumentOrSubcommand {
        ui.err(&text);
        return ExitStatus::Usage;
    }
    let plain = error.render().to_string();
    let mut lines = plain.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut message = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .to_owned();
    let rest: Vec<&str> = lines.collect();
    for line in &rest {
        if message.ends_with(':') && !line.starts_with("tip:") && !line.starts_with("Usage:") {
            message = format!("{message} {line}");
        }
    }
    let tips = rest.iter().filter_map(|line| {
        line.strip_prefix("tip: ")
            .or_else(|| line.strip_prefix("Usage: "))
    });
    let values = rest
        .iter()
        .find_map(|line| line.strip_prefix("[possible values: "));
    let values = values.map(|all| format!("there are: {}", all.trim_end_matches(']')));
    let meant = (error.kind() == InvalidSubcommand)
        .then(|| meant(error))
        .flatten();
    let tips = tips.filter(|tip| meant.is_none() || !tip.contains("similar subcommand"));
    let tips = meant
        .as_deref()
        .into_iter()
        .chain(values.as_deref())
        .chain(tips);
    let failure = tips.fold(OpError::usage("usage", message), OpError::hint);
    failure::tell(ui, &failure)
}
