//! The people who called: the requesters of all tickets, folded into persons.
//!
//! Nobody keeps a list of customers here. A person is what the tickets say: those with one e-mail
//! address, one account or one telephone number, and names that can be one person's, are of one
//! person; so are those of one name and organisation where no address, account or number speaks
//! against it. Two persons taken for one would have their data mixed up on the next ticket, one
//! taken for two is only asked for again: in doubt, two.

pub mod address;
mod find;
mod join;
mod keys;
mod mention;
mod mentions;
pub mod phone;

pub use find::{Caller, Match, Quality, Typed, is_full_name, reads_as};
pub use keys::{found_by, in_full, in_part, of_same};
pub use mentions::Mentions;

use std::collections::BTreeSet;

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::TicketType;
use crate::model::ticket_summary::TicketSummary;
use crate::rules::merge::log::REDACTED;
use crate::rules::people::mention::{Mention, Requester};
use crate::rules::text::normalize::{normalize, words};

/// A requester of one ticket or several. Of each kind of data the newest that was said; empty
/// where nothing was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name; of several, the newest that is not a part of another.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The telephone.
    pub phone: String,
    /// The account.
    pub account: String,
    /// Where the person sits.
    pub location: String,
    /// Whom the person works for.
    pub organisation: String,
    /// The language that the person is answered in.
    pub language: String,
    /// The equipment of the tickets, each piece once, the newest first.
    pub equipment: Vec<Asset>,
    /// The tickets, the newest first.
    pub tickets: Vec<TicketId>,
    /// How many of them are not done.
    pub open: usize,
    /// When the first of them was opened.
    pub first: Moment,
    /// When the last of them was opened.
    pub last: Moment,
    /// When they and the desk were last in touch, beside the calls that opened tickets.
    pub contacted: Option<Moment>,
    /// All that was ever said, in plain letters.
    said: PersonData,
}

/// A piece of equipment; empty where nothing was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asset {
    /// Its name.
    pub name: String,
    /// Its model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Its licence.
    pub licence: String,
    /// Where it stands.
    pub location: String,
    /// The problem codes of the tickets that name it.
    pub codes: BTreeSet<String>,
}

/// Everything said of a person, for comparing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct PersonData {
    /// Names as their words, in alphabetical order.
    names: Vec<Vec<String>>,
    emails: Vec<String>,
    /// Accounts without what stands between letters and digits.
    accounts: Vec<String>,
    phones: Vec<String>,
    organisations: Vec<String>,
}

impl PersonData {
    /// Adds what another says; whether any of it is new.
    fn add(&mut self, other: &Self) -> bool {
        let new = [
            join(&mut self.names, &other.names),
            join(&mut self.emails, &other.emails),
            join(&mut self.accounts, &other.accounts),
            join(&mut self.phones, &other.phones),
            join(&mut self.organisations, &other.organisations),
        ];
        new.contains(&true)
    }
}

/// Of one kind of data so many are kept apart: more is no person but a name for many.
const MOST: usize = 64;

fn join<T: PartialEq + Clone>(all: &mut Vec<T>, more: &[T]) -> bool {
    let before = all.len();
    for one in more {
        if all.len() < MOST && !all.contains(one) {
            all.push(one.clone());
        }
    }
    all.len() > before
}

/// A text without anything but plain letters and digits.
pub(in crate::rules) fn compact(text: &str) -> String {
    words(text).concat()
}

/// The words of a name, in alphabetical order: `Kowalski, Jan` is `Jan Kowalski`.
fn name_words(text: &str) -> Vec<String> {
    let mut all = words(text);
    all.sort_unstable();
    all
}

/// All people of a desk.
#[derive(Clone, Debug, Default)]
pub struct People {
    all: Vec<Person>,
    /// The country code of telephone numbers without one; empty where the house names none.
    country: String,
}

impl People {
    /// The people of these tickets. Work orders have no requester. Telephone numbers without a country
    /// code are of this `country`, where one is named.
    pub fn of<'e>(tickets: impl IntoIterator<Item = &'e TicketSummary>, country: &str) -> Self {
        let mut mentions = Mentions::new(country);
        for ticket in tickets {
            mentions.add(ticket);
        }
        mentions.people()
    }

    /// Everybody, those who called last first.
    pub fn all(&self) -> &[Person] {
        &self.all
    }
}

/// What a ticket says of a key; nothing where that was redacted.
fn told(ticket: &TicketSummary, key: Key) -> &str {
    match ticket.text(key).trim() {
        REDACTED => "",
        text => text,
    }
}

impl PersonData {
    /// Whether a ticket tells of a requester at all: a work order has none.
    fn is_told_by(ticket: &TicketSummary) -> bool {
        ticket.kind() != TicketType::WorkOrder
    }

