//! What all verbs share: the open desk, who acts, transactions, values, errors.

pub mod desk;
pub mod actor;
pub mod bulk;
pub mod outcome;
pub mod ticket_edit;
pub mod commit_message;
pub mod transaction;
pub mod linked_tickets;
pub mod resolution;
pub mod status_sync;
pub mod command_record;
pub mod finish;
pub mod error;
pub mod merge_setup;
pub mod kept_articles;
pub mod messages;
pub mod values;
pub mod drafts;
pub mod unsent_answers;
pub mod people;
pub mod articles;
pub mod find;
pub mod scope;
pub mod new_record;
pub mod duplicates;
pub mod unreadable;
