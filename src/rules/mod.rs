//! How the desk behaves: pure functions of values and a moment.

pub mod calendar;
pub mod carry;
pub mod escalation;
pub mod fold;
pub mod life;
pub mod priority;
pub mod repair;
