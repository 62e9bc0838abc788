//! Merging two versions of a ticket file.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::id::{RANDOM_LEN, TicketId};
use crate::model::moment::Moment;
use crate::model::status::TicketType;
use crate::page::edit::{self, Rank, toml_value};
use crate::page::escape::{FENCE, escape};
use crate::page::front_layout::{self, Layout};
use crate::page::front_matter;
use crate::page::log::derived_tag;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::replay::{self, Folded};
use crate::rules::lifecycle::{repair, tick_marks, work_order};
use crate::rules::merge::front::{self, Ranks, Values, Written};
use crate::rules::merge::lines::merge_lines;
use crate::rules::merge::log::{Loss, MergeEntry, REDACTED, lines_of, masked, redactions, unite};
use crate::rules::merge::{Plain, Refused, pick, written};

/// A version of a ticket, in parts that merge each by its own rule.
struct Version {
    id: TicketId,
    layout: Layout,
    description: Vec<String>,
    log: Vec<MergeEntry>,
    crlf: bool,
    mark: bool,
}

/// Merges two versions of a ticket file over their base; an empty or unreadable base is none.
/// Times in headings by hand are in `zone`.
///
/// The result is the same whichever side is which, and a merge that is made again with one of its
/// sides adds nothing.
pub fn merge(base: &str, a: &str, b: &str, zone: Tz) -> Result<String, Refused> {
    let (one, other) = (Version::read(a, zone)?, Version::read(b, zone)?);
    one_ticket(&one, &other)?;
    let old = Version::read(base, zone).ok();
    let old = old.filter(|old| old.id == one.id);
    let merged = merge_versions(old.as_ref(), &one, &other);
    let kept = Version::read_as_it_is(&merged)?;
    let kept: BTreeSet<String> = kept.log.iter().map(MergeEntry::key).collect();
    let mut all = one.log.iter().chain(&other.log);
    if all.any(|entry| !kept.contains(&entry.key())) {
        return Err(Refused::Lost);
    }
    Ok(merged)
}

impl Version {
    /// Reads a file and brings its log in step with its front matter.
    fn read(text: &str, zone: Tz) -> Result<Self, Refused> {
        let plain = Plain::of(text);
        let page = read_page(&plain.text)?;
        let page = repair::complete_log(&page, zone, &mut Vec::new())
            .map_err(|problem| Refused::Unreadable(problem.message))?;
        Self::of(&page, &plain)
    }

    fn read_as_it_is(text: &str) -> Result<Self, Refused> {
        let plain = Plain::of(text);
        Self::of(&read_page(&plain.text)?, &plain)
    }

    fn of(page: &TicketPage, plain: &Plain) -> Result<Self, Refused> {
        let layout = front_layout::read(&page.text[page.parts.front.clone()], &ticket::SECTIONS)
            .map_err(|error| Refused::Unreadable(error.to_string()))?;
        let entries = page.entries.iter();
        Ok(Self {
            id: page.ticket.id,
            layout,
            description: lines_of(&page.ticket.description),
            log: entries.map(|one| MergeEntry::of(&page.text, one)).collect(),
            crlf: plain.crlf,
            mark: plain.mark,
        })
    }

    fn text_of(&self, section: &str, key: &str) -> Option<String> {
        let raw = &self.layout.get(section)?.items.get(key)?.value;
        Some(Written::of(raw).shown())
    }

    fn created(&self) -> impl Iterator<Item = &MergeEntry> {
        let log = self.log.iter();
        log.filter(|entry| entry.heading.kind == EntryKind::Created)
    }
}

/// Reads a page that may be written: the program would only read any other.
fn read_page(text: &str) -> Result<TicketPage, Refused> {
    let unreadable = |message: &str| Refused::Unreadable(message.to_owned());
    let parts = front_matter::split("", text).map_err(|problem| unreadable(&problem.message))?;
    let layout = front_layout::read(&text[parts.front], &ticket::SECTIONS);
    let layout = layout.map_err(|error| unreadable(&error.to_string()))?;
    let id = layout[""]
        .items
        .get("id")
        .map(|item| Written::of(&item.value));
    let id = match id {
        Some(Written::Text(id)) => id.parse().ok(),
        _ => None,
    };
    let id: TicketId = id.ok_or_else(|| unreadable("`id` is missing or no id"))?;
    let page = ticket::read(id, text.to_owned()).map_err(|problem| unreadable(&problem.message))?;
    match page.bars().first() {
        Some(problem) => Err(unreadable(&problem.message)),
        None => Ok(page),
    }
}

