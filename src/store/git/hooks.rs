//! Hooks of git's that ask the program: put into a repository, before hooks that are there, and taken
//! out again.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;
use crate::store::git::child::{Git, Manner};

/// A hook of git's that the desk's rules are asked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookName {
    /// Before a commit: what is staged.
    PreCommit,
    /// Before a push: what is pushed.
    PrePush,
    /// On a server, before anything is taken in.
    PreReceive,
}

impl HookName {
    /// The hooks of a clone.
    pub const OF_A_CLONE: [Self; 2] = [Self::PreCommit, Self::PrePush];

    /// The hooks of a server.
    pub const OF_A_SERVER: [Self; 1] = [Self::PreReceive];

    /// All of them.
    pub const ALL: [Self; 3] = [Self::PreCommit, Self::PrePush, Self::PreReceive];

    /// The name that git knows it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }

    /// The hook of a name of git's.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.as_str() == name)
    }

    /// What it does where the program is missing: a server takes nothing in unseen.
    fn without_program(self) -> &'static str {
        match self {
            Self::PreCommit | Self::PrePush => "not checked\" >&2",
            Self::PreReceive => "nothing is taken in\" >&2\nexit 1",
        }
    }

    /// Whether git tells it on standard input what it is about.
    fn is_told(self) -> bool {
        self != Self::PreCommit
    }
}

/// What became of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookChange {
    /// It is there now.
    Installed,
    /// It is there now, and runs the hook that was there first.
    Chained,
    /// It was there.
    Kept,
    /// It is gone.
    Removed,
    /// It is gone, and the hook that was there before is back.
    Restored,
    /// Somebody has changed it, so it was left.
    Changed,
}

/// What a hook that was there before ours is called since.
const BEFORE: &str = ".before-desk";

/// The line by which our hooks are known.
const MARK: &str = "# Put here by `desk hooks install`; `desk hooks remove` takes it away again.";

/// The folder in which git looks for hooks, and whether it is the repository's own.
///
/// The environment of a child would say that there are none, so git is asked as for running them.
pub fn folder(git_dir: &Path) -> Result<(PathBuf, bool), StoreError> {
    let git = Git::in_folder(git_dir, &[("GIT_DIR", ".")]);
    let path = git_dir.to_owned();
    let asked = |args: &[&str]| -> Result<Option<String>, StoreError> {
        let mut command = git.command(Manner::Hooks, args);
        command.stdout(std::process::Stdio::piped());
        let out = command
            .output()
            .map_err(|source| StoreError::NoGit { source })?;
        let text = String::from_utf8_lossy(&out.stdout)
            .trim_end_matches('\n')
            .to_owned();
        Ok(Some(text).filter(|text| out.status.success() && !text.is_empty()))
    };
    let own = path.join("hooks");
    match asked(&["config", "--type=path", "--get", "core.hooksPath"])? {
        Some(named) => {
            let named = PathBuf::from(named);
            let is_own = named.canonicalize().ok() == own.canonicalize().ok();
            Ok((named, is_own && own.is_dir()))
        }
        None => Ok((own, true)),
    }
}

/// The text of a hook that asks `program`, or else the program of that name on the search path.
fn script(hook: HookName, program: &Path) -> String {
    let name = hook.as_str();
    let path = program.to_string_lossy().replace('\'', "'\\''");
    let (input, told) = if hook.is_told() {
        (
            "told=$(cat)\ntell() { [ -z \"$told\" ] || printf '%s\\n' \"$told\"; }\n",
            "tell | ",
        )
    } else {
        ("", "")
    };
    let asked = format!("hooks run {name} \"$@\" >&2");
    format!(
        "#!/bin/sh\n{MARK}\n{input}\
         if [ -x \"$0{BEFORE}\" ]; then {told}\"$0{BEFORE}\" \"$@\" || exit; fi\n\
         if command -v '{path}' >/dev/null 2>&1; then {told}'{path}' {asked}; exit; fi\n\
         if command -v desk >/dev/null 2>&1; then {told}desk {asked}; exit; fi\n\
         echo \"plaindesk: the program \\`desk\\` is not here: {}\n",
        hook.without_program()
    )
}

