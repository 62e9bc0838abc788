//! What lists need of a ticket: the front matter, and a few facts of the log.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::article::ArticleOutcome;
use crate::model::cancelled_as::CancelledAs;
use crate::model::corrections::ReadLog;
use crate::model::earlier_value::{self, EarlierValues};
use crate::model::entry::{Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::counting;
use crate::model::event::EventKind;
use crate::model::event_log;
use crate::model::event_table::TicketEvents;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::said::{OnOrder, Said};
use crate::model::status::{Feeling, Status, TicketType};
use crate::model::ticket::Ticket;
use crate::model::told::{self, Told};

/// A ticket without its texts. Facts of the file only: no setting has a say in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSummary {
    /// The id.
    pub id: TicketId,
    /// The front matter.
    pub values: BTreeMap<Field, Value>,
    /// When the record was made.
    pub created: Moment,
    /// When something last happened.
    pub updated: Moment,
    /// When it was last resolved, if it was.
    pub resolved: Option<Moment>,
    /// When the requester and the desk were last in touch beside the call that opened it: an attempt
    /// that reached nobody does not count, nor what no person wrote.
    pub contacted: Option<Moment>,
    /// Entries in the log.
    pub entries: u32,
    /// Whether two people changed one field at once and nobody settled it.
    pub conflict: bool,
    /// Whether its file may only be read; why is told anew each time.
    pub barred: bool,
    /// Who is still to tell the requester that it is solved; see [`Ticket::tell`].
    pub tell: Option<String>,
    /// Why it is cancelled, where it is and somebody said so.
    pub cancelled_as: Option<CancelledAs>,
    /// Who was told of it, and who has it; only of open tickets.
    pub told: Vec<Told>,
    /// What callers are to be told, of an open work order.
    pub said: Option<Said>,
    /// Of an open ticket that is linked to a work order.
    pub on_order: Option<OnOrder>,
    /// What its fields were before they changed, of those of which the events do not tell.
    pub earlier: EarlierValues,
    /// What the knowledge base had to do with it, oldest first. Kept apart, as events are.
    #[serde(skip)]
    pub knowledge: Vec<Knowledge>,
    /// What clocks depend on, in the order of time.
    #[serde(skip)]
    pub events: TicketEvents,
}

/// The number of entries of an excerpt that has only some fields: no log has so many.
pub const PARTIAL: u32 = u32::MAX;

/// The keys whose values stand beside the texts: words to find a ticket by.
pub const MARKS: &[Key] = &[
    Key::Code,
    Key::Tags,
    Key::Aliases,
    Key::SourceId,
    Key::VendorReference,
];

/// A complaint, open or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// The ticket that holds it.
    pub ticket: TicketId,
    /// When its record was made.
    pub created: Moment,
}

impl Complaint {
    /// The complaint that a ticket is, if it is one.
    pub fn of(ticket: &TicketSummary) -> Option<Self> {
        ticket.is_complaint().then_some(Self {
            ticket: ticket.id,
            created: ticket.created,
        })
    }
}

/// A search of the knowledge base, a use of an article, or a word that neither was needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: Handle,
    /// What.
    pub what: Learned,
}

/// What the log says of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Learned {
    /// It was searched.
    Searched {
        /// The words.
        query: String,
        /// How many articles were found.
        hits: u32,
    },
    /// An article was used.
    Used {
        /// Its id.
        article: String,
        /// What came of it.
        came: ArticleOutcome,
        /// What the article said then; see [`Article::version`](crate::model::article::Article).
        version: Option<String>,
    },
    /// The ticket was resolved without either.
    Skipped {
        /// Why.
        reason: String,
    },
    /// An article was named on the ticket, and nothing was said of what came of it.
    Linked {
        /// Its id.
        article: String,
    },
    /// An article is named on it no more.
    Unlinked {
        /// Its id.
        article: String,
    },
}

/// The attribute of an entry that says why the knowledge base was not needed.
pub const NO_KB: &str = "no-kb";

/// All that a ticket tells of the knowledge base, oldest first. An article that only the front matter
/// names counts from the last that happened.
fn knowledge(ticket: &Ticket, log: Vec<(&Entry, Moment)>) -> Vec<Knowledge> {
    let mut all: Vec<Knowledge> = Vec::new();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (entry, at) in log {
        let mut add = |what: Learned| {
            let by = entry.by.clone();
            all.push(Knowledge { at, by, what });
        };
        if let Some(How::Elements { added, removed }) = entry
            .change(Key::LinkArticles.path())
            .map(|change| &change.how)
        {
            for article in removed {
                named.remove(article);
                let article = article.clone();
                add(Learned::Unlinked { article });
            }
            for article in added {
                named.insert(article.clone());
                let article = article.clone();
                add(Learned::Linked { article });
            }
        }
        if let Some(what) = Learned::of(entry) {
            add(what);
        }
    }
    let at = ticket.updated().unwrap_or_else(Moment::epoch);
    for article in ticket.list(Key::LinkArticles) {
        if !named.contains(&article) {
            let what = Learned::Linked { article };
            let by = Handle::desk();
            all.push(Knowledge { at, by, what });
        }
    }
    all
}

