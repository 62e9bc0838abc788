//! The merge of two commits as a commit that no branch names yet: the desk's files by its rules,
//! all others as git merges texts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono_tz::Tz;

use crate::rules::lifecycle::attachments::REDACTED_CONTENT;
use crate::rules::merge::files::{Becomes, FileVersions, Renamed, Source, Version, merge_files};
use crate::rules::merge::{FileKind, article, merge};

use crate::store::error::StoreError;
use crate::store::fs::folder::Folder;
use crate::store::git::child::Manner;
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::desks::is_of_desk;
use crate::store::git::fast_import::{ImportResult, Importer, NOWHERE, TreeRow, sync_objects};
use crate::store::git::history::{Blobs, Difference, TreeFile};
use crate::store::git::repo::Repo;
use std::time::SystemTime;

/// What came of merging two commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergedCommits {
    /// The commit, which no branch names yet.
    Made(String),
    /// They have no commit in common.
    Unrelated,
    /// Files that need a person, and why. Nothing was written.
    Left(BTreeMap<String, String>),
}

/// What a path of the work tree holds after the merge; `None` is nothing.
type Tree = BTreeMap<String, Option<NewFile>>;

/// The objects that files had in a commit, by path; `None` for no file.
type Changed = HashMap<String, Option<String>>;

/// A file of the merge.
struct NewFile {
    mode: String,
    body: Body,
}

enum Body {
    Blob(String),
    Bytes(Vec<u8>),
}

/// A file that is to be merged, with what the sides began with.
struct Differing {
    file: Difference,
    base: Option<Version>,
}

impl Repo {
    /// Merges two commits; `tmp` is a folder for files that git shall read, `sign` whether the commit
    /// is signed.
    pub(in crate::store) fn merge_commits(
        &self,
        sides: [&str; 2],
        words: &CommitMessage<'_>,
        zone: Tz,
        tmp: &Folder,
        sign: bool,
    ) -> Result<MergedCommits, StoreError> {
        let bases = self.merge_bases(sides[0], sides[1])?;
        if bases.is_empty() {
            return Ok(MergedCommits::Unrelated);
        }
        let mut blobs = Blobs::of(self)?;
        let files = self.differences(Some(sides[0]), sides[1])?;
        let paths = files.iter().map(|file| file.path.as_str());
        let desks = self.desks_among(paths, &sides)?;
        let mut others = self.with_bases(files, sides, &bases, &desks, zone, &mut blobs)?;
        let mut tree = Tree::new();
        let mut left = BTreeMap::new();
        let mut renamed = Vec::new();
        for desk in &desks {
            let (of_desk, rest): (Vec<Differing>, Vec<Differing>) = others
                .into_iter()
                .partition(|one| desk.has_rules(&one.file));
            let moved =
                desk.merge_desk(&of_desk, &bases, zone, &mut blobs, &mut tree, &mut left)?;
            renamed.extend(moved.into_iter().map(|one| (desk, one)));
            others = rest;
        }
        let mut outside = BTreeMap::new();
        for one in &others {
            if let Some((path, file)) = follow_ticket(&one.file, &renamed) {
                tree.insert(one.file.path.clone(), None);
                tree.insert(path, Some(NewFile::of(file)));
                continue;
            }
            match self.merge_other(one, &mut blobs, tmp)? {
                Ok(file) => drop(tree.insert(one.file.path.clone(), file)),
                Err(why) => drop(outside.insert(one.file.path.clone(), why)),
            }
        }
        if !outside.is_empty()
            && !self.merge_outside(sides, &others, &outside, &desks, &mut tree)?
        {
            left.append(&mut outside);
        }
        for path in files_in_files(&tree) {
            left.insert(path, "a file here, a folder there".to_owned());
        }
        if !left.is_empty() {
            return Ok(MergedCommits::Left(left));
        }
        let commit = self.commit_of_merge(sides, words, &tree, sign)?;
        self.verify(&commit, sides[1], &tree)?;
        Ok(MergedCommits::Made(commit))
    }

    /// Makes sure that a merge lacks nothing of its second side: where it differs from that, the
    /// merge has decided so. Of its first side it keeps everything else.
    fn verify(&self, merged: &str, theirs: &str, tree: &Tree) -> Result<(), StoreError> {
        let differing = self.differences(Some(theirs), merged)?;
        match differing.iter().find(|file| !tree.contains_key(&file.path)) {
            None => Ok(()),
            Some(file) => Err(StoreError::NotCommitted {
                reason: format!(
                    "a merge would lose what the other side has in `{}`",
                    file.path
                ),
            }),
        }
    }

    /// Whether the file is one of the desk's that merge by rules.
    fn has_rules(&self, file: &Difference) -> bool {
        let ours = self.in_desk(&file.path).and_then(FileKind::of).is_some();
        ours && file.sides.iter().flatten().all(TreeFile::is_regular)
    }

