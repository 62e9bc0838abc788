//! The repository around a desk: where its parts are and who works in it.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::store::error::StoreError;
use crate::store::fs::folder::Folder;
use crate::store::fs::interrupt::Interrupt;
use crate::store::git::child::{Git, GitOutput, Stream};
use crate::store::git::config::{CONFIG_QUERY, GitConfig, config_of};
use crate::store::git::signature::Signature;
use crate::store::git::state::{Head, Marks, Unfinished, head, likely_branch};

const PATIENCE: Duration = Duration::from_secs(30);

/// The facts of a work tree that do not change while a command runs, learned with one git child.
#[derive(Clone, Debug)]
pub struct Repo {
    pub(in crate::store) git: Git,
    /// The folder of the work tree.
    pub(in crate::store) top: PathBuf,
    /// The git folder of this work tree.
    pub(in crate::store) git_dir: PathBuf,
    /// The git folder that all work trees of this clone share.
    pub(in crate::store) common: PathBuf,
    /// The desk's folder relative to `top`, with `/` between the parts; empty for `top` itself.
    pub(in crate::store) prefix: String,
    private: PathBuf,
    pub(in crate::store) index: PathBuf,
    head_file: PathBuf,
    pub(in crate::store) packed_refs: PathBuf,
    pub(in crate::store) branches: PathBuf,
    pub(in crate::store) reftable: Option<PathBuf>,
    marks: Marks,
    config: Arc<OnceLock<GitConfig>>,
    pub(in crate::store) patience: Duration,
    pub(in crate::store) interrupt: Interrupt,
}

impl Repo {
    /// Finds the work tree that the folder `desk` lies in.
    ///
    /// Fails with `NoWorkTree`, `Bare`, `DubiousOwnership` or `NoGit`.
    pub fn open(desk: &Path) -> Result<Self, StoreError> {
        Self::open_with(desk, &[])
    }

    /// Opens the repository of a desk for somebody who is going to ask for its configuration: both
    /// children of git run at once.
    pub fn open_to_act(desk: &Path) -> Result<Self, StoreError> {
        // In the folder of a repository, git finds the configuration that belongs to it.
        let asked = Git::in_folder(desk, &[]).stream(&CONFIG_QUERY);
        let opened = Self::open(desk);
        let config = config_of(asked.and_then(Stream::finish));
        let repo = opened?;
        // What went wrong here is asked once more, and told, when it is needed.
        if config.unread.is_none() {
            let _ = repo.config.set(config);
        }
        Ok(repo)
    }

    /// Opens the repository of a desk with variables that every git child gets beside those of this
    /// process.
    pub fn open_with(desk: &Path, extra: &[(&str, &str)]) -> Result<Self, StoreError> {
        let git = Git::in_folder(desk, extra);
        let mut args = vec!["rev-parse", "--is-bare-repository", "--is-inside-work-tree"];
        args.extend([
            "--path-format=absolute",
            "--show-toplevel",
            "--absolute-git-dir",
        ]);
        args.extend(["--git-common-dir", "--show-prefix"]);
        for name in ["index", "HEAD", "packed-refs", "refs/heads", "reftable"]
            .iter()
            .chain(&Marks::NAMES)
        {
            args.extend(["--git-path", name]);
        }
        let reported = git.run(&args)?;
        if !reported.ok {
            return Err(no_repository(desk, reported));
        }
        let text = reported
            .stdout
            .strip_suffix(b"\n")
            .unwrap_or(&reported.stdout);
        let mut lines: Vec<Vec<u8>> = text
            .split(|&byte| byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        if lines.len() != ANSWERS {
            // A path with a line break in it: asked one by one.
            lines = one_by_one(&git, &args)?;
        }
        let [
            _,
            inside,
            top,
            git_dir,
            common,
            prefix,
            index,
            head_file,
            packed_refs,
            branches,
            reftable,
            marks @ ..,
        ] = &lines.iter().map(Vec::as_slice).collect::<Vec<_>>()[..]
        else {
            return Err(odd(&reported.stdout));
        };
        if *inside != b"true" {
            return Err(StoreError::NoWorkTree {
                folder: desk.to_owned(),
            });
        }
        let path = |line: &&[u8]| PathBuf::from(OsStr::from_bytes(line));
        let prefix = std::str::from_utf8(prefix)
            .map_err(|_| odd(prefix))?
            .trim_end_matches('/')
            .to_owned();
        let (top, git_dir, common) = (path(top), path(git_dir), path(common));
        Ok(Self {
            git: git.pinned(&top, &git_dir),
            private: common.join("plaindesk"),
            top,
            git_dir,
            common,
            prefix,
            index: path(index),
            head_file: path(head_file),
            packed_refs: path(packed_refs),
            branches: path(branches),
            reftable: Some(path(reftable)).filter(|folder| folder.is_dir()),
            marks: Marks {
                paths: marks.iter().map(path).collect(),
            },
            config: Arc::default(),
            patience: PATIENCE,
            interrupt: Interrupt::default(),
        })
    }

    /// Opens a repository by its git folder, to read commits; it may have no work tree. `extra` are
    /// variables that every git child gets beside those of this process.
    pub fn of_commits(git_dir: &Path, extra: &[(&str, &str)]) -> Result<Self, StoreError> {
        let folder = git_dir
            .canonicalize()
            .map_err(StoreError::io("enter", git_dir))?;
        if !folder.join("HEAD").exists() || !folder.join("objects").is_dir() {
            return Err(StoreError::NoWorkTree { folder });
        }
        let git = Git::in_folder(&folder, extra).pinned(&folder, &folder);
        let path = |name: &str| folder.join(name);
        Ok(Self {
            git,
            private: path("plaindesk"),
            top: folder.clone(),
            git_dir: folder.clone(),
            common: folder.clone(),
            prefix: String::new(),
            index: path("index"),
            head_file: path("HEAD"),
            packed_refs: path("packed-refs"),
            branches: path("refs/heads"),
            reftable: Some(path("reftable")).filter(|folder| folder.is_dir()),
            marks: Marks {
                paths: Marks::NAMES.iter().map(|name| path(name)).collect(),
            },
            config: Arc::default(),
            patience: PATIENCE,
            interrupt: Interrupt::default(),
        })
    }

    /// This repository, for the desk in a folder of its work tree.
    #[must_use]
    pub fn for_desk(&self, prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            ..self.clone()
        }
    }

