//! Devices: the equipment of all tickets, each piece once, with what became of it.
//!
//! Nobody keeps a register here. Tickets with one serial number are about one device; of those
//! without one, tickets with one name, and then with one licence, are: of the device that has it, where
//! it is the only one. A model alone names a sort: all tickets that say no more are put together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;

use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::{Status, TicketType};
use crate::model::ticket_summary::TicketSummary;
use crate::page::problem::nearest;
use crate::rules::merge::log::REDACTED;
use crate::rules::people::{Asset, compact};
use crate::rules::text::normalize::words;

/// So many people of a device are kept apart: more is no device but a sort of many.
const MOST: usize = 64;

/// A device.
#[derive(Clone, Debug)]
pub struct Device {
    /// What is known of it; of each thing the newest that was said.
    pub asset: Asset,
    /// The company's own fields about it, the newest that was said of each.
    pub fields: BTreeMap<String, String>,
    /// The tickets about it, the newest first, without work orders.
    pub tickets: Vec<TicketId>,
    /// The work orders about it, the newest first.
    pub orders: Vec<TicketId>,
    /// Of the tickets those that are not done.
    pub open: usize,
    /// Tickets of a problem that was solved shortly before, each with the ticket that it repeats.
    pub repeats: Vec<(TicketId, TicketId)>,
    /// Whose it is or who called about it, the newest first.
    pub people: Vec<String>,
    /// When the first record about it was made.
    pub first: Moment,
    /// When the last one was made.
    pub last: Moment,
}

impl Device {
    /// What to call it.
    pub fn label(&self) -> &str {
        let asset = &self.asset;
        [&asset.name, &asset.model, &asset.serial, &asset.licence]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or("", String::as_str)
    }

    /// All that it is known by.
    fn marks(&self) -> [&str; 4] {
        let asset = &self.asset;
        [&asset.serial, &asset.name, &asset.licence, &asset.model]
    }
}

/// The keys that tell of devices, beside all that tickets say of equipment and the company's own.
pub const LOOKED_AT: &[Key] = &[Key::Type, Key::Code, Key::RequesterName, Key::LinkWorkOrder];

/// The devices of all tickets, the worst first: by problems that came back, by open tickets, by all.
pub fn devices(all: &[TicketSummary], settings: &Settings) -> Vec<Device> {
    let mut told: Vec<(&TicketSummary, Asset)> = all
        .iter()
        .filter_map(|ticket| Some((ticket, Asset::of(ticket)?)))
        .collect();
    told.sort_by_key(|(ticket, _)| std::cmp::Reverse((ticket.created, ticket.id)));
    let mut groups: BTreeMap<usize, Vec<(&TicketSummary, Asset)>> = BTreeMap::new();
    for (place, one) in places(&told).into_iter().zip(told) {
        groups.entry(place).or_default().push(one);
    }
    let groups = groups.into_values();
    let mut devices: Vec<Device> = groups.filter_map(|group| device(group, settings)).collect();
    devices.sort_by(|a, b| {
        let most = |one: &Device| (one.repeats.len(), one.open, one.tickets.len(), one.last);
        let order = most(b).cmp(&most(a));
        order.then_with(|| a.marks().cmp(&b.marks()))
    });
    devices
}

/// The place of the device of each asset among all.
fn places(told: &[(&TicketSummary, Asset)]) -> Vec<usize> {
    let mut places: Vec<Option<usize>> = vec![None; told.len()];
    let mut next = 0;
    // By what is known of each device: the devices that have it.
    let mut named: HashMap<(&str, String), BTreeSet<usize>> = HashMap::new();
    for kind in ["serial", "name", "licence", "model"] {
        // Those of one kind are put together before any of them is told by the next.
        let mut fresh: HashMap<String, usize> = HashMap::new();
        for (at, (_, asset)) in told.iter().enumerate() {
            let mark = compact(of_kind(asset, kind));
            if places[at].is_some() || mark.is_empty() {
                continue;
            }
            let known = named.get(&(kind, mark.clone()));
            let only = known.filter(|known| known.len() == 1 && kind != "model");
            let only = only.and_then(BTreeSet::first).copied();
            let place = only.unwrap_or_else(|| {
                *fresh.entry(mark).or_insert_with(|| {
                    next += 1;
                    next
                })
            });
            places[at] = Some(place);
        }
        for (at, (_, asset)) in told.iter().enumerate() {
            let Some(place) = places[at] else { continue };
            for kind in ["name", "licence"] {
                let mark = compact(of_kind(asset, kind));
                if !mark.is_empty() {
                    named.entry((kind, mark)).or_default().insert(place);
                }
            }
        }
    }
    places.into_iter().map(Option::unwrap_or_default).collect()
}

fn of_kind<'a>(asset: &'a Asset, kind: &str) -> &'a str {
    match kind {
        "serial" => &asset.serial,
        "name" => &asset.name,
        "licence" => &asset.licence,
        _ => &asset.model,
    }
}

