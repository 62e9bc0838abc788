//! `[[rule]]`: where a new ticket goes and how pressing it is.

use crate::model::routing::RoutingRule;
use crate::model::settings::Settings;
use crate::page::problem::{Problem, instead};
use crate::page::query::tickets;
use crate::page::settings::FILE;
use crate::page::toml_reader::{TomlSection, TomlSource};

pub(in crate::page::settings) fn rules(top: &TomlSection<'_, '_>) -> Vec<RoutingRule> {
    top.array("rule").iter().map(rule).collect()
}

fn rule(section: &TomlSection<'_, '_>) -> RoutingRule {
    let rule = RoutingRule {
        name: section.need("name").unwrap_or_default(),
        when: section.need("when").unwrap_or_default(),
        queue: section.text("queue"),
        impact: section.text("impact"),
        urgency: section.text("urgency"),
        priority: section.text("priority"),
        assignee: section.text("assignee"),
        tags: section.texts("tags").unwrap_or_default(),
    };
    section.close();
    rule
}

/// What the rules name must be there.
pub(in crate::page::settings) fn check(top: &TomlSection<'_, '_>, settings: &Settings) {
    for (section, rule) in top.array("rule").iter().zip(&settings.rules) {
        if rule.name.trim().is_empty() || rule.name.contains(['\n', '\r']) {
            section.wrong_with(
                "name",
                "a rule's name is one line, and not empty",
                "logs say which rule did it",
            );
        }
        if let Err(error) = tickets::schema(settings).read(&rule.when) {
            section.wrong_with("when", error.message, error.hint);
        } else if rule.when.trim().is_empty() {
            section.wrong_with(
                "when",
                "a rule without a condition would be for every ticket",
                "say which tickets it is for, like \"code:NET-OUT location:Leipzig\"",
            );
        }
        let known = |key: &str, given: &Option<String>, known: Vec<&str>| {
            let Some(given) = given else { return };
            if !known.contains(&given.as_str()) {
                let hint = instead(given, &known);
                section.wrong_with(key, format!("there is no {key} `{given}`"), hint);
            }
        };
        let queues = settings.active_queues().map(|queue| queue.name.as_str());
        known("queue", &rule.queue, queues.collect());
        known(
            "impact",
            &rule.impact,
            settings.impacts.iter().map(String::as_str).collect(),
        );
        known(
            "urgency",
            &rule.urgency,
            settings.urgencies.iter().map(String::as_str).collect(),
        );
        known(
            "priority",
            &rule.priority,
            settings
                .priorities
                .iter()
                .map(|one| one.name.as_str())
                .collect(),
        );
        let agents = settings.active_agents().map(|agent| agent.handle.as_str());
        known("assignee", &rule.assignee, agents.collect());
        if let Some(bad) = rule
            .tags
            .iter()
            .find(|tag| tag.is_empty() || tag.contains([' ', ',', '"', '\n', '\t']))
        {
            section.wrong("tags", format!("`{bad}` cannot be a tag: it is one word"));
        }
        let sets = [
            &rule.queue,
            &rule.impact,
            &rule.urgency,
            &rule.priority,
            &rule.assignee,
        ];
        if sets.iter().all(|one| one.is_none()) && rule.tags.is_empty() {
            section.wrong_with(
                "name",
                format!("the rule `{}` does nothing", rule.name),
                "let it set queue, impact, urgency, priority, assignee or tags",
            );
        }
    }
}

/// A complaint about the condition of the rule at this place.
pub fn bad_condition(text: &str, at: usize, message: &str, hint: &str) -> Problem {
    let source = TomlSource::new(FILE, text, 0);
    if let Ok(table) = source.parse(text) {
        let top = TomlSection::top(&source, &table);
        if let Some(section) = top.array("rule").get(at) {
            section.wrong_with("when", message, hint);
        }
    }
    let found = source.finish().into_iter().next();
    found.unwrap_or_else(|| Problem::whole(FILE, message).hint(hint))
}