impl Learned {
    /// What one entry says of the knowledge base.
    pub fn of(entry: &Entry) -> Option<Self> {
        let text = |key: &str| entry.attribute(key).map(str::to_owned);
        let of_kb = matches!(entry.kind, EntryKind::Kb | EntryKind::Resolve);
        if let (true, Some(article), Some(came)) = (
            of_kb,
            text("article"),
            entry.attribute("outcome").and_then(ArticleOutcome::read),
        ) {
            let version = text("version");
            return Some(Self::Used {
                article,
                came,
                version,
            });
        }
        if entry.kind == EntryKind::Kb {
            let query = text("query")?;
            let hits = entry.attribute("hits").and_then(|hits| hits.parse().ok());
            let hits = hits.unwrap_or(0);
            return Some(Self::Searched { query, hits });
        }
        text(NO_KB).map(|reason| Self::Skipped { reason })
    }
}

impl TicketSummary {
    /// The excerpt of a ticket.
    pub fn of(ticket: &Ticket, conflict: bool) -> Self {
        let resolved = |entry: &&Entry| {
            entry
                .change("status")
                .and_then(crate::model::entry::Change::new_value)
                == Some("resolved")
                || (entry.kind == EntryKind::Created
                    && entry.attribute("status") == Some("resolved"))
        };
        let read = ReadLog::of(&ticket.log);
        let log = counting(&read);
        let events = event_log::of(ticket);
        let contacts = events.iter().filter_map(|event| match event.what {
            EventKind::Contact(contact) if contact.reached && !contact.automatic => Some(event.at),
            _ => None,
        });
        Self {
            contacted: contacts.max(),
            id: ticket.id,
            values: ticket.values.clone(),
            created: ticket.created().unwrap_or_else(Moment::epoch),
            updated: ticket.updated().unwrap_or_else(Moment::epoch),
            resolved: (log.iter().rev())
                .find(|(entry, _)| resolved(entry))
                .map(|(_, at)| *at),
            entries: u32::try_from(ticket.log.len()).unwrap_or(PARTIAL - 1),
            conflict,
            barred: false,
            tell: ticket.tell(),
            cancelled_as: CancelledAs::of(ticket),
            told: if ticket.status().is_open() {
                told::all(&ticket.log)
            } else {
                Vec::new()
            },
            said: Said::of(ticket),
            on_order: OnOrder::of(ticket),
            earlier: earlier_value::all(&ticket.log),
            knowledge: knowledge(ticket, log),
            events,
        }
    }

    /// Of a ticket of which only some fields are looked at, none of them yet.
    pub fn partial(id: TicketId) -> Self {
        Self {
            id,
            values: BTreeMap::new(),
            created: Moment::epoch(),
            updated: Moment::epoch(),
            resolved: None,
            contacted: None,
            entries: PARTIAL,
            conflict: false,
            barred: false,
            tell: None,
            cancelled_as: None,
            told: Vec::new(),
            said: None,
            on_order: None,
            earlier: EarlierValues::new(),
            knowledge: Vec::new(),
            events: TicketEvents::default(),
        }
    }

    /// Whether only some fields were looked at; see [`FieldSet`](crate::model::field_set::FieldSet).
    pub fn is_partial(&self) -> bool {
        self.entries == PARTIAL
    }

    /// Whether something is left to do: the work, or telling the requester.
    pub fn is_live(&self) -> bool {
        self.status().is_open() || self.tell.is_some()
    }

    /// Whether somebody complains in it. One that was called off or merged is no complaint of its own.
    pub fn is_complaint(&self) -> bool {
        self.text(Key::RequestFeeling) == Feeling::Complaint.as_str()
            && !matches!(self.status(), Status::Cancelled | Status::Merged)
    }

    /// The value of a key.
    pub fn get(&self, key: Key) -> Option<&Value> {
        self.values.get(&Field::Known(key))
    }

    /// The text of a key, empty where it has none.
    pub fn text(&self, key: Key) -> &str {
        self.get(key).and_then(Value::as_text).unwrap_or_default()
    }

    /// Where the ticket stands.
    /// The handle of whoever keeps the requester informed: who keeps contact, else who works on it.
    pub fn keeper(&self) -> &str {
        match self.text(Key::ContactAgent) {
            "" => self.text(Key::Assignee),
            keeps => keeps,
        }
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        Status::read(self.text(Key::Status))
    }

    /// What was called for.
    pub fn kind(&self) -> TicketType {
        TicketType::read(self.text(Key::Type))
    }
}
