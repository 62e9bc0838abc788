//! `desk sweep`.

use std::fs;

use crate::desk::Desk;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// A standard ticket by e-mail that nobody has answered; the scene begins on Monday at 10:00.
fn unanswered() -> Desk {
    let desk = Desk::new();
    desk.make("new 'Mail is slow' --channel email --from 'Jan Kowalski' --urgency high");
    desk
}

/// The headings of the log's entries by `desk`, with their tags.
fn own(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with("## "));
    let own = headings.filter(|line| line.split(' ').nth(2) == Some("desk"));
    own.map(str::to_owned).collect()
}

/// Those headings without their times.
fn things(text: &str) -> Vec<String> {
    let thing = |heading: &String| heading.split(' ').skip(2).collect::<Vec<_>>().join(" ");
    own(text).iter().map(thing).collect()
}

#[test]
fn it_reminds_at_each_point_once() {
    let desk = unanswered();
    insta::assert_snapshot!(desk.run("sweep"), @"
    -----
    nothing to do
    [exit 0]
    ");
    desk.wait(2 * HOUR);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         remind    Mail is slow
                its first response has used 50% of its time, Mon 23 Nov 12:00, due Mon 23 Nov 14:00
    -----
    1 entry
    [exit 0]
    ");
    insta::assert_snapshot!(desk.commit(), @"
    ID1 remind: Mail is slow

    -- desk <desk@localhost>, 2026-11-23T11:02:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    // Nothing twice, and no commit for nothing.
    let before = desk.state();
    insta::assert_snapshot!(desk.run("sweep"), @"
    -----
    nothing to do
    [exit 0]
    ");
    assert!(before == desk.state());
    desk.wait(HOUR);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         remind    Mail is slow
                its first response has used 75% of its time, Mon 23 Nov 13:00, due Mon 23 Nov 14:00
    -----
    1 entry
    [exit 0]
    ");
    desk.wait(HOUR);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         remind    Mail is slow
                its first response is overdue since Mon 23 Nov 14:00
    -----
    1 entry
    [exit 0]
    ");
    assert_eq!(own(&desk.raw("ID1")).len(), 3);
    let _ = desk.run("check").code(0);
    insta::assert_snapshot!(desk.json("sweep")["entries"], @"[]");
}

#[test]
fn a_late_sweep_tells_the_last_point_only() {
    let desk = unanswered();
    desk.wait(DAY);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         remind    Mail is slow
                its first response is overdue since Mon 23 Nov 14:00
    -----
    1 entry
    [exit 0]
    ");
    assert_eq!(desk.run("sweep").stdout, "");
    let log = desk.file("ID1");
    let entry: Vec<&str> = log
        .lines()
        .skip_while(|line| !line.contains(" desk "))
        .collect();
    insta::assert_snapshot!(entry.join("\n"), @"
    ## 2026-11-23T13:00:00Z desk remind ^tag

    - clock: first-response
    - at: 100%
    - due: 2026-11-23T13:00:00Z
    ");
}

#[test]
fn a_dry_run_tells_the_plan_and_writes_nothing() {
    let desk = unanswered();
    desk.wait(DAY);
    let before = desk.state();
    insta::assert_snapshot!(desk.run("sweep --dry-run"), @"
    Nothing was written; this is what would be:
    ID1         remind    Mail is slow
                its first response is overdue since Mon 23 Nov 14:00
    -----
    1 entry
    [exit 0]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("sweep -q");
    assert_eq!(own(&desk.raw("ID1")).len(), 1);
}

#[test]
fn two_clones_do_one_thing() {
    let desk = unanswered();
    desk.wait(5 * HOUR);
    let (left, right) = (desk.copy(), desk.copy());
    let (_, _) = (left.ok("sweep"), right.ok("sweep"));
    assert_eq!(left.raw("ID1"), right.raw("ID1"), "at one moment, one text");
    // At another moment it is still the same thing, dated when it was due.
    let late = desk.copy();
    late.wait(HOUR);
    let _ = late.ok("sweep");
    assert_eq!(things(&left.raw("ID1")), things(&late.raw("ID1")));
    assert_eq!(
        left.raw("ID1"),
        late.raw("ID1"),
        "an hour later, the same bytes"
    );
    for tag in things(&left.raw("ID1")) {
        let tag = tag.rsplit('^').next().unwrap().to_owned();
        assert_eq!(tag.len(), 8, "{tag}");
    }
    // With what the other clone wrote, there is nothing left to do.
    late.write(&late.path("ID1"), left.raw("ID1"));
    let before = late.raw("ID1");
    let _ = late.run("sweep").code(0).says("nothing to do");
    assert_eq!(before, late.raw("ID1"));
}

#[test]
fn an_order_that_wakes_takes_its_tickets_along_in_two_clones_alike() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("work new ID1");
    let _ = desk.ok("pend ID2 --on vendor --until +2h -m 'The part comes at noon.'");
    desk.wait(3 * HOUR);
    let late = desk.copy();
    late.wait(10);
    let (_, _) = (desk.ok("sweep"), late.ok("sweep"));
    for id in ["ID1", "ID2"] {
        assert_eq!(things(&desk.raw(id)), things(&late.raw(id)), "{id}");
    }
    for id in ["ID1", "ID2"] {
        assert_eq!(things(&desk.raw(id)).len(), 1, "{id}");
        let reported = desk.json(&format!("show {id}"));
        assert_eq!(reported["tickets"][0]["status"], "open", "{id}");
    }
    let _ = desk.run("check").code(0);
}

#[test]
fn many_sweeps_at_once_do_each_thing_once() {
    let desk = unanswered();
    desk.wait(5 * HOUR);
    let running: Vec<_> = (0..4)
        .map(|_| desk.desk(&["sweep", "-q"]).spawn().unwrap())
        .collect();
    for mut one in running {
        assert!(one.wait().unwrap().success());
    }
    assert_eq!(own(&desk.raw("ID1")).len(), 1);
}

#[test]
fn what_waited_for_a_date_wakes() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on schedule --until +2h -m 'The paper comes at noon.'");
    let _ = desk.run("sweep").says("nothing to do");
    desk.wait(3 * HOUR);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         wake      Printer on floor 3 jams
                what it waited for was to come Mon 23 Nov 12:01
    -----
    1 entry
    [exit 0]
    ");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "open");
    let _ = desk.ok("pend ID1 --on vendor --until +1h -m 'Another day.'");
    desk.wait(2 * HOUR);
    let _ = desk.ok("sweep");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "open");
    assert_eq!(own(&desk.raw("ID1")).len(), 2);
    let _ = desk.run("check").code(0);
}

#[test]
fn glpi_7946_nobody_is_reminded_while_a_clock_stands() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on customer --until 2027-03-01 -m 'He is on leave.'");
    desk.wait(60 * DAY);
    let _ = desk.run("sweep").says("nothing to do");
}

#[test]
fn zammad_1223_5051_nobody_is_reminded_of_what_is_done() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("cancel ID1 -m 'Not wanted any more.'");
    desk.wait(60 * DAY);
    let _ = desk.run("sweep").says("nothing to do");
}

