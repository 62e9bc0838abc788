//! plaindesk: an IT help desk that lives in a git repository of plain-text files.
//!
//! The files are the truth, git carries them from clone to clone, and everything else follows
//! from them. One verb goes through the layers like this: `cli` parses what was typed and opens
//! the desk; an `ops` function takes the desk, the request and the moment, asks `rules` what may
//! be done, has `page` edit the text and `store` save and commit it, and returns an outcome;
//! `view` turns the outcome into a table, a card or JSON; `cli` prints it and picks the exit
//! status.
//!
//! The one rule: **a module uses only the modules listed above it here**, and `model`, `page`,
//! `rules` and `view` touch no file, clock, environment, random source or process.
//!
//! | module | holds |
//! | --- | --- |
//! | `model` | what things are: ids, moments, fields, tickets, articles, settings; pure values |
//! | `page` | how they are written: text to model with spans, edits that touch only what was asked |
//! | `rules` | how the desk behaves: `lifecycle`, `merge`, `sla`, `people`, `duplicates`, `query`, `search`, `text`, `reports`, `import` |
//! | `store` | where they live: `fs` files and folders, `git` the repository, `journal` saving and recovery, `mail` what waits of it in this clone; a room uses those before it |
//! | `index` | how they are found without reading them all; disposable |
//! | `ops` | what people do, one file for each verb: `core`, `ticket`, `work`, `kb`, `search`, `data` |
//! | `view` | how it looks: outcome to table, card, JSON, diagnostic |
//! | `cli` | the terminal: arguments, prompts, editor, pager, colours, exit status; one file for each command |
//!
//! `docs/architecture.md` has the mechanisms, `docs/glossary.md` the words.

pub mod model;
pub mod page;
pub mod rules;
pub mod store;
pub mod index;
pub mod ops;
pub mod view;
pub mod cli;
