//! `init`: a new desk, ready to work.

use crate::ops::core::messages::data::DataError;
use std::path::{Path, PathBuf};

use crate::model::moment::Moment;
use crate::ops::core::actor::handle_of;
use crate::ops::core::error::OpError;
use crate::page::catalog;
use crate::page::entry_value::quoted;
use crate::page::settings;
use crate::store::fs::caches::Caches;
use crate::store::fs::interrupt::Interrupt;
use crate::store::fs::random;
use crate::store::fs::read::{self, ReadError};
use crate::store::fs::root::{CACHES, Root};
use crate::store::git::child::Git;
use crate::store::git::merge_setup;
use crate::store::git::repo::Repo;
use crate::store::journal::save::{Save, SaveRules, SaveStep, Saved, Signature};

/// The articles that a new desk begins with: path and text.
const ARTICLES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/articles.rs"));

/// What was made.
#[derive(Debug)]
pub struct NewDesk {
    /// The desk's folder.
    pub dir: PathBuf,
    /// The first manager's handle.
    pub manager: String,
    /// Whether git knew who that is.
    pub known: bool,
    /// Whether the repository was made too.
    pub repository: bool,
    /// Articles written.
    pub articles: usize,
    /// What became of it on disk; `None` for a dry run.
    pub saved: Option<Saved>,
}

/// Sets up a desk in a folder, which is made where it is missing. `program` is ours, for git to merge
/// with; without one, git is not told.
pub fn init(
    dir: &Path,
    now: Moment,
    dry_run: bool,
    program: Option<&Path>,
    interrupt: &Interrupt,
) -> Result<NewDesk, OpError> {
    let failed = |error: std::io::Error| DataError::FolderNotMade(&dir.display(), &error).error();
    if dir.join(settings::FILE).symlink_metadata().is_ok() {
        return Err(DataError::DeskThere(&dir.display()).error());
    }
    if !dry_run {
        std::fs::create_dir_all(dir).map_err(failed)?;
    }
    let mut repository = false;
    // A dry run makes no folder: what is there above it tells the same.
    let there = dir.ancestors().find(|dir| dir.is_dir()).unwrap_or(dir);
    let repo = match Repo::open(there) {
        Ok(repo) => Some(repo),
        Err(_) if dry_run => None,
        Err(crate::store::error::StoreError::NoWorkTree { .. }) => {
            make_repository(dir)?;
            repository = true;
            Some(Repo::open(dir)?)
        }
        Err(error) => return Err(error.into()),
    };
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let identity = repo.as_ref().map(Repo::identity).transpose()?.flatten();
    let manager = FirstManager::of(identity);
    let handle = &manager.handle;
    let mut saves = vec![
        new(
            settings::FILE,
            format!("{}{}", settings::STARTER, manager.agent()),
        ),
        new(catalog::FILE, catalog::STARTER.to_owned()),
    ];
    saves.extend(
        ARTICLES
            .iter()
            .map(|(path, text)| new(path, owned_by(text, handle))),
    );
    saves.extend(own_files(&dir)?);
    saves.retain(|save| save.base.as_ref() != Some(&save.text));
    let articles = ARTICLES.len();
    let mut made = NewDesk {
        dir,
        manager: handle.clone(),
        known: manager.known,
        repository,
        articles,
        saved: None,
    };
    let Some(repo) = repo.filter(|_| !dry_run) else {
        return Ok(made);
    };
    let rules = SaveRules {
        commit: true,
        sign: false,
        hooks: false,
        detached_ok: false,
    };
    let mut held = repo.heeding(interrupt.clone()).hold("init", &rules)?;
    // An `init` that was cut short may just have been finished.
    saves.retain(|save| {
        let now = read::file(&made.dir.join(&save.path), read::MAX_PAGE);
        now.map_or(true, |now| now != save.text)
    });
    let step = SaveStep {
        message: "Set up the help desk".to_owned(),
        author: manager.author(),
        at: now,
        saves,
    };
    made.saved = Some(held.save(&step)?);
    if let Some(program) = program {
        // What fails here the next command that writes tries again, and tells.
        let _ = held.set_up_merges(program);
    }
    Ok(made)
}

/// The manager of a new desk: whoever git says makes it.
struct FirstManager {
    handle: String,
    name: String,
    email: String,
    /// Whether git knows who it is.
    known: bool,
}

