//! How the desk behaves: pure functions of values and a moment.

pub mod address;
pub mod alike;
pub mod attach;
pub mod calendar;
pub mod carry;
pub mod catalogue;
pub mod clocks;
pub mod complete;
pub mod escalation;
pub mod fold;
pub mod impersonal;
pub mod import;
pub mod knowledge;
pub mod life;
pub mod matching;
pub mod next;
pub mod order;
pub mod people;
pub mod plain;
pub mod priority;
pub mod repair;
pub mod routing;
pub mod shelf;
pub mod slug;
pub mod sweep;
pub mod times;
