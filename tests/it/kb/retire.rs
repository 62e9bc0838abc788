//! `desk kb retire`.

use crate::desk::Desk;

#[test]
fn several_are_changed_all_or_none() {
    let desk = Desk::new();
    let commits = desk.commits();
    let before = desk.state();
    let _ = desk.run("kb retire KB-7Q2M KB-FX1D --as ewa").code(4);
    assert!(before == desk.state());
    let out = desk.run_with(
        "kb retire - --as ewa",
        "ID       STATE\nKB-3F8A  published\n7q2m\nKB-7Q2M\n",
    );
    insta::assert_snapshot!(out, @"
    KB-3F8A  retire  The VPN connection drops or does not start
             state: published → retired
    KB-7Q2M  retire  No network at a desk or on a floor
             state: published → retired
    -----
    warning: code NET-VPN still names KB-3F8A: see catalog.toml
    warning: code NET-DESK still names KB-7Q2M: see catalog.toml
    warning: code NET-OUT still names KB-7Q2M: see catalog.toml
    warning: KB-W1F4 still names KB-7Q2M as related
    warning: KB-TN7E still names KB-7Q2M as related
    [exit 0]
    ");
    assert_eq!(desk.commits(), commits + 1);
    insta::assert_snapshot!(desk.commit(), @"
    kb retire: 2 articles

    KB-3F8A The VPN connection drops or does not start
      state: published -> retired

    KB-7Q2M No network at a desk or on a floor
      state: published -> retired

    -- Ewa Wójcik <ewa@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	kb/network/no-network.md
    M	kb/network/vpn-drops.md
    ");
    let before = desk.state();
    let _ = desk.run_with("kb retire - --as ewa", "").code(0);
    assert!(before == desk.state());
}

#[test]
fn what_every_writing_command_does() {
    let line = "kb retire KB-7Q2M --as ewa";
    let desk = Desk::new();
    let before = desk.state();
    let out = desk.ok(&format!("{line} --dry-run"));
    assert!(out.stdout.starts_with("Nothing was written"), "{out}");
    assert!(before == desk.state());
    let _ = desk.run("kb retire KB-7Q2M --as ewaa").code(2);
    let quiet = desk.copy().ok(&format!("{line} -q"));
    assert_eq!(quiet.stdout, "");
    let reported = desk.copy().run(&format!("{line} --json")).json();
    assert_eq!(reported["articles"][0]["state"], "retired");
    assert_eq!(reported["problems"], serde_json::json!([]));
    // Somebody is in the middle of other work.
    desk.replace("catalog.toml", "# The catalogue", "# Our catalogue");
    desk.git(&["add", "catalog.toml"]);
    desk.replace("kb/mail/password-prompt.md", "tick", "click");
    let status = desk.status();
    let _ = desk.ok(line);
    assert_eq!(desk.status(), status);
    assert_eq!(
        desk.git(&["show", "--name-only", "--format=%an", "HEAD"]),
        "Ewa Wójcik\n\nkb/network/no-network.md\n"
    );
}
