//! What a search makes of the texts that the index gave it: whether they really say what was asked
//! for, where they say it, and in which order they are shown.

mod passage;
mod rank;
mod synonyms;
mod wanted;

pub use passage::{Passage, SharedWord, best, shared};
pub use rank::{article, ticket};
pub use synonyms::{Concept, Synonyms};
pub use wanted::{SearchTerm, SearchTerms};
