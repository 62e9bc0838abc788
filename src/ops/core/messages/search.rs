//! Errors of searches.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors of searches. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum SearchError<'a> {
    SearchNeedsWords,
    IndexBroken(Part<'a>),
}

impl SearchError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::SearchNeedsWords => OpError::usage("search-needs-words", "a search needs words")
                .hint("type those of the caller: desk search printer offline"),
            Self::IndexBroken(error) => OpError::failed("index-broken", error.to_string())
                .hint("remove the folder `.desk`: it is made anew"),
        }
    }
}
