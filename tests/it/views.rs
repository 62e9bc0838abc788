//! Views: lists of tickets that are kept under a name, in desk.toml and in one's own configuration.

use std::fs;

use crate::desk::{Desk, Out};

const LATE: &str = "
[view.late]
title = \"Late on the network\"
query = \"queue:network -is:mine\"
columns = [\"id\", \"assignee\", \"title\"]
sort = \"title\"

[view.mine]
query = \"assignee:me\"
group = \"queue\"
columns = [\"queue\", \"title\"]
";

/// Adds views to desk.toml.
fn views(desk: &Desk, more: &str) {
    let text = desk.read("desk.toml");
    desk.write("desk.toml", format!("{text}\n{more}"));
    let _ = desk.commit();
}

/// Writes the person's own configuration.
fn own(desk: &Desk, text: &str) -> String {
    let folder = desk.beside("home").join(".config/plaindesk");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.toml");
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

fn busy() -> Desk {
    let desk = Desk::new();
    desk.make("new 'Zig-zag on the line' --queue network --channel email");
    desk.make("new 'No network on floor 3' --code NET-OUT --channel email");
    desk.open("Printer jams");
    desk.make("new 'Switch hums' --queue network --channel email");
    let _ = desk.ok("take ID4");
    views(&desk, LATE);
    desk
}

fn titles(out: &Out) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    let all = json["tickets"].as_array().unwrap().iter();
    all.map(|one| one["title"].as_str().unwrap().to_owned())
        .collect()
}

fn listed(desk: &Desk, line: &str) -> Vec<String> {
    titles(&desk.ok(&format!("{line} --json")))
}

/// As [`listed`], where the order is none that a person chose.
fn sorted(desk: &Desk, line: &str) -> Vec<String> {
    let mut all = listed(desk, line);
    all.sort();
    all
}

#[test]
fn a_view_says_which_tickets_and_how_they_are_shown() {
    let desk = busy();
    insta::assert_snapshot!(desk.run("list @late"), @"
    ID          ASSIGNEE  TITLE
    ID2         -         No network on floor 3
    ID1         -         Zig-zag on the line
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list @late --columns title --sort -title --limit 1"), @"
    TITLE
    Zig-zag on the line
    -----
    1 more not shown, by --limit
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list @mine"), @"
    QUEUE         TITLE
    network 1
    network       Switch hums

    service-desk 1
    service-desk  Printer jams
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list @mine --as marek"), @"
    -----
    no tickets
    [exit 0]
    ");
    let grouped = desk.json("list @mine");
    assert_eq!(grouped["tickets"][1]["derived"]["group"], "service-desk");
}

#[test]
fn a_view_is_a_term_like_another() {
    let desk = busy();
    let all = [
        "No network on floor 3",
        "Printer jams",
        "Switch hums",
        "Zig-zag on the line",
    ];
    assert_eq!(listed(&desk, "list @late zig-zag"), ["Zig-zag on the line"]);
    assert_eq!(listed(&desk, "list -@late --sort title"), all[1..3]);
    assert_eq!(listed(&desk, "list !@late --sort title"), all[1..3]);
    assert_eq!(listed(&desk, "list @late @mine"), [""; 0]);
    assert_eq!(listed(&desk, "list -@late -@mine"), [""; 0]);
    assert_eq!(
        sorted(&desk, "export @late --format json"),
        [all[0], all[3]]
    );
    assert_eq!(listed(&desk, "search @late floor"), [all[0]]);
    assert_eq!(listed(&desk, "search -@late jams"), [all[1]]);
    let report = desk.ok("report volume '@late' --json").json();
    assert_eq!(report["reports"][0]["tickets"], 2);
    assert_eq!(report["reports"][0]["query"], "@late");
    // Words of a view, and a view with words that must not hold.
    views(&desk, "[view.noisy]\nquery = \"queue:network hums\"\n");
    assert_eq!(listed(&desk, "list @noisy"), [all[2]]);
    assert_eq!(
        listed(&desk, "list -@noisy --sort title"),
        [all[0], all[1], all[3]]
    );
    assert_eq!(listed(&desk, "search @noisy"), [all[2]]);
    assert_eq!(
        sorted(&desk, "search -@noisy network line"),
        [all[0], all[3]]
    );
    // Done tickets stay out of what is not about a view.
    let _ = desk.ok("resolve ID3 -m Done");
    assert_eq!(listed(&desk, "list -@late"), [all[2]]);
    assert_eq!(listed(&desk, "work list @late"), [""; 0]);
}

#[test]
fn what_is_no_view_is_told() {
    let desk = busy();
    insta::assert_snapshot!(desk.run("list @lat"), @r#"
    -----
    error: there is no view `@lat`
    hint: did you mean `@late`? For the text itself write "@lat"
    [exit 2]
    "#);
    insta::assert_snapshot!(desk.run("list @breached-vips"), @r#"
    -----
    error: there is no view `@breached-vips`
    hint: to have one, put `[view.breached-vips]` into desk.toml or your own config.toml, and below it `query = "is:overdue"`; for the text itself write "@breached-vips"
    [exit 2]
    "#);
    insta::assert_snapshot!(desk.run("kb list @late"), @"
    -----
    error: `@late`: views are of tickets, not of articles
    hint: write out what is asked for; the text itself stands in quotes
    [exit 2]
    ");
    // A code of the catalogue is none, and a phrase is words.
    let _ = desk.ok("catalog @NET-OUT").says("NET-OUT");
    assert_eq!(listed(&desk, "list '\"@late\"'"), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_view_is_told_with_its_place() {
    let desk = busy();
    let good = desk.read("desk.toml");
    for (view, message) in [
        ("query = \"@late\"", "`@late`: a view names no other view"),
        ("query = \"queu:network\"", "there is no field `queu`"),
        ("columns = [\"id\", \"titel\"]", "there is no field `titel`"),
        ("sort = \"-titel\"", "there is no field `titel`"),
        ("group = \"created\"", "`created` is no field to group by"),
        ("limit = 0", "`view.x.limit` is a number of tickets, not 0"),
        (
            "board = true\nquery = \"is:done\"",
            "the board is of open tickets, and this view is of done ones",
        ),
        ("querry = \"x\"", "there is no setting `view.x.querry`"),
    ] {
        desk.write("desk.toml", format!("{good}\n[view.x]\n{view}\n"));
        let out = desk.run("list @x").code(3);
        assert!(out.stderr.contains(message), "{view}: {out}");
        assert!(out.stderr.contains("desk.toml:"), "{view}: {out}");
    }
    desk.write("desk.toml", format!("{good}\n[view.X]\n"));
    let _ = desk
        .run("list")
        .code(3)
        .says("`X` cannot be the name of a view");
    // What a query names is looked at where tickets are listed, and by `check`.
    desk.write(
        "desk.toml",
        format!("{good}\n[view.x]\nquery = \"queue:netwrk\"\n"),
    );
    let _ = desk
        .run("list @x")
        .code(2)
        .says("there is no queue `netwrk`");
    let out = desk.run("check").code(1);
    assert!(out.stdout.contains("there is no queue `netwrk`"), "{out}");
    assert!(out.stdout.contains("query = \"queue:netwrk\""), "{out}");
}

#[test]
fn ones_own_view_comes_before_the_desks_and_says_so() {
    let desk = busy();
    let path = own(
        &desk,
        "[view.late]\nquery = \"printer\"\n\n[view.hums]\nquery = \"hums\"\ncolumns = [\"title\"]\n",
    );
    let out = desk.ok("list @late");
    assert!(out.stdout.contains("Printer jams"), "{out}");
    assert_eq!(
        out.stderr,
        format!("note: `@late` is your own view, not the desk's: {path}\n")
    );
    assert_eq!(desk.ok("list @late -q").stderr, "");
    insta::assert_snapshot!(desk.run("list @hums"), @"
    TITLE
    Switch hums
    [exit 0]
    ");
    // A report that others read says what was meant.
    let out = desk.ok("report volume @hums --json");
    assert!(out.stderr.contains("`@hums` is your own view"), "{out}");
    assert_eq!(out.json()["reports"][0]["query"], "@hums (@hums: hums)");
    // What is saved for everybody takes the desk's views only.
    let _ = desk
        .run("report volume @late --save late --as ewa")
        .code(2)
        .says("`@late` is a view of your own, which others do not have");
    views(
        &desk,
        "[report.late]\nreport = \"volume\"\nquery = \"@late\"\n",
    );
    let report = desk.ok("report --preset late --json").json();
    assert_eq!(report["reports"][0]["tickets"], 2);
    views(&desk, "[report.hums]\nquery = \"@hums\"\n");
    let _ = desk.run("list").code(3).says("there is no view `@hums`");
}

#[test]
fn a_configuration_that_cannot_be_read_stops_only_who_asks_for_a_view() {
    let desk = busy();
    let _ = own(&desk, "[view.late]\nquerry = \"printer\"\n");
    let _ = desk.ok("list queue:network");
    let _ = desk
        .run("list @late")
        .code(3)
        .says("there is no setting `view.late.querry`");
    let out = desk.ok("");
    assert!(out.stderr.contains("your own views are left out"), "{out}");
    let _ = own(&desk, "[view.late]\nquery = \"queu:network\"\n");
    let _ = desk
        .run("list @late")
        .code(2)
        .says("view `late`: there is no field `queu`");
}

#[test]
fn a_view_may_be_a_part_of_the_board() {
    let desk = busy();
    views(
        &desk,
        "[view.hums]\ntitle = \"What hums\"\nquery = \"queue:network\"\nboard = true\n\
         columns = [\"id\", \"title\"]\ngroup = \"assignee\"\nsort = \"title\"\nlimit = 2\n",
    );
    let out = desk.ok("--mine");
    let from = out.stdout.find("\nWhat hums").unwrap();
    insta::assert_snapshot!(desk.stable(&out.stdout[from..]), @"
    What hums 3  @hums
    ID          TITLE
    anna 1
    ID4         Switch hums

    none 1 of 2
    ID2         No network on floor 3
    … and 1 more: desk list @hums
    ");
    assert!(desk.ok("--as ewa").stdout.contains("What hums"));
    let json = desk.json("--mine");
    let parts: Vec<&str> = json["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["derived"]["part"].as_str())
        .filter(|part| part.starts_with('@'))
        .collect();
    assert_eq!(parts, ["@hums", "@hums"]);
    // One's own of that name stands in its place.
    let _ = own(&desk, "[view.hums]\nquery = \"printer\"\n");
    assert!(!desk.ok("--mine").stdout.contains("What hums"));
    let _ = own(
        &desk,
        "[view.jams]\nquery = \"assignee:me\"\nboard = true\n",
    );
    assert!(
        desk.ok("--mine")
            .stdout
            .contains("\njams 2  @jams, your own\n")
    );
    assert!(!desk.ok("--as marek --mine").stdout.contains("@jams"));
}

#[test]
fn two_clones_add_views_of_their_own_names() {
    let desk = busy();
    let text = desk.read("desk.toml");
    let ours = format!("{text}\n[view.a]\nquery = \"is:mine\"\n");
    let theirs =
        text.replace("sort = \"title\"", "sort = \"-title\"") + "\n[view.b]\nquery = \"is:open\"\n";
    let zone = chrono_tz::Tz::UTC;
    let merged = plaindesk::rules::merge::merge("desk.toml", &text, &ours, &theirs, zone).unwrap();
    for part in ["[view.a]", "[view.b]", "-title"] {
        assert!(merged.contains(part), "{part}: {merged}");
    }
}

#[test]
fn periods_stand_wherever_dates_do() {
    let desk = Desk::new();
    desk.make("new 'Of last month' --channel email");
    desk.set_clock("2026-12-02T09:00:00Z".parse().unwrap());
    desk.make("new 'Of this week' --channel email");
    let _ = desk.ok("pend ID1 --on vendor --until 2026-12-04");
    for (query, found) in [
        ("created:last-month", &["Of last month"][..]),
        ("created:this-month", &["Of this week"]),
        ("created>=this-week", &["Of this week"]),
        ("created<this-week", &["Of last month"]),
        ("created:2026-W49", &["Of this week"]),
        ("created:2026-Q4", &["Of last month", "Of this week"]),
        (
            "created:last-month..today",
            &["Of last month", "Of this week"],
        ),
        ("until:this-week", &["Of last month"]),
        ("until:last-week", &[]),
        ("due:today", &["Of this week"]),
        ("resolved:yesterday", &[]),
    ] {
        let line = format!("list {query} --sort created");
        assert_eq!(listed(&desk, &line), found, "{query}");
    }
    let _ = desk.run("list created:last-weak").code(2).says("last-week");
}

/// The code blocks of a page of the manual, each with its language.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => all.extend(open.take()),
            (None, Some((_, text))) => text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    all
}

#[test]
fn every_command_of_the_manual_can_be_typed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/kb/manual/views.md");
    let page = fs::read_to_string(path).unwrap();
    let desk = Desk::new();
    let ticket = desk.make("new 'Switch hums' --queue network --serial JW0219 --channel email");
    let _ = desk.ok(&format!("take {ticket}"));
    let _ = desk.ok(&format!("work new {ticket} --code NET-OUT"));
    let order = desk.json("work list")["tickets"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut tables = 0;
    let mut typed = 0;
    for (language, text) in blocks(&page) {
        match language.as_str() {
            "toml" if tables == 0 => {
                views(&desk, &text);
                tables += 1;
            }
            "toml" => {
                let _ = own(&desk, &text);
                tables += 1;
            }
            "sh" => {
                for line in text.lines() {
                    let line = line.strip_prefix("desk ").unwrap();
                    let line = line
                        .replace("7K3MQ", &desk.real(&ticket))
                        .replace("9PD4T", &order);
                    let out = desk.run(&line);
                    // `search` says by its status whether anything was found.
                    let nothing = line.starts_with("search") && out.code == 1;
                    assert!(out.code == 0 || nothing, "{line}: {out}");
                    typed += 1;
                }
            }
            other => panic!("a block of `{other}`"),
        }
    }
    assert_eq!((tables, typed), (2, 24));
    assert!(desk.ok("--mine").stdout.contains("Mine, by status"));
}

#[test]
fn views_and_periods_are_completed() {
    let desk = busy();
    let _ = own(
        &desk,
        "[view.latest]\ntitle = \"The last\"\nquery = \"age<1d\"\n",
    );
    let offered = |typed: &str| -> Vec<String> {
        let line = format!("desk list {typed}");
        let mut command = desk.desk(&["--", &line, typed]);
        command.env("COMPLETE", "bash");
        let out = desk.reported(command).code(0);
        out.stdout.lines().map(str::to_owned).collect()
    };
    assert_eq!(offered("@la"), ["@late", "@latest"]);
    assert_eq!(offered("@m"), ["@mine"]);
    assert_eq!(offered("!@m"), ["\\!@mine"]);
    assert_eq!(offered("due:this-w"), ["due:this-week"]);
}

#[test]
fn columns_line_up_in_five_languages() {
    let desk = Desk::new();
    for (at, (who, title)) in [
        ("Ola Nowak", "No network on floor 3"),
        ("Jürgen Groß", "Drucker im dritten Stock"),
        ("Łukasz Żółć", "Drukarka nie działa"),
        ("Nguyễn Thị Hồng", "Máy in tầng ba kẹt giấy"),
        ("রহিম উদ্দিন", "নেটওয়ার্ক কাজ করছে না"),
    ]
    .iter()
    .enumerate()
    {
        let name = format!("asset.name={title}");
        let serial = format!("S{at}");
        let line = [
            "new",
            title,
            "--from",
            who,
            "--set",
            &name,
            "--serial",
            &serial,
            "--channel",
            "email",
        ];
        desk.made(&line);
    }
    let width = |line: &str| unicode_width::UnicodeWidthStr::width(line);
    for line in [
        "list --columns requester,title,id",
        "list --columns title,id --group requester.name",
        "list --columns title,id --format md",
        "who",
        "asset",
    ] {
        let out = desk.ok(line).stdout;
        let is_row = |row: &&str| row.contains("2611-") || row.ends_with('m');
        let widths: Vec<usize> = out.lines().filter(is_row).map(width).collect();
        assert_eq!(widths.len(), 5, "{line}: {out}");
        assert!(widths.iter().all(|one| *one == widths[0]), "{line}: {out}");
    }
}
