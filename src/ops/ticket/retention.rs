//! Personal data whose time is over: it is replaced by pseudonyms.

use std::collections::BTreeSet;

use chrono::Months;

use crate::index::want::Want;
use crate::model::entry::{DERIVED, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::ticket::personal::{finish, join_one, over};
use crate::page::log::derived_tag;
use crate::page::ticket::{self, TicketPage};
use crate::rules::people::{People, Person};
use crate::rules::personal::{
    ADDRESSES, Cleared, Found, Manner, Share, address_in, clear, data_of,
};
use crate::rules::text::redact_requester::{PersonalData, StandIn, plain_address};
use crate::store::fs::walk;

/// The attribute with the term by which a ticket lost its person.
pub(in crate::ops::ticket) const RETENTION: &str = "retention";

/// A ticket that is over for so long that it is no longer to tell whose it was.
#[derive(Clone, Debug)]
pub struct DueTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// When it was over.
    pub over: Moment,
    /// When it fell due.
    pub due: Moment,
    /// What tells of people.
    pub found: Found,
    cleared: Cleared,
}

/// The tickets that are due, the longest first; `None` where the settings have no term.
pub fn due(desk: &Desk, now: Moment) -> Result<Option<Vec<DueTicket>>, OpError> {
    let Some(months) = desk.settings.personal_months else {
        return Ok(None);
    };
    let found = desk.tickets(Want::All);
    let people = People::of(&found.all, &desk.settings.phone_country);
    let pseudonyms = Pseudonyms::of(desk);
    let mut all = Vec::new();
    for one in &found.all {
        let is_over = [Status::Closed, Status::Cancelled, Status::Merged].contains(&one.status());
        if !is_over || after(one.created, months).is_none_or(|due| due > now) {
            continue;
        }
        let page = desk.page(one.id)?;
        let over = over_since(&page.ticket).unwrap_or(one.updated);
        let Some(due) = after(over, months).filter(|due| *due <= now) else {
            continue;
        };
        if page
            .ticket
            .log
            .iter()
            .any(|entry| entry.attribute(RETENTION).is_some())
        {
            continue;
        }
        let person = people
            .all()
            .iter()
            .find(|person| person.tickets.contains(&one.id));
        if let Some(cleared) = pseudonyms.put_into(desk, page.clone(), person)? {
            all.push(DueTicket {
                ticket: page.ticket,
                over,
                due,
                found: cleared.found.clone(),
                cleared,
            });
        }
    }
    all.sort_by_key(|one| (one.over, one.ticket.id));
    Ok(Some(all))
}

/// So many calendar months later.
pub(in crate::ops::ticket) fn after(at: Moment, months: u32) -> Option<Moment> {
    let later = at.utc().checked_add_months(Months::new(months))?;
    Some(Moment::new(&later))
}

/// When a ticket got the status that it has.
pub(in crate::ops::ticket) fn over_since(ticket: &Ticket) -> Option<Moment> {
    let status = ticket.status();
    let mut got = ticket.log.iter().rev().filter(|entry| {
        let change = entry.change(Key::Status.path());
        change.is_some_and(|change| change.new_value() == Some(status.as_str()))
    });
    got.next().map(|entry| entry.at)
}

/// Puts pseudonyms into tickets that are due. The entries are by the program, dated when they fell
/// due, and the same in every clone.
pub fn pseudonymise(desk: &Desk, act: &Actor, all: &[DueTicket]) -> Result<Outcome, OpError> {
    let months = desk.settings.personal_months.unwrap_or_default();
    let by_desk = Actor {
        me: Handle::desk(),
        ..act.clone()
    };
    let mut tx = Transaction::begin(desk, act, "redact")?.telling("pseudonymised");
    let mut files = Vec::new();
    let ids: Vec<TicketId> = all.iter().map(|one| one.ticket.id).collect();
    let mut next = all.iter();
    tx.all(&ids, |tx, id| {
        let Some(one) = next.next() else {
            return Ok(());
        };
        let page = desk.page(id)?;
        if page.ticket != one.ticket {
            return Err(TicketError::ChangedMeanwhile(&id).error());
        }
        let mut edit = over(page, one.cleared.clone(), desk, &by_desk, &mut files)?;
        let due = one.due.to_string();
        edit.attribute(RETENTION, format!("{months}mo"));
        edit.attribute("due", due.clone());
        let tag = derived_tag(&[id.as_str(), RETENTION, &due], DERIVED);
        edit.stamp(edit.right_after(one.due)?, &tag);
        tx.stage(edit)
    })?;
    finish(tx, &files, "redact")
}

