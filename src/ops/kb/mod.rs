//! The knowledge base: articles written, published, used, looked after.

pub mod check;
pub mod edit;
pub mod publish;
pub mod list;
pub mod uses;
pub mod show;
pub mod script;
pub mod review;
pub mod retire;
pub mod demand;
pub mod new;
pub mod template;
pub mod solution;
pub mod article_edit;
pub mod r#use;
pub mod search;
