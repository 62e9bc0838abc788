//! Is it already reported, and was it mended only lately?
//!
//! The two questions that tell duplicates from repeats, as in the field notes 2.6: the same
//! problem whose work is *not done* is a duplicate, and one more caller joins that work; the same
//! problem of the same equipment whose work *was done* a short while ago is a repeat, and somebody
//! should look for the cause behind the cause. Both ask for the same problem code; likeness of
//! words alone is for the search.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::recurring;
use crate::model::settings::Settings;
use crate::model::status::{Status, TicketType};
use crate::model::ticket_summary::TicketSummary;
use crate::rules::found_by::Wanted;
use crate::rules::sla::calendar;
use crate::rules::text::normalize::words;
use chrono::{Days, NaiveTime};

/// What an earlier record is to a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DuplicateKind {
    /// Its work is not done: the new caller may join it.
    Duplicate,
    /// A work order that was done only lately, for the same equipment.
    Repeat,
}

/// An earlier record like a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The record; of a repeat always the work order.
    pub ticket: TicketSummary,
    /// What it is to the new one.
    pub kind: DuplicateKind,
    /// Why, in words: `same code NET-OUT, same place Gdańsk HQ floor 3, 40 minutes ago`.
    pub reason: String,
}

/// How strongly two records look the same, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Serial,
    Name,
    Place,
    Within,
    Outage,
}

/// What is compared of a record, folded.
#[derive(Clone, Debug, Default)]
struct Thing {
    serial: String,
    name: Vec<String>,
    model: Vec<String>,
    place: Vec<String>,
    /// What stands before the first comma of the place: the site, as people write addresses.
    site: Vec<String>,
}

fn text(values: &BTreeMap<Field, Value>, key: Key) -> &str {
    values
        .get(&Field::Known(key))
        .and_then(Value::as_text)
        .unwrap_or_default()
}

/// Where the trouble is: where the equipment stands, or else where the requester sits.
fn place(values: &BTreeMap<Field, Value>) -> &str {
    match text(values, Key::AssetLocation) {
        "" => text(values, Key::RequesterLocation),
        place => place,
    }
}

/// Words that are compared of a text. No equipment and no place has more, and each word of one text
/// is compared with those of the other.
const COMPARED: usize = 64;

impl Thing {
    fn of(values: &BTreeMap<Field, Value>) -> Self {
        let place = place(values);
        let words = |text: &str| {
            let mut words = words(text);
            words.truncate(COMPARED);
            words
        };
        Self {
            serial: words(text(values, Key::AssetSerial)).concat(),
            name: words(text(values, Key::AssetName)),
            model: words(text(values, Key::AssetModel)),
            place: words(place),
            site: words(place.split(',').next().unwrap_or_default()),
        }
    }

    /// Whether the two are certainly not one piece of equipment.
    fn is_another(&self, other: &Self) -> bool {
        let serials =
            !self.serial.is_empty() && !other.serial.is_empty() && self.serial != other.serial;
        let models = !self.model.is_empty()
            && !other.model.is_empty()
            && !within(&self.model, &other.model)
            && !within(&other.model, &self.model);
        serials || models
    }

    fn same_equipment(&self, other: &Self) -> Option<Likeness> {
        if !self.serial.is_empty() && self.serial == other.serial {
            return Some(Likeness::Serial);
        }
        let named = !self.name.is_empty() && self.name == other.name;
        (named && !self.is_another(other)).then_some(Likeness::Name)
    }

    fn same_place(&self, other: &Self) -> Option<Likeness> {
        if self.place.is_empty() || other.place.is_empty() {
            None
        } else if self.place == other.place {
            Some(Likeness::Place)
        } else {
            let one = within(&self.place, &other.place) || within(&other.place, &self.place);
            one.then_some(Likeness::Within)
        }
    }
}

/// Whether `part` stands in `whole`, word by word: `floor 3` in `hq floor 3`, not in `floor 31`.
fn within(part: &[String], whole: &[String]) -> bool {
    !part.is_empty() && whole.windows(part.len()).any(|some| some == part)
}

