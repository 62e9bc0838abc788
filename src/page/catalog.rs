//! `catalog.toml`, read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use chrono::NaiveDate;

use crate::model::calendar::NonZeroDuration;
use crate::model::catalog::{Catalogue, Code, Provider, StandardOrder};
use crate::model::id::ArticleId;
use crate::model::intake_form::Ask;
use crate::model::settings::Settings;
use crate::page::front_matter;
use crate::page::links::{Reach, is_reach};
use crate::page::problem::{Problem, instead};
use crate::page::settings::forms::ask;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// The catalogue that `desk init` writes.
pub const STARTER: &str = include_str!("../../catalog.toml");

/// The file's name.
pub const FILE: &str = "catalog.toml";

/// The names of a code's place in the tree: department, provider, category.
const LEVELS: usize = 3;

/// Reads a catalogue. Any problem makes it invalid.
pub fn read(text: &str, settings: &Settings) -> Result<Catalogue, Vec<Problem>> {
    if let Some(conflict) = front_matter::conflict(FILE, text) {
        return Err(vec![conflict.fatal()]);
    }
    let source = TomlSource::new(FILE, text, 0);
    let table = source.parse(text).map_err(|problem| {
        let hint = match problem.hint.clone() {
            Some(hint) if hint.starts_with("keep one") => hint,
            _ => "the catalogue is TOML: see the comments at its top".to_owned(),
        };
        vec![problem.hint(hint)]
    })?;
    let top = TomlSection::top(&source, &table);
    let mut catalogue = Catalogue::default();
    if let Some(section) = top.section("code") {
        for (name, section) in section.sections() {
            let code = code(&name, &section, settings);
            section.close();
            catalogue.codes.insert(name, code);
        }
        agree(&section, &catalogue);
    }
    if let Some(section) = top.section("provider") {
        for (name, section) in section.sections() {
            let provider = provider(&name, &section, settings);
            section.close();
            catalogue.providers.insert(provider.name.clone(), provider);
        }
    }
    if let Some(section) = top.section("imported") {
        for (import, section) in section.sections() {
            imported(&import, &section, &mut catalogue);
            section.close();
        }
    }
    top.close();
    drop(top);
    let problems = source.finish();
    if problems.is_empty() {
        Ok(catalogue)
    } else {
        Err(problems)
    }
}

/// `[provider."…"]`: how to reach a provider.
fn provider(name: &str, section: &TomlSection<'_, '_>, settings: &Settings) -> Provider {
    let reach = |key: &str, reach: Reach, example: &str| {
        let text = section.text(key).unwrap_or_default();
        if section.has(key) && !text.is_empty() && !is_reach(reach, &text) {
            section.wrong_with(
                key,
                format!("`{}` cannot be `{text}`", section.path(key)),
                format!("write it like \"{example}\""),
            );
        }
        text
    };
    let text = |key: &str| section.text(key).unwrap_or_default();
    let calendars: Vec<String> = settings.calendars.keys().cloned().collect();
    Provider {
        name: name.trim().to_owned(),
        phone: reach("phone", Reach::Phone, "+48 22 555 01 00"),
        email: reach("email", Reach::Mail, "service@example.com"),
        url: reach("url", Reach::Address, "https://example.com/service"),
        calendar: one_of(section, "calendar", &calendars),
        contract: text("contract"),
        customer_number: text("customer_number"),
        until: day(section, "until"),
    }
}

/// A day of the calendar.
fn day(section: &TomlSection<'_, '_>, key: &str) -> Option<NaiveDate> {
    let text = section.time(key)?;
    let day = text.parse().ok();
    if day.is_none() {
        let message = format!("`{}` is a day, not `{text}`", section.path(key));
        section.wrong_with(key, message, "write it like 2027-06-30");
    }
    day
}

