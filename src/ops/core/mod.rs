//! What all verbs share: the open desk, who acts, transactions, values, errors.

pub mod desk;
pub mod actor;
pub mod transaction;
pub mod error;
pub mod messages;
pub mod values;
pub mod drafts;
pub mod manual_edit;
pub mod notices;
pub mod people;
pub mod new_record;
pub mod duplicates;
pub mod unreadable;
