//! `[recurring.<name>]`: work orders that the sweep makes once in every period.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::calendar::Duration;
use crate::model::recurring::{DayRule, Every, MAX_LEAD, OnClosed, Recurring, is_name};
use crate::model::settings::Settings;
use crate::page::problem::{Problem, instead};
use crate::page::settings::FILE;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// All of them, by name.
pub(in crate::page::settings) fn recurring(
    top: &TomlSection<'_, '_>,
    house: &str,
) -> BTreeMap<String, Recurring> {
    let Some(section) = top.section("recurring") else {
        return BTreeMap::new();
    };
    let sections = section.sections().into_iter();
    let read = sections.filter_map(|(name, one)| {
        if !is_name(&name) {
            let message = format!("`{name}` cannot name work that recurs");
            let hint = "lower-case letters, digits, `-` and `_`, as in `[recurring.ups-test]`";
            section.wrong_with(&name, message, hint);
        }
        let read = read(&name, &one, house);
        one.close();
        Some((name, read?))
    });
    read.collect()
}

fn read(name: &str, of: &TomlSection<'_, '_>, house: &str) -> Option<Recurring> {
    if !of.has("every") {
        let message = format!("`{}` is missing", of.path("every"));
        let hint = format!("how often: {}", Every::WORDS.join(", "));
        of.wrong_with("every", message, hint);
    }
    let every = of.one_of("every", &Every::WORDS);
    let every = every.and_then(|word| Every::read(&word));
    of.has("on");
    let on = every.and_then(|every| on(of, every));
    let from = from(of);
    let until = of.has("until").then(|| date(of, "until"));
    let closed = of.one_of("closed", &OnClosed::WORDS);
    let (title, code) = (line(of, "title"), of.need("code"));
    let recurring = Recurring {
        name: name.to_owned(),
        title: title?,
        code: code?,
        every: every?,
        on: on?,
        calendar: of.text("calendar").unwrap_or_else(|| house.to_owned()),
        closed: closed
            .and_then(|word| OnClosed::read(&word))
            .unwrap_or(OnClosed::After),
        from: from?,
        until: until.flatten(),
        lead: lead(of),
        queue: of.text("queue"),
        assignee: of.read("assignee"),
        steps: steps(of),
        paused: of.bool("paused").unwrap_or(false),
    };
    Some(recurring)
}

/// Whether something is said, on one line that can stand in a file.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

/// A text of one line that must be there.
fn line(of: &TomlSection<'_, '_>, key: &str) -> Option<String> {
    let text = of.need(key)?;
    let is_line = is_line(&text);
    if !is_line {
        of.wrong(key, format!("`{}` is one line of text", of.path(key)));
    }
    is_line.then(|| text.trim().to_owned())
}

/// The day, of which a number may be meant, too.
fn on(of: &TomlSection<'_, '_>, every: Every) -> Option<DayRule> {
    let Some(value) = of.get("on") else {
        return Some(DayRule::FirstOpen);
    };
    let (read, given) = if let Some(text) = value.get_ref().as_str() {
        (DayRule::read(text, every), format!("`{text}`"))
    } else {
        let number = of.number("on")?;
        (DayRule::of_number(number, every), number.to_string())
    };
    if read.is_none() {
        let (path, word) = (of.path("on"), Every::WORDS[every as usize]);
        let message = format!("`{path}` cannot be {given} where work recurs every {word}");
        of.wrong_with("on", message, format!("it is {}", every.days()));
    }
    read
}

fn from(of: &TomlSection<'_, '_>) -> Option<NaiveDate> {
    if !of.has("from") {
        let message = format!("`{}` is missing", of.path("from"));
        let hint = "the first day for which an order is made, as in `from = 2026-12-01`";
        of.wrong_with("from", message, hint);
        return None;
    }
    date(of, "from")
}

/// A date, with quotes or without.
fn date(of: &TomlSection<'_, '_>, key: &str) -> Option<NaiveDate> {
    let value = of.get(key)?.get_ref();
    let text = match value.as_str() {
        Some(text) => text.to_owned(),
        None => value
            .as_datetime()
            .map(ToString::to_string)
            .unwrap_or_default(),
    };
    let date = text.parse().ok();
    if date.is_none() {
        let message = format!("`{}` is a date like 2026-12-01", of.path(key));
        of.wrong(key, message);
    }
    date
}

fn lead(of: &TomlSection<'_, '_>) -> u32 {
    match of.read("lead") {
        None => 0,
        Some(Duration::Days(days)) if days <= MAX_LEAD => days,
        Some(Duration::Days(_)) => {
            let message = format!("`{}` is at most {MAX_LEAD}bd", of.path("lead"));
            of.wrong("lead", message);
            0
        }
        Some(Duration::Minutes(_)) => {
            let message = format!("`{}` is business days, like `3bd`", of.path("lead"));
            of.wrong("lead", message);
            0
        }
    }
}

fn steps(of: &TomlSection<'_, '_>) -> Vec<String> {
    for (step, span) in of.places("steps") {
        if !is_line(step) {
            of.wrong_at(span, "a step is one line of text", None::<String>);
        }
    }
    let steps = of.texts("steps").unwrap_or_default().into_iter();
    steps.map(|step| step.trim().to_owned()).collect()
}

