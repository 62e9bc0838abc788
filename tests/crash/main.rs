//! Nothing is lost: `desk` killed at every system call that changes anything, hindered by a full
//! or failing disk, crowded by others of its kind and by a person's git, with nobody to listen.
//!
//! What runs by default is a sample that fits into CI; with `DESK_TORTURE=1` (`just torture`)
//! every point is visited, and the counts are printed.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a scene that cannot be set up fails its test; the scenes start programs and write files"
)]

mod scene;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod tracer;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod sweep;
mod crowd;
mod streams;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
#[test]
fn sweep() {
    eprintln!("SKIPPED: the kill sweep reads the registers of x86-64 Linux");
}
