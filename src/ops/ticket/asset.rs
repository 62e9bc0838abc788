//! `asset`: the devices that tickets are about, and the history of one.

use std::collections::{BTreeMap, BTreeSet};

use crate::index::alike::EachTicket;
use crate::index::scan::Scan;
use crate::model::id::{RANDOM_LEN, TicketId};
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::page::problem::Problem;
use crate::rules::devices::{self, Device, DeviceMentions};

/// The devices that fit.
#[derive(Clone, Debug, Default)]
pub struct FoundDevices {
    /// Them, the worst first, each with its tickets and work orders.
    pub devices: Vec<DeviceHistory>,
    /// How many more there are past the limit.
    pub more: usize,
    /// Where none fits: what is nearest to what was asked for.
    pub near: Option<String>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// A device and what became of it.
#[derive(Clone, Debug)]
pub struct DeviceHistory {
    /// The device.
    pub device: Device,
    /// The tickets, open ones first, the newest first.
    pub tickets: Vec<TicketSummary>,
    /// The work orders, likewise.
    pub orders: Vec<TicketSummary>,
}

/// All devices, and the files that cannot be read.
pub fn all(desk: &Desk) -> (Vec<Device>, Vec<Problem>) {
    let mut mentions = DeviceMentions::new(&desk.settings);
    let (groups, always) = (DeviceMentions::groups(), DeviceMentions::looked_at());
    let each = EachTicket::new(&groups, &always, |ticket, alike| {
        mentions.add_alike(ticket, alike);
    });
    let found = desk.each_alike(&Scan::of_tickets(&desk.root), &each);
    drop(each);
    (mentions.devices(), found.problems)
}

/// Finds devices by name, model, serial number or licence, or by a ticket about them; all of them
/// where nothing is asked for. At most so many, each with its tickets where it is one alone or all are
/// wanted `whole`.
pub fn asset(desk: &Desk, text: &str, limit: Option<usize>, whole: bool) -> FoundDevices {
    let (all, problems) = all(desk);
    let mut meant: Vec<&Device> = if text.trim().is_empty() {
        all.iter().collect()
    } else {
        devices::find(&all, text)
    };
    if meant.is_empty()
        && let Some(id) = ticket(desk, text)
    {
        let is_about = |one: &&Device| one.tickets.contains(&id) || one.orders.contains(&id);
        meant = all.iter().filter(is_about).collect();
    }
    let near = if meant.is_empty() {
        devices::near(&all, text.trim())
    } else {
        None
    };
    let more = meant.len().saturating_sub(limit.unwrap_or(usize::MAX));
    meant.truncate(meant.len() - more);
    let is_whole = whole || meant.len() == 1;
    let ids = meant
        .iter()
        .flat_map(|one| one.tickets.iter().chain(&one.orders));
    let ids: BTreeSet<TicketId> = ids.copied().filter(|_| is_whole).collect();
    let by_id = named(desk, &ids);
    FoundDevices {
        devices: meant.into_iter().map(|one| history(one, &by_id)).collect(),
        more,
        near,
        problems,
    }
}

/// The tickets with these ids, whole.
fn named(desk: &Desk, ids: &BTreeSet<TicketId>) -> BTreeMap<TicketId, TicketSummary> {
    let partial = ids.iter().copied().map(TicketSummary::partial);
    let mut found: Vec<TicketSummary> = partial.collect();
    desk.fill(&mut found);
    found.retain(|one| !one.is_partial());
    found.into_iter().map(|one| (one.id, one)).collect()
}

/// The ticket that a text names in full, with or without its month.
fn ticket(desk: &Desk, text: &str) -> Option<TicketId> {
    let text = text.trim();
    let random = text.len() == RANDOM_LEN && text.bytes().any(|b| b.is_ascii_digit());
    let named = random || text.parse::<TicketId>().is_ok();
    named.then(|| desk.find(text, None).ok()).flatten()
}

fn history(device: &Device, by_id: &BTreeMap<TicketId, TicketSummary>) -> DeviceHistory {
    let of = |ids: &[TicketId]| -> Vec<TicketSummary> {
        let all = ids.iter().filter_map(|id| by_id.get(id).cloned());
        let (open, done): (Vec<_>, Vec<_>) = all.partition(|ticket| ticket.status().is_open());
        [open, done].concat()
    };
    DeviceHistory {
        tickets: of(&device.tickets),
        orders: of(&device.orders),
        device: device.clone(),
    }
}
