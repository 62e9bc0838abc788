//! `desk list`.

use crate::desk::Desk;

fn busy() -> Desk {
    let desk = Desk::new();
    desk.make("new 'Mail is slow' --from 'Ola Nowak' --channel email");
    desk.make(
        "new 'No network on floor 3' --code NET-OUT --impact site --urgency high \
         --tag floor-3",
    );
    desk.open("Printer jams");
    desk.open("Monitor flickers");
    let _ = desk.ok("pend ID3 --on customer");
    let _ = desk.ok("resolve ID4 -m 'New cable'");
    desk
}

#[test]
fn open_tickets_the_most_pressing_first() {
    let desk = busy();
    insta::assert_snapshot!(desk.run("list"), @"
    ID          PRIORITY            STATUS            QUEUE         ASSIGNEE  REQUESTER        DUE  AGE  TITLE
    ID2         critical-situation  open              network       -                       in 55m   5m  No network on floor 3
    ID1         standard            new               service-desk  -         Ola Nowak      in 3h   6m  Mail is slow
    ID3         scheduled-service   pending customer  service-desk  anna      Jan Kowalski       -   4m  Printer jams
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list --all"), @"
    ID          PRIORITY            STATUS            QUEUE         ASSIGNEE  REQUESTER        DUE  AGE  TITLE
    ID2         critical-situation  open              network       -                       in 54m   6m  No network on floor 3
    ID1         standard            new               service-desk  -         Ola Nowak      in 3h   7m  Mail is slow
    ID3         scheduled-service   pending customer  service-desk  anna      Jan Kowalski       -   5m  Printer jams
    ID4         scheduled-service   resolved          service-desk  anna      Jan Kowalski       -   4m  Monitor flickers
    [exit 0]
    ");
}

#[test]
fn nothing_to_list_is_done() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("list"), @"
    -----
    no tickets
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list -q"), @"[exit 0]");
}

fn titles(desk: &Desk, line: &str) -> Vec<String> {
    let reported = desk.json(line);
    assert_eq!(reported["format"], 1);
    assert_eq!(reported["problems"], serde_json::json!([]));
    let tickets = reported["tickets"].as_array().unwrap();
    tickets
        .iter()
        .map(|ticket| ticket["title"].as_str().unwrap().to_owned())
        .collect()
}

#[track_caller]
fn finds(desk: &Desk, query: &str, expected: &[&str]) {
    let mut found = titles(desk, &format!("list {query}"));
    found.sort();
    assert_eq!(found, expected, "{query}");
}

#[test]
fn queries_choose() {
    let desk = busy();
    finds(&desk, "queue:network", &["No network on floor 3"]);
    finds(&desk, "status:new", &["Mail is slow"]);
    finds(
        &desk,
        "is:unassigned",
        &["Mail is slow", "No network on floor 3"],
    );
    finds(&desk, "is:mine", &["Printer jams"]);
    finds(&desk, "assignee:me", &["Printer jams"]);
    finds(&desk, "assignee:marek", &[]);
    finds(&desk, "is:done", &["Monitor flickers"]);
    finds(&desk, "status:resolved", &["Monitor flickers"]);
    finds(&desk, "printer", &["Printer jams"]);
    finds(&desk, "PRINTER jams", &["Printer jams"]);
    finds(
        &desk,
        "'priority>=critical-situation'",
        &["No network on floor 3"],
    );
    finds(&desk, "'created>=2026-11-24'", &[]);
    finds(&desk, "tag:floor-3", &["No network on floor 3"]);
    finds(&desk, "requester:ola", &["Mail is slow"]);
    finds(&desk, "-queue:service-desk", &["No network on floor 3"]);
    finds(&desk, "code:NET-OUT printer", &[]);
}

