use std::collections::BTreeMap;

use super::*;
use crate::model::calendar::Calendar;
use crate::model::catalog::Catalogue;
use crate::model::clocks::{Clocks, DayEnd, PriorityTargets};
use crate::model::entry::{Change as Field, Entry};
use crate::model::event_log;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::rules::lifecycle::replay;

use ClockKind::{Call, Event, FirstResponse, Promise, Reply, Resolution, Update, Workaround};

mod planned;
mod promise;

/// A house open Monday to Friday, eight to six, in UTC, but for what a test says.
struct House {
    settings: Settings,
    catalogue: Catalogue,
}

impl House {
    /// Targets of priority `standard` on the calendar `office`.
    fn new(targets: &[(ClockKind, &str)]) -> Self {
        let mut settings = crate::page::settings::read(crate::page::settings::STARTER).unwrap();
        settings.clocks = Clocks::default();
        let mut house = Self {
            settings,
            catalogue: Catalogue::default(),
        };
        house.opens(hours("UTC", 8, 18));
        house.row("standard", "office", targets);
        house
    }

    /// Puts another calendar in the place of `office`.
    fn opens(&mut self, calendar: Calendar) {
        self.settings.calendars.insert("office".into(), calendar);
    }

    fn row(&mut self, priority: &str, calendar: &str, targets: &[(ClockKind, &str)]) {
        let row = PriorityTargets {
            calendar: Some(calendar.into()),
            targets: targets
                .iter()
                .map(|(kind, within)| (*kind, on(calendar, within)))
                .collect(),
            by_type: BTreeMap::new(),
            any_hour: false,
        };
        self.settings.clocks.targets.insert(priority.into(), row);
    }

    fn context(&self, now: &str) -> DeskContext<'_> {
        DeskContext::new(&self.settings, &self.catalogue, at(now))
    }

    /// The clocks of a log at a moment.
    fn at(&self, now: &str, log: &[impl AsRef<str>]) -> Vec<Clock> {
        clocks(&events(log), false, self.context(now))
    }

    /// Demands a due time of the only clock of a kind.
    #[track_caller]
    fn due(&self, kind: ClockKind, now: &str, log: &[impl AsRef<str>], expected: &str) {
        due(&self.one(kind, now, log), expected);
    }

    /// The only clock of a kind.
    #[track_caller]
    fn one(&self, kind: ClockKind, now: &str, log: &[impl AsRef<str>]) -> Clock {
        let all = self.at(now, log);
        let mut found = all.into_iter().filter(|clock| clock.kind == kind);
        let one = found.next().unwrap_or_else(|| panic!("no {kind}"));
        assert_eq!(found.next(), None, "one {kind}");
        one
    }
}

fn on(calendar: &str, within: &str) -> Target {
    Target {
        within: within.parse().unwrap(),
        calendar: calendar.into(),
    }
}

fn hours(zone: &str, from: u16, to: u16) -> Calendar {
    let mut calendar = Calendar::always(zone.parse().unwrap());
    calendar.week = std::array::from_fn(|day| {
        if day < 5 {
            vec![(from * 60, to * 60)]
        } else {
            Vec::new()
        }
    });
    calendar
}

/// `2026-11-20 16:00`, in UTC; without a day it is Monday, 23 November 2026.
fn at(text: &str) -> Moment {
    let monday = if text.len() == 5 { "2026-11-23T" } else { "" };
    let text = text.replacen(' ', "T", 1);
    format!("{monday}{text}:00Z").parse().unwrap()
}

/// A log, an entry a line: `2026-11-23 08:00 anna contact direction=out status:new>open`.
fn log(lines: &[impl AsRef<str>]) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for line in lines.iter().map(AsRef::as_ref) {
        let words: Vec<&str> = line.split(' ').collect();
        let mut time = at(&words[..2].join(" "));
        if let Some(last) = all.last().filter(|last| last.at >= time) {
            time = last.at.next();
        }
        let mut entry = Entry {
            at: time,
            by: words[2].parse().unwrap(),
            kind: words[3].into(),
            tag: format!("t{:03}", all.len()),
            attributes: Vec::new(),
            changes: Vec::new(),
            text: String::new(),
        };
        for word in &words[4..] {
            let value = |text: &str| (text != "none").then(|| text.to_owned());
            if let Some((key, text)) = word.split_once('=') {
                entry.attributes.push((key.into(), text.replace('_', " ")));
            } else if let Some((field, (old, new))) = word
                .split_once(':')
                .and_then(|(field, both)| Some((field, both.split_once('>')?)))
            {
                entry.changes.push(Field::set(
                    field,
                    value(old).as_deref(),
                    value(new).as_deref(),
                ));
            } else {
                panic!("{word} in {line}");
            }
        }
        all.push(entry);
    }
    all
}

fn events(lines: &[impl AsRef<str>]) -> TicketEvents {
    let log = log(lines);
    let values = replay::replay(&log).values;
    let ticket = Ticket {
        id: "2611-7K3MQ".parse().unwrap(),
        values,
        description: String::new(),
        log,
    };
    event_log::of(&ticket)
}

const MAIL: &str = "created channel=email type=action status=new priority=standard";
const CALL: &str = "created channel=phone type=action status=open priority=standard";
const OUT: &str = "contact direction=out channel=email outcome=sent";
const IN: &str = "contact direction=in channel=email outcome=sent";
const PEND: &str = "pend status:new>pending waiting_on:none>customer";
const BACK: &str = "reopen status:pending>open waiting_on:customer>none";
const RESOLVE: &str = "resolve status:new>resolved";
const TRIED: &str = "contact direction=out channel=phone outcome=no-answer";

fn mail(when: &str) -> String {
    by(when, MAIL)
}

