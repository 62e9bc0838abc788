//! What a search makes of the texts that the index gave it: whether they really say what was asked
//! for, where they say it, and in which order they are shown.

mod passage;
mod rank;
mod wanted;

pub use passage::{Passage, best, shared};
pub use rank::{article, ticket};
pub use wanted::{SearchTerm, SearchTerms};
