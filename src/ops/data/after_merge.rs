//! What somebody should look at once clones were merged, and no file shows by itself: links in a
//! circle, tickets on an order that is over, with a queue or an agent that was retired meanwhile, or
//! with a priority that nothing explains.
//!
//! None of it is a fault of a file: each side was right by itself.

use std::collections::BTreeMap;

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::ops::core::desk::Desk;
use crate::rules::lifecycle::between_tickets::{self, Ties};
use crate::rules::lifecycle::priority;

/// How many links are followed from a ticket that changed.
const FAR: usize = 8;

/// What is odd about a ticket by itself, a phrase each.
pub fn of_ticket(settings: &Settings, ticket: &Ticket) -> Vec<String> {
    let mut found = Vec::new();
    if !ticket.status().is_open() {
        return found;
    }
    let queue = settings.queues.get(ticket.text(Key::Queue));
    if let Some(queue) = queue.filter(|queue| queue.retired) {
        found.push(format!(
            "it waits in the queue `{}`, which is retired: `desk assign` or `desk escalate` moves it on",
            queue.name
        ));
    }
    let agent = settings.agents.get(ticket.text(Key::Assignee));
    if let Some(agent) = agent.filter(|agent| agent.retired) {
        found.push(format!(
            "it is assigned to `{}`, who is retired: `desk assign` gives it to another",
            agent.handle
        ));
    }
    let keeps = settings.agents.get(ticket.text(Key::ContactAgent));
    if let Some(keeps) = keeps.filter(|keeps| keeps.retired) {
        found.push(format!(
            "`{}` is to keep the requester informed, and is retired: `desk set {} contact_agent=HANDLE`",
            keeps.handle, ticket.id
        ));
    }
    found.extend(unexplained(settings, ticket));
    found
}

/// A priority that is not the matrix's, without a reason. What came in with a log has its own.
fn unexplained(settings: &Settings, ticket: &Ticket) -> Option<String> {
    let (impact, urgency) = (ticket.text(Key::Impact), ticket.text(Key::Urgency));
    let derived = priority::derived(settings, impact, urgency)?;
    let priority = ticket.maybe(Key::Priority)?;
    let is_explained = priority == derived
        || ticket.maybe(Key::PriorityReason).is_some()
        || ticket.maybe(Key::SourceName).is_some();
    (!is_explained).then(|| {
        format!(
            "its priority is `{priority}`, and impact `{impact}` with urgency `{urgency}` makes it \
             `{derived}`: `desk set {} priority={derived}`, or give a reason",
            ticket.id
        )
    })
}

/// What is odd about tickets that changed, and between them and those that they are linked to, a
/// sentence each.
pub fn of_changed(desk: &Desk, changed: &[Ticket]) -> Vec<String> {
    let mut ties: BTreeMap<TicketId, Ties> = BTreeMap::new();
    let mut found = Vec::new();
    for ticket in changed {
        let own = of_ticket(&desk.settings, ticket);
        found.extend(own.into_iter().map(|what| (ticket.id, what)));
        let mut next = vec![ticket.id];
        ties.insert(ticket.id, Ties::of(ticket));
        for _ in 0..FAR {
            let linked: Vec<TicketId> = next
                .iter()
                .filter_map(|id| ties.get(id))
                .flat_map(Ties::targets)
                .filter(|id| !ties.contains_key(id))
                .collect();
            next.clear();
            for id in linked {
                if let Ok(page) = desk.page(id) {
                    ties.insert(id, Ties::of(&page.ticket));
                    next.push(id);
                }
            }
        }
    }
    let ties: Vec<Ties> = ties.into_values().collect();
    found.extend(between_tickets::findings(&ties));
    found
        .into_iter()
        .map(|(id, what)| format!("{id}: {what}"))
        .collect()
}