/// The device of records about it, the newest first.
fn device(group: Vec<(&TicketSummary, Asset)>, settings: &Settings) -> Option<Device> {
    let tickets: Vec<&TicketSummary> = group.iter().map(|(ticket, _)| *ticket).collect();
    let mut assets = group.into_iter().map(|(_, asset)| asset);
    let mut asset = assets.next()?;
    for older in assets {
        asset.fill(&older);
    }
    let is_order = |ticket: &&&TicketSummary| ticket.kind() == TicketType::WorkOrder;
    let ids = |all: Vec<&&TicketSummary>| all.into_iter().map(|one| one.id).collect();
    let mut people: Vec<String> = Vec::new();
    for ticket in tickets.iter().filter(|one| !is_order(one)) {
        let who = ticket.text(Key::RequesterName);
        let known = people.len() >= MOST || people.iter().any(|known| known == who);
        if !who.is_empty() && who != REDACTED && !known {
            people.push(who.to_owned());
        }
    }
    let calls: Vec<&&TicketSummary> = tickets.iter().filter(|one| !is_order(one)).collect();
    // A work order says when somebody came, not when there was trouble.
    let known = if calls.is_empty() {
        tickets.iter().collect()
    } else {
        calls.clone()
    };
    let (first, last) = (known.last()?.created, known.first()?.created);
    let open = calls.iter().filter(|one| one.status().is_open()).count();
    Some(Device {
        asset,
        fields: fields(&tickets, settings),
        repeats: repeats(&calls, settings.policy.repeat_days),
        open,
        orders: ids(tickets.iter().filter(is_order).collect()),
        tickets: ids(calls),
        people,
        first,
        last,
    })
}

/// Of each field that is about equipment the newest value.
fn fields(tickets: &[&TicketSummary], settings: &Settings) -> BTreeMap<String, String> {
    let about = settings.fields.iter().filter(|(_, field)| field.of_asset);
    let value = |name: &String| {
        let field = Field::Company(name.clone());
        let mut values = tickets.iter().filter_map(|one| one.values.get(&field));
        values.find_map(|value| Some(value.to_string()).filter(|text| text != REDACTED))
    };
    about
        .filter_map(|(name, _)| Some((name.clone(), value(name)?)))
        .collect()
}

/// The tickets whose problem had been solved within so many days before, each with the last one of
/// its problem code that was. A ticket of the same work order is the same trouble, told once more.
fn repeats(calls: &[&&TicketSummary], days: u32) -> Vec<(TicketId, TicketId)> {
    let counts = |ticket: &&&&TicketSummary| {
        !ticket.text(Key::Code).is_empty()
            && !matches!(ticket.status(), Status::Cancelled | Status::Merged)
    };
    let mut solved: HashMap<&str, Vec<(Moment, &TicketSummary)>> = HashMap::new();
    for ticket in calls.iter().filter(counts) {
        if let Some(at) = ticket.resolved {
            let of_code = solved.entry(ticket.text(Key::Code)).or_default();
            of_code.push((at, ticket));
        }
    }
    for of_code in solved.values_mut() {
        of_code.sort_by_key(|(at, ticket)| (*at, ticket.id));
    }
    let within = TimeDelta::days(days.into());
    let repeat = |ticket: &&&TicketSummary| {
        let of_code = solved.get(ticket.text(Key::Code))?;
        let before = of_code.partition_point(|(at, _)| at.whole_second() <= ticket.created);
        let order = ticket.text(Key::LinkWorkOrder);
        let mut before = of_code[..before].iter().rev();
        let (at, other) = before.find(|(_, other)| {
            let one_trouble = !order.is_empty() && other.text(Key::LinkWorkOrder) == order;
            other.id != ticket.id && !one_trouble
        })?;
        (ticket.created.since(*at) <= within).then_some((ticket.id, other.id))
    };
    calls.iter().filter(counts).filter_map(repeat).collect()
}

/// The devices that a text means: those that it names whole, else those that have all of its words
/// somewhere in their names, models, numbers, places or people.
pub fn find<'d>(devices: &'d [Device], text: &str) -> Vec<&'d Device> {
    let wanted = compact(text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let named = |device: &&Device| device.marks().iter().any(|mark| compact(mark) == wanted);
    let whole: Vec<&Device> = devices.iter().filter(named).collect();
    if !whole.is_empty() {
        return whole;
    }
    let wanted = words(text);
    let says = |device: &&Device| {
        let asset = &device.asset;
        let marks = device.marks().into_iter().chain([asset.location.as_str()]);
        let own = marks.chain(device.people.iter().map(String::as_str));
        let own: Vec<String> = own.flat_map(words).collect();
        let numbers: Vec<String> = device.marks().iter().map(|mark| compact(mark)).collect();
        wanted.iter().all(|word| {
            own.iter().any(|own| own.starts_with(word.as_str()))
                || word.len() >= 3 && numbers.iter().any(|mark| mark.contains(word.as_str()))
        })
    };
    devices.iter().filter(says).collect()
}

/// What is nearest to a text among all that devices are known by.
pub fn near(devices: &[Device], text: &str) -> Option<String> {
    let marks = devices.iter().flat_map(Device::marks);
    nearest(text, marks.filter(|mark| !mark.is_empty()))
}