/// The providers to whom no code leads, each with its place.
pub fn idle_providers(text: &str, catalogue: &Catalogue) -> Vec<Problem> {
    let source = TomlSource::new(FILE, text, 0);
    let Ok(table) = source.parse(text) else {
        return Vec::new();
    };
    let top = TomlSection::top(&source, &table);
    let named: Vec<&str> = catalogue
        .codes
        .values()
        .filter_map(Code::provider)
        .collect();
    let sections = top.section("provider").map(|all| all.sections());
    for (name, section) in sections.into_iter().flatten() {
        if !named.contains(&name.trim()) {
            let hint = instead(&name, &named);
            section.wrong_with("", format!("no code leads to the provider `{name}`"), hint);
        }
    }
    drop(top);
    source.finish()
}

/// `[imported.<source>]`: codes that an import met, one line each.
fn imported(import: &str, section: &TomlSection<'_, '_>, catalogue: &mut Catalogue) {
    let Some(codes) = section.section("codes") else {
        return;
    };
    let keys: Vec<String> = codes.entries().map(|(key, ..)| key.to_owned()).collect();
    for key in keys {
        let Some(title) = codes.text(&key) else {
            continue;
        };
        catalogue.codes.entry(key.clone()).or_insert_with(|| Code {
            name: key,
            title,
            path: vec![import.to_owned()],
            retired: true,
            imported: Some(import.to_owned()),
            ..Code::default()
        });
    }
}

/// A tier, 1 to 3.
fn tier(section: &TomlSection<'_, '_>) -> Option<u8> {
    let tier = section.number("tier")?;
    let known = u8::try_from(tier)
        .ok()
        .filter(|tier| (1..=3).contains(tier));
    if known.is_none() {
        section.wrong("tier", format!("a tier is 1, 2 or 3, not {tier}"));
    }
    known
}

fn code(name: &str, section: &TomlSection<'_, '_>, settings: &Settings) -> Code {
    let fits = name
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if !fits || name.is_empty() {
        section.wrong(
            "",
            format!("`{name}`: a code is upper-case letters, digits and dashes"),
        );
    }
    let retired = section.bool("retired").unwrap_or(false);
    let names =
        |known: &mut dyn Iterator<Item = &String>| -> Vec<String> { known.cloned().collect() };
    let code = Code {
        name: name.to_owned(),
        title: needed(section, "title"),
        path: path(section),
        queue: queue(section, "queue", retired, settings),
        area: one_of(section, "area", &names(&mut settings.areas.keys())),
        tier: tier(section),
        impact: one_of(section, "impact", &settings.impacts),
        urgency: one_of(section, "urgency", &settings.urgencies),
        prompts: texts(section, "prompts"),
        require: require(section, settings),
        articles: articles(section),
        script: section.bool("script").unwrap_or(false),
        work_order: section
            .section("work_order")
            .map(|order| work_order(&order, retired, settings)),
        first_response: section.read("first-response"),
        reply: section.read("reply"),
        update: section.read("update"),
        workaround: section.read("workaround"),
        resolution: section.read("resolution"),
        retired,
        replaced_by: section.text("replaced_by"),
        imported: None,
    };
    if let Some(area) = code.area.as_ref().filter(|_| !retired)
        && settings.areas.contains_key(area)
        && !settings.active_queues().any(|queue| queue.area == *area)
    {
        section.wrong_with(
            "area",
            format!("no queue in service belongs to area `{area}`"),
            "name a queue instead, or add one to the area in desk.toml",
        );
    }
    if let (Some(area), Some(tier)) = (&code.area, code.tier)
        && !retired
        && settings.areas.contains_key(area)
        && !settings
            .active_queues()
            .any(|queue| queue.area == *area && queue.tier == tier)
    {
        section.wrong_with(
            "tier",
            format!("area `{area}` has no queue of tier {tier} in service"),
            "leave `tier` out for its lowest, or add such a queue in desk.toml",
        );
    }
    if code.tier.is_some() && code.area.is_none() {
        section.wrong_with(
            "tier",
            format!("{name} names a tier, but no area"),
            "a tier is one of an area; a queue has its own",
        );
    }
    if code.queue.is_some() && code.area.is_some() {
        section.wrong_with(
            "area",
            format!("{name} names a queue and an area"),
            "the queue alone says where such tickets wait; an area means its lowest tier",
        );
    }
    code
}

