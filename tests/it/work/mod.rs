//! `desk work`: one file for each of its commands.

mod done;
mod link;
mod list;
mod new;
mod say;
mod show;
mod status_sync;
mod tick;

use crate::desk::Desk;

/// A call about the network of floor 3: taken by anna, in marek's queue.
fn call(desk: &Desk, from: &str, more: &[&str]) -> String {
    let title = format!("No network at {from}'s desk");
    let mut args = vec!["new", &title, "--from", from, "--code", "NET-OUT"];
    args.extend(more);
    desk.made(&args)
}

/// Two callers, `ID1` by phone and `ID2` by e-mail, on one order, `ID3`.
pub(crate) fn one_order() -> Desk {
    let desk = Desk::new();
    let place = ["--asset-location", "Gdańsk HQ, floor 3"];
    call(
        &desk,
        "Jan",
        &[&place[..], &["--phone", "+48 600 100 200"]].concat(),
    );
    call(
        &desk,
        "Ola",
        &[
            &place[..],
            &["--channel", "email", "--email", "ola@example.org"],
        ]
        .concat(),
    );
    let _ = desk.ok("work new ID1 ID2");
    desk
}

/// A ticket, `ID1`, on an order of its own, `ID2`.
fn ordered() -> Desk {
    let desk = Desk::with_ticket();
    let _ = desk.ok("work new ID1");
    desk
}

fn front<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let front = text.split("+++").nth(1).unwrap();
    let start = format!("{key} = ");
    front.lines().find_map(|line| line.strip_prefix(&start))
}

fn status(desk: &Desk, name: &str) -> String {
    front(&desk.raw(name), "status")
        .unwrap()
        .trim_matches('"')
        .to_owned()
}

#[track_caller]
fn statuses(desk: &Desk, wanted: [&str; 3]) {
    let found = ["ID1", "ID2", "ID3"].map(|name| status(desk, name));
    assert_eq!(found, wanted, "{}", desk.file("ID2"));
    let _ = desk.run("check tickets").code(0);
}

/// The last entry of a ticket.
pub(crate) fn last(desk: &Desk, name: &str) -> String {
    let text = desk.file(name);
    text[text.rfind("\n## ").unwrap() + 1..].to_owned()
}
