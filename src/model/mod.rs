//! What things are: pure values, parsed at the edge.

pub mod id;
pub mod moment;
