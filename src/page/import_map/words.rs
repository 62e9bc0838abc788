//! The words that a desk has for each kind of value.

use crate::model::catalog::Catalogue;
use crate::model::field::FieldKind;
use crate::model::settings::Settings;
use crate::model::status::{Channel, Feeling, Status, TicketType, Waiting};

/// The words that a desk has for a kind of value; `None` where any text will do.
pub fn words<'d>(
    kind: FieldKind,
    settings: &'d Settings,
    catalogue: &'d Catalogue,
) -> Option<Vec<&'d str>> {
    Some(match kind {
        FieldKind::Type => TicketType::WORDS.to_vec(),
        // Merging is for two tickets of this desk.
        FieldKind::Status => Status::WORDS
            .iter()
            .copied()
            .filter(|word| *word != "merged")
            .collect(),
        FieldKind::Waiting => Waiting::WORDS.to_vec(),
        FieldKind::Channel => Channel::WORDS.to_vec(),
        FieldKind::Feeling => Feeling::WORDS.to_vec(),
        FieldKind::Priority => settings
            .priorities
            .iter()
            .map(|one| one.name.as_str())
            .collect(),
        FieldKind::Impact => settings.impacts.iter().map(String::as_str).collect(),
        FieldKind::Urgency => settings.urgencies.iter().map(String::as_str).collect(),
        FieldKind::Queue => settings.queues.keys().map(String::as_str).collect(),
        FieldKind::Agent => settings.agents.keys().map(String::as_str).collect(),
        FieldKind::Code => catalogue.codes.keys().map(String::as_str).collect(),
        FieldKind::Bool => vec!["true", "false"],
        _ => return None,
    })
}

/// What a kind of value is called.
pub fn noun(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Type => "type",
        FieldKind::Status => "status",
        FieldKind::Waiting => "`waiting_on`",
        FieldKind::Channel => "channel",
        FieldKind::Feeling => "feeling",
        FieldKind::Priority => "priority",
        FieldKind::Impact => "impact",
        FieldKind::Urgency => "urgency",
        FieldKind::Queue => "queue",
        FieldKind::Agent => "agent",
        FieldKind::Code => "problem code",
        FieldKind::Moment | FieldKind::Date => "time",
        FieldKind::Bool => "`true` or `false`",
        FieldKind::Number => "number",
        _ => "value",
    }
}