fn by(when: &str, what: &str) -> String {
    format!("{} anna {what}", at(when).format("%Y-%m-%d %H:%M"))
}

#[track_caller]
fn due(clock: &Clock, expected: &str) {
    assert_eq!(clock.due, Some(at(expected)), "{clock:#?}");
}

#[test]
fn t1_four_hours_from_four_in_the_afternoon() {
    let house = House::new(&[(Resolution, "4h")]);
    let clock = house.one(Resolution, "17:00", &[mail("16:00")]);
    due(&clock, "2026-11-24 10:00");
    assert_eq!(
        clock.left(house.context("17:00")),
        Some(TimeDelta::hours(3))
    );
}

#[test]
fn t2_glpi_22678_15357_a_level_before_the_due_time_keeps_to_the_calendar() {
    let house = House::new(&[(Resolution, "4h"), (FirstResponse, "1h")]);
    let log = [mail("17:00")];
    let clock = house.one(Resolution, "17:30", &log[..1]);
    due(&clock, "2026-11-24 11:00");
    let reaches = |at: Threshold| clock.reaches(house.context("17:00"), at).unwrap();
    assert_eq!(reaches(Threshold::Before(60)), at("2026-11-24 10:00"));
    assert_eq!(reaches(Threshold::Percent(50)), at("2026-11-24 09:00"));
    assert_eq!(reaches(Threshold::Percent(100)), at("2026-11-24 11:00"));
    assert_eq!(reaches(Threshold::Percent(150)), at("2026-11-24 13:00"));
    // And each level is bound to its own timer.
    let response = house.one(FirstResponse, "17:30", &log[..1]);
    assert_eq!(
        response.reaches(house.context("17:00"), Threshold::Percent(50)),
        Some(at("17:30"))
    );
}

#[test]
fn t3_sixteen_hours_of_eight_hour_days_are_two_business_days() {
    let mut house = House::new(&[(Resolution, "16h")]);
    house.opens(hours("UTC", 9, 17));
    house.due(Resolution, "10:00", &[mail("09:00")], "2026-11-24 17:00");
}

#[test]
fn t4_a_day_as_open_time_is_three_working_days_and_as_business_day_the_next_ones_end() {
    let mut house = House::new(&[(Resolution, "24h"), (Workaround, "1bd")]);
    house.opens(hours("UTC", 9, 17));
    let log = [mail("10:00")];
    let now = "12:00";
    house.due(Resolution, now, &log[..1], "2026-11-26 10:00");
    house.due(Workaround, now, &log[..1], "2026-11-24 17:00");
    house.settings.clocks.day_end = DayEnd::SameTime;
    house.due(Workaround, now, &log[..1], "2026-11-24 10:00");
}

#[test]
fn t5_two_hours_with_a_pause_of_an_hour_and_five_minutes() {
    let house = House::new(&[(Resolution, "2h")]);
    let log = [
        mail("08:00"),
        by("09:00", PEND),
        by(
            "10:05",
            "contact direction=in channel=email outcome=sent status:pending>open waiting_on:customer>none",
        ),
    ];
    let early = house.one(Resolution, "08:30", &log[..1]);
    due(&early, "10:00");
    // While it stands there is no due time, but what is left does not change.
    let paused = house.one(Resolution, "09:30", &log[..2]);
    assert_eq!((paused.due, paused.state()), (None, ClockState::Paused));
    assert_eq!(
        paused.left(house.context("09:30")),
        Some(TimeDelta::hours(1))
    );
    house.due(Resolution, "11:00", &log[..3], "11:05");
}

#[test]
fn t6_glpi_10594_687_a_wait_over_the_weekend_moves_nothing() {
    for within in ["2bd", "20h"] {
        let house = House::new(&[(Resolution, within)]);
        let log = [
            mail("2026-11-20 10:00"),
            by("2026-11-20 18:30", PEND),
            by("07:15", BACK),
        ];
        let plain = house.one(Resolution, "08:00", &log[..1]);
        let waited = house.one(Resolution, "08:00", &log[..3]);
        assert_eq!(plain.due, waited.due, "{within}");
        assert_eq!(waited.pauses.len(), 1);
    }
}

#[test]
fn t7_glpi_6902_15605_a_new_target_counts_from_the_start_and_keeps_the_pauses() {
    let mut house = House::new(&[(Resolution, "3bd")]);
    house.row("critical-situation", "office", &[(Resolution, "4h")]);
    let log = [
        mail("08:00"),
        by("09:00", PEND),
        by("12:00", BACK),
        by("13:00", "set priority:standard>critical-situation"),
    ];
    let before = house.one(Resolution, "12:30", &log[..3]);
    due(&before, "2026-11-27 11:00");
    // 08:00, four hours, and three of waiting.
    let clock = house.one(Resolution, "13:00", &log[..4]);
    due(&clock, "15:00");
    assert_eq!(clock.changes.len(), 2);
    assert_eq!(clock.changes[1].at, at("13:00"));
}

#[test]
fn t8_zammad_3551_a_reply_counts_before_the_pause_that_comes_with_it() {
    let mut house = House::new(&[(FirstResponse, "1h"), (Reply, "1h")]);
    house
        .settings
        .clocks
        .pauses
        .insert(FirstResponse, vec![Waiting::Customer]);
    house
        .settings
        .clocks
        .pauses
        .insert(Reply, vec![Waiting::Customer]);
    // In either order, within one second.
    for turned in [false, true] {
        let mut both = [by("08:30", OUT), by("08:30", PEND)];
        if turned {
            both.reverse();
        }
        let log = [mail("08:00"), both[0].clone(), both[1].clone()];
        let first = house.one(FirstResponse, "12:00", &log[..3]);
        assert_eq!(first.state(), ClockState::Met);
        assert_eq!(first.end, Some((at("08:30"), End::Done)));
    }
}

