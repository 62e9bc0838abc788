//! The readers, folds and renderers that are measured in this process.

use std::convert::Infallible;
use std::io::Read;
use std::rc::Rc;

use chrono_tz::Tz;
use plaindesk::model::calendar::{Calendar, Duration};
use plaindesk::model::catalog::Catalogue;
use plaindesk::model::event_log;
use plaindesk::model::id::{IdInput, TicketId};
use plaindesk::model::moment::Moment;
use plaindesk::model::settings::Settings;
use plaindesk::model::ticket_summary::TicketSummary;
use plaindesk::page::catalog;
use plaindesk::page::csv::{CsvRow, CsvTable, Encoding};
use plaindesk::page::entry_heading;
use plaindesk::page::entry_value;
use plaindesk::page::export_reader::{self, Exported, Sink};
use plaindesk::page::import_map;
use plaindesk::page::new_ticket;
use plaindesk::page::{article, call_script, links, markdown, problem, query, settings, ticket};
use plaindesk::rules::article_usage;
use plaindesk::rules::context::DeskContext;
use plaindesk::rules::devices;
use plaindesk::rules::duplicates;
use plaindesk::rules::import::{Import, Names};
use plaindesk::rules::lifecycle::attachments;
use plaindesk::rules::lifecycle::repair;
use plaindesk::rules::lifecycle::replay;
use plaindesk::rules::lifecycle::sweep;
use plaindesk::rules::lifecycle::work_order;
use plaindesk::rules::merge;
use plaindesk::rules::people::People;
use plaindesk::rules::people::address;
use plaindesk::rules::search::{SearchTerms, best};
use plaindesk::rules::sla::clocks;
use plaindesk::rules::text::normalize;
use plaindesk::rules::text::redact_requester;
use plaindesk::rules::text::slug;
use plaindesk::rules::text::terms::{Stems, Terms, each_word};
use plaindesk::rules::text::time_input;
use plaindesk::view::paint::{Paint, Role};
use plaindesk::view::report::data;
use plaindesk::view::{diagnostic, diff, export, sanitize, table, words};

use super::shapes::{self, Shape};

/// Something that takes a text.
pub(crate) struct Subject {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What it takes.
    pub(crate) shapes: Shapes,
    /// Gives it a text.
    pub(crate) run: Box<dyn Fn(&str)>,
}

impl Subject {
    /// The shapes that it is measured with.
    pub(crate) fn shapes(&self) -> Vec<Shape> {
        let mut all = shapes::all();
        match self.shapes {
            Shapes::All => {}
            Shapes::Logs => all.retain(Shape::is_log),
            Shapes::Sizes => all.truncate(1),
        }
        all
    }
}

/// The inputs that are of interest to a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shapes {
    /// All.
    All,
    /// Entries of logs.
    Logs,
    /// Only how long they are.
    Sizes,
}

/// The subjects of the short form.
pub(crate) const QUICK: &[&str] = &[
    "a bullet",
    "a heading",
    "what a text points to",
    "what can be reached",
    "a query",
    "a table",
    "a fold",
    "clocks",
    "words",
    "safe text",
    "late rows",
    "escalations",
    "problems found again",
];

const ID: &str = "2611-7K3MQ";

const HEAD: &str = "id = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"open\"\npriority = \"standard\"\n\
    impact = \"person\"\nurgency = \"low\"\nqueue = \"service-desk\"\ncode = \"PRN-JAM\"\nchannel = \"email\"\ncreated = 2026-01-01T00:00:00Z\n";

const CREATED: &str = "## 2026-01-01T00:00:00Z anna created ^8m2d\n\n- channel: email\n- type: action\n- status: open\n\
    - priority: standard\n- queue: service-desk\n- code: PRN-JAM\n\n";

const MAP: &str = "source = \"old\"\n[time]\nformats = [\"%Y-%m-%d %H:%M\"]\nzone = \"UTC\"\n[columns]\nid = \"a\"\ntime = \"b\"\n\
    by = \"c\"\ntext = \"d\"\ntags = \"e\"\nqueue = \"f\"\ntitle = \"{g}\"\n";

pub(crate) fn id() -> TicketId {
    ID.parse().unwrap()
}

