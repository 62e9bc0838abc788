//! The world outside: environment, clock, terminal. Looked at here and nowhere else.

use crate::cli::messages::CommandError;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use chrono_tz::Tz;

use crate::model::moment::Moment;
use crate::ops::core::error::OpError;
use crate::rules::text::terms::base_language;

/// What a command needs to know of the world.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that have nothing to do with one another"
)]
pub struct Env {
    /// The moment, once for the whole command.
    pub now: Moment,
    /// Whether `DESK_NOW` fixed it.
    pub fixed: bool,
    /// `DESK_DIR`.
    pub dir: Option<PathBuf>,
    /// `DESK_AGENT`.
    pub agent: Option<String>,
    /// Whether a person types and reads.
    pub interactive: bool,
    /// Whether standard output is a terminal.
    pub stdout_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_terminal: bool,
    /// `NO_COLOR` is set.
    pub no_color: bool,
    /// `COLUMNS`, where it is set.
    pub columns: Option<usize>,
    /// The editor's command line.
    pub editor: String,
    /// Whether somebody chose that editor.
    pub editor_set: bool,
    /// The pager's command line; `None` for none.
    pub pager: Option<String>,
    /// The user's folder for caches.
    pub caches: Option<PathBuf>,
    /// The language in which the user reads, as a tag; `None` where none was chosen.
    pub language: Option<String>,
    /// This program, for git to merge with; `None` under `CI`.
    pub program: Option<PathBuf>,
    /// The zone of the user, or of the system.
    pub zone: Option<Tz>,
    /// The folder of the user's configurations, `XDG_CONFIG_HOME` or `~/.config`.
    pub config_home: Option<PathBuf>,
    /// What git tells a hook by the environment.
    pub hook: HookEnv,
    /// What a mail server tells by the environment.
    pub mail: MailEnv,
}

/// What a mail server tells of a mail by the environment.
#[derive(Clone, Debug, Default)]
pub struct MailEnv {
    /// `SENDER`: whom errors go to; `Some` and empty for nobody.
    pub sender: Option<String>,
    /// `RECIPIENT`.
    pub recipient: Option<String>,
    /// `ORIGINAL_RECIPIENT`, before aliases.
    pub original_recipient: Option<String>,
    /// `EXTENSION`, what stands behind the `+` in the recipient's name.
    pub extension: Option<String>,
}

impl MailEnv {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    fn read() -> Self {
        let sender = std::env::var_os("SENDER").map(|one| one.to_string_lossy().into_owned());
        Self {
            sender,
            recipient: var("RECIPIENT"),
            original_recipient: var("ORIGINAL_RECIPIENT"),
            extension: var("EXTENSION"),
        }
    }
}

/// What git tells a hook by the environment.
#[derive(Clone, Debug, Default)]
pub struct HookEnv {
    /// Git's folder.
    pub git_dir: Option<PathBuf>,
    /// Name and address of the author of the commit to come.
    pub author: Option<(String, String)>,
    /// Where objects are kept until they are taken in, and the index of the commit to come.
    pub variables: Vec<(String, String)>,
}

