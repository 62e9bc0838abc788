//! The desks of a repository that holds several.

use std::collections::BTreeSet;

use crate::page::settings;
use crate::rules::merge::FileKind;
use crate::store::error::StoreError;
use crate::store::git::repo::Repo;

/// So many paths are asked of git at once.
const AT_ONCE: usize = 500;

/// Whether a path relative to a desk is one of its files that merge by rules, or belongs to one.
pub(in crate::store::git) fn is_of_desk(path: &str) -> bool {
    FileKind::of(path).is_some() || path.starts_with("tickets/") && path.contains(".files/")
}

/// The folders whose desk a path could belong to, were there one.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    starts
        .filter(|at| is_of_desk(&path[*at..]))
        .map(|at| path[..at].trim_end_matches('/'))
}

impl Repo {
    /// The repository as each desk sees it to which one of these paths of the work tree can belong,
    /// this one among them, in the order of their folders. A folder is a desk where one of the
    /// commits has its settings.
    pub(in crate::store::git) fn desks_among<'p>(
        &self,
        paths: impl Iterator<Item = &'p str>,
        commits: &[&str],
    ) -> Result<Vec<Self>, StoreError> {
        let mut possible: BTreeSet<&str> = paths.flat_map(folders).collect();
        possible.remove(self.prefix.as_str());
        let named: Vec<String> = possible
            .into_iter()
            .map(|folder| match folder {
                "" => settings::FILE.to_owned(),
                _ => format!("{folder}/{}", settings::FILE),
            })
            .collect();
        let mut found = BTreeSet::from([self.prefix.clone()]);
        for some in named.chunks(AT_ONCE) {
            for commit in commits {
                let mut args = vec!["ls-tree", "-z", "--name-only", "--full-tree", commit, "--"];
                args.extend(some.iter().map(String::as_str));
                let listed = self.git.run(&args)?.or_error()?;
                let listed = String::from_utf8_lossy(&listed).into_owned();
                let folder = |path: &str| {
                    let folder = path.strip_suffix(settings::FILE).unwrap_or(path);
                    folder.trim_end_matches('/').to_owned()
                };
                found.extend(listed.split_terminator('\0').map(folder));
            }
        }
        let seen = |prefix: String| {
            let mut repo = self.clone();
            repo.prefix = prefix;
            repo
        };
        Ok(found.into_iter().map(seen).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_the_folders_whose_desk_it_could_belong_to() {
        let of = |path| folders(path).collect::<Vec<_>>();
        assert_eq!(of("tickets/2026-11/2611-7K3MQ.md"), [""]);
        assert_eq!(of("hr/tickets/2026-11/2611-7K3MQ.md"), ["hr"]);
        assert_eq!(of("a/b/tickets/2026-11/2611-7K3MQ.files/x.txt"), ["a/b"]);
        assert_eq!(of("hr/desk.toml"), ["hr"]);
        assert_eq!(of("hr/kb/templates/x.md"), ["hr", "hr/kb"]);
        assert!(of("src/program.rs").is_empty());
    }
}
