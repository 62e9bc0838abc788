//! `who`: the history of a requester.

use std::collections::BTreeMap;

use crate::index::alike::EachTicket;
use crate::index::scan::Scan;
use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;
use crate::model::field::{Key, Value};
use crate::model::field_set::FieldSet;
use crate::model::id::{RANDOM_LEN, TicketId};
use crate::model::moment::Moment;
use crate::model::status::Outcome;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::people;
use crate::page::problem::Problem;
use crate::rules::people::{Mentions, People, Person, Quality};

/// The people who fit a text.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// Them, best first, each with their tickets.
    pub people: Vec<History>,
    /// How many others fit less well than the one who was meant.
    pub others: usize,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// A person and what became of their calls.
#[derive(Clone, Debug)]
pub struct History {
    /// The person.
    pub person: Person,
    /// The tickets, open ones first, the newest first.
    pub tickets: Vec<TicketSummary>,
    /// How often the requester was satisfied.
    pub satisfied: usize,
    /// How often not.
    pub dissatisfied: usize,
    /// The marks, 1 to 5.
    pub ratings: Vec<i64>,
    /// When they and the desk were last in touch, whoever called whom.
    pub latest: Moment,
    /// The communications, the newest first; only where one person was meant.
    pub contacts: Option<Vec<Contact>>,
}

/// One communication with the requester.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The ticket.
    pub ticket: TicketId,
    /// Its entry.
    pub entry: Entry,
    /// Whether it came from the requester.
    pub incoming: bool,
    /// Whether somebody was reached.
    pub reached: bool,
}

impl History {
    /// What these tickets of a person tell, which are to be added.
    fn of(person: &Person, told: &[Told]) -> Self {
        let said = |yes: bool| told.iter().filter(|one| one.satisfied == Some(yes)).count();
        Self {
            tickets: Vec::new(),
            satisfied: said(true),
            dissatisfied: said(false),
            ratings: told.iter().filter_map(|one| one.rating).collect(),
            contacts: None,
            latest: person.latest(),
            person: person.clone(),
        }
    }

    /// The mean of the marks; `None` where there are none.
    pub fn mean(&self) -> Option<f64> {
        let sum: i64 = self.ratings.iter().sum();
        let n = u32::try_from(self.ratings.len()).ok().filter(|n| *n > 0)?;
        Some(f64::from(u32::try_from(sum).ok()?) / f64::from(n))
    }
}

/// Finds people by name, address, number or account, or by a ticket of theirs. One alone, and one
/// whom the text names in full, comes with the contacts.
pub fn who(desk: &Desk, text: &str) -> Result<Who, OpError> {
    let mut near = people::Fitting::of(desk, text);
    let mut who = Who {
        problems: std::mem::take(&mut near.problems),
        ..Who::default()
    };
    let mut people = near.people(desk);
    if people.find(text).is_empty()
        && let Some(id) = ticket(desk, text)?
    {
        near.add(id);
        people = near.people(desk);
    }
    let matches = people.find(text);
    let exact = matches
        .iter()
        .filter(|one| one.quality == Quality::Exact)
        .count();
    let others = if exact == 1 { matches.len() - 1 } else { 0 };
    let mut meant: Vec<&Person> = matches.iter().map(|one| one.person).collect();
    if meant.is_empty()
        && let Some(id) = ticket(desk, text)?
    {
        let theirs = |person: &&Person| person.tickets.contains(&id);
        meant = people.all().iter().filter(theirs).collect();
    }
    if others > 0 {
        meant.truncate(1);
    }
    who.others = others;
    let theirs: Vec<TicketId> = meant.iter().flat_map(|one| one.tickets.clone()).collect();
    let tickets = near.whole(&theirs);
    let by_id: BTreeMap<TicketId, &TicketSummary> =
        tickets.iter().map(|ticket| (ticket.id, ticket)).collect();
    who.people = meant.iter().map(|person| history(person, &by_id)).collect();
    if let [one] = &mut who.people[..] {
        one.contacts = Some(contacts(desk, &one.tickets));
    }
    Ok(who)
}

/// What everybody is told of one ticket.
#[derive(Clone, Copy)]
struct Told {
    is_open: bool,
    satisfied: Option<bool>,
    rating: Option<i64>,
}

impl Told {
    fn of(ticket: &TicketSummary) -> Self {
        let satisfied = match ticket.get(Key::Satisfied) {
            Some(Value::Bool(yes)) => Some(*yes),
            _ => None,
        };
        let rating = match ticket.get(Key::Rating) {
            Some(Value::Number(rating)) => Some(*rating),
            _ => None,
        };
        Self {
            is_open: ticket.status().is_open(),
            satisfied,
            rating,
        }
    }
}

