//! The keys of a ticket's front matter: one table that reading, writing, folding, queries and
//! JSON all go by.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::moment::Moment;

/// What a key's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line or several of free text.
    Text,
    /// The ticket's own id.
    Id,
    /// One of [`crate::model::status::TicketType`].
    Type,
    /// One of [`crate::model::status::Status`].
    Status,
    /// One of [`crate::model::status::Waiting`].
    Waiting,
    /// One of [`crate::model::status::Channel`].
    Channel,
    /// One of [`crate::model::status::Feeling`].
    Feeling,
    /// A priority of the settings.
    Priority,
    /// An impact of the settings.
    Impact,
    /// An urgency of the settings.
    Urgency,
    /// A queue of the settings.
    Queue,
    /// An agent's handle.
    Agent,
    /// Agents' handles.
    Agents,
    /// A problem code of the catalogue.
    Code,
    /// An instant.
    Moment,
    /// A date, or an instant.
    Date,
    /// A ticket's id.
    Ticket,
    /// Tickets' ids.
    Tickets,
    /// Articles' ids.
    Articles,
    /// Words.
    Words,
    /// Yes or no.
    Bool,
    /// A whole number.
    Number,
}

impl FieldKind {
    /// Whether the value is a list, which changes by element.
    pub fn is_list(self) -> bool {
        matches!(
            self,
            Self::Tickets | Self::Articles | Self::Agents | Self::Words
        )
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident $path:literal $kind:ident $tracked:literal;)+) => {
        /// A key that the contract names, in the order in which front matter is written.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Key {
            $($(#[$doc])* $key,)+
        }

        impl Key {
            /// All keys, in the order in which front matter is written.
            pub const ALL: &[Self] = &[$(Self::$key),+];

            /// Section and name, `requester.phone`, or the name alone at the top.
            pub fn path(self) -> &'static str {
                match self { $(Self::$key => $path,)+ }
            }

            /// What the value is.
            pub fn kind(self) -> FieldKind {
                match self { $(Self::$key => FieldKind::$kind,)+ }
            }

            /// Whether every change of it stands in the log, whose fold it equals.
            pub fn is_tracked(self) -> bool {
                match self { $(Self::$key => $tracked,)+ }
            }
        }
    };
}

keys! {
    /// The ticket's own id.
    Id "id" Id false;
    /// Information, action, comment or work order.
    Type "type" Type true;
    /// One line that says what it is about.
    Title "title" Text false;
    /// Where it stands.
    Status "status" Status true;
    /// Whom or what a pending ticket waits for.
    WaitingOn "waiting_on" Waiting true;
    /// When a pending ticket is to be looked at again.
    Until "until" Moment true;
    /// The order of work.
    Priority "priority" Priority true;
    /// Why the priority is not the matrix's.
    PriorityReason "priority_reason" Text false;
    /// Effect on the company.
    Impact "impact" Impact true;
    /// How long it can wait.
    Urgency "urgency" Urgency true;
    /// Where unassigned work waits.
    Queue "queue" Queue true;
    /// Who works on it.
    Assignee "assignee" Agent true;
    /// Who keeps the requester informed.
    ContactAgent "contact_agent" Agent false;
    /// The problem code.
    Code "code" Code true;
    /// How the requester came to us.
    Channel "channel" Channel false;
    /// When the record was made.
    Created "created" Moment false;
    /// The date of a planned event.
    Planned "planned" Date false;
    /// Free words.
    Tags "tags" Words true;
    /// Agents who want to know what becomes of it.
    Watchers "watchers" Agents true;
    /// Other ids that name this ticket.
    Aliases "aliases" Words false;
    /// The requester's name.
    RequesterName "requester.name" Text false;
    /// The requester's e-mail address.
    RequesterEmail "requester.email" Text false;
    /// The requester's telephone.
    RequesterPhone "requester.phone" Text false;
    /// The requester's account with the company.
    RequesterAccount "requester.account" Text false;
    /// Where the requester sits.
    RequesterLocation "requester.location" Text false;
    /// The requester's organisation.
    RequesterOrganisation "requester.organisation" Text false;
    /// The language that the requester is answered in.
    RequesterLanguage "requester.language" Text false;
    /// The provider outside that has the matter.
    VendorName "vendor.name" Text false;
    /// The number of the matter at the provider.
    VendorReference "vendor.reference" Text false;
    /// The equipment's name.
    AssetName "asset.name" Text false;
    /// The equipment's model.
    AssetModel "asset.model" Text false;
    /// The equipment's serial number.
    AssetSerial "asset.serial" Text false;
    /// The licence in question.
    AssetLicence "asset.licence" Text false;
    /// Where the equipment stands, which need not be where the requester sits.
    AssetLocation "asset.location" Text false;
    /// The work order that this ticket is linked to.
    LinkWorkOrder "links.work_order" Ticket true;
    /// The ticket that this one is a part of.
    LinkParent "links.parent" Ticket true;
    /// The closed ticket that this one follows.
    LinkFollows "links.follows" Ticket true;
    /// The ticket that this one went into.
    LinkMergedInto "links.merged_into" Ticket true;
    /// Tickets that have to do with this one.
    LinkRelates "links.relates" Tickets true;
    /// Tickets told in the same contact.
    LinkSameContact "links.same_contact" Tickets true;
    /// Articles used.
    LinkArticles "links.articles" Articles true;
    /// What the requester wants.
    RequestWants "request.wants" Text false;
    /// What was already tried.
    RequestTried "request.tried" Text false;
    /// Whether and how it can be reproduced.
    RequestReproduce "request.reproduce" Text false;
    /// What a comment is about.
    RequestAbout "request.about" Text false;
    /// What a comment expresses.
    RequestFeeling "request.feeling" Feeling false;
    /// Whether the requester was satisfied.
    Satisfied "satisfaction.satisfied" Bool false;
    /// The requester's mark, 1 to 5.
    Rating "satisfaction.rating" Number false;
    /// The system that the record came from.
    SourceName "source.name" Text false;
    /// The record's id in that system.
    SourceId "source.id" Text false;
}

