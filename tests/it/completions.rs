//! `desk completions`.

use crate::desk::Desk;

#[test]
fn every_shell_gets_a_script() {
    let desk = Desk::bare();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let out = desk.ok(&format!("completions {shell}"));
        assert!(out.stdout.contains("COMPLETE"), "{shell}: {out}");
        assert!(!out.stdout.contains("$DIR"), "{out}");
    }
    insta::assert_snapshot!(desk.run("completions tcsh"), @"
    -----
    error: invalid value 'tcsh' for '<SHELL>'
    hint: there are: bash, elvish, fish, powershell, zsh
    hint: a similar value exists: 'zsh'
    [exit 2]
    ");
}

/// What bash would offer behind these words, of which none needs quotes.
fn offered(desk: &Desk, words: &[&str]) -> Vec<String> {
    let line = format!("desk {}", words.join(" "));
    let mut command = desk.desk(&["--", &line, words.last().unwrap()]);
    command.env("COMPLETE", "bash");
    let out = desk.reported(command).code(0);
    out.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn completions_know_the_desk() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    assert_eq!(offered(&desk, &["note", "2611"]), [id.as_str()]);
    assert_eq!(offered(&desk, &["--as", "m"]), ["marek"]);
    assert_eq!(
        offered(&desk, &["escalate", &id, "--to", "net"]),
        ["network"]
    );
    assert_eq!(offered(&desk, &["new", "--code", "PRN-J"]), ["PRN-JAM"]);
    assert_eq!(
        offered(&desk, &["new", "--code", "net-g"]),
        ["NET-GUEST"],
        "in any case"
    );
    assert_eq!(
        offered(&desk, &["new", "--code", "network/wi-fi"]),
        ["NET-GUEST", "NET-WIFI"],
        "by what it is"
    );
    assert_eq!(
        offered(&desk, &["catalog", "it/n"]),
        ["it/network-services/"]
    );
    assert_eq!(
        offered(&desk, &["catalog", "PRN-J"]),
        ["PRN-JAM"],
        "a code is no level"
    );
    assert_eq!(offered(&desk, &["who", "J"]), ["Jan\\ Kowalski"]);
    assert_eq!(offered(&desk, &["pend", &id, "--on", "c"]), ["customer"]);
    assert_eq!(offered(&desk, &["kb", "show", "KB-7Q"]), ["KB-7Q2M"]);
    assert_eq!(
        offered(&desk, &["kb", "use", "KB-7Q2M", "--on", "2611"]),
        [id.as_str()]
    );
    assert_eq!(
        offered(&desk, &["kb", "use", "KB-7Q2M", "--outcome", "s"]),
        ["solved"]
    );
    assert_eq!(
        offered(&desk, &["kb", "new", "x", "--category", "net"]),
        ["network"]
    );
    assert_eq!(
        offered(&desk, &["kb", "list", "state:p"]),
        ["state:published"]
    );
    // Only articles that have one.
    assert_eq!(
        offered(&desk, &["kb", "script", "KB-QR"]),
        Vec::<String>::new()
    );
    assert!(offered(&desk, &["--as", "l"]).is_empty(), "lena is retired");
}

#[test]
fn values_are_offered_behind_every_name() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    for (words, all) in [
        (&["list", "code:PRN-J"][..], &["code:PRN-JAM"][..]),
        (
            &["list", "queue:network,tele"],
            &["queue:network\\,telephony"],
        ),
        (&["list", "impact:te"], &["impact:team"]),
        (&["list", "is:unas"], &["is:unassigned"]),
        (&["list", "agent:mar"], &["agent:marek"]),
        (&["list", "prio"], &["priority:", "priority_reason:"]),
        (&["report", "volu"], &["volume"]),
        (&["report", "volume", "type:inf"], &["type:information"]),
        (&["report", "--period", "last-w"], &["last-week"]),
        (&["report", "time", "--by", "wee"], &["week", "weekday"]),
        (&["report", "volume", "--by", "code."], &["code.now"]),
        (&["set", &id, "type=com"], &["type=comment"]),
        (&["set", &id, "assignee=mar"], &["assignee=marek"]),
        (&["set", &id, "fro"], &["from="]),
        (&["set", &id, "from=Jan"], &["from=Jan\\ Kowalski"]),
        (&["new", "--set", "queue=netw"], &["queue=network"]),
        (&["new", "--from", "Jan"], &["Jan\\ Kowalski"]),
    ] {
        assert_eq!(offered(&desk, words), all, "{words:?}");
    }
    assert!(offered(&desk, &["list", "-queue:netw"]).contains(&"-queue:network".to_owned()));
}

#[test]
fn every_flag_of_a_query_is_offered_once() {
    let desk = Desk::with_ticket();
    let offers = offered(&desk, &["list", "is:"]);
    for flag in ["is:open", "is:watched", "is:said"] {
        assert!(offers.iter().any(|one| one == flag), "{flag}: {offers:?}");
    }
    // An older word for one that is there.
    assert!(!offers.iter().any(|one| one == "is:closed"), "{offers:?}");
    for flag in &offers {
        let _ = desk.ok(&format!("list {flag}"));
    }
    let offers = offered(&desk, &["kb", "list", "is:"]);
    assert_eq!(offers, ["is:stale", "is:expired", "is:script"]);
}

#[test]
fn outside_a_desk_completions_are_silent() {
    let desk = Desk::bare();
    assert!(offered(&desk, &["note", "2611"]).is_empty());
    assert_eq!(offered(&desk, &["reop"]), ["reopen"]);
}

#[test]
fn many_done_tickets_are_offered_month_by_month() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let text = |id: &str, month: u32| {
        format!(
            "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"Old\"\nstatus = \"closed\"\ncreated = 2026-{month:02}-02T09:00:00Z\n+++\n\n## 2026-{month:02}-02T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: closed\n"
        )
    };
    for month in [8, 9] {
        for n in 0..510 {
            let id = format!("26{month:02}-{n:05}");
            desk.write(
                &format!("tickets/2026-{month:02}/{id}.md"),
                text(&id, month),
            );
        }
    }
    let all = offered(&desk, &["show", ""]);
    assert_eq!(all[..4], [id.as_str(), "2611-", "2609-", "2608-"]);
    assert_eq!(offered(&desk, &["show", "260"]), ["2609-", "2608-"]);
    assert_eq!(offered(&desk, &["show", "2608"]).len(), 510);
    assert_eq!(offered(&desk, &["show", "2608-0001"]).len(), 10);
    assert_eq!(offered(&desk, &["reopen", "2609-00509"]), ["2609-00509"]);
    assert!(offered(&desk, &["show", "27"]).is_empty());
}