#[test]
fn t9_three_messages_and_one_answer_are_one_wait_from_the_first() {
    let house = House::new(&[(FirstResponse, "1h"), (Reply, "2h")]);
    let log = [
        by("08:00", CALL),
        by("09:00", IN),
        by("09:30", IN),
        by("10:30", IN),
        by("10:45", OUT),
    ];
    let waiting = house.one(Reply, "10:40", &log[..4]);
    due(&waiting, "11:00");
    let answered = house.one(Reply, "12:00", &log[..5]);
    assert_eq!(answered.end, Some((at("10:45"), End::Done)));
    assert_eq!(answered.state(), ClockState::Met);
}

#[test]
fn t10_a_target_missed_stays_missed_however_fast_the_answer() {
    let house = House::new(&[(FirstResponse, "1h"), (Resolution, "4h")]);
    let log = [mail("08:00"), by("12:30", OUT), by("13:00", RESOLVE)];
    let overdue = house.one(Resolution, "12:45", &log[..2]);
    assert_eq!(overdue.state(), ClockState::Overdue);
    assert_eq!(overdue.breached, Some(at("12:00")));
    let all = house.at("2026-11-24 12:00", &log[..3]);
    assert!(
        all.iter().all(|clock| clock.state() == ClockState::Missed),
        "{all:#?}"
    );
}

#[test]
fn t11_glpi_9267_23359_the_time_between_resolving_and_reopening_is_no_work_and_no_wait() {
    let house = House::new(&[(Resolution, "4h")]);
    let log = [
        mail("08:00"),
        by("10:00", RESOLVE),
        by(
            "2026-11-26 10:00",
            "contact direction=in channel=email outcome=sent status:resolved>open",
        ),
        by("2026-11-26 13:00", "resolve status:open>resolved"),
    ];
    let first = house.one(Resolution, "2026-11-24 08:00", &log[..2]);
    assert_eq!(first.state(), ClockState::Met);
    let again = house.one(Resolution, "2026-11-26 11:00", &log[..3]);
    due(&again, "2026-11-26 12:00");
    assert_eq!(again.pauses[0].why, PauseReason::Resolved);
    let late = house.one(Resolution, "2026-11-27 08:00", &log[..4]);
    assert_eq!(late.state(), ClockState::Missed);
    assert_eq!(late.breached, Some(at("2026-11-26 12:00")));
}

#[test]
fn osticket_reopening_does_not_wipe_an_earlier_breach() {
    let house = House::new(&[(Resolution, "1h")]);
    let log = [
        mail("08:00"),
        by("12:00", RESOLVE),
        by("2026-11-24 12:00", "reopen status:resolved>open"),
        by("2026-11-24 12:10", "resolve status:open>resolved"),
    ];
    let clock = house.one(Resolution, "2026-11-25 08:00", &log[..4]);
    assert_eq!(clock.breached, Some(at("09:00")));
    assert_eq!(clock.state(), ClockState::Missed);
}

#[test]
fn t12_the_zones_clock_moves_between_friday_and_monday() {
    let mut house = House::new(&[(Resolution, "4h")]);
    house.opens(hours("Europe/Berlin", 9, 17));
    house.due(
        Resolution,
        "2026-03-27 16:00",
        &[mail("2026-03-27 15:00")],
        "2026-03-30 10:00",
    );
}

#[test]
fn t13_a_night_over_the_autumn_change_has_nine_hours() {
    let mut house = House::new(&[(Resolution, "9h")]);
    let mut night = hours("Europe/Berlin", 0, 0);
    night.week = std::array::from_fn(|day| match day {
        5 => vec![(22 * 60, 24 * 60)],
        6 => vec![(0, 6 * 60)],
        _ => Vec::new(),
    });
    house.opens(night);
    let clock = house.one(Resolution, "2026-10-24 13:00", &[mail("2026-10-24 12:00")]);
    // Sunday 06:00 in Berlin.
    due(&clock, "2026-10-25 05:00");
}

#[test]
fn t15_what_comes_out_of_hours_counts_from_the_opening() {
    let mut house = House::new(&[(FirstResponse, "1m"), (Resolution, "1h")]);
    house.opens(hours("UTC", 8, 16));
    let log = [mail("2026-11-25 20:30")];
    house.due(
        FirstResponse,
        "2026-11-25 21:00",
        &log[..1],
        "2026-11-26 08:01",
    );
    house.due(
        Resolution,
        "2026-11-25 21:00",
        &log[..1],
        "2026-11-26 09:00",
    );
}

#[test]
fn osticket_3034_6524_a_wait_for_the_requester_stops_the_clock_from_the_first_day() {
    let house = House::new(&[(Resolution, "2h"), (Update, "1h")]);
    let log = [
        by("08:00", CALL),
        by("08:30", "pend status:open>pending waiting_on:none>customer"),
    ];
    for kind in [Resolution, Update] {
        let clock = house.one(kind, "2026-12-23 08:00", &log[..2]);
        assert_eq!(
            (clock.state(), clock.breached),
            (ClockState::Paused, None),
            "{kind}"
        );
    }
    // A third party is a matter of contracts: by default it stops nothing.
    let log = [
        by("08:00", CALL),
        by("08:30", "pend status:open>pending waiting_on:none>vendor"),
    ];
    let clock = house.one(Resolution, "12:00", &log[..2]);
    assert_eq!(clock.state(), ClockState::Overdue);
    let mut house = house;
    house
        .settings
        .clocks
        .pauses
        .insert(Resolution, vec![Waiting::Vendor]);
    let clock = house.one(Resolution, "12:00", &log[..2]);
    assert_eq!(clock.state(), ClockState::Paused);
}