pub(crate) fn now() -> Moment {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

pub(crate) fn paint() -> Paint {
    Paint {
        color: true,
        width: Some(80),
        zone: Tz::Europe__Warsaw,
        now: now(),
    }
}

struct Nothing;

impl Sink for Nothing {
    type Content = ();
    type Error = Infallible;

    fn content(&mut self, _: usize, from: &mut dyn Read) -> Result<(), Infallible> {
        let _ = std::io::copy(from, &mut std::io::sink());
        Ok(())
    }

    fn ticket(&mut self, _: Exported<()>) -> Result<(), Infallible> {
        Ok(())
    }
}

/// A ticket with a log.
pub(crate) fn logged(log: &str) -> Option<ticket::TicketPage> {
    ticket::read(id(), format!("+++\n{HEAD}+++\nx\n\n{CREATED}{log}")).ok()
}

/// A ticket whose description and names are this.
pub(crate) fn described(text: &str) -> String {
    let quoted = entry_value::quoted(text);
    format!(
        "+++\n{HEAD}tags = [{quoted}]\n[requester]\nname = {quoted}\nlocation = {quoted}\n+++\n{text}"
    )
}

/// Many tickets of which each says one line in its fields.
pub(crate) fn many(text: &str) -> Vec<TicketSummary> {
    let mut all = Vec::new();
    for (n, line) in text.split_inclusive([' ', '\n', ',']).enumerate() {
        let random: String = (0..5)
            .map(|at| char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n >> (5 * at) & 31]))
            .collect();
        let quoted = entry_value::quoted(line);
        let text = format!(
            "+++\n{}serial = {quoted}\n[asset]\nserial = {quoted}\nlocation = {quoted}\n[requester]\nname = {quoted}\nemail = \"a@example.org\"\n\
             phone = \"+48 600 100 200\"\n+++\n## 2026-01-01T00:00:00Z anna search ^s{n:04}\n\n- query: {quoted}\n- hits: 0\n",
            HEAD.replace(ID, &format!("2611-{random}"))
        );
        let id: TicketId = format!("2611-{random}").parse().unwrap();
        all.extend(ticket::read(id, text).map(|page| TicketSummary::of(&page.ticket, false)));
    }
    all
}