/// A text that must be there and say something.
fn needed(section: &TomlSection<'_, '_>, key: &str) -> String {
    let text = section.need(key).unwrap_or_default();
    if section.has(key) && text.trim().is_empty() {
        section.wrong(key, format!("`{}` says nothing", section.path(key)));
    }
    text
}

/// A list of texts that all say something.
fn texts(section: &TomlSection<'_, '_>, key: &str) -> Vec<String> {
    for (text, span) in section.places(key) {
        if text.trim().is_empty() {
            let message = format!("`{}` holds an empty text", section.path(key));
            section.wrong_at(span, message, None::<String>);
        }
    }
    section.texts(key).unwrap_or_default()
}

/// One of a few words; another gets the nearest.
fn one_of(section: &TomlSection<'_, '_>, key: &str, known: &[String]) -> Option<String> {
    let given = section.text(key)?;
    if !known.contains(&given) {
        section.wrong_with(
            key,
            format!("there is no {key} `{given}`"),
            near(&given, known),
        );
    }
    Some(given)
}

fn near(given: &str, known: &[String]) -> String {
    instead(given, &known.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A queue; of a code in use one in service.
fn queue(
    section: &TomlSection<'_, '_>,
    key: &str,
    retired: bool,
    settings: &Settings,
) -> Option<String> {
    let given = section.text(key)?;
    let known: Vec<String> = settings
        .active_queues()
        .map(|queue| queue.name.clone())
        .collect();
    match settings.queues.get(&given) {
        None => section.wrong_with(
            key,
            format!("there is no queue `{given}`"),
            near(&given, &known),
        ),
        Some(queue) if queue.retired && !retired => section.wrong_with(
            key,
            format!("queue `{given}` is retired"),
            format!("one in service: {}", known.join(", ")),
        ),
        Some(_) => {}
    }
    Some(given)
}

/// Department, provider, category.
fn path(section: &TomlSection<'_, '_>) -> Vec<String> {
    let path = texts(section, "path");
    if section.has("path") && path.len() != LEVELS {
        section.wrong_with(
            "path",
            format!("a path has {LEVELS} names, not {}", path.len()),
            "write department, provider and category: [\"IT\", \"Network\", \"Wi-Fi\"]",
        );
    }
    path.into_iter()
        .map(|name| name.trim().to_owned())
        .collect()
}

/// Keys that somebody can be asked for.
fn require(section: &TomlSection<'_, '_>, settings: &Settings) -> Vec<String> {
    for (word, span) in section.places("require") {
        match ask(word, settings) {
            Ok(Ask::Field(_)) => {}
            Ok(Ask::Description | Ask::Answer) => section.wrong_at(
                span,
                format!("`{word}` cannot be required"),
                Some("name keys of the front matter; resolving asks for the answer anyway"),
            ),
            Err((message, hint)) => section.wrong_at(span, message, hint),
        }
    }
    section.texts("require").unwrap_or_default()
}

fn articles(section: &TomlSection<'_, '_>) -> Vec<String> {
    for (id, span) in section.places("articles") {
        if id.parse::<ArticleId>().map(|id| id.to_string()).as_deref() != Ok(id) {
            section.wrong_at(
                span,
                format!("`{id}` is no article's id"),
                Some("ids of articles look like KB-7Q2M"),
            );
        }
    }
    section.texts("articles").unwrap_or_default()
}

fn work_order(order: &TomlSection<'_, '_>, retired: bool, settings: &Settings) -> StandardOrder {
    let steps = texts(order, "steps");
    if steps.is_empty() {
        order.wrong_with(
            "steps",
            format!("`{}` is missing", order.path("steps")),
            "say what is to be done, one text a step",
        );
    }
    order.read::<NonZeroDuration>("estimate");
    let value = StandardOrder {
        title: needed(order, "title"),
        steps,
        team: queue(order, "team", retired, settings),
        estimate: order.text("estimate"),
        parts: texts(order, "parts"),
    };
    order.close();
    value
}

/// What must agree among the codes: names that people can tell apart, and successors that lead to
/// a code in use.
fn agree(top: &TomlSection<'_, '_>, catalogue: &Catalogue) {
    let mut alike: BTreeMap<String, String> = BTreeMap::new();
    let mut successors = Successors::default();
    for (name, section) in top.sections() {
        let bare: String = name.chars().filter(|c| *c != '-').collect();
        if let Some(other) = alike.insert(bare, name.clone()) {
            section.wrong_with(
                "",
                format!("codes `{other}` and `{name}` differ in nothing but dashes"),
                "people will mix them up: keep one, or give one another name",
            );
        }
        if let Some(next) = section.text("replaced_by") {
            replaced(&section, &name, &next, catalogue, &mut successors);
        }
    }
}

/// What is known of the codes that take each other's places, so that no way is followed twice.
#[derive(Default)]
struct Successors<'c> {
    /// Codes that are in no circle.
    sound: HashSet<&'c str>,
    /// Codes that are in one: the circle, and the place of the code in it.
    circles: HashMap<&'c str, (Rc<[&'c str]>, usize)>,
}

