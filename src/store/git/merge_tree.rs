//! Git's own merge of two whole commits, which follows files that were renamed.

use std::collections::BTreeSet;

use crate::store::error::StoreError;
use crate::store::git::child::Manner;
use crate::store::git::repo::Repo;

/// What git's merge comes to.
pub(in crate::store::git) struct MergedTree {
    /// The tree, by its name.
    pub tree: String,
    /// The paths that conflict.
    pub conflicts: BTreeSet<String>,
}

/// Git's own merge of texts in the place of any driver that somebody has named.
const TEXTS: &str = "git merge-file --marker-size=%L %A %O %B";

impl Repo {
    /// Has git merge two commits, without a work tree and without a program that somebody has named;
    /// `None` where it cannot.
    pub(in crate::store::git) fn merge_tree(
        &self,
        sides: [&str; 2],
    ) -> Result<Option<MergedTree>, StoreError> {
        let listed = self.git.run(&[
            "config",
            "-z",
            "--name-only",
            "--get-regexp",
            "^merge\\..*\\.driver$",
        ])?;
        let drivers = String::from_utf8_lossy(&listed.stdout).into_owned();
        let args = [
            "-c",
            "merge.renormalize=false",
            "merge-tree",
            "--write-tree",
            "-z",
            "--name-only",
            "--no-messages",
            sides[0],
            sides[1],
        ];
        let mut command = self.git.command(Manner::Alone, &args);
        let mut count = 0;
        for key in drivers.split_terminator('\0') {
            command.env(format!("GIT_CONFIG_KEY_{count}"), key);
            command.env(format!("GIT_CONFIG_VALUE_{count}"), TEXTS);
            count += 1;
        }
        command.env("GIT_CONFIG_COUNT", count.to_string());
        let merged = self
            .git
            .feed_command(command, "merge-tree".to_owned(), b"")?;
        // It fails where there are conflicts, and says nothing but why where there is no tree.
        let text = String::from_utf8_lossy(&merged.stdout).into_owned();
        let mut parts = text.split_terminator('\0').map(str::to_owned);
        let Some(tree) = parts.next().filter(|tree| tree.len() >= 40) else {
            return Ok(None);
        };
        let conflicts = parts.filter(|path| !path.is_empty()).collect();
        Ok(Some(MergedTree { tree, conflicts }))
    }
}