#[test]
fn osticket_1168_2131_4969_nothing_falls_due_on_a_weekend() {
    let house = House::new(&[(FirstResponse, "4h")]);
    let log = [mail("2026-11-20 16:00")];
    let clock = house.one(FirstResponse, "2026-11-22 12:00", &log[..1]);
    assert_eq!(clock.state(), ClockState::Running);
    due(&clock, "10:00");
}

#[test]
fn osticket_1684_657_419_a_silent_requester_makes_no_answered_ticket_overdue() {
    let house = House::new(&[(FirstResponse, "1h"), (Reply, "2h"), (Resolution, "5bd")]);
    let log = [mail("08:00"), by("08:20", OUT), by("08:20", PEND)];
    let all = house.at("2026-12-23 08:00", &log[..3]);
    assert!(!is_breached(&all), "{all:#?}");
    assert!(all.iter().all(|clock| clock.kind != Reply));
    assert_eq!(next_due(&all), None);
}

#[test]
fn zammad_5177_the_update_does_not_overrule_the_first_response() {
    let house = House::new(&[(FirstResponse, "4h"), (Update, "30m"), (Reply, "30m")]);
    let log = [mail("08:00"), by("08:10", IN)];
    let all = house.at("09:00", &log[..2]);
    let kinds: Vec<ClockKind> = all.iter().map(|clock| clock.kind).collect();
    assert_eq!(kinds, [FirstResponse]);
    due(&all[0], "12:00");
}

#[test]
fn zammad_3140_an_answer_starts_the_time_to_the_next_call_anew() {
    let house = House::new(&[(FirstResponse, "1h"), (Reply, "1h"), (Update, "4h")]);
    let log = [by("08:00", CALL), by("11:00", IN), by("11:50", OUT)];
    // The message takes the place of the periodic call.
    let all = house.at("11:30", &log[..2]);
    let (clock, when) = next_due(&all).unwrap();
    assert_eq!((clock.kind, when), (Reply, at("12:00")));
    let all = house.at("13:00", &log[..3]);
    let (clock, when) = next_due(&all).unwrap();
    assert_eq!((clock.kind, when), (Update, at("15:50")));
}

#[test]
fn zammad_1322_a_message_over_any_channel_starts_the_wait() {
    let house = House::new(&[(FirstResponse, "1h"), (Reply, "1h")]);
    for channel in ["email", "web", "fax", "chat", "phone"] {
        // A voicemail of the requester's is a message, too.
        let outcome = if ["chat", "phone"].contains(&channel) {
            "voicemail"
        } else {
            "sent"
        };
        let log = [
            by("08:00", CALL),
            by(
                "09:00",
                &format!("contact direction=in channel={channel} outcome={outcome}"),
            ),
        ];
        house.due(Reply, "09:10", &log[..2], "10:00");
    }
}

#[test]
fn taking_the_call_is_the_first_response() {
    let house = House::new(&[(FirstResponse, "15m"), (Update, "1h")]);
    let log = [by("08:00", CALL)];
    let all = house.at("08:30", &log[..1]);
    assert_eq!(all[0].state(), ClockState::Met);
    assert_eq!(all[0].end, Some((at("08:00"), End::Done)));
    due(&all[1], "09:00");
}

#[test]
fn a_call_of_the_requesters_that_reaches_us_is_talking() {
    let house = House::new(&[(FirstResponse, "1h"), (Reply, "1h")]);
    let log = [
        mail("08:00"),
        by("08:30", "contact direction=in channel=phone outcome=spoke"),
    ];
    let all = house.at("12:00", &log[..2]);
    assert_eq!(all.len(), 1, "nothing waits for an answer");
    assert_eq!(all[0].state(), ClockState::Met);
}

#[test]
fn notes_attempts_and_automatic_messages_satisfy_nothing() {
    let house = House::new(&[(FirstResponse, "1h"), (Reply, "1h"), (Update, "4h")]);
    let nothing = [
        by("08:30", "note"),
        by("08:31", TRIED),
        by(
            "08:32",
            "contact direction=out channel=phone outcome=voicemail",
        ),
        by(
            "08:33",
            "contact direction=out channel=email outcome=bounced",
        ),
        by(
            "08:34",
            "contact direction=out channel=email outcome=sent automatic=yes",
        ),
        "2026-11-23 08:35 desk contact direction=out channel=email outcome=sent".to_owned(),
        by("08:36", "take status:new>open assignee:none>anna"),
        by("08:37", "escalate queue:none>network"),
    ];
    let mut all = vec![mail("08:00")];
    all.extend(nothing.iter().cloned());
    let clock = house.one(FirstResponse, "08:50", &all);
    assert_eq!(clock.state(), ClockState::Running);
    due(&clock, "09:00");
    // Nor do they answer a message, and an out-of-office note asks nothing.
    let mut all = vec![
        by("08:00", CALL),
        by(
            "08:10",
            "contact direction=in channel=email outcome=sent automatic=yes",
        ),
    ];
    assert!(
        house
            .at("08:20", &all)
            .iter()
            .all(|clock| clock.kind != Reply)
    );
    all.push(by("08:20", IN));
    all.extend(nothing.iter().take(6).cloned());
    house.due(Reply, "08:50", &all, "09:20");
}

#[test]
fn glpi_7946_24481_no_breach_while_a_clock_stands() {
    let house = House::new(&[(Resolution, "2h")]);
    let log = [mail("08:00"), by("09:00", PEND)];
    let clock = house.one(Resolution, "2027-01-23 08:00", &log[..2]);
    assert_eq!((clock.state(), clock.due), (ClockState::Paused, None));
    assert_eq!(
        clock.reaches(house.context("17:00"), Threshold::Percent(100)),
        None
    );
    // What was reached before the pause was reached.
    assert_eq!(
        clock.reaches(house.context("17:00"), Threshold::Percent(50)),
        Some(at("09:00"))
    );
    assert_eq!(
        clock.reaches(house.context("17:00"), Threshold::Percent(75)),
        None
    );
}

