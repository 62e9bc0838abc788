//! The other end: which branch of which remote a branch goes with, and the two ways there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::error::StoreError;
use crate::store::fs::random::random;
use crate::store::git::child::{GitOutput, Manner};
use crate::store::git::config::RemoteSetting;
use crate::store::git::repo::Repo;

/// The keys of git's configuration that name a program that would run on the way to a remote.
const PROGRAMS: [&str; 5] = [
    "core.sshcommand",
    "core.askpass",
    "core.gitproxy",
    "core.alternaterefscommand",
    "credential.helper",
];

/// Those of one remote, behind its name.
const PROGRAMS_OF_A_REMOTE: [&str; 3] = ["uploadpack", "receivepack", "vcs"];

/// By which ways objects come and go.
const PROTOCOLS: &str = "file:git:http:https:ssh";

/// What a branch goes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The remote's name.
    pub remote: String,
    /// The branch there, `refs/heads/main`.
    pub branch: String,
    /// Our copy of it, `refs/remotes/origin/main`.
    pub tracking: String,
    /// Whether the clone's configuration names it.
    pub known: bool,
    /// Whether the clone lacks texts, which the remote gives when they are needed.
    pub partial: bool,
    /// How to start ssh, where somebody says so.
    ssh: Option<String>,
    /// Whether the person trusts the programs that the clone names.
    trusted: bool,
}

impl Upstream {
    /// The branch of one agent's own there, for a main branch that takes only pull requests.
    #[must_use]
    pub fn of_agent(&self, handle: &str) -> Self {
        Self {
            branch: format!("refs/heads/desk/{handle}"),
            tracking: format!("refs/remotes/{}/desk/{handle}", self.remote),
            known: true,
            ..self.clone()
        }
    }

    /// The branch there, for people.
    pub fn name(&self) -> String {
        let branch = self.branch.strip_prefix("refs/heads/");
        format!("{}/{}", self.remote, branch.unwrap_or(&self.branch))
    }

    /// The command line that starts ssh; `None` where a program is named that is not to be told
    /// anything.
    #[expect(
        clippy::disallowed_methods,
        reason = "how the person's own environment starts ssh"
    )]
    fn ssh(&self) -> Option<String> {
        let own = std::env::var("GIT_SSH_COMMAND").ok();
        let line = own.or_else(|| self.ssh.clone());
        if line.is_none() && std::env::var_os("GIT_SSH").is_some() {
            return None;
        }
        Some(line.unwrap_or_else(|| "ssh".to_owned()))
    }
}

/// How to talk to a remote.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Whether somebody is there to be asked.
    pub asking: bool,
    /// How long it may be silent.
    pub patience: Duration,
}

/// Why a remote did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// There is no remote.
    #[error("this repository has no remote to sync with")]
    None,
    /// There are several, and none is meant.
    #[error("this branch goes with none of the remotes {0}")]
    Several(String),
    /// A program that the clone's own configuration names.
    #[error(
        "`{0}` in this clone's own configuration names a program, and only a clone that you trust may start one"
    )]
    Program(String),
    /// A repository inside of this one, whose hooks would run.
    #[error("the remote `{0}` lies inside of this clone, and its hooks would run")]
    Inside(String),
    /// It cannot be reached.
    #[error("`{remote}` cannot be reached: {why}")]
    Offline { remote: String, why: String },
    /// It does not let us in.
    #[error("`{remote}` does not let us in: {why}")]
    NoKey { remote: String, why: String },
    /// It has not answered for so long.
    #[error("`{remote}` has not answered for {seconds} s")]
    Silent { remote: String, seconds: u64 },
    /// It refuses what is sent.
    #[error("`{remote}` refuses the push: {why}")]
    Refused { remote: String, why: String },
    /// The clone's own hook refuses.
    #[error("the hook `pre-push` of this clone refuses: {why}")]
    Hook { why: String },
    /// There is no room for what it sends.
    #[error("there is no space left on this machine for what comes from `{remote}`")]
    NoSpace { remote: String },
    /// Anything else.
    #[error("`{remote}`: {why}")]
    Other { remote: String, why: String },
}

/// What became of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The remote has it.
    Done,
    /// Somebody was there first.
    Late,
}

