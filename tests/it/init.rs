//! `desk init`.

use crate::desk::Desk;

#[test]
fn a_new_desk_is_ready_to_work() {
    let desk = Desk::bare();
    insta::assert_snapshot!(desk.run("init"), @r#"
    set up a desk in $DIR/desk
      desk.toml      settings, every key explained; in the git repository that is there
                     times are shown and typed in Europe/Warsaw, your system's zone
      catalog.toml   problem codes, from department to code
      kb/            N articles: procedures, call scripts, the manual
      templates/     10 texts at hand, in several languages
      you            agent `anna`, the first manager

    Next: desk new "Printer on floor 3 jams" --from "Jan Kowalski" --code PRN-JAM
    [exit 0]
    "#);
    assert_eq!(desk.status(), "");
    let commit = desk.commit();
    let (head, files) = commit.split_once("\n\n").unwrap();
    insta::assert_snapshot!(head, @"Set up the help desk");
    let top: Vec<&str> = files
        .lines()
        .filter(|line| !line.contains("kb/") && !line.contains("templates/"))
        .filter(|line| !line.starts_with("--"))
        .collect();
    assert_eq!(
        top,
        [
            "A\t.gitattributes",
            "A\t.gitignore",
            "A\tcatalog.toml",
            "A\tdesk.toml"
        ]
    );
    let _ = desk.run("check --as anna").code(0);
    let _ = desk.run("new 'First ticket'").code(0);
}

#[test]
fn the_git_identity_becomes_the_first_manager() {
    let desk = Desk::bare();
    let _ = desk.ok("init");
    let agent =
        "[agent.anna]\nname = \"Anna Nowak\"\nemail = \"anna@example.org\"\nrole = \"manager\"";
    assert!(desk.read("desk.toml").contains(agent));
    let mut command = desk.desk(&["new", "By git identity"]);
    let _ = desk
        .reported({
            command.env_remove("DESK_AGENT");
            command
        })
        .code(0);
}

#[test]
fn a_second_desk_in_the_same_place_is_refused() {
    let desk = Desk::new();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("init"), @"
    -----
    error: there is a desk in `$DIR/desk` already
    hint: its settings are in desk.toml; `desk check` looks at everything
    [exit 4]
    ");
    assert!(before == desk.state());
}

#[test]
fn a_folder_is_made_and_gets_a_repository() {
    let desk = Desk::bare();
    let place = desk.beside("elsewhere/help");
    insta::assert_snapshot!(desk.run_args(&["init", place.to_str().unwrap()]), @r#"
    set up a desk in $DIR/elsewhere/help
      desk.toml      settings, every key explained; with a git repository of its own
                     times are shown and typed in Europe/Warsaw, your system's zone
      catalog.toml   problem codes, from department to code
      kb/            N articles: procedures, call scripts, the manual
      templates/     10 texts at hand, in several languages
      you            agent `anna`, the first manager

    Next: desk new "Printer on floor 3 jams" --from "Jan Kowalski" --code PRN-JAM
    [exit 0]
    "#);
    assert!(place.join(".git").is_dir());
    assert!(place.join("desk.toml").is_file());
}

#[test]
fn a_desk_may_be_a_folder_of_a_larger_repository() {
    let desk = Desk::bare();
    desk.write("main.c", "int main;\n");
    desk.git(&["add", "main.c"]);
    desk.git(&["commit", "--quiet", "-m", "Code"]);
    let _ = desk.ok("init help");
    let _ = desk.run("-C help new 'In a folder'").code(0);
    assert_eq!(desk.status(), "");
    assert!(
        desk.git(&["show", "--name-only", "--format="])
            .starts_with("help/tickets/2026-11/")
    );
    assert!(!desk.root.join("help/.git").exists());
}

#[test]
fn what_the_repository_ignores_already_stays() {
    let desk = Desk::bare();
    desk.write(".gitignore", "*.swp\n");
    let _ = desk.ok("init");
    assert_eq!(
        desk.read(".gitignore"),
        "*.swp\n# caches of this clone\n.desk/\n"
    );
}

#[test]
fn a_dry_run_makes_nothing() {
    let desk = Desk::bare();
    insta::assert_snapshot!(desk.run("init help --dry-run"), @r#"
    would set up a desk in $DIR/desk/help
      desk.toml      settings, every key explained; in the git repository that is there
                     times are shown and typed in Europe/Warsaw, your system's zone
      catalog.toml   problem codes, from department to code
      kb/            N articles: procedures, call scripts, the manual
      templates/     10 texts at hand, in several languages
      you            agent `anna`, the first manager

    Next: desk new "Printer on floor 3 jams" --from "Jan Kowalski" --code PRN-JAM
    [exit 0]
    "#);
    assert!(!desk.root.join("help").exists());
}

#[test]
fn json_tells_what_was_made() {
    let desk = Desk::bare();
    let reported = desk.json("init");
    assert_eq!(reported["format"], 1);
    assert_eq!(reported["desks"][0]["manager"], "anna");
    assert_eq!(reported["desks"][0]["repository"], false);
    assert!(reported["desks"][0]["articles"].as_u64().unwrap() > 10);
    assert_eq!(reported["desks"][0]["templates"], 10);
}

#[test]
fn nobody_known_to_git_is_told_what_to_do() {
    let desk = Desk::bare();
    let mut command = desk.desk(&["init", "-q"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null");
    insta::assert_snapshot!(desk.reported(command), @"
    -----
    warning: git knows no name and e-mail address of yours: act with --as manager, and put yourself into desk.toml
    [exit 0]
    ");
    assert!(desk.read("desk.toml").contains("[agent.manager]"));
}

#[test]
fn times_are_in_the_zone_of_whoever_sets_it_up() {
    for (zone, args, expected) in [
        (
            "America/New_York",
            "init",
            "America/New_York, your system's zone",
        ),
        (":Asia/Tokyo", "init", "Asia/Tokyo, your system's zone"),
        (
            "Asia/Tokyo",
            "init --tz Europe/Madrid",
            "Europe/Madrid, as you said",
        ),
    ] {
        let desk = Desk::bare();
        let mut command = desk.desk(&args.split(' ').collect::<Vec<_>>());
        let out = desk.reported({
            command.env("TZ", zone);
            command
        });
        let line = format!("times are shown and typed in {expected}");
        let _ = out.code(0).says(&line);
        let line = format!("timezone = \"{}\"", expected.split(',').next().unwrap());
        assert!(desk.read("desk.toml").contains(&line));
        let _ = desk.run("check --as anna").code(0);
    }
    let out = Desk::bare().run("init --tz Europe/Atlantis").code(2);
    let _ = out.says("Europe/Atlantis");
}

#[test]
fn the_sample_is_copied_as_if_it_were_of_today() {
    let desk = Desk::bare();
    desk.set_clock("2027-03-02T15:00:00Z".parse().unwrap());
    insta::assert_snapshot!(desk.run("init --sample"), @"
    set up a desk in $DIR/desk
      desk.toml      settings, every key explained; in the git repository that is there
      catalog.toml   problem codes, from department to code
      kb/            N articles: procedures, call scripts, the manual
      templates/     10 texts at hand, in several languages
      tickets/       50 tickets of the last weeks, all invented
      you            agent `anna-2`, a manager

    Next: desk    as a manager sees it; `desk --as anna` as an agent does
    [exit 0]
    ");
    let settings = desk.read("desk.toml");
    assert!(!settings.contains("[sample]") && settings.contains("commit = \"each\""));
    assert!(settings.contains("[agent.anna-2]"), "{settings}");
    assert_eq!(desk.status(), "");
    // Nothing is found wrong, nothing is later than now, and the newest ticket is of today.
    let out = desk.run("check").code(0);
    assert_eq!(out.stderr, "");
    let _ = desk
        .run("list --all created>=2027-03-03")
        .code(0)
        .stdout
        .is_empty();
    assert!(
        desk.run("list --all created>=2027-03-02")
            .stdout
            .lines()
            .count()
            > 1
    );
    // A sample ticket of the twenty-first of November, with the references of others to it.
    let _ = desk.run("show M0324").code(0).says("created     Tue 2 Mar");
    let out = desk.run("show M0324").stdout;
    assert!(out.contains("relates to  2702-195J3"), "{out}");
    let _ = desk.run("note M0324 -m seen --as anna").code(0);
}