    /// The files that two commits differ in, with what both began with. Of several beginnings, as when two
    /// clones have merged crosswise, their own merge is it.
    fn with_bases(
        &self,
        files: Vec<Difference>,
        sides: [&str; 2],
        bases: &[String],
        desks: &[Self],
        zone: Tz,
        blobs: &mut Blobs,
    ) -> Result<Vec<Differing>, StoreError> {
        let mut columns = Vec::new();
        for base in bases {
            columns.push(self.changed_since(base, sides[0])?);
        }
        let older = match bases {
            [a, b] => self.merge_bases(a, b)?.into_iter().next(),
            _ => None,
        };
        let older = older
            .map(|older| self.changed_since(&older, sides[0]))
            .transpose()?;
        let mut differing = Vec::new();
        for file in files {
            // What did not change since is on our side as it was.
            let was = |changed: &Changed| match changed.get(&file.path) {
                Some(was) => was.clone(),
                None => file.sides[0].as_ref().map(|side| side.blob.clone()),
            };
            let mut all: Vec<String> = columns.iter().filter_map(was).collect();
            all.dedup();
            let base = match &all[..] {
                [] => None,
                [one] => Some(Version::Blob(one.clone())),
                [first, second, ..] => {
                    let mut paths = desks.iter().filter_map(|desk| desk.in_desk(&file.path));
                    let path = paths.find(|path| is_of_desk(path)).unwrap_or_default();
                    let old = older.as_ref().and_then(was);
                    let old = old.map(|old| blobs.text(&old)).transpose()?.flatten();
                    let texts = (blobs.text(first)?, blobs.text(second)?);
                    let merged = match &texts {
                        (Some(a), Some(b)) => {
                            merge(path, &old.unwrap_or_default(), a, b, zone).ok()
                        }
                        _ => None,
                    };
                    Some(merged.map_or_else(|| Version::Blob(first.clone()), Version::Text))
                }
            };
            differing.push(Differing { file, base });
        }
        Ok(differing)
    }

    /// The objects that a commit had at the paths that changed since; `None` for no file.
    fn changed_since(&self, base: &str, now: &str) -> Result<Changed, StoreError> {
        let rows = self.differences(Some(base), now)?.into_iter();
        let was = |[was, _]: [Option<TreeFile>; 2]| was.map(|was| was.blob);
        Ok(rows.map(|row| (row.path, was(row.sides))).collect())
    }

    /// The objects that are needed to merge two commits and to put what comes of it in place.
    pub fn needed_for_merge(&self, sides: [&str; 2]) -> Result<HashSet<String>, StoreError> {
        let mut needed = HashSet::new();
        for base in self.merge_bases(sides[0], sides[1])? {
            needed.extend(self.changed_since(&base, sides[0])?.into_values().flatten());
        }
        let files = self.differences(Some(sides[0]), sides[1])?;
        let regular = files.into_iter().flat_map(|file| file.sides).flatten();
        needed.extend(regular.filter(TreeFile::is_regular).map(|file| file.blob));
        Ok(needed)
    }

    fn merge_desk(
        &self,
        files: &[Differing],
        bases: &[String],
        zone: Tz,
        blobs: &mut Blobs,
        tree: &mut Tree,
        left: &mut BTreeMap<String, String>,
    ) -> Result<Vec<Renamed>, StoreError> {
        let blob = |file: &TreeFile| Version::Blob(file.blob.clone());
        let versions: Vec<FileVersions> = files
            .iter()
            .filter_map(|Differing { file, base }| {
                let [a, b] = &file.sides;
                Some(FileVersions {
                    path: self.in_desk(&file.path)?.to_owned(),
                    base: base.clone(),
                    sides: [a.as_ref().map(blob), b.as_ref().map(blob)],
                })
            })
            .collect();
        let mut source = DeskTexts {
            repo: self,
            base: &bases[0],
            blobs,
        };
        let merged = merge_files(&versions, zone, &mut source)?;
        let by_path: BTreeMap<&str, &Difference> = files
            .iter()
            .map(|one| (one.file.path.as_str(), &one.file))
            .collect();
        for (path, why) in merged.left {
            left.insert(self.in_tree(&path), why);
        }
        for (path, becomes) in merged.files {
            let path = self.in_tree(&path);
            let sides = by_path.get(path.as_str()).map(|file| &file.sides);
            let file = match becomes {
                Becomes::Gone => None,
                Becomes::Side(at) => sides.and_then(|sides| sides[at].clone()).map(NewFile::of),
                Becomes::Text(text) => {
                    let modes = sides.into_iter().flatten().flatten().map(|side| &side.mode);
                    let mode = modes.max().map_or("100644", |mode| mode).to_owned();
                    let body = Body::Bytes(text.into_bytes());
                    Some(NewFile { mode, body })
                }
            };
            tree.insert(path, file);
        }
        Ok(merged.renamed)
    }

