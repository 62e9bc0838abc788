//! `redact --person` and `redact --due`: what is held on somebody, and its end.
//!
//! What a desk holds on a person is found in one way, whether it is to be handed out
//! ([`who --export`](crate::ops::ticket::person_export)) or to go.

use std::collections::BTreeSet;

use chrono::Months;

use crate::index::want::Want;
use crate::model::entry::{DERIVED, Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::command_record::forget_all_texts;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::{people, values};
use crate::page::log::derived_tag;
use crate::page::problem::Problem;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::attachments;
use crate::rules::people::{People, Person, Quality, reads_as};
use crate::rules::personal::{
    ADDRESSES, Cleared, Found, Manner, Share, address_in, clear, data_of,
};
use crate::rules::text::normalize::words;
use crate::rules::text::redact_requester::{PersonalData, Requester, StandIn, plain_address};
use crate::store::fs::{read, walk};
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;
use crate::store::mail::MailFolder;

/// The largest mail of this clone that is looked into, in bytes.
const LARGEST: u64 = 64 << 20;

/// The attribute with the term by which a ticket lost its person.
const RETENTION: &str = "retention";

/// What is held on a person.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// What the person is known by, the name first.
    pub known_by: Vec<String>,
    /// What is known of them.
    pub data: PersonalData,
    /// The tickets that tell of them, their own first, the oldest first.
    pub tickets: Vec<HeldTicket>,
    /// Files of this clone's own.
    pub own: Vec<OwnFile>,
    /// Where the desk names them and is no ticket: whoever keeps those files changes them.
    pub others: Vec<Named>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// A line of a file that is no ticket, and names a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The file, relative to the desk.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
}

/// What a ticket has of a person.
#[derive(Clone, Debug)]
pub struct HeldTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// Whether it is the person's own.
    pub share: Share,
    /// What it has.
    pub found: Found,
}

/// A file of this clone's own that tells of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFile {
    /// What it is, for people: `quarantine`.
    pub what: &'static str,
    /// The folder, and those with files that belong to it.
    pub(in crate::ops) place: OwnPlace,
    /// Its name.
    pub name: String,
}

impl OwnFile {
    /// Its content.
    pub fn read(&self, repo: &Repo) -> Option<Vec<u8>> {
        let folder = self.place.open(repo)?;
        folder.read_bytes(&self.name, LARGEST).ok().flatten()
    }
}

/// Where a file of this clone's own stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ops) enum OwnPlace {
    /// Among mails.
    Mail(MailFolder),
    /// In another folder of the clone's own.
    Folder(&'static str),
}

impl OwnPlace {
    fn open(self, repo: &Repo) -> Option<Private> {
        let opened = match self {
            Self::Mail(folder) => folder.open(repo),
            Self::Folder(name) => Private::open(repo, name),
        };
        opened.ok().flatten()
    }
}

/// The places of this clone's own that are looked into, by what people call them.
const PLACES: [(&str, OwnPlace); 8] = [
    ("mail that arrives", OwnPlace::Mail(MailFolder::Spool)),
    ("original", OwnPlace::Mail(MailFolder::Raw)),
    ("quarantine", OwnPlace::Mail(MailFolder::Quarantine)),
    ("outbox", OwnPlace::Mail(MailFolder::Outbox)),
    ("counter of mail", OwnPlace::Mail(MailFolder::Counts)),
    ("draft", OwnPlace::Folder("drafts")),
    ("draft", OwnPlace::Folder("bases")),
    ("notice", OwnPlace::Folder("notices")),
];

