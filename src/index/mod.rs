//! How tickets are found without reading them all. Disposable: the files are the truth.

pub mod ticket_cache;
pub mod want;
pub mod changes;
mod checksum;
mod begins;
mod parts;
pub mod finder;
pub mod text;
mod month_cache;
pub mod mail_table;
mod circles;
mod column;
mod basics;
pub mod alike;
mod columns;
mod rows;
mod keys;
pub mod added;
pub mod lookup;
pub mod scan;
pub mod settings_cache;
pub mod article_cache;
