//! Two lines of history: where they parted, and in which files they differ.

use std::collections::{HashMap, HashSet};

use crate::store::error::StoreError;
use crate::store::fs::read;
use crate::store::git::objects::Objects;
use crate::store::git::repo::Repo;

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Git's mode, like `100644`.
    pub mode: String,
    /// The name of its object.
    pub blob: String,
}

impl TreeFile {
    /// Whether it is a regular file.
    pub fn is_regular(&self) -> bool {
        self.mode.starts_with("100")
    }
}

/// A file in which two commits differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path in the work tree, `/` between the parts.
    pub path: String,
    /// What the first and the second commit have there.
    pub sides: [Option<TreeFile>; 2],
}

impl Repo {
    /// The commit that a name stands for, if there is one.
    pub fn commit_named(&self, name: &str) -> Result<Option<String>, StoreError> {
        if let Some(commit) = self.reference_by_file(name) {
            return Ok(Some(commit));
        }
        let name = format!("{name}^{{commit}}");
        let reported = self.git.run(&[
            "rev-parse",
            "--quiet",
            "--verify",
            "--end-of-options",
            &name,
        ])?;
        let commit = String::from_utf8_lossy(&reported.stdout).trim().to_owned();
        Ok(Some(commit).filter(|commit| reported.ok && !commit.is_empty()))
    }

    /// The commit of a reference by its file, or else by the file of those that are packed. Reading
    /// them saves a git.
    fn reference_by_file(&self, name: &str) -> Option<String> {
        let is_full = name.starts_with("refs/heads/") || name.starts_with("refs/remotes/");
        if !is_full || self.reftable.is_some() || name.contains("..") {
            return None;
        }
        let is_commit =
            |name: &str| name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Ok(text) = std::fs::read_to_string(self.common.join(name)) {
            let commit = text.trim_end();
            return is_commit(commit).then(|| commit.to_owned());
        }
        let packed = std::fs::read_to_string(&self.packed_refs).ok()?;
        let mut rows = packed.lines().filter_map(|row| row.split_once(' '));
        let (commit, _) = rows.find(|(commit, packed)| *packed == name && is_commit(commit))?;
        Some(commit.to_owned())
    }

    /// The best common ancestors of two commits, in the order of their names, which is that of no
    /// side.
    pub fn merge_bases(&self, a: &str, b: &str) -> Result<Vec<String>, StoreError> {
        let reported = self.git.run(&["merge-base", "--all", a, b])?;
        if !reported.ok && !reported.stderr.is_empty() {
            return Err(reported.error());
        }
        let text = String::from_utf8_lossy(&reported.stdout).into_owned();
        let mut bases: Vec<String> = text.lines().map(str::to_owned).collect();
        bases.sort_unstable();
        Ok(bases)
    }

    /// Whether a commit that leads to only one of two stands again under another name on the way to the
    /// other: one of the same author and second. Merges do not count, for they are made alike anywhere.
    pub fn has_copies(&self, ends: [&str; 2]) -> Result<bool, StoreError> {
        let authored = |to: &str, not: &str| -> Result<HashSet<String>, StoreError> {
            let args = ["log", "--no-merges", "--format=%at %ae", to, "--not", not];
            let listed = self.git.run(&args)?.or_error()?;
            let listed = String::from_utf8_lossy(&listed).into_owned();
            Ok(listed.lines().map(str::to_owned).collect())
        };
        let [a, b] = ends;
        Ok(!authored(a, b)?.is_disjoint(&authored(b, a)?))
    }

    /// How many commits lead to `to` and not to `from`.
    pub fn commits_between(&self, from: Option<&str>, to: &str) -> Result<usize, StoreError> {
        let range = from.map_or_else(|| to.to_owned(), |from| format!("{from}..{to}"));
        let counted = self.git.run(&["rev-list", "--count", &range])?.or_error()?;
        let counted = String::from_utf8_lossy(&counted).trim().to_owned();
        Ok(counted.parse().unwrap_or_default())
    }

