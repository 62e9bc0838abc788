//! Mail: requests that arrive, answers that go out.

pub mod lookup;
pub mod files;
pub mod raw;
pub mod take;
pub mod files_sent;
pub mod others;
pub mod order;
pub mod out;
pub mod reply;
pub mod accept;
pub mod batch;
pub mod quarantine;
pub mod setup;
pub mod automatic;
pub mod why;
