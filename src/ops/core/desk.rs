//! An open desk: where it is, its settings, its catalogue.

use crate::ops::core::messages::desk::DeskError;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::index::alike::EachTicket;
use crate::index::scan::Scan;
use crate::index::settings_cache as kept;
use crate::index::ticket_cache::{self, CachedTickets, DoneTickets};
use crate::index::want::Want;
use crate::model::catalog::Catalogue;
use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::{DESK, Handle};
use crate::model::saved_view::OwnViews;
use crate::model::settings::Settings;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::unknown;
use crate::page::problem::Problem;
use crate::page::query::Name;
use crate::page::query::tickets::TicketQuery;
use crate::page::ticket::{self, TicketPage};
use crate::page::{catalog, settings};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::{escalation, routing};
use crate::rules::query::tickets::Matcher;
use crate::store::fs::read::{self, ReadError};
use crate::store::fs::root::Root;

/// An open desk.
#[derive(Debug)]
pub struct Desk {
    /// Where it is.
    pub root: Root,
    /// The company's settings.
    pub settings: Settings,
    /// The problem codes.
    pub catalogue: Catalogue,
    /// The reader's own views.
    pub own: OwnViews,
    /// Told how far a long build of the cache is.
    pub progress: fn(usize, usize),
}

impl Desk {
    /// Opens the desk at or above a folder. Where nothing can be kept in it, caches are below
    /// `user`.
    pub fn open(from: &Path, user: Option<&Path>) -> Result<Self, OpError> {
        let root = Root::find(from).ok_or_else(|| DeskError::NoDesk(&from.display()).error())?;
        Self::at(root.caching_in(user))
    }

    /// Opens the desk of a root.
    pub fn at(root: Root) -> Result<Self, OpError> {
        let source = kept::source(&root);
        if let Some(source) = &source
            && let Some((settings, catalogue)) = kept::load(&root, source)
        {
            return Ok(Self {
                root,
                settings,
                catalogue,
                own: OwnViews::default(),
                progress: |_, _| {},
            });
        }
        let invalid =
            |file: &str, problems| DeskError::InvalidSettings(&file).error().with(problems);
        let text = read::page(&root, settings::FILE)
            .map_err(|error| invalid(settings::FILE, vec![error.problem(settings::FILE)]))?;
        let settings =
            settings::read(&text).map_err(|problems| invalid(settings::FILE, problems))?;
        let catalogue = match read::page(&root, catalog::FILE) {
            Ok(text) => catalog::read(&text, &settings)
                .map_err(|problems| invalid(catalog::FILE, problems))?,
            Err(ReadError::Missing) => Catalogue::default(),
            Err(error) => {
                return Err(invalid(catalog::FILE, vec![error.problem(catalog::FILE)]));
            }
        };
        let context = DeskContext::new(&settings, &catalogue, Moment::epoch());
        let mut bad: Vec<Problem> = routing::bad_conditions(context)
            .into_iter()
            .map(|(at, error)| {
                settings::routing::bad_condition(&text, at, &error.message, &error.hint)
            })
            .collect();
        for (at, way) in escalation::circles(&settings) {
            let message = format!("escalations go round in a circle: {way}");
            let hint = "say with `queues` or `priorities` which work each rule is for";
            bad.push(settings::clocks::bad_rule(&text, at, &message, hint));
        }
        if !bad.is_empty() {
            return Err(invalid(settings::FILE, bad));
        }
        if let Some(source) = &source {
            kept::keep(&root, source, &settings, &catalogue);
        }
        Ok(Self {
            root,
            settings,
            catalogue,
            own: OwnViews::default(),
            progress: |_, _| {},
        })
    }

    /// What rules, queries and views go by.
    pub fn context<'d>(&'d self, me: Option<&'d Handle>, now: Moment) -> DeskContext<'d> {
        DeskContext {
            me,
            ..DeskContext::new(&self.settings, &self.catalogue, now)
        }
    }

    /// The excerpts of the tickets.
    pub fn tickets(&self, want: Want) -> CachedTickets {
        ticket_cache::load(&self.root, want, &self.progress)
    }

