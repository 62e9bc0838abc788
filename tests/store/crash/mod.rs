//! Nothing is lost: `desk` killed at every system call that changes anything, hindered by a full
//! or failing disk, crowded by others of its kind and by a person's git, with nobody to listen.
//!
//! What runs by default is a sample that fits into CI and names its seed; `just torture FORM` visits
//! every point of a form, `just crowd` works for ten minutes; both print what they counted.

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
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod synced;
mod at_once;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod bulk;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod power_cut;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod power_cut_forms;
mod crowd_afar;
mod crowd;
mod streams;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
#[test]
fn sweep() {
    crate::skip::skipped("the kill sweep reads the registers of x86-64 Linux", true);
}
