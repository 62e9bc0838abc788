//! Work orders: what a problem code's standard order brings, and the steps in the description.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::catalog::StandardOrder;
use crate::model::field::{Field, Key, Value};

/// Gives a new work order what its code's standard order brings: the title and the team's queue
/// where nothing else is said, and the steps, the estimate and the parts after whatever the
/// description says, unless that has steps of its own.
pub fn fill(
    values: &mut BTreeMap<Field, Value>,
    description: &mut String,
    order: &StandardOrder,
    is_queue: impl Fn(&str) -> bool,
) {
    let team = order.team.as_deref().filter(|team| is_queue(team));
    let title = (!order.title.is_empty()).then_some(order.title.as_str());
    for (key, value) in [(Key::Title, title), (Key::Queue, team)] {
        if let Some(value) = value {
            values
                .entry(key.into())
                .or_insert_with(|| Value::Text(value.to_owned()));
        }
    }
    if steps(description).is_empty() {
        let standard = standard(order);
        if !description.is_empty() && !standard.is_empty() {
            description.push_str("\n\n");
        }
        description.push_str(&standard);
    }
}

/// The steps of a standard work order as a list to tick, then what it takes.
pub fn standard(order: &StandardOrder) -> String {
    let steps: Vec<String> = order
        .steps
        .iter()
        .map(|step| format!("- [ ] {step}"))
        .collect();
    let estimate = order
        .estimate
        .as_ref()
        .map(|time| format!("Estimated time: {time}."));
    let parts = (!order.parts.is_empty()).then(|| format!("Parts: {}.", order.parts.join(", ")));
    let all = [
        (!steps.is_empty()).then(|| steps.join("\n")),
        estimate,
        parts,
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// A step of a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkStep {
    /// Its place among the steps, from 1.
    pub number: usize,
    /// Whether it is ticked.
    pub done: bool,
    /// Its words, on one line.
    pub text: String,
    /// How deep it is nested, in columns.
    pub indent: usize,
    /// The bytes between its brackets.
    mark: Range<usize>,
}

/// The steps of a description: every item of a Markdown list that begins with `[ ]` or `[x]`,
/// nested ones too, wherever they stand but in code.
pub fn steps(text: &str) -> Vec<WorkStep> {
    lines(text)
        .into_iter()
        .filter_map(|(_, step)| step)
        .collect()
}

/// The lines of a description, without their ends, each with the step that it is.
pub fn lines(text: &str) -> Vec<(&str, Option<WorkStep>)> {
    let mut all = Vec::new();
    let mut fence: Option<(u8, usize)> = None;
    let (mut start, mut number) = (0, 0);
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let bare = line.trim();
        let mark = bare.bytes().next().filter(|b| matches!(b, b'`' | b'~'));
        let run = mark.map_or(0, |mark| bare.bytes().take_while(|b| *b == mark).count());
        let code = match (fence, mark) {
            (Some((open, long)), _) => {
                if mark == Some(open) && run >= long && run == bare.len() {
                    fence = None;
                }
                true
            }
            (None, Some(mark)) if run >= 3 => {
                fence = Some((mark, run));
                true
            }
            _ => false,
        };
        let step = item(line).filter(|_| !code).map(|(mark, words)| {
            number += 1;
            WorkStep {
                number,
                done: !line[mark.clone()].trim().is_empty(),
                text: words.trim().to_owned(),
                indent: line.len() - line.trim_start().len(),
                mark: at + mark.start..at + mark.end,
            }
        });
        all.push((line.trim_end_matches(['\r', '\n']), step));
    }
    all
}

