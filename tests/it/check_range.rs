//! `desk check --range`: the rules of the house for commits.

use crate::clones::Team;
use crate::desk::Out;

const NOON: &str = "2026-11-23T12:00:00Z";

/// A commit by hand in a clone, by somebody.
fn commit_as(team: &Team, author: &str) {
    let marek = &team.marek;
    let _ = marek.git(&["add", "--all"]).code(0);
    let args = [
        "commit", "--quiet", "--author", author, "--date", NOON, "-m", "by hand",
    ];
    let _ = marek.git(&args).code(0);
}

const MAREK: &str = "Marek Zieliński <marek@example.org>";

#[test]
fn what_the_program_writes_keeps_the_rules() {
    let team = Team::new();
    let marek = |args: &[&str]| {
        let _ = team.marek.desk(NOON, args).code(0);
    };
    marek(&["note", &team.id, "-m", "One."]);
    marek(&["set", &team.id, "impact=site"]);
    marek(&["escalate", &team.id, "--to", "network", "-m", "CRC"]);
    marek(&[
        "kb",
        "new",
        "Ask for a licence",
        "--category",
        "network",
        "-m",
        "Ask.",
    ]);
    marek(&["sweep"]);
    let _ = team
        .anna
        .desk(NOON, &["note", &team.id, "-m", "Two."])
        .code(0);
    let _ = team.anna.desk(NOON, &["sync"]).code(0);
    marek(&["sync"]);
    let first = team
        .marek
        .git(&["rev-list", "--max-parents=0", "HEAD"])
        .code(0);
    let range = format!("{}..HEAD~0", first.stdout.trim());
    let out = team
        .marek
        .desk(NOON, &["check", "--range", "origin/main~1..HEAD"])
        .code(0);
    assert_eq!(out.stdout, "the rules of the house are kept\n", "{range}");
}

#[test]
fn each_rule_names_commit_file_and_the_way_out() {
    let team = Team::new();
    let path = team.path();
    let marek = &team.marek;
    let text = marek.read(&path);
    // Another's words.
    marek.write(&path, &text.replacen("- status: open", "- status: new", 1));
    commit_as(&team, MAREK);
    // In another's name.
    let text = marek.read(&path);
    marek.write(
        &path,
        &format!("{text}\n## 2026-11-23T11:00:00Z ewa note ^abcd\n\nNot by her.\n"),
    );
    commit_as(&team, MAREK);
    // What is the managers'.
    let settings = marek.read("desk.toml");
    marek.write("desk.toml", &format!("{settings}\n# mine\n"));
    commit_as(&team, MAREK);
    let article = marek.read("kb/network/no-network.md");
    marek.write(
        "kb/network/no-network.md",
        &article.replace("state = \"published\"", "state = \"retired\""),
    );
    commit_as(&team, MAREK);
    // A wrong clock.
    let _ = marek
        .desk(
            "2026-11-24T12:00:00Z",
            &["note", &team.id, "-m", "Tomorrow."],
        )
        .code(0);
    let out = marek
        .desk(NOON, &["check", "--range", "origin/main..HEAD"])
        .code(1);
    for words in [
        "others: `marek` rewrote the entry `created` by `anna`",
        "author: `marek` committed the entry `note` by `ewa`",
        "settings: `marek` is no manager",
        "articles: `marek` is no manager, and made it retired",
        "times: the entry `note` by `marek`",
        "5 findings against the rules of the house",
    ] {
        assert!(out.stdout.contains(words), "{words}\n{out}");
    }
    let head = marek
        .git(&["rev-parse", "--short=10", "HEAD~4"])
        .code(0)
        .stdout;
    assert!(
        out.stdout
            .contains(&format!("{} {path}: others", head.trim())),
        "{out}"
    );
    assert_eq!(out.stdout.matches("; hint: ").count(), 5, "{out}");
    let json = marek
        .desk(NOON, &["check", "--range", "origin/main..HEAD", "--json"])
        .code(1);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), 5);
    let review = marek.desk(NOON, &["review", "origin/main..HEAD"]).code(0);
    assert!(
        review.stdout.contains("## Against the rules of the house"),
        "{review}"
    );
    // A manager may.
    let _ = marek
        .git(&["reset", "--quiet", "--hard", "origin/main"])
        .code(0);
    marek.write("desk.toml", &format!("{settings}\n# mine\n"));
    commit_as(&team, "Ewa Wójcik <ewa@example.org>");
    let _ = marek
        .desk(NOON, &["check", "--range", "origin/main..HEAD"])
        .code(0);
}

