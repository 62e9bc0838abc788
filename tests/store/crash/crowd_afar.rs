//! A clone beside the crowd's, which writes on the same tickets and joins what the two have in each way
//! there is: by `desk sync`, by git through the merge driver, and by git without the desk's rules, which
//! `desk resolve-merge` finishes.

use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};

use super::scene::{BINARY, Scene, text};

/// The bare repository between the two, from both.
const HUB: &str = "../home/hub.git";

/// Another clone of the crowd's desk.
pub(crate) struct Afar {
    pub(crate) scene: Scene,
}

impl Afar {
    /// Puts a desk into a bare repository, and makes another clone of it.
    pub(crate) fn of(scene: &Scene) -> Self {
        scene.git(&["clone", "--quiet", "--bare", ".", HUB]);
        let mut other = scene.copy();
        // An entry of the same second by the same person is told from another by its tag alone.
        other.now = "2026-02-02T09:59:00Z";
        let hub = scene.home().join("hub.git");
        for clone in [scene, &other] {
            clone.git(&["remote", "add", "origin", hub.to_str().unwrap()]);
            clone.git(&["fetch", "--quiet", "origin"]);
            clone.git(&["branch", "--quiet", "--set-upstream-to=origin/main"]);
            // A branch that the person begins goes with the same one there.
            clone.git(&["config", "branch.autoSetupMerge", "inherit"]);
        }
        other.git(&["checkout", "--quiet", "--", "."]);
        Self { scene: other }
    }

    /// `desk` outside of CI, so that git is told how it merges.
    pub(crate) fn desk(&self, args: &[&str]) -> Output {
        let mut command = self.scene.command(BINARY);
        command.env_remove("CI").args(args).output().unwrap()
    }

    fn git(&self, args: &[&str]) -> Output {
        let mut command = self.scene.command("git");
        command.env_remove("CI").args(args).output().unwrap()
    }

    /// Joins what the other has, in one way of three.
    fn join(&self, turn: usize) -> Result<(), String> {
        let told = |what: &str, done: &Output| {
            format!(
                "afar, {what}: {}: {}{}",
                done.status,
                text(&done.stdout),
                text(&done.stderr)
            )
        };
        let must = |what: &str, done: Output| {
            let fine = done.status.success();
            fine.then_some(()).ok_or_else(|| told(what, &done))
        };
        let pull = [
            "pull",
            "--quiet",
            "--no-rebase",
            "--no-edit",
            "origin",
            "main",
        ];
        match turn % 3 {
            0 => must("sync", self.desk(&["sync"])),
            1 => {
                must("pull", self.git(&pull))?;
                // Where two articles were made alike, this one puts the second in its place.
                must("resolve-merge", self.desk(&["resolve-merge"]))
            }
            _ => {
                let lines = "merge.plaindesk.driver=git merge-file --marker-size=%L %A %O %B";
                let pulled = self.git(&[&["-c", lines][..], &pull].concat());
                must("resolve-merge", self.desk(&["resolve-merge"]))?;
                if pulled.status.success() {
                    return Ok(());
                }
                must("commit", self.git(&["commit", "--quiet", "--no-edit"]))
            }
        }
    }

    /// Writes and joins until the time is over. `write` gives a word to one command.
    pub(crate) fn work(
        &self,
        over: &AtomicBool,
        write: impl Fn(usize),
        wrong: impl Fn(String),
    ) -> usize {
        let mut turn = 0;
        while !over.load(Ordering::SeqCst) {
            write(turn);
            if let Err(what) = self.join(turn) {
                wrong(what);
                break;
            }
            turn += 1;
        }
        turn
    }
}