/// The bytes between the brackets and the words of an item that can be ticked.
fn item(line: &str) -> Option<(Range<usize>, &str)> {
    let rest = line.trim_start_matches([' ', '\t', '>']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = if (1..=9).contains(&digits) {
        rest[digits..].strip_prefix(['.', ')'])?
    } else {
        rest.strip_prefix(['-', '*', '+'])?
    };
    let open = rest.trim_start_matches([' ', '\t']);
    if open.len() == rest.len() {
        return None;
    }
    let inner = open.strip_prefix('[')?;
    let (mark, words) = inner.split_once(']')?;
    let is_mark = mark.trim().is_empty() || matches!(mark.trim(), "x" | "X");
    let is_item = mark.len() <= 3 && (words.is_empty() || words.starts_with(char::is_whitespace));
    let begin = line.len() - inner.len();
    (is_mark && is_item).then(|| (begin..begin + mark.len(), words))
}

/// The text with every step marked as told, in their order.
pub fn marked(text: &str, steps: &[WorkStep], marks: &[bool]) -> String {
    let mut out = text.to_owned();
    for (step, done) in steps.iter().zip(marks).rev() {
        out.replace_range(step.mark.clone(), if *done { "x" } else { " " });
    }
    out
}

/// A line with the mark of its step empty, if it is one, whatever stands around it.
pub fn unmarked(line: &str) -> String {
    match item(line) {
        Some((mark, _)) => format!("{} {}", &line[..mark.start], &line[mark.end..]),
        None => line.to_owned(),
    }
}

/// The text with steps ticked or unticked: only the bytes between the brackets change.
pub fn tick(text: &str, steps: &[WorkStep], done: bool) -> String {
    let mut out = text.to_owned();
    let mut marks: Vec<&Range<usize>> = steps.iter().map(|step| &step.mark).collect();
    marks.sort_by_key(|mark| mark.start);
    // From the back, so that the places before stay right.
    for mark in marks.into_iter().rev() {
        out.replace_range(mark.clone(), if done { "x" } else { " " });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(text: &str) -> Vec<String> {
        let one = |step: &WorkStep| {
            let mark = if step.done { "x" } else { "." };
            format!("{} {mark} {}", step.number, step.text)
        };
        steps(text).iter().map(one).collect()
    }

    #[test]
    fn checklists_of_every_hand_are_read() {
        let text = "Before you go: ring.\n\n- [ ] one\n  * [x] nested\n+ [X] three\r\n1. [ ] four\n\
            12) [ x ] five\n- [] six\n> - [ ] seven\n\n- plain\n- [link](x)\n- [y] no\n-[ ] no\n- [ ]no\n";
        assert_eq!(
            reported(text),
            [
                "1 . one",
                "2 x nested",
                "3 x three",
                "4 . four",
                "5 x five",
                "6 . six",
                "7 . seven"
            ]
        );
    }

    #[test]
    fn code_holds_no_steps() {
        let text = "```sh\n- [ ] no\n~~~\n````\n- [ ] one\n~~~~ md\n- [ ] no\n~~~\n- [ ] no\n~~~~\n- [ ] two\n`- [ ] no`";
        assert_eq!(reported(text), ["1 . one", "2 . two"]);
    }

    #[test]
    fn only_the_mark_changes() {
        let text = "a\r\n  * [ ]  one \r\n- [] two\n- [X] three";
        let all = steps(text);
        let ticked = tick(text, &all[..2], true);
        assert_eq!(ticked, "a\r\n  * [x]  one \r\n- [x] two\n- [X] three");
        assert_eq!(
            tick(&ticked, &steps(&ticked), false),
            "a\r\n  * [ ]  one \r\n- [ ] two\n- [ ] three"
        );
    }

    #[test]
    fn the_standard_order_comes_after_what_was_said() {
        let order = StandardOrder {
            title: "Mend it".into(),
            steps: vec!["one".into(), "two".into()],
            team: Some("network".into()),
            estimate: Some("2h".into()),
            parts: vec!["cable".into(), "tape".into()],
        };
        let mut values = BTreeMap::from([(Key::Title.into(), Value::Text("Mine".into()))]);
        let mut text = "Ring first.".to_owned();
        fill(&mut values, &mut text, &order, |_| true);
        assert_eq!(
            text,
            "Ring first.\n\n- [ ] one\n- [ ] two\n\nEstimated time: 2h.\n\nParts: cable, tape."
        );
        assert_eq!(values[&Key::Title.into()], Value::Text("Mine".into()));
        assert_eq!(values[&Key::Queue.into()], Value::Text("network".into()));
        // Steps of its own are enough, and a team that is gone takes nothing.
        let (mut values, mut text) = (BTreeMap::new(), "1. [ ] mine".to_owned());
        fill(&mut values, &mut text, &order, |_| false);
        assert_eq!(text, "1. [ ] mine");
        assert_eq!(values.get(&Key::Queue.into()), None);
    }
}