/// Either a failure of the store's or of the remote's.
#[derive(Debug, thiserror::Error)]
pub enum TalkError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl Repo {
    /// What a branch, by its full name, goes with.
    pub fn upstream(&self, branch: &str) -> Result<Upstream, TalkError> {
        let settings = &self.config().of_remotes;
        let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
        let last = |key: &str| {
            let mut found = settings.iter().rev();
            found
                .find(|one| one.key == key)
                .map(|one| one.value.clone())
        };
        let mut remotes: Vec<&str> = settings
            .iter()
            .filter_map(|one| one.key.strip_prefix("remote.")?.strip_suffix(".url"))
            .collect();
        remotes.dedup();
        let named = last(&format!("branch.{short}.remote")).filter(|name| name != ".");
        let remote = match (named, &remotes[..]) {
            (Some(named), _) => named,
            (None, []) => return Err(RemoteError::None.into()),
            (None, [one]) => (*one).to_owned(),
            (None, all) if all.contains(&"origin") => "origin".to_owned(),
            (None, all) => return Err(RemoteError::Several(all.join(", ")).into()),
        };
        if remote.starts_with('-') || !remotes.contains(&remote.as_str()) {
            return Err(RemoteError::None.into());
        }
        let merge = last(&format!("branch.{short}.merge"));
        let known = merge.is_some();
        let there = merge.unwrap_or_else(|| branch.to_owned());
        let on = there.strip_prefix("refs/heads/").unwrap_or(&there);
        let trusted = self.is_trusted();
        if !trusted {
            self.refuse_programs(&remote)?;
        }
        Ok(Upstream {
            tracking: format!("refs/remotes/{remote}/{on}"),
            branch: there,
            known,
            partial: last(&format!("remote.{remote}.promisor")).is_some(),
            ssh: last("core.sshcommand"),
            trusted,
            remote,
        })
    }

    /// Refuses what the clone's own configuration would run.
    fn refuse_programs(&self, remote: &str) -> Result<(), RemoteError> {
        for RemoteSetting {
            is_persons,
            key,
            value,
        } in &self.config().of_remotes
        {
            if *is_persons {
                continue;
            }
            let of_remote = key
                .strip_prefix("remote.")
                .and_then(|rest| rest.strip_prefix(remote))
                .and_then(|rest| rest.strip_prefix('.'));
            let of_host = key.starts_with("credential.") && key.ends_with(".helper");
            // An empty helper only takes back those before it.
            let is_program = (PROGRAMS.contains(&key.as_str()) || of_host) && !value.is_empty();
            if is_program || of_remote.is_some_and(|key| PROGRAMS_OF_A_REMOTE.contains(&key)) {
                return Err(RemoteError::Program(key.clone()));
            }
            // An address may be written anew before it is used.
            let rewritten = key.strip_prefix("url.").and_then(|rest| {
                let (base, _) = rest.rsplit_once('.')?;
                Some(base)
            });
            let address = match of_remote {
                Some("url" | "pushurl") => Some(value.as_str()),
                _ => rewritten,
            };
            if let Some(address) = address.filter(|address| self.is_inside(address)) {
                return Err(RemoteError::Inside(address.to_owned()));
            }
        }
        Ok(())
    }

    /// Whether an address is a folder of this clone.
    fn is_inside(&self, url: &str) -> bool {
        let path = url.strip_prefix("file://").unwrap_or(url);
        let path: PathBuf = self.top.join(path);
        let Ok(path) = path.canonicalize() else {
            return false;
        };
        let tops = [&self.top, &self.common];
        let within = |top: &&PathBuf| top.canonicalize().is_ok_and(|top| path.starts_with(top));
        tops.iter().any(within)
    }

    /// Whether the clone lacks texts that a remote gives when they are needed.
    pub fn is_partial(&self) -> bool {
        let mut settings = self.config().of_remotes.iter();
        settings.any(|one| one.key.starts_with("remote.") && one.key.ends_with(".promisor"))
    }

    /// Whether the clone's history is cut short.
    pub fn is_shallow(&self) -> bool {
        self.common.join("shallow").is_file()
    }

    /// Brings our copy of the branch up to date; the commit there, `None` where it has no such
    /// branch. `depth` deepens a shallow clone by so many commits.
    pub fn fetch(
        &self,
        upstream: &Upstream,
        depth: Option<&str>,
        call: Call,
    ) -> Result<Option<String>, TalkError> {
        let Upstream {
            remote,
            branch,
            tracking,
            ..
        } = upstream;
        let refspec = format!("+{branch}:{tracking}");
        let mut args = vec![
            "fetch",
            "--progress",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
        ];
        args.extend(depth);
        args.extend([remote.as_str(), refspec.as_str()]);
        let mut said = self.call(upstream, &args, b"", call)?;
        for attempt in 0..5 {
            // Another git fetches at the same moment.
            if said.met_a_lock() {
                wait_a_turn(attempt);
                said = self.call(upstream, &args, b"", call)?;
            }
        }
        if said.ok {
            return Ok(self.commit_named(tracking)?);
        }
        if said.stderr.contains("couldn't find remote ref") {
            // What is known of it is out of date.
            let _ = self.git.run(&["update-ref", "-d", tracking])?;
            return Ok(None);
        }
        Err(failure(remote, &said).into())
    }