#[test]
fn a_breach_stays_whatever_is_done_later() {
    let mut house = House::new(&[(Resolution, "2h")]);
    house.row("scheduled-service", "office", &[(Resolution, "20bd")]);
    let created = mail("08:00");
    for later in [
        by("11:00", OUT),
        by("11:00", "merge status:new>merged"),
        by("11:00", "cancel status:new>cancelled"),
        by("11:00", PEND),
        by("11:00", "set priority:standard>scheduled-service"),
        by("11:00", "set priority:standard>planned-event"),
        by("11:00", "convert type:action>comment"),
        by("11:00", "convert type:action>information"),
    ] {
        let clock = house.one(Resolution, "2026-11-25 08:00", &[&created, &later]);
        assert_eq!(clock.breached, Some(at("10:00")), "{later}");
        due(&clock, "10:00");
    }
}

#[test]
fn a_priority_raised_late_is_breached_when_it_is_raised() {
    let mut house = House::new(&[(Resolution, "3bd")]);
    house.row("critical-situation", "always", &[(Resolution, "2h")]);
    let log = [
        mail("08:00"),
        by("12:00", "set priority:standard>critical-situation"),
    ];
    let clock = house.one(Resolution, "13:00", &log[..2]);
    due(&clock, "10:00");
    assert_eq!(clock.breached, Some(at("12:00")));
}

#[test]
fn glpi_1911_each_team_has_a_time_of_its_own() {
    let log = [
        by("08:00", &format!("{CALL} queue=service-desk")),
        by("15:00", "escalate queue:service-desk>network"),
        by("16:00", "resolve status:open>resolved"),
        by("2026-11-24 09:00", "reopen status:resolved>open"),
    ];
    let all = stays(&events(&log[..4]));
    let reported: Vec<(&str, Moment, Option<Moment>)> = all
        .iter()
        .map(|stay| (stay.queue.as_str(), stay.from, stay.to))
        .collect();
    assert_eq!(
        reported,
        [
            ("service-desk", at("08:00"), Some(at("15:00"))),
            ("network", at("15:00"), Some(at("16:00"))),
            ("network", at("2026-11-24 09:00"), None),
        ]
    );
}

#[test]
fn glpi_11109_an_answer_out_of_hours_keeps_its_instant() {
    let house = House::new(&[(FirstResponse, "1h")]);
    let log = [mail("2026-11-21 10:00"), by("2026-11-21 13:00", OUT)];
    let clock = house.one(FirstResponse, "12:00", &log[..2]);
    assert_eq!(clock.end, Some((at("2026-11-21 13:00"), End::Done)));
    assert_eq!(clock.state(), ClockState::Met);
    // All of the target is left: none of the time was open.
    assert_eq!(
        clock.left(house.context("12:00")),
        Some(TimeDelta::hours(1))
    );
}

#[test]
fn znuny_514_otobo_370_every_intake_has_its_clocks() {
    let house = House::new(&[(FirstResponse, "1h"), (Resolution, "4h")]);
    // By another channel, following a closed ticket, imported, without a log, moved by hand.
    for created in [
        "created channel=web type=action status=new priority=standard",
        "created channel=email type=action status=new priority=standard code=NET-OUT",
        "created source=old channel=fax type=information status=open priority=standard",
    ] {
        let created = by("08:00", created);
        let all = house.at("08:30", &[&created]);
        assert_eq!(all.len(), 2, "{created}");
    }
    let ticket = Ticket {
        id: "2611-7K3MQ".parse().unwrap(),
        values: [
            ("type", "action"),
            ("status", "new"),
            ("priority", "standard"),
            ("channel", "email"),
            ("created", "2026-11-23T08:00:00Z"),
        ]
        .into_iter()
        .map(|(key, text)| {
            let field: crate::model::field::Field = key.parse().unwrap();
            let value = replay::read_value(field.kind(), text);
            (field, value)
        })
        .collect(),
        description: String::new(),
        log: Vec::new(),
    };
    let all = clocks(&event_log::of(&ticket), false, house.context("08:30"));
    assert_eq!(all.len(), 2);
    due(&all[0], "09:00");
}

#[test]
fn what_only_the_front_matter_says_counts_from_the_end_of_the_log() {
    let house = House::new(&[(Resolution, "4h")]);
    let log = log(&[mail("08:00"), by("10:00", "note")]);
    let mut values = replay::replay(&log).values;
    values.insert(
        Key::Status.into(),
        replay::read_value(Key::Status.kind(), "resolved"),
    );
    let ticket = Ticket {
        id: "2611-7K3MQ".parse().unwrap(),
        values,
        description: String::new(),
        log,
    };
    let all = clocks(
        &event_log::of(&ticket),
        false,
        house.context("2026-11-25 08:00"),
    );
    assert_eq!(all[0].end, Some((at("10:00"), End::Done)));
    assert_eq!(all[0].state(), ClockState::Met);
}

#[test]
fn comments_have_no_clock_work_orders_one_and_planned_events_no_response() {
    let house = House::new(&[
        (FirstResponse, "1h"),
        (Update, "1h"),
        (Workaround, "2h"),
        (Resolution, "4h"),
    ]);
    let of = |kind: &str| {
        let created = MAIL.replace("type=action", &format!("type={kind}"));
        house.at("08:30", &[by("08:00", &created)])
    };
    assert_eq!(of("comment"), []);
    let order = of("work-order");
    assert_eq!(order.len(), 1);
    assert_eq!(order[0].kind, Resolution);
    let log = [mail("08:00")];
    let planned = clocks(&events(&log[..1]), true, house.context("08:30"));
    assert!(planned.iter().all(|clock| clock.kind != FirstResponse));
    assert_eq!(planned.len(), 3);
}

