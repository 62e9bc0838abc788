//! `docs/procedure.md`: a line for each step of the trade, each with a command that there is.

use std::collections::BTreeMap;

use crate::desk::Desk;

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

/// What the page leaves to a person at a terminal.
const AT_A_TERMINAL: [&str; 2] = ["desk new", "desk new --resume 7K3MQ"];

/// A desk with the tickets of the page: two requesters', and an order that neither hangs on.
pub(crate) fn scene() -> Desk {
    let desk = Desk::new();
    let made = [
        desk.make("new 'No network' --from 'Ola Nowak' --code NET-OUT --queue service-desk --no-questions"),
        desk.make("new 'No network in the hall' --from 'Jan Kowal' --code NET-OUT --no-questions"),
        desk.make("new 'No Wi-Fi' --from 'Jan Kowal' --code NET-WIFI --no-questions"),
    ];
    let _ = desk.ok(&format!("work new {} --code NET-WIFI", made[2]));
    let text = desk.raw(&made[2]);
    let order = text
        .lines()
        .find_map(|line| line.strip_prefix("work_order = "));
    let order = order.unwrap().trim_matches('"').to_owned();
    let named = [
        (desk.real(&made[0]), "2611-7K3MQ"),
        (desk.real(&made[1]), "2611-8M2QR"),
        (order, "2611-9PD4T"),
    ];
    let folder = desk.root.join("tickets/2026-11");
    for file in std::fs::read_dir(&folder).unwrap() {
        let old = file.unwrap().path();
        let mut text = std::fs::read_to_string(&old).unwrap();
        let mut path = old.display().to_string();
        for (real, name) in &named {
            text = text.replace(real, name);
            path = path.replace(real, name);
        }
        std::fs::remove_file(old).unwrap();
        std::fs::write(path, text).unwrap();
    }
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "The tickets of the page"]);
    desk
}

/// The commands of each step are typed, one after the other, on a desk with the page's tickets.
#[test]
fn every_command_of_every_step_does_it() {
    let scene = scene();
    let _ = scene.run("check").code(0);
    let mut typed = 0;
    for (number, lines) in steps() {
        let desk = scene.copy();
        let ways = lines[0].split('`').skip(1).step_by(2);
        for line in ways.filter(|way| way.starts_with("desk ") && !AT_A_TERMINAL.contains(way)) {
            // Managers publish, and acknowledge what management was told.
            let is_managers = line.contains("publish") || line.contains(" ack ");
            let who = if is_managers { "ewa" } else { "anna" };
            let out = desk.run(&format!("--as {who} {}", &line[5..]));
            assert_eq!(out.code, 0, "S{number}: {line}\n{out}");
            typed += 1;
        }
        let _ = desk.run("check").code(0);
    }
    assert!(typed >= 50, "{typed} commands");
}