/// Whose a hook is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Nobodys,
    /// As the program writes it, for some place of the program.
    Ours,
    /// With our mark, but not as we wrote it.
    Changed,
    Others,
}

fn whose(hook: HookName, path: &Path) -> Result<Whose, StoreError> {
    let meta = match path.symlink_metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Whose::Nobodys),
        Err(error) => return Err(StoreError::io("look at", path)(error)),
    };
    if !meta.is_file() || meta.len() > 1 << 16 {
        return Ok(Whose::Others);
    }
    let bytes = fs::read(path).map_err(StoreError::io("read", path))?;
    let text = String::from_utf8_lossy(&bytes);
    if !text.contains(MARK) {
        return Ok(Whose::Others);
    }
    let named = text.split_once("if command -v '").map(|(_, rest)| rest);
    let named = named.and_then(|rest| rest.split_once("' >/dev/null"));
    let program = named.map(|(program, _)| program.replace("'\\''", "'"));
    let is_ours = program.is_some_and(|program| script(hook, Path::new(&program)) == text);
    Ok(if is_ours { Whose::Ours } else { Whose::Changed })
}

/// Where a hook of ours stands. A forge that runs a folder of hooks gets it in there.
fn place(folder: &Path, hook: HookName) -> Result<PathBuf, StoreError> {
    let path = folder.join(hook.as_str());
    let many = folder.join(format!("{}.d", hook.as_str()));
    let runs_many = many.is_dir() && matches!(whose(hook, &path)?, Whose::Others);
    Ok(if runs_many {
        many.join("plaindesk")
    } else {
        path
    })
}

/// What is beside a hook: the one that was there before ours.
fn before(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(BEFORE);
    PathBuf::from(name)
}

/// Puts a hook into a folder of hooks, before the one that is there; there is one at every moment.
pub fn install(
    folder: &Path,
    hook: HookName,
    program: &Path,
    dry_run: bool,
) -> Result<HookChange, StoreError> {
    let path = place(folder, hook)?;
    let text = script(hook, program);
    let aside = before(&path);
    let is_there = aside.symlink_metadata().is_ok();
    let change = match whose(hook, &path)? {
        Whose::Changed => return Ok(HookChange::Changed),
        Whose::Ours if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) => {
            return Ok(HookChange::Kept);
        }
        Whose::Ours | Whose::Nobodys if is_there => HookChange::Chained,
        Whose::Ours | Whose::Nobodys => HookChange::Installed,
        Whose::Others => HookChange::Chained,
    };
    if dry_run {
        return Ok(change);
    }
    fs::create_dir_all(folder).map_err(StoreError::io("make the folder", folder))?;
    if whose(hook, &path)? == Whose::Others {
        let same = |a: &Path, b: &Path| {
            let of = |path: &Path| path.symlink_metadata().map(|meta| (meta.dev(), meta.ino()));
            of(a).is_ok_and(|a| of(b).is_ok_and(|b| a == b))
        };
        // The same file by both names: a command was cut short between the two steps.
        if !same(&path, &aside) {
            fs::hard_link(&path, &aside).map_err(StoreError::io("keep the hook as", &aside))?;
        }
    }
    write(folder, &path, &text)?;
    Ok(change)
}

/// Writes a hook in one step.
fn write(folder: &Path, path: &Path, text: &str) -> Result<(), StoreError> {
    let failed = |doing| StoreError::io(doing, path);
    let mut file = tempfile::Builder::new()
        .prefix(".desk-hook-")
        .permissions(fs::Permissions::from_mode(0o777))
        .tempfile_in(folder)
        .map_err(failed("write"))?;
    file.write_all(text.as_bytes()).map_err(failed("write"))?;
    file.as_file().sync_all().map_err(failed("write"))?;
    let kept = file
        .persist(path)
        .map_err(|error| failed("write")(error.error))?;
    drop(kept);
    Ok(())
}