/// All subjects.
pub(crate) fn all() -> Vec<Subject> {
    let house: Rc<Settings> = Rc::new(settings::read(settings::STARTER).unwrap());
    let codes: Rc<Catalogue> = Rc::new(catalog::read(catalog::STARTER, &house).unwrap());
    let mut all: Vec<Subject> = Vec::new();
    let mut add = |name: &'static str, logs: bool, run: Box<dyn Fn(&str)>| {
        let shapes = if logs { Shapes::Logs } else { Shapes::All };
        all.push(Subject { name, shapes, run });
    };
    add(
        "problems found again",
        false,
        Box::new(|text| {
            let lines = text.split_inclusive([' ', '\n', ',']).enumerate();
            let found = lines.map(|(n, line)| problem::Problem::whole("x", format!("{n} {line}")));
            let mut found: Vec<problem::Problem> = found.collect();
            let again = found.clone();
            problem::retain_found_again(&mut found, &again);
        }),
    );
    add(
        "a ticket's body",
        false,
        Box::new(|text| {
            let _ = ticket::read(id(), format!("+++\n{HEAD}+++\n{text}"));
        }),
    );
    add(
        "a front matter",
        false,
        Box::new(|text| {
            let _ = ticket::read(id(), format!("+++\n{HEAD}{text}\n+++\n"));
        }),
    );
    add(
        "a value of a front matter",
        false,
        Box::new(|text| {
            let quoted = entry_value::quoted(text);
            let _ = ticket::read(id(), format!("+++\n{HEAD}tags = [{quoted}]\n+++\n"));
        }),
    );
    add(
        "a bullet",
        false,
        Box::new(|text| {
            for line in [
                format!("- tags: +a {text}"),
                format!("- a: \"{text}"),
                format!("- {text}"),
            ] {
                let _ = entry_value::read_bullet(&line);
            }
            let _ = entry_value::write_value(Some(text));
        }),
    );
    add(
        "a heading",
        false,
        Box::new(|text| {
            let _ = entry_heading::read(&format!("## {text}"));
        }),
    );
    add(
        "an article",
        false,
        Box::new(|text| {
            let page = article::read(
                "kb/x.md",
                format!(
                    "+++\nid = \"KB-7Q2M\"\ntitle = \"x\"\nstate = \"draft\"\n{text}\n+++\n{text}"
                ),
            );
            drop(page);
        }),
    );
    add(
        "markdown",
        false,
        Box::new(|text| {
            let blocks = markdown::read(text);
            let _ = call_script::script(&blocks);
            let _ = plaindesk::view::markdown::text(&blocks, 80, &paint());
        }),
    );
    add(
        "a call script",
        false,
        Box::new(|text| {
            let _ = call_script::script(&markdown::read(&format!("## Call script\n\n{text}")));
        }),
    );
    add(
        "what a text points to",
        false,
        Box::new(|text| {
            let _ = links::targets(text);
        }),
    );
    add(
        "what can be reached",
        false,
        Box::new(|text| {
            let _ = links::reaches(text);
            let _ = links::ids(text);
        }),
    );
    add(
        "settings",
        false,
        Box::new(|text| {
            let _ = settings::read(&format!("{}\n{text}", settings::STARTER));
            let _ = settings::read(text);
        }),
    );
    let known = Rc::clone(&house);
    add(
        "a catalogue",
        false,
        Box::new(move |text| {
            let _ = catalog::read(&format!("{}\n{text}", catalog::STARTER), &known);
        }),
    );
    let (known, coded) = (Rc::clone(&house), Rc::clone(&codes));
    add(
        "a map",
        false,
        Box::new(move |text| {
            let _ = import_map::read("m.toml", &format!("{MAP}\n{text}"), &known, &coded);
            let title = format!("title = {}\n", entry_value::quoted(text));
            let _ = import_map::read(
                "m.toml",
                &MAP.replace("title = \"{g}\"\n", &title),
                &known,
                &coded,
            );
        }),
    );
    let known = Rc::clone(&house);
    add(
        "a query",
        false,
        Box::new(move |text| {
            let _ = query::tickets::schema(&known).read(text);
        }),
    );
    add(
        "a table",
        false,
        Box::new(|text| {
            if let Ok(table) = CsvTable::new(text.as_bytes(), b',', Encoding::UTF_8) {
                table.rows(|place, found| {
                    if matches!(found, CsvRow::Row(_)) {
                        let _ = table.cells(place);
                    }
                });
            }
        }),
    );
    let (known, coded) = (Rc::clone(&house), Rc::clone(&codes));
    add(
        "an import",
        false,
        Box::new(move |text| {
            let map = import_map::read("m.toml", MAP, &known, &coded).unwrap();
            let text = format!("a,b,c,d,e,f,g\n{text}");
            let Ok(table) = CsvTable::new(text.as_bytes(), b',', Encoding::UTF_8) else {
                return;
            };
            let names = Names::new("old", &known, &coded, settings::STARTER, catalog::STARTER);
            if let Ok(import) = Import::read(&map, table, &known, &coded, names) {
                for case in import.cases() {
                    let _ = new_ticket::write(&import.ticket(case, id()));
                }
            }
        }),
    );
    add(
        "an export",
        false,
        Box::new(|text| {
            let _ = export_reader::read(text.as_bytes(), &mut Nothing);
            let text = format!("{{\"tickets\": [{{\"file\": {text}");
            let _ = export_reader::read(text.as_bytes(), &mut Nothing);
        }),
    );
    add(
        "ids, lengths and times",
        false,
        Box::new(|text| {
            let calendar = Calendar::always(Tz::UTC);
            let _ = IdInput::read(text);
            let _ = text.parse::<Duration>();
            let _ = text.parse::<Moment>();
            let _ = time_input::instant(text, now(), Tz::UTC, &calendar);
            let _ = time_input::span(text, now(), Tz::UTC);
            let _ = time_input::length(text);
            let _ = address::wrong(text);
            let _ = article::is_language(text);
        }),
    );
    add(
        "words",
        false,
        Box::new(|text| {
            let _ = slug::slug(text);
            let _ = normalize::normalize(text);
            let _ = normalize::words(text);
            let _ = attachments::safe(text);
            let _ = work_order::steps(text);
            each_word(text, |_, _| {});
        }),
    );
    let stems: Rc<Vec<Stems>> = Rc::new(["en", "pl"].into_iter().filter_map(Stems::of).collect());
    let stemmers = Rc::clone(&stems);
    add(
        "stems",
        false,
        Box::new(move |text| {
            for stems in stemmers.iter() {
                stems.all(text, &mut Terms::default());
            }
        }),
    );
    add(
        "a passage",
        false,
        Box::new(move |text| {
            let mut wanted = SearchTerms::new(&stems);
            for word in ["printer", "netzwerk", "a"] {
                wanted.add(word, 1.0, false);
            }
            let word: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            wanted.add(&word, 1.0, false);
            let _ = best(text, &wanted);
            let _ = best(&word, &wanted);
        }),
    );
    add(
        "a text without its requester",
        false,
        Box::new(|text| {
            let name = entry_value::quoted(text);
            let head = format!("+++\n{HEAD}[requester]\nname = {name}\nlocation = {name}\n+++\n");
            if let Ok(page) = ticket::read(id(), head) {
                let requester = redact_requester::Requester::of(&page.ticket);
                let _ = requester.out_of(text);
            }
        }),
    );
    add(
        "a repair",
        false,
        Box::new(|text| {
            if let Some(page) = logged(text) {
                let _ = repair::repair(&page, Tz::UTC);
            }
        }),
    );
    add(
        "a merge of logs",
        true,
        Box::new(|text| {
            let page = |log: &str| format!("+++\n{HEAD}+++\n\n{CREATED}{log}");
            let other = "\n## 2026-12-30T00:00:00Z anna note ^zzzz\n\nMore.\n";
            let _ = merge::ticket::merge(
                &page(""),
                &page(text),
                &page(&format!("{text}{other}")),
                Tz::UTC,
            );
        }),
    );
    add(
        "a merge of texts",
        false,
        Box::new(|text| {
            let lines = |text: &str| text.split('\n').map(str::to_owned).collect::<Vec<_>>();
            let other = format!("{text}\nMore.");
            let _ = merge::lines::merge_lines(&[], &lines(text), &lines(&other), "");
        }),
    );
    add(
        "a fold",
        true,
        Box::new(|text| {
            if let Some(page) = logged(text) {
                let _ = replay::replay(&page.ticket.log);
                let _ = replay::differences(&page.ticket);
                let _ = article_usage::of_ticket(&TicketSummary::of(&page.ticket, false));
            }
        }),
    );
    let (known, coded) = (Rc::clone(&house), Rc::clone(&codes));
    add(
        "clocks",
        true,
        Box::new(move |text| {
            let Some(page) = logged(text) else { return };
            let context = DeskContext::new(&known, &coded, now());
            let events = event_log::of(&page.ticket);
            for clock in clocks::present(&events, false, context) {
                if clock.is_open() {
                    let _ = clocks::trace(&clock, context);
                }
            }
            let _ = clocks::stays(&events);
            let _ = sweep::plan(&TicketSummary::of(&page.ticket, false), context);
        }),
    );
    let (known, coded) = (Rc::clone(&house), Rc::clone(&codes));
    add(
        "a ticket as JSON",
        false,
        Box::new(move |text| {
            if let Some(page) = logged(text) {
                let context = DeskContext::new(&known, &coded, now());
                let _ = export::object(&page, &page.text, context);
                let _ = export::table_row(&page.ticket, &page.text, &known);
            }
        }),
    );
    let known = Rc::clone(&house);
    add(
        "many tickets",
        false,
        Box::new(move |text| {
            let tickets = many(text);
            let people = People::of(&tickets, "");
            drop(people);
            let mut mentions = devices::DeviceMentions::new(&known);
            for ticket in &tickets {
                mentions.add(ticket);
            }
            let _ = mentions.devices();
            let _ = article_usage::demands(&tickets, |_| true);
            let _ = article_usage::usage(&tickets);
            if let Some(first) = tickets.first() {
                let _ = duplicates::find(&first.values, &[], &tickets, &known, now());
            }
        }),
    );
    add(
        "safe text",
        false,
        Box::new(|text| {
            let _ = sanitize::text(text);
            let _ = sanitize::line(text);
            let _ = sanitize::json(text);
        }),
    );
    add(
        "text in columns",
        false,
        Box::new(|text| {
            let _ = words::wrap(text, 80);
            let _ = words::cut(text, 80);
            let rows: Vec<Vec<(Role, String)>> = text
                .lines()
                .map(|line| {
                    vec![
                        (Role::Plain, "x".to_owned()),
                        (Role::Title, sanitize::line(line)),
                    ]
                })
                .collect();
            let _ = table::table(&["a", "b"], &rows, &[0], 1, &paint());
        }),
    );
    add(
        "CSV",
        false,
        Box::new(|text| {
            let cells: Vec<String> = text.split(',').map(data::defused).collect();
            let _ = data::written([cells].iter().map(|row| row.iter()));
        }),
    );
    add(
        "a history",
        false,
        Box::new(|text| {
            let _ = diff::diff(text, &paint());
        }),
    );
    add(
        "a problem",
        false,
        Box::new(|text| {
            let reported = problem::Problem::at("x", text, text.len()..text.len(), "wrong");
            let _ = diagnostic::problem(&reported, &paint());
            let _ = problem::nearest(text, ["queue", "network"]);
        }),
    );
    all.extend(super::outputs::all(&house, &codes));
    all
}
