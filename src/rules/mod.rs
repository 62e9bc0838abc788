//! How the desk behaves: pure functions of values and a moment.

pub mod carry;