/// Takes a hook of ours out of a folder of hooks; `None` where there is none.
pub fn remove(
    folder: &Path,
    hook: HookName,
    dry_run: bool,
) -> Result<Option<HookChange>, StoreError> {
    let mut found = None;
    let many = folder
        .join(format!("{}.d", hook.as_str()))
        .join("plaindesk");
    for path in [folder.join(hook.as_str()), many] {
        let aside = before(&path);
        match whose(hook, &path)? {
            Whose::Changed => found = Some(HookChange::Changed),
            Whose::Ours if aside.symlink_metadata().is_ok() => {
                if !dry_run {
                    fs::rename(&aside, &path).map_err(StoreError::io("put back", &aside))?;
                }
                found = Some(HookChange::Restored);
            }
            Whose::Ours => {
                if !dry_run {
                    fs::remove_file(&path).map_err(StoreError::io("remove", &path))?;
                }
                found = Some(HookChange::Removed);
            }
            Whose::Nobodys | Whose::Others => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path, text: &str) {
        let mut file = fs::File::create(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn text(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_hook_that_was_there_runs_first_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, program) = (folder.path(), Path::new("/opt/anna's/desk"));
        let path = folder.join("pre-push");
        put(&path, "#!/bin/sh\nexit 7\n");
        let add = |dry| install(folder, HookName::PrePush, program, dry).unwrap();
        assert_eq!(add(true), HookChange::Chained);
        assert_eq!(text(&path), "#!/bin/sh\nexit 7\n");
        assert_eq!(add(false), HookChange::Chained);
        assert_eq!(add(false), HookChange::Kept);
        let moved = Path::new("/usr/bin/desk");
        let again = install(folder, HookName::PrePush, moved, false).unwrap();
        assert_eq!(again, HookChange::Chained);
        assert!(text(&path).contains("'/usr/bin/desk' hooks run pre-push"));
        let gone = remove(folder, HookName::PrePush, false).unwrap();
        assert_eq!(gone, Some(HookChange::Restored));
        assert_eq!(text(&path), "#!/bin/sh\nexit 7\n");
        assert_eq!(remove(folder, HookName::PrePush, false).unwrap(), None);
    }

    #[test]
    fn what_somebody_changed_in_a_hook_of_ours_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let program = Path::new("/usr/bin/desk");
        let add = || install(folder, HookName::PreCommit, program, false).unwrap();
        assert_eq!(add(), HookChange::Installed);
        let path = folder.join("pre-commit");
        let changed = format!("{}\nmake lint\n", text(&path));
        put(&path, &changed);
        assert_eq!(add(), HookChange::Changed);
        let gone = remove(folder, HookName::PreCommit, false).unwrap();
        assert_eq!(gone, Some(HookChange::Changed));
        assert_eq!(text(&path), changed);
    }

    /// The link was made, and the hook not yet replaced.
    #[test]
    fn an_installation_that_was_cut_short_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let path = folder.join("pre-commit");
        put(&path, "mine\n");
        fs::hard_link(&path, before(&path)).unwrap();
        let program = Path::new("/usr/bin/desk");
        let done = install(folder, HookName::PreCommit, program, false).unwrap();
        assert_eq!(done, HookChange::Chained);
        assert_eq!(text(&before(&path)), "mine\n");
    }

    #[test]
    fn a_folder_of_hooks_gets_one_more() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("pre-receive.d")).unwrap();
        put(&folder.join("pre-receive"), "#!/bin/sh\nrun-parts\n");
        let program = Path::new("/usr/bin/desk");
        let done = install(folder, HookName::PreReceive, program, false).unwrap();
        assert_eq!(done, HookChange::Installed);
        assert!(folder.join("pre-receive.d/plaindesk").is_file());
        let gone = remove(folder, HookName::PreReceive, false).unwrap();
        assert_eq!(gone, Some(HookChange::Removed));
    }
}