/// Looks for all that is held on the person of a name, an address, a number or an account.
pub fn look(desk: &Desk, repo: Option<&Repo>, text: &str) -> Result<Held, OpError> {
    let found = desk.tickets(Want::All);
    let people = People::of(&found.all, &desk.settings.phone_country);
    let person = person(&people, text)?;
    let mut held = Held {
        problems: found.problems,
        ..Held::default()
    };
    let theirs: BTreeSet<TicketId> = person
        .iter()
        .flat_map(|one| &one.tickets)
        .copied()
        .collect();
    for id in &theirs {
        if let Ok(page) = desk.page(*id) {
            join(&mut held.data, now_of(&page));
        }
    }
    if reads_as(text) == Key::RequesterEmail {
        join_one(&mut held.data.emails, text.trim());
    }
    if held.data.is_empty() {
        return Err(TicketError::NobodyKnown(&text).error());
    }
    held.known_by = known_by(&held.data);
    let elsewhere = elsewhere(&people, person, &held.data);
    for id in walk::all_ids(&desk.root) {
        let share = if theirs.contains(&id) {
            Share::Own
        } else {
            Share::Mentioned
        };
        let Ok(page) = desk.page(id) else { continue };
        let Some(cleared) = without(&page, &held.data, &elsewhere, share)? else {
            continue;
        };
        held.tickets.push(HeldTicket {
            ticket: page.ticket,
            share,
            found: cleared.found,
        });
    }
    let order = |one: &HeldTicket| (one.share, one.ticket.created(), one.ticket.id);
    held.tickets.sort_by_key(order);
    if let Some(repo) = repo {
        held.own = own_files(repo, &elsewhere, &theirs);
    }
    let words = words_of(&elsewhere);
    held.others = other_files(desk, &words);
    Ok(held)
}

/// The one person of a text; `None` for an address that no requester has.
fn person<'p>(people: &'p People, text: &str) -> Result<Option<&'p Person>, OpError> {
    let all = people.find(text);
    let exact: Vec<&Person> = all
        .iter()
        .filter(|one| one.quality == Quality::Exact)
        .map(|one| one.person)
        .collect();
    match exact[..] {
        [one] => Ok(Some(one)),
        [] if reads_as(text) == Key::RequesterEmail => Ok(None),
        [] => Err(TicketError::NobodyWhole(&text).error()),
        _ => {
            let named: Vec<String> = exact.iter().take(4).map(|one| people::brief(one)).collect();
            Err(TicketError::SeveralPeople(&text, &named.join(" or ")).error())
        }
    }
}

/// What a ticket says of its requester now.
fn now_of(page: &TicketPage) -> PersonalData {
    let mut page = page.clone();
    page.ticket.log.clear();
    PersonalData {
        places: Vec::new(),
        devices: Vec::new(),
        ..data_of(&page)
    }
}

fn join(into: &mut PersonalData, more: PersonalData) {
    let PersonalData {
        names,
        emails,
        phones,
        accounts,
        places,
        devices,
    } = more;
    for (all, more) in [
        (&mut into.names, names),
        (&mut into.emails, emails),
        (&mut into.phones, phones),
        (&mut into.accounts, accounts),
        (&mut into.places, places),
        (&mut into.devices, devices),
    ] {
        for one in more {
            join_one(all, &one);
        }
    }
}

fn join_one(all: &mut Vec<String>, one: &str) {
    if !all.iter().any(|known| known == one) {
        all.push(one.to_owned());
    }
}

fn known_by(data: &PersonalData) -> Vec<String> {
    let all = [&data.names, &data.emails, &data.phones, &data.accounts];
    all.into_iter().flatten().cloned().collect()
}

/// What is looked for on tickets of others: not a name that somebody else has, too.
fn elsewhere(people: &People, person: Option<&Person>, data: &PersonalData) -> PersonalData {
    let is_other = |one: &&Person| !person.is_some_and(|person| std::ptr::eq(*one, person));
    let others: BTreeSet<Vec<String>> = people
        .all()
        .iter()
        .filter(is_other)
        .map(|one| words(&one.name))
        .collect();
    let mut data = data.clone();
    data.names.retain(|name| !others.contains(&words(name)));
    data
}