    /// Makes waiting end when `interrupt` is raised.
    #[must_use]
    pub fn heeding(mut self, interrupt: Interrupt) -> Self {
        self.interrupt = interrupt;
        self
    }

    /// Sets how long to wait for one holder of the lock; 30 seconds unless told.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The way to run git in this work tree.
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// The git folder that all work trees of this clone share.
    pub fn common(&self) -> &Path {
        &self.common
    }

    /// The folder of the work tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The desk's folder relative to the work tree, with `/` between the parts; empty for the work
    /// tree itself.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Git's index of this work tree.
    pub fn index(&self) -> &Path {
        &self.index
    }

    /// What `HEAD` stands for at this moment.
    pub fn head(&self) -> Result<Head, StoreError> {
        head(&self.git, &self.head_file)
    }

    /// The operation of git's that is under way at this moment, as far as files tell.
    pub fn unfinished(&self) -> Option<Unfinished> {
        self.marks.unfinished()
    }

    /// The refusal for a detached `HEAD`.
    pub(in crate::store) fn detached(&self) -> StoreError {
        StoreError::Detached {
            branch: likely_branch(&self.git),
        }
    }

    /// The person whom git's configuration names, if it does. One git child, the first time.
    ///
    /// Not to be able to ask is an error: whoever goes on as nobody acts in the wrong name.
    pub fn identity(&self) -> Result<Option<Signature>, StoreError> {
        let config = self.config();
        if let Some(reason) = &config.unread {
            return Err(StoreError::Git {
                command: "config --get-regexp".to_owned(),
                stderr: reason.clone(),
            });
        }
        let (name, email) = &config.user;
        if name.is_none() && email.is_none() {
            return Ok(None);
        }
        Ok(Some(Signature {
            name: name.clone().unwrap_or_default(),
            email: email.clone().unwrap_or_default(),
        }))
    }

