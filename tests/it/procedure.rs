//! `docs/procedure.md`: a line for each step of the trade, each with a command that there is.

use std::collections::BTreeMap;

/// The steps that the page has a line for, with how often and what the line says.
fn steps() -> BTreeMap<u32, Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/procedure.md");
    let page = std::fs::read_to_string(path).unwrap();
    let mut all: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for line in page.lines() {
        let number = line
            .strip_prefix("| S")
            .and_then(|rest| rest.split(' ').next()?.parse().ok());
        if let Some(number) = number {
            all.entry(number).or_default().push(line.to_owned());
        }
    }
    all
}

#[test]
fn every_step_has_one_line_with_a_way_to_do_it() {
    let steps = steps();
    assert_eq!(
        steps.keys().copied().collect::<Vec<_>>(),
        (1..=37).collect::<Vec<_>>()
    );
    for (number, lines) in steps {
        assert_eq!(lines.len(), 1, "S{number}");
        let ways = lines[0].matches('`').count();
        assert!(
            ways >= 2 && ways % 2 == 0,
            "S{number} names no command or setting: {}",
            lines[0]
        );
    }
}