#[test]
fn the_code_goes_before_the_type_and_the_type_before_the_priority() {
    let mut house = House::new(&[(Resolution, "3bd"), (Workaround, "1bd")]);
    let row = house.settings.clocks.targets.get_mut("standard").unwrap();
    row.by_type.insert(
        TicketType::Information,
        BTreeMap::from([(Resolution, Some(on("always", "2h"))), (Workaround, None)]),
    );
    house.catalogue.codes.insert(
        "NET-OUT".into(),
        Code {
            resolution: "30m".parse().ok(),
            ..Default::default()
        },
    );
    let created = |more: &str| by("08:00", &format!("{MAIL}{more}"));
    let now = "08:10";
    house.due(Resolution, now, &[created("")], "2026-11-26 18:00");
    let asked = created("").replace("action", "information");
    house.due(Resolution, now, &[&asked], "10:00");
    assert!(
        house
            .at(now, &[&asked])
            .iter()
            .all(|clock| clock.kind != Workaround)
    );
    let coded = house.one(Resolution, now, &[created(" code=NET-OUT")]);
    due(&coded, "08:30");
    assert_eq!(coded.origin, TargetSource::Code("NET-OUT".into()));
    assert_eq!(coded.goal.calendar(), "office");
    // A code has its say where the priority has none.
    let planned = created(" code=NET-OUT").replace("standard", "planned-event");
    house.due(Resolution, now, &[&planned], "08:30");
}

#[test]
fn the_work_on_an_action_begins_when_the_question_became_one() {
    let mut house = House::new(&[(FirstResponse, "1h"), (Resolution, "4h")]);
    let asked = MAIL.replace("action", "information");
    let log = [
        by("08:00", &asked),
        by("08:30", OUT),
        by("10:00", "convert type:information>action"),
    ];
    let all = house.at("11:00", &log);
    assert_eq!(all[0].state(), ClockState::Met, "the answer counts on");
    assert_eq!(all[1].state(), ClockState::Dropped);
    due(&all[2], "14:00");
    house.settings.clocks.restart_on_conversion = false;
    house.due(Resolution, "11:00", &log, "12:00");
}

#[test]
fn a_workaround_ends_its_clock_and_no_other() {
    let house = House::new(&[(Workaround, "2h"), (Resolution, "4h")]);
    let log = [
        mail("08:00"),
        by("09:00", &format!("{TRIED} workaround=yes")),
        by("09:30", &format!("{OUT} workaround=yes")),
    ];
    let tried = house.one(Workaround, "09:10", &log[..2]);
    assert_eq!(tried.state(), ClockState::Running, "nobody heard of it");
    let all = house.at("11:00", &log[..3]);
    assert_eq!((all[0].kind, all[0].state()), (Workaround, ClockState::Met));
    assert_eq!(
        (all[1].kind, all[1].state()),
        (Resolution, ClockState::Running)
    );
}

#[test]
fn a_date_that_has_come_ends_the_wait_swept_or_not() {
    let house = House::new(&[(Resolution, "4h")]);
    let pend = "pend status:new>pending waiting_on:none>schedule until:none>2026-11-23T12:00:00Z";
    let log = [
        mail("08:00"),
        by("09:00", pend),
        "2026-11-23 14:00 desk wake status:pending>open waiting_on:schedule>none until:2026-11-23T12:00:00Z>none".to_owned(),
    ];
    let waiting = house.one(Resolution, "11:00", &log[..2]);
    assert_eq!(waiting.state(), ClockState::Paused);
    let unswept = house.one(Resolution, "13:00", &log[..2]);
    due(&unswept, "15:00");
    let swept = house.one(Resolution, "14:30", &log[..3]);
    due(&swept, "15:00");
    // A silent requester is still waited for.
    let silent = pend.replace("schedule", "customer");
    let clock = house.one(
        Resolution,
        "2026-11-25 13:00",
        &[log[0].clone(), by("09:00", &silent)],
    );
    assert_eq!(clock.state(), ClockState::Paused);
}

#[test]
fn a_wait_made_longer_is_one_pause() {
    let house = House::new(&[(Resolution, "4h")]);
    let log = [
        mail("08:00"),
        by("09:00", PEND),
        by("10:00", "pend until:none>2026-11-25T12:00:00Z"),
        by(
            "11:00",
            "pend waiting_on:customer>vendor until:2026-11-25T12:00:00Z>none",
        ),
    ];
    let clock = house.one(Resolution, "12:00", &log[..4]);
    assert_eq!(clock.pauses.len(), 1);
    assert_eq!(clock.pauses[0].to, Some(at("11:00")));
    due(&clock, "14:00");
}

#[test]
fn fractions_of_seconds_order_the_log_and_count_for_nothing() {
    let house = House::new(&[(FirstResponse, "1h")]);
    // The answer stands one millisecond behind the due time, for a note came in the same second.
    let log = [mail("08:00"), by("09:00", "note"), by("09:00", OUT)];
    let clock = house.one(FirstResponse, "12:00", &log[..3]);
    assert_eq!(clock.state(), ClockState::Met);
}

