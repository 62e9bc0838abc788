//! What is shown: cards, what a search found, reports and their figures, and what takes in many
//! rows or queues.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono_tz::Tz;
use plaindesk::index::article_cache::CachedArticle;
use plaindesk::model::catalog::Catalogue;
use plaindesk::model::field::{Field, Key};
use plaindesk::model::settings::Settings;
use plaindesk::model::ticket_history::TicketHistory;
use plaindesk::ops::data::report::{Report, ReportHead};
use plaindesk::ops::search::results::SearchResults;
use plaindesk::ops::search::results::{ArticleHit, TicketHit};
use plaindesk::ops::ticket::show::TicketView;
use plaindesk::page::catalog;
use plaindesk::page::csv::{CsvTable, Encoding};
use plaindesk::page::entry_value;
use plaindesk::page::import_map;
use plaindesk::page::new_ticket;
use plaindesk::page::query::Name;
use plaindesk::page::{article, settings, ticket};
use plaindesk::rules::article_usage::Usage;
use plaindesk::rules::context::DeskContext;
use plaindesk::rules::import::{Import, Names};
use plaindesk::rules::lifecycle::escalation;
use plaindesk::rules::reports::{self, Ask, GroupBy, ReportInput, ReportKind};
use plaindesk::rules::search::{Passage, SearchTerms};
use plaindesk::rules::text::normalize;
use plaindesk::rules::text::period;
use plaindesk::rules::text::terms::Stems;
use plaindesk::view::report::{data, html, markdown, text};
use plaindesk::view::{card, search};

use super::subjects::{Shapes, Subject, id, logged, many, now, paint};

/// A map of rows whose queues and tags change.
const MAP: &str = "source = \"old\"\n[time]\nformats = [\"%Y-%m-%d %H:%M:%S\"]\nzone = \"UTC\"\n[columns]\nid = \"a\"\n\
    time = \"b\"\nby = \"c\"\ntext = \"d\"\ntags = \"e\"\nqueue = \"f\"\n\"asset.location\" = \"g\"\ntitle = \"{g}\"\n";

