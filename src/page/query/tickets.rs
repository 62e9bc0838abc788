//! What queries of tickets may ask.

use crate::model::field::{Field, FieldKind, Key};
use crate::model::saved_view::SavedViews;
use crate::model::settings::Settings;
use crate::model::status::Status;
use crate::page::query::{Op, Query, Schema, TermKind, ValueSort, ViewTerms};

/// A query of tickets.
pub type TicketQuery = Query<Name, Flag>;

/// A field of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// One of the front matter's.
    Field(Field),
    /// `requester`: any of the requester's data.
    Requester,
    /// `asset`: any of the equipment's data.
    Asset,
    /// `place`: where the requester sits, or where the equipment stands.
    Place,
    /// The tier of the queue.
    Tier,
    /// The area of the queue.
    Area,
    /// The department of the code.
    Department,
    /// The provider of the code.
    Provider,
    /// The category of the code.
    Category,
    /// When something last happened.
    Updated,
    /// When it was last resolved.
    Resolved,
    /// Time since it was made: `age>3d`.
    Age,
    /// When the next of its clocks that run is due.
    Due,
    /// When a target of its clocks last passed.
    Breached,
    /// How often it came back to a queue that it had left.
    Bounces,
    /// How many minutes were noted on it.
    Minutes,
    /// What noted minutes went to.
    Activity,
}

impl Name {
    /// Whether its values are numbers, or may be.
    pub fn is_number(&self) -> bool {
        sort(self) == ValueSort::Number
    }
}

/// A flag of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Not done.
    Open,
    /// Done.
    Done,
    /// Assigned to me.
    Mine,
    /// Open and assigned to nobody.
    Unassigned,
    /// Lacks what its type and code require.
    Incomplete,
    /// Two people changed one field at once.
    Conflict,
    /// Solved by a work order, and the requester was not told yet.
    Untold,
    /// Told to me, and nobody of those told has said that they have it.
    Told,
    /// An open work order with a word that callers are to be told.
    Said,
    /// A target of one of its clocks has passed, ever.
    Breached,
    /// The target of a clock that runs has passed.
    Overdue,
    /// Open, and management was told of it.
    Escalated,
    /// Open, somebody was told of it, and nobody of those told has said that they have it.
    Unacknowledged,
    /// Somebody complains in it; neither called off nor merged.
    Complaint,
    /// Open, in a queue that is retired or that the settings do not have.
    RetiredQueue,
    /// Open, with an agent who is retired or whom the settings do not have.
    RetiredAgent,
    /// I watch it.
    Watched,
}

const FLAGS: &[(&str, Flag)] = &[
    ("open", Flag::Open),
    ("done", Flag::Done),
    ("closed", Flag::Done),
    ("mine", Flag::Mine),
    ("unassigned", Flag::Unassigned),
    ("incomplete", Flag::Incomplete),
    ("conflict", Flag::Conflict),
    ("not-informed", Flag::Untold),
    ("told", Flag::Told),
    ("said", Flag::Said),
    ("breached", Flag::Breached),
    ("overdue", Flag::Overdue),
    ("escalated", Flag::Escalated),
    ("unacknowledged", Flag::Unacknowledged),
    ("complaint", Flag::Complaint),
    ("retired-queue", Flag::RetiredQueue),
    ("retired-agent", Flag::RetiredAgent),
    ("watched", Flag::Watched),
];

const DERIVED: &[(&str, Name)] = &[
    ("requester", Name::Requester),
    ("asset", Name::Asset),
    ("place", Name::Place),
    ("tier", Name::Tier),
    ("area", Name::Area),
    ("department", Name::Department),
    ("provider", Name::Provider),
    ("category", Name::Category),
    ("updated", Name::Updated),
    ("resolved", Name::Resolved),
    ("age", Name::Age),
    ("due", Name::Due),
    ("breached", Name::Breached),
    ("bounces", Name::Bounces),
    ("minutes", Name::Minutes),
    ("activity", Name::Activity),
];

/// Short names of a few fields.
const SHORT: &[(&str, Key)] = &[
    ("tag", Key::Tags),
    ("watcher", Key::Watchers),
    ("work_order", Key::LinkWorkOrder),
    ("parent", Key::LinkParent),
    ("follows", Key::LinkFollows),
    ("merged_into", Key::LinkMergedInto),
    ("article", Key::LinkArticles),
    ("email", Key::RequesterEmail),
    ("phone", Key::RequesterPhone),
    ("account", Key::RequesterAccount),
    ("location", Key::RequesterLocation),
    ("organisation", Key::RequesterOrganisation),
    ("language", Key::RequesterLanguage),
    ("model", Key::AssetModel),
    ("serial", Key::AssetSerial),
    ("licence", Key::AssetLicence),
    ("vendor", Key::VendorName),
    ("source", Key::SourceName),
    ("agent", Key::Assignee),
];