impl<'c> Successors<'c> {
    /// The circle that a code is in, from itself on.
    fn circle(&mut self, name: &'c str, catalogue: &'c Catalogue) -> Option<String> {
        if !self.circles.contains_key(name) && !self.sound.contains(name) {
            self.follow(name, catalogue);
        }
        let (circle, at) = self.circles.get(name)?;
        let mut names: Vec<&str> = circle[*at..]
            .iter()
            .chain(&circle[..*at])
            .copied()
            .collect();
        if names.len() > SHOWN {
            names.truncate(SHOWN);
            names.push("…");
        }
        names.push(name);
        Some(names.join(" › "))
    }

    fn follow(&mut self, name: &'c str, catalogue: &'c Catalogue) {
        let mut chain: Vec<&str> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut next = Some(name);
        while let Some(at) = next {
            if self.sound.contains(at) || self.circles.contains_key(at) {
                break;
            }
            if let Some(begin) = places.get(at) {
                // The codes that only lead into a circle are not what is wrong.
                let circle: Rc<[&str]> = chain.split_off(*begin).into();
                for (at, name) in circle.iter().enumerate() {
                    self.circles.insert(name, (Rc::clone(&circle), at));
                }
                break;
            }
            let Some((at, code)) = catalogue.codes.get_key_value(at) else {
                break;
            };
            places.insert(at, chain.len());
            chain.push(at);
            next = code.replaced_by.as_deref();
        }
        self.sound.extend(chain);
    }
}

/// The names of a circle that are shown.
const SHOWN: usize = 12;

