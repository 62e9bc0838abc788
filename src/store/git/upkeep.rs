//! Git's own upkeep of the clone, in the background: loose objects into packs, and a commit-graph
//! with the paths that commits changed, by which the log of one ticket is found.

use crate::store::git::child::Manner;
use crate::store::git::repo::Repo;

/// How many loose objects in one of their 256 folders make upkeep worth its price: about a thousand
/// in all.
const LOOSE: usize = 4;

impl Repo {
    /// Starts the upkeep where it is due and the person's configuration does not forbid it.
    pub fn tidy(&self) {
        let objects = self.common.join("objects");
        // Any of the folders is as good as a sample; git looks at this one, too.
        let loose = std::fs::read_dir(objects.join("17")).map_or(0, Iterator::count);
        if loose < LOOSE || !self.config().upkeep {
            return;
        }
        let graphs = ["info/commit-graph", "info/commit-graphs"];
        let pack = ["maintenance", "run", "--quiet", "--task=loose-objects"];
        // Git goes on with changed paths where they are there.
        let mut tasks = pack.to_vec();
        if graphs.iter().any(|graph| objects.join(graph).exists()) {
            tasks.push("--task=commit-graph");
        } else {
            let write = [
                "commit-graph",
                "write",
                "--reachable",
                "--split",
                "--changed-paths",
                "--no-progress",
            ];
            // It goes on by itself; should it not start, the next sync's will.
            let _ = self.git.command(Manner::Upkeep, &write).spawn();
        }
        let _ = self.git.command(Manner::Upkeep, &tasks).spawn();
    }
}
