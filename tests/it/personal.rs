//! `desk redact --person`, `desk redact --due`, `desk who --export`.

use std::fs;
use std::path::Path;

use crate::clones::Team;
use crate::desk::Desk;

/// What must be found nowhere once the person is redacted.
const TRACES: [&str; 6] = [
    "Kowalsk", "kowalsk", "jan@acme", "100 200", "AC-4471", "daughter",
];

/// A desk with a ticket of Jan's and one of Ola's that names him, a file, and things of the clone's own.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.make(
        "new 'Printer of Jan Kowalski jams' --from 'Jan Kowalski' --email jan@acme.example \
         --phone '+48 600 100 200' --account AC-4471 --location 'HQ, room 312' \
         --wants 'it to print' -m 'Jan says that his daughter is ill.'",
    );
    desk.make(
        "new 'Scanner' --from 'Ola Nowak' --email ola@acme.example \
         -m 'Jan Kowalski (jan+scan@acme.example, 600 100 200) said to call.'",
    );
    let scan = desk.beside("cv_Jan_KOWALSKI.txt");
    fs::write(&scan, "Jan Kowalski, born 1980\n").unwrap();
    let _ = desk.run_args(&["attach", &desk.id("ID1"), scan.to_str().unwrap()]);
    let _ = desk.ok("contact ID1 --in --by email -m 'My daughter is ill.'");
    let _ =
        desk.ok("note ID1 -m 'Told Kowalskiemu to wait: Jan is in a hurry. The fuser is worn.'");
    let _ = desk.ok("set ID1 title='The printer of J. Kowalski jams'");
    desk
}

/// The files below a folder in which one of the traces stands, git's objects and reflogs left out: they
/// are history.
fn tracks(root: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let shown = path.to_string_lossy().into_owned();
        if shown.ends_with(".git/objects") || shown.ends_with(".git/logs") {
            continue;
        }
        if path.is_dir() {
            tracks(&path, found);
            continue;
        }
        // The names of files, too.
        let mut bytes = shown.clone().into_bytes();
        bytes.extend(fs::read(&path).unwrap());
        let text = String::from_utf8_lossy(&bytes);
        // The articles that come with the program have a caller of that name.
        if !shown.contains("/kb/") && TRACES.iter().any(|trace| text.contains(trace)) {
            found.push(shown);
        }
    }
}