#[test]
fn wrong_queries_name_the_nearest() {
    let desk = busy();
    insta::assert_snapshot!(desk.run("list qeue:network"), @r#"
    -----
    error: there is no field `qeue`
    hint: did you mean `queue`? For the text itself write "qeue:network"
    [exit 2]
    "#);
    insta::assert_snapshot!(desk.run("list queue:netwrok"), @"
    -----
    error: there is no queue `netwrok`
    hint: did you mean `network`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("list is:opne"), @"
    -----
    error: there is no flag `is:opne`
    hint: did you mean `is:open`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("list 'created>=yesterweek'"), @"
    -----
    error: `yesterweek` is not a time
    hint: write 2026-11-21, 2026-11, 2026-W47, 2026-Q4, today, monday, last-week, this-month, -7d or 2026-11-21T09:00:00Z
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("list --sort agee"), @"
    -----
    error: there is no field `agee`
    hint: did you mean `age`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("list --columns id,titel"), @"
    -----
    error: there is no field `titel`
    hint: did you mean `title`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("list --limit many"), @"
    -----
    error: invalid value 'many' for '--limit <N>': invalid digit found in string
    [exit 2]
    ");
}

#[test]
fn columns_sorting_and_limit() {
    let desk = busy();
    insta::assert_snapshot!(desk.run("list --columns id,status,title --sort title"), @"
    ID          STATUS            TITLE
    ID1         new               Mail is slow
    ID2         open              No network on floor 3
    ID3         pending customer  Printer jams
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list --columns id,title --sort -title --limit 1"), @"
    ID          TITLE
    ID3         Printer jams
    -----
    2 more not shown, by --limit
    [exit 0]
    ");
}

#[test]
fn json_has_the_names_of_the_front_matter() {
    let desk = busy();
    let reported = desk.json("list queue:network");
    let ticket = &reported["tickets"][0];
    assert_eq!(ticket["id"], desk.id("ID2"));
    assert_eq!(ticket["code"], "NET-OUT");
    assert_eq!(ticket["tags"], serde_json::json!(["floor-3"]));
    assert_eq!(ticket["created"], "2026-11-23T09:01:00Z");
    assert_eq!(ticket["contact_agent"], "anna");
    assert_eq!(ticket["derived"]["open"], true);
    assert_eq!(ticket["derived"]["tier"], 2);
    assert_eq!(ticket["derived"]["area"], "network");
    assert_eq!(ticket["derived"]["path"], desk.path("ID2"));
}

#[test]
fn an_unreadable_file_is_named_and_the_rest_is_listed() {
    let desk = busy();
    let path = desk.path("ID1");
    desk.replace(&path, "status = \"new\"", "status = new");
    insta::assert_snapshot!(desk.run("list"), @"
    ID          PRIORITY            STATUS            QUEUE         ASSIGNEE  REQUESTER        DUE  AGE  TITLE
    ID2         critical-situation  open              network       -                       in 55m   5m  No network on floor 3
    ID3         scheduled-service   pending customer  service-desk  anna      Jan Kowalski       -   4m  Printer jams
    -----
    warning: tickets/2026-11/ID1.md:5:10: this is neither a text in quotes nor a number
    [exit 0]
    ");
    let reported = desk.json("list");
    assert_eq!(reported["problems"][0]["path"], path);
    assert_eq!(reported["problems"][0]["line"], 5);
    assert_eq!(reported["tickets"].as_array().unwrap().len(), 2);
}

#[test]
fn listing_writes_nothing_to_the_repository() {
    let desk = busy();
    let before = desk.state();
    let _ = desk.ok("list");
    assert!(before == desk.state());
    assert_eq!(desk.status(), "");
}

#[test]
fn times_are_shown_in_the_zone_asked_for() {
    let desk = Desk::with_ticket();
    assert!(desk.ok("list --columns created").stdout.contains("10:00"));
    assert!(
        desk.ok("list --columns created --tz UTC")
            .stdout
            .contains("09:00")
    );
    let _ = desk
        .run("list --tz Mars/Base")
        .code(2)
        .says("there is no time zone `Mars/Base`");
}

#[test]
fn without_a_desk_it_says_how_to_make_one() {
    let desk = Desk::bare();
    insta::assert_snapshot!(desk.run("list"), @"
    -----
    error: there is no desk here: no `desk.toml` in `$DIR/desk` or above
    hint: make one with `desk init`, or name one with -C DIR or DESK_DIR
    [exit 2]
    ");
}

#[test]
fn options_may_stand_behind_the_query_and_terms_may_be_negated() {
    let desk = busy();
    for line in [
        "list printer --json",
        "list --json printer",
        "list -queue:network --json -- jams",
    ] {
        let reported = desk.run(line).json();
        assert_eq!(
            reported["tickets"].as_array().unwrap().len(),
            1,
            "{line}: {reported:#}"
        );
    }
    let out = desk.ok("list --sort -created --columns title -queue:network -C . -- -mail");
    assert_eq!(out.stdout, "TITLE\nPrinter jams\n");
    insta::assert_snapshot!(desk.run("list printer --jsn"), @"
    -----
    error: unexpected argument '--jsn' found
    hint: a similar argument exists: '--json'
    hint: desk list --json <QUERY>...
    [exit 2]
    ");
}

/// Equipment at two places, and who it is for.
fn equipped() -> Desk {
    let desk = Desk::new();
    desk.make(
        "new 'No link' --from 'Jan Łuczak' --phone '+48 600 100 200' --account \
         AC-4471 --location 'Gdańsk, room 312' --model EX2300 --serial JW0219 \
         --asset-location 'Poznań, rack B'",
    );
    let _ = desk.ok("resolve ID1 -m 'New module'");
    desk.make("new 'No link again' --serial jw0219 --asset-location Łódź");
    desk.make("new 'Dark screen' --serial PF3K --licence L-77 --location Gdansk");
    desk
}

#[test]
fn a_piece_of_equipment_shows_what_it_has_been_through() {
    let desk = equipped();
    for query in [
        "asset.serial:JW0219",
        "serial:jw0219",
        "serial=JW0219",
        "serial:jw-0219",
    ] {
        assert_eq!(
            titles(&desk, &format!("list {query}")),
            ["No link again", "No link"],
            "{query}"
        );
    }
    assert_eq!(
        titles(&desk, "list serial:JW0219 is:open"),
        ["No link again"]
    );
    assert_eq!(titles(&desk, "list licence:l77"), ["Dark screen"]);
    // What names no piece is about the work that waits.
    insta::assert_snapshot!(desk.run("list model:ex2300"), @"
    -----
    no open tickets
    1 done ticket also matches; use --all
    [exit 0]
    ");
    assert_eq!(titles(&desk, "list serial:none"), [""; 0]);
    assert_eq!(titles(&desk, "list -serial:PF3K"), ["No link again"]);
}

#[test]
fn texts_are_found_without_accents() {
    let desk = equipped();
    for (query, expected) in [
        ("requester:luczak --all", vec!["No link"]),
        ("requester.name:ŁUCZAK --all", vec!["No link"]),
        ("requester.name=luczak --all", vec![]),
        ("'requester.name=\"jan łuczak\"' --all", vec!["No link"]),
        ("location:gdansk --all", vec!["Dark screen", "No link"]),
        ("location:Gdańsk --all", vec!["Dark screen", "No link"]),
        ("place:lodz", vec!["No link again"]),
        ("place:poznan,gdansk --all", vec!["Dark screen", "No link"]),
        ("place:none --all", vec![]),
        ("account:ac4471 --all", vec!["No link"]),
        ("phone:600100200 --all", vec!["No link"]),
        ("phone:600100201 --all", vec![]),
        ("lodz", vec!["No link again"]),
        ("'again łódź'", vec![]),
    ] {
        assert_eq!(titles(&desk, &format!("list {query}")), expected, "{query}");
    }
    insta::assert_snapshot!(desk.run("set ID1 place=x"), @"
    -----
    error: `place` is no field of its own
    hint: set `requester.location` or `asset.location`
    [exit 2]
    ");
}

#[test]
fn what_the_settings_dropped_is_found_and_told() {
    let desk = Desk::with_ticket();
    let settings = desk.read("desk.toml");
    let settings = settings
        .replace("scheduled-service", "some-day")
        .replace("[queue.service-desk]", "[queue.first-line]");
    let settings = settings.replace("\"service-desk\"", "\"first-line\"");
    desk.write("desk.toml", settings);
    for (query, found) in [
        ("priority:scheduled-service", true),
        ("priority:some-day", false),
        ("priority:scheduled-service,standard", true),
        ("'priority!=scheduled-service'", false),
        ("queue:service-desk", true),
    ] {
        let out = desk.ok(&format!("list {query}"));
        assert_eq!(out.stdout.contains("jams"), found, "{query}\n{out}");
    }
    for query in [
        "priority:scheduled-servce",
        "'priority>=scheduled-service'",
        "queue:service-dsk",
    ] {
        let _ = desk
            .run(&format!("list {query}"))
            .code(2)
            .says("there is no ");
    }
    for line in [
        "list",
        "due",
        "next",
        "",
        "sla ID1",
        "show ID1",
        "sweep",
        "sweep --dry-run",
    ] {
        let _ = desk
            .ok(line)
            .says("there is no priority `scheduled-service`, and 1 open ticket has it: no clock runs there");
    }
    for line in ["sla ID1", "report"] {
        let problems = desk.json(line)["problems"].clone();
        assert_eq!(problems.as_array().unwrap().len(), 1, "{line}: {problems}");
    }
    let reported = "there is no priority `scheduled-service`, and 1 reported ticket has it: no clock runs there";
    for line in ["report", "report sla", "report volume --by queue"] {
        let _ = desk.ok(line).says(reported);
    }
    let _ = desk.ok("cancel ID1 -m x");
    let out = desk.ok("list");
    assert!(!out.stderr.contains("there is no priority"), "{out}");
    // It was in the period of the report, not in the next one.
    let _ = desk.ok("report sla").says(reported);
    desk.wait(60 * 24 * 40);
    let out = desk.ok("report sla");
    assert!(!out.stderr.contains("there is no priority"), "{out}");
}

/// A git in front of the real one that writes down how it was called.
fn recording(desk: &Desk) -> (std::path::PathBuf, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::var_os("PATH").unwrap();
    let real = std::env::split_paths(&path)
        .map(|folder| folder.join("git"))
        .find(|git| git.is_file())
        .unwrap();
    let folder = desk.root.parent().unwrap().join("recording");
    let calls = folder.join("calls");
    std::fs::create_dir_all(&folder).unwrap();
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\nexec '{}' \"$@\"\n",
        calls.display(),
        real.display()
    );
    let git = folder.join("git");
    std::fs::write(&git, script).unwrap();
    std::fs::set_permissions(&git, std::fs::Permissions::from_mode(0o755)).unwrap();
    (folder, calls)
}

#[test]
fn git_is_asked_who_i_am_only_where_the_query_needs_it() {
    let desk = busy();
    let (folder, calls) = recording(&desk);
    let asks = |args: &[&str]| {
        let _ = std::fs::remove_file(&calls);
        let mut command = desk.desk(args);
        let path = std::env::var("PATH").unwrap();
        command
            .env_remove("DESK_AGENT")
            .env("PATH", format!("{}:{path}", folder.display()));
        let out = desk.reported(command);
        assert!(out.code < 2, "{args:?}\n{out}");
        let calls = std::fs::read_to_string(&calls).unwrap_or_default();
        calls.lines().any(|call| call.contains("user|committer"))
    };
    for (args, needed) in [
        (&["list", "documents"][..], false),
        (&["list", "mine", "time", "title:mine"], false),
        (&["list", "\"is:mine\""], false),
        (&["list", "is:mine"], true),
        (&["list", "-assignee:me"], true),
        (&["work", "list", "documents"], false),
        (&["work", "list", "contact_agent:me"], true),
        (&["search", "documents"], false),
        (&["search", "jams", "is:mine"], true),
        (&["export", "documents"], false),
        (&["export", "assignee:anna,me"], true),
        (&["report", "volume", "documents"], false),
        (&["report", "volume", "is:mine"], true),
        (&["kb", "list", "documents"], false),
        (&["kb", "list", "owner:me"], true),
        (&["catalog", "medium"], false),
    ] {
        assert_eq!(asks(args), needed, "{args:?}");
    }
    // The list itself starts no git at all.
    let _ = asks(&["list", "documents"]);
    assert_eq!(std::fs::read_to_string(&calls).unwrap_or_default(), "");
}

#[test]
fn who_is_needed_and_unknown_is_told() {
    let desk = busy();
    desk.git(&["config", "user.email", "nobody@example.org"]);
    for term in ["is:mine", "assignee:me", "contact_agent:anna,me"] {
        let mut command = desk.desk(&["list", term]);
        let out = desk.reported({
            command.env_remove("DESK_AGENT");
            command
        });
        let _ = out
            .code(2)
            .says(&format!("`{term}` needs to know who you are"));
    }
}

#[test]
fn what_beginnings_of_words_would_find_is_said_where_nothing_was_found() {
    let desk = busy();
    insta::assert_snapshot!(desk.run("list print"), @"
    -----
    no tickets
    `print*` also matches words that begin so: 1 ticket
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list print jam queue:service-desk --all"), @"
    -----
    no tickets
    `print* jam*` also match words that begin so: 1 ticket
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list netw"), @"
    -----
    no tickets
    `netw*` also matches words that begin so: 1 ticket
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list flick"), @"
    -----
    no tickets
    `flick*` also matches words that begin so: 1 ticket
    [exit 0]
    ");
    for line in [
        "list submar",
        "list print*",
        "list -- -print",
        "list \"print jam\"",
        "list queue:network",
    ] {
        let out = desk.ok(line);
        assert!(!out.stderr.contains("begin so"), "{line}\n{out}");
    }
    assert_eq!(desk.json("list print")["tickets"], serde_json::json!([]));
}

#[test]
fn a_list_is_written_for_a_spreadsheet_and_for_a_page() {
    let desk = busy();
    desk.made(&[
        "new",
        "=1+1 | <b>x</b>",
        "--channel",
        "email",
        "--from",
        "@SUM(A1)",
    ]);
    insta::assert_snapshot!(desk.run("list --format csv --columns requester,age,created,title"), @"
    requester,age,created,title
    ,6,2026-11-23T09:01:00Z,No network on floor 3
    Ola Nowak,7,2026-11-23T09:00:00Z,Mail is slow
    '@SUM(A1),1,2026-11-23T09:06:00Z,'=1+1 | <b>x</b>
    Jan Kowalski,5,2026-11-23T09:02:00Z,Printer jams
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list --format md --columns status,age,title"), @r#"
    | status           | age | title                 |
    | ---------------- | --: | --------------------- |
    | open             |  7m | No network on floor 3 |
    | new              |  8m | Mail is slow          |
    | new              |  2m | =1+1 \| \<b\>x\</b\>  |
    | pending customer |  6m | Printer jams          |
    [exit 0]
    "#);
    insta::assert_snapshot!(desk.run("list --format md --group queue --columns age,title"), @r#"
    ## network (1)

    | age | title                 |
    | --: | --------------------- |
    |  8m | No network on floor 3 |

    ## service-desk (3)

    | age | title                |
    | --: | -------------------- |
    |  9m | Mail is slow         |
    |  3m | =1+1 \| \<b\>x\</b\> |
    |  7m | Printer jams         |
    [exit 0]
    "#);
    let json = desk.ok("list --format json").json();
    assert_eq!(json["tickets"].as_array().unwrap().len(), 4);
    // The ending of the file chooses; a terminal's width has no say.
    for (file, begins) in [
        ("x.csv", "title\n"),
        ("x.md", "| title"),
        ("x.json", "{"),
        ("x.txt", "TITLE\n"),
    ] {
        let _ = desk.ok(&format!("list --columns title -o {file}"));
        let text = desk.read(file);
        assert!(text.starts_with(begins), "{file}: {text}");
    }
    let _ = desk
        .run("list -o x.pdf")
        .code(2)
        .says(".csv, .json, .md or .txt");
    assert_eq!(desk.ok("list printer-nowhere --format md").stdout, "");
    assert_eq!(
        desk.ok("list printer-nowhere --format csv --columns id")
            .stdout,
        "id\n"
    );
}

#[test]
fn tables_of_markdown_line_up_in_every_script() {
    let desk = Desk::new();
    for title in ["নেটওয়ার্ক নেই", "Máy in tầng ba", "Drukarka Łódź", "Gerät"]
    {
        desk.made(&["new", title, "--channel", "email"]);
    }
    let out = desk.ok("list --format md --columns title,id").stdout;
    let widths: Vec<usize> = out
        .lines()
        .map(unicode_width::UnicodeWidthStr::width)
        .collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{out}");
}
