//! What `desk migrate` did.

use serde_json::{Value as Json, json};

use crate::ops::data::migrate::Migrated;
use crate::page::settings::FORMAT;
use crate::view::json::page;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::count;

/// A line for each thing that was written into a log, and the format.
pub fn text(migrated: &Migrated, paint: &Paint, dry_run: bool) -> String {
    if migrated.from == FORMAT {
        return format!("the desk is of format {FORMAT} already\n");
    }
    let mut out = String::new();
    for (id, done) in &migrated.tickets {
        for one in done {
            let id = paint.role(Role::Id, id.as_str());
            out.push_str(&format!("{id}  {}\n", line(one)));
        }
    }
    let (from, tickets) = (migrated.from, count(migrated.tickets.len(), "ticket"));
    let would = if dry_run { "would change: " } else { "" };
    out.push_str(&format!(
        "{would}format {from} to {FORMAT}, {tickets} completed\n"
    ));
    out
}

/// `{"migrated": [{id, done}]}`.
pub fn json(migrated: &Migrated) -> String {
    let one = |(id, done): &(_, Vec<String>)| -> Json {
        let id: &crate::model::id::TicketId = id;
        json!({"id": id.as_str(), "done": done})
    };
    let all = migrated.tickets.iter().map(one).collect();
    page("migrated", all, &migrated.left)
}
