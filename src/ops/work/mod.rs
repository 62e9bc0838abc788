//! Work orders: the job that fixes a cause, with the tickets of everybody who waits for it.

pub mod new;
pub mod link;
pub mod order_plan;
pub mod show;
pub mod list;
pub mod tick;
pub mod say;
pub mod done;