/// What they name must be there.
pub(in crate::page::settings) fn check(top: &TomlSection<'_, '_>, settings: &Settings) {
    let Some(section) = top.section("recurring") else {
        return;
    };
    for (name, of) in section.sections() {
        let Some(one) = settings.recurring.get(&name) else {
            continue;
        };
        let is_there = |key: &str, what: &str, given: &str, known: Vec<&str>| {
            if !known.contains(&given) {
                let message = format!("there is no {what} `{given}`");
                of.wrong_with(key, message, instead(given, &known));
            }
        };
        let calendars = settings.calendars.keys().map(String::as_str);
        is_there("calendar", "calendar", &one.calendar, calendars.collect());
        if let Some(queue) = &one.queue {
            let queues = settings.queues.keys().map(String::as_str);
            is_there("queue", "queue", queue, queues.collect());
        }
        if let Some(assignee) = &one.assignee {
            let agents = settings.agents.keys().map(String::as_str);
            is_there("assignee", "agent", assignee.as_str(), agents.collect());
        }
        if one.queue.is_some() && one.assignee.is_some() {
            let message = format!("`{}` says `queue` and `assignee`", of.path("assignee"));
            of.wrong_with("assignee", message, "say who does it, or which team");
        }
        if one.until.is_some_and(|until| until < one.from) {
            let message = format!("`{}` is before `from`", of.path("until"));
            of.wrong("until", message);
        }
    }
}

/// A complaint about a key of work that recurs.
pub fn wrong(text: &str, name: &str, key: &str, message: &str, hint: &str) -> Problem {
    let source = TomlSource::new(FILE, text, 0);
    if let Ok(table) = source.parse(text) {
        let top = TomlSection::top(&source, &table);
        let all = top.section("recurring");
        if let Some(one) = all.and_then(|all| all.section(name)) {
            one.wrong_with(key, message, hint);
        }
    }
    let found = source.finish().into_iter().next();
    found.unwrap_or_else(|| Problem::whole(FILE, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use crate::page::settings::{STARTER, read};

    const WHOLE: &str = "[recurring.ups-test]\ntitle = \"Test the UPS\"\ncode = \"NET-OUT\"\n\
        every = \"month\"\non = \"last fri\"\ncalendar = \"office\"\nclosed = \"before\"\n\
        from = 2026-12-01\nuntil = \"2027-12-31\"\nlead = \"3bd\"\nqueue = \"network\"\n\
        steps = [\"Read the display\"]\npaused = false\n";

    fn with(table: &str) -> Result<(), Vec<String>> {
        let text = format!("{STARTER}\n{table}");
        let read = read(&text).map(|_| ());
        read.map_err(|all| {
            let words = all.into_iter().map(|one| {
                let hint = one.hint.unwrap_or_default();
                format!("{}; {hint}", one.message)
            });
            words.collect()
        })
    }

    #[test]
    fn a_whole_table_is_read() {
        assert_eq!(with(WHOLE), Ok(()));
        let short =
            "[recurring.week]\ntitle = \"A\"\ncode = \"B\"\nevery = \"week\"\nfrom = 2026-12-01\n";
        assert_eq!(with(short), Ok(()));
        let number = WHOLE.replace("\"last fri\"", "15");
        assert_eq!(with(&number), Ok(()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (old, new, message) in [
            (
                "title = \"Test the UPS\"\n",
                "",
                "`recurring.ups-test.title` is missing",
            ),
            ("Test the UPS", "", "is one line of text"),
            (
                "code = \"NET-OUT\"\n",
                "",
                "`recurring.ups-test.code` is missing",
            ),
            (
                "every = \"month\"\n",
                "",
                "how often: week, month, quarter, year",
            ),
            (
                "\"month\"",
                "\"months\"",
                "`recurring.ups-test.every` cannot be `months`; did you mean `month`?",
            ),
            (
                "last fri",
                "15",
                "`recurring.ups-test.on` cannot be `15` where work recurs every month; it is a day like 15",
            ),
            (
                "\"last fri\"",
                "32",
                "cannot be 32 where work recurs every month",
            ),
            ("\"last fri\"", "true", "is a whole number"),
            (
                "\"office\"",
                "\"offices\"",
                "there is no calendar `offices`; did you mean `office`?",
            ),
            (
                "\"before\"",
                "\"never\"",
                "`recurring.ups-test.closed` cannot be `never`",
            ),
            (
                "from = 2026-12-01\n",
                "",
                "`recurring.ups-test.from` is missing",
            ),
            (
                "from = 2026-12-01",
                "from = \"soon\"",
                "is a date like 2026-12-01",
            ),
            (
                "2027-12-31",
                "2025-12-31",
                "`recurring.ups-test.until` is before `from`",
            ),
            ("\"3bd\"", "\"4h\"", "is business days, like `3bd`"),
            ("\"3bd\"", "\"400bd\"", "is at most 250bd"),
            ("\"3bd\"", "\"3d\"", "is not a duration"),
            ("\"network\"", "\"netwrok\"", "there is no queue `netwrok`"),
            (
                "paused",
                "assignee = \"anna\"\npaused",
                "there is no agent `anna`",
            ),
            ("\"Read the display\"", "\"\"", "a step is one line of text"),
            ("Read the", "Read\\u001b the", "a step is one line of text"),
            ("Test the UPS", "Test\\nthe UPS", "is one line of text"),
            (
                "paused",
                "pauses",
                "there is no setting `recurring.ups-test.pauses`; did you mean",
            ),
            ("ups-test", "UPS", "`UPS` cannot name work that recurs"),
        ] {
            let said = with(&WHOLE.replace(old, new)).unwrap_err().join("\n");
            assert!(said.contains(message), "{new}\n{said}");
        }
    }
}
