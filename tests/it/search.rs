//! `desk search`: what is found, in which order, and how it is shown; much of it holds for
//! `desk kb search`, too.

use crate::desk::Desk;
use crate::kb::article;

/// The ids that a search finds, articles first.
pub(crate) fn found(desk: &Desk, args: &[&str]) -> Vec<String> {
    let mut all = args.to_vec();
    all.push("--json");
    let out = desk.run_args(&all);
    assert!(out.code <= 1, "{out}");
    let reported: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    let ids: Vec<String> = ["articles", "tickets"]
        .into_iter()
        .filter_map(|part| reported[part].as_array())
        .flatten()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(out.code == 1, ids.is_empty(), "{out}");
    ids
}

/// Three tickets, of which each has words of its own in another place.
fn scene() -> Desk {
    let desk = Desk::new();
    let _ = desk.make(
        "new 'Beamer in the large hall stays dark' --from 'Ruta Wiśniewska' --model \
         'Lumen 4000' --serial LX-77812 --tag vip -m \
         'The remote control blinks twice.'",
    );
    let _ = desk.made(&["new", "Password expired", "--from", "Igor Pawlak"]);
    let _ = desk.made(&["new", "Monitor flickers", "--from", "Igor Pawlak"]);
    let _ = desk.ok("note ID2 -m \"Locked after the holidays; unlocked in the directory.\"");
    desk
}

#[test]
fn every_part_of_a_ticket_is_found() {
    let desk = scene();
    let first = desk.id("ID1");
    for words in [
        "beamer",
        "BEAMERS",
        "remote control",
        "wisniewska",
        "Wiśniewska",
        "lx-77812",
        "lumen",
        "vip",
        &first,
    ] {
        assert_eq!(
            found(&desk, &["search", words]).last(),
            Some(&first),
            "{words}"
        );
    }
    let holidays = found(&desk, &["search", "holidays"]);
    assert_eq!(holidays.last(), Some(&desk.id("ID2")));
    assert!(found(&desk, &["search", "xylophone"]).is_empty());
}

#[test]
fn the_query_language_is_that_of_lists() {
    let desk = scene();
    let (one, two, three) = (desk.id("ID1"), desk.id("ID2"), desk.id("ID3"));
    let is = |query: &str, expected: &[&String]| {
        let ids = found(&desk, &["search", query]);
        let ids: Vec<&String> = ids.iter().filter(|id| !id.starts_with("KB-")).collect();
        assert_eq!(ids, expected, "{query}");
    };
    is("\"remote control\"", &[&one]);
    // No text has these words in this order: they are looked for one by one, and that is said.
    is("\"control remote\"", &[&one]);
    let _ = desk
        .run_args(&["search", "\"control remote\""])
        .says("no text has the phrase as it stands");
    is("beam*", &[&one]);
    is("requester:pawlak flick*", &[&three]);
    is("requester:pawlak -monitor", &[&two, &three]);
    is("pawlak -monitor", &[&two]);
    is("pawlak -monit*", &[&two]);
    is("dark tag:vip", &[&one]);
    is("dark !tag:vip", &[]);
    is("dark created:2026-11-01..2026-11-30", &[&one]);
    is("dark created:..2026-10-31", &[]);
    is("dark created>=2026-11-23", &[&one]);
    // What only articles have leaves tickets out, and the other way round.
    is("password state:published", &[]);
    let ids = found(&desk, &["search", "password", "state:published"]);
    assert!(!ids.is_empty() && ids.iter().all(|id| id.starts_with("KB-")));
    let ids = found(&desk, &["search", "password", "is:open"]);
    assert_eq!(ids, [two]);
}