/// The open tickets and work orders that look like a record with these values, and the work orders
/// of which it would be a repeat; the strongest likeness first. `all` is in the order of the ids;
/// `except` are left out. Without a problem code nothing is like it.
///
/// A duplicate has the same code and the same serial number, for as long as it is open; or the same
/// code and the same name of the equipment, or an equal or containing place, or it is an outage (an
/// impact wider than one person's) that is not certainly somewhere else: these only within
/// `policy.duplicate_days` of its last entry. A ticket whose work order is in the list is left out:
/// the order stands for it. A repeat has the same code and equipment, and its work order was done
/// within `policy.repeat_days`.
pub fn find(
    values: &BTreeMap<Field, Value>,
    except: &[TicketId],
    all: &[TicketSummary],
    settings: &Settings,
    now: Moment,
) -> Vec<Duplicate> {
    let code = text(values, Key::Code);
    if code.is_empty() {
        return Vec::new();
    }
    let trouble = Trouble {
        code,
        thing: Thing::of(values),
        except: except.iter().copied().collect(),
        all,
        settings,
        now,
        recent: days_back(settings, now, settings.policy.duplicate_days),
        lately: days_back(settings, now, settings.policy.repeat_days),
    };
    let mut found: Vec<(Likeness, Duplicate)> = Vec::new();
    let mut named: HashSet<TicketId> = HashSet::new();
    for other in all.iter().filter(|other| trouble.is_of_code(other)) {
        let its = Thing::of(&other.values);
        if let Some(one) = trouble.duplicate(other, &its) {
            named.insert(other.id);
            found.push(one);
        }
        let repeat = trouble.repeat(other, &its);
        found.extend(repeat.filter(|(_, one)| named.insert(one.ticket.id)));
    }
    leave_to_orders(&mut found);
    found.sort_by_key(|(likeness, one)| {
        let latest = match one.kind {
            DuplicateKind::Duplicate => one.ticket.created,
            DuplicateKind::Repeat => one.ticket.resolved.unwrap_or(one.ticket.created),
        };
        (
            one.kind,
            *likeness,
            one.ticket.kind() != TicketType::WorkOrder,
            Reverse(latest),
            one.ticket.id,
        )
    });
    found.into_iter().map(|(_, one)| one).collect()
}

/// The words by which a record is found that may be a new one's: its code alone, as long as it is open,
/// and its code with its equipment.
pub fn found_by(ticket: &TicketSummary) -> Vec<String> {
    let code = ticket.text(Key::Code);
    if code.is_empty() || ticket.text(Key::SourceName) == recurring::SOURCE {
        return Vec::new();
    }
    let mut keys = of_equipment(code, &Thing::of(&ticket.values));
    if ticket.status().is_open() {
        keys.push(format!("c:{code}"));
    }
    keys
}

fn of_equipment(code: &str, thing: &Thing) -> Vec<String> {
    let serial = Some(format!("s:{code} {}", thing.serial)).filter(|_| !thing.serial.is_empty());
    let name = format!("t:{code} {}", thing.name.join(" "));
    let name = Some(name).filter(|_| !thing.name.is_empty());
    serial.into_iter().chain(name).collect()
}

/// What finds the records that [`find`] has to look at: those of the same code and equipment, and the
/// open ones of the same code, of which only those count to which something happened since a moment.
#[derive(Debug)]
pub struct Candidates {
    /// Finds those of the same equipment.
    pub same: Vec<Wanted>,
    /// Finds the open ones.
    pub open: Wanted,
    /// Since when something must have happened to these.
    pub since: Moment,
}

/// What finds the records that may be like one with these values; `None` where none is.
pub fn candidates(
    values: &BTreeMap<Field, Value>,
    settings: &Settings,
    now: Moment,
) -> Option<Candidates> {
    let code = Some(text(values, Key::Code)).filter(|code| !code.is_empty())?;
    let same = of_equipment(code, &Thing::of(values));
    Some(Candidates {
        same: same.into_iter().map(Wanted::Word).collect(),
        open: Wanted::Word(format!("c:{code}")),
        since: days_back(settings, now, settings.policy.duplicate_days),
    })
}

