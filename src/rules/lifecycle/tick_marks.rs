//! Which steps of a work order are ticked: the fold of what its log says of them, by their words,
//! so that ticks of neighbouring steps in two clones do not meet.

use std::collections::HashMap;

use crate::model::corrections::Corrections;
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::rules::lifecycle::work_order::{WorkStep, steps};

/// The attribute that names a step that is done, and may stand in an entry several times.
pub const TICKED: &str = "ticked";

/// The attribute that names a step that is not done after all.
pub const UNTICKED: &str = "unticked";

/// The attribute for a mark.
pub fn word(done: bool) -> &'static str {
    if done { TICKED } else { UNTICKED }
}

/// What the log calls each step: its words, and from the second of equal ones on their number:
/// `Ring the bell #2`.
pub fn names(steps: &[WorkStep]) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let name = |step: &'_ WorkStep, count: usize| match count {
        1 => step.text.clone(),
        count => format!("{} #{count}", step.text),
    };
    steps
        .iter()
        .map(|step| {
            let count = seen.entry(&step.text).or_default();
            *count += 1;
            name(step, *count)
        })
        .collect()
}

/// Whether each of the named steps is ticked after a log; what is undone does not count.
pub fn fold(names: &[String], log: &[Entry]) -> Vec<bool> {
    let corrections = Corrections::of(log);
    let places = corrections.order(log).into_iter();
    let stands = places.filter(|at| !corrections.is_undone(*at));
    marks(names, stands.map(|at| &log[at]))
}

fn marks<'e>(names: &[String], log: impl Iterator<Item = &'e Entry>) -> Vec<bool> {
    let places: HashMap<&str, usize> = (names.iter().enumerate().rev())
        .map(|(at, name)| (name.as_str(), at))
        .collect();
    let mut marks = vec![false; names.len()];
    for entry in log {
        for (key, value) in &entry.attributes {
            let done = match key.as_str() {
                TICKED => true,
                UNTICKED => false,
                _ => continue,
            };
            if let Some(at) = places.get(value.as_str()) {
                marks[*at] = done;
            } else if entry.kind == EntryKind::Tick {
                // Format 1 named steps by their numbers.
                let numbers = value
                    .split(',')
                    .map(|number| number.trim().parse::<usize>());
                for number in numbers.flatten() {
                    if let Some(mark) = number.checked_sub(1).and_then(|at| marks.get_mut(at)) {
                        *mark = done;
                    }
                }
            }
        }
    }
    marks
}

/// The steps of a work order whose marks the log does not explain: what it calls each, and whether
/// the file has it ticked. `more` is an entry that the log does not have yet.
pub fn differences(ticket: &Ticket, more: Option<&Entry>) -> Vec<(String, bool)> {
    if ticket.kind() != TicketType::WorkOrder {
        return Vec::new();
    }
    let steps = steps(&ticket.description);
    let names = names(&steps);
    let mut log = ticket.log.clone();
    log.extend(more.cloned());
    let folded = fold(&names, &log);
    let marks = steps.iter().map(|step| step.done).zip(folded);
    let odd = names.into_iter().zip(marks);
    odd.filter(|(_, (stated, folded))| stated != folded)
        .map(|(name, (stated, _))| (name, stated))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(attributes: &[(&str, &str)]) -> Entry {
        let attributes = attributes
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Entry {
            at: "2026-11-21T09:02:11Z".parse().unwrap(),
            by: "anna".parse().unwrap(),
            kind: EntryKind::Tick,
            tag: "8m2d".to_owned(),
            attributes: attributes.collect(),
            changes: Vec::new(),
            text: String::new(),
        }
    }

    #[test]
    fn steps_are_known_by_their_words_and_of_equal_ones_by_their_number() {
        let names = names(&steps("- [ ] Ring\n- [ ] Wait\n- [ ] Ring\n- [x] 2\n"));
        assert_eq!(names, ["Ring", "Wait", "Ring #2", "2"]);
        let log = [
            tick(&[
                (TICKED, "Ring #2"),
                (TICKED, "Wait"),
                (TICKED, "gone since"),
            ]),
            tick(&[(UNTICKED, "Wait"), (TICKED, "2")]),
        ];
        assert_eq!(fold(&names, &log), [false, false, true, true]);
    }

    #[test]
    fn numbers_of_format_1_are_read() {
        let names = names(&steps("- [ ] Ring\n- [ ] Wait\n- [ ] Go\n"));
        let log = [
            tick(&[(TICKED, "1, 3")]),
            tick(&[(UNTICKED, "3"), (TICKED, "9")]),
        ];
        assert_eq!(fold(&names, &log), [true, false, false]);
    }
}
