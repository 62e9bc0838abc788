//! `desk catalog`.

use crate::desk::Desk;

/// A desk with a retired code, one replaced by another, and a ticket of each sort.
fn desk() -> Desk {
    let desk = Desk::with_ticket();
    desk.replace(
        "catalog.toml",
        "[code.NET-OUT]\ntitle",
        "[code.NET-OLD]\ntitle = \"No network, old code\"\npath = [\"IT\", \"Network services\", \"Wired network\"]\nretired = true\nreplaced_by = \"NET-OUT\"\n\n[code.NET-OUT]\ntitle",
    );
    desk
}

#[test]
fn a_tree_of_what_fits() {
    let desk = desk();
    insta::assert_snapshot!(desk.run("catalog printing"), @"
          CODE         TITLE                              QUEUE         IMPACT × URGENCY  PRIORITY
    IT
      Workplace services
        Printing
          PRN-JAM      Paper jam                          service-desk  team × low        scheduled-service
          PRN-NEW      Set up a printer on a computer     service-desk  person × low      scheduled-service
          PRN-OFFLINE  Printer offline or does not print  service-desk  team × medium     standard
          PRN-QUALITY  Stripes, spots or wrong colours    service-desk  team × low        scheduled-service
          PRN-SCAN     Scanning to mail or folder fails   service-desk  person × medium   standard
    -----
    1 retired code also matches; use --retired
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("catalog 'IT › Network' --retired"), @"
          CODE          TITLE                                        QUEUE         IMPACT × URGENCY  PRIORITY
    IT
      Network services
        File service
          NET-RESTORE   Restore a deleted or overwritten file        network       person × medium   standard
          NET-SHARE     Shared folder cannot be reached              network       team × high       critical-situation
        Remote access
          NET-VPN       VPN drops or does not connect                network       person × high     standard
        Security gateway
          NET-BLOCKED   A web page or service is blocked             network       person × low      scheduled-service
          NET-FIREWALL  Open a connection for a service              network       team × low        scheduled-service
        Wi-Fi
          NET-GUEST     Visitor cannot use the guest Wi-Fi           service-desk  person × medium   standard
          NET-WIFI      Wi-Fi weak, slow or missing                  network       team × medium     standard
        Wired network
          NET-DESK      No network at one desk                       service-desk  person × high     standard
          NET-OLD       No network, old code (retired, now NET-OUT)  service-desk  person × medium   standard
          NET-OUT       No network on a floor or at a site           network       site × high       critical-situation
          NET-SLOW      Network or internet is slow                  network       team × medium     standard
    [exit 0]
    ");
    let whole = desk.ok("catalog");
    for word in [
        "IT\n",
        "\n  Hardware logistics\n",
        "\n    Wi-Fi\n",
        "\nBusiness systems\n",
        "      PRN-JAM ",
    ] {
        assert!(
            format!("\n{}", whole.stdout).contains(word),
            "{word}: {whole}"
        );
    }
    assert!(
        whole
            .stdout
            .lines()
            .filter(|line| line.starts_with("      "))
            .count()
            > 60
    );
    // Any word narrows, whatever its case and accents.
    for (one, other) in [
        ("PRINTER", "printer"),
        ("wífi", "wifi"),
        ("it/network", "'it › network services'"),
    ] {
        assert_eq!(
            desk.ok(&format!("catalog {one}")).stdout,
            desk.ok(&format!("catalog {other}")).stdout
        );
    }
}

#[test]
fn one_code_with_all_that_it_carries() {
    let desk = desk();
    desk.made(&["new", "--code", "NET-OUT"]);
    desk.made(&["new", "--code", "NET-OUT", "--type", "work-order"]);
    let _ = desk.ok("resolve ID2 -m 'Patched'");
    insta::assert_snapshot!(desk.run("catalog net-out"), @"
    NET-OUT  ·  IT › Network services › Wired network
    No network on a floor or at a site

    waits in    network, tier 2
    usually     site × high: Critical situation
    targets     workaround 1h, resolution 4h
    needs       asset.location
    articles    KB-7Q2M  No network at a desk or on a floor
    tickets     1 in 30 days, 1 in 365, 0 open

    Ask the caller
    1. Is the light on your wall socket green?
    2. Since when?
    3. Which desks are concerned, from where to where?
    4. Does Wi-Fi work?

    Standard work order: Restore the network of a floor
    by network, estimated 2h, take along: patch cable, fibre module, spare switch
    1. Reach the switch from outside; if that fails, check its power
    2. Read the error counters of the uplink
    3. Exchange cable, module and port, one at a time
    4. Look for loops before ports are enabled again
    5. Watch the counters for half an hour
    6. Confirm with a requester at each end of the floor
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("catalog NET-OLD"), @"
    NET-OLD  ·  IT › Network services › Wired network  ·  retired
    No network, old code

    now         NET-OUT: desk catalog NET-OUT
    waits in    service-desk, tier 1, the house's queue
    usually     person × medium: Standard
    tickets     0 in 30 days, 0 in 365, 0 open
    [exit 0]
    ");
    // One that is left over by words is meant, too.
    assert_eq!(
        desk.ok("catalog paper jam").stdout,
        desk.ok("catalog PRN-JAM").stdout
    );
    // Thirty days later it has left the month.
    desk.wait(31 * 24 * 60);
    let out = desk.ok("catalog NET-OUT");
    assert!(
        out.stdout.contains("0 in 30 days, 1 in 365, 0 open"),
        "{out}"
    );
}

#[test]
fn nothing_that_fits_is_an_empty_answer() {
    let desk = desk();
    insta::assert_snapshot!(desk.run("catalog submarine"), @"
    -----
    no codes
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("catalog NET-OTU"), @"
    -----
    no codes; did you mean `NET-OUT` or `NET-OLD` or `NET-GUEST`?
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("catalog old code"), @"
    -----
    no codes
    1 retired code also matches; use --retired
    [exit 0]
    ");
    let _ = desk.run("catalog --as ewaa").code(2);
    assert_eq!(
        desk.json("catalog submarine")["codes"],
        serde_json::json!([])
    );
}

#[test]
fn json_has_the_keys_of_the_file_and_what_follows() {
    let desk = desk();
    let reported = desk.json("catalog printing");
    assert_eq!(reported["format"], 1);
    let jam = &reported["codes"][0];
    assert_eq!(jam["code"], "PRN-JAM");
    assert_eq!(jam["path"][2], "Printing");
    assert_eq!(jam["queue"], serde_json::Value::Null);
    assert_eq!(
        jam["work_order"]["parts"],
        serde_json::json!(["roller set", "lint-free cloth"])
    );
    assert_eq!(jam["derived"]["queue"], "service-desk");
    assert_eq!(jam["derived"]["priority"], "scheduled-service");
    assert_eq!(jam["derived"]["tickets_30_days"], 1);
    assert_eq!(jam["derived"]["open"], 1);
    let old = desk.json("catalog NET-OLD");
    assert_eq!(old["codes"][0]["retired"], true);
    assert_eq!(old["codes"][0]["derived"]["successor"], "NET-OUT");
    let out = desk.json("catalog NET-OUT");
    assert_eq!(out["codes"][0]["workaround"], "1h");
    assert_eq!(out["codes"][0]["derived"]["articles"][0]["id"], "KB-7Q2M");
}

#[test]
fn a_catalogue_that_is_wrong_says_where_and_what_to_do() {
    let desk = Desk::with_ticket();
    let good = desk.read("catalog.toml");
    let before = desk.raw("ID1");
    for (name, more) in [
        ("a duplicate code", "\n[code.NET-OUT]\ntitle = \"Again\"\n"),
        (
            "a circle",
            "\n[code.A]\ntitle = \"a\"\nretired = true\nreplaced_by = \"B\"\n[code.B]\ntitle = \"b\"\nretired = true\nreplaced_by = \"A\"\n",
        ),
        (
            "a missing queue",
            "\n[code.A]\ntitle = \"a\"\nqueue = \"netwrk\"\n",
        ),
        (
            "an unknown key",
            "\n[code.A]\ntitle = \"a\"\npriorty = \"x\"\nimpct = \"site\"\n",
        ),
    ] {
        desk.write("catalog.toml", format!("{good}{more}"));
        let out = desk
            .run("set ID1 code=NET-OUT")
            .code(3)
            .says("catalog.toml:");
        assert!(out.stderr.contains("hint: "), "{name}: {out}");
        let _ = desk.run("catalog").code(3);
        assert_eq!(desk.raw("ID1"), before, "{name}");
        let _ = desk.run("check").code(1).says("catalog.toml:");
    }
    insta::assert_snapshot!(desk.run("catalog"), @r#"
    -----
    error: `catalog.toml` is invalid
    error: there is no setting `code.A.priorty`
       --> catalog.toml:948:1
        |
    948 | priorty = "x"
        | ^^^^^^^
    hint: did you mean `code.A.prompts`?
    error: there is no setting `code.A.impct`
       --> catalog.toml:949:1
        |
    949 | impct = "site"
        | ^^^^^
    hint: did you mean `code.A.impact`?
    [exit 3]
    "#);
}

#[test]
fn an_empty_catalogue_shows_none() {
    let desk = Desk::new();
    desk.write("catalog.toml", "");
    insta::assert_snapshot!(desk.run("catalog"), @"
    -----
    no codes
    [exit 0]
    ");
    std::fs::remove_file(desk.root.join("catalog.toml")).unwrap();
    let _ = desk.run("catalog net").code(0).says("no codes");
}

#[test]
fn texts_of_the_catalogue_do_not_act() {
    let desk = Desk::new();
    desk.write("catalog.toml", "[code.A]\ntitle = \"a\\u001b[31m\"\npath = [\"x\\u001b\", \"y\", \"z\"]\nprompts = [\"p\\u001b\"]\n");
    for line in ["catalog", "catalog A", "catalog --json"] {
        let out = desk.ok(line);
        assert!(!out.stdout.contains('\u{1b}'), "{out}");
    }
}

#[test]
fn a_word_is_whole_and_terms_are_those_of_every_list() {
    let desk = desk();
    insta::assert_snapshot!(desk.run("catalog stripe"), @"
    -----
    no codes
    `stripe*` also matches words that begin so: 1 code
    [exit 0]
    ");
    let codes = |line: &str| -> Vec<String> {
        let found = desk.json(line)["codes"].clone();
        let found = found.as_array().unwrap().clone();
        found
            .iter()
            .map(|one| one["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(codes("catalog 'print*'").contains(&"PRN-JAM".to_owned()));
    assert_eq!(
        codes("catalog category:printing"),
        codes("catalog printing")
    );
    assert_eq!(
        codes("catalog category:printing -jam").len(),
        codes("catalog printing").len() - 1
    );
    assert_eq!(codes("catalog is:retired wired"), ["NET-OLD"]);
    assert_eq!(
        codes("catalog 'it>network'"),
        codes("catalog 'IT › Network'")
    );
    let _ = desk
        .run("catalog categry:printing")
        .code(2)
        .says("did you mean `category`?");
    let _ = desk
        .run("catalog is:retird")
        .code(2)
        .says("did you mean `is:retired`?");
}
