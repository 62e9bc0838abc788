//! Who was told of a ticket, by an escalation to management, by name in a note or by a shift that was
//! handed over, and who has said that they have it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::corrections::{ReadLog, not_undone};
use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::moment::Moment;
use crate::model::person::Handle;

/// The attribute of an escalation, or of a shift that is handed over, that names whom it told.
pub const TOLD: &str = "told";

/// The attribute of an entry that names whom its text names with `@`.
pub const MENTIONS: &str = "mentions";

/// How somebody was told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HowTold {
    /// By an escalation to management.
    Escalation,
    /// A text named them.
    Name,
    /// The work was handed over to them.
    Handover,
}

/// Somebody was told something; one of those told is enough to have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The entry that told it, by its identity.
    pub entry: String,
    /// When, and by whom.
    pub at: Moment,
    pub by: Handle,
    /// The handles of those told.
    pub who: Vec<String>,
    /// How they were told.
    pub how: HowTold,
    /// Who of them has said that they have it, and when.
    pub has: Option<(Handle, Moment)>,
}

impl Told {
    /// Whether this agent was told, and nobody has it. Nobody is told by themselves.
    pub fn concerns(&self, agent: &Handle) -> bool {
        self.has.is_none() && self.names(agent)
    }

    /// Who has what this agent was told, where another has said so since a moment.
    pub fn taken(&self, agent: &Handle, since: Moment) -> Option<&Handle> {
        let (who, at) = self.has.as_ref()?;
        (self.names(agent) && who != agent && *at >= since).then_some(who)
    }

    /// Whether it waits for a word of somebody who was told: nobody has it, and not only its author
    /// was named.
    pub fn waits(&self) -> bool {
        let others = |who: &String| *who != self.by.as_str();
        self.has.is_none() && self.who.iter().any(others)
    }

    fn names(&self, agent: &Handle) -> bool {
        self.by != *agent && self.who.iter().any(|who| who == agent.as_str())
    }
}

/// What a log tells somebody.
pub fn all(log: &[Entry]) -> Vec<Told> {
    let mut acknowledged: HashMap<&str, (Handle, Moment)> = HashMap::new();
    let log = ReadLog::of(log);
    let log = not_undone(&log);
    for entry in log
        .iter()
        .filter(|entry| entry.kind == EntryKind::Acknowledge)
    {
        let of = entry.attributes.iter().filter(|(key, _)| key == OF);
        for (_, identity) in of {
            let has = || (entry.by.clone(), entry.at);
            acknowledged.entry(identity).or_insert_with(has);
        }
    }
    let told = |entry: &Entry| {
        let how = match (entry.attribute(TOLD), &entry.kind) {
            (None, _) => HowTold::Name,
            (Some(_), EntryKind::Handover) => HowTold::Handover,
            (Some(_), _) => HowTold::Escalation,
        };
        let who = entry.attribute(TOLD).or(entry.attribute(MENTIONS))?;
        let identity = entry.identity();
        Some(Told {
            has: acknowledged.get(identity.as_str()).cloned(),
            entry: identity,
            at: entry.at,
            by: entry.by.clone(),
            who: handles(who).collect(),
            how,
        })
    };
    let mut all: Vec<Told> = Vec::new();
    for entry in log {
        // More were told of the same, since nobody said that they had it.
        if let (Some(more), Some(of)) = (entry.attribute(TOLD), entry.attribute(OF)) {
            if let Some(first) = all.iter_mut().find(|told| told.entry == of) {
                first.who.extend(handles(more));
            }
            continue;
        }
        all.extend(told(entry));
    }
    all
}

/// The handles of an attribute that names several.
fn handles(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(|who| who.trim().to_owned())
}

/// The handles that a text names with `@`, of those that are known, each once, in its order. An
/// address like `ola@ewa.example` names nobody.
pub fn mentioned<'k>(text: &str, known: &[&'k str]) -> Vec<&'k str> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        if text[..at].ends_with(is_word) {
            continue;
        }
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        // A full stop may end the sentence; before a letter it is part of an address.
        let mut after = after.chars();
        let is_address =
            after.next() == Some('.') && after.next().is_some_and(char::is_alphanumeric);
        if let Some(handle) = known.iter().find(|handle| **handle == name)
            && !is_address
            && !found.contains(handle)
        {
            found.push(*handle);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_text() {
        let known = ["anna", "ewa"];
        assert_eq!(
            mentioned("@ewa please look, @anna too. @ewa!", &known),
            ["ewa", "anna"]
        );
        assert_eq!(mentioned("Ask (@ewa).", &known), ["ewa"]);
        for text in ["ola@ewa", "@ewa.example", "@ewald", "@tom", "x@", "@"] {
            assert!(mentioned(text, &known).is_empty(), "{text}");
        }
    }
}
