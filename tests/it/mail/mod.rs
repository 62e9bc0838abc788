//! Mail.

mod r#in;
mod why;
