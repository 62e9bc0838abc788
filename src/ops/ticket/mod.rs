//! Verbs on tickets, one file each.

pub mod new;
pub mod interview;
pub mod edit;
pub mod note;
pub mod set;
pub mod contact;
pub mod pend;
pub mod reopen;
pub mod resolve;
pub mod close;
pub mod escalate;
pub mod take;
pub mod convert;
pub mod split;
pub mod merge;
pub mod link;
pub mod attach;
pub mod show;
pub mod list;
pub mod board;
pub mod due;
pub mod sla;
pub mod suggest;
pub mod sweep;
pub mod who;