#[test]
fn entries_dated_later_than_now_count_as_they_are_now() {
    let house = House::new(&[(FirstResponse, "4h"), (Resolution, "8h")]);
    let log = [
        mail("10:00"),
        by("12:00", "contact direction=out channel=phone outcome=spoke"),
    ];
    let clock = |now: &str, kind: ClockKind| {
        let all = present(&events(&log[..2]), false, house.context(now));
        all.into_iter().find(|clock| clock.kind == kind)
    };
    // The answer was given, whatever the clock of whoever gave it said.
    let first = clock("11:00", FirstResponse).unwrap();
    assert_eq!(first.state(), ClockState::Met);
    // A clock that begins later runs, and is neither at risk nor overdue.
    let resolution = clock("08:00", Resolution).unwrap();
    assert_eq!(resolution.state(), ClockState::Running);
    assert!(resolution.due.is_some_and(|due| due > at("10:00")));
    assert_eq!(clock("08:00", FirstResponse).unwrap().breached, None);
}

#[test]
fn later_entries_do_not_count_at_an_earlier_moment() {
    let house = House::new(&[(FirstResponse, "1h")]);
    let log = [mail("08:00"), by("12:00", OUT)];
    let then = house.one(FirstResponse, "08:30", &log);
    assert_eq!(then.state(), ClockState::Running);
    assert_eq!(house.at("2026-11-22 08:30", &log), []);
}

#[test]
fn resolving_answers_nobody() {
    let house = House::new(&[(FirstResponse, "1h"), (Reply, "1h")]);
    let log = [mail("08:00"), by("08:30", RESOLVE), by("08:50", OUT)];
    let clock = house.one(FirstResponse, "08:40", &log[..2]);
    assert_eq!(clock.state(), ClockState::Dropped);
    // Telling the requester does.
    let clock = house.one(FirstResponse, "09:40", &log[..3]);
    assert_eq!(clock.state(), ClockState::Met);
}

#[test]
fn reopening_by_the_house_starts_the_calls_anew() {
    let house = House::new(&[(Update, "2h")]);
    let log = [
        by("08:00", CALL),
        by("09:00", "resolve status:open>resolved"),
        by("2026-11-26 09:00", "reopen status:resolved>open"),
    ];
    let all = house.at("2026-11-26 10:00", &log[..3]);
    let open: Vec<&Clock> = all.iter().filter(|clock| clock.is_open()).collect();
    assert_eq!(open.len(), 1);
    due(open[0], "2026-11-26 11:00");
    assert!(!is_breached(&all));
}

#[test]
fn a_calendar_that_closes_for_good_leaves_a_clock_without_a_due_time() {
    let mut house = House::new(&[(Resolution, "4h")]);
    house.settings.calendars.get_mut("office").unwrap().week = std::array::from_fn(|_| Vec::new());
    let clock = house.one(Resolution, "2030-01-01 08:00", &[mail("08:00")]);
    assert_eq!((clock.due, clock.breached), (None, None));
    assert_eq!(clock.state(), ClockState::Running);
    assert!(trace(&clock, house.context("2030-01-01 08:00")).contains(&TraceStep::Never));
}

#[test]
fn zammad_390_the_trace_adds_up_with_a_pencil() {
    let mut house = House::new(&[(Resolution, "12h")]);
    house
        .settings
        .calendars
        .get_mut("office")
        .unwrap()
        .yearly
        .insert((12, 25));
    let log = [
        mail("2026-12-23 16:00"),
        by("2026-12-24 09:00", PEND),
        by("2026-12-24 11:00", BACK),
    ];
    let now = at("2026-12-28 12:00");
    let clock = house.one(Resolution, "2026-12-28 12:00", &log[..3]);
    // Wednesday 2 h, Thursday 1 h, two of waiting, then 7 h, Friday a holiday, Monday 2 h.
    due(&clock, "2026-12-28 10:00");
    let parts = trace(
        &clock,
        DeskContext {
            now,
            ..house.context("09:00")
        },
    );
    let mut reported = Vec::new();
    for part in &parts {
        reported.push(match part {
            TraceStep::Target(whole) => format!("target {}h", whole.num_hours()),
            TraceStep::Time(step, left) if step.open => format!(
                "{} {}-{} left {}h",
                step.from.format("%a"),
                step.from.format("%H"),
                step.to.format("%H"),
                left.num_hours()
            ),
            TraceStep::Time(step, _) => format!("closed, {} days off", step.days.len()),
            TraceStep::Pause(pause, open) => {
                format!("{} paused {}h", pause.from.format("%a"), open.num_hours())
            }
            TraceStep::Due(due) => format!("due {}", due.format("%a %H:%M")),
            other => format!("{other:?}"),
        });
    }
    assert_eq!(
        reported,
        [
            "target 12h",
            "Wed 16-18 left 10h",
            "closed, 0 days off",
            "Thu 08-09 left 9h",
            "Thu paused 2h",
            "Thu 11-18 left 2h",
            "closed, 3 days off",
            "Mon 08-10 left 0h",
            "due Mon 10:00",
        ]
    );
}

#[test]
fn dbt_zendesk_25_oncall_3261_a_summer_ticket_is_counted_by_summer_rules_in_winter() {
    let mut house = House::new(&[(Resolution, "8h")]);
    house.opens(hours("America/New_York", 9, 17));
    let log = [mail("2026-07-01 13:00")];
    let summer = house.one(Resolution, "2026-07-01 14:00", &log[..1]);
    let winter = house.one(Resolution, "2026-12-01 14:00", &log[..1]);
    due(&summer, "2026-07-01 21:00");
    assert_eq!(summer.due, winter.due);
}

/// Something that can happen to a ticket, and how many minutes after what came before.
/// How clocks came out, by kind and end.
fn results(all: &[Clock]) -> Vec<String> {
    let results = all.iter().map(|one| ClockResult {
        kind: one.kind,
        end: one.end,
        breached: one.breached,
    });
    let mut all: Vec<String> = results.map(|one| format!("{one:?}")).collect();
    all.sort();
    all
}

