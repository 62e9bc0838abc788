//! The people who called, and what a new ticket takes over of one whom the desk knows.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::index::alike::EachTicket;
use crate::index::lookup::Lookup;
use crate::index::scan::Scan;
use crate::index::want::Want;
use crate::model::catalog::Code;
use crate::model::field::{Field, Key};
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::status::TicketType;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::values;
use crate::page::problem::Problem;
use crate::rules::found_by::Wanted;
use crate::rules::people::{self, Asset, Caller, Mentions, People, Person, Typed, phone, reads_as};

/// How many people are named where several could be meant.
const NAMED: usize = 4;

/// All people of a desk, and the files that could not be read.
pub fn people(desk: &Desk) -> (People, Vec<Problem>) {
    let mut mentions = Mentions::new(&desk.settings.phone_country);
    let (groups, always) = (Mentions::groups(), Mentions::looked_at());
    let each = EachTicket::new(&groups, &always, |ticket, alike| {
        mentions.add_alike(ticket, alike);
    });
    let found = desk.each_alike(&Scan::of_tickets(&desk.root), &each);
    drop(each);
    (mentions.people(), found.problems)
}

/// The people who may be meant by what was typed, each with all that tickets tell of them.
fn people_near(desk: &Desk, typed: &Typed<'_>) -> People {
    let country = &desk.settings.phone_country;
    let lookup = Lookup::open(&desk.root, &desk.progress);
    let mut near = Near::of(&lookup);
    near.add(&people::in_full(typed));
    let found = near.people(country);
    if found.is_settled(typed) {
        return found;
    }
    near.add_fitting(typed.name, country);
    near.people(country)
}

/// The people whom a text fits, as far as nothing of them was changed in place.
pub fn fitting(desk: &Desk, text: &str) -> People {
    let country = &desk.settings.phone_country;
    let lookup = Lookup::open(&desk.root, &desk.progress);
    let mut near = Near::of(&lookup);
    let typed = Typed {
        name: text,
        ..Typed::default()
    };
    near.add(&people::in_full(&typed));
    near.add_fitting(text, country);
    near.people(country)
}

/// The people whom a text fits, and their tickets as all files say now.
#[derive(Debug)]
pub struct Fitting<'d> {
    lookup: Lookup<'d>,
    tickets: BTreeMap<TicketId, TicketSummary>,
    /// Files that cannot be read, or only be read.
    pub problems: Vec<Problem>,
}

impl<'d> Fitting<'d> {
    /// Those whom a text fits.
    pub fn of(desk: &'d Desk, text: &str) -> Self {
        let problems = desk.tickets(Want::Figures).problems;
        let lookup = Lookup::open(&desk.root, &desk.progress);
        let mut near = Near::of(&lookup);
        let typed = Typed {
            name: text,
            ..Typed::default()
        };
        near.add(&people::in_full(&typed));
        near.add_fitting(text, &desk.settings.phone_country);
        Self {
            tickets: near.tickets,
            lookup,
            problems,
        }
    }

    /// Adds the requester of a ticket.
    pub fn add(&mut self, id: TicketId) {
        let Some(ticket) = self.lookup.get(id) else {
            return;
        };
        let mut near = Near::of(&self.lookup);
        near.add(&people::of_same(&ticket));
        let theirs = near.tickets;
        self.tickets.extend(theirs);
    }

    /// The people.
    pub fn people(&self, desk: &Desk) -> People {
        People::of(self.tickets.values(), &desk.settings.phone_country)
    }

    /// Some of the tickets, with what happened to them.
    pub fn whole(&self, ids: &[TicketId]) -> Vec<TicketSummary> {
        let all = ids.iter().filter_map(|id| self.tickets.get(id).cloned());
        self.lookup.whole(all.collect())
    }
}

/// The fields that tell who the requesters of tickets are.
pub fn looked_at() -> FieldSet {
    let mut fields = FieldSet::of(&[Key::Type, Key::Code]);
    fields.add_section("requester");
    fields.add_section("asset");
    fields
}

/// The tickets of some people, with all others of the same people.
struct Near<'l> {
    lookup: &'l Lookup<'l>,
    tickets: BTreeMap<TicketId, TicketSummary>,
    asked: BTreeSet<Wanted>,
}

impl<'l> Near<'l> {
    fn of(lookup: &'l Lookup<'l>) -> Self {
        Self {
            lookup,
            tickets: BTreeMap::new(),
            asked: BTreeSet::new(),
        }
    }

