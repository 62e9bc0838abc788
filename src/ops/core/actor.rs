//! Who acts, when, and how carefully.

use crate::ops::core::messages::desk::DeskError;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::model::command;
use crate::model::moment::Moment;
use crate::model::person::{DESK, Handle};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::unknown;
use crate::ops::core::{kept_articles, merge_setup};
use crate::page::settings::FORMAT;
use crate::rules::context::DeskContext;
use crate::store::fs::interrupt::Interrupt;
use crate::store::git::repo::Repo;
use crate::store::git::save_rules::SaveRules;
use crate::store::git::signature::Signature;
use crate::store::journal::save::Writer;

/// What a command that writes goes by.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who acts.
    pub me: Handle,
    /// The moment.
    pub now: Moment,
    /// Whether only to say what would be done.
    pub dry_run: bool,
    /// Whether a commit may land on no branch.
    pub detached_ok: bool,
    /// The repository, once it is open.
    pub repo: OnceLock<Repo>,
    /// The wish that the command ends.
    pub interrupt: Interrupt,
    /// The program that git is told to merge with; `None` where the clone's configuration is left
    /// alone, as under `CI`.
    pub merge_program: Option<PathBuf>,
}

/// Refuses to write into files of an older format.
fn of_this_format(desk: &Desk) -> Result<(), OpError> {
    let format = desk.settings.format;
    if format == FORMAT {
        return Ok(());
    }
    Err(DeskError::OlderFormat(&format, &FORMAT).error())
}

impl Actor {
    /// Refuses what only managers may do.
    pub fn may(&self, desk: &Desk, verb: &str) -> Result<(), OpError> {
        // What the program does by itself is not for anybody in particular.
        if self.me.is_desk() {
            return Ok(());
        }
        debug_assert!(
            command::WRITERS.contains(&verb),
            "{verb}: name it in WRITERS"
        );
        let only = &desk.settings.policy.managers_only;
        if !only.iter().any(|word| word.covers(verb)) || self.is_manager(desk) {
            return Ok(());
        }
        Err(DeskError::NotManager(&verb, &self.me, &managers(desk)).error())
    }

    /// Whether the one who acts is a manager.
    pub fn is_manager(&self, desk: &Desk) -> bool {
        let agent = desk.settings.agent(self.me.as_str());
        agent.is_some_and(|agent| agent.manager)
    }

    /// Refuses what is the managers' everywhere: publishing and retiring articles.
    pub fn must_be_manager(&self, desk: &Desk, what: &str) -> Result<(), OpError> {
        if self.is_manager(desk) {
            return Ok(());
        }
        Err(DeskError::NotManagerFor(&what, &self.me, &managers(desk)).error())
    }

    /// What rules and queries go by when this agent acts.
    pub fn context<'d>(&'d self, desk: &'d Desk) -> DeskContext<'d> {
        desk.context(Some(&self.me), self.now)
    }

    /// The repository, opened if it is not open yet.
    pub fn repo(&self, desk: &Desk) -> Result<&Repo, OpError> {
        if let Some(repo) = self.repo.get() {
            return Ok(repo);
        }
        let opened = Repo::open_to_act(desk.root.dir())?;
        Ok(self.repo.get_or_init(|| opened))
    }

    /// The lock, to write with.
    ///
    /// Refuses a desk of an older format: what it would write, older programs would misread.
    pub fn hold(&self, desk: &Desk, verb: &str) -> Result<Writer, OpError> {
        of_this_format(desk)?;
        let mut held = self.take_hold(desk, verb)?;
        if let Some(program) = &self.merge_program {
            let author = self.signature(desk);
            if let Err(error) = merge_setup::set_up(desk, &mut held, program, author, self.now) {
                held.report(&format!(
                    "git is not told how to merge the desk's files: {error}."
                ));
            }
        }
        kept_articles::place(desk, &mut held, &self.signature(desk), self.now)?;
        Ok(held)
    }

    fn take_hold(&self, desk: &Desk, verb: &str) -> Result<Writer, OpError> {
        let repo = self.repo(desk)?.clone().heeding(self.interrupt.clone());
        Ok(repo.hold(verb, &self.rules(desk))?)
    }