    /// How many commits lead to `to` that no known branch of the remote has, and where they set
    /// out from, `None` where that is no one commit.
    pub fn not_on(&self, remote: &str, to: &str) -> Result<(usize, Option<String>), StoreError> {
        let remotes = format!("--remotes={remote}");
        let args = ["rev-list", "--boundary", to, "--not", &remotes];
        let listed = self.git.run(&args)?.or_error()?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let (known, new): (Vec<&str>, Vec<&str>) =
            listed.lines().partition(|line| line.starts_with('-'));
        let from = match known.as_slice() {
            // The remote has all of it.
            [] if new.is_empty() => Some(to.to_owned()),
            [only] => Some(only.trim_start_matches('-').to_owned()),
            _ => None,
        };
        Ok((new.len(), from))
    }

    /// The names of the authors of those commits, each once.
    pub fn authors_between(&self, from: Option<&str>, to: &str) -> Result<Vec<String>, StoreError> {
        let range = from.map_or_else(|| to.to_owned(), |from| format!("{from}..{to}"));
        let args = [
            "log",
            "-z",
            "--no-merges",
            "--no-show-signature",
            "--format=%an",
        ];
        let mut args = args.to_vec();
        args.push(&range);
        let listed = self.git.run(&args)?.or_error()?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let names = listed.split('\0').map(str::trim);
        let mut names: Vec<String> = names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// The files in which two commits differ, by path; `None` is a commit without files.
    pub fn differences(&self, a: Option<&str>, b: &str) -> Result<Vec<Difference>, StoreError> {
        let trees = if let Some(a) = a {
            self.trees([a, b])?
        } else {
            let args = ["hash-object", "-t", "tree", "-w", "/dev/null"];
            let made = self.git.run(&args)?.or_error()?;
            let empty = String::from_utf8_lossy(&made).trim().to_owned();
            let [there, _] = self.trees([b, b])?;
            [empty, there]
        };
        let args = [
            "diff-tree",
            "--stdin",
            "-r",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
        ];
        let [from, to] = &trees;
        // Git does not tell that a pipe has not taken all it said: a second question ends the answer.
        let asked = format!("{from} {to}\n{to} {to}\n");
        let reported = self.git.feed(&args, asked.as_bytes())?.or_error()?;
        let (begin, end) = (format!("{from} {to}\n"), format!("{to} {to}\n"));
        let whole = reported.strip_prefix(begin.as_bytes());
        let whole = whole.and_then(|rest| rest.strip_suffix(end.as_bytes()));
        let whole = whole.ok_or_else(|| StoreError::Answer {
            command: "diff-tree".to_owned(),
            answer: "it is cut short".to_owned(),
        })?;
        let mut found = Vec::new();
        let mut parts = whole.split(|&byte| byte == 0);
        while let (Some(about), Some(path)) = (parts.next(), parts.next()) {
            let path = std::str::from_utf8(path).map_err(|_| StoreError::BadPath {
                path: String::from_utf8_lossy(path).into_owned(),
                why: "it is no UTF-8 text",
            })?;
            let about = String::from_utf8_lossy(about).into_owned();
            let about: Vec<&str> = about.trim_start_matches(':').split(' ').collect();
            let [mode_a, mode_b, blob_a, blob_b, _] = about[..] else {
                return Err(StoreError::Answer {
                    command: "diff-tree".to_owned(),
                    answer: about.join(" "),
                });
            };
            let file = |mode: &str, blob: &str| TreeFile {
                mode: mode.to_owned(),
                blob: blob.to_owned(),
            };
            let side = |mode: &str, blob: &str| (mode != "000000").then(|| file(mode, blob));
            found.push(Difference {
                path: path.to_owned(),
                sides: [side(mode_a, blob_a), side(mode_b, blob_b)],
            });
        }
        Ok(found)
    }

    /// The trees of two commits.
    fn trees(&self, commits: [&str; 2]) -> Result<[String; 2], StoreError> {
        let [a, b] = commits.map(|commit| format!("{commit}^{{tree}}"));
        let named = self
            .git
            .run(&["rev-parse", "--end-of-options", &a, &b])?
            .or_error()?;
        let text = String::from_utf8_lossy(&named).into_owned();
        let mut lines = text
            .lines()
            .filter(|line| !line.starts_with('-'))
            .map(str::to_owned);
        match (lines.next(), lines.next()) {
            (Some(a), Some(b)) => Ok([a, b]),
            _ => Err(StoreError::Answer {
                command: "rev-parse".to_owned(),
                answer: text,
            }),
        }
    }

    /// The text of a file of the desk in a commit; `None` where it has none.
    pub fn text_at(&self, commit: &str, path: &str) -> Result<Option<String>, StoreError> {
        let object = format!("{commit}:{}", self.in_tree(path));
        let read = self.git.run(&["cat-file", "blob", &object])?;
        Ok(read
            .ok
            .then(|| String::from_utf8_lossy(&read.stdout).into_owned()))
    }

    /// Those of these objects that the clone does not have, as a partial clone may not.
    pub fn lacking(&self, objects: &HashSet<String>) -> Result<Vec<String>, StoreError> {
        let names: Vec<&str> = objects.iter().map(String::as_str).collect();
        let input = names.join("\n");
        let args = ["cat-file", "--batch-check"];
        let reported = self.git.feed(&args, input.as_bytes())?;
        if !reported.ok {
            // An older git ends at the first that it may not fetch: each is asked for by itself.
            let mut lacking = Vec::new();
            for name in objects {
                if !self.git.run(&["cat-file", "-e", name.as_str()])?.ok {
                    lacking.push(name.clone());
                }
            }
            return Ok(lacking);
        }
        let text = String::from_utf8_lossy(&reported.stdout).into_owned();
        let missing = text
            .lines()
            .filter_map(|line| line.strip_suffix(" missing"));
        Ok(missing.map(str::to_owned).collect())
    }
}

/// The contents of blobs, each read once.
pub struct Blobs {
    objects: Objects,
    known: HashMap<String, Option<Vec<u8>>>,
}

impl std::fmt::Debug for Blobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blobs").finish_non_exhaustive()
    }
}