    /// Adds the tickets that these words find, and all of the people who are their requesters.
    fn add(&mut self, wanted: &[Wanted]) {
        let mut wanted: Vec<Wanted> = wanted.to_vec();
        while !wanted.is_empty() {
            self.asked.extend(wanted.iter().cloned());
            let mut more: BTreeSet<Wanted> = BTreeSet::new();
            for ticket in self.lookup.find(&wanted, None) {
                if let Entry::Vacant(place) = self.tickets.entry(ticket.id) {
                    more.extend(people::of_same(&ticket));
                    place.insert(ticket);
                }
            }
            wanted = more.difference(&self.asked).cloned().collect();
        }
    }

    /// Adds the tickets of all whom a text fits: each of its words finds them, the rarest with the
    /// fewest others.
    fn add_fitting(&mut self, text: &str, country: &str) {
        let ways = people::in_part(text, country);
        if let Some(rarest) = self.lookup.rarest(&ways) {
            self.add(rarest);
        }
    }

    fn people(&self, country: &str) -> People {
        People::of(self.tickets.values(), country)
    }
}

/// The value of a key among fields as they were typed, the last one where there are several;
/// empty where there is none.
fn typed<'v>(desk: &Desk, values: &'v [(String, String)], key: Key) -> &'v str {
    let is = |(name, _): &&(String, String)| {
        values::field(desk, name).is_ok_and(|field| field == Field::Known(key))
    };
    values
        .iter()
        .rev()
        .find(is)
        .map_or("", |(_, value)| value.as_str())
}

/// What `values`, as they were typed for a new ticket, say of its requester.
pub fn asked<'v>(desk: &Desk, values: &'v [(String, String)]) -> Typed<'v> {
    Typed {
        name: typed(desk, values, Key::RequesterName),
        email: typed(desk, values, Key::RequesterEmail),
        phone: typed(desk, values, Key::RequesterPhone),
        account: typed(desk, values, Key::RequesterAccount),
    }
}

/// Completes the requester of a new ticket from earlier ones, without asking anybody: only where
/// one person is meant for certain; their `equipment` where it may be meant. Answers with what is to be
/// said about it.
pub fn complete(
    desk: &Desk,
    values: &mut Vec<(String, String)>,
    equipment: bool,
) -> Result<Vec<String>, OpError> {
    for (name, _) in values.iter() {
        values::field(desk, name)?;
    }
    let who = asked(desk, values);
    let nothing = [who.name, who.email, who.phone, who.account];
    if nothing.iter().all(|text| text.trim().is_empty()) {
        return Ok(Vec::new());
    }
    let people = people_near(desk, &who);
    match people.caller(&who) {
        Caller::Known(person) => {
            take_over(desk, person, values);
            let mut notice = format!("requester: {}", earlier(person));
            if let [asset] = &person.equipment[..]
                && equipment
                && wants_equipment(desk, values)
                && !is_of_another(desk, asset, code_of(desk, values))
            {
                take_equipment(asset, values);
                notice = format!("{notice}; equipment: {}", piece(asset));
            }
            Ok(vec![notice])
        }
        Caller::Perhaps(all) => {
            let name = who.name.trim().to_owned();
            let named: Vec<String> = all.iter().take(NAMED).map(|one| brief(one)).collect();
            let more = match all.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" or {more} more"),
            };
            let kept = if name.is_empty() {
                "the requester".to_owned()
            } else {
                format!("`{name}`")
            };
            place(desk, values);
            Ok(vec![format!(
                "{kept} could be {}{more}; kept as typed (`desk set ID from=NAME`, with the whole name, \
                 takes one over)",
                named.join(" or ")
            )])
        }
        Caller::New => {
            place(desk, values);
            Ok(Vec::new())
        }
    }
}

/// Puts an address or a number that was given as a name where it belongs.
pub fn place(desk: &Desk, values: &mut [(String, String)]) {
    let name = typed(desk, values, Key::RequesterName).to_owned();
    let key = reads_as(&name);
    if name.is_empty() || key == Key::RequesterName || !typed(desk, values, key).is_empty() {
        return;
    }
    for (field, _) in values.iter_mut() {
        if values::field(desk, field).is_ok_and(|field| field == Key::RequesterName.into()) {
            key.path().clone_into(field);
        }
    }
}

