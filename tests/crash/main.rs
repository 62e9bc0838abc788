//! Nothing is lost: `desk` killed at every system call that changes anything, hindered by a full
//! or failing disk, crowded by others of its kind and by a person's git, with nobody to listen.
//!
//! What runs by default is a sample that fits into CI and names its seed; `just torture FORM` visits
//! every point of a form, `just crowd` works for ten minutes; both print what they counted.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a scene that cannot be set up fails its test; the scenes start programs and write files"
)]

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../skip.rs"]
mod skip;
#[path = "../commands.rs"]
mod commands;
mod scene;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod tracer;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod typist;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod stage;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod forms;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod sweep;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod points;
mod at_once;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod bulk;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod power_cut;
mod crowd;
mod streams;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
#[test]
fn sweep() {
    skip::skipped("the kill sweep reads the registers of x86-64 Linux", true);
}