/// The subjects.
pub(crate) fn all(house: &Rc<Settings>, codes: &Rc<Catalogue>) -> Vec<Subject> {
    let stems: Rc<Vec<Stems>> = Rc::new(["en", "pl"].into_iter().filter_map(Stems::of).collect());
    let known = Rc::clone(house);
    let card = move |input: &str| {
        for page in [
            ticket::read(id(), super::subjects::described(input)).ok(),
            logged(input),
        ] {
            let Some(page) = page else { continue };
            let shown = TicketView {
                order: None,
                besides: Vec::new(),
                missing: Vec::new(),
                moves: Vec::new(),
                conflict: false,
                linked: Vec::new(),
                code: None,
                providers: Vec::new(),
                articles: vec![("KB-7Q2M".to_owned(), input.to_owned())],
                attachments: Vec::new(),
                clocks: Vec::new(),
                unlogged: 0,
                page,
            };
            let _ = card::card(&shown, &known, &paint());
        }
    };
    let known = Rc::clone(house);
    let order = move |input: &str| {
        let Some(page) = logged("") else { return };
        let shown = TicketView {
            order: None,
            besides: Vec::new(),
            missing: Vec::new(),
            moves: Vec::new(),
            conflict: false,
            linked: many(input),
            code: None,
            providers: Vec::new(),
            articles: Vec::new(),
            attachments: Vec::new(),
            clocks: Vec::new(),
            unlogged: 0,
            page,
        };
        let _ = card::card(&shown, &known, &paint());
    };
    let known = Rc::clone(house);
    let found = move |input: &str| hits(input, &stems, &known);
    let (known, coded) = (Rc::clone(house), Rc::clone(codes));
    let report_of_many = move |input: &str| {
        let tickets = many(input);
        let histories: Vec<TicketHistory> = tickets.iter().map(TicketHistory::of).collect();
        let field = |key: Key| GroupBy::then(key.path(), Name::Field(Field::Known(key)));
        let by = [field(Key::RequesterLocation), field(Key::AssetSerial)];
        let given = ReportInput {
            histories: &histories,
            front: &tickets,
            articles: &[],
        };
        for by in [&by[..], &[]] {
            report(given, by, &known, &coded);
        }
    };
    let (known, coded) = (Rc::clone(house), Rc::clone(codes));
    let report_of_log = move |input: &str| {
        let Some(page) = logged(input) else { return };
        let ticket = plaindesk::model::ticket_summary::TicketSummary::of(&page.ticket, false);
        let histories = [TicketHistory::of(&ticket)];
        let front = [ticket];
        let given = ReportInput {
            histories: &histories,
            front: &front,
            articles: &[],
        };
        report(given, &[], &known, &coded);
    };
    let (known, coded) = (Rc::clone(house), Rc::clone(codes));
    let late = move |input: &str| late_rows(input.len() / 64, &known, &coded);
    let circles = |input: &str| {
        let mut text = settings::STARTER.to_owned();
        for n in 0..input.len() / 96 {
            text.push_str(&format!(
                "[queue.q{n}]\narea = \"network\"\ntier = {}\n[[escalation]]\nclock = \"resolution\"\nat = \"150%\"\n{}",
                1 + n % 3,
                ["", &format!("queues = [\"q{n}\"]\n")][n % 2]
            ));
        }
        let settings = settings::read(&text).unwrap();
        let _ = escalation::circles(&settings);
    };
    let subject = |name, shapes, run| Subject { name, shapes, run };
    vec![
        subject("a card", Shapes::All, Box::new(card)),
        subject("a card of a work order", Shapes::All, Box::new(order)),
        subject("what a search found", Shapes::All, Box::new(found)),
        subject(
            "reports of many tickets",
            Shapes::All,
            Box::new(report_of_many),
        ),
        subject("reports of a log", Shapes::Logs, Box::new(report_of_log)),
        subject("late rows", Shapes::Sizes, Box::new(late)),
        subject("escalations", Shapes::Sizes, Box::new(circles)),
    ]
}

/// Hits whose title and text are this.
fn hits(input: &str, stems: &[Stems], known: &Settings) {
    let mut wanted = SearchTerms::new(stems);
    for word in ["printer", "a", "ab"] {
        wanted.add(word, 1.0, false);
    }
    let passage = Passage::of(input, &wanted);
    let quoted = entry_value::quoted(input);
    let page = format!(
        "+++\nid = \"KB-7Q2M\"\ntitle = {quoted}\nstate = \"published\"\nlanguage = \"en\"\nowner = \"anna\"\n+++\n{input}"
    );
    let Ok(page) = article::read("kb/x.md", page) else {
        return;
    };
    let cached = CachedArticle {
        path: "kb/x.md".to_owned(),
        article: page.article,
    };
    let tickets = many(input).into_iter().map(|ticket| TicketHit {
        title: Passage::of(ticket.text(Key::RequesterName), &wanted),
        ticket,
        passage: None,
        score: 1.0,
    });
    let mut tickets: Vec<TicketHit> = tickets.collect();
    if let Some(first) = tickets.first_mut() {
        first.passage = Some(passage.clone());
    }
    let found = SearchResults {
        phrase_as_words: false,
        beside: 2,
        articles: vec![ArticleHit {
            others: vec![cached.clone()],
            cached,
            usage: Usage::default(),
            title: passage.clone(),
            passage: Some(passage),
            score: 1.0,
        }],
        tickets,
        more: true,
        slips: vec![(input.to_owned(), vec![normalize::normalize(input)])],
        problems: Vec::new(),
    };
    let today = now().in_zone(&Tz::UTC).date_naive();
    let _ = search::found(&found, true, known, today, &paint());
    let _ = search::remarks(&found, 20);
    for hit in &found.articles {
        let _ = search::article_json(hit, today);
    }
}

