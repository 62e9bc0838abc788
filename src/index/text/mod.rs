//! Texts found by their words: an index of the engine for the tickets, and one for the articles.
//!
//! A cache like the others: it says of which files it was made, and who finds it otherwise brings
//! it up to date first, in one commit that forces no disk. What it cannot do on disk it does in
//! memory. No text is kept in it, so what is shown is what the files say.

mod ask;
mod commit;
mod directory;
mod kind;
mod reading;
mod refresh;
mod schema;
mod segments;
mod sheet;
mod texts;
mod turn;

pub use ask::{Part, Question};
pub use commit::format;
pub use kind::{Kind, article_key};
pub use refresh::{Opening, Refresh, alone, forget, in_memory, open};
pub use sheet::{Sheet, facts, of_ticket};
pub use texts::{Hit, Texts};
