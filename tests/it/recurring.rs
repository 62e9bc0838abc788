//! Work that recurs: its orders, each made once by the sweep.

use std::collections::BTreeMap;
use std::path::Path;

use crate::clones::Team;
use crate::desk::Desk;

const UPS: &str = "\n[recurring.ups-test]\ntitle = \"Test the UPS\"\ncode = \"NET-OUT\"\n\
    every = \"month\"\non = 15\nfrom = 2026-11-01\nlead = \"3bd\"\nqueue = \"network\"\n\
    steps = [\"Read the display\", \"Pull the plug for a minute\"]\n";

const DAY: i64 = 24 * 60;

fn settle(desk: &Desk, text: &str) {
    let settings = desk.read("desk.toml");
    desk.write("desk.toml", format!("{settings}{text}"));
    desk.git(&["commit", "--quiet", "--all", "-m", "Work that recurs"]);
}

fn with(text: &str) -> Desk {
    let desk = Desk::new();
    settle(&desk, text);
    desk
}

/// The tickets below a desk, by their paths.
fn tickets(root: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let months = std::fs::read_dir(root.join("tickets"))
        .into_iter()
        .flatten();
    for month in months {
        for file in std::fs::read_dir(month.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                all.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    all
}

fn only(desk: &Desk) -> String {
    let all = tickets(&desk.root);
    assert_eq!(all.len(), 1, "{:?}", all.keys());
    all.into_values().next().unwrap()
}

#[test]
fn the_sweep_makes_a_work_order_once() {
    let desk = with(UPS);
    let out = desk.ok("sweep");
    assert!(out.stdout.contains("Test the UPS"), "{out}");
    assert!(
        out.stdout.contains("ups-test/2026-11, for Mon 16 Nov 2026"),
        "{out}"
    );
    assert!(out.stderr.contains("1 work order, 1 entry"), "{out}");
    let text = only(&desk);
    for line in [
        "type = \"work-order\"",
        "title = \"Test the UPS\"",
        "queue = \"network\"",
        "code = \"NET-OUT\"",
        "planned = 2026-11-16",
        "priority = \"planned-event\"",
        // Three open days before, at the opening in Warsaw.
        "created = 2026-11-11T07:00:00Z",
        "name = \"recurring\"",
        "id = \"ups-test/2026-11\"",
        "- [ ] Read the display",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // Made after its day, it is reminded of at once.
    assert!(text.contains("- clock: event\n"), "{text}");
    let again = desk.ok("sweep");
    assert!(again.stderr.contains("nothing to do"), "{again}");
    assert_eq!(only(&desk), text);
    let _ = desk.ok("check");
    let _ = desk.ok("check --range HEAD~1..HEAD");
    // Its foreign id names it, and no ticket is counted.
    let shown = desk.ok("show ups-test/2026-11").stdout;
    assert!(shown.contains("recurring, ups-test/2026-11"), "{shown}");
    let report = desk
        .ok("report volume --period this-month --format csv")
        .stdout;
    assert!(
        report.contains("volume,,,created,count,0") || !report.contains(",1\n"),
        "{report}"
    );
    let subject = desk.git(&["log", "-1", "--format=%s"]);
    assert!(
        subject.contains("sweep: 1 work order, 1 entry on 1 ticket"),
        "{subject}"
    );
}

#[test]
fn the_date_of_an_order_falls_due() {
    let desk = with(&UPS.replace("from = 2026-11-01", "from = 2026-12-01"));
    let _ = desk.ok("sweep");
    assert!(tickets(&desk.root).is_empty());
    // 15 December less three open days is Thursday, the tenth.
    desk.wait(17 * DAY);
    let _ = desk.ok("sweep");
    let due = desk.json("due");
    assert_eq!(due["due"][0]["what"], "event", "{due}");
    assert!(
        due["due"][0]["due"]
            .as_str()
            .unwrap()
            .starts_with("2026-12-15"),
        "{due}"
    );
    let id = due["due"][0]["id"].as_str().unwrap().to_owned();
    let board = desk.run("--mine --as marek").stdout;
    assert!(board.contains("Test the UPS"), "{board}");
    let _ = desk.ok(&format!("take {id} --as marek"));
    let _ = desk.ok(&format!("work tick {id} 1 --as marek"));
    let _ = desk.ok(&format!("work done {id} -m 'Ran for a minute' --as marek"));
    assert!(desk.json("due")["due"].as_array().unwrap().is_empty());
    let _ = desk.ok("check");
}

#[test]
fn of_several_missed_periods_the_last_is_made_and_the_others_are_named() {
    let desk = with(&UPS.replace("2026-11-01", "2026-08-01"));
    let plan = desk.ok("sweep --dry-run");
    assert!(plan.stdout.contains("2026-08, 2026-09, 2026-10"), "{plan}");
    assert!(plan.stdout.contains("ups-test/2026-12"), "{plan}");
    assert!(tickets(&desk.root).is_empty());
    let json = desk.json("sweep --dry-run");
    assert_eq!(json["next"][0]["of"], "ups-test/2026-12", "{json}");
    assert_eq!(json["next"][0]["for"], "2026-12-15", "{json}");
    assert_eq!(json["entries"][0]["missed"][0], "2026-08", "{json}");
    let out = desk.ok("sweep");
    assert!(
        out.stdout.contains("more for 2026-08, 2026-09, 2026-10"),
        "{out}"
    );
    assert!(only(&desk).contains("ups-test/2026-11"));
    let again = desk.ok("sweep");
    assert!(!again.stdout.contains("2026-08"), "{again}");
}

#[test]
fn a_cancelled_order_is_not_made_again_and_a_moved_day_makes_no_second_one() {
    let desk = with(UPS);
    let _ = desk.ok("sweep");
    let _ = desk.ok("cancel ups-test/2026-11 --as mistake");
    let cancelled = only(&desk);
    let _ = desk.ok("sweep");
    assert_eq!(only(&desk), cancelled);
    for (old, new) in [
        ("on = 15", "on = 10"),
        ("\nlead = \"3bd\"", "\nlead = \"20bd\""),
    ] {
        desk.replace("desk.toml", old, new);
        let _ = desk.ok("sweep");
    }
    // With twenty days ahead the next one is due, in the folder of its making.
    let all = tickets(&desk.root);
    let ids: Vec<&str> = all
        .values()
        .map(|text| {
            text.split("id = \"ups-test/")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
        })
        .collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(ids.contains(&"2026-12"), "{ids:?}");
    desk.replace("desk.toml", "\nlead = \"20bd\"", "\nlead = \"0bd\"");
    desk.wait(25 * DAY);
    let _ = desk.ok("sweep");
    assert_eq!(tickets(&desk.root).len(), 2);
    let _ = desk.ok("check");
}

#[test]
fn what_is_paused_or_taken_out_makes_nothing() {
    let desk = with(&format!("{UPS}paused = true\n"));
    let out = desk.ok("sweep --dry-run");
    assert!(!out.stdout.contains("ups-test"), "{out}");
    let _ = desk.ok("sweep");
    assert!(tickets(&desk.root).is_empty());
    desk.replace("desk.toml", UPS, "\n[recurring]\n");
    desk.replace("desk.toml", "[recurring]\npaused = true\n", "");
    let _ = desk.ok("sweep");
    assert!(tickets(&desk.root).is_empty());
}

#[test]
fn two_clones_that_sweep_apart_make_one_order() {
    let team = Team::new();
    let settings = team.anna.read("desk.toml");
    team.anna.write("desk.toml", &format!("{settings}{UPS}"));
    team.anna.commit("Work that recurs");
    let noon = "2026-11-23T12:00:00Z";
    let _ = team.anna.desk(noon, &["sync"]).code(0);
    let _ = team.marek.desk(noon, &["sync"]).code(0);
    // At different hours, and the second one weeks late for the first period.
    let _ = team.anna.desk("2026-11-23T13:00:00Z", &["sweep"]).code(0);
    let _ = team.anna.desk("2026-12-16T13:00:00Z", &["sweep"]).code(0);
    let _ = team.marek.desk("2026-12-18T09:30:00Z", &["sweep"]).code(0);
    let of = |root: &Path, period: &str| -> Vec<(String, String)> {
        let wanted = format!("ups-test/{period}");
        let all = tickets(root).into_iter();
        all.filter(|(_, text)| text.contains(&wanted)).collect()
    };
    let december = of(&team.anna.root, "2026-12");
    assert_eq!(december.len(), 1);
    assert_eq!(december, of(&team.marek.root, "2026-12"));
    assert_eq!(of(&team.anna.root, "2026-11").len(), 1);
    let later = "2026-12-18T10:00:00Z";
    for clone in [&team.anna, &team.marek, &team.anna] {
        let _ = clone.desk(later, &["sync"]).code(0);
    }
    assert_eq!(tickets(&team.anna.root), tickets(&team.marek.root));
    assert_eq!(of(&team.anna.root, "2026-12"), december);
    assert_eq!(of(&team.marek.root, "2026-11").len(), 1);
    for clone in [&team.anna, &team.marek] {
        let out = clone.desk(later, &["sweep"]).code(0);
        assert!(!out.stdout.contains("created"), "{out}");
        let _ = clone.desk(later, &["check"]).code(0);
    }
}

#[test]
fn check_recomputes_id_and_tag() {
    let desk = with(UPS);
    let _ = desk.ok("sweep");
    let (path, text) = tickets(&desk.root).pop_first().unwrap();
    desk.write(&path, text.replace("ups-test/2026-11", "ups-test/2026-10"));
    let out = desk.run("check").code(1);
    assert!(
        out.stdout.contains("the id of `ups-test/2026-10` ends in"),
        "{out}"
    );
    desk.write(&path, text.replace("ups-test/2026-11", "ups-test/soon"));
    let out = desk.run("check").code(1);
    assert!(out.stdout.contains("names no work that recurs"), "{out}");
    let heading = text
        .lines()
        .find(|line| line.contains(" created ^"))
        .unwrap();
    let tag = heading.rsplit_once('^').unwrap().1;
    desk.write(&path, text.replace(&format!("^{tag}"), "^00000000"));
    let out = desk.run("check").code(1);
    assert!(
        out.stdout.contains(&format!("has the tag `^{tag}`")),
        "{out}"
    );
    desk.write(&path, &text);
    let _ = desk.ok("check");
    // A code that the catalogue does not have is named, and nothing else is held up.
    desk.replace(
        "desk.toml",
        "code = \"NET-OUT\"\nevery",
        "code = \"NET-OTU\"\nevery",
    );
    let out = desk.run("check").code(1);
    assert!(
        out.stdout.contains("there is no problem code `NET-OTU`"),
        "{out}"
    );
    assert!(out.stdout.contains("did you mean `NET-OUT`"), "{out}");
    desk.wait(30 * DAY);
    let out = desk.run("sweep");
    assert!(
        out.stderr.contains("there is no problem code `NET-OTU`"),
        "{out}"
    );
    assert_eq!(tickets(&desk.root).len(), 1);
}

#[test]
fn another_ticket_with_its_id_makes_it_take_the_next() {
    let desk = with(UPS);
    let plan = desk.json("sweep --dry-run");
    let id = plan["entries"][0]["id"].as_str().unwrap().to_owned();
    let other = desk.made(&["new", "Printer on floor 3 jams"]);
    let text = desk.raw(&other).replace(&desk.real(&other), &id);
    let _ = desk.plant(&id, text);
    let _ = desk.ok("sweep");
    let all = tickets(&desk.root);
    let made: Vec<&String> = all
        .values()
        .filter(|text| text.contains("ups-test/"))
        .collect();
    assert_eq!(made.len(), 1);
    assert!(!made[0].contains(&id));
    let _ = desk.ok("sweep");
    assert_eq!(tickets(&desk.root).len(), all.len());
    let _ = desk.ok("check");
}

#[test]
fn what_the_code_brings_is_in_an_order_without_steps_of_its_own() {
    let steps = "steps = [\"Read the display\", \"Pull the plug for a minute\"]\n";
    let desk = with(
        &UPS.replace(steps, "")
            .replace("queue = \"network\"\n", "assignee = \"marek\"\n"),
    );
    let _ = desk.ok("sweep");
    let text = only(&desk);
    assert!(text.contains("- [ ] "), "{text}");
    assert!(
        text.contains("assignee = \"marek\"") && text.contains("status = \"open\""),
        "{text}"
    );
    let due = desk.json("due --mine --as marek");
    assert_eq!(due["due"][0]["what"], "event", "{due}");
}

#[test]
fn whoever_left_does_not_take_the_work_along() {
    let desk = with(&UPS.replace("queue = \"network\"\n", "assignee = \"lena\"\n"));
    let out = desk.run("check").code(1);
    assert!(
        out.stdout.contains("wait with the team of their code"),
        "{out}"
    );
    let out = desk.run("sweep");
    assert!(
        out.stderr.contains("wait with the team of their code"),
        "{out}"
    );
    let text = only(&desk);
    assert!(
        text.contains("queue = \"network\"") && !text.contains("assignee"),
        "{text}"
    );
}

#[test]
fn maintenance_is_no_duplicate_of_an_outage() {
    let desk = with(UPS);
    let _ = desk.ok("sweep");
    let out = desk.run("new 'No network on floor 3' --from 'Jan Kowalski' --code NET-OUT");
    assert!(!out.to_string().contains("Test the UPS"), "{out}");
    let ticket = out.stdout.split_whitespace().next().unwrap().to_owned();
    let made = desk.ok(&format!("work new {ticket}"));
    assert!(!made.to_string().contains("repeat"), "{made}");
}

#[test]
fn a_log_of_another_system_cannot_be_of_that_source() {
    let desk = Desk::new();
    desk.write("map.toml", "source = \"recurring\"\n");
    desk.write("log.csv", "id,time\n1,2026-01-01\n");
    let out = desk.run("import events log.csv --map map.toml");
    assert!(out.stderr.contains("is the source of work orders"), "{out}");
}
