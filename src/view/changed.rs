//! What a command did, ticket by ticket.

use super::card;
use super::paint::{Paint, Role};
use super::sanitize::line;
use super::words::cut;
use crate::ops::change::Outcome;

/// One line for each ticket, then its changes.
pub fn changed(outcome: &Outcome, paint: &Paint) -> String {
    let mut out = String::new();
    for one in &outcome.changed {
        let kind = one
            .entry
            .as_ref()
            .map_or("nothing to change", |entry| entry.kind.as_str());
        let room = paint.width_up_to(100).saturating_sub(10 + 4 + kind.len());
        out.push_str(&format!(
            "{}  {kind}  {}\n",
            paint.role(Role::Id, one.ticket.id.as_str()),
            paint.role(Role::Title, &cut(&line(one.ticket.title()), room)),
        ));
        let facts = one
            .entry
            .iter()
            .filter(|_| !one.new)
            .map(card::facts_of)
            .find(|facts| !facts.is_empty());
        if let Some(facts) = facts {
            out.push_str(&format!(
                "            {}\n",
                paint.role(Role::Muted, &facts)
            ));
        }
        for change in one
            .entry
            .iter()
            .filter(|_| !one.new)
            .flat_map(|entry| &entry.changes)
        {
            out.push_str(&format!("            {}\n", card::changed(change, paint)));
        }
        for done in &one.repaired {
            out.push_str(&format!(
                "            {}\n",
                paint.role(Role::Muted, &format!("by hand before: {}", line(done)))
            ));
        }
    }
    out
}