/// All reports in all formats.
fn report(given: ReportInput<'_>, by: &[GroupBy], known: &Settings, coded: &Catalogue) {
    let period = period::read("this-year", now(), Tz::UTC).unwrap();
    let context = DeskContext::new(known, coded, now());
    for kind in ReportKind::ALL {
        let by = if kind.has_groups() { by } else { &[] };
        let report = Report {
            head: ReportHead {
                desk: known.name.clone(),
                kind,
                period,
                zone: Tz::UTC,
                working_day: None,
                calendar: known.policy.calendar.clone(),
                query: String::new(),
                work_orders: false,
                at: now(),
                commit: None,
                changed: Some(0),
                tickets: given.histories.len(),
                by: by.to_vec(),
                compared: None,
                part: false,
                ended: true,
                is_of_the_past: false,
                year: false,
                people: false,
            },
            titles: BTreeMap::new(),
            titles_of: Vec::new(),
            made: Vec::new(),
            sections: reports::report(
                kind,
                given,
                Ask {
                    people: true,
                    step: None,
                    year: false,
                    names: false,
                    context,
                    period,
                    by,
                },
            ),
            tickets: given.histories.iter().map(|history| history.id).collect(),
            articles: Vec::new(),
            problems: Vec::new(),
        };
        let _ = html::report(&report);
        let _ = markdown::report(&report);
        let _ = text::report(&report, &paint());
        let _ = text::list(&report);
        let _ = data::json(&report, true);
        let _ = data::csv(&report);
        let _ = data::csv_list(&report);
    }
}

/// A ticket with every other one of so many rows, into which the rest come late.
fn late_rows(rows: usize, known: &Settings, coded: &Catalogue) {
    let map = import_map::read("m.toml", MAP, known, coded).unwrap();
    let row = |n: usize| {
        let (hour, minute, second) = (n / 3_600 % 24, n / 60 % 60, n % 60);
        let day = 1 + n / 86_400;
        let team = ["service-desk", "network"][n / 2 % 2];
        let tags: Vec<String> = (n.saturating_sub(2)..=n).map(|n| format!("t{n}")).collect();
        let tags = tags.join(";");
        format!(
            "1,2020-01-{day:02} {hour:02}:{minute:02}:{second:02},Ewa,c,{tags},{team},room {n}\n"
        )
    };
    let import = |text: &str, each: &dyn Fn(&Import<'_>)| {
        let table = CsvTable::new(text.as_bytes(), b',', Encoding::UTF_8).unwrap();
        let names = Names::new("old", known, coded, settings::STARTER, catalog::STARTER);
        let import = Import::read(&map, table, known, coded, names);
        each(&import.unwrap());
    };
    let log = |step: usize| {
        let mut text = "a,b,c,d,e,f,g\n".to_owned();
        (0..rows).step_by(step).for_each(|n| text.push_str(&row(n)));
        text
    };
    let mut file = String::new();
    let written = std::cell::RefCell::new(&mut file);
    import(&log(2), &|import| {
        for case in import.cases() {
            **written.borrow_mut() = new_ticket::write(&import.ticket(case, id()));
        }
    });
    let Ok(page) = ticket::read(id(), file) else {
        return;
    };
    import(&log(1), &|import| {
        for case in import.cases() {
            let longer = import.extend(case, &page).unwrap().unwrap_or_default();
            assert!(longer.len() > page.text.len() || rows < 2);
        }
    });
}

/// Nothing measured may be nothing: each of these subjects does what it is named for.
#[test]
fn the_subjects_do_what_they_are_named_for() {
    let house: Rc<Settings> = Rc::new(settings::read(settings::STARTER).unwrap());
    let codes: Rc<Catalogue> = Rc::new(catalog::read(catalog::STARTER, &house).unwrap());
    assert_eq!(many("a b c").len(), 3);
    assert!(ticket::read(id(), super::subjects::described("a")).is_ok());
    late_rows(40, &house, &codes);
    let names: BTreeMap<&str, usize> = all(&house, &codes)
        .iter()
        .map(|subject| (subject.name, 1))
        .collect();
    assert_eq!(names.len(), 7);
}