    /// The lock to migrate with, whatever the desk's format; not for a dry run.
    pub fn hold_to_migrate(&self, desk: &Desk) -> Result<Option<Writer>, OpError> {
        (!self.dry_run)
            .then(|| self.take_hold(desk, "migrate"))
            .transpose()
    }

    /// The lock, but for a dry run, which writes nothing.
    pub fn hold_unless_dry(&self, desk: &Desk, verb: &str) -> Result<Option<Writer>, OpError> {
        of_this_format(desk)?;
        (!self.dry_run).then(|| self.hold(desk, verb)).transpose()
    }

    /// How the settings want changes saved.
    fn rules(&self, desk: &Desk) -> SaveRules {
        let git = &desk.settings.git;
        SaveRules {
            commit: git.commit,
            sign: git.sign,
            hooks: git.hooks,
            detached_ok: self.detached_ok,
        }
    }

    /// The agent as the author of a commit.
    pub fn signature(&self, desk: &Desk) -> Signature {
        let agent = desk.settings.agent(self.me.as_str());
        let name = agent
            .map_or(self.me.as_str(), |agent| &agent.name)
            .to_owned();
        let email = agent
            .map(|agent| agent.email.clone())
            .filter(|email| !email.is_empty());
        Signature {
            name,
            email: email.unwrap_or_else(|| format!("{}@localhost", self.me)),
        }
    }
}

/// The managers in service, for people.
pub(in crate::ops::core) fn managers(desk: &Desk) -> String {
    let managers = desk.settings.active_agents().filter(|agent| agent.manager);
    let names: Vec<&str> = managers.map(|agent| agent.handle.as_str()).collect();
    if names.is_empty() {
        return "for a manager in desk.toml: nobody is one".to_owned();
    }
    names.join(" or ")
}

/// Who acts: the one asked for, else the git identity matched by e-mail. The repository is
/// open where it had to be opened for that.
pub fn who(desk: &Desk, asked: Option<&str>) -> Result<(Handle, OnceLock<Repo>), OpError> {
    if let Some(asked) = asked {
        if asked == DESK {
            return Err(DeskError::ActingAsDesk.error());
        }
        let agents = &desk.settings.agents;
        return match agents.get(asked) {
            Some(agent) if agent.retired => Err(DeskError::RetiredActor(&asked).error()),
            Some(agent) => Ok((agent.handle.clone(), OnceLock::new())),
            None => {
                let active = desk
                    .settings
                    .active_agents()
                    .map(|agent| agent.handle.as_str());
                Err(unknown("agent", asked, active)
                    .hint(format!("to add one: [agent.{asked}] in desk.toml")))
            }
        };
    }
    let repo = Repo::open_to_act(desk.root.dir())?;
    let identity = repo.identity()?;
    let email = identity
        .as_ref()
        .map(|identity| identity.email.trim().to_lowercase())
        .unwrap_or_default();
    let found = desk
        .settings
        .active_agents()
        .find(|agent| !email.is_empty() && agent.email.to_lowercase() == email);
    match found {
        Some(agent) => Ok((agent.handle.clone(), repo.into())),
        None if email.is_empty() => Err(DeskError::NoEmail.error()),
        None => {
            let name = identity.map(|identity| identity.name).unwrap_or_default();
            let handle = handle_of(&name, &email);
            let is_free = |handle: &String| !desk.settings.agents.contains_key(handle.as_str());
            let others = (2..).map(|n| format!("{handle}{n}"));
            let mut free = std::iter::once(handle.clone()).chain(others);
            let handle = free.find(is_free).unwrap_or(handle);
            Err(DeskError::UnknownEmail(
                &email,
                &handle,
                &crate::page::entry_value::quoted(&name),
                &crate::page::entry_value::quoted(&email),
            )
            .error())
        }
    }
}

/// A handle for somebody of this name and address.
pub fn handle_of(name: &str, email: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let local = email.split('@').next().unwrap_or_default();
    let first = name.split_whitespace().next().unwrap_or_default();
    for candidate in [first, local] {
        let plain: String = candidate
            .nfkd()
            .flat_map(char::to_lowercase)
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        let plain = plain.trim_start_matches(['-', '_', '.']);
        if !plain.is_empty() && plain != DESK {
            return plain.to_owned();
        }
    }
    "me".to_owned()
}
