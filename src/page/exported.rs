//! What `desk export` wrote, read back: ids and files.

use serde::Deserialize;

use crate::model::id::TicketId;

/// An exported ticket, as far as its file goes.
#[derive(Deserialize)]
struct One {
    id: String,
    file: Option<String>,
}

/// A page of exported tickets.
#[derive(Deserialize)]
struct Page {
    tickets: Vec<One>,
}

/// A text that `desk export` did not write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotExported(pub String);

/// Reads a page, or one object a line.
pub fn read(text: &str) -> Result<Vec<(TicketId, String)>, NotExported> {
    let all = match serde_json::from_str::<Page>(text) {
        Ok(page) => page.tickets,
        Err(error) => {
            // A page that is broken is told as one, not as lines.
            let lines: Result<Vec<One>, _> = text
                .lines()
                .enumerate()
                .filter(|(_, line)| !line.trim().is_empty())
                .map(|(at, line)| {
                    serde_json::from_str(line)
                        .map_err(|error| NotExported(format!("line {}: {error}", at + 1)))
                })
                .collect();
            let paged = text.trim_start().starts_with("{\"format\"");
            lines.map_err(|line| {
                if paged {
                    NotExported(error.to_string())
                } else {
                    line
                }
            })?
        }
    };
    all.into_iter()
        .map(|one| {
            let id = one.id.parse();
            let id = id.map_err(|_| NotExported(format!("`{}` is no ticket's id", one.id)))?;
            let missing = || NotExported(format!("{} has no `file`", one.id));
            Ok((id, one.file.clone().ok_or_else(missing)?))
        })
        .collect()
}