#[test]
fn what_stayed_resolved_is_closed_after_the_houses_time() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m 'New rollers.'");
    desk.wait(2 * DAY);
    let _ = desk.run("sweep").says("nothing to do");
    desk.wait(DAY);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         close     Printer on floor 3 jams
                nobody objected in the house's time: due since Thu 26 Nov 10:01
    -----
    1 entry
    [exit 0]
    ");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "closed");
    // Where the house wants a person for that, none is closed.
    let desk = Desk::with_ticket();
    desk.replace("desk.toml", "auto_close = true", "auto_close = false");
    let _ = desk.ok("resolve ID1 -m 'New rollers.'");
    desk.wait(9 * DAY);
    let _ = desk.run("sweep").says("nothing to do");
}

#[test]
fn whoever_was_not_told_is_not_closed_on() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("work new ID1");
    let _ = desk.ok("work done ID2 -m 'New rollers.'");
    desk.wait(9 * DAY);
    let _ = desk.ok("sweep");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "resolved");
    let _ = desk.ok("call ID1 -m 'Told Jan.'");
    desk.wait(2 * DAY);
    let _ = desk.ok("sweep");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "resolved");
    desk.wait(3 * DAY);
    let _ = desk.ok("sweep");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "closed");
}

#[test]
fn a_silent_requester_is_asked_again_and_then_let_be() {
    let desk = Desk::with_ticket();
    desk.replace("desk.toml", "then = \"wait\"", "then = \"resolve\"");
    let _ = desk.ok("pend ID1 --on customer -m 'Which tray?'");
    desk.wait(2 * DAY);
    let _ = desk.run("sweep").says("nothing to do");
    desk.wait(DAY);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         remind    Printer on floor 3 jams
                the requester is silent, ask again (1 of 2): due since Thu 26 Nov 10:01
    -----
    1 entry
    [exit 0]
    ");
    // The second time counts from the first reminder, not from a plan.
    desk.wait(4 * DAY);
    let _ = desk.run("sweep").says("nothing to do");
    desk.wait(DAY);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         remind    Printer on floor 3 jams
                the requester is silent, ask again (2 of 2): due since Tue 1 Dec 10:01
    -----
    1 entry
    [exit 0]
    ");
    desk.wait(5 * DAY);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         resolve   Printer on floor 3 jams
                the requester stayed silent: due since Fri 4 Dec 10:01
    -----
    1 entry
    [exit 0]
    ");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "resolved");
    let _ = desk.run("check").code(0);
}

