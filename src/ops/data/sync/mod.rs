//! `sync`: fetches what other clones did, merges it with what was done here, and pushes.

mod changed_files;
mod rewritten;

pub use changed_files::{changed_files, changed_texts};

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::ops::core::actor::Actor;
use crate::ops::core::command_record;
use crate::ops::core::command_record::forget_texts;
use crate::ops::core::desk::{Desk, reopened};
use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::ops::data::after_merge;
use crate::ops::data::came_in::{self, CameIn, CameTicket, ChangedFile, Concern};
use crate::ops::data::sync::changed_files::{later_entries, later_here, listed, tickets};
use crate::ops::data::unseen::{self, Unseen};
use crate::page::settings;
use crate::store::error::StoreError;
use crate::store::fs::caches;
use crate::store::git::merge_commit::MergedCommits;
use crate::store::git::private::Private;
use crate::store::git::remote::{Call, Pushed, Upstream, wait_a_turn};
use crate::store::git::repo::Repo;
use crate::store::git::state::Head;
use crate::store::journal::advance::Arrived;
use crate::store::journal::report::Report;
use crate::store::journal::save::Writer;

/// How often a push that came too late is tried again.
const TRIES: u32 = 40;

/// For how long a sync that finds the branch moved tries again before others have their turn.
const TURN: Duration = Duration::from_secs(3);

/// Where it is noted up to which commit what came was examined.
const EXAMINED: &str = "examined";

/// How a clone whose history is cut short gets more of it.
const DEEPER: [&str; 4] = [
    "--deepen=50",
    "--deepen=500",
    "--deepen=5000",
    "--unshallow",
];

/// How to sync.
#[derive(Clone, Copy, Debug)]
pub struct SyncRequest {
    /// How to talk to the remote.
    pub call: Call,
    /// Whether to push to a branch of the agent's own, `desk/HANDLE`, instead.
    pub own_branch: bool,
    /// Whether nobody reads the outcome, so that what came in waits until somebody looks at it.
    pub unread: bool,
}

/// What became of a sync.
#[derive(Debug, Default)]
pub struct SyncOutcome {
    /// The other end, `origin/main`.
    pub upstream: String,
    /// Where the push went, or would have.
    pub pushed_to: String,
    /// How many commits came in, and how many went out.
    pub commits: [usize; 2],
    /// What came in.
    pub came: CameIn,
    /// Files with changes that are not committed, which were merged with what came.
    pub joined: Vec<String>,
    /// Entries that are dated later than now, a sentence each.
    pub later: Vec<String>,
    /// What about the tickets that came in somebody should look at, a sentence each.
    pub odd: Vec<String>,
    /// Sentences about what was finished for commands that died.
    pub recovered: Vec<Report>,
    /// How many tickets came in earlier that nobody has looked at.
    pub unseen: usize,
    /// Why nothing was pushed although there was something to push.
    pub held_back: Option<OpError>,
}

/// Where the branch stands against the other end.
struct Position {
    /// The branch that is checked out.
    branch: String,
    ours: Option<String>,
    theirs: Option<String>,
}

/// Syncs the branch that is checked out with the one that it goes with.
pub fn sync(desk: &Desk, act: &Actor, request: SyncRequest) -> Result<SyncOutcome, OpError> {
    act.may(desk, "sync")?;
    let repo = act.repo(desk)?.clone().heeding(act.interrupt.clone());
    let Head::Branch(branch) = repo.head()? else {
        // Says where to go back to.
        let mut held = act.hold(desk, "sync")?;
        return Err(held
            .branch()
            .map_or_else(OpError::from, |_| SyncError::KeepsMoving(&"HEAD").error()));
    };
    let upstream = repo.upstream(&branch)?;
    let outcome = SyncOutcome {
        upstream: upstream.name(),
        ..SyncOutcome::default()
    };
    // Whoever finds it dead removes what its git left locked.
    let session = repo.session_on(&upstream.tracking)?;
    let own = upstream.of_agent(act.me.as_str());
    let mut turn = Turn {
        desk,
        act,
        repo: &repo,
        upstream: &upstream,
        own: request.own_branch.then_some(&own),
        call: request.call,
        files: BTreeMap::new(),
        moved: false,
        from: None,
        outcome,
    };
    if let Err(error) = turn.run(&branch) {
        // Should git have left a lock, the next command that writes removes it.
        std::mem::forget(session);
        if !turn.moved {
            return Err(error);
        }
        // What came in is in place, and is told before what failed after it.
        turn.outcome.held_back = Some(saved_but(error));
    }
    let changed: Vec<ChangedFile> = turn.files.into_values().collect();
    let (mut outcome, moved, from) = (turn.outcome, turn.moved, turn.from);
    if !act.dry_run {
        let has_settings = changed.iter().any(|(path, ..)| path == settings::FILE);
        let fresh = has_settings.then(|| reopened(desk)).flatten();
        let desk = fresh.as_ref().unwrap_or(desk);
        outcome.came = came_in::read(desk, &act.me, &changed);
        outcome.odd = after_merge::of_changed(desk, &tickets(&changed));
        forget_what_was_redacted(desk, &repo, &outcome.came);
        outcome.later = later_entries(&changed, act.now)
            .into_iter()
            .map(|later| later.sentence)
            .collect();
    }
    if !act.dry_run {
        repo.tidy();
    }
    if request.unread && moved && !outcome.came.tickets.is_empty() {
        unseen::add(&repo, &act.me, waiting(&outcome.came, act.now, from))?;
    } else if !request.unread && !act.dry_run {
        outcome.unseen = unseen::of(&repo, &act.me).map_or(0, |unseen| unseen.tickets.len());
    }
    Ok(outcome)
}

