//! `desk merge-driver`.

use std::path::PathBuf;

use crate::cli::context::{Context, ExitResult};
use crate::cli::env;
use crate::cli::failure::ExitStatus;
use crate::ops::data::merge_driver::{MergeRequest, merge_for_git};

/// Merge one file for git
///
/// Git starts it while it merges, rebases or cherry-picks; the first command that writes in a clone
/// registers it. Where a file cannot be merged by the desk's rules, git's own merge leaves marks in
/// it and the message says why.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The version that both sides began with
    #[arg(value_name = "BASE")]
    pub base: PathBuf,
    /// Our version, which takes the result
    #[arg(value_name = "OURS")]
    pub ours: PathBuf,
    /// Their version
    #[arg(value_name = "THEIRS")]
    pub theirs: PathBuf,
    /// The path of the file in the work tree
    #[arg(value_name = "PATH")]
    pub path: String,
    /// The length of marks of a conflict
    #[arg(value_name = "SIZE", default_value_t = 7)]
    pub size: u32,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let request = MergeRequest {
        versions: [args.base.clone(), args.ours.clone(), args.theirs.clone()],
        path: args.path.clone(),
        marker_size: args.size,
    };
    if let Some(sentence) = merge_for_git(&env::current_dir(), &request)? {
        context.ui.warn(&sentence);
    }
    Ok(ExitStatus::Done)
}