/// What stands in the place of people: the same for one person in every ticket and every clone, and
/// not to be told without this desk's files.
pub(in crate::ops::ticket) struct Pseudonyms {
    secret: String,
}

/// So many of the oldest tickets make the secret: their ids and tags were drawn.
pub(in crate::ops::ticket) const OLDEST: usize = 4;

impl Pseudonyms {
    fn of(desk: &Desk) -> Self {
        let mut secret = String::new();
        let mut oldest = walk::all_ids(&desk.root);
        // The files of a month come in no order.
        oldest.sort_unstable();
        for id in oldest.into_iter().take(OLDEST) {
            secret.push_str(id.as_str());
            let page = desk.page(id).ok();
            let log = page.map(|page| page.ticket.log).unwrap_or_default();
            let created = log.iter().find(|one| one.kind == EntryKind::Created);
            secret.push_str(&created.map(Entry::heading).unwrap_or_default());
        }
        Self { secret }
    }

    fn stand_in(&self, known: &str) -> StandIn {
        let code = derived_tag(&["pseudonym", &self.secret, known], DERIVED);
        StandIn {
            name: format!("Person {code}"),
            email: format!("{code}@person.invalid"),
            other: "(redacted)".to_owned(),
        }
    }

    /// A ticket with pseudonyms for its requester and those with whom mails were exchanged; `None`
    /// where nothing tells of any.
    fn put_into(
        &self,
        desk: &Desk,
        page: TicketPage,
        person: Option<&Person>,
    ) -> Result<Option<Cleared>, OpError> {
        let id = page.ticket.id;
        let mut done: Option<Cleared> = None;
        let mut page = page;
        for (data, share, known) in Self::people_of(desk, &page, person) {
            let manner = Manner::Pseudonym(self.stand_in(&known));
            let Some(cleared) = clear(&page, &data, share, &manner)? else {
                continue;
            };
            page = ticket::read(id, cleared.text.clone())?;
            done = Some(match done {
                None => cleared,
                Some(before) => Cleared {
                    text: cleared.text,
                    found: both(before.found, cleared.found),
                },
            });
        }
        Ok(done)
    }

    /// The people of a ticket: what is known of each, whose ticket it is, and by what the pseudonym
    /// is told.
    fn people_of(
        desk: &Desk,
        page: &TicketPage,
        person: Option<&Person>,
    ) -> Vec<(PersonalData, Share, String)> {
        let mut all = Vec::new();
        let own = data_of(page);
        let mut known: BTreeSet<String> = own.emails.iter().map(|one| plain_address(one)).collect();
        if !own.is_empty() {
            let first = person.map_or_else(|| first_known(&own), Person::least_known);
            all.push((own, Share::Own, first));
        }
        let settings = &desk.settings;
        let house = |address: &str| {
            let agents = settings.agents.values();
            settings.mail.addresses.contains_key(address)
                || agents
                    .into_iter()
                    .any(|one| one.email.eq_ignore_ascii_case(address))
        };
        let log = page.ticket.log.iter();
        let listed =
            log.flat_map(|entry| ADDRESSES.into_iter().filter_map(|key| entry.attribute(key)));
        for one in listed.flat_map(|all| all.split(", ")) {
            let address = address_in(one);
            if !address.contains('@') || address.ends_with("@person.invalid") || house(&address) {
                continue;
            }
            if known.insert(address.clone()) {
                let name = one.split_once('<').map(|(name, _)| name.trim().to_owned());
                let data = PersonalData {
                    names: name.into_iter().filter(|name| !name.is_empty()).collect(),
                    emails: vec![address.clone()],
                    ..PersonalData::default()
                };
                all.push((data, Share::Mentioned, address));
            }
        }
        all
    }
}

/// What a pseudonym is told by where no ticket else knows the person.
pub(in crate::ops::ticket) fn first_known(data: &PersonalData) -> String {
    let all = [&data.emails, &data.accounts, &data.phones, &data.names];
    let mut some = all.into_iter().filter_map(|all| all.iter().min());
    some.next()
        .map(|one| plain_address(one))
        .unwrap_or_default()
}

pub(in crate::ops::ticket) fn both(a: Found, b: Found) -> Found {
    let join = |a: Vec<String>, b: Vec<String>| {
        let mut all = a;
        for one in b {
            join_one(&mut all, &one);
        }
        all
    };
    Found {
        fields: join(a.fields, b.fields),
        entries: join(a.entries, b.entries),
        attachments: join(a.attachments, b.attachments),
    }
}
