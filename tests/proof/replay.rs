//! The oracles of the fuzzer, on its corpus and on the pages that other tests have: what it once found
//! stays found where no fuzzer runs.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::oracles::TARGETS;

fn files(folder: &Path) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(folder).sort_by_file_name();
    let all = all.into_iter().map(Result::unwrap);
    all.filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// The files of other tests that a target reads.
fn others(target: &str) -> Vec<Vec<u8>> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let of = |folders: &[&str]| -> Vec<Vec<u8>> {
        let all = folders.iter().flat_map(|folder| files(&top.join(folder)));
        all.map(|path| fs::read(path).unwrap()).collect()
    };
    match target {
        "ticket" => of(&["tests/pages", "tests/format", "tickets"]),
        "article" => of(&["kb"]),
        "catalogue" => vec![fs::read(top.join("catalog.toml")).unwrap()],
        "merge" => {
            let examples = fs::read_dir(top.join("tests/oracle/examples")).unwrap();
            let one = |folder: PathBuf| {
                let side = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
                let sides = ["base.md", "a.md", "b.md"].map(side);
                sides.join("\n====\n").into_bytes()
            };
            examples.map(|entry| one(entry.unwrap().path())).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn what_the_fuzzer_knows_keeps_its_oracles() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tried = 0;
    for (target, oracle) in TARGETS {
        let corpus = files(&top.join("fuzz/corpus").join(target));
        assert!(corpus.len() > 1, "{target} has no corpus");
        let corpus = corpus.iter().map(|path| fs::read(path).unwrap());
        for bytes in corpus.chain(others(target)) {
            let came = catch_unwind(AssertUnwindSafe(|| oracle(&bytes)));
            assert!(
                came.is_ok(),
                "{target}:\n{}",
                String::from_utf8_lossy(&bytes)
            );
            tried += 1;
        }
    }
    println!("oracles: {} targets, {tried} files", TARGETS.len());
}
