//! What is done to words: normalizing, redacting, reading times, taking texts apart for the search.

pub mod normalize;
pub mod redact_requester;
pub mod period;
pub mod slug;
pub mod terms;
pub mod ticket_text;
pub mod time_input;
