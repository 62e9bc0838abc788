//! What must hold of whatever the readers are given, beyond that none panics. Both the fuzzer and a test
//! that replays the corpus use this.

mod pages;
mod tables;
mod words;

use std::sync::LazyLock;

use plaindesk::model::settings::Settings;
use plaindesk::page::settings;

/// The settings of a new desk.
static HOUSE: LazyLock<Settings> =
    LazyLock::new(|| settings::read(settings::STARTER).expect("the starter's settings"));

/// Panics where bytes do not keep to an oracle.
pub(crate) type Oracle = fn(&[u8]);

/// The targets by name.
pub(crate) const TARGETS: &[(&str, Oracle)] = &[
    ("ticket", pages::ticket),
    ("merge", pages::merge),
    ("article", pages::article),
    ("settings", pages::settings),
    ("catalogue", pages::catalogue),
    ("map", tables::map),
    ("query", words::query),
    ("export", tables::export),
    ("heading", words::heading),
    ("bullet", words::bullet),
];

/// Text, as far as bytes are.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Asserts that two things are told alike.
#[track_caller]
fn same<T: std::fmt::Debug>(what: &str, a: &T, b: &T) {
    let (a, b) = (format!("{a:?}"), format!("{b:?}"));
    assert!(a == b, "{what} differs:\n{a}\n{b}");
}