    /// The excerpts of the tickets, of done ones only what `done` says.
    pub fn some_tickets(&self, want: Want, done: DoneTickets<'_>) -> CachedTickets {
        let scan = Scan::of_tickets(&self.root);
        self.some_scanned(&scan, want, done)
    }

    /// As [`Self::some_tickets`], with a scan of the files that is there already.
    pub fn some_scanned(&self, scan: &Scan, want: Want, done: DoneTickets<'_>) -> CachedTickets {
        ticket_cache::some(&self.root, scan, want, Some(done), &self.progress, &|_| ())
    }

    /// The excerpts of which something is true that can be told by these fields, whole.
    pub fn tickets_that(
        &self,
        fields: &FieldSet,
        fits: &(dyn Fn(&TicketSummary) -> bool + Sync),
    ) -> CachedTickets {
        let mut found = self.partial_that(fields, fits);
        self.fill(&mut found.all);
        found
    }

    /// As [`Self::tickets_that`]; of done ones these fields only.
    pub fn partial_that(
        &self,
        fields: &FieldSet,
        fits: &(dyn Fn(&TicketSummary) -> bool + Sync),
    ) -> CachedTickets {
        let done = DoneTickets {
            fits: Some(fits),
            ..DoneTickets::of(fields)
        };
        let mut found = self.some_tickets(Want::All, done);
        found.all.retain(|ticket| fits(ticket));
        found
    }

    /// Shows each excerpt, of done ones these fields only; one that is shown once more is as it is
    /// shown last. None is held, so that the memory of it does not grow with what is done.
    pub fn each_ticket(
        &self,
        fields: &FieldSet,
        each: impl FnMut(&TicketSummary) + Send,
    ) -> CachedTickets {
        self.each_scanned(&Scan::of_tickets(&self.root), fields, each)
    }

    /// As [`Self::each_ticket`], with a scan of the files that is there already.
    pub fn each_scanned(
        &self,
        scan: &Scan,
        fields: &FieldSet,
        each: impl FnMut(&TicketSummary) + Send,
    ) -> CachedTickets {
        let each = Mutex::new(each);
        let shown = |ticket: &TicketSummary| {
            let mut each = each.lock().unwrap_or_else(PoisonError::into_inner);
            each(ticket);
            false
        };
        let done = DoneTickets {
            fits: Some(&shown),
            ..DoneTickets::of(fields)
        };
        let found = self.some_scanned(scan, Want::All, done);
        for ticket in &found.all {
            shown(ticket);
        }
        found
    }

    /// Shows each excerpt to somebody who folds them, with what they have in common told once; of done
    /// ones, and of open ones, no more than is asked for.
    pub fn each_alike(&self, scan: &Scan, each: &EachTicket<'_>) -> CachedTickets {
        let fields = FieldSet::default();
        let done = DoneTickets::shown_to(each, &fields);
        self.some_scanned(scan, Want::All, done)
    }

    /// Makes partial excerpts whole.
    pub fn fill(&self, tickets: &mut [TicketSummary]) {
        self.fill_each(tickets.iter_mut().collect());
    }

    /// As [`Self::fill`], of excerpts that stand apart.
    pub fn fill_each(&self, tickets: Vec<&mut TicketSummary>) {
        ticket_cache::fill(&self.root, tickets);
    }

    /// All tickets from the cache, brought up to date with a scan of the files that is there already.
    pub fn scanned(&self, scan: &Scan, want: Want) -> CachedTickets {
        ticket_cache::scanned(&self.root, scan, want, &self.progress, &|_| ())
    }

    /// Reads a ticket's file.
    pub fn page(&self, id: TicketId) -> Result<TicketPage, OpError> {
        let path = id.path();
        match read::page(&self.root, &path) {
            Ok(text) => Ok(ticket::read(id, text)?),
            Err(ReadError::Missing) => Err(self.unknown(id.as_str())),
            Err(error) => Err(error.problem(&path).into()),
        }
    }

