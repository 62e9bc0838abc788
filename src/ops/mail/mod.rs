//! Mail: requests that arrive, answers that go out.

pub mod why;
