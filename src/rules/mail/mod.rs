//! Mail: of what comes in what it is, who wrote it, which ticket it belongs to, what of it is new; of an
//! answer to whom it goes and what it quotes.

pub mod answer;
pub mod bounce;
pub mod forward;
pub mod hold;
pub mod identity;
pub mod machine;
pub mod outlook;
pub mod quarantine;
pub mod quote;
pub mod record;
pub mod sender;
pub mod storm;
pub mod subject;
pub mod thread;
pub mod verdict;
