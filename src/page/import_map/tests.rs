use super::*;
use crate::model::catalog::Catalogue;
use crate::model::settings::Settings;
use crate::page::catalog;
use crate::page::settings;

fn desk() -> (Settings, Catalogue) {
    let settings = settings::read(settings::STARTER).unwrap();
    let catalogue = catalog::read(catalog::STARTER, &settings).unwrap();
    (settings, catalogue)
}

fn map(text: &str) -> Result<Map, Vec<Problem>> {
    let (settings, catalogue) = desk();
    read("m.toml", text, &settings, &catalogue)
}

fn reported(problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let hint = problem
            .hint
            .as_ref()
            .map_or_else(String::new, |hint| format!("\n    hint: {hint}"));
        format!("{}: {}{hint}", problem.location(), problem.message)
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

const LEAST: &str =
    "source = \"old\"\ntime.formats = \"rfc3339\"\ncolumns = { id = \"Nr\", time = \"When\" }\n";

#[test]
fn every_map_that_comes_with_desk_is_one() {
    let (settings, catalogue) = desk();
    for system in systems::SYSTEMS {
        let map = read_tickets(system.file, system.text, &settings, &catalogue);
        let map = map.unwrap_or_else(|problems| panic!("{}", reported(&problems)));
        assert_eq!(map.map.source, system.name, "{}", system.file);
        let both = map.map.columns.iter().filter(|column| {
            let named = |name: &&String| tickets::folded(name) == tickets::folded(&column.name);
            map.unused.keys().any(|name| named(&name))
        });
        let both: Vec<&str> = both.map(|column| column.name.as_str()).collect();
        let told = ["number", "name"];
        assert!(
            both.iter().all(|name| told.contains(name)
                || name.ends_with("_id")
                || *name == "Created"
                || *name == "sys_created_on"),
            "{}: {both:?}",
            system.file
        );
    }
}

#[test]
fn the_least_map_takes_the_rest_from_the_intake() {
    let map = map(LEAST).unwrap();
    assert_eq!(
        (map.delimiter, map.encoding, map.derives_priority),
        (None, Encoding::UTF_8, true)
    );
    let target = |key: Key| {
        map.targets
            .iter()
            .find(|target| target.field == key.into())
            .unwrap()
    };
    assert_eq!(
        target(Key::Type).origin,
        Some(ValueSource::Constant("action".into()))
    );
    assert_eq!(
        target(Key::Urgency).origin,
        Some(ValueSource::Constant("medium".into()))
    );
    assert!(map.targets.is_sorted_by(|a, b| a.field < b.field));
}

#[test]
fn everything_wrong_with_a_map_is_said_with_its_place() {
    let problems = map(r#"source = "Old System"
[csv]
delimiter = ";;"
encoding = "utf-16"
quote = "'"
[time]
formats = ["%d/%m %H:%M"]
zone = "Warsaw"
[columns]
id = "Nr"
titel = "Title"
created = "Opened"
links.relates = "See"
asset.name = 3
title = "{Kind [x"
requester = { nmae = "Caller" }
[fields]
"Big Field" = "x"
when = { colum = "x", is = "date" }
[constants]
title = "x"
channel = "pigeon"
[values.status]
"Wait" = "pending"
"Hold" = { status = "open", waiting_on = "vendor" }
"Gone" = "(none)"
"Merged" = "merged"
[values.priority]
"1" = "critical"
[values.queue]
"A" = "netwrk"
[values.assignee]
"Bob" = "bob"
[values.agent]
"Bob" = "bob"
[extra]
"#)
    .unwrap_err();
    insta::assert_snapshot!(reported(&problems), @r#"
    m.toml:1:10: `Old System` is no name for a source
        hint: write lower-case letters, digits and dashes: it stands in every entry and in the settings
    m.toml:3:13: the delimiter is one sign
        hint: write ",", ";", "|" or "\t"
    m.toml:4:12: `csv.encoding` cannot be `utf-16`
        hint: did you mean `utf-8`?
    m.toml:5:1: there is no setting `csv.quote`
        hint: did you mean `csv.quotes`?
    m.toml:7:11: `%d/%m %H:%M` is no pattern for a date or a time with its date
        hint: write chrono's signs, as in `%Y-%m-%d %H:%M:%S`, or `rfc3339`
    m.toml:8:8: there is no time zone `Warsaw`
        hint: did you mean `Europe/Warsaw`?
    m.toml:9:1: `columns.time` is missing
        hint: name the column with the time of the row
    m.toml:11:9: there is no field or role `titel`
        hint: did you mean `title`?
    m.toml:12:11: `created` cannot be filled from a log
        hint: `opened` names the column with the opening time
    m.toml:13:17: `links.relates` cannot be filled from a log
        hint: keep links to other records in a field of your own
    m.toml:14:14: `columns.asset.name` names no column
        hint: write "column", ["column", "another"], or a text "{column} and {another}"
    m.toml:15:9: `columns.title` has a `{` without its `}`
        hint: columns stand in `{…}`, parts that go with them in `[…]`; doubled, these signs stand for themselves
    m.toml:16:22: there is no field or role `requester.nmae`
        hint: did you mean `requester.name`?
    m.toml:18:15: `Big Field`: a field's name is lower-case letters, digits, `_` and `-`
    m.toml:19:8: `fields.when.column` is missing
    m.toml:19:10: there is no setting `fields.when.colum`
        hint: did you mean `fields.when.column`?
    m.toml:19:28: `fields.when.is` cannot be `date`
        hint: one of: text, time
    m.toml:22:11: this desk has no channel `pigeon`
        hint: did you mean `phone`?
    m.toml:24:10: a pending ticket waits for somebody
        hint: write { status = "pending", waiting_on = "customer" }, or `vendor`, or `schedule`
    m.toml:25:10: only a pending ticket waits for somebody
    m.toml:26:10: `status` cannot be empty
    m.toml:27:12: this desk has no status `merged`
        hint: one of: new, open, pending, resolved, closed, cancelled
    m.toml:29:7: this desk has no priority `critical`
        hint: did you mean `critical-situation`?
    m.toml:31:7: this desk has no queue `netwrk`
        hint: did you mean `network`?
    m.toml:32:1: `assignee` holds a person
        hint: people are translated together in `[values.agent]`
    m.toml:35:9: this desk has no agent `bob`
        hint: it must stand in this desk's settings or catalogue first
    m.toml:36:2: there is no setting `extra`
    "#);
}

#[test]
fn what_a_map_lacks_is_said() {
    insta::assert_snapshot!(reported(&map("").unwrap_err()), @r#"
    m.toml:1:1: `source` is missing
    m.toml:1:1: `time` is missing
        hint: write formats = ["rfc3339"], or a pattern like ["%d/%m/%Y %H:%M"]
    m.toml:1:1: `columns` is missing
        hint: say at least which column is `id` and which is `time`
    "#);
    insta::assert_snapshot!(reported(&map("source = \"x\"\n[time]\nformats = [\"%Y-%m-%d\"]\n[columns]\nby = \"Who\"\n").unwrap_err()), @r#"
    m.toml:3:11: `time.zone` is missing: these times name no zone
        hint: write the zone of the other system's clock, as in zone = "Europe/Warsaw"
    m.toml:4:1: `columns.id` is missing
        hint: name the column that tells one ticket from another
    m.toml:4:1: `columns.time` is missing
        hint: name the column with the time of the row
    "#);
    insta::assert_snapshot!(reported(&map("source = ").unwrap_err()), @r#"
    m.toml:1:10: the value is missing
        hint: a map is TOML: `desk kb show KB-1MP5` explains its keys
    "#);
}

#[test]
fn columns_are_found_in_the_header_or_the_nearest_is_named() {
    let map = map(&LEAST.replace(
        "time = \"When\"",
        "time = \"When\", title = \"{Kind}, {Kind}[ ({Detail})]\", code = [\"Kind\", \"Detial\"]",
    ))
    .unwrap();
    let header = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let full = header(&["When", "Detial", "x", "Kind", "Nr", "Detail"]);
    let found: Vec<&str> = map
        .bind(&full)
        .unwrap()
        .into_iter()
        .map(|at| full[at].as_str())
        .collect();
    assert_eq!(
        found,
        map.columns
            .iter()
            .map(|column| column.name.as_str())
            .collect::<Vec<_>>()
    );
    assert_eq!(map.unused(&header(&["When", "x", "Kind"])), ["x"]);
    let problems = map
        .bind(&header(&["Nr", "Nr", "Detail", "Whenn", "Kind"]))
        .unwrap_err();
    insta::assert_snapshot!(reported(&problems), @r#"
    m.toml:3:18: the table has two columns `Nr`
        hint: give them different names in the table's first line
    m.toml:3:31: the table has no column `When`
        hint: did you mean `Whenn`?
    m.toml:3:94: the table has no column `Detial`
        hint: did you mean `Detail`?
    "#);
}

#[test]
fn templates_have_columns_and_parts_that_go_with_them() {
    let map = map(&LEAST.replace(
        "time = \"When\"",
        "time = \"When\", title = \"[[{A}: [{{{B}}} of ]{A}]]\"",
    ))
    .unwrap();
    let title = map
        .targets
        .iter()
        .find(|target| target.field == Key::Title.into())
        .unwrap();
    let text = |text: &str| TemplatePart::Text(text.to_owned());
    let column = |name: &str| {
        TemplatePart::Column(
            map.columns
                .iter()
                .position(|column| column.name == name)
                .unwrap(),
        )
    };
    assert_eq!(
        title.origin,
        Some(ValueSource::Template(vec![
            text("["),
            column("A"),
            text(": "),
            TemplatePart::Optional(vec![text("{"), column("B"), text("} of ")]),
            column("A"),
            text("]"),
        ]))
    );
}

#[test]
fn the_shipped_maps_read_with_a_new_desk() {
    for text in [
        include_str!("../../../docs/maps/uci.toml"),
        include_str!("../../../docs/maps/volvo.toml"),
        include_str!("../../../docs/maps/helpdesk-log.toml"),
    ] {
        map(text).unwrap();
    }
}

#[test]
fn the_map_in_the_manual_reads() {
    let manual = include_str!("../../../kb/manual/importing-event-logs.md");
    let example = manual
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let anna = "\n[agent.anna]\nname = \"Anna Nowak\"\n";
    let settings = settings::read(&format!("{}{anna}", settings::STARTER)).unwrap();
    let catalogue = catalog::read(catalog::STARTER, &settings).unwrap();
    let map = read("m.toml", example.unwrap(), &settings, &catalogue).unwrap();
    assert_eq!(
        map.own_fields(),
        [
            ("closed-at", "closed_at".to_owned()),
            ("vendor", "vendor".to_owned())
        ]
    );
}
