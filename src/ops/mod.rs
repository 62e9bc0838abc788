//! What people do: one file per verb, each taking a desk, a request and the moment, and returning
//! an outcome. Nothing here prints.

pub mod act;
pub mod alike;
pub mod attach;
pub mod board;
pub mod catalog;
pub mod change;
pub mod check;
pub mod close;
pub mod contact;
pub mod convert;
pub mod desk;
pub mod editing;
pub mod error;
pub mod escalate;
pub mod import;
pub mod init;
pub mod intake;
pub mod interview;
pub mod kb;
pub mod link;
pub mod list;
pub mod merge;
pub mod note;
pub mod pend;
pub mod people;
pub mod reopen;
pub mod record;
pub mod resolve;
pub mod set;
pub mod show;
pub mod split;
pub mod take;
pub mod validate;
pub mod work;
pub mod who;