/// What came in, for somebody who looks at it later.
fn waiting(came: &CameIn, since: Moment, from: Option<String>) -> Unseen {
    let ids = |all: &mut dyn Iterator<Item = &CameTicket>| {
        all.map(|one| one.ticket.id.to_string()).collect()
    };
    let concerns = |one: &&CameTicket| one.concern != Concern::Others;
    Unseen {
        since,
        from,
        tickets: ids(&mut came.tickets.iter()),
        concerns: ids(&mut came.tickets.iter().filter(concerns)),
    }
}

/// Says of an error that what came is saved all the same.
fn saved_but(error: OpError) -> OpError {
    if error.message.starts_with("saved") {
        return error;
    }
    let message = format!("saved, but not pushed: {}", error.message);
    OpError { message, ..error }
}

/// A sync under way.
struct Turn<'a> {
    desk: &'a Desk,
    act: &'a Actor,
    repo: &'a Repo,
    upstream: &'a Upstream,
    /// The branch to push to, where that is another.
    own: Option<&'a Upstream>,
    call: Call,
    /// The files that came in, by path: their texts before the first merge and now.
    files: BTreeMap<String, ChangedFile>,
    /// Whether the branch has moved, or will.
    moved: bool,
    /// Where the branch stood before it first moved.
    from: Option<String>,
    outcome: SyncOutcome,
}

