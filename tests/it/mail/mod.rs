//! Mail.

mod why;