/// As [`results`], as reports count them.
fn counted_by_reports(events: &TicketEvents, context: DeskContext<'_>) -> Vec<String> {
    let counted = verdicts(&ClockKind::ALL, events, false, context);
    let mut all: Vec<String> = counted.iter().map(|one| format!("{one:?}")).collect();
    all.sort();
    all
}

#[test]
fn reports_count_the_clocks_that_there_are() {
    let house = House::new(&[(FirstResponse, "1h"), (Resolution, "1bd")]);
    let lines = |first: &str, rest: &[String]| {
        let mut all = vec![by("08:00", first)];
        all.extend_from_slice(rest);
        all
    };
    let comment = "created channel=email type=comment status=closed priority=standard";
    let cases = [
        lines(CALL, &[]),
        lines(MAIL, &[by("08:30", OUT)]),
        lines(MAIL, &[by("08:00", RESOLVE)]),
        // It was over before it had a clock.
        lines(comment, &[by("09:00", "convert type:comment>action")]),
    ];
    for lines in cases {
        let (events, context) = (events(&lines), house.context("12:00"));
        let all = clocks(&events, false, context);
        assert_eq!(
            counted_by_reports(&events, context),
            results(&all),
            "{lines:?}"
        );
    }
}

fn happenings() -> impl proptest::strategy::Strategy<Value = Vec<(i64, usize)>> {
    proptest::collection::vec((1i64..900, 0usize..HAPPENINGS.len()), 0..14)
}

const HAPPENINGS: [&str; 20] = [
    "note",
    OUT,
    IN,
    TRIED,
    "contact direction=out channel=email outcome=sent workaround=yes",
    "contact direction=in channel=phone outcome=spoke",
    "pend status:x>pending waiting_on:x>customer until:x>none",
    "pend status:x>pending waiting_on:x>vendor until:x>2026-11-25T09:00:00Z",
    "pend status:x>pending waiting_on:x>schedule until:x>2026-11-24T12:00:00Z",
    "reopen status:x>open waiting_on:x>none until:x>none",
    "resolve status:x>resolved waiting_on:x>none until:x>none",
    "cancel status:x>cancelled waiting_on:x>none until:x>none",
    "set priority:x>standard",
    "set priority:x>critical-situation",
    "set priority:x>planned-event",
    "set planned:x>2026-11-24",
    "set planned:x>2026-11-26",
    "set planned:x>none",
    "convert type:x>information",
    "convert type:x>action",
];

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config {
        cases: 400, failure_persistence: None, ..Default::default()
    })]

    /// Whatever comes, a breach stays a breach of the same instant; a clock that ended in time
    /// stays so unless the work is taken up again; and clocks of one kind never overlap.
    #[test]
    fn history_is_never_rewritten(happenings in happenings(), mail_first: bool) {
        let mut house = House::new(&[
            (FirstResponse, "1h"),
            (Reply, "2h"),
            (Update, "4h"),
            (Workaround, "6h"),
            (Resolution, "1bd"),
        ]);
        house.row("critical-situation", "always", &[
            (FirstResponse, "10m"),
            (Reply, "20m"),
            (Update, "30m"),
            (Resolution, "4h"),
        ]);
        let mut now = at("08:00");
        let mut lines = vec![by("08:00", if mail_first { MAIL } else { CALL })];
        let mut moments = vec![now];
        for (minutes, what) in happenings {
            now = Moment::new(&(now.utc() + TimeDelta::minutes(minutes)));
            lines.push(format!("{} anna {}", now.format("%Y-%m-%d %H:%M"), HAPPENINGS[what]));
            // And a moment between.
            moments.push(now);
            moments.push(Moment::new(&(now.utc() + TimeDelta::minutes(7))));
        }
        let events = events(&lines);
        moments.push(Moment::new(&(now.utc() + TimeDelta::days(3))));
        // The next thing may happen before the moment between.
        moments.sort();
        let mut before: Vec<Clock> = Vec::new();
        for now in moments {
            let all = clocks(&events, false, DeskContext { now, ..house.context("09:00") });
            for old in before.iter().filter(|old| old.breached.is_some()) {
                let same = all.iter().find(|clock| (clock.kind, clock.start) == (old.kind, old.start));
                let same = same.expect("a breached clock is still told of");
                proptest::prop_assert_eq!(same.breached, old.breached);
                proptest::prop_assert_eq!(same.due, old.due);
            }
            let context = DeskContext { now, ..house.context("09:00") };
            proptest::prop_assert_eq!(counted_by_reports(&events, context), results(&all));
            for two in all.windows(2).filter(|two| two[0].kind == two[1].kind) {
                proptest::prop_assert!(two[0].end.is_some_and(|(end, _)| end <= two[1].start));
            }
            for clock in &all {
                let upto = clock.end.map_or(now, |(end, _)| end);
                proptest::prop_assert!(clock.start <= upto);
                if clock.breached.is_none() {
                    proptest::prop_assert!(clock.due.is_none_or(|due| due >= upto), "{:#?}", clock);
                }
                // The trace says the same as the clock.
                let parts = trace(clock, DeskContext { now, ..house.context("09:00") });
                match parts.last() {
                    Some(TraceStep::Due(due)) => proptest::prop_assert_eq!(Some(*due), clock.due),
                    Some(TraceStep::Ended(end, _)) => proptest::prop_assert_eq!(*end, upto),
                    Some(TraceStep::Stands(left)) => {
                        proptest::prop_assert_eq!(Some(*left), clock.left(DeskContext { now, ..house.context("09:00") }));
                    }
                    other => panic!("{other:?}"),
                }
            }
            before = all;
        }
    }
}
