//! The knowledge base: articles written, published, used, looked after.

pub mod check;
pub mod edit;
pub mod publish;
pub mod show;
pub mod new;
pub mod template;
pub mod solution;
pub mod article_edit;
pub mod used;