    /// What a ticket says of its requester; `None` where nothing tells who it was.
    fn of(ticket: &TicketSummary, country: &str) -> Option<Self> {
        let one = |text: String| Some(text).filter(|text| !text.is_empty());
        let name = name_words(told(ticket, Key::RequesterName));
        let said = Self {
            names: Some(name)
                .filter(|name| !name.is_empty())
                .into_iter()
                .collect(),
            emails: one(normalize(told(ticket, Key::RequesterEmail)))
                .into_iter()
                .collect(),
            accounts: one(compact(told(ticket, Key::RequesterAccount)))
                .into_iter()
                .collect(),
            phones: one(phone::digits(told(ticket, Key::RequesterPhone), country))
                .into_iter()
                .collect(),
            organisations: one(compact(told(ticket, Key::RequesterOrganisation)))
                .into_iter()
                .collect(),
        };
        let nobody = said.names.is_empty()
            && said.emails.is_empty()
            && said.accounts.is_empty()
            && said.phones.is_empty();
        (!nobody).then_some(said)
    }
}

impl Person {
    /// The person of tickets, the newest first; `None` of none.
    fn of(tickets: &[&Mention], said: PersonData) -> Option<Self> {
        let (newest, oldest) = (tickets.first()?, tickets.last()?);
        let said_last = |key: Key| {
            tickets
                .iter()
                .map(|ticket| ticket.requester.told(key))
                .find(|text| !text.is_empty())
                .unwrap_or_default()
                .to_owned()
        };
        let mut person = Self {
            name: name(tickets),
            email: said_last(Key::RequesterEmail),
            phone: said_last(Key::RequesterPhone),
            account: said_last(Key::RequesterAccount),
            location: said_last(Key::RequesterLocation),
            organisation: said_last(Key::RequesterOrganisation),
            language: said_last(Key::RequesterLanguage),
            equipment: Vec::new(),
            tickets: tickets.iter().map(|ticket| ticket.id).collect(),
            open: tickets.iter().filter(|ticket| ticket.is_open).count(),
            first: oldest.created,
            last: newest.created,
            contacted: tickets.iter().filter_map(|ticket| ticket.contacted).max(),
            said,
        };
        // Those that told nothing new, since when nothing was new.
        let mut met: Vec<(*const Asset, *const str)> = Vec::new();
        for ticket in tickets {
            let (Some(asset), code) = (ticket.asset.as_deref(), &*ticket.code) else {
                continue;
            };
            let is_known = |known: &(*const Asset, *const str)| {
                std::ptr::eq(known.0, asset) && std::ptr::eq(known.1, code)
            };
            if met.iter().any(is_known) {
                continue;
            }
            if person.met(asset, code) {
                met.clear();
            } else {
                met.push((asset, code));
            }
        }
        Some(person)
    }

    /// Adds a piece of equipment that a ticket of a problem code names, or what it tells of one that is
    /// known; whether anything is new.
    fn met(&mut self, asset: &Asset, code: &str) -> bool {
        let code = Some(code).filter(|code| !code.is_empty());
        if let Some(known) = self.equipment.iter_mut().find(|known| known.is(asset)) {
            let is_new = known.fill(asset);
            return known.takes(code) || is_new;
        }
        let is_room = self.equipment.len() < MOST;
        if is_room {
            let mut asset = asset.clone();
            asset.takes(code);
            self.equipment.push(asset);
        }
        is_room
    }

    /// When they and the desk were last in touch, whoever called whom.
    pub fn latest(&self) -> Moment {
        self.contacted.map_or(self.last, |at| at.max(self.last))
    }

    /// What a new ticket of this person takes over, but for the equipment.
    pub fn contact(&self) -> [(Key, &str); 7] {
        [
            (Key::RequesterName, &self.name),
            (Key::RequesterEmail, &self.email),
            (Key::RequesterPhone, &self.phone),
            (Key::RequesterAccount, &self.account),
            (Key::RequesterLocation, &self.location),
            (Key::RequesterOrganisation, &self.organisation),
            (Key::RequesterLanguage, &self.language),
        ]
    }

