//! `merge-driver`: merges one file for git, while git merges, rebases or cherry-picks.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;

use crate::ops::core::error::OpError;
use crate::ops::core::kept_articles;
use crate::ops::core::messages::data::DataError;
use crate::page::settings;
use crate::rules::merge::{self, FileKind, Refused, article};
use crate::store::fs::output;
use crate::store::fs::read;
use crate::store::git::child::Git;

/// What git asks for.
#[derive(Clone, Debug)]
pub struct MergeRequest {
    /// The three versions, in files of git's: base, ours (which takes the result), theirs.
    pub versions: [PathBuf; 3],
    /// The path that they have in the work tree.
    pub path: String,
    /// How long git's marks of a conflict are.
    pub marker_size: u32,
}

/// Merges the versions by our rules into the file of ours. Where they cannot be, git's own merge of
/// texts leaves marks there, and the error says why. Of two articles that only share a path one is
/// kept for the next command that writes; then a sentence says so.
///
/// `folder` is the top of the work tree, where git starts a driver.
pub fn merge_for_git(folder: &Path, request: &MergeRequest) -> Result<Option<String>, OpError> {
    let [base, ours, theirs] = &request.versions;
    let text = |path: &PathBuf| {
        let read = read::file(&folder.join(path), read::MAX_PAGE);
        read.map_err(|error| Refused::Unreadable(error.problem(&request.path).message))
    };
    let (desk, path) = desk_and_path(folder, &request.path);
    let merged = text(ours).and_then(|a| {
        let b = text(theirs)?;
        let base = text(base).unwrap_or_default();
        merge::merge(&path, &base, &a, &b, zone(&desk))
    });
    let why = match merged {
        Ok(merged) => {
            output::rewrite(&folder.join(ours), merged.as_bytes())?;
            return Ok(None);
        }
        Err(why) => why,
    };
    if why == Refused::TwoArticles
        && let (Ok(a), Ok(b)) = (text(ours), text(theirs))
        && let Ok((stays, moved, kept)) = article::apart(&path, &a, &b)
    {
        kept_articles::keep(&desk, &moved, kept)?;
        output::rewrite(&folder.join(ours), stays.as_bytes())?;
        return Ok(Some(format!(
            "two articles have the path `{}`: one of them is kept for `{moved}`, where the next desk command puts it.",
            request.path
        )));
    }
    // Two things of one path have no base in common: both stand there whole.
    let apart = matches!(why, Refused::TwoTickets);
    let base = if apart { Path::new("/dev/null") } else { base };
    let size = format!("--marker-size={}", request.marker_size);
    let mut args: Vec<&std::ffi::OsStr> = [
        "merge-file",
        "-q",
        &size,
        "-L",
        "ours",
        "-L",
        "base",
        "-L",
        "theirs",
    ]
    .iter()
    .map(|word| std::ffi::OsStr::new(*word))
    .collect();
    args.extend([ours.as_os_str(), base.as_os_str(), theirs.as_os_str()]);
    Git::in_folder(folder, &[]).run(&args)?;
    Err(DataError::MergedAsText(&request.path, &why).error())
}

/// The folder of the desk that a path belongs to, and the path in it: the outermost folder below
/// which the path is one of a desk's files.
fn desk_and_path(folder: &Path, path: &str) -> (PathBuf, String) {
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    let found = starts
        .filter(|at| FileKind::of(&path[*at..]).is_some())
        .find(|at| {
            folder.join(&path[..*at]).join(settings::FILE).is_file()
                || path.ends_with(settings::FILE)
        });
    let at = found.unwrap_or_default();
    (folder.join(&path[..at]), path[at..].to_owned())
}

/// The zone of a desk, for times in headings by hand.
fn zone(desk: &Path) -> Tz {
    let text = read::file(&desk.join(settings::FILE), read::MAX_PAGE).ok();
    let settings = text.and_then(|text| settings::read(&text).ok());
    settings.map_or(Tz::UTC, |settings| settings.zone)
}