impl Turn<'_> {
    fn run(&mut self, branch: &str) -> Result<(), OpError> {
        let Self {
            repo,
            upstream,
            call,
            ..
        } = *self;
        let to = self.own.unwrap_or(upstream);
        self.outcome.pushed_to = to.name();
        for attempt in 0..TRIES {
            if attempt > 0 {
                wait_a_turn(attempt);
            }
            let before = rewritten::last_known(repo, upstream)?;
            let main = fetch(repo, branch, upstream, call)?;
            let here = repo.commit_named(branch)?;
            let ends = [here.as_deref(), main.as_deref()];
            rewritten::refuse(repo, upstream, before.as_deref(), ends)?;
            // With what comes back it is a commit that the remote does not have.
            let theirs = self.examined(branch, main.clone())?;
            let there = match self.own {
                Some(own) => fetch(repo, branch, own, call)?,
                None => main.clone(),
            };
            if self.act.interrupt.raised().is_some() {
                return Err(StoreError::Interrupted.into());
            }
            if self.act.dry_run {
                return self.foretell(branch, theirs.as_deref());
            }
            let synced = |commit: Option<&String>| match commit {
                Some(commit) => rewritten::note(repo, upstream, commit),
                None => Ok(()),
            };
            let mut at = self.merge(theirs.as_deref())?;
            if self.own.is_some() {
                at = self.merge(there.as_deref())?;
            }
            let has_all = |ours: &String| [&main, &there].contains(&&Some(ours.clone()));
            let Some(ours) = at.ours.filter(|ours| !has_all(ours)) else {
                return synced(main.as_ref());
            };
            let (count, known) = unpushed(repo, to, there.or_else(|| main.clone()), &ours)?;
            let unpushed = changed_files(repo, known.as_deref(), &ours)?;
            if let Some(error) = later_here(&unpushed, self.act.now) {
                return Err(error);
            }
            let hooks = self.desk.settings.git.hooks;
            if repo.push(to, &ours, call, hooks)? == Pushed::Done {
                self.outcome.commits[1] = count;
                if !to.known {
                    repo.follow(&at.branch, to)?;
                }
                return synced(self.own.map_or(Some(&ours), |_| main.as_ref()));
            }
        }
        Err(SyncError::KeepsMoving(&to.name()).error())
    }

    /// Merges what came under the lock, and moves branch, index and files there. While a person's git keeps
    /// moving the branch, other commands have their turn now and then.
    fn merge(&mut self, theirs: Option<&str>) -> Result<Position, OpError> {
        for attempt in 0..TRIES {
            if attempt > 0 {
                wait_a_turn(attempt);
            }
            if let Some(merged) = self.merge_in_one_turn(theirs)? {
                return Ok(merged);
            }
        }
        Err(SyncError::KeepsMoving(&"HEAD").error())
    }

    /// Merges what came in one turn at the lock; `None` where the branch moved all the time.
    fn merge_in_one_turn(&mut self, theirs: Option<&str>) -> Result<Option<Position>, OpError> {
        let (desk, act) = (self.desk, self.act);
        let mut held = act.hold(desk, "sync")?;
        let end = Instant::now() + TURN;
        let merged = loop {
            let (branch, ours) = held.branch()?;
            let at = Position {
                branch,
                ours,
                theirs: theirs.map(str::to_owned),
            };
            let Some(to) = target(desk, act, &mut held, &at, self.upstream)? else {
                break Some(at);
            };
            let from = at.ours.as_deref();
            // Before it moves, so that nothing fails between that and telling it.
            let changed = changed_files(self.repo, from, &to)?;
            let count = match theirs {
                Some(theirs) => self.repo.commits_between(from, theirs)?,
                None => 0,
            };
            let moved = held.move_to(&at.branch, from, &to, &act.signature(desk), act.now);
            let arrived = match moved {
                Err(error) if error.is_saved() => {
                    // The next command finishes it.
                    self.came(from, changed, count);
                    return Err(error.into());
                }
                moved => moved?,
            };
            match arrived {
                Arrived::There { joined } => {
                    command_record::note_other(held.repo(), act, "sync");
                    self.came(from, changed, count);
                    self.outcome.joined.extend(joined);
                    break Some(Position {
                        ours: Some(to),
                        ..at
                    });
                }
                Arrived::Moved if Instant::now() < end => {}
                Arrived::Moved => break None,
                Arrived::InTheWay(files) => {
                    let path = files.keys().next().cloned().unwrap_or_default();
                    return Err(SyncError::InTheWay(&listed(&files), &path).error());
                }
            }
        };
        self.outcome.recovered.extend(held.reports());
        Ok(merged)
    }

    /// Takes note of what came in.
    fn came(&mut self, from: Option<&str>, changed: Vec<ChangedFile>, commits: usize) {
        if !self.moved {
            self.from = from.map(str::to_owned);
        }
        self.moved = true;
        self.outcome.commits[0] += commits;
        for (path, old, new) in changed {
            // Of several merges the oldest text counts.
            let first = self.files.remove(&path).map_or(old, |(_, first, _)| first);
            self.files.insert(path.clone(), (path, first, new));
        }
    }

    /// What came, with what a merge that was made elsewhere without the desk's rules left out.
    fn examined(
        &mut self,
        branch: &str,
        theirs: Option<String>,
    ) -> Result<Option<String>, OpError> {
        let repo = self.repo;
        let (Some(theirs), Some(ours)) = (&theirs, repo.commit_named(branch)?) else {
            return Ok(theirs);
        };
        if self.act.dry_run || *theirs == ours {
            return Ok(Some(theirs.clone()));
        }
        let folder = Private::make(repo, EXAMINED)?;
        let name = self.upstream.tracking.replace('/', "+");
        let before = folder.read(&name).map(|text| text.trim().to_owned());
        let before = match before {
            Some(before) if before.len() >= 40 => repo.commit_named(&before)?,
            _ => None,
        };
        let mut known = vec![ours.as_str()];
        known.extend(before.as_deref());
        if before.as_ref() == Some(theirs) {
            return Ok(Some(theirs.clone()));
        }
        if self.upstream.partial {
            let needed = repo.needed_to_examine(theirs, &known)?;
            fetch_lacking(repo, self.upstream, &needed, self.call)?;
        }
        let zone = self.desk.settings.zone;
        let left_out = repo.left_out_of_desks(theirs, &known, zone)?;
        if left_out.is_empty() {
            folder.write(&name, theirs)?;
        }
        let mut whole = theirs.clone();
        for (desk, left_out) in left_out {
            for (_, sentence) in &left_out.sentences {
                let text = format!("{sentence}, without the desk's rules: it is put right.");
                let report = Report::warning(text);
                if !self.outcome.recovered.contains(&report) {
                    self.outcome.recovered.push(report);
                }
            }
            whole = desk.commit_left_out(&whole, &left_out)?;
        }
        Ok(Some(whole))
    }

    /// Says what would come and go.
    fn foretell(&mut self, branch: &str, theirs: Option<&str>) -> Result<(), OpError> {
        let (repo, outcome) = (self.repo, &mut self.outcome);
        let ours = repo.commit_named(branch)?;
        if let Some(ours) = &ours {
            let known = theirs.map(str::to_owned);
            outcome.commits[1] = unpushed(repo, self.upstream, known, ours)?.0;
        }
        let Some(theirs) = theirs else {
            return Ok(());
        };
        outcome.commits[0] = repo.commits_between(ours.as_deref(), theirs)?;
        let bases = match &ours {
            Some(ours) => repo.merge_bases(ours, theirs)?,
            None => Vec::new(),
        };
        let from = bases.first().map(String::as_str);
        if ours.is_some() && from.is_none() {
            return Err(SyncError::Unrelated(&outcome.upstream).error());
        }
        let changed = changed_files(repo, from, theirs)?;
        outcome.came = came_in::read(self.desk, &self.act.me, &changed);
        outcome.later = later_entries(&changed, self.act.now)
            .into_iter()
            .map(|later| later.sentence)
            .collect();
        Ok(())
    }
}

