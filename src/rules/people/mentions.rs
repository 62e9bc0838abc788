//! What tickets tell of their requesters, ticket by ticket.
//!
//! Most people call more than once: what several tickets say in the same words is held once, and
//! looked through once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::alike::{Alike, last_of_each};
use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::ticket_summary::TicketSummary;
use crate::rules::people::mention::{Mention, Requester, TOLD};
use crate::rules::people::{Asset, People, PersonData, join, told};

/// What is told of equipment.
const EQUIPMENT: [Key; 5] = [
    Key::AssetName,
    Key::AssetModel,
    Key::AssetSerial,
    Key::AssetLicence,
    Key::AssetLocation,
];

/// What tickets tell of people, as far as they were looked at.
#[derive(Debug, Default)]
pub struct Mentions {
    country: String,
    /// By what was said; `None` where that tells nobody.
    requesters: HashMap<String, Option<Arc<Requester>>>,
    assets: HashMap<String, Option<Arc<Asset>>>,
    codes: HashSet<Arc<str>>,
    /// By the numbers of groups of fields.
    alike: Groups,
    /// What each ticket says, in the order in which they were looked at; `None` where that is nothing.
    all: Vec<(TicketId, Option<Mention>)>,
}

#[derive(Debug, Default)]
struct Groups {
    requesters: Vec<Option<Arc<Requester>>>,
    assets: Vec<Option<Arc<Asset>>>,
    codes: Vec<Arc<str>>,
}

impl Mentions {
    /// The groups of fields in which tickets may be alike, in the order of [`Self::add_alike`].
    pub fn groups() -> Vec<FieldSet> {
        let of_section = |section| {
            let mut set = FieldSet::default();
            set.add_section(section);
            set
        };
        let code = FieldSet::of(&[Key::Code]);
        vec![of_section("requester"), of_section("asset"), code]
    }

    /// What is to be told of each ticket, beside these groups.
    pub fn looked_at() -> FieldSet {
        FieldSet::of(&[Key::Type, Key::Status])
    }

    /// Of nobody yet. Telephone numbers without a country code are of this `country`, where one is
    /// named.
    pub fn new(country: &str) -> Self {
        Self {
            country: country.to_owned(),
            ..Self::default()
        }
    }

    /// Takes what a ticket says, in place of what it said before.
    pub fn add(&mut self, ticket: &TicketSummary) {
        self.add_alike(ticket, &[]);
    }

    /// As [`Self::add`], of a ticket that says some things as others did, by [`Self::groups`]; one that
    /// is whole has none.
    pub fn add_alike(&mut self, ticket: &TicketSummary, alike: &[Alike]) {
        let mut groups = std::mem::take(&mut self.alike);
        let own = |at: usize| alike.get(at).copied();
        let requester = Alike::known(own(0), &mut groups.requesters, || self.requester(ticket));
        let asset = Alike::known(own(1), &mut groups.assets, || self.asset(ticket));
        let code = Alike::known(own(2), &mut groups.codes, || self.code(ticket));
        self.alike = groups;
        let requester = requester.filter(|_| PersonData::is_told_by(ticket));
        let mention = requester.map(|requester| Mention {
            id: ticket.id,
            created: ticket.created,
            is_open: ticket.status().is_open(),
            contacted: ticket.contacted,
            requester,
            asset,
            code,
        });
        self.all.push((ticket.id, mention));
    }

    fn requester(&mut self, ticket: &TicketSummary) -> Option<Arc<Requester>> {
        let text = words(ticket, &TOLD);
        if let Some(known) = self.requesters.get(&text) {
            return known.clone();
        }
        let number = self.requesters.len();
        let said = PersonData::of(ticket, &self.country);
        let requester = said.map(|said| {
            let told = TOLD.map(|key| told(ticket, key).to_owned());
            Arc::new(Requester { number, told, said })
        });
        self.requesters.insert(text, requester.clone());
        requester
    }

    fn asset(&mut self, ticket: &TicketSummary) -> Option<Arc<Asset>> {
        let text = words(ticket, &EQUIPMENT);
        if let Some(known) = self.assets.get(&text) {
            return known.clone();
        }
        let asset = Asset::of(ticket).map(|mut asset| {
            asset.codes.clear();
            Arc::new(asset)
        });
        self.assets.insert(text, asset.clone());
        asset
    }

    fn code(&mut self, ticket: &TicketSummary) -> Arc<str> {
        let code = told(ticket, Key::Code);
        if let Some(known) = self.codes.get(code) {
            return known.clone();
        }
        let code: Arc<str> = code.into();
        self.codes.insert(code.clone());
        code
    }

    /// The people of these tickets.
    pub fn people(self) -> People {
        let all = last_of_each(self.all);
        People {
            all: join::people(all, self.requesters.len()),
            country: self.country,
        }
    }
}

/// All that a ticket says of some keys, as one text.
fn words(ticket: &TicketSummary, keys: &[Key]) -> String {
    let mut text = String::new();
    for key in keys {
        text.push_str(told(ticket, *key));
        text.push('\0');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::moment::Moment;
    use crate::rules::people::tests::crowd;

    #[test]
    fn what_is_said_once_more_is_taken_as_if_it_were_said_first() {
        let mut seed = 11;
        for country in ["", "48"].repeat(20) {
            let mut all = crowd(&mut seed);
            // Everybody calls three times more.
            for turn in 1_u32..4 {
                let again = all[..40.min(all.len())].to_vec();
                all.extend(again.into_iter().map(|mut one| {
                    let random = format!("{turn}{}", &one.id.random()[1..]);
                    one.id = format!("2601-{random}").parse().unwrap();
                    let later = one.created.millis() + i64::from(turn) * 3_600_000;
                    one.created = Moment::from_millis(later).unwrap();
                    one
                }));
            }
            let mut mentions = Mentions::new(country);
            for ticket in &all {
                mentions.add(ticket);
            }
            // Each as if nobody had said the same.
            let apart = last_of_each(std::mem::take(&mut mentions.all))
                .into_iter()
                .enumerate();
            let apart = apart.map(|(number, mention)| {
                let known = &mention.requester;
                let requester = Arc::new(Requester {
                    number,
                    told: known.told.clone(),
                    said: known.said.clone(),
                });
                Mention {
                    requester,
                    asset: mention.asset.map(|asset| Arc::new((*asset).clone())),
                    ..mention
                }
            });
            let apart: Vec<Mention> = apart.collect();
            let count = apart.len();
            assert_eq!(People::of(&all, country).all, join::people(apart, count));
        }
    }
}