#[test]
fn a_requester_who_was_spoken_to_is_not_silent() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on customer -m 'Which tray?'");
    desk.wait(2 * DAY);
    let _ = desk.ok("call ID1 -m 'He looks tomorrow.'");
    desk.wait(2 * DAY);
    let _ = desk.run("sweep").says("nothing to do");
    // An attempt that reached nobody changes nothing.
    let _ = desk.ok("call ID1 no-answer");
    desk.wait(3 * DAY);
    assert!(desk.ok("sweep").stdout.contains("silent"));
}

#[test]
fn rules_escalate_to_the_next_tier_and_to_management() {
    let desk = Desk::new();
    desk.replace(
        "desk.toml",
        "# [[escalation]]",
        "[[escalation]]\nclock = \"first-response\"\nat = \"30m before\"\nqueues = [\"service-desk\"]\n\n# [[escalation]]",
    );
    desk.make("new Slow --channel email --impact site --urgency high");
    desk.made(&["new", "Screen", "--channel", "email", "--urgency", "high"]);
    desk.wait(3 * HOUR + 30);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         escalate  Slow
                its first response has come to 30m before its target, Mon 23 Nov 10:00, due Mon 23 Nov
                10:30: moved to workplace-support, next tier
    ID1         remind    Slow
                its first response is overdue since Mon 23 Nov 10:30
    ID1         remind    Slow
                its workaround has used 75% of its time, Mon 23 Nov 13:00, due Mon 23 Nov 14:00
    ID2         remind    Screen
                its first response has used 75% of its time, Mon 23 Nov 13:01, due Mon 23 Nov 14:01
    ID2         escalate  Screen
                its first response has come to 30m before its target, Mon 23 Nov 13:31, due Mon 23 Nov
                14:01: moved to workplace-support, next tier
    -----
    5 entries on 2 tickets
    [exit 0]
    ");
    let log = desk.file("ID2");
    insta::assert_snapshot!(log.split_once(" desk escalate").unwrap().1, @"
     ^tag

    - clock: first-response
    - at: 30m before
    - due: 2026-11-23T12:31:00Z
    - escalation: functional
    - tiers: 1 to 2
    - time_in_tier: 3h 30m
    - queue: service-desk -> workplace-support
    ");
    desk.wait(DAY + 3 * HOUR);
    insta::assert_snapshot!(desk.run("sweep"), @"
    ID1         remind    Slow
                its workaround is overdue since Mon 23 Nov 14:00
    ID1         remind    Slow
                its resolution is overdue since Tue 24 Nov 16:00
    ID1         escalate  Slow
                its resolution is overdue since Tue 24 Nov 16:00: management is told, ewa
    ID2         remind    Screen
                its first response is overdue since Mon 23 Nov 14:01
    -----
    4 entries on 2 tickets
    [exit 0]
    ");
    assert!(desk.raw("ID1").contains("tags = [\"escalated\"]"));
    let before = desk.state();
    let _ = desk.run("sweep").says("nothing to do");
    assert!(before == desk.state());
    let _ = desk.run("check").code(0);
}

#[test]
fn a_ticket_that_cannot_be_read_costs_only_itself() {
    let desk = unanswered();
    desk.open("Printer jams");
    desk.write(&desk.path("ID2"), "no fence\n");
    desk.wait(5 * HOUR);
    let out = desk.run("sweep").code(0);
    assert!(out.stdout.contains("Mail is slow"), "{out}");
    assert!(out.stderr.contains("tickets/"), "{out}");
}

/// The configuration of the person who sweeps.
fn configure(desk: &Desk, text: &str) {
    let folder = desk.root.parent().unwrap().join("home/.config/plaindesk");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), text).unwrap();
}