    /// Makes a query ready. A word that the settings have dropped is known as long as a ticket has it.
    pub fn matcher<'w>(
        &self,
        query: &TicketQuery,
        context: DeskContext<'w>,
    ) -> Result<Matcher<'w>, OpError> {
        let held = |name: &Name, word: &str| {
            let Name::Field(field) = name else {
                return false;
            };
            let mut fields = FieldSet::default();
            fields.add(field.clone());
            let done = DoneTickets::of(&fields);
            let tickets = self.some_tickets(Want::All, done).all;
            let mut values = tickets.iter().filter_map(|one| one.values.get(field));
            values.any(|value| value.elements().iter().any(|one| one == word))
        };
        Ok(Matcher::new(query, context, &held)?)
    }

    /// Priorities of open tickets that the settings do not have: no clock runs for them.
    pub fn dropped(&self, tickets: &[TicketSummary]) -> Vec<Problem> {
        let open = tickets.iter().filter(|ticket| ticket.status().is_open());
        self.dropped_words(open.map(|ticket| ticket.text(Key::Priority)), "open")
    }

    /// Of the priorities of tickets of a sort those that the settings do not have.
    pub fn dropped_words<'t>(
        &self,
        priorities: impl Iterator<Item = &'t str>,
        sort: &str,
    ) -> Vec<Problem> {
        let known = |word: &str| self.settings.priorities.iter().any(|one| one.name == word);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for word in priorities {
            if !word.is_empty() && !known(word) {
                *counts.entry(word).or_default() += 1;
            }
        }
        let reported = counts.into_iter().map(|(word, count)| {
            let tickets = if count == 1 {
                "ticket has"
            } else {
                "tickets have"
            };
            let message = format!(
                "there is no priority `{word}`, and {count} {sort} {tickets} it: no clock runs there"
            );
            let hint = format!("`desk list priority:{word}` shows them");
            Problem::whole(settings::FILE, message).hint(hint)
        });
        reported.collect()
    }

    /// An agent who may be given work or act; a wrong handle gets the nearest.
    pub fn agent(&self, given: &str) -> Result<Handle, OpError> {
        if given == DESK {
            return Err(DeskError::DeskIsNoAgent.error());
        }
        match self.settings.agent(given) {
            Some(agent) if agent.retired => Err(DeskError::RetiredAgent(&given).error()),
            Some(agent) => Ok(agent.handle.clone()),
            None => Err(unknown(
                "agent",
                given,
                self.settings
                    .active_agents()
                    .map(|agent| agent.handle.as_str()),
            )),
        }
    }

    /// A queue that may be given work; a wrong name gets the nearest.
    pub fn queue(&self, given: &str) -> Result<String, OpError> {
        match self.settings.queue_named(given) {
            Some(queue) if queue.retired => Err(DeskError::RetiredQueue(&given).error()),
            Some(queue) => Ok(queue.name.clone()),
            None => Err(unknown(
                "queue",
                given,
                self.settings
                    .active_queues()
                    .map(|queue| queue.name.as_str()),
            )),
        }
    }

    /// A code that may be put on new work; a wrong one gets the nearest.
    pub fn code(&self, given: &str) -> Result<String, OpError> {
        match self.catalogue.find(given.trim_start_matches('@')) {
            Some(code) if code.retired => {
                let error = DeskError::RetiredCode(&code.name).error();
                Err(match self.catalogue.successor(code) {
                    Some(new) => {
                        error.hint(format!("`{}` has taken its place: {}", new.name, new.title))
                    }
                    None => error.hint("`desk catalog` shows the codes in use"),
                })
            }
            Some(code) => Ok(code.name.clone()),
            None => Err(unknown(
                "problem code",
                given,
                self.catalogue.active().map(|code| code.name.as_str()),
            )),
        }
    }
}

/// The desk with its settings as they are now; `None` where they cannot be understood just now.
pub(in crate::ops) fn reopened(desk: &Desk) -> Option<Desk> {
    let mut now = Desk::at(desk.root.clone()).ok()?;
    now.settings.zone = desk.settings.zone;
    Some(now)
}
