//! An open desk: where it is, its settings, its catalogue.

use std::collections::BTreeMap;
use std::path::Path;

use crate::index::scan::Scan;
use crate::index::settings_cache as kept;
use crate::index::ticket_cache::{self, CachedTickets, Want};
use crate::model::catalog::Catalogue;
use crate::model::field::{Key, Value};
use crate::model::id::{IdInput, TicketId};
use crate::model::moment::Moment;
use crate::model::person::{DESK, Handle};
use crate::model::settings::Settings;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::unknown;
use crate::ops::core::unreadable;
use crate::page::catalog;
use crate::page::problem::Problem;
use crate::page::problem::near;
use crate::page::query::{Name, Query};
use crate::page::settings;
use crate::page::ticket::{self, TicketPage};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::escalation;
use crate::rules::lifecycle::routing;
use crate::rules::query::tickets::Matcher;
use crate::store::fs::private::Private;
use crate::store::fs::read::{self, ReadError};
use crate::store::fs::root::Root;
use crate::store::fs::walk;
use crate::store::git::repo::Repo;

/// An open desk.
#[derive(Debug)]
pub struct Desk {
    /// Where it is.
    pub root: Root,
    /// The company's settings.
    pub settings: Settings,
    /// The problem codes.
    pub catalogue: Catalogue,
    /// Told how far a long build of the cache is.
    pub progress: fn(usize, usize),
}

