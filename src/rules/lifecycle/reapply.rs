//! Carries a saved change over to a file that was changed behind its back: after a
//! `git reset --hard` or an abandoned merge took away what a command had saved.

use std::collections::BTreeSet;

use crate::model::entry::Entry;
use crate::model::field::{Field, Value};
use crate::model::id::TicketId;
use crate::page::front_matter;
use crate::page::ticket::{self, TicketPage};
use crate::page::{edit, log};
use crate::rules::lifecycle::{repair, replay, tick_marks, work_order};

/// The text of `current` with what `new` added to `base`, for the page at `path`; `None` where it
/// cannot be joined without a person.
///
/// `base` is `None` where the change made the file. Entries are a set: those that `current` lacks
/// are put in. Tracked fields are their fold; another field takes the new value where `current`
/// still has the old one.
pub fn reapply(path: &str, base: Option<&str>, new: &str, current: &str) -> Option<String> {
    let id: TicketId = path.rsplit('/').next()?.strip_suffix(".md")?.parse().ok()?;
    let base = match base {
        Some(base) => Some(ticket::read(id, base.to_owned()).ok()?),
        None => None,
    };
    let new = ticket::read(id, new.to_owned()).ok()?;
    let mut page = ticket::read(id, current.to_owned()).ok()?;
    // Neither is written into the other where one of them may only be read.
    if !new.bars().is_empty() || !page.bars().is_empty() {
        return None;
    }
    let known: BTreeSet<String> = page.ticket.log.iter().map(Entry::identity).collect();
    let missing: Vec<&Entry> = new
        .ticket
        .log
        .iter()
        .filter(|entry| !known.contains(&entry.identity()))
        .collect();
    if missing.is_empty() {
        return Some(page.text);
    }
    for entry in missing {
        page = ticket::read(id, edit::append(&page.text, &log::write(entry))).ok()?;
    }
    if let Some(text) = repair::sorted(&page) {
        page = ticket::read(id, text).ok()?;
    }
    let untracked = |page: &TicketPage, field: &Field| page.ticket.values.get(field).cloned();
    let fields: BTreeSet<&Field> = new
        .ticket
        .values
        .keys()
        .chain(base.iter().flat_map(|base| base.ticket.values.keys()))
        .collect();
    for field in fields.into_iter().filter(|field| !field.is_tracked()) {
        let before = base.as_ref().and_then(|base| untracked(base, field));
        let after = untracked(&new, field);
        if before != after && untracked(&page, field) == before {
            page = set(&page, field, after.as_ref())?;
        }
    }
    for difference in replay::differences(&page.ticket) {
        page = set(&page, &difference.field, difference.folded.as_ref())?;
    }
    Some(marked(&page))
}

/// The text of a page with the marks of its steps as the log has them.
fn marked(page: &TicketPage) -> String {
    let place = page.description();
    let mut description = page.text[place.clone()].to_owned();
    let steps = work_order::steps(&description);
    let names = tick_marks::names(&steps);
    for (name, stated) in tick_marks::differences(&page.ticket, None) {
        if let Some(at) = names.iter().position(|one| *one == name) {
            // A mark is one byte or none: the steps are found anew for each.
            let now = work_order::steps(&description);
            description = work_order::tick(&description, &now[at..=at], !stated);
        }
    }
    let mut text = page.text.clone();
    text.replace_range(place, &description);
    text
}

fn set(page: &TicketPage, field: &Field, value: Option<&Value>) -> Option<TicketPage> {
    let parts = front_matter::split(&page.path, &page.text).ok()?;
    let text = edit::set(&page.text, &parts, field, value).ok()?;
    ticket::read(page.ticket.id, text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "tickets/2026-11/2611-7K3MQ.md";
    const BASE: &str = "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"open\"\ncreated = 2026-11-21T09:00:00Z\n+++\n\n## 2026-11-21T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: open\n";

    #[test]
    fn what_was_saved_comes_back_into_what_is_there_now() {
        let new = BASE.replace("status = \"open\"", "status = \"resolved\"")
            + "\n## 2026-11-21T10:00:00Z anna resolve ^bbbb\n\n- status: open -> resolved\n\nDone.\n";
        let current = BASE.replace("title = \"x\"", "title = \"y\"")
            + "\n## 2026-11-21T09:30:00Z marek note ^cccc\n\nLooked.\n";
        let joined = reapply(PATH, Some(BASE), &new, &current).unwrap();
        let page = ticket::read("2611-7K3MQ".parse().unwrap(), joined.clone()).unwrap();
        assert_eq!(page.ticket.log.len(), 3);
        assert_eq!(page.ticket.title(), "y");
        assert!(replay::differences(&page.ticket).is_empty());
        assert_eq!(page.ticket.status().as_str(), "resolved");
        assert_eq!(reapply(PATH, Some(BASE), &new, &joined).unwrap(), joined);
        assert_eq!(reapply("kb/a.md", None, "x", "y"), None);
    }

    /// The mark was lost, the entry stood at the end, and what a sweep had written in both was there
    /// twice.
    #[test]
    fn marks_follow_their_entries_which_stand_in_order_and_once() {
        let base = BASE
            .replace("\"action\"", "\"work-order\"")
            .replace("type: action", "type: work-order")
            .replace("+++\n\n##", "+++\n- [ ] one\n- [ ] two\n\n##");
        let remind =
            |at: &str| format!("\n## 2026-11-21T{at}Z desk remind ^aaaabbbb\n\n- due: x\n");
        let new = base.replace("[ ] two", "[x] two")
            + "\n## 2026-11-21T09:20:00Z anna tick ^bbbb\n\n- ticked: two\n"
            + &remind("10:00:00");
        let current = base.clone()
            + "\n## 2026-11-21T09:30:00Z marek note ^cccc\n\nLooked.\n"
            + &remind("09:50:00");
        let joined = reapply(PATH, Some(&base), &new, &current).unwrap();
        let page = ticket::read("2611-7K3MQ".parse().unwrap(), joined.clone()).unwrap();
        let kinds: Vec<String> = page
            .entries
            .iter()
            .map(|one| one.entry.kind.to_string())
            .collect();
        assert_eq!(kinds, ["created", "tick", "note", "remind"]);
        assert!(joined.contains("- [ ] one\n- [x] two\n"), "{joined}");
        assert!(tick_marks::differences(&page.ticket, None).is_empty());
        assert_eq!(reapply(PATH, Some(&base), &new, &joined).unwrap(), joined);
    }
}
