//! The words that a desk has for each kind of value.

use crate::model::catalog::Catalogue;
use crate::model::field::Kind;
use crate::model::settings::Settings;
use crate::model::status::{Channel, Feeling, Status, TicketType, Waiting};

/// The words that a desk has for a kind of value; `None` where any text will do.
pub fn words<'d>(
    kind: Kind,
    settings: &'d Settings,
    catalogue: &'d Catalogue,
) -> Option<Vec<&'d str>> {
    Some(match kind {
        Kind::Type => TicketType::WORDS.to_vec(),
        // Merging is for two tickets of this desk.
        Kind::Status => Status::WORDS
            .iter()
            .copied()
            .filter(|word| *word != "merged")
            .collect(),
        Kind::Waiting => Waiting::WORDS.to_vec(),
        Kind::Channel => Channel::WORDS.to_vec(),
        Kind::Feeling => Feeling::WORDS.to_vec(),
        Kind::Priority => settings
            .priorities
            .iter()
            .map(|one| one.name.as_str())
            .collect(),
        Kind::Impact => settings.impacts.iter().map(String::as_str).collect(),
        Kind::Urgency => settings.urgencies.iter().map(String::as_str).collect(),
        Kind::Queue => settings.queues.keys().map(String::as_str).collect(),
        Kind::Agent => settings.agents.keys().map(String::as_str).collect(),
        Kind::Code => catalogue.codes.keys().map(String::as_str).collect(),
        Kind::Bool => vec!["true", "false"],
        _ => return None,
    })
}

/// What a kind of value is called.
pub fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Type => "type",
        Kind::Status => "status",
        Kind::Waiting => "`waiting_on`",
        Kind::Channel => "channel",
        Kind::Feeling => "feeling",
        Kind::Priority => "priority",
        Kind::Impact => "impact",
        Kind::Urgency => "urgency",
        Kind::Queue => "queue",
        Kind::Agent => "agent",
        Kind::Code => "problem code",
        Kind::Moment | Kind::Date => "time",
        Kind::Bool => "`true` or `false`",
        Kind::Number => "number",
        _ => "value",
    }
}