    /// Fetches objects by their names, as a partial clone lacks them.
    pub fn fetch_objects(
        &self,
        upstream: &Upstream,
        objects: &[String],
        call: Call,
    ) -> Result<(), TalkError> {
        let input = objects.join("\n");
        let args = [
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--progress",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--filter=blob:none",
            "--stdin",
            &upstream.remote,
        ];
        let said = self.call(upstream, &args, input.as_bytes(), call)?;
        if said.ok {
            Ok(())
        } else {
            Err(failure(&upstream.remote, &said).into())
        }
    }

    /// Sends a commit to the branch there, if that has not moved away. `hooks`: the clone's own are
    /// asked before, where the person trusts it.
    pub fn push(
        &self,
        upstream: &Upstream,
        commit: &str,
        call: Call,
        hooks: bool,
    ) -> Result<Pushed, TalkError> {
        let remote = upstream.remote.as_str();
        let refspec = format!("{commit}:{}", upstream.branch);
        let mut args = vec!["push", "--porcelain", "--progress"];
        let hooks = hooks && upstream.trusted;
        if !hooks {
            args.push("--no-verify");
        }
        if !upstream.trusted {
            // The program that signs is one that the clone may name.
            args.push("--no-signed");
        }
        args.extend([remote, &refspec]);
        let said = self.call_with(upstream, &args, b"", call, hooks)?;
        if said.ok {
            return Ok(Pushed::Done);
        }
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let Some(line) = text.lines().find(|line| line.starts_with('!')) else {
            let refused = hooks.then(|| refused_by_hook(&said)).flatten();
            return Err(refused.unwrap_or_else(|| failure(remote, &said)).into());
        };
        let reason = line.rsplit('\t').next().unwrap_or_default();
        let late = [
            "fetch first",
            "non-fast-forward",
            "stale info",
            "failed to update ref",
            "failed to lock",
            "cannot lock ref",
            "reference already exists",
            "incorrect old value",
        ];
        if late.iter().any(|sign| reason.contains(sign)) {
            return Ok(Pushed::Late);
        }
        // What a hook says comes before git's own words.
        let hook: Vec<&str> = said
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("remote:"))
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let mut why = reason.trim_start_matches("[remote rejected] ").to_owned();
        if !hook.is_empty() {
            why = format!("{why}: {}", hook.join("; "));
        }
        let remote = remote.to_owned();
        Err(RemoteError::Refused { remote, why }.into())
    }

    /// Notes what the branch goes with, as `git push -u` does.
    pub fn follow(&self, branch: &str, upstream: &Upstream) -> Result<(), StoreError> {
        let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
        let set = |key: &str, value: &str| {
            let key = format!("branch.{short}.{key}");
            self.git
                .run(&["config", "--local", &key, value])?
                .or_error()
        };
        let _ = set("remote", &upstream.remote)?;
        let _ = set("merge", &upstream.branch)?;
        Ok(())
    }

    fn call(
        &self,
        upstream: &Upstream,
        args: &[&str],
        input: &[u8],
        call: Call,
    ) -> Result<GitOutput, TalkError> {
        self.call_with(upstream, args, input, call, false)
    }

    fn call_with(
        &self,
        upstream: &Upstream,
        args: &[&str],
        input: &[u8],
        call: Call,
        hooks: bool,
    ) -> Result<GitOutput, TalkError> {
        let manner = Manner::Remote {
            asking: call.asking,
            hooks,
        };
        let mut command = self.git.command(manner, args);
        if !upstream.trusted {
            command.env("GIT_ALLOW_PROTOCOL", PROTOCOLS);
        }
        if !call.asking
            && let Some(ssh) = upstream.ssh()
        {
            command.env("GIT_SSH_COMMAND", without_questions(&ssh));
        }
        let shown = args.first().copied().unwrap_or_default().to_owned();
        let said = self
            .git
            .converse(command, shown, input, call.patience, &self.interrupt)?;
        said.ok_or_else(|| {
            let (remote, seconds) = (upstream.remote.clone(), call.patience.as_secs());
            RemoteError::Silent { remote, seconds }.into()
        })
    }
}