impl Desk {
    /// Opens the desk at or above a folder. Where nothing can be kept in it, caches are below
    /// `user`.
    pub fn open(from: &Path, user: Option<&Path>) -> Result<Self, OpError> {
        let root = Root::find(from).ok_or_else(|| {
            OpError::usage(format!(
                "there is no desk here: no `desk.toml` in `{}` or above",
                from.display()
            ))
            .hint("make one with `desk init`, or name one with -C DIR or DESK_DIR")
        })?;
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
                progress: |_, _| {},
            });
        }
        let invalid =
            |file: &str, problems| OpError::invalid(format!("`{file}` is invalid"), problems);
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

    /// The same, up to date with what a look at the files found.
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
        query: &Query,
        context: DeskContext<'w>,
    ) -> Result<Matcher<'w>, OpError> {
        let held = |name: &Name, word: &str| {
            let Name::Field(field) = name else {
                return false;
            };
            let tickets = self.tickets(Want::All).all;
            let mut values = tickets.iter().filter_map(|one| one.values.get(field));
            values.any(|value| value.elements().iter().any(|one| one == word))
        };
        Matcher::knowing(query, context, &held)
            .map_err(|error| OpError::usage(error.message).hint(error.hint))
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

    /// The ticket that a person named.
    pub fn find(&self, given: &str, me: Option<&Handle>) -> Result<TicketId, OpError> {
        match IdInput::read(given) {
            IdInput::Full(id) => {
                let path = self.root.join(&id.path());
                if path.symlink_metadata().is_ok() {
                    Ok(id)
                } else {
                    self.foreign(given)
                }
            }
            IdInput::Start { month, random } => {
                let fits = |id: &TicketId| {
                    id.random().starts_with(&random)
                        && month
                            .as_deref()
                            .is_none_or(|month| id.as_str().starts_with(month))
                };
                let mut found: Vec<TicketId> =
                    walk::all_ids(&self.root).into_iter().filter(fits).collect();
                found.sort_unstable();
                if found.len() > 1 {
                    let open: Vec<TicketId> = found
                        .iter()
                        .copied()
                        .filter(|id| self.may_be_open(*id))
                        .collect();
                    if !open.is_empty() {
                        found = open;
                    }
                }
                match found[..] {
                    [id] => Ok(id),
                    [] => self.foreign(given),
                    _ => Err(self.ambiguous(given, &found)),
                }
            }
            IdInput::Last => self.last(me),
            IdInput::Foreign(_) => self.foreign(given),
        }
    }

    /// Whether a ticket may be meant where an open one is; one that cannot be read may.
    fn may_be_open(&self, id: TicketId) -> bool {
        self.page(id)
            .map_or(true, |page| page.ticket.status().is_open())
    }

    /// A ticket by a foreign id or an alias.
    fn foreign(&self, given: &str) -> Result<TicketId, OpError> {
        // Most tickets have no foreign id: nothing names none of them.
        if given.trim().is_empty() {
            return Err(
                OpError::usage("an empty id names no ticket").hint("`desk list` shows the ids")
            );
        }
        let tickets = self.tickets(Want::All);
        let names = |ticket: &&TicketSummary| {
            ticket.text(Key::SourceId) == given
                || ticket.get(Key::Aliases).is_some_and(|value| match value {
                    Value::List(all) => all.iter().any(|alias| alias.eq_ignore_ascii_case(given)),
                    _ => false,
                })
        };
        let found: Vec<TicketId> = tickets
            .all
            .iter()
            .filter(names)
            .map(|ticket| ticket.id)
            .collect();
        match found[..] {
            [id] => Ok(id),
            [] => {
                let keys = [Key::SourceId, Key::Aliases];
                let hidden = unreadable::hiding(self, &tickets, &keys);
                let (naming, _) = unreadable::naming(self, hidden, given);
                if naming.is_empty() {
                    return Err(self.unknown(given));
                }
                let message = format!("the ticket `{given}` may be one that cannot be read");
                Err(OpError::invalid(message, naming))
            }
            _ => Err(self.ambiguous(given, &found)),
        }
    }

    fn describe(&self, id: TicketId) -> String {
        match self.page(id) {
            Ok(page) => format!("{id}  {}  {}", page.ticket.status(), page.ticket.title()),
            Err(_) => id.to_string(),
        }
    }

    fn ambiguous(&self, given: &str, found: &[TicketId]) -> OpError {
        let mut error =
            OpError::usage(format!("`{given}` could be any of {} tickets", found.len()));
        for id in found.iter().take(8) {
            error = error.hint(self.describe(*id));
        }
        if found.len() > 8 {
            error.hint(format!("… and {} more", found.len() - 8))
        } else {
            error
        }
    }

    fn unknown(&self, given: &str) -> OpError {
        let error = OpError::usage(format!("there is no ticket `{given}`")).code("unknown-ticket");
        let mut ids = walk::all_ids(&self.root);
        ids.sort_unstable();
        let wanted = given
            .rsplit('-')
            .next()
            .unwrap_or(given)
            .to_ascii_uppercase();
        let nearest = near(&wanted, ids.iter().map(TicketId::random));
        let close = ids
            .iter()
            .filter(|id| nearest.iter().any(|random| random == id.random()))
            .take(3);
        let mut hints: Vec<String> = close
            .map(|id| format!("did you mean {}?", self.describe(*id)))
            .collect();
        if hints.is_empty() {
            hints.push("`desk list --all` shows every ticket".to_owned());
        }
        hints.into_iter().fold(error, OpError::hint)
    }

    fn last(&self, me: Option<&Handle>) -> Result<TicketId, OpError> {
        let nothing = || {
            OpError::usage("`.` is the ticket that you wrote to last, and there is none yet")
                .hint("name the ticket by its id")
        };
        let me = me.ok_or_else(nothing)?;
        let repo = Repo::open(self.root.dir()).map_err(|_| nothing())?;
        let kept = Private::open(&repo, LAST).ok().flatten();
        let text = kept.and_then(|kept| kept.read(me.as_str()));
        let text = text.ok_or_else(nothing)?;
        let id: TicketId = text.trim().parse().map_err(|_| nothing())?;
        Ok(id)
    }

    /// An agent who may be given work or act; a wrong handle gets the nearest.
    pub fn agent(&self, given: &str) -> Result<Handle, OpError> {
        if given == DESK {
            return Err(
                OpError::usage("`desk` is the program itself").hint("name a member of the team")
            );
        }
        match self.settings.agent(given) {
            Some(agent) if agent.retired => Err(OpError::refused(format!(
                "agent `{given}` is retired"
            ))
            .hint(format!(
                "valid in logs, refused for new work; see `[agent.{given}]` in desk.toml"
            ))),
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
        match self.settings.queues.get(given) {
            Some(queue) if queue.retired => {
                Err(OpError::refused(format!("queue `{given}` is retired"))
                    .hint("valid in logs, refused for new work"))
            }
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
                let error = OpError::refused(format!("problem code `{}` is retired", code.name));
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

/// The folder in the clone's own one that keeps, for each agent, the id of the ticket that they
/// wrote to last.
pub const LAST: &str = "last";
