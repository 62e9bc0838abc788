//! Devices: the equipment of all tickets, each piece once, with what became of it.
//!
//! Nobody keeps a register here. Tickets with one serial number are about one device; of those
//! without one, tickets with one name, and then with one licence, are: of the device that has it, where
//! it is the only one. A model alone names a sort: all tickets that say no more are put together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::TimeDelta;

use crate::model::alike::{Alike, last_of_each};
use crate::model::field::{Field, Key};
use crate::model::field_set::FieldSet;
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

/// What one record says of a device, and of its trouble.
#[derive(Clone, Debug)]
struct DeviceMention {
    id: TicketId,
    created: Moment,
    resolved: Option<Moment>,
    is_order: bool,
    is_open: bool,
    /// The problem code.
    code: Arc<str>,
    /// Whether it may be a trouble that came back.
    may_repeat: bool,
    /// The work order that it waits for.
    order: Arc<str>,
    person: Arc<str>,
    equipment: Arc<Equipment>,
    /// The company's own fields about it.
    fields: Arc<[(String, String)]>,
}

/// Equipment as some records tell of it.
#[derive(Debug)]
struct Equipment {
    /// Without problem codes.
    asset: Asset,
    /// Serial number, name, licence and model, as they are compared.
    marks: [String; KINDS.len()],
}

/// By what devices are told apart, the best first.
const KINDS: [&str; 4] = ["serial", "name", "licence", "model"];

/// What records tell of devices, as far as they were looked at; what several say is held once.
#[derive(Debug)]
pub struct DeviceMentions<'s> {
    settings: &'s Settings,
    equipment: HashMap<Asset, Arc<Equipment>>,
    words: HashSet<Arc<str>>,
    /// By the numbers of groups of fields.
    alike: Groups,
    /// What each record says, in the order in which they were looked at; `None` where that is nothing.
    all: Vec<(TicketId, Option<DeviceMention>)>,
}

#[derive(Debug, Default)]
struct Groups {
    equipment: Vec<Option<Arc<Equipment>>>,
    fields: Vec<Arc<[(String, String)]>>,
    codes: Vec<Arc<str>>,
    orders: Vec<Arc<str>>,
    people: Vec<Arc<str>>,
}

impl<'s> DeviceMentions<'s> {
    /// The groups of fields in which records may be alike, in the order of [`Self::add_alike`].
    pub fn groups() -> Vec<FieldSet> {
        let of_section = |section| {
            let mut set = FieldSet::default();
            set.add_section(section);
            set
        };
        let mut groups = vec![of_section("asset"), of_section("fields")];
        let keys = [Key::Code, Key::LinkWorkOrder, Key::RequesterName];
        groups.extend(keys.map(|key| FieldSet::of(&[key])));
        groups
    }

    /// What is to be told of each record, beside these groups.
    pub fn looked_at() -> FieldSet {
        FieldSet::of(&[Key::Type, Key::Status])
    }

    /// Of no device yet.
    pub fn new(settings: &'s Settings) -> Self {
        Self {
            settings,
            equipment: HashMap::new(),
            words: HashSet::new(),
            alike: Groups::default(),
            all: Vec::new(),
        }
    }

    /// Takes what a record says, in place of what it said before.
    pub fn add(&mut self, ticket: &TicketSummary) {
        self.add_alike(ticket, &[]);
    }

    /// As [`Self::add`], of a record that says some things as others did, by [`Self::groups`]; one that
    /// is whole has none.
    pub fn add_alike(&mut self, ticket: &TicketSummary, alike: &[Alike]) {
        let mut groups = std::mem::take(&mut self.alike);
        let own = |at: usize| alike.get(at).copied();
        let text = |key: Key| ticket.text(key);
        let equipment = Alike::known(own(0), &mut groups.equipment, || self.equipment(ticket));
        let fields = Alike::known(own(1), &mut groups.fields, || fields(ticket, self.settings));
        let code = Alike::known(own(2), &mut groups.codes, || self.word(text(Key::Code)));
        let order = || self.word(text(Key::LinkWorkOrder));
        let order = Alike::known(own(3), &mut groups.orders, order);
        let person = || self.word(text(Key::RequesterName));
        let person = Alike::known(own(4), &mut groups.people, person);
        self.alike = groups;
        let called_off = matches!(ticket.status(), Status::Cancelled | Status::Merged);
        let mention = equipment.map(|equipment| DeviceMention {
            id: ticket.id,
            created: ticket.created,
            resolved: ticket.resolved,
            is_order: ticket.kind() == TicketType::WorkOrder,
            is_open: ticket.status().is_open(),
            may_repeat: !code.is_empty() && !called_off,
            code,
            order,
            person,
            equipment,
            fields,
        });
        self.all.push((ticket.id, mention));
    }

    fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.words.get(text) {
            return known.clone();
        }
        let word: Arc<str> = text.into();
        self.words.insert(word.clone());
        word
    }

    fn equipment(&mut self, ticket: &TicketSummary) -> Option<Arc<Equipment>> {
        let mut asset = Asset::of(ticket)?;
        asset.codes.clear();
        if let Some(known) = self.equipment.get(&asset) {
            return Some(known.clone());
        }
        let marks = KINDS.map(|kind| compact(of_kind(&asset, kind)));
        let equipment = Arc::new(Equipment {
            asset: asset.clone(),
            marks,
        });
        self.equipment.insert(asset, equipment.clone());
        Some(equipment)
    }

    /// The devices, the worst first: by problems that came back, by open tickets, by all.
    pub fn devices(self) -> Vec<Device> {
        let days = self.settings.policy.repeat_days;
        let mut told: Vec<DeviceMention> = last_of_each(self.all);
        told.sort_by_key(|one| Reverse((one.created, one.id)));
        // What is told of the same equipment is of the same device.
        let mut numbers: HashMap<*const Equipment, usize> = HashMap::new();
        let mut equipment: Vec<&Equipment> = Vec::new();
        let mut of: Vec<usize> = Vec::with_capacity(told.len());
        for one in &told {
            let own = &*one.equipment;
            of.push(
                *numbers
                    .entry(Arc::as_ptr(&one.equipment))
                    .or_insert_with(|| {
                        equipment.push(own);
                        equipment.len() - 1
                    }),
            );
        }
        let places = places(&equipment);
        let mut groups: BTreeMap<usize, Vec<&DeviceMention>> = BTreeMap::new();
        for (number, one) in of.into_iter().zip(&told) {
            groups.entry(places[number]).or_default().push(one);
        }
        let groups = groups.into_values();
        let mut devices: Vec<Device> = groups.filter_map(|group| device(&group, days)).collect();
        devices.sort_by(|a, b| {
            let most = |one: &Device| (one.repeats.len(), one.open, one.tickets.len(), one.last);
            let order = most(b).cmp(&most(a));
            order.then_with(|| a.marks().cmp(&b.marks()))
        });
        devices
    }
}

/// The place of the device of each piece of equipment among all.
fn places(told: &[&Equipment]) -> Vec<usize> {
    let mut places: Vec<Option<usize>> = vec![None; told.len()];
    let mut next = 0;
    // By what is known of each device: the devices that have it.
    let mut named: HashMap<(&str, &str), BTreeSet<usize>> = HashMap::new();
    for (which, kind) in KINDS.into_iter().enumerate() {
        // Those of one kind are put together before any of them is told by the next.
        let mut fresh: HashMap<&str, usize> = HashMap::new();
        for (at, one) in told.iter().enumerate() {
            let mark = one.marks[which].as_str();
            if places[at].is_some() || mark.is_empty() {
                continue;
            }
            let known = named.get(&(kind, mark));
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
        for (at, one) in told.iter().enumerate() {
            let Some(place) = places[at] else { continue };
            for (kind, mark) in KINDS.iter().zip(&one.marks) {
                if matches!(*kind, "name" | "licence") && !mark.is_empty() {
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
fn device(records: &[&DeviceMention], days: u32) -> Option<Device> {
    let mut asset = records.first()?.equipment.asset.clone();
    let mut met: HashSet<*const Equipment> = HashSet::new();
    for one in records {
        let own = Arc::as_ptr(&one.equipment);
        if met.insert(own) {
            asset.fill(&one.equipment.asset);
        }
        let code = Some(one.code.trim());
        asset.takes(code.filter(|code| !matches!(*code, "" | REDACTED)));
    }
    let (orders, calls): (Vec<&DeviceMention>, Vec<&DeviceMention>) =
        records.iter().partition(|one| one.is_order);
    let ids = |all: &[&DeviceMention]| all.iter().map(|one| one.id).collect();
    let mut people: Vec<String> = Vec::new();
    for who in calls.iter().map(|one| &*one.person) {
        let known = people.len() >= MOST || people.iter().any(|known| known == who);
        if !who.is_empty() && who != REDACTED && !known {
            people.push(who.to_owned());
        }
    }
    // A work order says when somebody came, not when there was trouble.
    let known = if calls.is_empty() { &orders } else { &calls };
    let (first, last) = (known.last()?.created, known.first()?.created);
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in records.iter().flat_map(|one| one.fields.iter()) {
        if !fields.contains_key(name) {
            fields.insert(name.clone(), value.clone());
        }
    }
    Some(Device {
        asset,
        fields,
        repeats: repeats(&calls, days),
        open: calls.iter().filter(|one| one.is_open).count(),
        orders: ids(&orders),
        tickets: ids(&calls),
        people,
        first,
        last,
    })
}

/// What a record says in the company's own fields that are about equipment.
fn fields(ticket: &TicketSummary, settings: &Settings) -> Arc<[(String, String)]> {
    let about = settings.fields.iter().filter(|(_, field)| field.of_asset);
    let value = |name: &String| {
        let value = ticket.values.get(&Field::Company(name.clone()))?;
        Some(value.to_string()).filter(|text| text != REDACTED)
    };
    about
        .filter_map(|(name, _)| Some((name.clone(), value(name)?)))
        .collect()
}

/// The tickets whose problem had been solved within so many days before, each with the last one of
/// its problem code that was. A ticket of the same work order is the same trouble, told once more.
fn repeats(calls: &[&DeviceMention], days: u32) -> Vec<(TicketId, TicketId)> {
    let mut solved: HashMap<&str, Vec<(Moment, &DeviceMention)>> = HashMap::new();
    for ticket in calls {
        if let Some(at) = ticket.resolved.filter(|_| ticket.may_repeat) {
            solved.entry(&ticket.code).or_default().push((at, ticket));
        }
    }
    for of_code in solved.values_mut() {
        of_code.sort_by_key(|(at, ticket)| (*at, ticket.id));
    }
    let within = TimeDelta::days(days.into());
    let repeat = |ticket: &&DeviceMention| {
        let of_code = solved.get(&*ticket.code).filter(|_| ticket.may_repeat)?;
        let before = of_code.partition_point(|(at, _)| at.whole_second() <= ticket.created);
        let mut before = of_code[..before].iter().rev();
        let (at, other) = before.find(|(_, other)| {
            let one_trouble = !ticket.order.is_empty() && other.order == ticket.order;
            other.id != ticket.id && !one_trouble
        })?;
        (ticket.created.since(*at) <= within).then_some((ticket.id, other.id))
    };
    calls.iter().filter_map(repeat).collect()
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
