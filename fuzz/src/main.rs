//! The fuzzer: one program for all targets, of which `DESK_FUZZ` names one.
#![no_main]

use std::sync::LazyLock;

#[path = "../oracles/mod.rs"]
mod oracles;

static TARGET: LazyLock<oracles::Oracle> = LazyLock::new(|| {
    let name = std::env::var("DESK_FUZZ").unwrap_or_default();
    let found = oracles::TARGETS.iter().find(|(known, _)| *known == name);
    let names: Vec<&str> = oracles::TARGETS.iter().map(|(name, _)| *name).collect();
    found.map_or_else(|| panic!("DESK_FUZZ is one of {names:?}"), |(_, target)| *target)
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| TARGET(bytes));