#[test]
fn a_stranger_and_what_a_merge_left_out() {
    let team = Team::new();
    let marek = &team.marek;
    let _ = marek.desk(NOON, &["note", &team.id, "-m", "One."]).code(0);
    let _ = marek
        .git(&["switch", "--quiet", "-c", "other", "origin/main"])
        .code(0);
    let path = team.path();
    let text = marek.read(&path);
    marek.write(
        &path,
        &format!("{text}\n## 2026-11-23T11:00:00Z anna note ^abcd\n\nHers?\n"),
    );
    commit_as(&team, "Somebody <somebody@example.com>");
    let out = marek
        .desk(NOON, &["check", "--range", "origin/main..HEAD"])
        .code(1);
    assert!(
        out.stdout
            .contains("author: `Somebody` committed the entry `note` by `anna`"),
        "{out}"
    );
    let _ = marek.git(&["switch", "--quiet", "main"]).code(0);
    let merge = ["merge", "--quiet", "-s", "ours", "-m", "ours", "other"];
    let _ = marek.git(&merge).code(0);
    let out = marek
        .desk(NOON, &["check", "--range", "other..HEAD"])
        .code(1);
    assert!(
        out.stdout.contains("merges: a merge left out an entry"),
        "{out}"
    );
    // What somebody rewrote elsewhere hides nothing of it.
    let made = marek
        .desk(NOON, &["new", "Another", "--from", "Eva"])
        .code(0);
    let other = made.stdout.trim().to_owned();
    let path = format!("tickets/2026-11/{other}.md");
    let text = marek.read(&path);
    marek.write(&path, &text.replacen("- status: open", "- status: new", 1));
    commit_as(&team, "Ewa Wójcik <ewa@example.org>");
    let out = marek
        .desk(NOON, &["check", "--range", "other..HEAD"])
        .code(1);
    for words in ["others: `ewa` rewrote", "merges: a merge left out an entry"] {
        assert!(out.stdout.contains(words), "{words}\n{out}");
    }
    let _ = marek
        .desk(NOON, &["check", "--range", "nothing..HEAD"])
        .code(2);
}

#[test]
fn everybody_may_write_their_own_absence_and_nobody_elses() {
    let team = Team::new();
    let marek = &team.marek;
    let settings = marek.read("desk.toml");
    let own = "\n[agent.marek.away]\n\"2026-12-24\" = \"anna\"\n";
    marek.write("desk.toml", &format!("{settings}{own}"));
    commit_as(&team, MAREK);
    let _ = marek
        .desk(NOON, &["check", "--range", "origin/main..HEAD"])
        .code(0);
    let others = "\n[agent.anna.away]\n\"2026-12-24\" = \"\"\n";
    marek.write("desk.toml", &format!("{settings}{own}{others}"));
    commit_as(&team, MAREK);
    let out = marek
        .desk(NOON, &["check", "--range", "origin/main..HEAD"])
        .code(1);
    assert!(
        out.stdout.contains("settings: `marek` is no manager"),
        "{out}"
    );
}

#[test]
fn a_sample_s_clock_judges_no_commit() {
    let team = Team::new();
    let path = team.path();
    let marek = &team.marek;
    // The settings that the check goes by name a moment that is later than the entry.
    let settings = marek.read("desk.toml");
    let settings = settings.replacen("commit = \"each\"", "commit = \"never\"", 1);
    let settings = format!("{settings}\n[sample]\nnow = 2999-01-02T00:00:00Z\n");
    marek.write("desk.toml", &settings);
    let text = marek.read(&path);
    let entry = "\n## 2999-01-01T00:00:00Z marek note ^aaaa\n\nFrom the future.\n";
    marek.write(&path, &format!("{text}{entry}"));
    commit_as(&team, MAREK);
    for args in [
        ["check", "--range", "HEAD~1..HEAD"].as_slice(),
        &["review", "HEAD~1..HEAD"],
    ] {
        let mut command = marek.command(NOON, args);
        command.env_remove("DESK_NOW");
        let out = Out::of(&command.output().unwrap());
        let found = "is dated later than now";
        assert!(out.stdout.contains(found), "{}", out.stdout);
    }
}