/// What another clone took out for good is not to stay in what is kept beside the files here: caches, and
/// the old texts of commands.
fn forget_what_was_redacted(desk: &Desk, repo: &Repo, came: &CameIn) {
    let redacts = |one: &&CameTicket| one.entries.iter().any(|it| it.kind == EntryKind::Redact);
    let redacted: Vec<TicketId> = came
        .tickets
        .iter()
        .filter(redacts)
        .map(|one| one.ticket.id)
        .collect();
    if !redacted.is_empty() {
        let _ = caches::forget(&desk.root);
    }
    for id in redacted {
        forget_texts(repo, id);
    }
}

/// How many commits the remote lacks, and after which commit they come. `known` is what the branch
/// there has; a branch that is not there yet sets out from the remote's others.
fn unpushed(
    repo: &Repo,
    to: &Upstream,
    known: Option<String>,
    ours: &str,
) -> Result<(usize, Option<String>), OpError> {
    match known {
        Some(known) => Ok((repo.commits_between(Some(&known), ours)?, Some(known))),
        None => Ok(repo.not_on(&to.remote, ours)?),
    }
}

/// Fetches, and deepens the history until it holds a commit that both sides have.
fn fetch(
    repo: &Repo,
    branch: &str,
    upstream: &Upstream,
    call: Call,
) -> Result<Option<String>, OpError> {
    let Some(mut theirs) = repo.fetch(upstream, None, call)? else {
        return Ok(None);
    };
    let Some(ours) = repo.commit_named(branch)? else {
        return Ok(Some(theirs));
    };
    let mut deeper = DEEPER.iter();
    while repo.is_shallow() && repo.merge_bases(&ours, &theirs)?.is_empty() {
        let Some(depth) = deeper.next() else {
            return Err(SyncError::Shallow(&upstream.name()).error());
        };
        if let Some(commit) = repo.fetch(upstream, Some(depth), call)? {
            theirs = commit;
        }
    }
    if upstream.partial {
        let needed = repo.needed_for_merge([&ours, &theirs])?;
        fetch_lacking(repo, upstream, &needed, call)?;
    }
    Ok(Some(theirs))
}

/// Fetches what a partial clone lacks of these objects, in one go.
fn fetch_lacking(
    repo: &Repo,
    upstream: &Upstream,
    needed: &HashSet<String>,
    call: Call,
) -> Result<(), OpError> {
    let lacking = repo.lacking(needed)?;
    if !lacking.is_empty() {
        repo.fetch_objects(upstream, &lacking, call)?;
    }
    Ok(())
}

/// The commit that the branch is to move to; `None` where it has all that came.
fn target(
    desk: &Desk,
    act: &Actor,
    held: &mut Writer,
    at: &Position,
    upstream: &Upstream,
) -> Result<Option<String>, OpError> {
    let Some(theirs) = &at.theirs else {
        return Ok(None);
    };
    let Some(ours) = &at.ours else {
        return Ok(Some(theirs.clone()));
    };
    if ours == theirs {
        return Ok(None);
    }
    let bases = held.repo().merge_bases(ours, theirs)?;
    if bases.contains(theirs) {
        return Ok(None);
    }
    if bases.contains(ours) {
        return Ok(Some(theirs.clone()));
    }
    let name = upstream.name();
    let message = format!("sync: merge {name}");
    match held.merge([ours, theirs], &message, &act.signature(desk), act.now)? {
        MergedCommits::Made(commit) => Ok(Some(commit)),
        MergedCommits::Unrelated => Err(SyncError::Unrelated(&name).error()),
        MergedCommits::Left(files) => {
            let branch = at.branch.strip_prefix("refs/heads/").unwrap_or(&at.branch);
            Err(SyncError::Left(&listed(&files), &name, &branch).error())
        }
    }
}
