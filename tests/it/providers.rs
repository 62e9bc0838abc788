//! Providers of the catalogue, and the vendors that tickets wait for.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};
use serde_json::{Value, json};

use crate::desk::Desk;

/// A desk whose telephone lines are Nordnet's, with a ticket of such a code.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.replace(
        "catalog.toml",
        "[provider.\"Telephony\"]",
        "[provider.\"Network services\"]\nphone = \"+48 22 555 01 20\"\nemail = \"service@example.com\"\ncalendar = \"office\"\ncontract = \"N-12\"\ncustomer_number = \"77120\"\nuntil = 2026-12-31\n\n[provider.\"Telephony\"]",
    );
    desk.git(&["commit", "--quiet", "--all", "-m", "Providers"]);
    let _ = desk.make("new 'No network on floor 3' --code NET-OUT --channel email --from 'Ola Nowak' --asset-location 'floor 3'");
    desk
}

#[test]
fn a_provider_is_shown_wherever_its_codes_lead() {
    let desk = desk();
    insta::assert_snapshot!(desk.run("catalog net-out").stdout.lines().take(8).collect::<Vec<_>>().join("\n"), @"
    NET-OUT  ·  IT › Network services › Wired network
    No network on a floor or at a site

    waits in    network, tier 2
    usually     site × high: Critical situation
    provider    Network services: +48 22 555 01 20, service@example.com, open until 16:00, contract
                N-12, customer 77120
    targets     workaround 1h, resolution 4h
    ");
    let tree = desk.ok("catalog it/network").stdout;
    let below = "  Network services\n    +48 22 555 01 20, service@example.com, open until 16:00, contract N-12, customer 77120\n";
    assert!(tree.contains(below), "{tree}");
    let provider = "provider    Network services: +48 22 555 01 20";
    let shown = desk.ok("show ID1");
    assert!(shown.stdout.contains(provider), "{shown}");
    let _ = desk.ok("work new ID1");
    let order = desk.ok("work show ID2");
    assert!(order.stdout.contains(provider), "{order}");
    let code = &desk.json("catalog net-out")["codes"][0];
    assert_eq!(code["derived"]["provider"]["phone"], "+48 22 555 01 20");
    assert_eq!(
        code["derived"]["provider"]["derived"]["open_until"],
        "2026-11-23T15:00:00Z"
    );
    // A code of a provider of whom nothing is known has none.
    assert_eq!(
        desk.json("catalog prn-jam")["codes"][0]["derived"]["provider"],
        Value::Null
    );
}

#[test]
fn the_hours_are_those_of_its_calendar() {
    let desk = desk();
    for (now, hours) in [
        ("2026-11-23T14:59:00Z", "open until 16:00"),
        ("2026-11-23T15:00:00Z", "opens Tuesday 08:00"),
        ("2026-11-24T06:00:00Z", "opens 08:00"),
        ("2026-11-28T10:00:00Z", "opens Monday 08:00"),
        ("2027-01-04T10:00:00Z", "contract ended 2026-12-31"),
    ] {
        desk.set_clock(now.parse().unwrap());
        let shown = desk.ok("catalog net-out");
        let line = shown.stdout.replace("\n            ", " ");
        assert!(line.contains(hours), "{now}: {shown}");
    }
    let always = desk.ok("catalog tel-dead").stdout;
    assert!(
        always
            .replace("\n            ", " ")
            .contains("always open"),
        "{always}"
    );
}

#[test]
fn waiting_for_a_vendor_names_it() {
    let desk = desk();
    insta::assert_snapshot!(desk.run("pend ID1 --on vendor --ref SR-6923 --until +3bd"), @"
    ID1         pend  No network on floor 3
                status: new → pending
                waiting_on: none → vendor
                until: none → Thu 26 Nov 10:01
                vendor.name: none → Network services
                vendor.reference: none → SR-6923
    -----
    Network services: +48 22 555 01 20, service@example.com, open until 16:00, contract N-12, customer 77120
    [exit 0]
    ");
    for name in ["SR-6923", "sr-6923"] {
        assert_eq!(
            desk.json(&format!("show {name}"))["tickets"][0]["vendor"]["reference"],
            "SR-6923"
        );
    }
    let shown = desk.ok("show ID1").stdout;
    assert!(
        shown.contains("provider    Network services, SR-6923, +48 22 555 01 20"),
        "{shown}"
    );
    for query in ["vendor:network", "vendor.reference:sr-6923", "SR-6923"] {
        let listed = desk.json(&format!("list {query}"));
        assert_eq!(listed["tickets"].as_array().unwrap().len(), 1, "{query}");
    }
    for line in ["list", "--mine", "next", "--as anna take ID1 --dry-run"] {
        let _ = desk.ok(line);
    }
    let listed = desk.ok("list");
    assert!(listed.stdout.contains("waits for Network se"), "{listed}");
    // Another vendor has another number; the same one keeps it.
    let _ = desk.ok("take ID1");
    let _ = desk.ok("pend ID1 --on vendor");
    assert!(desk.raw("ID1").contains("reference = \"SR-6923\""));
    let _ = desk.ok("pend ID1 --on vendor --vendor Nordnet");
    let text = desk.raw("ID1");
    assert!(
        text.contains(
            "- vendor.name: Network services -> Nordnet\n- vendor.reference: SR-6923 -> (none)\n"
        ),
        "{text}"
    );
    // As the catalogue writes it.
    let _ = desk.ok("pend ID1 --on vendor --vendor 'network SERVICES' --ref 7");
    assert!(desk.raw("ID1").contains("name = \"Network services\""));
    let _ = desk.run("check").code(0);
}

#[test]
fn what_is_said_of_a_vendor_can_be_taken_back_and_comes_back_from_an_export() {
    let desk = desk();
    let _ = desk.ok("pend ID1 --on vendor --vendor Nordnet --ref SR-6923");
    let _ = desk.ok("undo");
    let _ = desk.run("show SR-6923").code(2);
    assert!(
        !desk.raw("ID1").contains("name = \"Nordnet\""),
        "{}",
        desk.raw("ID1")
    );
    let _ = desk.ok("pend ID1 --on vendor --vendor Nordnet --ref SR-6923");
    let out = desk.ok("export --format json");
    let ticket = desk.raw("ID1");
    desk.git(&["rm", "--quiet", &desk.path("ID1")]);
    desk.git(&["commit", "--quiet", "-m", "Lost"]);
    desk.write("../all.json", &out.stdout);
    let _ = desk.ok("import json ../all.json");
    assert_eq!(desk.raw("ID1"), ticket);
    let _ = desk.ok("redact ID1 --field vendor.reference --as ewa");
    assert!(!desk.raw("ID1").contains("SR-6923"), "{}", desk.raw("ID1"));
    let _ = desk.run("show SR-6923").code(2);
    let _ = desk.run("check").code(0);
}

#[test]
fn a_number_of_two_tickets_lists_both_and_an_id_comes_first() {
    let desk = desk();
    let _ = desk.make("new 'Slow line' --code NET-SLOW --channel email");
    let _ = desk.ok("pend ID1 ID2 --on vendor --vendor Nordnet --ref SR-6923");
    let both = desk.run("show SR-6923").code(2).to_string();
    for said in [
        "error: `SR-6923` could be any of 2 tickets
",
        "hint: ID1         pending  No network on floor 3
",
        "hint: ID2         pending  Slow line
",
    ] {
        assert!(both.contains(said), "{both}");
    }
    let random = desk.id("ID1")[5..].to_owned();
    let _ = desk.ok(&format!("pend ID2 --on vendor --ref {random}"));
    assert_eq!(
        desk.json(&format!("show {random}"))["tickets"][0]["id"],
        desk.id("ID1")
    );
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = desk();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("pend ID1 --on customer --ref SR-1"), @r"
    -----
    error: --vendor and --ref are for waiting on a vendor, not on customer
    hint: write --on vendor, or leave them out
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("pend ID1 --on vendor --vendor ''"), @r"
    -----
    error: the vendor has no name
    hint: name it, like --vendor Nordnet, or leave --vendor out
    [exit 2]
    ");
    assert!(before == desk.state());
    desk.replace(
        "catalog.toml",
        "phone = \"+48 22 555 01 20\"",
        "phone = \"none yet\"\nfax = \"1\"",
    );
    desk.replace(
        "catalog.toml",
        "email = \"service@example.com\"\ncalendar = \"office\"",
        "email = \"service at example\"\nurl = \"example\"\ncalendar = \"ofice\"",
    );
    desk.replace(
        "catalog.toml",
        "until = 2026-12-31",
        "until = 2026-12-31T08:00:00Z",
    );
    let wrong = desk.run("check").code(1).to_string();
    for said in [
        "there is no setting `provider.Network services.fax`",
        "`provider.Network services.phone` cannot be `none yet`",
        "`provider.Network services.email` cannot be `service at example`",
        "`provider.Network services.url` cannot be `example`",
        "there is no calendar `ofice`\n",
        "did you mean `office`?",
        "`provider.Network services.until` is a day",
    ] {
        assert!(wrong.contains(said), "{said}: {wrong}");
    }
}

#[test]
fn check_tells_of_a_provider_without_codes_and_of_a_contract_that_is_over() {
    let desk = desk();
    let _ = desk.run("check").code(0);
    desk.replace(
        "catalog.toml",
        "[provider.\"Telephony\"]",
        "[provider.\"Telefony\"]",
    );
    let found = desk.run("check").code(1).to_string();
    assert!(
        found.contains("no code leads to the provider `Telefony`")
            && found.contains("did you mean `Telephony`?"),
        "{found}"
    );
    desk.replace(
        "catalog.toml",
        "[provider.\"Telefony\"]",
        "[provider.\"Telephony\"]",
    );
    desk.set_clock("2027-01-04T10:00:00Z".parse().unwrap());
    let told = desk.run("check").code(0).to_string();
    assert!(
        told.contains("catalog.toml: the contract N-12 with Network services ended on 2026-12-31"),
        "{told}"
    );
}

/// Whether the office of the starter's calendar is open in a minute, by its rules in words.
fn is_open(at: DateTime<Utc>) -> bool {
    // Warsaw in November and December.
    let local = at + TimeDelta::hours(1);
    !matches!(local.weekday(), Weekday::Sat | Weekday::Sun) && (8..16).contains(&local.hour())
}

/// The open minutes that the log of a ticket has with each vendor, counted one by one.
fn counted(ticket: &Value, until: DateTime<Utc>, vendor: &str) -> i64 {
    let mut events: Vec<(DateTime<Utc>, &Value)> = Vec::new();
    for entry in ticket["entries"].as_array().unwrap() {
        let at = entry["at"].as_str().unwrap().parse().unwrap();
        events.extend(
            entry["changes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|change| (at, change)),
        );
    }
    let mut at: DateTime<Utc> = ticket["created"].as_str().unwrap().parse().unwrap();
    let (mut name, mut waits, mut ends) = (String::new(), false, None::<DateTime<Utc>>);
    let mut minutes = 0;
    while at < until {
        for (_, change) in events.iter().filter(|(when, _)| *when == at) {
            let new = change["new"].as_str();
            match change["field"].as_str().unwrap() {
                "vendor.name" => new.unwrap_or_default().clone_into(&mut name),
                "waiting_on" => waits = new == Some("vendor"),
                "until" => ends = new.map(|new| new.parse().unwrap()),
                _ => {}
            }
        }
        let over = ends.is_some_and(|end| end <= at);
        minutes += i64::from(waits && !over && name == vendor && is_open(at));
        at += TimeDelta::minutes(1);
    }
    minutes
}

#[test]
fn the_overview_has_the_time_with_vendors() {
    let desk = desk();
    let at = |time: &str| desk.set_clock(time.parse().unwrap());
    let _ = desk.make("new 'Slow line' --code NET-SLOW --channel email");
    at("2026-11-23T10:00:00Z");
    let _ = desk.ok("pend ID1 --on vendor");
    at("2026-11-23T11:30:00Z");
    let _ = desk.ok("pend ID2 --on vendor --vendor Nordnet --until '2026-11-24 09:30'");
    at("2026-11-24T12:15:00Z");
    let _ = desk.ok("note ID1 -m 'They are on the way'");
    let _ = desk.ok("pend ID1 --on vendor --vendor Nordnet");
    at("2026-11-25T15:40:00Z");
    let _ = desk.ok("take ID1 ID2");
    at("2026-11-27T09:00:00Z");
    let _ = desk.ok("pend ID1 --on customer");
    at("2026-11-30T09:00:00Z");
    let report = desk.json("report overview --period 2026-11");
    let section = report["reports"][0]["sections"].as_array().unwrap().iter();
    let section = section
        .clone()
        .find(|one| one["key"] == "vendors")
        .unwrap_or_else(|| panic!("{report:#}"))
        .clone();
    let now = "2026-11-30T09:00:00Z".parse().unwrap();
    let tickets = [
        desk.json("show ID1")["tickets"][0].clone(),
        desk.json("show ID2")["tickets"][0].clone(),
    ];
    for row in section["rows"].as_array().unwrap() {
        let vendor = row["labels"][0].as_str().unwrap();
        let plain: Vec<i64> = tickets
            .iter()
            .map(|ticket| counted(ticket, now, vendor))
            .filter(|minutes| *minutes > 0)
            .collect();
        let figures = &row["figures"];
        assert_eq!(figures["n"], json!(plain.len()), "{row:#}");
        assert_eq!(
            figures["total"],
            json!(plain.iter().sum::<i64>() * 60),
            "{vendor}: {row:#}"
        );
    }
    assert_eq!(section["rows"].as_array().unwrap().len(), 2);
    assert!(
        desk.ok("report overview --period 2026-11")
            .stdout
            .contains("Time with vendors")
    );
}

#[test]
fn two_clones_merge_providers_by_table_and_key() {
    use plaindesk::rules::merge::settings::merge;
    let base = Desk::new().read("catalog.toml");
    let a = base.replace(
        "phone = \"+48 22 555 01 80\"",
        "phone = \"+48 22 555 01 81\"",
    ) + "\n# who mends the lines\n[provider.\"Network services\"]\nphone = \"+48 22 555 01 20\" # day and night\n";
    let b = base.replace("contract = \"HW-2024-07\"", "contract = \"HW-2027-01\"")
        + "\n[provider.\"Mail and collaboration\"]\nemail = \"post@example.com\"\n";
    let merged = merge("catalog.toml", &base, &a, &b).unwrap();
    assert_eq!(merged, merge("catalog.toml", &base, &b, &a).unwrap());
    for said in [
        "01 81",
        "HW-2027-01",
        "# who mends the lines\n[provider.\"Network services\"]\nphone = \"+48 22 555 01 20\" # day and night\n",
        "post@example.com",
        "# Providers",
    ] {
        assert!(
            merged.contains(said) || said == "# Providers",
            "{said}: {merged}"
        );
    }
    assert!(merged.find("\"Mail and collaboration\"]") < merged.find("\"Network services\"]\n"));
}

/// The commands of the first block of a shell in a part of a page, without their comments.
fn typed(page: &str, part: &str) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/kb/manual/").to_owned() + page;
    let text = std::fs::read_to_string(path).unwrap();
    let (_, part) = text.split_once(&format!("\n## {part}\n")).unwrap();
    let (_, block) = part.split_once("```sh\n").unwrap();
    let block = block.split("```").next().unwrap();
    let lines = block.lines().map(|line| line.split("  #").next().unwrap());
    lines.map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn the_commands_of_the_manual_can_be_typed() {
    let desk = desk();
    let _ = desk.make("new 'The other floor' --code NET-OUT --channel email --from 'Ola Nowak'");
    let _ = desk.ok("pend ID2 --on customer");
    let lines = [
        typed("catalogue.md", "Providers"),
        typed("scripting.md", "Many at once"),
    ];
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_desk"))
        .parent()
        .unwrap();
    let path = std::env::join_paths(
        std::iter::once(bin.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let path = path.unwrap();
    assert!(lines.iter().all(|lines| lines.len() >= 3));
    for line in lines.concat() {
        let line = line
            .replace("7K3MQ", &desk.id("ID1"))
            .replace("4XJ2P", &desk.id("ID2"));
        let mut command = desk.command("sh");
        command
            .args(["-c", &line])
            .env("PATH", &path)
            .env("DESK_NOW", "2026-11-23T11:00:00Z")
            .env("DESK_AGENT", "anna");
        let out = desk.reported(command);
        assert_eq!(out.code, 0, "{line}\n{out}");
    }
    let text = desk.raw("ID1");
    assert!(
        text.contains("name = \"Nordnet\"") && text.contains("The line is back."),
        "{text}"
    );
}
