//! What the ids of a month begin with.

/// What the ids of a month begin with, `2611-` for `2026-11`.
pub(in crate::index) fn beginning(month: &str) -> String {
    let digits = month.get(2..).unwrap_or_default().replace('-', "");
    format!("{digits}-")
}

/// Whether ids of a month may begin so.
pub(in crate::index) fn may_begin(month: &str, begins: &str) -> bool {
    let own = beginning(month);
    own.starts_with(begins) || begins.starts_with(&own)
}