    /// Takes what git itself makes of the files outside of all desks, which follows renames as it
    /// does; `false` where a file there needs a person. Files of desks have their own rules.
    fn merge_outside(
        &self,
        sides: [&str; 2],
        others: &[Differing],
        left: &BTreeMap<String, String>,
        desks: &[Self],
        tree: &mut Tree,
    ) -> Result<bool, StoreError> {
        let is_outside = |path: &str| {
            let mut paths = desks.iter().filter_map(|desk| desk.in_desk(path));
            !paths.any(is_of_desk)
        };
        if !left.keys().all(|path| is_outside(path)) {
            return Ok(false);
        }
        let Some(merged) = self.merge_tree(sides)? else {
            return Ok(false);
        };
        if merged.conflicts.iter().any(|path| is_outside(path)) {
            return Ok(false);
        }
        let files = others.iter().map(|one| &one.file);
        for file in files.filter(|file| is_outside(&file.path)) {
            let ours = file.sides[0].clone().map(NewFile::of);
            tree.insert(file.path.clone(), ours);
        }
        for file in self.differences(Some(sides[0]), &merged.tree)? {
            if is_outside(&file.path) {
                let [_, becomes] = file.sides;
                tree.insert(file.path, becomes.map(NewFile::of));
            }
        }
        Ok(true)
    }

    /// Merges a file that has no rules of ours.
    fn merge_other(
        &self,
        one: &Differing,
        blobs: &mut Blobs,
        tmp: &Folder,
    ) -> Result<Result<Option<NewFile>, String>, StoreError> {
        let [a, b] = &one.file.sides;
        let name = |side: &Option<TreeFile>| side.as_ref().map(|side| side.blob.clone());
        let base = match &one.base {
            Some(Version::Blob(blob)) => Some(blob.clone()),
            _ => None,
        };
        let new = |side: &Option<TreeFile>| side.clone().map(NewFile::of);
        if one.file.path.contains(".files/") {
            // What one side redacted is redacted.
            for side in [a, b]
                .into_iter()
                .flatten()
                .filter(|side| side.is_regular())
            {
                if blobs.text(&side.blob)?.as_deref() == Some(REDACTED_CONTENT) {
                    if base.is_some() && (a.is_none() || b.is_none()) {
                        // The other side took its name out, too.
                        return Ok(Ok(None));
                    }
                    return Ok(Ok(new(&Some(side.clone()))));
                }
            }
        }
        Ok(match (a, b) {
            _ if base == name(a) && base != name(b) => Ok(new(b)),
            _ if base == name(b) && base != name(a) => Ok(new(a)),
            (Some(a), Some(b)) if a.blob == b.blob => Ok(new(&Some(if a.mode < b.mode {
                b.clone()
            } else {
                a.clone()
            }))),
            (Some(a), Some(b)) if a.is_regular() && b.is_regular() => {
                let base = base.map_or(Ok(Some(Vec::new())), |base| owned(blobs, &base))?;
                let texts = (owned(blobs, &a.blob)?, base, owned(blobs, &b.blob)?);
                let (Some(ours), Some(base), Some(theirs)) = texts else {
                    return Ok(Err(
                        "it was changed on both sides, and is too large".to_owned()
                    ));
                };
                let merged = self.merge_texts(tmp, [&ours, &base, &theirs])?;
                let mode = a.mode.clone().max(b.mode.clone());
                match merged {
                    Some(bytes) => Ok(Some(NewFile {
                        mode,
                        body: Body::Bytes(bytes),
                    })),
                    None => Err("the same lines were changed on both sides".to_owned()),
                }
            }
            (Some(_), Some(_)) => Err("it is no longer a file of the same kind".to_owned()),
            _ => Err("it was taken away on one side and changed on the other".to_owned()),
        })
    }

    /// Git's own merge of texts; `None` where it finds a conflict.
    fn merge_texts(&self, tmp: &Folder, texts: [&[u8]; 3]) -> Result<Option<Vec<u8>>, StoreError> {
        use std::io::Write as _;
        let names = ["ours", "base", "theirs"].map(|of| format!("{}-{of}", std::process::id()));
        for (name, text) in names.iter().zip(texts) {
            tmp.remove(name)?;
            let mut file = tmp.create(name, 0o600)?;
            file.write_all(text)
                .map_err(StoreError::io("write", &tmp.shown(name)))?;
        }
        let paths = names.each_ref().map(|name| tmp.shown(name));
        let mut args: Vec<&std::ffi::OsStr> =
            ["merge-file", "-p", "-q"].map(AsRef::as_ref).to_vec();
        args.extend(paths.iter().map(|path| path.as_os_str()));
        let merged = self.git.run(&args)?;
        for name in &names {
            tmp.remove(name)?;
        }
        // Its status is the number of conflicts.
        Ok(merged.ok.then_some(merged.stdout))
    }