#[test]
fn a_person_is_listed_then_taken_out_of_every_file_of_the_clone() {
    let desk = desk();
    let own = desk.root.join(".git/plaindesk");
    for (folder, name, text) in [
        (
            "mail-quarantine",
            "a1b2c3d4e5f6g7h8.eml",
            "From: Jan Kowalski <jan@acme.example>\n\nx\n",
        ),
        (
            "mail-quarantine",
            "a1b2c3d4e5f6g7h8.toml",
            "why = \"storm\"\n",
        ),
        (
            "mail-quarantine",
            "zzzzzzzzzzzzzzzz.eml",
            "From: eve@other.example\n\nx\n",
        ),
        (
            "mail-raw",
            "k1k1k1k1k1k1k1k1.eml",
            "From: x@y.example\nContent-Transfer-Encoding: base64\n\nSmFuIEtvd2Fsc2tpIGNhbGxlZA==\n",
        ),
        ("mail-out", "q4tz1x9a2b.eml", "To: jan@acme.example\n\nx\n"),
        ("mail-out", "q4tz1x9a2b.toml", "ticket = \"x\"\n"),
        ("drafts", "note-x.md", "Told Jan Kowalski\n"),
        ("bases", "note-x.md", "\n"),
    ] {
        fs::create_dir_all(own.join(folder)).unwrap();
        fs::write(own.join(folder).join(name), text).unwrap();
    }
    // What is kept of the texts.
    let _ = desk.ok("search kowalski");
    let _ = desk.ok("list --all");
    let before = desk.state();
    let out = desk.ok("redact --person jan@acme.example --as ewa");
    for word in [
        "own",
        "mentioned",
        "1 file",
        "quarantine a1b2c3d4e5f6g7h8.eml",
        "original k1k1",
        "outbox q4tz",
        "draft note-x.md",
    ] {
        let said = out.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(word), "{word}: {out}");
    }
    assert!(out.stderr.contains("nothing was written"), "{out}");
    assert!(desk.state() == before);
    let listed = desk.json("redact --person jan@acme.example --as ewa");
    assert_eq!(listed["tickets"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(listed["clone"].as_array().unwrap().len(), 4, "{listed}");
    let _ = desk.run("redact --person jan@acme.example --yes").code(4);
    let _ = desk.ok("redact --person jan@acme.example --yes --dry-run --as ewa");
    assert!(desk.state() == before);

    let _ = desk.ok("redact --person jan@acme.example --yes --as ewa -m 'asked by letter'");
    let mut found = Vec::new();
    tracks(&desk.root, &mut found);
    assert_eq!(found, Vec::<String>::new());
    let ticket = desk.raw("ID1");
    for kept in [
        "The fuser is worn.",
        "title = \"The printer of J. (redacted) jams\"",
        "asked by letter",
    ] {
        assert!(ticket.contains(kept), "{kept}: {ticket}");
    }
    assert!(desk.raw("ID2").contains("name = \"Ola Nowak\""));
    assert!(own.join("mail-quarantine/zzzzzzzzzzzzzzzz.eml").exists());
    for gone in [
        "mail-quarantine/a1b2c3d4e5f6g7h8.toml",
        "mail-out/q4tz1x9a2b.toml",
        "bases/note-x.md",
    ] {
        assert!(!own.join(gone).exists(), "{gone}");
    }
    let _ = desk.ok("check");
    let _ = desk.ok("check --range HEAD~1..HEAD");
    let found = desk.run("search daughter").code(1);
    assert!(!found.stdout.contains("ID1"), "{found}");
    // It is gone for good, and gone once.
    let _ = desk.run("undo --as ewa").code(4);
    let out = desk.ok("redact --person jan@acme.example --yes --as ewa");
    assert!(out.stderr.contains("nothing is held"), "{out}");
    let _ = desk.run("redact --person 'Jan Kowalski' --as ewa").code(2);
    let json = desk.json("show ID1");
    let last = json["tickets"][0]["entries"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert!(
        last["attributes"]["of"].as_array().unwrap().len() > 1,
        "{last}"
    );
}

#[test]
fn the_name_of_a_file_goes_with_its_content() {
    let desk = desk();
    let (own, other) = (desk.id("ID1"), desk.id("ID2"));
    // Taken out before, under its name.
    let letter = desk.beside("letter of Jan Kowalski.txt");
    fs::write(&letter, "Dear Jan\n").unwrap();
    let _ = desk
        .run_args(&["attach", &own, letter.to_str().unwrap()])
        .code(0);
    let _ = desk
        .run_args(&[
            "redact",
            &own,
            "--attachment",
            "letter of Jan Kowalski.txt",
            "--as",
            "ewa",
        ])
        .code(0);
    // On a ticket that is not his.
    let plan = desk.beside("plan.txt");
    fs::write(&plan, "A plan\n").unwrap();
    for file in [&letter, &plan] {
        let _ = desk
            .run_args(&["attach", &other, file.to_str().unwrap()])
            .code(0);
    }
    let folder = |id: &str| desk.path(id).replace(".md", ".files");
    let files = |id: &str| fs::read_dir(desk.root.join(folder(id))).map_or(0, Iterator::count);
    assert_eq!((files("ID1"), files("ID2")), (2, 2));
    let listed = desk.json("redact --person jan@acme.example --as ewa");
    let count = |at: usize| {
        listed["tickets"][at]["attachments"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((count(0), count(1)), (2, 1), "{listed}");
    let _ = desk.ok("redact --person jan@acme.example --yes --as ewa -m 'asked by letter'");
    assert_eq!((files("ID1"), files("ID2")), (0, 1));
    let mut found = Vec::new();
    tracks(&desk.root, &mut found);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(desk.git(&["status", "--porcelain"]), "");
    let names = desk.git(&["ls-files"]);
    assert!(!names.to_lowercase().contains("kowalski"), "{names}");
    let text = desk.raw("ID1");
    assert!(
        text.contains("- file: (redacted)\n- stored: (redacted)-")
            && text.contains("- attachment: (redacted)-"),
        "{text}"
    );
    assert!(desk.raw("ID2").contains("- file: plan.txt\n"));
    for line in ["check", "check --range HEAD~1..HEAD"] {
        let _ = desk.ok(line);
    }
    let shown = desk.ok("show ID1");
    assert!(shown.stdout.contains("redacted"), "{shown}");
    let out = desk.ok("redact --person jan@acme.example --yes --as ewa");
    assert!(out.stderr.contains("nothing is held"), "{out}");
    goes_out_and_in(&desk);
}

/// Exports a desk without a problem, and imports it into an empty one to the same bytes.
fn goes_out_and_in(desk: &Desk) {
    let exported = desk.ok("export --format json").stdout;
    let page: serde_json::Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(page["problems"].as_array().unwrap().len(), 0, "{exported}");
    let other = Desk::new();
    other.write("out.json", &exported);
    let _ = other.ok("import json out.json");
    for name in ["ID1", "ID2"] {
        assert_eq!(other.read(&desk.path(name)), desk.raw(name));
    }
    fs::remove_file(other.root.join("out.json")).unwrap();
    let _ = other.ok("check");
}

#[test]
fn a_file_that_two_clones_took_out_apart_has_no_name() {
    let team = Team::around(desk());
    let now = "2026-11-23T12:00:00Z";
    let (anna, marek) = (&team.anna, &team.marek);
    let by_person = [
        "redact",
        "--person",
        "jan@acme.example",
        "--yes",
        "--as",
        "ewa",
    ];
    let by_name = [
        "redact",
        &team.id,
        "--attachment",
        "cv_Jan_KOWALSKI.txt",
        "--as",
        "ewa",
    ];
    let cv = team.desk.beside("cv_Jan_KOWALSKI.txt");
    let again = ["attach", &team.id, cv.to_str().unwrap()];
    let _ = anna.desk(now, &by_person).code(0);
    let _ = marek.desk(now, &again).code(0);
    let _ = marek.desk(now, &by_name).code(0);
    for clone in [anna, marek, anna] {
        let _ = clone.desk(now, &["sync"]).code(0);
    }
    let files = team.path().replace(".md", ".files");
    for clone in [anna, marek] {
        let left = fs::read_dir(clone.root.join(&files)).map_or(0, Iterator::count);
        assert_eq!(left, 0);
        let _ = clone.desk(now, &["check"]).code(0);
    }
    // What marek wrote meanwhile still names it.
    let _ = anna.desk(now, &by_person).code(0);
    for clone in [anna, marek] {
        let _ = clone.desk(now, &["sync"]).code(0);
        let mut found = Vec::new();
        tracks(&clone.root, &mut found);
        assert_eq!(found, Vec::<String>::new());
        let _ = clone.desk(now, &["check"]).code(0);
    }
    assert_eq!(anna.read(&team.path()), marek.read(&team.path()));
}

#[test]
fn where_settings_and_articles_name_somebody_is_listed() {
    let desk = desk();
    let settings = desk.read("desk.toml") + "\n# Ask Jan Kowalski\n";
    let line = settings.lines().count();
    desk.write("desk.toml", settings);
    desk.git(&["commit", "--quiet", "--all", "-m", "by hand"]);
    let out = desk.ok("redact --person jan@acme.example --as ewa");
    let said = out.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(&format!("desk.toml:{line}")), "{out}");
    assert!(out.stderr.contains("`desk kb edit ID`"), "{out}");
    let json = desk.json("redact --person jan@acme.example --as ewa");
    let last = json["stays"].as_array().unwrap().last().unwrap();
    assert_eq!(
        *last,
        serde_json::json!({"path": "desk.toml", "line": line})
    );
}

#[test]
fn somebody_else_of_the_same_name_keeps_everything() {
    let desk = desk();
    desk.make("new 'Phone' --from 'Jan Kowalski' --email jan.k@other.example -m 'Jan Kowalski has no tone.'");
    let before = desk.raw("ID3");
    let _ = desk.run("redact --person 'Jan Kowalski' --as ewa").code(2);
    let _ = desk.ok("redact --person jan@acme.example --yes --as ewa");
    assert_eq!(desk.raw("ID3"), before);
    assert!(
        desk.raw("ID2")
            .contains("Jan Kowalski ((redacted), (redacted))")
    );
}

#[test]
fn a_clone_that_still_has_the_person_takes_the_markers_over() {
    let team = Team::around(desk());
    let now = "2026-11-23T12:00:00Z";
    let (anna, marek) = (&team.anna, &team.marek);
    let _ = marek
        .desk(now, &["note", &team.id, "-m", "Ordered a fuser."])
        .code(0);
    let _ = marek.desk(now, &["list", "--all"]).code(0);
    let _ = marek.desk(now, &["search", "kowalski"]).code(0);
    let _ = anna
        .desk(
            now,
            &[
                "redact",
                "--person",
                "jan@acme.example",
                "--yes",
                "--as",
                "ewa",
            ],
        )
        .code(0);
    for clone in [anna, marek, anna] {
        let _ = clone.desk(now, &["sync"]).code(0);
    }
    for clone in [anna, marek] {
        let text = clone.read(&team.path());
        assert!(text.contains("Ordered a fuser."), "{text}");
        let _ = clone.desk(now, &["check"]).code(0);
        let mut found = Vec::new();
        tracks(&clone.root, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
    assert_eq!(anna.read(&team.path()), marek.read(&team.path()));
}

#[test]
fn who_only_got_a_copy_is_no_known_caller() {
    let desk = desk();
    let path = desk.path("ID2");
    let with_mail = format!(
        "{}\n## 2026-11-23T10:30:00Z desk contact ^7k2m9qx4\n\n- direction: in\n- channel: email\n- outcome: received\n- from: Ola Nowak <ola@acme.example>\n- cc: Ewa Wolska <wolska@acme.example>\n- message: <c1@acme.example>\n\nPlease hurry, says Wolska.\n",
        desk.read(&path)
    );
    desk.write(&path, with_mail);
    desk.git(&["commit", "--quiet", "--all", "-m", "mail"]);
    let _ = desk.run("who wolska@acme.example").says("no people");
    let id = desk.make("new 'Mouse' --from wolska@acme.example");
    assert!(!desk.raw(&id).contains("Ewa Wolska"));
    // What is held on her is found all the same.
    let held = desk.json("redact --person wolska@acme.example --as ewa");
    assert_eq!(held["tickets"].as_array().unwrap().len(), 2, "{held}");
    let _ = desk.ok("redact --person wolska@acme.example --yes --as ewa");
    let text = desk.raw("ID2");
    assert!(
        text.contains("- cc: (redacted)\n")
            && text.contains("- from: Ola Nowak <ola@acme.example>"),
        "{text}"
    );
    let _ = desk.ok("redact --person ola@acme.example --yes --as ewa");
    let text = desk.raw("ID2");
    for line in [
        "- from: (redacted)\n",
        "- message: (redacted)\n",
        "\n(redacted)\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let _ = desk.ok("check");
}

#[test]
fn what_is_held_on_somebody_is_handed_out() {
    let desk = desk();
    let _ = desk.ok("list");
    let out = desk.ok("who jan@acme.example --export");
    for part in [
        "# What is held on Jan Kowalski",
        "> My daughter is ill.",
        "The ticket is somebody else's",
    ] {
        assert!(out.stdout.contains(part), "{part}: {out}");
    }
    let json = desk.json("who jan@acme.example --export");
    assert_eq!(json["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(json["files"].as_array().unwrap().len(), 1);
    let folder = desk.beside("jan");
    let shown = folder.to_str().unwrap();
    let _ = desk
        .run_args(&["who", "jan@acme.example", "--export", "-o", shown])
        .code(0);
    assert!(
        fs::read_to_string(folder.join("person.md"))
            .unwrap()
            .contains("AC-4471")
    );
    assert!(folder.join("person.json").exists());
    let files = folder.join(format!("{}.files", desk.id("ID1")));
    assert_eq!(fs::read_dir(files).unwrap().count(), 1);
    let out = desk
        .run_args(&["who", "jan@acme.example", "--export", "-o", shown])
        .code(5);
    assert!(out.stderr.contains("not empty"), "{out}");
    let _ = desk.run("who --export").code(2);
    let _ = desk.run("who nobody@acme.example --export").code(0);
    let _ = desk.run("who nobody --export").code(2);
}

/// A desk whose term is 36 months, with a ticket that was closed long ago.
fn old() -> Desk {
    let desk = desk();
    let settings = desk.read("desk.toml") + "\n[retention]\npersonal = \"36mo\"\n";
    desk.write("desk.toml", settings);
    desk.git(&["commit", "--quiet", "--all", "-m", "term"]);
    let _ = desk.ok("set ID1 requester.organisation=Acme");
    let _ = desk.ok("resolve ID1 -m 'New fuser for Jan.'");
    let _ = desk.ok("close ID1 --satisfied yes");
    desk
}

const MONTHS: i64 = 31 * 24 * 60;

#[test]
fn tickets_that_are_over_for_long_tell_no_more_whose_they_were() {
    let desk = old();
    let _ = desk.ok("redact --due").says("no ticket is due");
    desk.wait(37 * MONTHS);
    let _ = desk.ok("sweep");
    assert!(desk.raw("ID1").contains("Kowalski"));
    let other = desk.copy();
    let reports = |desk: &Desk| -> Vec<String> {
        let lines = [
            "report volume --from 2026-01-01 --to 2030-01-01 --by requester.organisation --format csv",
            "report satisfaction --from 2026-01-01 --to 2030-01-01 --format csv",
            "report sla --from 2026-01-01 --to 2030-01-01 --format csv",
            "report contacts --from 2026-01-01 --to 2030-01-01 --format csv",
        ];
        lines.iter().map(|line| desk.ok(line).stdout).collect()
    };
    let before = reports(&desk);
    let out = desk.ok("redact --due");
    assert!(
        out.stdout.contains(&desk.id("ID1")) && !out.stdout.contains(&desk.id("ID2")),
        "{out}"
    );
    assert!(desk.raw("ID1").contains("Kowalski"));
    let _ = desk.ok("redact --due --yes");
    let text = desk.raw("ID1");
    for trace in ["Kowalsk", "jan@acme", "100 200", "AC-4471", "room 312"] {
        assert!(!text.contains(trace), "{trace}: {text}");
    }
    assert!(
        text.contains("name = \"Person ") && text.contains("@person.invalid\""),
        "{text}"
    );
    assert!(
        text.contains("daughter is ill") && text.contains("desk redact ^"),
        "{text}"
    );
    assert!(text.contains("- retention: 36mo\n"), "{text}");
    assert_eq!(reports(&desk), before);
    let _ = desk.ok("check");
    let _ = desk.ok("check --range HEAD~1..HEAD");
    let _ = desk.ok("redact --due --yes").says("no ticket is due");
    goes_out_and_in(&desk);
    // Another clone writes the same bytes.
    let _ = other.ok("redact --due --yes");
    assert_eq!(other.raw("ID1"), text);
    let _ = desk.json("redact --due")["tickets"]
        .as_array()
        .unwrap()
        .is_empty();
}

#[test]
fn two_clones_that_both_put_pseudonyms_in_are_one() {
    let desk = old();
    desk.wait(37 * MONTHS);
    let now = "2029-12-30T12:00:00Z";
    let team = Team::around(desk);
    let (anna, marek) = (&team.anna, &team.marek);
    for clone in [anna, marek] {
        let _ = clone.desk(now, &["redact", "--due", "--yes"]).code(0);
    }
    let text = anna.read(&team.path());
    assert!(text.contains("- retention: 36mo\n"), "{text}");
    assert_eq!(marek.read(&team.path()), text);
    for clone in [anna, marek, anna] {
        let _ = clone.desk(now, &["sync"]).code(0);
    }
    for clone in [anna, marek] {
        assert_eq!(clone.read(&team.path()), text);
        let _ = clone.desk(now, &["check"]).code(0);
        let _ = clone
            .desk(now, &["check", "--range", "HEAD~3..HEAD"])
            .code(0);
        let due = clone.desk(now, &["redact", "--due", "--json"]).code(0);
        assert!(due.stdout.contains("\"tickets\": []"), "{due}");
    }
}

#[test]
fn a_term_is_needed_and_a_pseudonym_is_the_persons_in_every_ticket() {
    let desk = desk();
    let out = desk.run("redact --due").code(2);
    assert!(out.stderr.contains("[retention]"), "{out}");
    let desk = old();
    desk.make("new 'Second' --from 'Jan Kowalski' --email jan@acme.example -m 'Jan again'");
    let _ = desk.ok("cancel ID3 -m 'Not needed.'");
    desk.wait(37 * MONTHS);
    let _ = desk.ok("redact --due --yes");
    let name = |id: &str| {
        let text = desk.raw(id);
        let line = text
            .lines()
            .find(|line| line.starts_with("name = "))
            .unwrap();
        line.to_owned()
    };
    assert_eq!(name("ID1"), name("ID3"));
    let people = desk.json("who 'Person' --all");
    assert_eq!(people["people"].as_array().unwrap().len(), 1, "{people}");
}
