//! The message of a commit.

use crate::ops::core::outcome::{Changed, ChangedArticle};

/// So many tickets are named in the message of one commit: the files have them all.
const NAMED: usize = 100;

/// The commit message: the subject, then the changes of each article and each ticket, indented so
/// that nothing in them reads as a trailer.
pub fn message(subject: &str, changed: &[Changed], revised: &[ChangedArticle]) -> String {
    let mut out = one_line(subject, 200);
    let several = changed.len() + revised.len() > 1;
    let mut body = String::new();
    for one in revised {
        let article = &one.cached.article;
        // Of a new one the subject tells.
        if several && !one.new {
            let title = one_line(&article.title, 100);
            body.push_str(&format!("\n{} {title}\n", article.id));
        }
        for change in one.changes.iter().filter(|_| !one.new) {
            let how = crate::page::entry_value::write_change(&change.how);
            body.push_str(&format!("  {}: {}\n", change.field, one_line(&how, 160)));
        }
        for line in one.why.lines().filter(|line| !line.trim().is_empty()) {
            body.push_str(&format!("  {}\n", one_line(line, 400)));
        }
    }
    for one in changed.iter().take(NAMED) {
        if several {
            body.push_str(&format!(
                "\n{} {}\n",
                one.ticket.id,
                one_line(one.ticket.title(), 100)
            ));
        }
        let changes = one
            .entry
            .iter()
            .filter(|_| !one.new)
            .flat_map(|entry| &entry.changes);
        for change in changes {
            let how = crate::page::entry_value::write_change(&change.how);
            body.push_str(&format!("  {}: {}\n", change.field, one_line(&how, 160)));
        }
        for done in &one.by_hand {
            body.push_str(&format!("  {}\n", one_line(done, 160)));
        }
        for done in &one.repaired {
            body.push_str(&format!("  by hand before: {}\n", one_line(done, 160)));
        }
    }
    if let more @ 1.. = changed.len().saturating_sub(NAMED) {
        body.push_str(&format!("\nand {more} more tickets\n"));
    }
    if !body.is_empty() {
        out.push_str("\n\n");
        out.push_str(body.trim_start_matches('\n'));
    }
    out
}

/// A text on one line of at most so many characters.
pub fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most - 1).collect();
    format!("{}…", cut.trim_end())
}