    fn commit_of_merge(
        &self,
        sides: [&str; 2],
        words: &CommitMessage<'_>,
        tree: &Tree,
        sign: bool,
    ) -> Result<String, StoreError> {
        let began = SystemTime::now();
        let mut importer = Importer::start(self, words)?;
        let mut rows = Vec::new();
        for (path, file) in tree {
            let Some(file) = file else {
                continue;
            };
            let blob = match &file.body {
                Body::Blob(name) => name.clone(),
                Body::Bytes(bytes) => {
                    importer.blob(bytes);
                    format!(":{}", importer.blobs)
                }
            };
            rows.push(TreeRow {
                path,
                mode: &file.mode,
                blob,
            });
        }
        let gone = tree.iter().filter(|(_, file)| file.is_none());
        importer.on(NOWHERE, &sides, gone.map(|(path, _)| path.as_str()), &rows);
        importer.forget(NOWHERE);
        let made = match importer.finish(0)? {
            ImportResult::Made(made) => made.commit,
            ImportResult::Moved | ImportResult::Locked(_) => {
                return Err(StoreError::NotCommitted {
                    reason: "git made no commit of the merge".to_owned(),
                });
            }
        };
        let commit = if sign {
            self.signed(&made, sides, words)?
        } else {
            made
        };
        sync_objects(self, began).map_err(StoreError::before_saving)?;
        Ok(commit)
    }

    /// Makes a commit once more, signed by git.
    fn signed(
        &self,
        commit: &str,
        sides: [&str; 2],
        words: &CommitMessage<'_>,
    ) -> Result<String, StoreError> {
        let tree = format!("{commit}^{{tree}}");
        let args = [
            "commit-tree",
            "-S",
            "-p",
            sides[0],
            "-p",
            sides[1],
            "-m",
            words.message,
            &tree,
        ];
        let mut command = self.git.command(Manner::Terminal, &args);
        let seconds = words.at.millis().div_euclid(1000).max(0);
        let date = format!("{seconds} +0000");
        command
            .env("GIT_AUTHOR_NAME", &words.author.name)
            .env("GIT_AUTHOR_EMAIL", &words.author.email)
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date);
        let made = self
            .git
            .feed_command(command, "commit-tree -S".to_owned(), b"")?;
        Ok(String::from_utf8_lossy(&made.or_error()?).trim().to_owned())
    }
}

impl NewFile {
    fn of(file: TreeFile) -> Self {
        Self {
            mode: file.mode,
            body: Body::Blob(file.blob),
        }
    }
}

/// Where a file stands that belongs to a ticket with a new id.
fn follow_ticket(file: &Difference, renamed: &[(&Repo, Renamed)]) -> Option<(String, TreeFile)> {
    renamed.iter().find_map(|(desk, one)| {
        let moved = one.moved(desk.in_desk(&file.path)?)?;
        let alone = file.sides[1 - one.side].is_none();
        let side = file.sides[one.side].clone().filter(|_| alone)?;
        Some((desk.in_tree(&moved), side))
    })
}

fn owned(blobs: &mut Blobs, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(blobs.bytes(name)?.map(<[u8]>::to_vec))
}

/// The files of the merge that stand where another has a folder.
fn files_in_files(tree: &Tree) -> BTreeSet<String> {
    let is_file = |path: &str| tree.get(path).is_some_and(Option::is_some);
    let files = tree.iter().filter(|(_, file)| file.is_some());
    let above = files.flat_map(|(path, _)| path.match_indices('/').map(|(at, _)| &path[..at]));
    above
        .filter(|path| is_file(path))
        .map(str::to_owned)
        .collect()
}

/// The texts of the desk's files.
struct DeskTexts<'a> {
    repo: &'a Repo,
    base: &'a str,
    blobs: &'a mut Blobs,
}

impl Source for DeskTexts<'_> {
    type Error = StoreError;

    fn text(&mut self, blob: &str) -> Result<Option<String>, StoreError> {
        self.blobs.text(blob)
    }

    fn old_article(&mut self, id: &str) -> Result<Option<String>, StoreError> {
        let folder = self.repo.in_tree("kb/");
        let args = [
            "ls-tree",
            "-r",
            "-z",
            "--full-tree",
            self.base,
            "--",
            &folder,
        ];
        let listed = self.repo.git.run(&args)?.or_error()?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        for row in listed.split_terminator('\0') {
            let Some((about, path)) = row.split_once('\t') else {
                continue;
            };
            let blob = about.rsplit(' ').next().unwrap_or_default();
            let text = self.blobs.text(blob)?;
            if let Some(text) =
                text.filter(|text| article::id_of(path, text).as_deref() == Some(id))
            {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }
}
