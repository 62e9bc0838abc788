//! The people of a commit.

/// A person as git writes one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// The name, free text.
    pub name: String,
    /// The mail address, free text.
    pub email: String,
}
