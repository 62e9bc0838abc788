//! Mail: requests that arrive, answers that go out.

pub mod lookup;
pub mod files;
pub mod take;
pub mod why;