/// The trouble of a new record, beside which others are held.
struct Trouble<'a> {
    code: &'a str,
    thing: Thing,
    except: HashSet<TicketId>,
    /// All records, in the order of their ids.
    all: &'a [TicketSummary],
    settings: &'a Settings,
    now: Moment,
    /// Since when an open record must have an entry, where its serial number is not the same.
    recent: Moment,
    /// Since when a work order must have been done.
    lately: Moment,
}

impl Trouble<'_> {
    fn is_of_code(&self, other: &TicketSummary) -> bool {
        // Maintenance that recurs is nobody's trouble.
        other.text(Key::Code) == self.code
            && other.text(Key::SourceName) != recurring::SOURCE
            && !self.except.contains(&other.id)
    }

    /// An open record of this trouble.
    fn duplicate(&self, other: &TicketSummary, its: &Thing) -> Option<(Likeness, Duplicate)> {
        if !other.status().is_open() {
            return None;
        }
        let (likeness, how) = alike(&self.thing, its, other, self.settings)?;
        if likeness != Likeness::Serial && other.updated < self.recent {
            return None;
        }
        let when = ago(other.created, self.now);
        let reason = format!("same code {}, {how}, {when}", self.code);
        let one = Duplicate {
            ticket: other.clone(),
            kind: DuplicateKind::Duplicate,
            reason,
        };
        Some((likeness, one))
    }

    /// The work order of a record with the same equipment, done only lately.
    fn repeat(&self, other: &TicketSummary, its: &Thing) -> Option<(Likeness, Duplicate)> {
        let likeness = self.thing.same_equipment(its)?;
        let order = match other.kind() {
            TicketType::WorkOrder => other,
            _ => self.record(other.text(Key::LinkWorkOrder))?,
        };
        if self.except.contains(&order.id) {
            return None;
        }
        let at = done_at(order).filter(|at| *at >= self.lately)?;
        let (how, when) = (equipment(likeness, &other.values), ago(at, self.now));
        let reason = format!("same code {}, {how}, done {when}", self.code);
        let one = Duplicate {
            ticket: order.clone(),
            kind: DuplicateKind::Repeat,
            reason,
        };
        Some((likeness, one))
    }

    fn record(&self, id: &str) -> Option<&TicketSummary> {
        let all = self.all;
        let at = all.binary_search_by(|one| one.id.as_str().cmp(id)).ok()?;
        Some(&all[at])
    }
}

/// Leaves out the records whose work order is found itself: it stands for them.
fn leave_to_orders(found: &mut Vec<(Likeness, Duplicate)>) {
    let open: HashSet<TicketId> = found
        .iter()
        .filter(|(_, one)| one.kind == DuplicateKind::Duplicate)
        .map(|(_, one)| one.ticket.id)
        .collect();
    found.retain(|(_, one)| {
        let order: Option<TicketId> = one.ticket.text(Key::LinkWorkOrder).parse().ok();
        order.is_none_or(|order| !open.contains(&order))
    });
}

/// When a work order was done, if it was.
fn done_at(order: &TicketSummary) -> Option<Moment> {
    let done = matches!(order.status(), Status::Resolved | Status::Closed);
    order
        .resolved
        .filter(|_| done && order.kind() == TicketType::WorkOrder)
}