/// A ticket without the person for good; `None` where it tells nothing of them.
fn without(
    page: &TicketPage,
    data: &PersonalData,
    elsewhere: &PersonalData,
    share: Share,
) -> Result<Option<Cleared>, OpError> {
    let data = match share {
        Share::Own => {
            let mut all = data.clone();
            join(&mut all, data_of(page));
            all
        }
        Share::Mentioned => elsewhere.clone(),
    };
    Ok(clear(page, &data, share, &Manner::Redact)?)
}

fn words_of(data: &PersonalData) -> Requester {
    Requester::new(data, false, &Manner::Redact.stand_in())
}

/// The files of this clone's own that tell of a person.
fn own_files(repo: &Repo, data: &PersonalData, theirs: &BTreeSet<TicketId>) -> Vec<OwnFile> {
    let words = words_of(data);
    let mut all = Vec::new();
    for (what, place) in PLACES {
        let Some(folder) = place.open(repo) else {
            continue;
        };
        for name in folder.names().unwrap_or_default() {
            let of_theirs = || {
                let id = name.get(..10).and_then(|id| id.parse::<TicketId>().ok());
                what == "notice" && id.is_some_and(|id| theirs.contains(&id))
            };
            let tells = || match folder.read_bytes(&name, LARGEST) {
                Ok(Some(bytes)) => tells(&words, data, &bytes),
                _ => false,
            };
            if of_theirs() || tells() {
                let name = name.clone();
                all.push(OwnFile { what, place, name });
            }
        }
    }
    // What belongs together goes together: a mail and what is noted of it, a draft and its base.
    all
}

/// Whether a file tells of a person: as it stands, or as a mail once it is decoded.
fn tells(words: &Requester, data: &PersonalData, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    if words.is_in(&text) || data.emails.iter().any(|one| contains(&text, one)) {
        return true;
    }
    let Ok(mail) = crate::page::mail::read(bytes) else {
        return false;
    };
    let headers = mail.headers.iter().map(|(_, value)| value.as_str());
    headers
        .chain([mail.text.as_str()])
        .any(|text| words.is_in(text))
}

fn contains(text: &str, email: &str) -> bool {
    let email = email.to_lowercase();
    !email.is_empty() && text.to_lowercase().contains(&email)
}

/// Articles, templates, settings and the catalogue that name a person.
fn other_files(desk: &Desk, words: &Requester) -> Vec<Named> {
    let articles = walk::articles(&desk.root).files.into_iter();
    let templates = walk::templates(&desk.root).files.into_iter();
    let pages = articles.chain(templates).map(|(path, _)| path);
    let settings = ["desk.toml", "catalog.toml"].map(str::to_owned);
    let lines = |path: String| {
        let text = read::page(&desk.root, &path).unwrap_or_default();
        let named = text
            .lines()
            .enumerate()
            .filter(|(_, line)| words.is_in(line));
        let mut named: Vec<usize> = named.map(|(at, _)| at + 1).collect();
        if named.is_empty() && words.is_in(&text) {
            // The name is broken over two lines.
            named.push(1);
        }
        let at = move |line| Named {
            path: path.clone(),
            line,
        };
        named.into_iter().map(at)
    };
    pages.chain(settings).flat_map(lines).collect()
}