#[test]
fn a_mistyped_field_gets_the_nearest_and_all_else_is_words() {
    let desk = scene();
    insta::assert_snapshot!(desk.run("search queu:network printer"), @"
    Articles
    KB-PR0F  The printer is offline or does not print
             published · en · printing · never used
             Jobs wait in the queue, and nothing comes out.
    -----
    `queu:network` was read as words: there is no field `queu`, did you mean `queue`?
    `queu` stands nowhere; looked for queue too
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb search onwer:anna printer"), @"
    -----
    `onwer:anna` was read as words: there is no field `onwer`
    nothing was found
    `onwer` stands nowhere; looked for owner too
    5 pages of procedures and the manual: add --all
    [exit 1]
    ");
    insta::assert_snapshot!(desk.run("search '***'"), @"
    -----
    error: a search needs words
    hint: type those of the caller: desk search printer offline
    [exit 2]
    ");
    let brackets = "(".repeat(1_000);
    let words = "printer ".repeat(1_000);
    let endless = "ä".repeat(40_000);
    for query in [
        "\"open quote printer",
        "printer \"",
        "printer - ! * ? ~2 ^3 && || AND OR NOT",
        "printer:",
        "error: printer",
        "C:\\Windows\\System32 printer",
        "https://example.com/printer printer",
        "10:30 printer",
        "printer [a TO b} {x",
        "printer \u{1b}[31m\u{202e}\u{7f}",
        "printer \u{fffd}\u{1f4a9}",
        &format!("{brackets} printer {brackets}"),
        &words,
        &format!("printer {endless}"),
        "-printer -toner jam",
    ] {
        let out = desk.run_args(&["search", query]);
        let shown: String = query.chars().take(60).collect();
        assert!(out.code <= 1, "{shown}: {out}");
        assert!(!out.stdout.contains('\u{1b}'), "{shown}");
    }
}

#[test]
fn a_slip_is_forgiven_and_told() {
    let desk = Desk::new();
    let out = desk.run("kb search 'pritner ofline'");
    assert_eq!(out.code, 0, "{out}");
    assert!(out.stdout.starts_with("KB-PR0F"), "{out}");
    assert!(
        out.stderr.contains("`pritner` stands nowhere; looked for"),
        "{out}"
    );
    assert!(out.stderr.contains("printer"), "{out}");
}

#[test]
fn the_screen_shows_where_it_stands() {
    let desk = scene();
    let _ = desk.ok("kb use KB-PW5R --on ID2 --outcome solved");
    insta::assert_snapshot!(desk.run("search '\"remote control\"'"), @"
    Tickets
    ID1         Beamer in the large hall stays dark
                open · standard · 5m ago · Ruta Wiśniewska · service-desk
                The remote control blinks twice.
    [exit 0]
    ");
    let out = desk.run("kb search 'forgotten password' --limit 1");
    assert!(
        out.stdout
            .starts_with("KB-PW5R  Resetting a forgotten password\n"),
        "{out}"
    );
    assert!(
        out.stdout
            .contains("published · en · accounts · solved 1 of 1"),
        "{out}"
    );
    let reported = &desk.json("kb search 'forgotten password'")["articles"][0];
    assert_eq!(reported["derived"]["solved"], 1);
    let passage = &reported["derived"]["passage"];
    let (text, mark) = (passage["text"].as_str().unwrap(), &passage["marks"][0]);
    let at = |end: usize| usize::try_from(mark[end].as_u64().unwrap()).unwrap();
    let word: String = text.chars().skip(at(0)).take(at(1) - at(0)).collect();
    assert!(
        ["forgotten", "password"].contains(&word.to_lowercase().as_str()),
        "{word}"
    );
}

#[test]
fn korean_nouns_are_found_with_and_without_their_particles() {
    let desk = Desk::new();
    let _ = desk.made(&["new", "프린터가 오프라인입니다", "--from", "Nina Wrona"]);
    let _ = desk.made(&[
        "new",
        "회의실 전화를 받을 수 없습니다",
        "--from",
        "Jan Kowalski",
    ]);
    let _ = desk.made(&["new", "모니터에서 소리가 납니다", "--from", "Ewa Kot"]);
    for (asked, right) in [
        ("프린터", "ID1"),
        ("프린터를", "ID1"),
        ("오프라인", "ID1"),
        ("전화", "ID2"),
        ("전화가", "ID2"),
        ("모니터는", "ID3"),
    ] {
        let hits = found(&desk, &["search", asked]);
        assert_eq!(hits, [desk.id(right)], "{asked}");
    }
    assert_eq!(desk.run("search 스캐너").code, 1);
}

/// Sentences of four languages in which a word is not written as it is looked for.
#[test]
fn any_language_is_found_without_being_told_which() {
    let desk = Desk::new();
    for (path, id, title, body) in [
        (
            "de",
            "KB-DE01",
            "Das Firmennetzwerk ist langsam",
            "Bei der Netzwerkdruckereinrichtung wird der Anmeldename verlangt.",
        ),
        (
            "pl",
            "KB-PK01",
            "Odzyskiwanie zapomnianych haseł",
            "Użytkownik nie może zalogować się do skrzynki pocztowej po zmianie hasła.",
        ),
        (
            "vi",
            "KB-VN01",
            "Đặt lại mật khẩu thư điện tử",
            "Người dùng quên mật khẩu và không đăng nhập được vào hộp thư.",
        ),
        (
            "bn",
            "KB-BN01",
            "কম্পিউটার চালু হচ্ছে না",
            "বিদ্যুৎ সংযোগ পরীক্ষা করুন। র‍্যাম ঠিকমতো বসানো আছে কি না দেখুন।",
        ),
        (
            "ja",
            "KB-JA01",
            "プリンターで紙詰まりが起きたとき",
            "用紙トレイを開けて、詰まった紙をゆっくり引き抜きます。",
        ),
    ] {
        let front = format!("id = \"{id}\"\ntitle = \"{title}\"\nstate = \"published\"\n");
        article(
            &desk,
            &format!("kb/languages/{path}.md"),
            &front,
            &format!("{body}\n"),
        );
    }
    for (words, id) in [
        // Parts of compounds.
        ("Netzwerkdrucker einrichten", "KB-DE01"),
        ("Netzwerk Firma langsam", "KB-DE01"),
        // Another case and number.
        ("zapomniane hasło", "KB-PK01"),
        ("skrzynka pocztowa", "KB-PK01"),
        ("haslo do skrzynki", "KB-PK01"),
        // Without tone marks, and with them written as separate characters.
        ("quen mat khau", "KB-VN01"),
        ("ma\u{323}\u{302}t kha\u{302}\u{309}u", "KB-VN01"),
        ("hop thu dien tu", "KB-VN01"),
        // Conjuncts are whole, with the joiner and without.
        ("কম্পিউটার চালু", "KB-BN01"),
        ("র্যাম", "KB-BN01"),
        ("বিদ্যুৎ", "KB-BN01"),
        // No spaces at all.
        ("紙詰まり", "KB-JA01"),
    ] {
        let ids = found(&desk, &["kb", "search", words]);
        assert_eq!(
            ids.first().map(String::as_str),
            Some(id),
            "{words}: {ids:?}"
        );
    }
}