impl FirstManager {
    fn of(identity: Option<Signature>) -> Self {
        match identity.filter(|identity| !identity.email.is_empty()) {
            Some(Signature { name, email }) => {
                let handle = handle_of(&name, &email);
                Self {
                    name: if name.is_empty() {
                        handle.clone()
                    } else {
                        name
                    },
                    handle,
                    email,
                    known: true,
                }
            }
            None => Self {
                handle: "manager".to_owned(),
                name: "The manager".to_owned(),
                email: String::new(),
                known: false,
            },
        }
    }

    /// Their table in the settings.
    fn agent(&self) -> String {
        let (name, email) = (quoted(&self.name), quoted(&self.email));
        format!(
            "\n[agent.{}]\nname = {name}\nemail = {email}\nrole = \"manager\"\nqueues = [\"service-desk\"]\n",
            self.handle
        )
    }

    /// The author of the first commit.
    fn author(&self) -> Signature {
        Signature {
            name: self.name.clone(),
            email: if self.known {
                self.email.clone()
            } else {
                format!("{}@localhost", self.handle)
            },
        }
    }
}

/// What git is to ignore and to keep byte for byte, behind what its files say already.
fn own_files(dir: &Path) -> Result<Vec<Save>, OpError> {
    let own = "# caches of this clone\n.desk/\n";
    let attributes = format!(
        "# what the desk writes is kept byte for byte, and git merges it by the desk's rules\n\
         tickets/** -text -filter -ident\nkb/** -text -filter -ident\n*.toml -text\n{}",
        merge_setup::attributes("")
    );
    let mut saves = Vec::new();
    for (name, text) in [(".gitignore", own), (".gitattributes", attributes.as_str())] {
        let old = read::file(&dir.join(name), read::MAX_PAGE);
        saves.push(match old {
            Ok(old) => Save {
                path: name.to_owned(),
                text: joined(&old, text),
                base: Some(old),
            },
            Err(ReadError::Missing) => new(name, text.to_owned()),
            Err(error) => return Err(error.problem(name).into()),
        });
    }
    Ok(saves)
}

/// Makes a repository aside, among the caches, and moves it into place whole: a `git init` that is
/// cut short leaves locks that no later one gets past.
fn make_repository(dir: &Path) -> Result<(), OpError> {
    let place = dir.join(".git");
    let failed = |error: std::io::Error| DataError::FolderNotMade(&place.display(), &error).error();
    if place.symlink_metadata().is_ok() {
        // Somebody's, and not whole: git knows better what it lacks.
        return git_init(dir);
    }
    let caches = Caches::make(&Root::at(dir))?;
    let name = format!("init-{}", random::random(8).map_err(failed)?);
    caches.make_inner(&name)?;
    let aside = dir.join(CACHES).join(name);
    let made =
        git_init(&aside).and_then(|()| std::fs::rename(aside.join(".git"), &place).map_err(failed));
    // Ours by its name; what stays is a cache like others.
    let _ = std::fs::remove_dir_all(&aside);
    made
}

fn git_init(dir: &Path) -> Result<(), OpError> {
    let reported = Git::in_folder(dir, &[]).run(&["init", "--quiet"])?;
    if reported.ok {
        return Ok(());
    }
    Err(DataError::GitInitFailed(&reported.stderr.trim()).error())
}

fn new(path: &str, text: String) -> Save {
    Save {
        path: path.to_owned(),
        base: None,
        text,
    }
}

/// The lines of `more` that `old` lacks, behind it.
fn joined(old: &str, more: &str) -> String {
    let missing: Vec<&str> = more
        .lines()
        .filter(|line| !old.lines().any(|known| known == *line))
        .collect();
    if missing.iter().all(|line| line.starts_with('#')) {
        return old.to_owned();
    }
    let gap = if old.is_empty() || old.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{old}{gap}{}\n", missing.join("\n"))
}

/// An article whose owner and publisher is the first manager, whose desk it is now.
fn owned_by(text: &str, handle: &str) -> String {
    let (front, body) = text.split_at(text.find("\n+++\n").unwrap_or(0));
    let line = |line: &str| match line.split_once(" = ") {
        Some((key @ ("owner" | "published_by"), _)) => format!("{key} = \"{handle}\""),
        _ => line.to_owned(),
    };
    front.lines().map(line).collect::<Vec<_>>().join("\n") + body
}
