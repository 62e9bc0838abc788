//! `desk kb check`: what agents would stumble over on a call.

use super::article;
use crate::desk::Desk;

#[test]
fn the_shipped_knowledge_base_is_clean() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("kb check"), @"
    checked N articles: all is well
    [exit 0]
    ");
    assert_eq!(desk.run("kb check -q").stdout, "");
}

#[test]
fn links_and_addresses_that_lead_nowhere_are_named() {
    let desk = Desk::new();
    article(
        &desk,
        "kb/network/a.md",
        "id = \"KB-AAA1\"\ntitle = \"A\"\nstate = \"published\"\nowner = \"nobody\"\ncodes = [\"NET-OUT\", \"NO-SUCH\"]\nrelated = [\n  \"KB-7Q2M\",\n  \"KB-7Q2N\", # ?\n  \"KB-AAA2\",\n]\ntickets = [\"2611-ZZZZZ\"]\nlinks = [\"https://ok.example\", \"htps://x.example\"]\n",
        "See KB-9999, [this](KB-7Q2M), [that](kb-0000) and [old](KB-AAA2).\nFiles: [one](no-network.md) ![two](../img/x.png) [three](/kb/mail/no.md) [four](../../../etc/passwd).\nhttps://ok.example/a and <https://bad..example> and [x](https://a.example:99999/).\n\n`KB-8888` is code, and:\n\n    KB-7777\n",
    );
    article(
        &desk,
        "kb/network/b.md",
        "id = \"KB-AAA2\"\ntitle = \"B\"\nstate = \"retired\"\n",
        "See KB-6666.\n",
    );
    insta::assert_snapshot!(desk.run("kb check"), @r#"
    error: there is no agent `nobody`
     --> kb/network/a.md:5:9
      |
    5 | owner = "nobody"
      |         ^^^^^^^^

    error: there is no problem code `NO-SUCH`
     --> kb/network/a.md:6:21
      |
    6 | codes = ["NET-OUT", "NO-SUCH"]
      |                     ^^^^^^^^^

    error: there is no article `KB-7Q2N`
     --> kb/network/a.md:9:3
      |
    9 |   "KB-7Q2N", # ?
      |   ^^^^^^^^^
    hint: did you mean `KB-7Q2M`?

    error: KB-AAA2 is retired
      --> kb/network/a.md:10:3
       |
    10 |   "KB-AAA2",
       |   ^^^^^^^^^
    hint: name what took its place

    error: there is no ticket `2611-ZZZZZ`
      --> kb/network/a.md:12:12
       |
    12 | tickets = ["2611-ZZZZZ"]
       |            ^^^^^^^^^^^^

    error: this address cannot be: `htps:` is none; perhaps `https:`
      --> kb/network/a.md:13:32
       |
    13 | links = ["https://ok.example", "htps://x.example"]
       |                                ^^^^^^^^^^^^^^^^^^

    error: there is no article `KB-9999`
      --> kb/network/a.md:15:5
       |
    15 | See KB-9999, [this](KB-7Q2M), [that](kb-0000) and [old](KB-AAA2).
       |     ^^^^^^^

    error: there is no article `KB-0000`
      --> kb/network/a.md:15:31
       |
    15 | See KB-9999, [this](KB-7Q2M), [that](kb-0000) and [old](KB-AAA2).
       |                               ^^^^^^^^^^^^^^^

    error: KB-AAA2 is retired
      --> kb/network/a.md:15:51
       |
    15 | See KB-9999, [this](KB-7Q2M), [that](kb-0000) and [old](KB-AAA2).
       |                                                   ^^^^^^^^^^^^^^
    hint: name what took its place

    error: there is no file `../img/x.png`
      --> kb/network/a.md:16:29
       |
    16 | Files: [one](no-network.md) ![two](../img/x.png) [three](/kb/mail/no.md) [four](../../../etc/passwd).
       |                             ^^^^^^^^^^^^^^^^^^^^

    error: there is no file `/kb/mail/no.md`
      --> kb/network/a.md:16:50
       |
    16 | Files: [one](no-network.md) ![two](../img/x.png) [three](/kb/mail/no.md) [four](../../../etc/passwd).
       |                                                  ^^^^^^^^^^^^^^^^^^^^^^^
    hint: articles move: link to one by its id, like [its title](KB-7Q2M)

    error: there is no file `../../../etc/passwd`
      --> kb/network/a.md:16:74
       |
    16 | Files: [one](no-network.md) ![two](../img/x.png) [three](/kb/mail/no.md) [four](../../../etc/passwd).
       |                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: this address cannot be: `bad..example` is no host
      --> kb/network/a.md:17:26
       |
    17 | https://ok.example/a and <https://bad..example> and [x](https://a.example:99999/).
       |                          ^^^^^^^^^^^^^^^^^^^^^^

    error: this address cannot be: there is no port 99999
      --> kb/network/a.md:17:53
       |
    17 | https://ok.example/a and <https://bad..example> and [x](https://a.example:99999/).
       |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    checked N articles: 14 findings
    [exit 1]
    "#);
    let _ = desk.run("kb check kb/mail").code(0);
    let reported = desk.run("kb check kb/network/a.md --json").code(1).json();
    assert_eq!(reported["problems"].as_array().unwrap().len(), 14);
    assert_eq!(reported["problems"][0]["path"], "kb/network/a.md");
    assert!(reported["problems"][0]["line"].is_number());
}

#[test]
fn what_is_past_its_days_is_named() {
    let desk = Desk::new();
    article(
        &desk,
        "kb/a.md",
        "id = \"KB-AAA1\"\ntitle = \"A\"\nstate = \"published\"\nreview_by = 2026-11-22\n",
        "Text.\n",
    );
    article(
        &desk,
        "kb/b.md",
        "id = \"KB-AAA2\"\ntitle = \"B\"\nstate = \"published\"\nexpires = 2026-11-23\n",
        "Text.\n",
    );
    article(
        &desk,
        "kb/c.md",
        "id = \"KB-AAA3\"\ntitle = \"C\"\nstate = \"published\"\nreview_by = 2026-11-23\nexpires = 2026-11-24\n",
        "Text.\n",
    );
    article(
        &desk,
        "kb/d.md",
        "id = \"KB-AAA4\"\ntitle = \"D\"\nstate = \"draft\"\nreview_by = 2026-01-01\n",
        "Text.\n",
    );
    insta::assert_snapshot!(desk.run("kb check"), @"
    error: it was to be read again by 2026-11-22
     --> kb/a.md:5:13
      |
    5 | review_by = 2026-11-22
      |             ^^^^^^^^^^
    hint: if it still holds: desk kb review KB-AAA1 --until DATE

    error: it expired on 2026-11-23
     --> kb/b.md:5:11
      |
    5 | expires = 2026-11-23
      |           ^^^^^^^^^^
    hint: give it another day, or: desk kb retire KB-AAA2

    checked N articles: 2 findings
    [exit 1]
    ");
}

#[test]
fn what_is_there_twice_is_named() {
    let desk = Desk::new();
    article(
        &desk,
        "kb/a.md",
        "id = \"KB-AAA1\"\ntitle = \"Déjà vu\"\nstate = \"published\"\n",
        "Text.\n",
    );
    article(
        &desk,
        "kb/b.md",
        "id = \"KB-AAA2\"\ntitle = \"DEJA VU\"\nstate = \"draft\"\n",
        "Text.\n",
    );
    article(
        &desk,
        "kb/c.md",
        "id = \"KB-AAA1\"\ntitle = \"C\"\nstate = \"draft\"\n",
        "Text.\n",
    );
    article(
        &desk,
        "kb/d.md",
        "id = \"KB-AAA4\"\ntitle = \"Déjà vu\"\nstate = \"draft\"\nlanguage = \"fr\"\n",
        "Text.\n",
    );
    insta::assert_snapshot!(desk.run("kb check"), @r#"
    error: `kb/a.md` has the same title
     --> kb/b.md:3:9
      |
    3 | title = "DEJA VU"
      |         ^^^^^^^^^
    hint: join the two, or say in the titles how they differ

    error: the id KB-AAA1 is that of `kb/a.md` too
     --> kb/c.md:2:6
      |
    2 | id = "KB-AAA1"
      |      ^^^^^^^^^
    hint: give the younger article another id

    checked N articles: 2 findings
    [exit 1]
    "#);
}

#[test]
fn translations_that_hang_on_nothing_are_named() {
    let desk = Desk::new();
    for (name, id, front) in [
        (
            "a",
            "KB-AAA1",
            "language = \"pl\"\ntranslation_of = \"KB-AAA2\"\n",
        ),
        (
            "b",
            "KB-AAA2",
            "language = \"de\"\ntranslation_of = \"KB-AAA1\"\n",
        ),
        (
            "c",
            "KB-AAA3",
            "language = \"pl\"\ntranslation_of = \"KB-AAA3\"\n",
        ),
        ("d", "KB-AAA4", "translation_of = \"KB-7Q2M\"\n"),
        (
            "e",
            "KB-AAA5",
            "language = \"en\"\ntranslation_of = \"KB-7Q2M\"\n",
        ),
        (
            "f",
            "KB-AAA6",
            "language = \"pl\"\ntranslation_of = \"KB-NONE\"\n",
        ),
        (
            "g",
            "KB-AAA7",
            "language = \"pl\"\ntranslation_of = \"KB-7Q2M\"\n",
        ),
        (
            "h",
            "KB-AAA8",
            "language = \"pl\"\ntranslation_of = \"KB-7Q2M\"\n",
        ),
    ] {
        article(
            &desk,
            &format!("kb/{name}.md"),
            &format!("id = \"{id}\"\ntitle = \"{name}\"\nstate = \"published\"\n{front}"),
            "Text.\n",
        );
    }
    insta::assert_snapshot!(desk.run("kb check"), @r#"
    error: the translations go in a circle
     --> kb/a.md:6:18
      |
    6 | translation_of = "KB-AAA2"
      |                  ^^^^^^^^^
    hint: take `translation_of` out of the original

    error: the translations go in a circle
     --> kb/b.md:6:18
      |
    6 | translation_of = "KB-AAA1"
      |                  ^^^^^^^^^
    hint: take `translation_of` out of the original

    error: the translations go in a circle
     --> kb/c.md:6:18
      |
    6 | translation_of = "KB-AAA3"
      |                  ^^^^^^^^^
    hint: take `translation_of` out of the original

    error: a translation needs a `language`
     --> kb/d.md:5:18
      |
    5 | translation_of = "KB-7Q2M"
      |                  ^^^^^^^^^
    hint: add a line like language = "pl"

    error: KB-7Q2M is in `en` already
     --> kb/e.md:5:12
      |
    5 | language = "en"
      |            ^^^^

    error: there is no article `KB-NONE`
     --> kb/f.md:6:18
      |
    6 | translation_of = "KB-NONE"
      |                  ^^^^^^^^^

    error: KB-AAA7 is in `pl` already
     --> kb/h.md:5:12
      |
    5 | language = "pl"
      |            ^^^^

    checked N articles: 7 findings
    [exit 1]
    "#);
}

#[test]
fn a_code_that_asks_for_a_script_needs_one() {
    let desk = Desk::new();
    // No numbered line is left in the one article of NET-OUT.
    let path = "kb/network/no-network.md";
    let text = desk.read(path);
    let (head, rest) = text.split_once("## Call script").unwrap();
    let (_, tail) = rest.split_once("## Resolution").unwrap();
    desk.write(path, format!("{head}## Call script\n\n## Resolution{tail}"));
    insta::assert_snapshot!(desk.run("kb check"), @r#"
    error: code NET-OUT asks for a call script, and KB-7Q2M has none in use
       --> catalog.toml:352:1
        |
    352 | [code.NET-OUT]
        | ^^^^^^^^^^^^^^
    hint: desk kb new --template script --code NET-OUT

    error: the call script has no numbered line
      --> kb/network/no-network.md:23:1
       |
    23 | ## Call script
       | ^^^^^^^^^^^^^^
    hint: number the lines that are read out: 1. "…"

    checked N articles: 2 findings
    [exit 1]
    "#);
    desk.write(
        path,
        text.replace("state = \"published\"", "state = \"review\""),
    );
    let _ = desk.run("kb check").code(1).says("KB-7Q2M has none in use");
    desk.replace("catalog.toml", "script = true", "script = false");
    let _ = desk.run("kb check").code(0);
}

#[test]
fn a_path_that_is_not_there_is_refused() {
    let desk = Desk::new();
    let _ = desk
        .run("kb check kb/nothing.md")
        .code(2)
        .says("there is no `kb/nothing.md`");
    let _ = desk
        .run("kb check /etc")
        .code(2)
        .says("is not in this desk");
}

#[test]
fn names_that_windows_cannot_have_are_named() {
    let desk = Desk::new();
    let _ = desk.ok("kb new 'Printer is jammed' -m x");
    let _ = desk.run("kb check").code(0);
    let old = desk.root.join("kb/general/printer-is-jammed.md");
    for name in ["LPT1.md", "why?.md", "a:b.md"] {
        std::fs::rename(&old, desk.root.join("kb/general").join(name)).unwrap();
        let out = desk.run("kb check").code(1);
        let line = format!("Windows has no file called `{name}`");
        assert!(out.stdout.contains(&line), "{out}");
        std::fs::rename(desk.root.join("kb/general").join(name), &old).unwrap();
    }
}