impl HookEnv {
    fn read() -> Self {
        let kept = |name: &str| {
            let value = var(name)?;
            // Relative to where git started the hook.
            let is_path = matches!(name, "GIT_INDEX_FILE" | "GIT_OBJECT_DIRECTORY");
            let value = if is_path {
                current_dir().join(value).to_string_lossy().into_owned()
            } else {
                value
            };
            Some((name.to_owned(), value))
        };
        let variables = [
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_QUARANTINE_PATH",
        ];
        Self {
            git_dir: var("GIT_DIR").map(PathBuf::from),
            author: var("GIT_AUTHOR_NAME").zip(var("GIT_AUTHOR_EMAIL")),
            variables: variables.into_iter().filter_map(kept).collect(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The pager of the user's choice. As with git, an empty name means none.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn pager() -> Option<String> {
    let chosen = ["DESK_PAGER", "PAGER"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    let pager = chosen.unwrap_or_else(|| "less -FRX".to_owned());
    Some(pager).filter(|pager| !matches!(pager.trim(), "" | "cat"))
}

/// A folder of the user's, named by a variable or standing in the home folder.
fn home(name: &str, own: &str) -> Option<PathBuf> {
    let named = var(name)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    named.or_else(|| var("HOME").map(|home| PathBuf::from(home).join(own)))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks for the time"
)]
fn clock() -> Moment {
    Moment::new(&chrono::Utc::now())
}

/// The zone that `TZ` names, else the system's; `None` where neither has a name of the IANA data base.
fn zone() -> Option<Tz> {
    let named = var("TZ").and_then(|name| name.trim_start_matches(':').parse().ok());
    named.or_else(|| iana_time_zone::get_timezone().ok()?.parse().ok())
}

impl Env {
    /// Looks at the world.
    pub fn read() -> Result<Self, OpError> {
        let fixed = var("DESK_NOW");
        let now = match &fixed {
            Some(text) => text
                .parse()
                .map_err(|error: crate::model::moment::NotAMoment| {
                    CommandError::BadNow(&error).error()
                })?,
            None => clock(),
        };
        let fixed = fixed.is_some();
        let stdout_terminal = std::io::stdout().is_terminal();
        // A terminal that can do nothing but print lines gets no colours, pager, or prompt that
        // moves the cursor.
        let is_dumb = var("TERM").as_deref() == Some("dumb");
        Ok(Self {
            now,
            fixed,
            dir: var("DESK_DIR").map(PathBuf::from),
            agent: var("DESK_AGENT"),
            interactive: stdout_terminal && !is_dumb && std::io::stdin().is_terminal(),
            stdout_terminal,
            stderr_terminal: !is_dumb && std::io::stderr().is_terminal(),
            no_color: is_dumb || var("NO_COLOR").is_some(),
            columns: var("COLUMNS").and_then(|columns| columns.parse().ok()),
            editor_set: var("VISUAL").or_else(|| var("EDITOR")).is_some(),
            editor: var("VISUAL")
                .or_else(|| var("EDITOR"))
                .unwrap_or_else(|| "vi".to_owned()),
            pager: pager().filter(|_| !is_dumb),
            program: std::env::current_exe().ok().filter(|_| var("CI").is_none()),
            // As the XDG base directory specification has it: a relative path is ignored.
            caches: home("XDG_CACHE_HOME", ".cache"),
            language: ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(var)
                .map(|tag| base_language(&tag))
                .filter(|tag| tag != "c" && tag != "posix"),
            zone: zone(),
            config_home: home("XDG_CONFIG_HOME", ".config"),
            hook: HookEnv::read(),
            mail: MailEnv::read(),
        })
    }

    /// The moment of something that a person did while the command ran.
    pub fn later(&self) -> Moment {
        if self.fixed { self.now } else { clock() }
    }

    /// The folder of this program's configuration.
    pub fn config_dir(&self) -> Option<PathBuf> {
        self.config_home.as_ref().map(|home| home.join("plaindesk"))
    }

    /// The width to lay out for: the terminal's, or what `COLUMNS` says; no end on a pipe.
    pub fn width(&self) -> Option<usize> {
        if !self.stdout_terminal {
            return None;
        }
        let asked = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
        let asked = asked
            .map(|size| usize::from(size.ws_col))
            .filter(|columns| *columns > 0);
        asked.or(self.columns).or(Some(80))
    }

    /// The lines that a terminal shows at once; no end on a pipe.
    pub fn height(&self) -> Option<usize> {
        let asked = || rustix::termios::tcgetwinsize(std::io::stdout()).ok();
        let lines = || asked().map(|size| usize::from(size.ws_row));
        let known = || lines().filter(|lines| *lines > 0);
        self.stdout_terminal.then(|| known().unwrap_or(24))
    }
}

/// The arguments of this process.
pub fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// This program.
pub fn program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// The current folder.
pub fn current_dir() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}

/// The name of the user.
pub fn user() -> Option<String> {
    var("LOGNAME").or_else(|| var("USER"))
}

/// The home folder of the user.
pub fn home_dir() -> PathBuf {
    var("HOME").map_or_else(current_dir, PathBuf::from)
}

/// Where a program is that a configuration names: by its path, or in a folder of `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let is_program = |path: &PathBuf| {
        let about = path.metadata();
        about.is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
    };
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(is_program);
    }
    let folders = var("PATH").unwrap_or_default();
    let mut all = std::env::split_paths(&folders).map(|folder| folder.join(name));
    all.find(is_program)
}

/// The name of this machine.
pub fn host() -> String {
    let name = rustix::system::uname();
    name.nodename().to_string_lossy().into_owned()
}

impl Env {
    /// A world of which nothing is known, for telling why.
    pub fn blind() -> Self {
        Self {
            now: Moment::epoch(),
            fixed: true,
            dir: None,
            agent: None,
            interactive: false,
            stdout_terminal: false,
            stderr_terminal: false,
            no_color: true,
            columns: None,
            editor: "vi".to_owned(),
            editor_set: false,
            pager: None,
            caches: None,
            language: None,
            program: None,
            zone: None,
            config_home: None,
            hook: HookEnv::default(),
            mail: MailEnv::default(),
        }
    }
}
