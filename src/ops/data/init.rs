//! `init`: a new desk, ready to work.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;

use crate::model::moment::Moment;
use crate::ops::core::actor::handle_of;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::data::DataError;
use crate::page::entry_value::quoted;
use crate::page::{catalog, settings};
use crate::rules::sample::{SampleFile, days_between, shifted};
use crate::store::error::StoreError;
use crate::store::fs::caches::Caches;
use crate::store::fs::interrupt::Interrupt;
use crate::store::fs::random;
use crate::store::fs::read::{self, ReadError};
use crate::store::fs::root::{CACHES, Root};
use crate::store::git::child::Git;
use crate::store::git::merge_setup;
use crate::store::git::repo::Repo;
use crate::store::git::save_rules::SaveRules;
use crate::store::git::signature::Signature;
use crate::store::journal::save::Saved;
use crate::store::journal::step::{Save, SaveStep};

/// The articles that a new desk begins with: path and text.
const ARTICLES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/articles.rs"));

/// The sample's tickets, and the articles that a new desk leaves out: path and text.
const SAMPLE: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/sample.rs"));

/// The templates that a new desk begins with: path and text.
pub const TEMPLATES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The sample's settings and catalogue.
const SAMPLE_SETTINGS: &str = include_str!("../../../desk.toml");
const SAMPLE_CATALOGUE: &str = include_str!("../../../catalog.toml");

/// What is wanted of a new desk.
#[derive(Clone, Copy, Debug)]
pub struct NewDeskRequest<'a> {
    /// Its folder, which is made where it is missing.
    pub dir: &'a Path,
    /// Whether it begins with the sample's tickets, moved to today.
    pub sample: bool,
    /// The zone of its times; the sample keeps its own.
    pub zone: Tz,
    /// Now.
    pub now: Moment,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Our program, for git to merge with; without one, git is not told.
    pub program: Option<&'a Path>,
}

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
    /// Templates written.
    pub templates: usize,
    /// Tickets written.
    pub tickets: usize,
    /// What became of it on disk; `None` for a dry run.
    pub saved: Option<Saved>,
}

/// Sets up a desk in a folder.
pub fn init(request: NewDeskRequest<'_>, interrupt: &Interrupt) -> Result<NewDesk, OpError> {
    let NewDeskRequest {
        dir, now, dry_run, ..
    } = request;
    let failed = |error: std::io::Error| DataError::FolderNotMade(&dir.display(), &error).error();
    if dir.join(settings::FILE).symlink_metadata().is_ok() {
        return Err(DataError::DeskThere(&dir.display()).error());
    }
    if !dry_run {
        std::fs::create_dir_all(dir).map_err(failed)?;
    }
    let (repo, repository) = repository(dir, dry_run)?;
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let identity = repo.as_ref().map(Repo::identity).transpose()?.flatten();
    let manager = FirstManager::of(identity, request.sample);
    let files = if request.sample {
        sample(&manager, now)
    } else {
        starter(&manager, request.zone)
    };
    let count = |folder: &str| {
        files
            .iter()
            .filter(|(path, _)| path.starts_with(folder))
            .count()
    };
    let (articles, tickets) = (count("kb/"), count("tickets/"));
    let of_templates = files.iter().filter_map(|(path, _)| {
        let stem = path.strip_prefix("templates/")?;
        stem.split('.').next()
    });
    let templates = of_templates.collect::<BTreeSet<_>>().len();
    let mut saves: Vec<Save> = files
        .into_iter()
        .map(|(path, text)| new(&path, text))
        .collect();
    saves.extend(own_files(&dir)?);
    saves.retain(|save| save.base.as_ref() != Some(&save.text));
    let mut made = NewDesk {
        dir,
        manager: manager.handle.clone(),
        known: manager.known,
        repository,
        articles,
        templates,
        tickets,
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
        message: if request.sample {
            "Set up the sample desk".to_owned()
        } else {
            "Set up the help desk".to_owned()
        },
        author: manager.author(),
        at: now,
        saves,
    };
    made.saved = Some(held.save(&step)?);
    if let Some(program) = request.program {
        // What fails here the next command that writes tries again, and tells.
        let _ = held.set_up_merges(program);
    }
    Ok(made)
}

/// The repository of a folder, and whether it was made for it. There is none in a dry run where none
/// is there.
fn repository(dir: &Path, dry_run: bool) -> Result<(Option<Repo>, bool), OpError> {
    // A dry run makes no folder: what is there above it tells the same.
    let there = dir.ancestors().find(|dir| dir.is_dir()).unwrap_or(dir);
    match Repo::open(there) {
        Ok(repo) => Ok((Some(repo), false)),
        Err(_) if dry_run => Ok((None, false)),
        Err(StoreError::NoWorkTree { .. }) => {
            make_repository(dir)?;
            Ok((Some(Repo::open(dir)?), true))
        }
        Err(error) => Err(error.into()),
    }
}

/// The files that a new desk begins with.
fn starter(manager: &FirstManager, zone: Tz) -> Vec<SampleFile> {
    let (old, new) = (line_of(settings::STARTER), format!("timezone = \"{zone}\""));
    let text = settings::STARTER.replacen(old, &new, 1) + &manager.agent();
    let articles = ARTICLES
        .iter()
        .map(|(path, text)| ((*path).to_owned(), owned_by(text, &manager.handle)));
    let mut files = vec![
        (settings::FILE.to_owned(), text),
        (catalog::FILE.to_owned(), catalog::STARTER.to_owned()),
    ];
    files.extend(articles);
    files.extend(owned(TEMPLATES));
    files
}

/// The line of the zone.
fn line_of(settings: &str) -> &str {
    let zone = |line: &&str| line.starts_with("timezone = ");
    settings.lines().find(zone).unwrap_or_default()
}

/// The files of the sample, moved to today.
fn sample(manager: &FirstManager, now: Moment) -> Vec<SampleFile> {
    let stands = settings::read(SAMPLE_SETTINGS)
        .ok()
        .and_then(|read| read.sample);
    let days = stands.map_or(0, |stands| days_between(stands, now));
    let text = settings::sample::without(SAMPLE_SETTINGS) + &manager.agent();
    let mut files = vec![
        (settings::FILE.to_owned(), text),
        (catalog::FILE.to_owned(), SAMPLE_CATALOGUE.to_owned()),
    ];
    files.extend(shifted(&[ARTICLES, SAMPLE].concat(), days));
    files.extend(owned(TEMPLATES));
    files
}

fn owned(files: &'static [(&str, &str)]) -> impl Iterator<Item = SampleFile> {
    let files = files.iter();
    files.map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
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
    /// Whoever git says; in the sample under a handle that nobody has there.
    pub(in crate::ops::data) fn of(identity: Option<Signature>, sample: bool) -> Self {
        let mut manager = Self::known_to_git(identity);
        let taken = |handle: &str| SAMPLE_SETTINGS.contains(&format!("[agent.{handle}]"));
        if sample && taken(&manager.handle) {
            manager.handle.push_str("-2");
        }
        manager
    }

    fn known_to_git(identity: Option<Signature>) -> Self {
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
         tickets/** -text -filter -ident\nkb/** -text -filter -ident\n\
         templates/** -text -filter -ident\n*.toml -text\n{}",
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

pub(in crate::ops::data) fn new(path: &str, text: String) -> Save {
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