/// Refuses two files that only share a path: one ticket has one beginning, or came from one record
/// of another system.
fn one_ticket(a: &Version, b: &Version) -> Result<(), Refused> {
    let begun: BTreeSet<String> = a.created().map(MergeEntry::key).collect();
    let source =
        |one: &Version| Some((one.text_of("source", "name")?, one.text_of("source", "id")?));
    let same = b.created().any(|entry| begun.contains(&entry.key()))
        || source(a).is_some_and(|known| source(b) == Some(known));
    if a.id == b.id && same {
        Ok(())
    } else {
        Err(Refused::TwoTickets)
    }
}

/// Of two tickets that only share an id: which of the sides begins later, and the id that it gets in
/// every clone alike. `None` where they are two versions of one, or cannot be read.
pub fn apart(a: &str, b: &str, zone: Tz) -> Option<(usize, TicketId)> {
    let (one, other) = (Version::read(a, zone).ok()?, Version::read(b, zone).ok()?);
    if one.id != other.id || one_ticket(&one, &other).is_ok() {
        return None;
    }
    let begun = |version: &Version| version.created().map(MergeEntry::order).min();
    let later = usize::from(begun(&other) >= begun(&one));
    let goes = [&one, &other][later];
    let heading = goes
        .created()
        .map(MergeEntry::key)
        .min()
        .unwrap_or_default();
    let id = goes.id.as_str();
    let drawn = derived_tag(&["ticket", id, &heading], RANDOM_LEN).to_uppercase();
    let new = format!("{}{drawn}", &id[..id.len() - RANDOM_LEN]);
    Some((later, new.parse().ok()?))
}

/// A ticket's text under another id; the old one stays among its aliases.
pub fn renamed(text: &str, old: TicketId, new: TicketId) -> Option<String> {
    let text = text.replace(old.as_str(), new.as_str());
    let page = ticket::read(new, text).ok()?;
    let parts = front_matter::split(&page.path, &page.text).ok()?;
    let mut aliases = match page.ticket.get(Key::Aliases) {
        Some(Value::List(words)) => words.clone(),
        _ => Vec::new(),
    };
    aliases.push(old.to_string());
    let field = Field::Known(Key::Aliases);
    edit::set(&page.text, &parts, &field, Some(&Value::List(aliases))).ok()
}

fn merge_versions(base: Option<&Version>, a: &Version, b: &Version) -> String {
    let none = Version {
        id: a.id,
        layout: Layout::from([(String::new(), front_layout::Section::default())]),
        description: Vec::new(),
        log: Vec::new(),
        crlf: false,
        mark: false,
    };
    let old = base.unwrap_or(&none);
    let mut losses = Vec::new();
    let mut log = unite(&old.log, &a.log, &b.log, &mut losses);
    let entries = sorted(&log);
    let union = Fold::of(&entries);
    let mut values = FoldedValues {
        sides: [Fold::of(&sorted(&a.log)), Fold::of(&sorted(&b.log))],
        is_based: base.is_some(),
        union,
        losses,
    };
    let layouts = [&old.layout, &a.layout, &b.layout];
    let layout = front::merge_layouts(layouts, &mut values, &TicketRanks);
    let description = merge_descriptions([old, a, b], &values.union.folded, &entries);
    let first = || {
        log.iter()
            .filter(|one| one.heading.kind == EntryKind::Created)
    };
    let last = old.log.iter().map(|one| one.heading.at).max();
    let last = last.or_else(|| first().map(|one| one.heading.at).min());
    let last = last.unwrap_or_else(Moment::epoch);
    let hidden = redactions(&log);
    let mut known: BTreeSet<String> = log.iter().map(MergeEntry::key).collect();
    for loss in &values.losses {
        let entry = masked(loss.entry(a.id.as_str(), last), |target| {
            hidden.contains_key(target)
        });
        if known.insert(entry.key()) {
            log.push(entry);
        }
    }
    log.sort_by_cached_key(MergeEntry::order);
    let mut lines = vec![FENCE.to_owned()];
    lines.extend(front_layout::lines(&layout));
    lines.push(FENCE.to_owned());
    if !description.is_empty() {
        let text = escape(&description.join("\n"), false);
        lines.extend(text.split('\n').map(str::to_owned));
    }
    for entry in &log {
        lines.push(String::new());
        lines.extend(entry.lines());
    }
    written(&lines, a.crlf && b.crlf, a.mark && b.mark)
}

fn sorted(log: &[MergeEntry]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = log.iter().map(MergeEntry::entry).collect();
    entries.sort_by_cached_key(|entry| (entry.at, entry.heading()));
    entries
}