/// A desk whose notices are appended to a file, a line each.
fn noticing(desk: &Desk) -> std::path::PathBuf {
    let reported = desk.root.parent().unwrap().join("told");
    let script = desk.script("tell", &format!("cat >> '{}'", reported.display()));
    configure(
        desk,
        &format!(
            "[notice]\ncommand = [\"{}\", \"$HOME; rm *\"]\n",
            script.display()
        ),
    );
    reported
}

fn notices(reported: &std::path::Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(reported).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_notice_runs_the_users_own_command_with_json() {
    let desk = unanswered();
    let reported = noticing(&desk);
    let _ = desk.ok("take ID1");
    desk.wait(2 * HOUR);
    let _ = desk.ok("sweep");
    let all = notices(&reported);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["format"], 1);
    assert_eq!(all[0]["kind"], "remind");
    assert_eq!(all[0]["ticket"]["id"], desk.id("ID1"));
    assert_eq!(all[0]["entry"]["attributes"]["clock"], "first-response");
    assert_eq!(all[0]["to"][0]["email"], "anna@example.org");
    insta::assert_snapshot!(desk.stable(all[0]["text"].as_str().unwrap()), @"ID1 first response at 50% since 2026-11-23 12:00: Mail is slow");
    let _ = desk.ok("sweep");
    assert_eq!(notices(&reported).len(), 1, "told once");
}

