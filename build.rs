//! Lists the articles of `kb/` and the texts of `templates/`, which a new desk begins with, and the
//! tickets of the sample.

#![expect(
    clippy::disallowed_methods,
    clippy::unnecessary_debug_formatting,
    reason = "a build script lives in cargo's world, and writes Rust"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=kb");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=tickets");
    println!("cargo::rerun-if-changed=templates");
    let mut templates = Vec::new();
    collect(&root.join("templates"), &mut templates);
    write(&root, "templates.rs", templates);
    let mut articles = Vec::new();
    collect(&root.join("kb"), &mut articles);
    // `vpn-drops.de.md`: a new desk begins with the originals, and translates what it needs.
    let (translations, articles) = articles.into_iter().partition(|path| is_translation(path));
    write(&root, "articles.rs", articles);
    let mut sample: Vec<PathBuf> = translations;
    collect(&root.join("tickets"), &mut sample);
    write(&root, "sample.rs", sample);
}

/// Writes an array of paths in the desk, each with its text.
fn write(root: &Path, name: &str, mut paths: Vec<PathBuf>) {
    paths.sort();
    let mut out = String::from("[\n");
    for path in paths {
        let name = path.strip_prefix(root).expect("below the root");
        writeln!(out, "    ({name:?}, include_str!({path:?})),").expect("strings take all");
    }
    out.push(']');
    let target = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it")).join(name);
    fs::write(target, out).expect("the build folder can be written");
}

fn is_translation(path: &Path) -> bool {
    let stem = path.file_stem().map(Path::new);
    stem.is_some_and(|stem| stem.extension().is_some())
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "md") {
            into.push(path);
        }
    }
}