/// Everybody, those of the latest contact first and at most so many, each with their open tickets;
/// and how many more there are.
pub fn everybody(desk: &Desk, limit: usize) -> (Who, usize) {
    let mut mentions = Mentions::new(&desk.settings.phone_country);
    let mut told: Vec<(TicketId, Told)> = Vec::new();
    let groups = Mentions::groups();
    let mut always = Mentions::looked_at();
    always.join(FieldSet::of(&[Key::Satisfied, Key::Rating]));
    let each = EachTicket::new(&groups, &always, |ticket, alike| {
        mentions.add_alike(ticket, alike);
        told.push((ticket.id, Told::of(ticket)));
    });
    let found = desk.each_alike(&Scan::of_tickets(&desk.root), &each);
    drop(each);
    // What was told last of a ticket stands behind what was told before.
    told.sort_by_key(|(id, _)| *id);
    let people = mentions.people();
    let mut all: Vec<&Person> = people.all().iter().collect();
    all.sort_by(|a, b| {
        let order = b.latest().cmp(&a.latest());
        order.then_with(|| a.label().cmp(b.label()))
    });
    let more = all.len().saturating_sub(limit);
    all.truncate(limit);
    let of = |id: &TicketId| {
        let behind = told.partition_point(|(own, _)| own <= id);
        let (own, told) = told[..behind].last()?;
        Some((*own, *told)).filter(|(own, _)| own == id)
    };
    let mut who = Who {
        problems: found.problems,
        ..Who::default()
    };
    for person in all {
        let theirs: Vec<(TicketId, Told)> = person.tickets.iter().filter_map(of).collect();
        let open = theirs.iter().filter(|(_, told)| told.is_open);
        let open = open.map(|(id, _)| TicketSummary::partial(*id));
        let theirs: Vec<Told> = theirs.iter().map(|(_, told)| *told).collect();
        who.people.push(History {
            tickets: open.collect(),
            ..History::of(person, &theirs)
        });
    }
    let mut open: Vec<&mut TicketSummary> = Vec::new();
    open.extend(who.people.iter_mut().flat_map(|one| &mut one.tickets));
    desk.fill_each(open);
    (who, more)
}

/// The one person whom a text means: by a whole name, or all that fits.
pub fn one_person<'p>(desk: &Desk, people: &'p People, text: &str) -> Result<&'p Person, OpError> {
    let matches = people.find(text);
    let exact: Vec<&Person> = matches
        .iter()
        .filter(|one| one.quality == Quality::Exact)
        .map(|one| one.person)
        .collect();
    let mut all: Vec<&Person> = match &exact[..] {
        [] => matches.iter().map(|one| one.person).collect(),
        some => some.to_vec(),
    };
    if all.is_empty()
        && let Some(id) = ticket(desk, text)?
    {
        all = people
            .all()
            .iter()
            .filter(|person| person.tickets.contains(&id))
            .collect();
    }
    match all[..] {
        [one] => Ok(one),
        [] => Err(TicketError::NobodyKnown(&text).error()),
        _ => {
            let named: Vec<String> = all.iter().take(4).map(|one| people::brief(one)).collect();
            Err(TicketError::SeveralPeople(&text, &named.join(" or ")).error())
        }
    }
}

/// The ticket that a text names in full, with or without its month. A shorter start is a name.
fn ticket(desk: &Desk, text: &str) -> Result<Option<TicketId>, OpError> {
    let text = text.trim();
    if text.parse::<TicketId>().is_ok() {
        return desk.find(text, None).map(Some);
    }
    let random = text.len() == RANDOM_LEN && text.bytes().any(|b| b.is_ascii_digit());
    Ok(random.then(|| desk.find(text, None).ok()).flatten())
}

fn history(person: &Person, by_id: &BTreeMap<TicketId, &TicketSummary>) -> History {
    let theirs = || {
        person
            .tickets
            .iter()
            .filter_map(|id| by_id.get(id).copied())
    };
    let is_open = |ticket: &&TicketSummary| ticket.status().is_open();
    let open = theirs().filter(is_open);
    let done = theirs().filter(|ticket| !is_open(ticket));
    let told: Vec<Told> = theirs().map(Told::of).collect();
    History {
        tickets: open.chain(done).cloned().collect(),
        ..History::of(person, &told)
    }
}

/// The communications of these tickets. The call that opened a ticket is one; of tickets told in
/// one call it counts once. A file that cannot be read any more tells of none.
fn contacts(desk: &Desk, tickets: &[TicketSummary]) -> Vec<Contact> {
    let mut all: Vec<Contact> = Vec::new();
    let mut reported: Vec<(TicketId, Vec<String>)> = Vec::new();
    let mut oldest_first: Vec<&TicketSummary> = tickets.iter().collect();
    oldest_first.sort_by_key(|ticket| (ticket.created, ticket.id));
    for ticket in oldest_first {
        let Ok(page) = desk.page(ticket.id) else {
            continue;
        };
        let same = page.ticket.list(Key::LinkSameContact);
        for entry in standing(&ReadLog::of(&page.ticket.log)) {
            let incoming = match entry.kind.as_str() {
                "contact" => entry.attribute("direction") == Some("in"),
                "created" if entry.attribute("channel").is_some() => {
                    let again = reported.iter().any(|(earlier, named)| {
                        same.iter().any(|id| id == earlier.as_str())
                            || named.iter().any(|id| id == ticket.id.as_str())
                    });
                    reported.push((ticket.id, same.clone()));
                    if again {
                        continue;
                    }
                    true
                }
                _ => continue,
            };
            let reached = entry
                .attribute("outcome")
                .is_none_or(|word| Outcome::read(word).reached());
            all.push(Contact {
                ticket: ticket.id,
                entry: entry.clone(),
                incoming,
                reached,
            });
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse((one.entry.at, one.ticket)));
    all
}
