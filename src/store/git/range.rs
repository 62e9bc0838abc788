//! The commits of a range, one by one, with what each of them changed.

use crate::model::moment::Moment;
use crate::store::error::StoreError;
use crate::store::git::history::{Difference, TreeFile};
use crate::store::git::repo::Repo;

/// A commit with one parent, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeCommit {
    pub commit: String,
    /// The author's name and address.
    pub name: String,
    pub email: String,
    /// When its author made it.
    pub when: Moment,
    pub files: Vec<Difference>,
}

impl Repo {
    /// The commits that lead to `to` and not to `from`, without merges, parents before children.
    pub fn commits_of(&self, from: Option<&str>, to: &str) -> Result<Vec<RangeCommit>, StoreError> {
        let range = from.map_or_else(|| to.to_owned(), |from| format!("{from}..{to}"));
        let mut args = vec![
            "log",
            "--reverse",
            "--topo-order",
            "--no-merges",
            "--raw",
            "-z",
        ];
        args.extend(["--no-abbrev", "--no-renames", "--no-show-signature"]);
        args.extend(["--format=%x01%H%x02%an%x02%ae%x02%at", &range, "--"]);
        let listed = self.git.run(&args)?.or_error()?;
        let mut all: Vec<RangeCommit> = Vec::new();
        let mut parts = listed.split(|byte| *byte == 0);
        while let Some(part) = parts.next() {
            let part = String::from_utf8_lossy(part).into_owned();
            let part = part.trim_start_matches('\n');
            if let Some(head) = part.strip_prefix('\u{1}') {
                let fields: Vec<&str> = head.trim_end().split('\u{2}').collect();
                let [commit, name, email, seconds] = fields[..] else {
                    continue;
                };
                let when = seconds.parse().ok();
                let when = when.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
                all.push(RangeCommit {
                    commit: commit.to_owned(),
                    name: name.to_owned(),
                    email: email.to_owned(),
                    when: Moment::new(&when.unwrap_or_default()),
                    files: Vec::new(),
                });
            } else if let Some(about) = part.strip_prefix(':')
                && let Some(path) = parts.next()
                && let Some(last) = all.last_mut()
            {
                let fields: Vec<&str> = about.split(' ').collect();
                let [mode_a, mode_b, blob_a, blob_b, _] = fields[..] else {
                    continue;
                };
                let side = |mode: &str, blob: &str| {
                    (mode != "000000").then(|| TreeFile {
                        mode: mode.to_owned(),
                        blob: blob.to_owned(),
                    })
                };
                last.files.push(Difference {
                    path: String::from_utf8_lossy(path).into_owned(),
                    sides: [side(mode_a, blob_a), side(mode_b, blob_b)],
                });
            }
        }
        Ok(all)
    }
}
