//! Texts found by their words: an index of the engine for the tickets, and one for the articles.
//!
//! A cache like the others: it says of which files it was made, and who finds it otherwise brings
//! it up to date first, in one commit that forces no disk. What it cannot do on disk it does in
//! memory. No text is kept in it, so what is shown is what the files say.

mod query_builder;
mod commit;
mod directory;
mod proved_file;
mod collection;
mod snapshot;
mod refresh;
mod schema;
mod segments;
mod document;
mod searcher;
mod holding;
mod writer_lock;

pub use collection::Collection;
pub use commit::format;
pub use document::{Document, article_key, facts, of_ticket};
pub use holding::Holding;
pub use proved_file::seal;
pub use query_builder::{Clause, TextQuery};
pub use refresh::{Opening, Refresh, alone, forget, in_memory, open};
pub use searcher::{Hit, TextSearcher};