#[test]
fn zammad_340_a_ticket_without_owner_reaches_its_team_or_the_managers() {
    let desk = unanswered();
    let reported = noticing(&desk);
    desk.replace(
        "desk.toml",
        "queues = [\"network\"]",
        "queues = [\"service-desk\"]",
    );
    desk.wait(2 * HOUR);
    let _ = desk.ok("sweep");
    let _ = desk.ok("set ID1 queue=telephony");
    desk.wait(HOUR);
    let _ = desk.ok("sweep");
    let to = |at: usize| -> Vec<String> {
        let all = notices(&reported);
        let to = all[at]["to"].as_array().unwrap().iter();
        to.map(|one| one["handle"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(to(0).contains(&"marek".to_owned()), "{:?}", to(0));
    assert!(
        !to(1).is_empty() && !to(1).contains(&"marek".to_owned()),
        "{:?}",
        to(1)
    );
}

#[test]
fn zammad_4432_notices_wait_for_the_hours_unless_the_priority_says_any() {
    let desk = Desk::new();
    let reported = noticing(&desk);
    desk.wait(6 * HOUR - 30);
    desk.make("new Slow --channel email --impact site --urgency high");
    desk.make("new 'All is down' --channel email --impact company --urgency high");
    // Half past eight in the evening.
    desk.wait(5 * HOUR);
    let out = desk.ok("sweep");
    assert!(out.stderr.contains("waiting for the calendar"), "{out}");
    let ids = |reported: &std::path::Path| -> Vec<String> {
        let all = notices(reported);
        all.iter()
            .map(|one| desk.stable(one["ticket"]["id"].as_str().unwrap()))
            .collect()
    };
    let now = ids(&reported);
    assert!(
        !now.is_empty() && now.iter().all(|id| id == "ID2"),
        "{now:?}"
    );
    // The next morning at eight.
    desk.wait(12 * HOUR);
    let _ = desk.ok("sweep");
    assert!(ids(&reported).contains(&"ID1".to_owned()));
}

#[test]
fn a_notice_that_lost_its_point_is_not_delivered() {
    let desk = Desk::new();
    let reported = noticing(&desk);
    desk.wait(6 * HOUR - 30);
    desk.make("new Slow --channel email --impact site --urgency high");
    desk.wait(5 * HOUR);
    let _ = desk.ok("sweep");
    let _ = desk.ok("cancel ID1 -m 'It was the proxy of the caller.'");
    desk.wait(12 * HOUR);
    let _ = desk.ok("sweep");
    assert_eq!(notices(&reported).len(), 0);
    let left = fs::read_dir(desk.root.join(".git/plaindesk/notices")).unwrap();
    let left = left
        .flatten()
        .filter(|file| file.path().extension().is_some_and(|end| end == "json"));
    assert_eq!(left.count(), 0);
}

#[test]
fn what_could_not_be_delivered_is_tried_again() {
    let desk = unanswered();
    let script = desk.script("tell", "exit 3");
    configure(
        &desk,
        &format!("[notice]\ncommand = [\"{}\"]\n", script.display()),
    );
    desk.wait(2 * HOUR);
    let out = desk.ok("sweep");
    assert!(out.stderr.contains("tries again"), "{out}");
    let reported = noticing(&desk);
    let _ = desk.ok("sweep");
    assert_eq!(notices(&reported).len(), 1);
}

#[test]
fn a_command_that_hangs_is_stopped() {
    let desk = unanswered();
    let script = desk.script("tell", "exec sleep 60");
    configure(
        &desk,
        &format!(
            "[notice]\ncommand = [\"{}\"]\ntimeout_seconds = 1\n",
            script.display()
        ),
    );
    desk.wait(2 * HOUR);
    let begin = std::time::Instant::now();
    let out = desk.ok("sweep");
    assert!(out.stderr.contains("stopped after 1 second"), "{out}");
    assert!(begin.elapsed().as_secs() < 30);
}

#[test]
fn a_desks_files_name_no_command() {
    let desk = unanswered();
    let text = desk.read("desk.toml");
    desk.write(
        "desk.toml",
        format!("[notice]\ncommand = [\"/bin/true\"]\n{text}"),
    );
    let _ = desk
        .run("sweep")
        .code(3)
        .says("there is no setting `notice`");
    // Nor does a program that stands beside the desk's files.
    desk.write("desk.toml", text);
    configure(&desk, "[notice]\ncommand = [\"./tell\"]\n");
    insta::assert_snapshot!(desk.run("sweep"), @r#"
    -----
    error: `$DIR/home/.config/plaindesk/config.toml` is invalid
    error: `./tell` depends on where desk is run
     --> $DIR/home/.config/plaindesk/config.toml:2:11
      |
    2 | command = ["./tell"]
      |           ^^^^^^^^^^
    hint: name a program by its full path, or by a name that PATH knows
    [exit 3]
    "#);
}

#[test]
fn a_desk_that_was_not_swept_for_long_is_swept_in_parts() {
    let desk = Desk::new();
    for n in 0..505 {
        let id = format!("2610-{n:05}");
        desk.write(
            &format!("tickets/2026-10/{id}.md"),
            format!(
                "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"Old\"\nstatus = \"resolved\"\npriority = \"standard\"\nimpact = \"person\"\nurgency = \"medium\"\nqueue = \"service-desk\"\nassignee = \"anna\"\ncontact_agent = \"anna\"\nchannel = \"phone\"\ncreated = 2026-10-02T09:00:00Z\n+++\n\n## 2026-10-02T09:00:00Z anna created ^aaaa\n\n- channel: phone\n- type: action\n- status: open\n- priority: standard\n- impact: person\n- urgency: medium\n- queue: service-desk\n\n## 2026-10-02T09:10:00Z anna take ^bbbb\n\n- assignee: (none) -> anna\n\n## 2026-10-02T09:20:00Z anna resolve ^cccc\n\n- status: open -> resolved\n\nRestarted.\n\n## 2026-10-02T09:30:00Z anna contact ^dddd\n\n- direction: out\n- outcome: reached\n- channel: phone\n\nTold.\n"
            ),
        );
    }
    desk.git(&["add", "-A"]);
    desk.git(&["commit", "--quiet", "-m", "tickets"]);
    let (before, dry) = (desk.commits(), desk.ok("--dry-run sweep"));
    let count = |text: &str| {
        text.lines()
            .filter(|line| line.contains("  close "))
            .count()
    };
    assert_eq!(count(&dry.stdout), 505, "{dry}");
    assert_eq!(desk.commits(), before);
    let out = desk.ok("sweep");
    assert_eq!(count(&out.stdout), 505, "{out}");
    assert_eq!(desk.commits(), before + 2);
    assert_eq!(desk.status(), "");
    let subjects = desk.git(&["log", "-2", "--format=%s"]);
    let parts = "sweep: 5 entries on 5 tickets\nsweep: 500 entries on 500 tickets\n";
    assert_eq!(subjects, parts);
    let again = desk.ok("sweep").to_string();
    assert!(again.contains("nothing to do"), "{again}");
}