/// A way to start ssh that asks nobody anything; what is no OpenSSH stays as it is.
fn without_questions(ssh: &str) -> String {
    let program = ssh.split_whitespace().next().unwrap_or_default();
    if Path::new(program)
        .file_name()
        .is_some_and(|name| name == "ssh")
    {
        format!("{ssh} -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15")
    } else {
        ssh.to_owned()
    }
}

/// What a hook of the clone's says that refuses a push; `None` where it was not the hook.
fn refused_by_hook(said: &GitOutput) -> Option<RemoteError> {
    let mut lines = said.stderr.lines().map(str::trim);
    let is_gits = |line: &str| line.starts_with("error: failed to push some refs");
    let fails_otherwise = lines.clone().any(|line| line.starts_with("fatal: "));
    if fails_otherwise || !lines.clone().any(is_gits) {
        return None;
    }
    let why: Vec<String> = lines
        .by_ref()
        .take_while(|line| !is_gits(line))
        .map(plain)
        .filter(|line| !is_progress(line))
        .collect();
    let why = match why.join("; ") {
        why if why.is_empty() => "it gave no reason".to_owned(),
        why => why,
    };
    Some(RemoteError::Hook { why })
}

/// What a failed talk means: which sort it is, by git's and ssh's own words.
fn failure(remote: &str, said: &GitOutput) -> RemoteError {
    const KEY: [&str; 8] = [
        "Permission denied",
        "Authentication failed",
        "could not read Username",
        "could not read Password",
        "terminal prompts disabled",
        "Host key verification failed",
        "publickey",
        "The requested URL returned error: 403",
    ];
    const OFFLINE: [&str; 14] = [
        "Could not resolve",
        "could not resolve",
        "Connection refused",
        "Connection timed out",
        "Operation timed out",
        "Network is unreachable",
        "No route to host",
        "unable to connect",
        "Failed to connect",
        "Connection reset",
        "Connection closed",
        "Temporary failure in name resolution",
        "Couldn't connect",
        "Could not connect",
    ];
    const FULL: &str = "No space left on device";
    let text = said.stderr.as_str();
    let line = |signs: &[&str]| {
        let mut lines = text.split(['\n', '\r']);
        lines
            .find(|line| signs.iter().any(|sign| line.contains(sign)))
            .map(plain)
    };
    let remote = remote.to_owned();
    let mut lines = text.split(['\n', '\r']);
    // What the other end says of its own disk begins with its name.
    if lines.any(|line| line.contains(FULL) && !line.starts_with("remote: ")) {
        return RemoteError::NoSpace { remote };
    }
    if let Some(why) = line(&KEY) {
        return RemoteError::NoKey { remote, why };
    }
    if let Some(why) = line(&OFFLINE) {
        return RemoteError::Offline { remote, why };
    }
    // Git ends with advice; what went wrong stands before it.
    let why = line(&["fatal: ", "error: "]);
    let mut said = text.split(['\n', '\r']).rev().map(plain);
    let why = why.or_else(|| said.find(|line| !is_progress(line)));
    RemoteError::Other {
        remote,
        why: why.unwrap_or_else(|| "it gave no reason".to_owned()),
    }
}

/// Whether a line only tells how far git is, or nothing.
fn is_progress(line: &str) -> bool {
    line.is_empty() || line.contains("% (") || line.contains("objects: ")
}

/// A line of git's without what it begins with, and without control characters.
fn plain(line: &str) -> String {
    let line = line.trim();
    let starts = ["fatal: ", "error: ", "ssh: ", "remote: "];
    let line = starts
        .iter()
        .fold(line, |line, start| line.strip_prefix(start).unwrap_or(line));
    line.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// Sleeps before another try to push: longer each time, and never in step with others.
pub fn wait_a_turn(attempt: u32) {
    let limit = 100_u64 << attempt.min(5);
    let drawn = random(3).map_or(7, |text| {
        text.bytes()
            .fold(0_u64, |sum, byte| sum * 31 + u64::from(byte))
    });
    std::thread::sleep(Duration::from_millis(limit / 4 + drawn % limit));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_ssh_is_told_to_ask_nothing() {
        assert!(without_questions("ssh -i key").starts_with("ssh -i key -o BatchMode=yes"));
        assert!(without_questions("/usr/bin/ssh").contains("BatchMode"));
        assert_eq!(without_questions("plink"), "plink");
    }
}
