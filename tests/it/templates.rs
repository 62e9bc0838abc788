//! Templates: `desk templates`, and `--template` of the commands that write a text.

use std::collections::BTreeSet;

use plaindesk::model::placeholder::Placeholder;

use crate::clones::Clone;
use crate::desk::Desk;
use crate::terminal::Terminal;

/// A desk with a ticket and a template for it.
fn with_template(name: &str, text: &str) -> Desk {
    let desk = Desk::with_ticket();
    desk.write(&format!("templates/{name}.md"), text);
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "A template"]);
    desk
}

const ASK: &str = "+++\ntitle = \"Ask\"\nsubject = \"About {id}\"\nfor = [\"note\", \"contact\"]\nthen = { status = \"pending\", waiting_on = \"customer\", until = \"+3bd\" }\n+++\nHello {requester.name|there},\n\nwhat does {id} say? Answer by {until}.\n";

#[test]
fn text_and_changes_are_one_entry() {
    let desk = with_template("ask", ASK);
    insta::assert_snapshot!(desk.run("contact ID1 --by email --template ask"), @"
    ID1         contact  Printer on floor 3 jams
                outgoing, email, sent, template: ask
                status: open → pending
                waiting_on: none → customer
                until: none → Thu 26 Nov 10:01
                Subject: About ID1

                Hello Jan Kowalski,

                what does ID1 say? Answer by 2026-11-26 10:01.
    [exit 0]
    ");
    let file = desk.file("ID1");
    let entry = file.split("## ").last().unwrap();
    insta::assert_snapshot!(entry, @"
    2026-11-23T09:01:00Z anna contact ^tag

    - direction: out
    - channel: email
    - outcome: sent
    - template: ask
    - status: open -> pending
    - waiting_on: (none) -> customer
    - until: (none) -> 2026-11-26T09:01:00Z

    Subject: About ID1

    Hello Jan Kowalski,

    what does ID1 say? Answer by 2026-11-26 10:01.
    ");
    let _ = desk.ok("check");
    let shown = desk.ok("show ID1 --json").stdout;
    assert!(
        shown.contains("\"template\": \"ask\"") || shown.contains("\"template\":\"ask\""),
        "{shown}"
    );
    let _ = desk.ok("undo");
    assert!(desk.raw("ID1").contains("\nstatus = \"open\"\n"));
    let _ = desk.ok("check");
}

#[test]
fn a_gap_is_refused_before_anything_is_written() {
    let text = ASK.replace(
        "what does",
        "{vendor.name}, {order.title} and {vendor.name}: what does",
    );
    let desk = with_template("ask", &text);
    let before = desk.raw("ID1");
    insta::assert_snapshot!(desk.run("contact ID1 --template ask"), @"
    -----
    error: template `ask` inserts what `ID1` does not have: {vendor.name}, {order.title}
    hint: desk set ID1 vendor.name=…
    hint: or give it a stand-in in the template: {vendor.name|…}
    [exit 4]
    ");
    assert_eq!(desk.raw("ID1"), before);
    desk.write("templates/ask.md", ASK.replace("{id}", "{ids}"));
    insta::assert_snapshot!(desk.run("note ID1 --template ask"), @r#"
    -----
    error: `templates/ask.md` is not valid
    error: there is no placeholder `ids`
     --> templates/ask.md:3:11
      |
    3 | subject = "About {ids}"
      |           ^^^^^^^^^^^^^
    hint: did you mean `id`? for a brace itself write `{{`
    error: there is no placeholder `ids`
     --> templates/ask.md:9:11
      |
    9 | what does {ids} say? Answer by {until}.
      |           ^^^^^
    hint: did you mean `id`? for a brace itself write `{{`
    [exit 3]
    "#);
    // What `then` says is refused as a whole, too.
    desk.write(
        "templates/ask.md",
        ASK.replace("then = {", "then = { queue = \"netwrk\","),
    );
    insta::assert_snapshot!(desk.run("note ID1 --template ask"), @"
    -----
    error: there is no queue `netwrk`
    hint: did you mean `network`?
    hint: `then` in templates/ask.md says so
    [exit 2]
    ");
    assert_eq!(desk.raw("ID1"), before);
}

#[test]
fn a_value_is_inserted_once() {
    let text = "+++\ntitle = \"x\"\n+++\n{title} of {requester.name}: {{id}} {code.title}\n";
    let desk = with_template("x", text);
    let _ = desk.ok("set ID1 title='{id} ## {requester.name}' requester.name='{agent.name}'");
    let _ = desk.ok("note ID1 --template x");
    let raw = desk.raw("ID1");
    let text = "{id} ## {requester.name} of {agent.name}: {id} Paper jam";
    assert!(raw.contains(text), "{raw}");
}

#[test]
fn what_a_template_is_not_for_is_refused() {
    let desk = with_template("ask", ASK);
    insta::assert_snapshot!(desk.run("resolve ID1 --template ask"), @"
    -----
    error: template `ask` is not for `resolve`
    hint: it is for note, contact, as `for` in templates/ask.md says; `desk templates --for resolve` shows those that are
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("note ID1 --template aks"), @"
    -----
    error: there is no template `aks`
    hint: did you mean `ask`?
    [exit 2]
    ");
    desk.write(
        "templates/ask.md",
        ASK.replace("for = [\"note\", \"contact\"]\n", ""),
    );
    let out = desk.run("resolve ID1 --template ask").code(2);
    assert!(
        out.stderr
            .contains("lets a ticket wait, and `resolve` ends it"),
        "{out}"
    );
    for line in [
        "contact ID1 --in --template ask",
        "contact ID1 --automatic --template ask",
        "note ID1 --language de",
        "note ID1 --edit",
        "pend ID1",
        "templates --starter --on ID1",
        "templates --for reslove",
    ] {
        let _ = desk.run(line).code(2);
    }
    let out = desk.run("note ID1 --template ask --edit").code(2);
    assert!(out.stderr.contains("needs a terminal"), "{out}");
}

#[test]
fn each_ticket_gets_its_own_text_in_its_requester_s_language() {
    let desk = Desk::new();
    let made = ["de", "pl", "vi", "bn", "fr"].map(|language| {
        desk.make(&format!(
            "new 'No tone' --from 'Caller {language}' --set requester.language={language}"
        ))
    });
    let out = desk.ok(&format!(
        "pend {} --template more-information -m Why?",
        made.join(" ")
    ));
    let french = format!(
        "`{}`: template `more-information` has no text in `fr`, the requester's language; that in `en` is taken",
        desk.real("ID5")
    );
    assert!(out.stderr.contains(&french), "{out}");
    for (name, words) in made.iter().zip([
        "Guten Tag Caller de,",
        "Prosimy o odpowiedź do: 2026-11-26",
        "Kính gửi Caller vi,",
        "প্রিয় Caller bn,",
        "Hello Caller fr,",
    ]) {
        let text = desk.raw(name);
        assert!(text.contains(words) && text.contains("Why?"), "{text}");
        assert!(text.contains("\nwaiting_on = \"customer\"\n"), "{text}");
    }
    let out = desk
        .run("pend ID1 --template more-information --language nl")
        .code(2);
    assert!(out.stderr.contains("has no text in `nl`"), "{out}");
    let _ = desk.ok("contact ID1 --template received --language pl");
    assert!(desk.raw("ID1").contains("dziękujemy za zgłoszenie"));
    // The house's language is for those whose own is not known.
    let settings = desk.read("desk.toml");
    desk.write(
        "desk.toml",
        format!("{settings}\n[templates]\nlanguage = \"vi\"\n"),
    );
    let name = desk.make("new 'No tone'");
    let _ = desk.ok(&format!("contact {name} --template received"));
    assert!(desk.raw(&name).contains("Kính gửi Anh/Chị,"));
    desk.write(
        "desk.toml",
        format!("{settings}\n[templates]\nlanguage = \"Polish\"\n"),
    );
    let out = desk.run("list").code(3);
    assert!(
        out.stderr.contains("`Polish` is not a language tag"),
        "{out}"
    );
}

#[test]
fn what_is_typed_comes_before_what_the_template_says() {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("pend ID1 ID2 --template with-vendor --on schedule --until 2026-12-01");
    let text = desk.raw("ID2");
    assert!(text.contains("waiting_on = \"schedule\"\n"), "{text}");
    assert!(text.contains("until = 2026-12-01"), "{text}");
    let out = desk.run("contact ID1 --template visit").code(4);
    assert!(out.stderr.contains("--next"), "{out}");
    let _ = desk.ok("contact ID1 --template visit --next 'tomorrow 10:00' -m 'Bring the key.'");
    let text = desk.raw("ID1");
    assert!(text.contains("When: 2026-11-24 10:00"), "{text}");
    assert!(text.trim_end().ends_with("Bring the key."), "{text}");
    let before = desk.raw("ID1");
    let out = desk.run("resolve ID1 ID2 --template resolved").code(4);
    assert!(out.stderr.contains("hint: say it with -m TEXT"), "{out}");
    let _ = desk.ok("resolve ID1 ID2 --template resolved -m 'A new roller.' --dry-run");
    assert_eq!(desk.raw("ID1"), before);
    let _ = desk.ok("resolve ID1 ID2 --template resolved -m 'A new roller.'");
    assert!(
        desk.raw("ID2")
            .contains("is resolved:\n\nA new roller.\n\nPlease")
    );
    let _ = desk.ok("check");
}

/// A code that a template sets brings what follows from it, and the entry tells.
#[test]
fn what_follows_from_a_code_follows_here_too() {
    let text = "+++\ntitle = \"It is the network\"\nthen = { code = \"NET-OUT\", tags = [\"+floor-3\"], urgency = \"high\" }\n+++\nThe switch, not the printer.\n";
    let desk = with_template("network", text);
    let _ = desk.ok("note ID1 --template network");
    let file = desk.file("ID1");
    let entry = file.split("## ").last().unwrap();
    insta::assert_snapshot!(entry, @"
    2026-11-23T09:01:00Z anna note ^tag

    - template: network
    - derived: impact, priority
    - code: PRN-JAM -> NET-OUT
    - tags: +floor-3
    - urgency: low -> high
    - impact: team -> site
    - priority: scheduled-service -> critical-situation

    The switch, not the printer.
    ");
    let _ = desk.ok("check");
    let _ = desk.ok("undo");
    let _ = desk.ok("check");
    let text = text.replace("urgency = \"high\"", "priority = \"standard\"");
    desk.write("templates/network.md", &text);
    let out = desk.run("note ID1 --template network").code(4);
    assert!(out.stderr.contains("needs a reason"), "{out}");
    let out = desk.run("check").code(1);
    assert!(
        out.to_string()
            .contains("a priority that is set by hand needs a reason"),
        "{out}"
    );
    desk.write(
        "templates/network.md",
        text.replace("then = {", "then = { reason = \"The house says so\","),
    );
    let _ = desk.ok("note ID1 --template network");
    assert!(
        desk.raw("ID1")
            .contains("priority_reason = \"The house says so\"")
    );
    let _ = desk.ok("check");
}

#[test]
fn the_list_tells_what_fits() {
    let desk = with_template(
        "ask",
        &ASK.replace(
            "for =",
            "codes = [\"NET-OUT\"]\nqueues = [\"network\"]\nfor =",
        ),
    );
    insta::assert_snapshot!(desk.run("templates ask"), @"
    ask  ·  templates/ask.md
    Ask

    for         note, contact
    codes       NET-OUT
    queues      network
    then        status pending, waiting_on customer, until +3bd
    languages   any
    subject     About {id}

    Hello {requester.name|there},

    what does {id} say? Answer by {until}.
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("templates --for note"), @"
    NAME  FOR            LANGUAGES  TITLE
    ask   note, contact  any        Ask
    -----
    10 others are for something else
    [exit 0]
    ");
    let listed = desk.ok("templates --on ID1 answer");
    assert!(!listed.stdout.contains("ask"), "{listed}");
    let out = desk.ok("note ID1 --template ask");
    assert!(
        out.stderr
            .contains("template `ask` is for code NET-OUT and queue network"),
        "{out}"
    );
    let _ = desk.ok("set ID1 code=NET-OUT queue=network requester.language=pl");
    assert!(desk.ok("templates --on ID1 answer").stdout.contains("ask"));
    insta::assert_snapshot!(desk.run("templates received --on ID1"), @"
    received  ·  pl  ·  templates/received.pl.md
    Przyjęto, i kto się tym zajmuje

    for         contact, reply
    languages   bn de en pl vi
    subject     Przyjęto: Printer on floor 3 jams [ID1]

    Dzień dobry,

    dziękujemy za zgłoszenie. Zarejestrowaliśmy je pod numerem ID1: „Printer on
    floor 3 jams”.

    Zajmuje się nim: pierwsza wolna osoba z zespołu
    Kontakt w tej sprawie: Anna Nowak

    W dalszej korespondencji prosimy podawać numer ID1.

    Z poważaniem
    Anna Nowak
    Help desk
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("templates visit --on ID1 --language en"), @"
    visit  ·  en  ·  templates/visit.en.md
    A visit is arranged

    for         contact, reply
    languages   bn de en pl vi
    subject     Appointment: Printer on floor 3 jams [ID1]

    Hello Jan Kowalski,

    a visit is arranged for “Printer on floor 3 jams” (ID1).

    When: {next}
    Where: as agreed
    Who comes: a member of our team

    Please keep the device within reach, and save your work beforehand. If the time does
    not suit you, tell us in good time.

    Kind regards
    Anna Nowak
    Help desk
    -----
    would be refused, for this has no value: {next}
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("templates ask --on ID1 --json"), @r#"
    {
      "format": 1,
      "templates": [
        {
          "name": "ask",
          "title": "Ask",
          "language": null,
          "for": [
            "note",
            "contact"
          ],
          "codes": [
            "NET-OUT"
          ],
          "queues": [
            "network"
          ],
          "then": {
            "status": "pending",
            "waiting_on": "customer",
            "until": "+3bd"
          },
          "texts": [
            {
              "language": null,
              "file": "templates/ask.md",
              "title": "Ask",
              "subject": "About {id}",
              "text": "Hello {requester.name|there},\n\nwhat does {id} say? Answer by {until}."
            }
          ],
          "derived": {
            "subject": "About ID1",
            "text": "Hello Jan Kowalski,\n\nwhat does ID1 say? Answer by 2026-11-26 10:09.",
            "empty": []
          }
        }
      ],
      "problems": []
    }
    [exit 0]
    "#);
    let json: serde_json::Value =
        serde_json::from_str(&desk.ok("templates --json").stdout).unwrap();
    assert_eq!(json["templates"].as_array().unwrap().len(), 11);
    assert_eq!(json["templates"][0]["then"]["until"], "+3bd");
    assert_eq!(json["templates"][1]["texts"].as_array().unwrap().len(), 5);
    let none = desk.ok("templates nothing-like-it");
    assert_eq!(none.stdout, "");
    assert!(none.stderr.contains("no templates"), "{none}");
}

#[test]
fn check_finds_what_agents_would_stumble_over() {
    let desk = Desk::new();
    let _ = desk.ok("check templates");
    for (file, text) in [
        (
            "a.en",
            "+++\ntitle = \"x\"\nfor = [\"note\", \"mail\"]\ncodes = [\"NET-OUTT\"]\nqueues = [\"networks\"]\n+++\n{requster.name}\n",
        ),
        (
            "h",
            "+++\ntitle = \"x\"\ntitel = \"y\"\nthen = { queu = \"network\", tags = [\"+a b\"], status = \"pending\", waiting_on = \"custmer\" }\n+++\nh\n",
        ),
        (
            "b.en",
            "+++\ntitle = \"x\"\nthen = { status = \"pending\", waiting_on = \"customer\", until = \"2020-01-01\" }\n+++\nb\n",
        ),
        ("b.pl", "+++\ntitle = \"x\"\nfor = [\"note\"]\n+++\nb\n"),
        ("B.pl", "+++\ntitle = \"x\"\n+++\nb\n"),
        ("c.english.language", "+++\ntitle = \"x\"\n+++\nc\n"),
        ("sub/d", "+++\ntitle = \"x\"\n+++\nd\n"),
        (
            "e",
            "+++\ntitle = \"x\"\n+++\n<<<<<<< a\ne\n=======\nf\n>>>>>>> b\n",
        ),
        ("f", "no front matter\n"),
        (
            "g",
            "+++\ntitle = \"x\"\nfor = [\"resolve\"]\nthen = { status = \"pending\", waiting_on = \"vendor\" }\n+++\ng\n",
        ),
    ] {
        desk.write(&format!("templates/{file}.md"), text);
    }
    insta::assert_snapshot!(desk.run("check templates"), @r#"
    error: the template has no text
    --> templates/a.en.md
    hint: write it below the second `+++`

    error: a template cannot be for `mail`
     --> templates/a.en.md:3:16
      |
    3 | for = ["note", "mail"]
      |                ^^^^^^
    hint: one of: note, contact, resolve, pend, reply

    error: there is no problem code `NET-OUTT`
     --> templates/a.en.md:4:10
      |
    4 | codes = ["NET-OUTT"]
      |          ^^^^^^^^^^
    hint: did you mean `NET-OUT`?

    error: there is no queue `networks`
     --> templates/a.en.md:5:11
      |
    5 | queues = ["networks"]
      |           ^^^^^^^^^^
    hint: did you mean `network`?

    error: there is no placeholder `requster.name`
     --> templates/a.en.md:7:1
      |
    7 | {requster.name}
      | ^^^^^^^^^^^^^^^
    hint: did you mean `requester.name`? for a brace itself write `{{`

    error: 2020-01-01 00:00 is in the past
     --> templates/b.en.md:3:63
      |
    3 | then = { status = "pending", waiting_on = "customer", until = "2020-01-01" }
      |                                                               ^^^^^^^^^^^^
    hint: a ticket waits for a time to come

    error: `then` differs from that in templates/b.en.md
    --> templates/b.pl.md
    hint: a template does the same in every language

    error: the same name and language as templates/B.pl.md
    --> templates/b.pl.md
    hint: keep one of the two files

    error: `for` differs from that in templates/b.en.md
     --> templates/b.pl.md:3:7
      |
    3 | for = ["note"]
      |       ^^^^^^^^
    hint: a template does the same in every language

    error: `english.language` in the file's name is not a language tag
    --> templates/c.english.language.md
    hint: write it like en, pl or pt-BR

    error: git left a conflict in this file
     --> templates/e.md:4:1
      |
    4 | <<<<<<< a
      | ^^^^^^^^^
    hint: keep what is right of both sides, remove the marks, then commit

    error: a page begins with a line `+++`
     --> templates/f.md:1:1
      |
    1 | no front matter
      | ^^^^^^^^^^^^^^^
    hint: the front matter stands between two lines `+++`

    error: a template for `resolve` lets no ticket wait
     --> templates/g.md:4:19
      |
    4 | then = { status = "pending", waiting_on = "vendor" }
      |                   ^^^^^^^^^

    error: unknown key `titel`
     --> templates/h.md:3:1
      |
    3 | titel = "y"
      | ^^^^^
    hint: did you mean `title`?

    error: there is no field `queu`
     --> templates/h.md:4:17
      |
    4 | then = { queu = "network", tags = ["+a b"], status = "pending", waiting_on = "custmer" }
      |                 ^^^^^^^^^
    hint: did you mean `queue`?

    error: `a b` cannot be a tag
     --> templates/h.md:4:35
      |
    4 | then = { queu = "network", tags = ["+a b"], status = "pending", waiting_on = "custmer" }
      |                                   ^^^^^^^^
    hint: a tag is one word, like vpn or floor-3

    error: there is no way to wait `custmer`
     --> templates/h.md:4:78
      |
    4 | then = { queu = "network", tags = ["+a b"], status = "pending", waiting_on = "custmer" }
      |                                                                              ^^^^^^^^^
    hint: did you mean `customer`?

    error: a template stands in the folder templates itself
    --> templates/sub/d.md
    hint: move it there: its name tells what it is for

    checked 0 tickets, 0 articles: 18 findings
    [exit 1]
    "#);
    // A file that cannot be read keeps nobody from the others.
    let out = desk.ok("templates received");
    assert!(out.stderr.contains("templates/f.md"), "{out}");
    let _ = desk.open("x");
    let _ = desk.ok("contact ID1 --template received");
    let out = desk.run("contact ID1 --template f").code(3);
    assert!(out.stderr.contains("templates/f.md"), "{out}");
}

#[test]
fn only_managers_change_templates() {
    let desk = Desk::with_ticket();
    let out = desk.run("templates --starter").code(4);
    assert!(out.stderr.contains("a manager writes them"), "{out}");
    desk.replace("templates/received.en.md", "Hello", "Good day");
    let out = desk.run("check --changed").code(1);
    assert!(
        out.to_string()
            .contains("`anna` is no manager, and changed it"),
        "{out}"
    );
    desk.git(&["commit", "--quiet", "--all", "-m", "By anna"]);
    let out = desk.run("check --range HEAD~..HEAD").code(1);
    assert!(
        out.to_string().contains("templates/received.en.md"),
        "{out}"
    );
    desk.git(&[
        "commit",
        "--quiet",
        "--amend",
        "--no-edit",
        "--author",
        "Ewa <ewa@example.org>",
    ]);
    let _ = desk.ok("check --range HEAD~..HEAD");
}

#[test]
fn an_older_desk_gets_those_whose_names_it_does_not_have() {
    let desk = Desk::with_ticket();
    for entry in std::fs::read_dir(desk.root.join("templates")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name != "received.de.md" {
            std::fs::remove_file(path).unwrap();
        }
    }
    desk.git(&["commit", "--quiet", "--all", "-m", "None but one"]);
    let _ = desk.ok("note ID1 -m x");
    insta::assert_snapshot!(desk.run("templates --starter --as ewa --dry-run"), @"
    would write 45 files of 9 templates into templates/
      closing-soon
      more-information
      moved
      outage
      resolved
      tried-to-reach
      visit
      with-vendor
      workaround
    [exit 0]
    ");
    assert_eq!(desk.status(), "");
    let _ = desk.ok("templates --starter --as ewa");
    insta::assert_snapshot!(desk.commit(), @"
    templates: 9 of the starter

    -- Ewa Wójcik <ewa@example.org>, 2026-11-23T09:03:00Z; committed by Anna Nowak <anna@example.org>
    A	templates/closing-soon.bn.md
    A	templates/closing-soon.de.md
    A	templates/closing-soon.en.md
    A	templates/closing-soon.pl.md
    A	templates/closing-soon.vi.md
    A	templates/more-information.bn.md
    A	templates/more-information.de.md
    A	templates/more-information.en.md
    A	templates/more-information.pl.md
    A	templates/more-information.vi.md
    A	templates/moved.bn.md
    A	templates/moved.de.md
    A	templates/moved.en.md
    A	templates/moved.pl.md
    A	templates/moved.vi.md
    A	templates/outage.bn.md
    A	templates/outage.de.md
    A	templates/outage.en.md
    A	templates/outage.pl.md
    A	templates/outage.vi.md
    A	templates/resolved.bn.md
    A	templates/resolved.de.md
    A	templates/resolved.en.md
    A	templates/resolved.pl.md
    A	templates/resolved.vi.md
    A	templates/tried-to-reach.bn.md
    A	templates/tried-to-reach.de.md
    A	templates/tried-to-reach.en.md
    A	templates/tried-to-reach.pl.md
    A	templates/tried-to-reach.vi.md
    A	templates/visit.bn.md
    A	templates/visit.de.md
    A	templates/visit.en.md
    A	templates/visit.pl.md
    A	templates/visit.vi.md
    A	templates/with-vendor.bn.md
    A	templates/with-vendor.de.md
    A	templates/with-vendor.en.md
    A	templates/with-vendor.pl.md
    A	templates/with-vendor.vi.md
    A	templates/workaround.bn.md
    A	templates/workaround.de.md
    A	templates/workaround.en.md
    A	templates/workaround.pl.md
    A	templates/workaround.vi.md
    ");
    assert!(!desk.root.join("templates/received.en.md").exists());
    insta::assert_snapshot!(desk.run("templates --starter --as ewa"), @"
    the desk has templates of all these names
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("undo --as ewa"), @"
    -----
    error: `templates --starter` is not taken back
    hint: remove the files that the house does not want with `git rm`
    [exit 4]
    ");
    let _ = desk.ok("check");
}

#[test]
fn the_starter_is_whole_in_every_language() {
    let desk = Desk::new();
    let json: serde_json::Value =
        serde_json::from_str(&desk.ok("templates --json").stdout).unwrap();
    let all = json["templates"].as_array().unwrap();
    assert_eq!(all.len(), 10);
    for one in all {
        let texts = one["texts"].as_array().unwrap();
        let languages: Vec<&str> = texts
            .iter()
            .map(|text| text["language"].as_str().unwrap())
            .collect();
        assert_eq!(languages, ["bn", "de", "en", "pl", "vi"], "{}", one["name"]);
        let inserted = |text: &str| -> BTreeSet<String> {
            let names = text.split('{').skip(1);
            names
                .map(|rest| rest.split(['}', '|']).next().unwrap().to_owned())
                .collect()
        };
        // Polish greets nobody by name, for names are declined.
        let of = |text: &serde_json::Value| {
            let mut names = inserted(text["text"].as_str().unwrap());
            names.remove("requester.name");
            names
        };
        for text in texts {
            assert_eq!(
                of(text),
                of(&texts[0]),
                "{} {}",
                one["name"],
                text["language"]
            );
        }
    }
}

#[test]
fn a_text_edited_at_once_in_two_clones_is_kept_from_both() {
    let desk = Desk::with_ticket();
    let clone = Clone::of(&desk, "second");
    // The clone is told how to merge by the first command that writes.
    let id = desk.real("ID1");
    let _ = clone
        .desk("2026-11-23T11:00:00Z", &["note", &id, "-m", "x"])
        .code(0);
    let path = "templates/received.en.md";
    let edit = |text: &str, title: &str, greeting: &str| {
        text.replace("Received, and who has it", title)
            .replace("Hello", greeting)
    };
    let text = desk.read(path);
    desk.write(path, edit(&text, "Received", "Dear"));
    desk.git(&["commit", "--quiet", "--all", "-m", "One"]);
    std::fs::write(clone.root.join(path), edit(&text, "We have it", "Good day")).unwrap();
    std::fs::write(
        clone.root.join("templates/visit.en.md"),
        clone
            .read("templates/visit.en.md")
            .replace("Kind regards", "Yours"),
    )
    .unwrap();
    let _ = clone
        .git(&["commit", "--quiet", "--all", "-m", "Two"])
        .code(0);
    let before = clone.git(&["rev-parse", "HEAD"]).code(0).stdout;
    let _ = clone
        .git(&["pull", "--quiet", "--no-rebase", "--no-edit"])
        .code(0);
    let merged = clone.read(path);
    for words in [
        "title = \"We have it\"",
        "also title = \"Received\"",
        "Dear",
        "Good day",
        "[desk merge ^",
    ] {
        assert!(merged.contains(words), "{merged}");
    }
    let _ = clone
        .git(&["reset", "--quiet", "--hard", before.trim()])
        .code(0);
    desk.git(&["config", "receive.denyCurrentBranch", "ignore"]);
    let _ = clone.desk("2026-11-23T12:00:00Z", &["sync"]).code(0);
    assert_eq!(clone.read(path), merged);
    assert!(clone.read("templates/visit.en.md").contains("Yours"));
    let out = clone
        .desk("2026-11-23T12:00:00Z", &["check", "templates"])
        .code(1);
    assert!(
        out.stdout
            .contains("a merge joined two versions of a passage"),
        "{out}"
    );
    let out = clone
        .desk(
            "2026-11-23T12:00:00Z",
            &["contact", &id, "--template", "received"],
        )
        .code(4);
    assert!(
        out.stderr.contains("holds two versions of a passage"),
        "{out}"
    );
    let _ = clone
        .desk(
            "2026-11-23T12:00:00Z",
            &["contact", &id, "--template", "visit", "--next", "friday"],
        )
        .code(0);
}

#[test]
fn a_merge_by_hand_is_finished_by_resolve_merge() {
    let desk = Desk::with_ticket();
    let path = "templates/received.en.md";
    let text = desk.read(path);
    desk.git(&["switch", "--quiet", "-c", "other"]);
    desk.write(path, text.replace("Hello", "Dear"));
    desk.git(&["commit", "--quiet", "--all", "-m", "One"]);
    desk.git(&["switch", "--quiet", "main"]);
    desk.write(path, text.replace("Kind regards", "Yours"));
    desk.git(&["commit", "--quiet", "--all", "-m", "Two"]);
    let mut merge = desk.command("git");
    merge.args([
        "-c",
        "merge.plaindesk.driver=false",
        "merge",
        "--quiet",
        "other",
    ]);
    let _ = merge.output().unwrap();
    let _ = desk.ok("resolve-merge");
    let merged = desk.read(path);
    assert!(
        merged.contains("Dear") && merged.contains("Yours"),
        "{merged}"
    );
    assert!(
        !merged.contains("<<<<<<<") && !merged.contains("[desk merge"),
        "{merged}"
    );
}

/// The lines of the shell in the manual's page, each on the tickets that it names.
#[test]
fn the_page_of_the_manual_can_be_typed() {
    let page = include_str!("../../kb/manual/templates.md");
    let desk = Desk::with_two_tickets();
    let mut typed = 0;
    for block in page.split("```sh\n").skip(1) {
        for line in block.split("```").next().unwrap().lines() {
            let line = line.replace("7K3MQ", "ID1").replace("8M2QR", "ID2");
            let _ = desk.ok(line.strip_prefix("desk ").unwrap());
            typed += 1;
        }
    }
    assert!(typed >= 9, "{typed}");
    let _ = desk.ok("set ID1 requester.language=de");
    // The file that the page shows is one.
    let file = page
        .split("\n```\n+++")
        .nth(1)
        .unwrap()
        .split("\n```")
        .next()
        .unwrap();
    desk.write("templates/shown.md", format!("+++{file}\n"));
    let _ = desk.ok("check templates");
    let shown = desk.ok("templates --placeholders").stdout;
    for one in Placeholder::ALL {
        let row = format!("| `{{{one}}}` | {} |", one.what());
        assert!(page.contains(&row), "the page lacks {row}");
        assert!(shown.contains(&format!("{{{one}}}")), "{shown}");
    }
    assert_eq!(page.matches("\n| `{").count(), Placeholder::ALL.len());
}

/// What an export carries, an import brings back: the text and the name of its template.
#[test]
fn the_template_of_an_entry_comes_back_from_an_export() {
    let desk = with_template("ask", ASK);
    let _ = desk.ok("contact ID1 --template ask");
    let exported = desk.ok("export --format json").stdout;
    let other = Desk::new();
    let file = other.beside("out.json");
    std::fs::write(&file, exported).unwrap();
    let _ = other
        .run_args(&["import", "json", file.to_str().unwrap(), "--as", "ewa"])
        .code(0);
    let text = other.read(&desk.real(&desk.path("ID1")));
    assert!(text.contains("- template: ask\n"), "{text}");
    assert!(text.contains("Hello Jan Kowalski,"), "{text}");
}

/// The text as it is filled in is opened, and what comes back is written, with what `then` says.
#[test]
fn the_text_may_be_changed_in_the_editor_first() {
    let desk = with_template("ask", ASK);
    let id = desk.real("ID1");
    let edit = |editor: &str| {
        let mut command = desk.desk(&["contact", &id, "--template", "ask", "--edit"]);
        command.env("EDITOR", editor);
        let mut terminal = Terminal::run(&desk, &command);
        let code = terminal.end();
        (code, terminal.screen())
    };
    let (code, screen) = edit("false");
    assert_ne!(code, 0, "{screen}");
    assert!(desk.raw("ID1").contains("\nstatus = \"open\"\n"));
    let (code, screen) = edit("sed -i 's/what does/PLEASE tell what does/'");
    assert_eq!(code, 0, "{screen}");
    let text = desk.raw("ID1");
    for words in [
        "Hello Jan Kowalski,\n\nPLEASE tell what does",
        "- template: ask\n",
        "- status: open -> pending\n",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("<!--"), "{text}");
    let _ = desk.ok("check");
}

#[test]
fn names_of_templates_are_completed() {
    let desk = Desk::with_ticket();
    let offered = |words: &[&str]| -> Vec<String> {
        let line = format!("desk {}", words.join(" "));
        let mut command = desk.desk(&["--", &line, words.last().unwrap()]);
        command.env("COMPLETE", "bash");
        let out = desk.reported(command).code(0);
        out.stdout.lines().map(str::to_owned).collect()
    };
    let id = desk.id("ID1");
    assert_eq!(
        offered(&["contact", &id, "--template", "mo"]),
        ["more-information", "moved"]
    );
    assert_eq!(offered(&["templates", "vis"]), ["visit"]);
    assert_eq!(offered(&["templates", "--for", "re"]), ["resolve", "reply"]);
}
