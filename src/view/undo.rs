//! The commands that `undo` can take back.

use serde_json::{Value as Json, json};

use crate::ops::ticket::undo::ListedCommand;
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::count;

/// A line for each command, the newest first.
pub fn list(all: &[ListedCommand], paint: &Paint) -> String {
    let rows: Vec<Vec<PaintedText>> = all.iter().map(|one| row(one, paint)).collect();
    let header = ["no.", "when", "command", "what", "title", "state"];
    table(&header, &rows, &[0], 4, paint)
}

fn row(one: &ListedCommand, paint: &Paint) -> Vec<PaintedText> {
    let role = if one.undone || one.never {
        Role::Muted
    } else {
        Role::Plain
    };
    let state = if one.never {
        "stays"
    } else if one.undone {
        "undone"
    } else {
        ""
    };
    vec![
        (role, one.number.to_string()),
        (role, paint.time(one.record.at)),
        (role, verb(one)),
        (Role::Id, line(&what(one))),
        (role, line(&one.title)),
        (role, state.to_owned()),
    ]
}

fn verb(one: &ListedCommand) -> String {
    let of = one.undoes.map(|number| format!(" of {number}"));
    line(&format!("{}{}", one.record.verb, of.unwrap_or_default()))
}

/// The ticket or article, or how many there are.
fn what(one: &ListedCommand) -> String {
    let (tickets, articles) = (&one.record.tickets, &one.record.articles);
    match (&tickets[..], &articles[..]) {
        ([ticket], _) => ticket.id.to_string(),
        ([], [article]) => article.id.clone(),
        ([], []) => String::new(),
        ([], all) => count(all.len(), "article"),
        (all, _) => count(all.len(), "ticket"),
    }
}

/// The commands as JSON: `{number, at, command, tickets, articles, files, undoes, undone, never}`.
pub fn json(all: &[ListedCommand]) -> Vec<Json> {
    let one = |one: &ListedCommand| {
        let record = &one.record;
        let tickets: Vec<&str> = record.tickets.iter().map(|one| one.id.as_str()).collect();
        let articles: Vec<&str> = record.articles.iter().map(|one| one.id.as_str()).collect();
        json!({
            "number": one.number,
            "at": record.at.to_string(),
            "command": record.verb,
            "tickets": tickets,
            "articles": articles,
            "files": record.files,
            "undoes": one.undoes,
            "undone": one.undone,
            "never": one.never,
        })
    };
    all.iter().map(one).collect()
}