/// The description of three. The marks of a work order's steps are those of its ticks.
fn merge_descriptions(sides: [&Version; 3], folded: &Folded, log: &[Entry]) -> Vec<String> {
    let kind = folded.values.get(&Field::Known(Key::Type));
    let is_order = kind.and_then(Value::as_text) == Some(TicketType::WorkOrder.as_str());
    let texts = sides.map(|side| {
        if is_order {
            marked(&side.description, &[])
        } else {
            side.description.clone()
        }
    });
    let [of_a, of_b] = [sides[1], sides[2]].map(|side| {
        let all = redactions(&side.log).remove("description");
        all.unwrap_or_default()
    });
    let text = if of_a == of_b {
        merge_lines(&texts[0], &texts[1], &texts[2], "")
    } else if of_a.is_superset(&of_b) {
        texts[1].clone()
    } else if of_b.is_superset(&of_a) {
        texts[2].clone()
    } else {
        vec![REDACTED.to_owned()]
    };
    if is_order { marked(&text, log) } else { text }
}

/// A description with the marks of its steps as a log has them.
fn marked(lines: &[String], log: &[Entry]) -> Vec<String> {
    let text = lines.join("\n");
    let steps = work_order::steps(&text);
    if steps.is_empty() {
        return lines.to_vec();
    }
    let marks = tick_marks::fold(&tick_marks::names(&steps), log);
    lines_of(&work_order::marked(&text, &steps, &marks))
}

/// What a log says of the fields.
struct Fold {
    folded: Folded,
    /// The identity of the last entry that changed each field.
    last: BTreeMap<Field, String>,
}

impl Fold {
    fn of(log: &[Entry]) -> Self {
        let folded = replay::replay(log);
        let last = folded.last.iter();
        let last = last.map(|(field, at)| (field.clone(), log[*at].identity()));
        Self {
            last: last.collect(),
            folded,
        }
    }

    /// Whether a field is the log's.
    fn rules(&self, field: &Field) -> bool {
        field.is_tracked() || self.folded.spoken.contains(field)
    }
}

/// The values of front matter: of the fields of which the log speaks its fold, of the others the
/// merge of three.
struct FoldedValues {
    union: Fold,
    sides: [Fold; 2],
    /// Whether there is a base.
    is_based: bool,
    losses: Vec<Loss>,
}

impl Values for FoldedValues {
    fn merge(&mut self, name: &str, raws: [Option<&str>; 3]) -> Option<String> {
        let shown = |raw: Option<&str>| raw.map(|raw| Written::of(raw).shown());
        let field = name
            .parse::<Field>()
            .ok()
            .filter(|field| self.union.rules(field));
        let Some(field) = field else {
            let (stands, loser) = front::merge_value(raws);
            // Two clones took in one mail: the ticket is as old as the earlier says.
            if let (true, Some(Some(loser))) = (name == Key::Created.path(), loser) {
                return Some(loser.to_owned());
            }
            if let Some(loser) = loser {
                self.losses.push(Loss::of_field(name, shown(loser)));
            }
            return stands;
        };
        let [base, a, b] = raws;
        for (raw, log) in [a, b].into_iter().zip(&self.sides) {
            let canonical = |raw: Option<&str>| raw.map(front::canonical);
            if self.is_based && !log.rules(&field) && canonical(raw) != canonical(base) {
                self.losses.push(Loss::of_field(name, shown(raw)));
            }
        }
        let Some(value) = self.union.folded.values.get(&field) else {
            let empty = |raw: Option<&str>| {
                raw.is_none_or(|raw| Written::of(raw) == Written::List(Vec::new()))
            };
            // An empty list may stand there.
            let left = *pick(&base, &a, &b);
            return left.filter(|_| empty(a) && empty(b)).map(str::to_owned);
        };
        let wanted = match value {
            Value::List(all) => Written::List(all.clone()),
            value if field.kind().is_list() => Written::List(vec![value.to_string()]),
            value => Written::Text(value.to_string()),
        };
        let last = self.union.last.get(&field);
        let says = |raw: Option<&str>, log: &Fold| {
            raw.is_some_and(|raw| Written::of(raw) == wanted) && log.last.get(&field) == last
        };
        let raw = match (says(a, &self.sides[0]), says(b, &self.sides[1])) {
            (true, true) => *pick(&base, &a, &b),
            (true, false) => a,
            (false, true) => b,
            (false, false) => None,
        };
        Some(raw.map_or_else(|| typed(&field, &wanted), str::to_owned))
    }

