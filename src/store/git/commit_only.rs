//! The other way to a commit, `git commit --only`, for signatures and hooks of trusted clones.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::store::error::StoreError;
use crate::store::git::child::last_line;
use crate::store::git::child::{GitOutput, MARKER, Manner};
use crate::store::git::commit_own::Tried;
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::commit_words::{clean, clean_name, message};
use crate::store::git::fast_import::{ImportResult, MadeCommit};
use crate::store::git::pending::PendingFile;
use crate::store::git::repo::Repo;
use crate::store::git::save_rules::SaveRules;
use crate::store::git::temp_objects;
use crate::store::git::writer_lock;

/// Makes the commit through `git commit --only`, for signatures and hooks.
pub(in crate::store::git) fn only(
    repo: &Repo,
    rules: SaveRules,
    words: &CommitMessage<'_>,
    due: &[PendingFile<'_>],
) -> Result<Tried, StoreError> {
    let new: Vec<&str> = due
        .iter()
        .filter(|due| due.new)
        .map(|due| due.tree_path.as_str())
        .collect();
    let all: Vec<&str> = due.iter().map(|due| due.tree_path.as_str()).collect();
    match commit_only(repo, rules, words, &new, &all)? {
        ImportResult::Made(made) => Ok(Tried::Made(made)),
        ImportResult::Moved => Ok(Tried::Moved),
        ImportResult::Locked(why) => Ok(Tried::Locked(why)),
    }
}

/// Has the paths of a command read from its standard input.
const LIST: [&str; 2] = ["--pathspec-from-file=-", "--pathspec-file-nul"];

/// Runs `git commit --only` for paths relative to the work tree, of which `new` are not in the last
/// commit.
fn commit_only(
    repo: &Repo,
    rules: SaveRules,
    words: &CommitMessage<'_>,
    new: &[&str],
    all: &[&str],
) -> Result<ImportResult, StoreError> {
    if !new.is_empty()
        && let Some(locked) = stopped(&intend_to_add(repo, new)?)?
    {
        return Ok(locked);
    }
    // The list of paths takes standard input, so the message goes by a file.
    let letter = repo
        .private()
        .join("tmp")
        .join(format!("message-{}", std::process::id()));
    #[expect(
        clippy::disallowed_methods,
        reason = "a passing file of this clone, not a page"
    )]
    std::fs::write(&letter, message(words.message)).map_err(StoreError::io("write", &letter))?;
    let command = command(repo, rules, words, &letter);
    let began = SystemTime::now() - Duration::from_secs(1);
    let reported =
        repo.git
            .feed_command(command, "commit --only".to_owned(), zeroed(all).as_bytes());
    if !reported.as_ref().is_ok_and(|reported| reported.ok) {
        temp_objects::remove(repo, began);
    }
    // Whatever git said, the message is in the journal.
    let _ = std::fs::remove_file(&letter);
    if let Some(locked) = stopped(&reported?)? {
        return Ok(locked);
    }
    let tip = repo
        .git
        .run(&["rev-parse", "--verify", "HEAD"])?
        .or_error()?;
    Ok(ImportResult::Made(MadeCommit {
        commit: String::from_utf8_lossy(&tip).trim().to_owned(),
        blobs: Vec::new(),
    }))
}

/// Tells git's index of new files, without their content: `--only` takes no others.
fn intend_to_add(repo: &Repo, new: &[&str]) -> Result<GitOutput, StoreError> {
    let mut args = vec!["add", "--intent-to-add", "--force", "--sparse"];
    args.extend(LIST);
    let mut command = repo.git.command(Manner::Alone, &args);
    repo.config().without_filters(&mut command);
    repo.git
        .feed_command(command, args.join(" "), zeroed(new).as_bytes())
}

/// `git commit --only` with the message of this file, by the people and at the time of the words.
fn command(repo: &Repo, rules: SaveRules, words: &CommitMessage<'_>, letter: &Path) -> Command {
    let manner = if rules.hooks {
        Manner::Hooks
    } else {
        Manner::Terminal
    };
    let sign = if rules.sign {
        "--gpg-sign"
    } else {
        "--no-gpg-sign"
    };
    let mut args = vec![
        "commit",
        "--only",
        "--quiet",
        "--no-status",
        "--cleanup=verbatim",
        sign,
    ];
    if !rules.hooks {
        args.push("--no-verify");
    }
    args.extend(LIST);
    let mut command = repo.git.command(manner, &args);
    command.arg("-F").arg(letter);
    // A blob is what the file holds, as in commits made the other way.
    repo.config().without_filters(&mut command);
    let date = format!("@{} +0000", words.at.millis().div_euclid(1000).max(0));
    for (role, person) in [("AUTHOR", words.author), ("COMMITTER", &repo.committer())] {
        command.env(format!("GIT_{role}_NAME"), clean_name(person));
        command.env(format!("GIT_{role}_EMAIL"), clean(&person.email));
        command.env(format!("GIT_{role}_DATE"), &date);
    }
    if rules.hooks {
        command.env(MARKER, writer_lock::place(repo.private()));
    }
    command
}

/// How a child that met a lock ends the commit; `None` where it did its work, an error where it
/// failed otherwise.
fn stopped(reported: &GitOutput) -> Result<Option<ImportResult>, StoreError> {
    if reported.met_a_lock() {
        return Ok(Some(ImportResult::Locked(last_line(&reported.stderr))));
    }
    if !reported.ok {
        return Err(StoreError::NotCommitted {
            reason: reason(reported),
        });
    }
    Ok(None)
}

fn zeroed(paths: &[&str]) -> String {
    let mut list = paths.join("\0");
    list.push('\0');
    list
}

fn reason(reported: &GitOutput) -> String {
    let said = format!(
        "{}\n{}",
        String::from_utf8_lossy(&reported.stdout).trim(),
        reported.stderr
    );
    match said.trim() {
        "" => "git gave no reason; a hook may have refused it".to_owned(),
        said => said.to_owned(),
    }
}