/// Whether an open record is of the same trouble, how strongly, and in words why.
fn alike(
    thing: &Thing,
    its: &Thing,
    other: &TicketSummary,
    settings: &Settings,
) -> Option<(Likeness, String)> {
    if let Some(likeness) = thing.same_equipment(its) {
        return Some((likeness, equipment(likeness, &other.values)));
    }
    let widths = settings.impacts.len();
    let impact = other.text(Key::Impact);
    let width = settings
        .impacts
        .iter()
        .position(|known| known == impact)
        .filter(|rank| rank + 1 < widths);
    if let Some(likeness) = thing.same_place(its)
        // One person's other device is another trouble; an outage shows at several.
        && (width.is_some() || !thing.is_another(its))
    {
        let how = match likeness {
            Likeness::Place => "same place",
            _ => "overlapping place",
        };
        return Some((
            likeness,
            format!("{how} {}", one_line(place(&other.values))),
        ));
    }
    let rank = width?;
    let apart = !thing.place.is_empty() && !its.place.is_empty();
    let reaches = !apart || rank == 0 || (rank + 2 < widths && thing.site == its.site);
    reaches.then(|| (Likeness::Outage, format!("an outage with impact {impact}")))
}

fn equipment(likeness: Likeness, values: &BTreeMap<Field, Value>) -> String {
    match likeness {
        Likeness::Serial => {
            format!(
                "same serial number {}",
                one_line(text(values, Key::AssetSerial))
            )
        }
        _ => format!("same equipment {}", one_line(text(values, Key::AssetName))),
    }
}