/// As [`schema`], with views of the reader's own, which come before the desk's.
pub fn schema_with<'s>(settings: &'s Settings, own: &'s SavedViews) -> Schema<'s, Name, Flag> {
    Schema {
        views: ViewTerms::Known(vec![own, &settings.views]),
        ..schema(settings)
    }
}

/// Fields and flags of tickets, with those that the company declared under `[fields]`. Views are the
/// desk's.
pub fn schema(settings: &Settings) -> Schema<'_, Name, Flag> {
    let key = |key: Key| Name::Field(Field::Known(key));
    let short = SHORT.iter().map(|(word, of)| (*word, key(*of)));
    let own = settings.fields.keys();
    let own = own.map(|name| (name.as_str(), Name::Field(Field::Company(name.clone()))));
    let keys = Key::ALL.iter().map(|of| (of.path(), key(*of)));
    Schema {
        of: "the front matter",
        fields: DERIVED
            .iter()
            .cloned()
            .chain(short)
            .chain(own)
            .chain(keys)
            .collect(),
        by_path: |path| path.parse().ok().map(Name::Field),
        sort,
        flags: FLAGS,
        old_flags: &[("untold", Flag::Untold)],
        mine: &[Flag::Mine, Flag::Told, Flag::Watched],
        compares: true,
        views: ViewTerms::Known(vec![&settings.views]),
    }
}

fn sort(name: &Name) -> ValueSort {
    match name {
        Name::Updated | Name::Resolved | Name::Due | Name::Breached => ValueSort::Time,
        Name::Age => ValueSort::Length,
        Name::Tier | Name::Bounces | Name::Minutes | Name::Field(Field::Company(_)) => {
            ValueSort::Number
        }
        Name::Area | Name::Activity => ValueSort::Word,
        Name::Requester
        | Name::Asset
        | Name::Place
        | Name::Department
        | Name::Provider
        | Name::Category => ValueSort::Text,
        Name::Field(Field::Known(key)) => match key {
            Key::Rating => ValueSort::Number,
            Key::RequesterPhone => ValueSort::Phone,
            Key::RequesterAccount | Key::AssetSerial | Key::AssetLicence | Key::VendorReference => {
                ValueSort::Mark
            }
            key => match key.kind() {
                FieldKind::Moment | FieldKind::Date => ValueSort::Time,
                FieldKind::Priority => ValueSort::Rank,
                FieldKind::Agent | FieldKind::Agents => ValueSort::Agent,
                FieldKind::Text => ValueSort::Text,
                _ => ValueSort::Word,
            },
        },
    }
}

impl TicketQuery {
    /// Whether the query names a piece of equipment, by its serial number or licence: who does
    /// wants to know what it has been through.
    pub fn names_a_piece(&self) -> bool {
        self.terms.iter().any(|term| match &term.what {
            TermKind::Field {
                name, op, values, ..
            } => {
                let key = matches!(
                    name,
                    Name::Field(Field::Known(Key::AssetSerial | Key::AssetLicence))
                );
                let named = matches!(op, Op::Has | Op::Equal) && values.iter().all(|v| v != "none");
                key && named && !term.negated
            }
            _ => false,
        })
    }

    /// Whether the query is of done tickets alone.
    pub fn is_of_done(&self) -> bool {
        let done = |word: &String| !Status::read(word).is_open();
        self.terms.iter().any(|term| match &term.what {
            TermKind::Flag(flag) => *flag == Flag::Done && !term.negated,
            TermKind::Field {
                name, op, values, ..
            } => {
                let equal = matches!(op, Op::Has | Op::Equal) && !term.negated;
                let status = *name == Name::Field(Field::Known(Key::Status));
                status && equal && values.iter().all(done)
            }
            TermKind::Text(_) | TermKind::View(_) => false,
        })
    }

    /// Whether the query itself says which statuses it is about.
    pub fn speaks_of_status(&self) -> bool {
        self.terms.iter().any(|term| match &term.what {
            TermKind::Flag(flag) => {
                matches!(
                    flag,
                    Flag::Open
                        | Flag::Done
                        | Flag::Unassigned
                        | Flag::Untold
                        | Flag::Overdue
                        | Flag::Complaint
                )
            }
            TermKind::Field { name, .. } => {
                matches!(name, Name::Resolved) || *name == Name::Field(Field::Known(Key::Status))
            }
            TermKind::Text(_) | TermKind::View(_) => false,
        })
    }
}