/// Takes a person out of every ticket and attachment for good, and out of this clone's own files.
pub fn redact(desk: &Desk, act: &Actor, held: &Held, text: &str) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    act.must_be_manager(desk, "redact what others wrote")?;
    let mut tx = Transaction::begin(desk, act, "redact")?.telling("redacted");
    let mut files = Vec::new();
    let all: Vec<TicketId> = held.tickets.iter().map(|one| one.ticket.id).collect();
    let found = desk.tickets(Want::All);
    let people = People::of(&found.all, &desk.settings.phone_country);
    let theirs: BTreeSet<TicketId> = held
        .tickets
        .iter()
        .filter(|one| one.share == Share::Own)
        .map(|one| one.ticket.id)
        .collect();
    let person = people
        .all()
        .iter()
        .find(|one| one.tickets.iter().any(|id| theirs.contains(id)));
    let elsewhere = elsewhere(&people, person, &held.data);
    tx.all(&all, |tx, id| {
        let share = if theirs.contains(&id) {
            Share::Own
        } else {
            Share::Mentioned
        };
        let page = desk.page(id)?;
        let Some(cleared) = without(&page, &held.data, &elsewhere, share)? else {
            return Ok(());
        };
        let edit = over(page, cleared, desk, act, &mut files)?;
        let mut edit = edit;
        edit.text(&text);
        tx.stage(edit)
    })?;
    let outcome = finish(tx, &files, "redact")?;
    if !act.dry_run {
        let repo = act.repo(desk)?;
        forget_all_texts(repo);
        let _ = crate::store::fs::caches::forget(&desk.root);
        remove(repo, &held.own);
    }
    Ok(outcome)
}

/// The edit of a ticket that lost a person, with what was taken out; the files that go are added to
/// `files`.
fn over(
    page: TicketPage,
    cleared: Cleared,
    desk: &Desk,
    act: &Actor,
    files: &mut Vec<String>,
) -> Result<TicketEdit, OpError> {
    let id = page.ticket.id;
    let new = ticket::read(id, cleared.text)?;
    let mut edit = TicketEdit::over(new, page.text, EntryKind::Redact, desk, act)?;
    for of in cleared.found.entries {
        edit.attribute(OF, of);
    }
    for field in cleared.found.fields {
        edit.attribute("field", field);
    }
    let folder = attachments::folder(id);
    for file in cleared.found.attachments {
        let path = format!("{folder}/{file}");
        if attachments::is_safe(&file) && desk.root.join(&path).is_file() {
            files.push(path);
        }
        edit.attribute(attachments::REDACTED, attachments::nameless(&file));
    }
    Ok(edit)
}

fn finish(tx: Transaction<'_>, files: &[String], what: &str) -> Result<Outcome, OpError> {
    let subject = match tx.changed() {
        [one] => format!("{} {what}", one.ticket.id),
        all => format!("{what}: {} tickets", all.len()),
    };
    if files.is_empty() {
        return tx.finish(&subject);
    }
    tx.finish_replacing(&subject, files, None)
}

/// Removes files of this clone's own, each with what belongs to it: a mail and what is noted of it, a
/// draft and what it was begun with.
fn remove(repo: &Repo, all: &[OwnFile]) {
    for one in all {
        let mut places = vec![one.place];
        if one.what == "draft" {
            places = vec![OwnPlace::Folder("drafts"), OwnPlace::Folder("bases")];
        }
        for folder in places.into_iter().filter_map(|place| place.open(repo)) {
            let stem = one.name.split('.').next().unwrap_or_default();
            let belongs = |name: &&String| match one.place {
                OwnPlace::Mail(_) => name.split('.').next() == Some(stem),
                OwnPlace::Folder(_) => **name == one.name,
            };
            for name in folder.names().unwrap_or_default().iter().filter(belongs) {
                let _ = folder.remove(name);
            }
        }
    }
}

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
fn after(at: Moment, months: u32) -> Option<Moment> {
    let later = at.utc().checked_add_months(Months::new(months))?;
    Some(Moment::new(&later))
}

/// When a ticket got the status that it has.
fn over_since(ticket: &Ticket) -> Option<Moment> {
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
struct Pseudonyms {
    secret: String,
}

/// So many of the oldest tickets make the secret: their ids and tags were drawn.
const OLDEST: usize = 4;

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
fn first_known(data: &PersonalData) -> String {
    let all = [&data.emails, &data.accounts, &data.phones, &data.names];
    let mut some = all.into_iter().filter_map(|all| all.iter().min());
    some.next()
        .map(|one| plain_address(one))
        .unwrap_or_default()
}

fn both(a: Found, b: Found) -> Found {
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
