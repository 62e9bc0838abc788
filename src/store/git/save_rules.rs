//! What a desk's settings and its clone let a writer do.

/// What a writer may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent settings, named at every use"
)]
pub struct SaveRules {
    /// Whether a step is committed.
    pub commit: bool,
    /// Whether commits are signed.
    pub sign: bool,
    /// Whether the repository's hooks run.
    pub hooks: bool,
    /// Whether a commit may be made while no branch is checked out.
    pub detached_ok: bool,
}
