//! The commands that write nothing but caches, for tests that run them all.

/// The leaves of the command tree that only read.
pub(crate) const READERS: &[&str] = &[
    "list",
    "show",
    "search",
    "suggest",
    "who",
    "due",
    "sla",
    "next",
    "log",
    "catalog",
    "work show",
    "work list",
    "kb list",
    "kb show",
    "kb script",
    "kb check",
    "kb demand",
    "export",
    "completions",
];
