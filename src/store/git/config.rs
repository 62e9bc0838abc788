//! The few settings of git's that the store heeds.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::Command;

use crate::store::error::StoreError;
use crate::store::fs::permissions::Sharing;
use crate::store::git::child::GitOutput;

/// The few settings of git's that the store heeds.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct GitConfig {
    pub(in crate::store::git) user: (Option<String>, Option<String>),
    pub(in crate::store::git) committer: (Option<String>, Option<String>),
    /// Whom the clone is shared with.
    pub(in crate::store) sharing: Sharing,
    /// Whether the executable bit of files means anything here.
    pub(in crate::store) file_mode: bool,
    /// Whether git may tidy up by itself now and then.
    pub(in crate::store) upkeep: bool,
    /// Whether a program that the repository names would run in that.
    pub(in crate::store::git) foreign_upkeep: bool,
    /// The git folders that the person's own configuration trusts.
    pub(in crate::store::git) trusted: Vec<PathBuf>,
    /// How git is told to merge by our rules.
    pub(in crate::store) merge_driver: Option<String>,
    /// What it says of branches, remotes, and the programs on the way to them, in its order.
    pub(in crate::store) of_remotes: Vec<RemoteSetting>,
    /// The filters that it names.
    pub(in crate::store::git) filters: BTreeSet<OsString>,
    /// Why git's configuration could not be read.
    pub(in crate::store::git) unread: Option<String>,
}

/// One line of git's configuration.
#[derive(Clone, Debug)]
pub(in crate::store) struct RemoteSetting {
    /// Whether it is the person's, and not the clone's own.
    pub(in crate::store) is_persons: bool,
    pub(in crate::store) key: String,
    pub(in crate::store) value: String,
}

impl GitConfig {
    /// Whether the work tree leaves files out on purpose.
    pub(in crate::store) fn is_sparse(&self) -> bool {
        let mut settings = self.of_remotes.iter().rev();
        let last = settings.find(|one| one.key == "core.sparsecheckout");
        last.is_some_and(|one| one.value == "true")
    }

    /// Makes a git child run no filter that the configuration names.
    ///
    /// The settings go by the environment, because a filter's name may hold any character.
    pub(in crate::store) fn without_filters(&self, command: &mut Command) {
        let settings = [
            ("clean", ""),
            ("smudge", ""),
            ("process", ""),
            ("required", "false"),
        ];
        let mut count = 0;
        for name in &self.filters {
            for (key, value) in settings {
                let mut setting = OsString::from("filter.");
                setting.push(name);
                setting.push(format!(".{key}"));
                command.env(format!("GIT_CONFIG_KEY_{count}"), setting);
                command.env(format!("GIT_CONFIG_VALUE_{count}"), value);
                count += 1;
            }
        }
        command.env("GIT_CONFIG_COUNT", count.to_string());
    }
}

/// The question for all settings of git's that matter here. One of the keys is set on the command line,
/// so there is an answer always.
pub(in crate::store) const CONFIG_QUERY: [&str; 5] = [
    "config",
    "-z",
    "--show-scope",
    "--get-regexp",
    "^(user|committer)\\.(name|email)$|^core\\.(filemode|sharedrepository)$|\
     ^maintenance\\.auto$|^filter\\.|^gc\\.recentobjectshook$|^plaindesk\\.trust$|\
     ^merge\\.plaindesk\\.driver$|^(branch|remote|credential|url)\\.|\
     ^core\\.(sshcommand|askpass|gitproxy|alternaterefscommand|sparsecheckout)$",
];

/// The configuration of git's answer.
pub(in crate::store) fn config_of(reported: Result<GitOutput, StoreError>) -> GitConfig {
    let reported = match reported {
        Ok(reported) if reported.ok && !reported.stdout.is_empty() => Ok(reported.stdout),
        Ok(reported) if reported.stderr.is_empty() => Err("it gave no answer".to_owned()),
        Ok(reported) => Err(reported.stderr),
        Err(error) => Err(error.to_string()),
    };
    let answer = reported.as_deref().unwrap_or_default();
    let mut config = read_config(&String::from_utf8_lossy(answer));
    config.filters = filters(answer);
    config.unread = reported.err();
    config
}

/// Reads triples of scope, key and value.
pub(in crate::store) fn read_config(text: &str) -> GitConfig {
    let mut config = GitConfig {
        file_mode: true,
        upkeep: true,
        ..GitConfig::default()
    };
    let mut words = text.split_terminator('\0');
    while let (Some(scope), Some(pair)) = (words.next(), words.next()) {
        if scope == "command" {
            // What every child is given is nobody's wish.
            continue;
        }
        let persons = matches!(scope, "global" | "system");
        let (key, value) = pair.split_once('\n').unwrap_or((pair, "true"));
        let yes = !matches!(
            value.to_ascii_lowercase().as_str(),
            "false" | "no" | "off" | "0" | ""
        );
        let text = Some(value.to_owned()).filter(|value| !value.trim().is_empty());
        let of_remotes = ["branch.", "remote.", "credential.", "url.", "core."];
        if of_remotes.iter().any(|start| key.starts_with(start)) {
            config.of_remotes.push(RemoteSetting {
                is_persons: persons,
                key: key.to_owned(),
                value: value.to_owned(),
            });
        }
        match key {
            "user.name" => config.user.0 = text,
            "user.email" => config.user.1 = text,
            "committer.name" => config.committer.0 = text,
            "committer.email" => config.committer.1 = text,
            "core.filemode" => config.file_mode = yes,
            "core.sharedrepository" => config.sharing = Sharing::of(value),
            "merge.plaindesk.driver" => config.merge_driver = text,
            "maintenance.auto" => config.upkeep = yes,
            // A program that tidying up would run, and no setting takes back.
            "gc.recentobjectshook" if !persons => config.foreign_upkeep = true,
            "plaindesk.trust" if persons => config.trusted.extend(text.map(PathBuf::from)),
            _ => {}
        }
    }
    config.upkeep &= !config.foreign_upkeep;
    config
}

/// The names of the filters in such an answer, of whatever bytes they are.
pub(in crate::store) fn filters(answer: &[u8]) -> BTreeSet<OsString> {
    let name = |pair: &[u8]| {
        let key = pair.split(|&byte| byte == b'\n').next()?;
        let rest = key.strip_prefix(b"filter.")?;
        let end = rest.iter().rposition(|&byte| byte == b'.')?;
        Some(OsString::from_vec(rest[..end].to_vec()))
    };
    answer.split(|&byte| byte == 0).filter_map(name).collect()
}