    /// Who commits: what the environment and git's configuration say, else the mail address of the
    /// environment, else user and host. There is always an answer, because no note may fail for
    /// want of a name.
    pub(in crate::store) fn committer(&self) -> Signature {
        let config = self.config();
        let given = |name: &str| {
            let here = self
                .git
                .extra()
                .into_iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned());
            #[expect(
                clippy::disallowed_methods,
                reason = "a committer as git itself would name one"
            )]
            let inherited = || std::env::var(name).ok();
            here.or_else(inherited)
                .filter(|value| !value.trim().is_empty())
        };
        let user = || {
            given("LOGNAME")
                .or_else(|| given("USER"))
                .unwrap_or_else(|| "desk".to_owned())
        };
        let host = || {
            std::fs::read_to_string("/proc/sys/kernel/hostname")
                .ok()
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .or_else(|| given("HOSTNAME"))
                .unwrap_or_else(|| "localhost".to_owned())
        };
        let first = |sources: [Option<String>; 3]| sources.into_iter().flatten().next();
        let name = first([
            given("GIT_COMMITTER_NAME"),
            config.committer.0.clone(),
            config.user.0.clone(),
        ]);
        let email = first([
            given("GIT_COMMITTER_EMAIL"),
            config.committer.1.clone(),
            config.user.1.clone(),
        ]);
        Signature {
            name: name.unwrap_or_else(user),
            email: email
                .or_else(|| given("EMAIL"))
                .unwrap_or_else(|| format!("{}@{}", user(), host())),
        }
    }

    /// Whether the person's own configuration trusts this clone's git folder.
    pub(in crate::store) fn is_trusted(&self) -> bool {
        let own = self.common.canonicalize();
        let trusted = &self.config().trusted;
        own.is_ok_and(|own| {
            trusted
                .iter()
                .any(|folder| folder.canonicalize().is_ok_and(|folder| folder == own))
        })
    }

    pub(in crate::store) fn config(&self) -> &GitConfig {
        self.config
            .get_or_init(|| config_of(self.git.run(&CONFIG_QUERY)))
    }

    /// The folder in the clone that is the desk's own, for drafts and the like; made when missing.
    ///
    /// Where it cannot be made, writing into it says why.
    pub fn private(&self) -> &Path {
        if !self.private.is_dir() {
            // The first use reports the reason with its path.
            let _ = self.make_private();
        }
        &self.private
    }

    /// Makes the private folder, as open to colleagues as the git folder itself.
    pub(in crate::store) fn make_private(&self) -> Result<Folder, StoreError> {
        let common = Folder::open(&self.common)?.shared(self.config().sharing);
        if let Some(folder) = common.enter("plaindesk")? {
            return Ok(folder);
        }
        let mode = self.shared_mode();
        // Whether it was this process or another that made it, the next line opens it.
        let tried = std::fs::DirBuilder::new().mode(mode).create(&self.private);
        if tried.is_ok() {
            // The umask of the first user must not shut out the others of a shared clone.
            let _ = std::fs::set_permissions(&self.private, std::fs::Permissions::from_mode(mode));
            common.sync()?;
        }
        match common.enter("plaindesk")? {
            Some(folder) => Ok(folder),
            None => Err(StoreError::io("make the folder", &self.private)(
                tried
                    .err()
                    .unwrap_or_else(|| std::io::ErrorKind::NotFound.into()),
            )),
        }
    }

    /// Gives a new file in the clone the mode that git would give one of its own.
    pub(in crate::store) fn share(&self, file: &File) {
        self.config().sharing.apply(file);
    }

    /// The permissions of the shared git folder, for folders beside its own.
    pub(in crate::store) fn shared_mode(&self) -> u32 {
        let mode = self.common.metadata();
        let mode = mode.map_or(0o700, |meta| meta.mode() & 0o7777);
        self.config().sharing.folder(mode)
    }

    /// The desk's folder as a handle, reached from the work tree without following links.
    pub(in crate::store) fn desk(&self) -> Result<Folder, StoreError> {
        let top = Folder::open(&self.top)?.shared(self.config().sharing);
        let parts = self.prefix.split('/').filter(|part| !part.is_empty());
        top.walk(parts)?.ok_or_else(|| {
            let path = self.top.join(&self.prefix);
            StoreError::io("open", &path)(std::io::Error::from(std::io::ErrorKind::NotFound))
        })
    }

    /// The text of a file of the desk where the branch's remote has it; `None` where there is no
    /// such branch or file.
    pub fn upstream_text(&self, path: &str) -> Option<String> {
        let object = format!("@{{upstream}}:{}", self.in_tree(path));
        let read = self.git.run(&["cat-file", "blob", &object]).ok()?;
        read.ok
            .then(|| String::from_utf8_lossy(&read.stdout).into_owned())
    }

    /// A path of the desk as git names it: relative to the work tree.
    pub fn in_tree(&self, path: &str) -> String {
        if self.prefix.is_empty() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.prefix)
        }
    }

    /// A path that git names, relative to the desk; `None` outside of it.
    pub fn in_desk<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.prefix.is_empty() {
            return Some(path);
        }
        path.strip_prefix(self.prefix.as_str())?.strip_prefix('/')
    }
}

/// How many answers `open` wants.
const ANSWERS: usize = 11 + Marks::NAMES.len();

/// Asks each question of a `rev-parse` by itself.
fn one_by_one(git: &Git, args: &[&str]) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut answers = Vec::new();
    let mut questions = args.iter().skip(1);
    while let Some(&question) = questions.next() {
        let mut args = vec!["rev-parse", "--path-format=absolute", question];
        match question {
            "--path-format=absolute" => continue,
            "--git-path" => args.extend(questions.next()),
            _ => {}
        }
        let reported = git.run(&args)?.or_error()?;
        answers.push(reported.strip_suffix(b"\n").unwrap_or(&reported).to_vec());
    }
    Ok(answers)
}

fn odd(answer: &[u8]) -> StoreError {
    StoreError::Answer {
        command: "rev-parse".to_owned(),
        answer: String::from_utf8_lossy(answer).escape_debug().to_string(),
    }
}

/// Why `rev-parse` found no work tree.
fn no_repository(desk: &Path, reported: GitOutput) -> StoreError {
    let folder = desk.to_owned();
    let says = |text: &str| reported.stderr.contains(text);
    if says("dubious ownership") {
        let named = reported.stderr.split('\'').nth(1).map(PathBuf::from);
        StoreError::DubiousOwnership {
            folder: named.unwrap_or(folder),
        }
    } else if says("cannot use bare repository") && desk.iter().any(|part| part == ".git") {
        // So git 2.39 calls the git folder of a work tree, too.
        StoreError::NoWorkTree { folder }
    } else if says("cannot use bare repository") || reported.stdout.starts_with(b"true\n") {
        StoreError::Bare { folder }
    } else if says("not a git repository") || says("must be run in a work tree") {
        StoreError::NoWorkTree { folder }
    } else {
        reported.error()
    }
}