/// Adds to `values` what is known of a person and was not given: the name in full instead of what
/// was typed, and all contact data.
pub fn take_over(desk: &Desk, person: &Person, values: &mut Vec<(String, String)>) {
    let is_name = |name: &str| {
        values::field(desk, name).is_ok_and(|field| field == Key::RequesterName.into())
    };
    // Whoever gives more of the name than was known gives it anew.
    if !person.is_fuller(typed(desk, values, Key::RequesterName)) {
        values.retain(|(name, _)| !is_name(name));
    }
    fill(desk, &person.contact(), values);
}

/// Adds to `values` what is known of a piece of equipment.
pub fn take_equipment(asset: &Asset, values: &mut Vec<(String, String)>) {
    for (key, text) in asset.values() {
        if !text.is_empty() {
            values.push((key.path().to_owned(), text.to_owned()));
        }
    }
}

fn fill(desk: &Desk, known: &[(Key, &str)], values: &mut Vec<(String, String)>) {
    for (key, text) in known {
        // What nobody would take if it were typed is not passed on.
        let sound = match key {
            Key::RequesterEmail => phone::is_email(text),
            Key::RequesterPhone => phone::is_phone(text),
            _ => true,
        };
        if !text.is_empty() && sound && typed(desk, values, *key).is_empty() {
            values.push((key.path().to_owned(), (*text).to_owned()));
        }
    }
}

/// The problem code among fields as they were typed.
fn code_of<'d>(desk: &'d Desk, values: &[(String, String)]) -> Option<&'d Code> {
    let code = typed(desk, values, Key::Code);
    desk.catalogue.find(code.trim_start_matches('@'))
}

/// Whether the requester's equipment may be meant: it was not named, something is to be done, and
/// the code, if there is one, asks for equipment. Somebody's laptop is not what a call about a
/// password or the printer in the hall is about.
pub fn wants_equipment(desk: &Desk, values: &[(String, String)]) -> bool {
    let is_asset = |path: &str| {
        path.parse::<Field>()
            .is_ok_and(|field| field.section() == Some("asset"))
    };
    let named = values
        .iter()
        .filter_map(|(name, _)| values::field(desk, name).ok())
        .any(|field| field.section() == Some("asset"));
    let kind = match typed(desk, values, Key::Type) {
        "" => desk.settings.intake.kind.as_str(),
        kind => kind,
    };
    let code = code_of(desk, values);
    let by_code = code.is_none_or(|code| {
        let asks = |path: &String| is_asset(path) && path != Key::AssetLocation.path();
        code.require.iter().any(asks)
    });
    !named && by_code && TicketType::read(kind) == TicketType::Action
}

/// Whether earlier tickets about a piece of equipment were of the category of a problem code. Of what
/// is not known of it, nothing follows.
pub fn is_of_sort(desk: &Desk, asset: &Asset, code: Option<&Code>) -> bool {
    let known = asset
        .codes
        .iter()
        .filter_map(|one| desk.catalogue.find(one));
    code.is_some_and(|code| known.into_iter().any(|one| one.path == code.path))
}

/// Whether a piece of equipment is known from tickets of other categories than this one's only.
fn is_of_another(desk: &Desk, asset: &Asset, code: Option<&Code>) -> bool {
    let mut known = asset
        .codes
        .iter()
        .filter_map(|one| desk.catalogue.find(one));
    code.is_some() && known.next().is_some() && !is_of_sort(desk, asset, code)
}

/// `Jan Kowalski, AC-4471`.
pub fn brief(person: &Person) -> String {
    let label = person.label();
    let more = [
        &person.account,
        &person.organisation,
        &person.email,
        &person.phone,
    ];
    match more
        .into_iter()
        .find(|text| !text.is_empty() && *text != label)
    {
        Some(more) => format!("{label}, {more}"),
        None => label.to_owned(),
    }
}

/// `Jan Kowalski, AC-4471 (3 earlier tickets)`.
pub fn earlier(person: &Person) -> String {
    let count = match person.tickets.len() {
        1 => "1 earlier ticket".to_owned(),
        n => format!("{n} earlier tickets"),
    };
    format!("{} ({count})", brief(person))
}

/// `ThinkPad T14, s/n PF3K`.
pub fn piece(asset: &Asset) -> String {
    let serial = format!("s/n {}", asset.serial);
    let licence = format!("licence {}", asset.licence);
    let parts = [
        (&asset.name, &asset.name),
        (&asset.model, &asset.model),
        (&asset.serial, &serial),
        (&asset.licence, &licence),
    ];
    let parts: Vec<&str> = parts
        .into_iter()
        .filter(|(known, _)| !known.is_empty())
        .map(|(_, shown)| shown.as_str())
        .collect();
    parts.join(", ")
}