    fn stated(&self) -> Vec<String> {
        let fields = self.union.folded.values.keys();
        fields.map(ToString::to_string).collect()
    }
}

/// A value of the log in TOML.
fn typed(field: &Field, value: &Written) -> String {
    match value {
        Written::List(all) => toml_value(&Value::List(all.clone())),
        Written::Text(text) => toml_value(&replay::read_value(field.kind(), text)),
    }
}

/// The contract's order of keys and sections.
struct TicketRanks;

impl Ranks for TicketRanks {
    fn key(&self, section: &str, key: &str) -> Option<Rank> {
        let known = Key::ALL.iter().position(|known| {
            known.section().unwrap_or_default() == section && known.name() == key
        });
        known.map(|place| (place, String::new()))
    }

    fn section(&self, section: &str) -> Option<usize> {
        ticket::SECTIONS.iter().position(|known| *known == section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, a: &str, b: &str) -> String {
        merge(base, a, b, Tz::UTC).unwrap()
    }

    const BASE: &str = "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"open\"\ncreated = 2026-11-21T09:00:00Z\n+++\n\n## 2026-11-21T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: open\n";

    #[test]
    fn what_was_saved_comes_back_into_what_is_there_now() {
        let new = BASE.replace("status = \"open\"", "status = \"resolved\"")
            + "\n## 2026-11-21T10:00:00Z anna resolve ^bbbb\n\n- status: open -> resolved\n\nDone.\n";
        let current = BASE.replace("title = \"x\"", "title = \"y\"")
            + "\n## 2026-11-21T09:30:00Z marek note ^cccc\n\nLooked.\n";
        let merged = joined(BASE, &new, &current);
        let page = ticket::read("2611-7K3MQ".parse().unwrap(), merged.clone()).unwrap();
        assert_eq!(page.ticket.log.len(), 3);
        assert_eq!(page.ticket.title(), "y");
        assert!(replay::differences(&page.ticket).is_empty());
        assert_eq!(page.ticket.status().as_str(), "resolved");
        assert_eq!(joined(BASE, &new, &merged), merged);
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
        let merged = joined(&base, &new, &current);
        let page = ticket::read("2611-7K3MQ".parse().unwrap(), merged.clone()).unwrap();
        let kinds: Vec<String> = page
            .entries
            .iter()
            .map(|one| one.entry.kind.to_string())
            .collect();
        assert_eq!(kinds, ["created", "tick", "note", "remind"]);
        assert!(merged.contains("- [ ] one\n- [x] two\n"), "{merged}");
        assert!(tick_marks::differences(&page.ticket, None).is_empty());
        assert_eq!(joined(&base, &new, &merged), merged);
    }

    #[test]
    fn what_is_not_one_ticket_is_refused() {
        let refused = |a: &str, b: &str| merge(BASE, a, b, Tz::UTC).unwrap_err();
        let other = BASE.replace("^aaaa", "^bbbb");
        assert_eq!(refused(BASE, &other), Refused::TwoTickets);
        let broken = BASE.replace("title = ", "title ");
        assert!(matches!(refused(BASE, &broken), Refused::Unreadable(_)));
        let of_a_newer_kind = BASE.replace("title = \"x\"", "title = 5");
        assert!(matches!(
            refused(&of_a_newer_kind, BASE),
            Refused::Unreadable(_)
        ));
        let marks = format!("{BASE}<<<<<<< HEAD\n");
        assert!(matches!(refused(BASE, &marks), Refused::Unreadable(_)));
        // A virtual base of git's can hold marks: it is none.
        assert_eq!(merge(&marks, BASE, BASE, Tz::UTC).as_deref(), Ok(BASE));
    }

    /// The contract: a person's edit of a passage that a merge joined ends the conflict.
    #[test]
    fn a_joined_passage_is_in_conflict_until_somebody_edits_it() {
        let side = |words: &str| BASE.replace("+++\n\n##", &format!("+++\n{words}\n\n##"));
        let merged = joined(BASE, &side("One line."), &side("Another line."));
        let read = |text: String| ticket::read("2611-7K3MQ".parse().unwrap(), text).unwrap();
        let page = read(merged.clone());
        assert!(page.ticket.description.contains("One line."), "{merged}");
        assert!(
            page.ticket.description.contains("Another line."),
            "{merged}"
        );
        assert!(
            crate::rules::merge::is_in_conflict(&page.ticket),
            "{merged}"
        );
        let settled = read(merged.replace("One line.", "Both lines."));
        assert!(!crate::rules::merge::is_in_conflict(&settled.ticket));
    }
}
