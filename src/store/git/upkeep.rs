//! Git's own upkeep of the clone, in the background: loose objects into packs, and a commit-graph
//! with the paths that commits changed, by which the log of one ticket is found.

use crate::store::git::child::Manner;
use crate::store::git::repo::Repo;

/// How many loose objects in one of their 256 folders make upkeep worth its price: about a thousand
/// in all.
const LOOSE: usize = 4;

/// After one of so many commits git is asked whether anything is to be done.
const COMMITS: u8 = 64;

impl Repo {
    /// Starts the upkeep where many objects are loose and the person's configuration does not forbid
    /// it.
    pub fn tidy(&self) {
        let objects = self.common.join("objects");
        // Any of the folders is as good as a sample; git looks at this one, too.
        let loose = std::fs::read_dir(objects.join("17")).map_or(0, Iterator::count);
        if loose >= LOOSE && self.config().upkeep {
            self.upkeep(&["--task=loose-objects"], Some("--task=commit-graph"));
        }
    }

    /// Asks git after some of the commits, told by their names, to do what is due by its own
    /// conditions. The desk's lock must be free.
    pub(in crate::store) fn tidy_after(&self, commit: &str) {
        if is_turn_of(commit) && self.config().upkeep {
            self.upkeep(&["--auto"], None);
        }
    }

    /// Starts git's upkeep and the commit-graph's, which has a task of its own. They go on by
    /// themselves; should one not start, another command's will.
    fn upkeep(&self, tasks: &[&str], graph: Option<&str>) {
        let graphs = ["info/commit-graph", "info/commit-graphs"];
        let objects = self.common.join("objects");
        // Git goes on with changed paths where they are there.
        let has_graph = graphs.iter().any(|graph| objects.join(graph).exists());
        let mut all = vec!["maintenance", "run", "--quiet"];
        if has_graph {
            // Else only the person's own tasks are done.
            all.splice(0..0, ["-c", "maintenance.commit-graph.enabled=true"]);
        } else {
            let write = [
                "commit-graph",
                "write",
                "--reachable",
                "--split",
                "--changed-paths",
                "--no-progress",
            ];
            let _ = self.git.command(Manner::Upkeep, &write).spawn();
        }
        all.extend(tasks.iter().copied().chain(graph.filter(|_| has_graph)));
        let _ = self.git.command(Manner::Upkeep, &all).spawn();
    }
}

/// Whether this commit's turn has come: its name is as good as a die.
fn is_turn_of(commit: &str) -> bool {
    commit
        .get(commit.len().saturating_sub(2)..)
        .and_then(|end| u8::from_str_radix(end, 16).ok())
        .is_some_and(|n| n % COMMITS == 0)
}