fn replaced<'c>(
    section: &TomlSection<'_, '_>,
    name: &str,
    next: &str,
    catalogue: &'c Catalogue,
    known: &mut Successors<'c>,
) {
    let wrong = |message: String, hint: String| section.wrong_with("replaced_by", message, hint);
    let Some((name, _)) = catalogue
        .codes
        .get_key_value(name)
        .filter(|(_, code)| code.retired)
    else {
        return wrong(
            format!("{name} is in use, so nothing takes its place"),
            "add `retired = true`, or take `replaced_by` out".to_owned(),
        );
    };
    if !catalogue.codes.contains_key(next) {
        let active: Vec<String> = catalogue.active().map(|code| code.name.clone()).collect();
        return wrong(
            format!("there is no problem code `{next}`"),
            near(next, &active),
        );
    }
    if let Some(circle) = known.circle(name, catalogue) {
        wrong(
            format!("codes replace one another in a circle: {circle}"),
            "let the last of them be replaced by a code in use".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::settings;

    /// What is wrong with a catalogue, `line:column message | hint` each.
    fn wrong(text: &str) -> Vec<String> {
        let house = settings::STARTER.to_owned()
            + "\n[queue.gone]\ntitle = \"Gone\"\narea = \"network\"\ntier = 1\nretired = true\n\n[area.empty]\ntitle = \"Empty\"\n\n[fields.site]\ntitle = \"Site\"\n";
        let settings = settings::read(&house).unwrap();
        match read(text, &settings) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .iter()
                .map(|problem| {
                    let (line, column) = problem.place.unwrap_or_default();
                    let hint = problem.hint.clone().unwrap_or_default();
                    format!("{line}:{column} {} | {hint}", problem.message)
                })
                .collect(),
        }
    }

    #[test]
    fn the_starter_is_a_real_departments() {
        let settings = settings::read(settings::STARTER).unwrap();
        let catalogue = read(STARTER, &settings).unwrap();
        assert!(catalogue.active().count() >= 60);
        let covers = |word: &str| {
            catalogue.active().any(|code| {
                code.path
                    .iter()
                    .any(|name| name.to_lowercase().starts_with(word))
            })
        };
        for part in [
            "workplace",
            "accounts and access",
            "network",
            "printing",
            "mail and collaboration",
            "business applications",
            "telephony",
            "hardware logistics",
        ] {
            assert!(covers(part), "{part}");
        }
        let out = &catalogue.codes["NET-OUT"];
        assert_eq!(out.workaround, "1h".parse().ok());
        assert_eq!(out.resolution, "4h".parse().ok());
    }

    #[test]
    fn one_code_names_what_is_there() {
        for (line, expected) in [
            (
                "queue = \"netwrk\"",
                "3:9 there is no queue `netwrk` | did you mean `network`?",
            ),
            (
                "queue = \"gone\"",
                "3:9 queue `gone` is retired | one in service: ",
            ),
            (
                "area = \"empty\"",
                "3:8 no queue in service belongs to area `empty` | name a queue instead, or add one to the area in desk.toml",
            ),
            (
                "area = \"workplace\"\ntier = 4",
                "4:8 a tier is 1, 2 or 3, not 4 | ",
            ),
            (
                "tier = 2",
                "3:8 A names a tier, but no area | a tier is one of an area; a queue has its own",
            ),
            (
                "area = \"network\"\ntier = 3",
                "4:8 area `network` has no queue of tier 3 in service | leave `tier` out for its lowest, or add such a queue in desk.toml",
            ),
            (
                "queue = \"network\"\narea = \"network\"",
                "4:8 A names a queue and an area | ",
            ),
            (
                "impact = \"siet\"",
                "3:10 there is no impact `siet` | did you mean `site`?",
            ),
            (
                "path = [\"IT\", \"\", \"Wi-Fi\"]",
                "3:15 `code.A.path` holds an empty text | ",
            ),
            ("path = [\"IT\"]", "3:8 a path has 3 names, not 1 | "),
            (
                "prompts = [\"Which?\", \" \"]",
                "3:22 `code.A.prompts` holds an empty text | ",
            ),
            (
                "require = [\"asset.model\", \"asset.serail\"]",
                "3:27 there is no field `asset.serail` | did you mean `asset.serial`?",
            ),
            (
                "require = [\"id\"]",
                "3:12 `id` is not asked for: desk keeps it itself | ",
            ),
            (
                "require = [\"status\"]",
                "3:12 `status` is not asked for: desk keeps it itself | ",
            ),
            (
                "require = [\"fields.sight\"]",
                "3:12 there is no field `fields.sight` | declare it: `[fields.sight]`",
            ),
            (
                "require = [\"answer\"]",
                "3:12 `answer` cannot be required | ",
            ),
            (
                "articles = [\"7Q2M\"]",
                "3:13 `7Q2M` is no article's id | ids of articles look like KB-7Q2M",
            ),
            ("workaround = \"2d\"", "3:14 `2d` is not a duration"),
            (
                "resolution = 4",
                "3:14 `code.A.resolution` is a text in quotes, not a number | write it in quotes",
            ),
            (
                "promtps = [\"x\"]",
                "3:1 there is no setting `code.A.promtps` | did you mean `code.A.prompts`?",
            ),
            (
                "title = \"again\"",
                "3:1 `title` stands here a second time | keep one of the two, with what is right in both",
            ),
            (
                "replaced_by = \"A\"",
                "3:15 A is in use, so nothing takes its place | add `retired = true`, or take `replaced_by` out",
            ),
            (
                "[code.A.work_order]\nsteps = [\"x\"]",
                "3:1 `code.A.work_order.title` is missing | ",
            ),
            (
                "[code.A.work_order]\ntitle = \"t\"",
                "3:1 `code.A.work_order.steps` is missing | say what is to be done, one text a step",
            ),
            (
                "[code.A.work_order]\ntitle = \"t\"\nsteps = [\"x\", \"\"]",
                "5:15 `code.A.work_order.steps` holds an empty text | ",
            ),
            (
                "[code.A.work_order]\ntitle = \"t\"\nsteps = [\"x\"]\nestimate = \"2 hours\"",
                "6:12 `2 hours` is not a duration",
            ),
            (
                "[code.A.work_order]\ntitle = \"t\"\nsteps = [\"x\"]\nteam = \"netwrk\"",
                "6:8 there is no queue `netwrk` | did you mean `network`?",
            ),
            (
                "[code.B]\ntitle = \" \"",
                "4:9 `code.B.title` says nothing | ",
            ),
            (
                "[code.A]\ntitle = \"b\"",
                "3:7 `A` stands here a second time | keep one of the two, with what is right in both",
            ),
            (
                "[code.A-]\ntitle = \"b\"",
                "3:1 codes `A` and `A-` differ in nothing but dashes | people will mix them up: keep one, or give one another name",
            ),
            (
                "[code.a]\ntitle = \"b\"",
                "3:1 `a`: a code is upper-case letters, digits and dashes | ",
            ),
        ] {
            let found = wrong(&format!("[code.A]\ntitle = \"a\"\n{line}\n"));
            assert!(
                found.len() == 1 && found[0].starts_with(expected),
                "{line}\n{expected}\n{found:#?}"
            );
        }
        for fine in [
            "require = [\"fields.site\", \"requester.phone\", \"planned\"]",
            "retired = true\nqueue = \"gone\"",
            "path = [\"IT\", \"Network\", \"Wi-Fi\"]",
        ] {
            assert_eq!(
                wrong(&format!("[code.A]\ntitle = \"a\"\n{fine}\n")),
                [""; 0],
                "{fine}"
            );
        }
    }

    #[test]
    fn a_retired_code_leads_to_one_in_use() {
        let chain = "[code.A]\ntitle = \"a\"\nretired = true\nreplaced_by = \"B\"\n[code.B]\ntitle = \"b\"\nretired = true\nreplaced_by = \"C\"\n[code.C]\ntitle = \"c\"\n";
        let settings = settings::read(settings::STARTER).unwrap();
        let catalogue = read(chain, &settings).unwrap();
        let next = catalogue.successor(&catalogue.codes["A"]);
        assert_eq!(next.map(|code| code.name.as_str()), Some("C"));
        assert!(catalogue.successor(&catalogue.codes["C"]).is_none());
        let circle = format!("{chain}retired = true\nreplaced_by = \"B\"\n");
        assert_eq!(
            wrong(&circle),
            [
                "8:15 codes replace one another in a circle: B › C › B | let the last of them be replaced by a code in use",
                "12:15 codes replace one another in a circle: C › B › C | let the last of them be replaced by a code in use",
            ]
        );
        assert_eq!(
            wrong(&chain.replace("\"C\"\n[", "\"D\"\n[")),
            ["8:15 there is no problem code `D` | there are: C"]
        );
        assert_eq!(
            wrong("[code.A]\ntitle = \"a\"\nretired = true\nreplaced_by = \"A\"\n").len(),
            1
        );
    }
}