impl Blobs {
    /// Those of a repository.
    pub fn of(repo: &Repo) -> Result<Self, StoreError> {
        Ok(Self {
            objects: Objects::start(&repo.git)?,
            known: HashMap::new(),
        })
    }

    /// The bytes of a blob; `None` where it is larger than a page may be.
    pub fn bytes(&mut self, blob: &str) -> Result<Option<&[u8]>, StoreError> {
        use std::io::Read as _;
        if !self.known.contains_key(blob) {
            let mut object = self.objects.open(blob)?.ok_or_else(|| StoreError::Answer {
                command: "cat-file --batch".to_owned(),
                answer: format!("the object {blob} is missing"),
            })?;
            let mut bytes = Vec::new();
            (&mut object)
                .take(read::MAX_PAGE + 1)
                .read_to_end(&mut bytes)
                .map_err(StoreError::io(
                    "read the object",
                    std::path::Path::new(blob),
                ))?;
            let fits = bytes.len() as u64 <= read::MAX_PAGE;
            self.known.insert(blob.to_owned(), fits.then_some(bytes));
        }
        Ok(self.known[blob].as_deref())
    }

    /// The name of the object of a file of the work tree in a commit; `None` where there is none.
    pub fn name_at(&mut self, commit: &str, path: &str) -> Result<Option<String>, StoreError> {
        if path.contains('\n') {
            return Ok(None);
        }
        let object = self.objects.open(&format!("{commit}:{path}"))?;
        Ok(object.map(|object| object.name().to_owned()))
    }

    /// The text of a file of the work tree in a commit; `None` where there is none.
    pub fn text_at(&mut self, commit: &str, path: &str) -> Result<Option<String>, StoreError> {
        match self.name_at(commit, path)? {
            Some(name) => self.text(&name),
            None => Ok(None),
        }
    }

    /// The text of a blob; `None` where it is none that a desk could hold.
    pub fn text(&mut self, blob: &str) -> Result<Option<String>, StoreError> {
        let bytes = self.bytes(blob)?.map(<[u8]>::to_vec);
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }
}