/// A number of a key's table and name (FNV-1a), by which it is found: comparing a ticket's keys with all
/// names, one after the other, was a fifth of what reading it cost.
fn number(section: &str, name: &str) -> u64 {
    let bytes = section.bytes().chain([b'.']).chain(name.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl Key {
    /// The table that the key stands in; `None` at the top.
    pub fn section(self) -> Option<&'static str> {
        self.path().split_once('.').map(|(section, _)| section)
    }

    /// The key within its table.
    pub fn name(self) -> &'static str {
        self.path().rsplit('.').next().unwrap_or_default()
    }

    /// The key of this path.
    pub fn find(path: &str) -> Option<Self> {
        match path.rsplit_once('.') {
            // No table has an empty name, which stands for the top here.
            Some(("", _)) => None,
            Some((section, name)) => Self::in_section(section, name),
            None => Self::in_section("", path),
        }
    }

    /// The key of this name in a table; an empty name is the table at the top.
    pub fn in_section(section: &str, name: &str) -> Option<Self> {
        static KEYS: LazyLock<Vec<(u64, &str, &str, Key)>> = LazyLock::new(|| {
            let named = |key: &Key| {
                let (section, name) = (key.section().unwrap_or_default(), key.name());
                (number(section, name), section, name, *key)
            };
            let mut keys: Vec<_> = Key::ALL.iter().map(named).collect();
            keys.sort_unstable();
            keys
        });
        let number = number(section, name);
        let at = KEYS.partition_point(|(own, ..)| *own < number);
        let same = KEYS[at..].iter().take_while(|(own, ..)| *own == number);
        let is_it = |(_, own_section, own_name, _): &&(u64, &str, &str, Key)| {
            own_section.bytes().eq(section.bytes()) && own_name.bytes().eq(name.bytes())
        };
        let mut found = same.filter(is_it).map(|(.., key)| *key);
        found.next()
    }

    /// The keys whose every change stands in the log.
    pub fn tracked() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|key| key.is_tracked())
    }
}

/// A key of the contract, or one that the company declared under `[fields]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// A key of the contract.
    Known(Key),
    /// A company's own, by its name under `[fields]`.
    Company(String),
}

impl Field {
    /// The key's kind; a company's own fields are text unless the settings say more.
    pub fn kind(&self) -> FieldKind {
        match self {
            Self::Known(key) => key.kind(),
            Self::Company(_) => FieldKind::Text,
        }
    }

    /// Whether every change stands in the log.
    pub fn is_tracked(&self) -> bool {
        matches!(self, Self::Known(key) if key.is_tracked())
    }

    /// The table that the key stands in; `None` at the top.
    pub fn section(&self) -> Option<&str> {
        match self {
            Self::Known(key) => key.section(),
            Self::Company(_) => Some("fields"),
        }
    }

    /// The key within its table.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(key) => key.name(),
            Self::Company(name) => name,
        }
    }
}

impl From<Key> for Field {
    fn from(key: Key) -> Self {
        Self::Known(key)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(key) => f.write_str(key.path()),
            Self::Company(name) => write!(f, "fields.{name}"),
        }
    }
}

/// A path that is no field's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no field `{0}`")]
pub struct NoSuchField(pub String);

impl FromStr for Field {
    type Err = NoSuchField;

    fn from_str(path: &str) -> Result<Self, NoSuchField> {
        if let Some(key) = Key::find(path) {
            return Ok(Self::Known(key));
        }
        match path.strip_prefix("fields.") {
            Some(name) if is_field_name(name) => Ok(Self::Company(name.to_owned())),
            _ => Err(NoSuchField(path.to_owned())),
        }
    }
}

/// Whether `name` may stand as a company's field: a bare TOML key in lower case.
pub fn is_field_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// A text, or a word of a list.
    Text(String),
    /// Several, in the order of the file.
    List(Vec<String>),
    /// An instant.
    Moment(Moment),
    /// A day without a time.
    Date(NaiveDate),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Number(i64),
}

impl Value {
    /// The text of a text value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements: of a list its own, of anything else the one value.
    pub fn elements(&self) -> Vec<String> {
        match self {
            Self::List(all) => all.clone(),
            other => vec![other.to_string()],
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.pad(text),
            Self::List(all) => f.pad(&all.join(", ")),
            Self::Moment(at) => write!(f, "{at}"),
            Self::Date(day) => write!(f, "{day}"),
            Self::Bool(yes) => write!(f, "{yes}"),
            Self::Number(n) => write!(f, "{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_finds_its_key() {
        for key in Key::ALL {
            assert_eq!(Key::find(key.path()), Some(*key));
            assert_eq!(key.path().parse(), Ok(Field::Known(*key)));
        }
        assert_eq!(
            "fields.site-code".parse(),
            Ok(Field::Company("site-code".into()))
        );
        assert!("fields.Site code".parse::<Field>().is_err());
        for none in ["", ".", ".title", "title.", "x.title", "requester.title"] {
            assert_eq!(Key::find(none), None, "{none}");
        }
    }
}
