//! Rules of the house that decide where a new ticket goes and how pressing it is.

use serde::{Deserialize, Serialize};

/// One rule of `desk.toml`, `[[rule]]`. Of several that set one key, the first one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingRule {
    /// What the log calls it.
    pub name: String,
    /// The tickets that it is for: a query.
    pub when: String,
    /// Where they wait.
    pub queue: Option<String>,
    /// Their impact.
    pub impact: Option<String>,
    /// Their urgency.
    pub urgency: Option<String>,
    /// Their priority, whatever the matrix says.
    pub priority: Option<String>,
    /// Who works on them.
    pub assignee: Option<String>,
    /// Words that they get.
    pub tags: Vec<String>,
}
