//! What rows are told apart by: a field as it was at the event, or as it stands.

use crate::model::excerpt::Excerpt;
use crate::model::field::{Field, Key};
use crate::page::query::Name;
use crate::rules::matching::{World, texts};

use super::facts::Then;

/// What stands where a field has no value.
pub(super) const NONE: &str = "(none)";

/// Whether a field may have several values at once, so that rows do not add up.
pub(super) fn is_list(name: &Name) -> bool {
    match name {
        Name::Asset | Name::Place => true,
        Name::Field(field) => field.kind().is_list(),
        _ => false,
    }
}

/// The values of a field.
pub(super) fn values(
    name: &Name,
    then: &Then<'_>,
    ticket: &Excerpt,
    world: World<'_>,
) -> Vec<String> {
    let settings = world.settings;
    let level = |at: usize| {
        let code = world.catalogue.find(then.code);
        code.and_then(|code| code.path.get(at).cloned())
            .unwrap_or_default()
    };
    let one = match name {
        Name::Field(Field::Known(Key::Status)) => {
            then.status.map_or("", |status| status.as_str()).to_owned()
        }
        Name::Field(Field::Known(Key::WaitingOn)) => {
            then.waiting.map_or("", |wait| wait.as_str()).to_owned()
        }
        Name::Field(Field::Known(Key::Type)) => {
            then.kind.map_or("", |kind| kind.as_str()).to_owned()
        }
        Name::Field(Field::Known(Key::Priority)) => then.priority.to_owned(),
        Name::Field(Field::Known(Key::Queue)) => then.queue.to_owned(),
        Name::Field(Field::Known(Key::Assignee)) => then.agent.to_owned(),
        Name::Field(Field::Known(Key::Code)) => then.code.to_owned(),
        Name::Requester => ticket.text(Key::RequesterName).to_owned(),
        Name::Tier => match settings.tier(then.queue) {
            0 => String::new(),
            tier => tier.to_string(),
        },
        Name::Area => settings.area(then.queue).to_owned(),
        Name::Department => level(0),
        Name::Provider => level(1),
        Name::Category => level(2),
        other => {
            let all = texts(other, ticket, world);
            return if all.is_empty() {
                vec![NONE.to_owned()]
            } else {
                all
            };
        }
    };
    vec![if one.is_empty() { NONE.to_owned() } else { one }]
}
