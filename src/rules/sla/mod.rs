//! Service levels: calendars, and the clocks that run on tickets.

pub mod calendar;
pub mod clocks;
