//! What tickets tell of their requesters, ticket by ticket.
//!
//! Most people call more than once: what several tickets say in the same words is held once, and
//! looked through once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::ticket_summary::TicketSummary;
use crate::rules::people::mention::{Mention, Requester, TOLD};
use crate::rules::people::{Asset, People, PersonData, join, told};

/// What is told of equipment.
const EQUIPMENT: [Key; 6] = [
    Key::AssetName,
    Key::AssetModel,
    Key::AssetSerial,
    Key::AssetLicence,
    Key::AssetLocation,
    Key::Code,
];

/// What tickets tell of people, as far as they were looked at.
#[derive(Debug, Default)]
pub struct Mentions {
    country: String,
    /// By what was said; `None` where that tells nobody.
    requesters: HashMap<String, Option<Arc<Requester>>>,
    assets: HashMap<String, Option<Arc<Asset>>>,
    all: BTreeMap<TicketId, Mention>,
}

impl Mentions {
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
        let text = words(ticket, &TOLD);
        let number = self.requesters.len();
        let requester = if let Some(known) = self.requesters.get(&text) {
            known.clone()
        } else {
            let said = PersonData::of(ticket, &self.country);
            let requester = said.map(|said| {
                let told = TOLD.map(|key| told(ticket, key).to_owned());
                Arc::new(Requester { number, told, said })
            });
            self.requesters.insert(text, requester.clone());
            requester
        };
        let Some(requester) = requester.filter(|_| PersonData::is_told_by(ticket)) else {
            self.all.remove(&ticket.id);
            return;
        };
        let mention = Mention {
            id: ticket.id,
            created: ticket.created,
            is_open: ticket.status().is_open(),
            requester,
            asset: self.asset(ticket),
        };
        self.all.insert(ticket.id, mention);
    }

    fn asset(&mut self, ticket: &TicketSummary) -> Option<Arc<Asset>> {
        let text = words(ticket, &EQUIPMENT);
        if let Some(known) = self.assets.get(&text) {
            return known.clone();
        }
        let asset = Asset::of(ticket).map(Arc::new);
        self.assets.insert(text, asset.clone());
        asset
    }

    /// The people of these tickets.
    pub fn people(self) -> People {
        People {
            all: join::people(self.all.into_values().collect(), self.requesters.len()),
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
            let apart = mentions.all.values().cloned().enumerate();
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
            assert_eq!(mentions.people().all, join::people(apart, count));
        }
    }
}