/// Whether two records are of one place: equal, or one within the other; of a `wide` trouble also
/// where only the site is one.
pub fn is_same_place(
    one: &BTreeMap<Field, Value>,
    other: &BTreeMap<Field, Value>,
    wide: bool,
) -> bool {
    let (one, other) = (Thing::of(one), Thing::of(other));
    let same_site = wide && !one.site.is_empty() && one.site == other.site;
    same_site || one.same_place(&other).is_some()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The midnight, in the desk's zone, that begins the day so many days ago.
fn days_back(settings: &Settings, now: Moment, days: u32) -> Moment {
    let today = now.in_zone(&settings.zone).date_naive();
    let day = today
        .checked_sub_days(Days::new(days.into()))
        .unwrap_or(today);
    calendar::local(settings.zone, day.and_time(NaiveTime::MIN))
}

/// `40 minutes ago`, or `in 40 minutes` of what is dated later than now.
fn ago(at: Moment, now: Moment) -> String {
    let minutes = now.since(at).num_minutes();
    let (n, unit) = match minutes.abs() {
        0 => return "just now".to_owned(),
        length @ 1..120 => (length, "minute"),
        length @ 120..2_880 => (length / 60, "hour"),
        length => (length / 1_440, "day"),
    };
    let s = if n == 1 { "" } else { "s" };
    if minutes < 0 {
        format!("in {n} {unit}{s}")
    } else {
        format!("{n} {unit}{s} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-23T09:40:00Z";

    fn settings() -> Settings {
        crate::page::settings::read(crate::page::settings::STARTER).unwrap()
    }

    /// A record from `key=value` words; times by `age` in minutes.
    fn record(id: &str, age: i64, facts: &[(&str, &str)]) -> TicketSummary {
        let now: Moment = NOW.parse().unwrap();
        let at = Moment::from_millis(now.millis() - age * 60_000).unwrap();
        let mut values = values(facts);
        values
            .entry(Key::Status.into())
            .or_insert_with(|| Value::Text("open".to_owned()));
        values
            .entry(Key::Impact.into())
            .or_insert_with(|| Value::Text("person".to_owned()));
        let done = text(&values, Key::Status) == "resolved";
        TicketSummary {
            id: id.parse().unwrap(),
            created: at,
            updated: at,
            resolved: done.then_some(at),
            contacted: None,
            entries: 1,
            conflict: false,
            barred: false,
            tell: None,
            told: Vec::new(),
            earlier: BTreeMap::new(),
            cancelled_as: None,
            said: None,
            on_order: None,
            knowledge: Vec::new(),
            events: crate::model::event_table::TicketEvents::default(),
            values,
        }
    }

    fn values(facts: &[(&str, &str)]) -> BTreeMap<Field, Value> {
        facts
            .iter()
            .map(|(key, value)| (key.parse().unwrap(), Value::Text((*value).to_owned())))
            .collect()
    }

    /// What is said of one record beside a new one.
    fn reported(new: &[(&str, &str)], age: i64, old: &[(&str, &str)]) -> Option<String> {
        let all = [record("2611-7K3MQ", age, old)];
        let now = NOW.parse().unwrap();
        let found = find(&values(new), &[], &all, &settings(), now);
        found
            .into_iter()
            .next()
            .map(|one| format!("{:?}: {}", one.kind, one.reason))
    }

    const NET: (&str, &str) = ("code", "NET-OUT");

    #[test]
    fn the_same_code_and_serial_are_strong() {
        let old = [NET, ("asset.serial", "JW-0219")];
        assert_eq!(
            reported(&[NET, ("asset.serial", "jw 0219")], 40, &old).unwrap(),
            "Duplicate: same code NET-OUT, same serial number JW-0219, 40 minutes ago"
        );
        // However old the work is, it is not done.
        assert!(reported(&[NET, ("asset.serial", "jw0219")], 60 * 24 * 90, &old).is_some());
        assert_eq!(reported(&[("asset.serial", "JW-0219")], 40, &old), None);
        let other = [("code", "PRN-JAM"), ("asset.serial", "JW-0219")];
        assert_eq!(reported(&other, 40, &old), None);
    }

    #[test]
    fn places_are_compared_word_by_word() {
        let at = |place: &'static str| [NET, ("asset.location", place)];
        let old = at("Gdańsk HQ, floor 3");
        assert_eq!(
            reported(&at("gdansk  HQ floor 3"), 40, &old).unwrap(),
            "Duplicate: same code NET-OUT, same place Gdańsk HQ, floor 3, 40 minutes ago"
        );
        assert_eq!(
            reported(&at("GDAŃSK HQ, floor 3, rack B"), 200, &old).unwrap(),
            "Duplicate: same code NET-OUT, overlapping place Gdańsk HQ, floor 3, 3 hours ago"
        );
        for elsewhere in ["Gdańsk HQ, floor 31", "Gdańsk HQ, floor 2", "Poznań", ""] {
            assert_eq!(reported(&at(elsewhere), 40, &old), None, "{elsewhere}");
        }
        // The requester's place stands in where nobody said where the equipment is.
        let caller = [NET, ("requester.location", "Gdańsk HQ, floor 3")];
        assert!(reported(&caller, 40, &old).is_some());
    }

    #[test]
    fn another_device_in_the_same_room_is_another_trouble() {
        let room = ("asset.location", "Room 7");
        let printer = |serial: &'static str| [("code", "PRN-JAM"), room, ("asset.serial", serial)];
        assert_eq!(reported(&printer("A1"), 40, &printer("B2")), None);
        let model = |model: &'static str| [("code", "PRN-JAM"), room, ("asset.model", model)];
        assert_eq!(reported(&model("Papyra C4"), 40, &model("Oker 11")), None);
        assert!(reported(&model("Papyra C4"), 40, &model("papyra")).is_some());
        // An outage shows at several devices.
        let wide = [
            ("code", "PRN-JAM"),
            room,
            ("asset.serial", "B2"),
            ("impact", "site"),
        ];
        assert!(reported(&printer("A1"), 40, &wide).is_some());
    }

    #[test]
    fn an_outage_is_found_without_a_place() {
        let old = [
            NET,
            ("impact", "site"),
            ("asset.location", "Gdańsk HQ, rack B"),
        ];
        assert_eq!(
            reported(&[NET], 40, &old).unwrap(),
            "Duplicate: same code NET-OUT, an outage with impact site, 40 minutes ago"
        );
        let at = |place: &'static str| [NET, ("requester.location", place)];
        assert!(reported(&at("Gdańsk HQ, room 312"), 40, &old).is_some());
        assert_eq!(reported(&at("Poznań, room 5"), 40, &old), None);
        let team = [
            NET,
            ("impact", "team"),
            ("asset.location", "Gdańsk HQ, rack B"),
        ];
        assert!(reported(&[NET], 40, &team).is_some());
        assert_eq!(reported(&at("Gdańsk HQ, room 312"), 40, &team), None);
        let company = [NET, ("impact", "company"), ("asset.location", "Gdańsk HQ")];
        assert!(reported(&at("Poznań, room 5"), 40, &company).is_some());
        assert_eq!(
            reported(&[NET], 40, &[NET]),
            None,
            "one person's trouble is no outage"
        );
    }

    #[test]
    fn the_window_is_of_whole_days() {
        let old = [NET, ("impact", "site")];
        let (day, minute) = (60 * 24, 1);
        // It is 10:40 at the desk, seven days after the midnight that begins the window.
        let edge = 7 * day + 10 * 60 + 40;
        assert!(reported(&[NET], edge, &old).is_some());
        assert_eq!(reported(&[NET], edge + minute, &old), None);
        let done = [
            ("type", "work-order"),
            NET,
            ("asset.serial", "JW0219"),
            ("status", "resolved"),
        ];
        let new = [NET, ("asset.serial", "JW0219")];
        // Thirty days ago it was still summer time: that midnight is an hour earlier.
        let edge = 30 * day + 11 * 60 + 40;
        assert_eq!(
            reported(&new, 12 * day, &done).unwrap(),
            "Repeat: same code NET-OUT, same serial number JW0219, done 12 days ago"
        );
        let edge_told = reported(&new, edge, &done);
        assert!(edge_told.is_some() && reported(&new, edge + minute, &done).is_none());
    }

    #[test]
    fn only_work_orders_make_repeats() {
        let serial = ("asset.serial", "JW0219");
        let new = values(&[NET, serial]);
        let ticket = record("2611-00001", 900, &[NET, serial, ("status", "resolved")]);
        let now = NOW.parse().unwrap();
        assert_eq!(
            find(&new, &[], std::slice::from_ref(&ticket), &settings(), now),
            []
        );
        let linked = record(
            "2611-00001",
            900,
            &[
                NET,
                serial,
                ("status", "closed"),
                ("links.work_order", "2611-00002"),
            ],
        );
        let order = record(
            "2611-00002",
            600,
            &[
                ("type", "work-order"),
                ("code", "NET-PORT"),
                ("status", "resolved"),
            ],
        );
        let found = find(&new, &[], &[linked, order], &settings(), now);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].ticket.id.as_str(), "2611-00002");
        assert_eq!(found[0].kind, DuplicateKind::Repeat);
    }

    #[test]
    fn an_order_stands_for_its_tickets_and_the_strongest_comes_first() {
        let place = ("asset.location", "Room 7");
        let serial = ("asset.serial", "JW0219");
        let all = [
            record(
                "2611-00001",
                900,
                &[NET, place, ("links.work_order", "2611-00002")],
            ),
            record("2611-00002", 890, &[("type", "work-order"), NET, place]),
            record("2611-00003", 10, &[NET, place]),
            record("2611-00004", 20, &[NET, serial]),
            record("2611-00005", 5, &[NET, place, serial]),
        ];
        let new = values(&[NET, place, serial]);
        let except = ["2611-00005".parse().unwrap()];
        let found = find(&new, &except, &all, &settings(), NOW.parse().unwrap());
        let ids: Vec<&str> = found.iter().map(|one| one.ticket.id.as_str()).collect();
        assert_eq!(ids, ["2611-00004", "2611-00002", "2611-00003"]);
    }

    #[test]
    fn other_scripts_are_compared_too() {
        let old = [NET, ("asset.location", "Łódź, Straße 5")];
        assert!(reported(&[NET, ("asset.location", "lodz strasse 5")], 40, &old).is_some());
        let old = [NET, ("asset.location", "Комната 12")];
        assert!(reported(&[NET, ("asset.location", "комната 12")], 40, &old).is_some());
        assert!(reported(&[NET, ("asset.location", "кабинет 12")], 40, &old).is_none());
    }
}
