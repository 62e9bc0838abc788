//! The placeholders of templates: a closed list, so that no text of a desk reaches notes or a log.

use std::fmt;

use crate::model::clocks::ClockKind;
use crate::model::field::Key;

macro_rules! placeholders {
    ($($variant:ident $name:literal $what:literal;)+) => {
        /// What a template can insert: facts of the ticket, of its people and of the desk.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Placeholder {
            $(#[doc = $what] $variant,)+
        }

        impl Placeholder {
            /// All, in the order in which they are explained.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name between the braces.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it inserts, as a phrase.
            pub fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)+ }
            }
        }
    };
}

placeholders! {
    Id "id" "the ticket's id";
    Title "title" "its title";
    Priority "priority" "the title of its priority";
    Queue "queue" "the title of its queue";
    Code "code" "its problem code";
    CodeTitle "code.title" "the title of its problem code";
    Created "created" "when it was opened";
    Planned "planned" "the day of a planned event";
    Until "until" "until when it waits";
    Next "next" "when you will be in touch again, from --next";
    Message "message" "what you say with -m";
    RequesterName "requester.name" "the requester's name";
    RequesterEmail "requester.email" "the requester's e-mail address";
    RequesterPhone "requester.phone" "the requester's telephone number";
    RequesterAccount "requester.account" "the requester's account";
    RequesterLocation "requester.location" "where the requester is";
    RequesterOrganisation "requester.organisation" "the requester's organisation";
    AssetName "asset.name" "the name of the device";
    AssetModel "asset.model" "its model";
    AssetSerial "asset.serial" "its serial number";
    AssetLocation "asset.location" "where it stands";
    VendorName "vendor.name" "the vendor";
    VendorReference "vendor.reference" "the vendor's own number for it";
    OrderId "order.id" "the id of the ticket's work order";
    OrderTitle "order.title" "the title of the work order";
    AgentName "agent.name" "your name";
    AgentEmail "agent.email" "your e-mail address";
    AssigneeName "assignee.name" "the name of who works on the ticket";
    ContactName "contact.name" "the name of who keeps the requester informed";
    DueFirstResponse "due.first-response" "when the first response is due";
    DueReply "due.reply" "when the answer to the requester is due";
    DueUpdate "due.update" "when the periodic call is due";
    DuePromise "due.promise" "when the promised next word is due";
    DueCall "due.call" "when the call before a planned event is due";
    DueEvent "due.event" "when a planned event is due";
    DueWorkaround "due.workaround" "when a workaround is due";
    DueResolution "due.resolution" "when the resolution is due";
    DeskName "desk.name" "the name of the desk";
    Today "today" "the day on which the text is written";
}

impl Placeholder {
    /// The placeholder of a name.
    pub fn read(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|one| one.name() == name)
    }

    /// The clock whose due time it is.
    pub fn clock(self) -> Option<ClockKind> {
        self.name().strip_prefix("due.").and_then(ClockKind::read)
    }

    /// The key of the ticket whose text it is.
    pub fn key(self) -> Option<Key> {
        Some(match self {
            Self::Title => Key::Title,
            Self::Code => Key::Code,
            Self::RequesterName => Key::RequesterName,
            Self::RequesterEmail => Key::RequesterEmail,
            Self::RequesterPhone => Key::RequesterPhone,
            Self::RequesterAccount => Key::RequesterAccount,
            Self::RequesterLocation => Key::RequesterLocation,
            Self::RequesterOrganisation => Key::RequesterOrganisation,
            Self::AssetName => Key::AssetName,
            Self::AssetModel => Key::AssetModel,
            Self::AssetSerial => Key::AssetSerial,
            Self::AssetLocation => Key::AssetLocation,
            Self::VendorName => Key::VendorName,
            Self::VendorReference => Key::VendorReference,
            _ => return None,
        })
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clock_has_its_placeholder() {
        for kind in ClockKind::ALL {
            let name = format!("due.{kind}");
            let found = Placeholder::read(&name);
            assert_eq!(found.and_then(Placeholder::clock), Some(kind), "{name}");
        }
        let names: std::collections::BTreeSet<&str> =
            Placeholder::ALL.iter().map(|one| one.name()).collect();
        assert_eq!(names.len(), Placeholder::ALL.len());
    }
}
