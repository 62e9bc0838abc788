//! `desk hooks`.

use clap::Subcommand;

use crate::cli::context::{Context, ExitResult};
use crate::cli::env;
use crate::cli::failure::ExitStatus;
use crate::ops::core::messages::sync::SyncError;
use crate::ops::data::hooks::{self, HookCall};
use crate::store::git::hooks::HookName;
use crate::store::git::signature::Signature;
use crate::view;

/// Git hooks that keep the rules of the house
///
/// Only managers publish articles and change settings and templates; nobody rewrites another's entry;
/// a commit's author is the agent of its entries; no entry is dated wrongly. Nothing is installed
/// unasked.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    Install(InstallArgs),
    Remove(RemoveArgs),
    Run(RunArgs),
}

/// Put the hooks into this clone, or into a server's repository
///
/// A clone gets `pre-commit`, which checks what is staged, and `pre-push`, which checks the commits
/// that go; a server gets `pre-receive`, which refuses what is against the rules. A hook that is
/// there runs first, and a folder `pre-receive.d` of a forge gets one more.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct InstallArgs {
    /// For a bare repository that others push to
    #[arg(long)]
    pub server: bool,
}

/// Take the hooks out again
///
/// A hook that was there before is back. One that somebody changed since is left, and named.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct RemoveArgs {}

/// Answer a hook of git's
///
/// The hooks that `desk hooks install` puts in run it; a hook of your own may, too. The exit status
/// is 1 where git should not go on.
#[derive(clap::Args, Clone, Debug)]
pub struct RunArgs {
    /// `pre-commit`, `pre-push` or `pre-receive`
    #[arg(value_name = "HOOK")]
    pub hook: String,
    /// What git gives the hook
    #[arg(
        value_name = "ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub given: Vec<String>,
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    match args.command {
        Command::Install(args) => install(context, args),
        Command::Remove(RemoveArgs {}) => remove(context),
        Command::Run(args) => answer(context, &args),
    }
}

fn install(context: &Context, args: InstallArgs) -> ExitResult {
    let program = env::program()?;
    let git_dir = hooks::git_dir(&context.dir(), args.server)?;
    let dry_run = context.global.dry_run;
    let done = hooks::install(&git_dir, args.server, &program, dry_run)?;
    tell(context, &done)
}

fn remove(context: &Context) -> ExitResult {
    let git_dir = hooks::git_dir(&context.dir(), true)?;
    let done = hooks::remove(&git_dir, context.global.dry_run)?;
    tell(context, &done)
}

fn tell(context: &Context, done: &hooks::HookChanges) -> ExitResult {
    if context.global.json {
        context.ui.data(&view::hooks::json(done))?;
    } else {
        let text = view::hooks::text(done, context.global.dry_run);
        context.ui.outcome(&text)?;
    }
    Ok(ExitStatus::no_if(view::hooks::is_left(done)))
}

fn answer(context: &Context, args: &RunArgs) -> ExitResult {
    let hook = HookName::read(&args.hook);
    let hook = hook.ok_or_else(|| SyncError::NoHook(&args.hook).error())?;
    let told = match hook {
        HookName::PreCommit => String::new(),
        HookName::PrePush | HookName::PreReceive => context.stdin()?,
    };
    let of_git = &context.ui.env.hook;
    let author = of_git.author.clone();
    let answer = hooks::run(&HookCall {
        hook,
        // Where git started it, whatever desk the environment names.
        here: env::current_dir(),
        git_dir: of_git.git_dir.clone(),
        variables: of_git.variables.clone(),
        author: author.map(|(name, email)| Signature { name, email }),
        told,
        now: context.ui.env.now,
    })?;
    if context.global.json {
        context.ui.data(&view::hooks::answer_json(&answer))?;
    } else if !answer.is_yes() {
        let text = view::hooks::answer(&answer, &context.ui.paint);
        context.ui.data(&text)?;
    }
    Ok(ExitStatus::no_if(!answer.is_yes()))
}