    /// What speaks against this and another being one person: names that cannot be one's, other
    /// addresses, other accounts.
    pub fn against(&self, other: &Self) -> Vec<&'static str> {
        let apart = |a: &[String], b: &[String]| {
            !a.is_empty() && !b.is_empty() && !a.iter().any(|one| b.contains(one))
        };
        let (own, other) = (&self.said, &other.said);
        let names = own.names.is_empty()
            || other.names.is_empty()
            || join::names_fit(&own.names, &other.names);
        let mut all = Vec::new();
        all.extend((!names).then_some("names"));
        all.extend(apart(&own.emails, &other.emails).then_some("e-mail addresses"));
        all.extend(apart(&own.accounts, &other.accounts).then_some("accounts"));
        all
    }

    /// By what a pseudonym is told: the same for all tickets of one person.
    pub fn least_known(&self) -> String {
        let said = &self.said;
        let all = [&said.emails, &said.accounts, &said.phones];
        let mut some = all.into_iter().filter_map(|all| all.iter().min());
        let name = || said.names.iter().min().map(|name| name.join(" "));
        some.next().cloned().or_else(name).unwrap_or_default()
    }

    /// Whether a name is this person's with more to it: `Jan Kowalski` for who was only `Jan`, or
    /// had no name at all.
    pub fn is_fuller(&self, text: &str) -> bool {
        let (own, other) = (name_words(&self.name), name_words(text));
        if own.is_empty() {
            let account = self.said.accounts.contains(&compact(text));
            return !other.is_empty() && !account && reads_as(text) == Key::RequesterName;
        }
        own.len() < other.len() && join::initials_of(&own, &other)
    }

    /// What to call the person: the name, or whatever else is known.
    pub fn label(&self) -> &str {
        [&self.name, &self.email, &self.phone, &self.account]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or("", String::as_str)
    }
}

/// The newest name that is not merely a part of another of the same person's.
fn name(tickets: &[&Mention]) -> String {
    let mut all: Vec<(&str, Vec<String>)> = Vec::new();
    let mut before: Option<&Requester> = None;
    for ticket in tickets {
        let requester = &*ticket.requester;
        if before.is_some_and(|before| std::ptr::eq(before, requester)) {
            continue;
        }
        before = Some(requester);
        let text = requester.told(Key::RequesterName);
        let known = all.len() >= MOST || all.iter().any(|(known, _)| *known == text);
        if !text.is_empty() && !known {
            all.push((text, name_words(text)));
        }
    }
    let part_of = |a: &[String], b: &[String]| a.len() < b.len() && join::initials_of(a, b);
    let whole =
        |(_, words): &&(&str, Vec<String>)| !all.iter().any(|(_, other)| part_of(words, other));
    all.iter()
        .find(whole)
        .or(all.first())
        .map(|(text, _)| (*text).to_owned())
        .unwrap_or_default()
}

impl Asset {
    /// The equipment of a ticket; a place alone is none.
    pub fn of(ticket: &TicketSummary) -> Option<Self> {
        let text = |key: Key| told(ticket, key).to_owned();
        let asset = Self {
            name: text(Key::AssetName),
            model: text(Key::AssetModel),
            serial: text(Key::AssetSerial),
            licence: text(Key::AssetLicence),
            location: text(Key::AssetLocation),
            codes: Some(text(Key::Code))
                .filter(|code| !code.is_empty())
                .into_iter()
                .collect(),
        };
        let known = [&asset.name, &asset.model, &asset.serial, &asset.licence];
        known.iter().any(|text| !text.is_empty()).then_some(asset)
    }

    /// What a new ticket about it takes over.
    pub fn values(&self) -> [(Key, &str); 5] {
        [
            (Key::AssetName, &self.name),
            (Key::AssetModel, &self.model),
            (Key::AssetSerial, &self.serial),
            (Key::AssetLicence, &self.licence),
            (Key::AssetLocation, &self.location),
        ]
    }

    /// Whether both are one piece: serial numbers tell; without one of each, nothing that both
    /// say differs, and they say something of the same.
    fn is(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a == b || compact(a) == compact(b);
        if !self.serial.is_empty() && !other.serial.is_empty() {
            return same(&self.serial, &other.serial);
        }
        let pairs = [
            (&self.name, &other.name),
            (&self.model, &other.model),
            (&self.licence, &other.licence),
        ];
        let mut both = pairs
            .iter()
            .filter(|(a, b)| !a.is_empty() && !b.is_empty())
            .peekable();
        both.peek().is_some() && both.all(|(a, b)| same(a, b))
    }

    /// Takes what an older ticket says and newer ones do not; whether that is anything.
    pub(in crate::rules) fn fill(&mut self, older: &Self) -> bool {
        let fields = [
            (&mut self.name, &older.name),
            (&mut self.model, &older.model),
            (&mut self.serial, &older.serial),
            (&mut self.licence, &older.licence),
            (&mut self.location, &older.location),
        ];
        let mut is_new = false;
        for (own, older) in fields {
            if own.is_empty() && !older.is_empty() {
                own.clone_from(older);
                is_new = true;
            }
        }
        is_new
    }

    /// Takes the problem code of a ticket that names it; whether it is new.
    pub(in crate::rules) fn takes(&mut self, code: Option<&str>) -> bool {
        let code = code.filter(|code| self.codes.len() < MOST && !self.codes.contains(*code));
        code.is_some_and(|code| self.codes.insert(code.to_owned()))
    }
}

#[cfg(test)]
mod tests;
