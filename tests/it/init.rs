//! `desk init`.

use crate::desk::Desk;

#[test]
fn a_new_desk_is_ready_to_work() {
    let desk = Desk::bare();
    insta::assert_snapshot!(desk.run("init"), @r#"
    set up a desk in $DIR/desk
      desk.toml      settings, every key explained; in the git repository that is there
      catalog.toml   problem codes, from department to code
      kb/            N articles: procedures, call scripts, the manual
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
        .filter(|line| !line.contains("kb/") && !line.starts_with("--"))
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
      catalog.toml   problem codes, from department to code
      kb/            N articles: procedures, call scripts, the manual
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
      catalog.toml   problem codes, from department to code
      kb/            N articles: procedures, call scripts, the manual
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
