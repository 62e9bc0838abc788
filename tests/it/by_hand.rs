//! What a hand changed in a ticket's file since the last commit, and the next command finds.

use crate::desk::Desk;

#[test]
fn fields_of_which_no_entry_spoke_are_logged_by_the_next_command() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "name = \"Jan Kowalski\"",
        "name = \"Jana Kowalska\"",
    );
    desk.replace(
        &desk.path("ID1"),
        "[asset]\n",
        "[asset]\nserial = \"S-1\"\n",
    );
    let out = desk.ok("note ID1 -m 'Called.'");
    let text = desk.raw("ID1");
    for line in [
        "- requester.name: Jan Kowalski -> Jana Kowalska\n",
        "- asset.serial: (none) -> S-1\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}\n{out}");
    }
    assert_eq!(text.matches(" desk edit ^").count(), 2, "{text}");
    assert!(text.find(" desk edit ^") < text.find(" note ^"), "{text}");
    assert!(
        out.to_string().contains("a hand changed `requester.name"),
        "{out}"
    );
    let _ = desk.ok("check");
    // Once told, it is the log's.
    let _ = desk.ok("note ID1 -m 'Again.'");
    assert_eq!(desk.raw("ID1").matches(" desk edit ^").count(), 2);
}

#[test]
fn what_is_committed_is_nobodys_change() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "name = \"Jan Kowalski\"",
        "name = \"Jana Kowalska\"",
    );
    let _ = desk.git(&["commit", "--quiet", "-am", "by hand"]);
    let _ = desk.ok("note ID1 -m 'Called.'");
    let _ = desk.ok("set ID1 asset.serial=S-1");
    let text = desk.raw("ID1");
    assert!(!text.contains(" desk edit ^"), "{text}");
}
