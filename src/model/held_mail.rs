//! A mail in quarantine: what is known of it beside the mail itself.

use crate::model::moment::Moment;

/// A mail that waits for a person's eye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMail {
    /// Sixteen characters of its identity: its name.
    pub key: String,
    /// Why it waits, one word.
    pub reason: String,
    /// What of it is the reason, where there is more to say than the word.
    pub why: String,
    /// Since when.
    pub at: Moment,
    /// Its writer, as the mail has it.
    pub from: String,
    /// Its subject, on one line.
    pub subject: String,
    /// Its length in bytes.
    pub size: u64,
    /// Whom the mail server named as sender; `Some` and empty for nobody.
    pub sender: Option<String>,
    /// For whom the mail server delivered it.
    pub recipients: Vec<String>,
    /// How often somebody was told of it.
    pub notices: u32,
    /// When somebody was last told of it.
    pub told: Option<Moment>,
}
