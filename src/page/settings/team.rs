//! Who works, and where work waits: areas, queues, agents, and those that an import met.

use std::collections::BTreeMap;

use crate::model::absence::{Days, Roster, Shift};
use crate::model::person::{DESK, Handle};
use crate::model::settings::{Agent, Queue, Settings};
use crate::page::toml_reader::TomlSection;

pub(in crate::page::settings) fn areas(top: &TomlSection<'_, '_>) -> BTreeMap<String, String> {
    let Some(section) = top.section("area") else {
        return BTreeMap::new();
    };
    let area = |(name, area): (String, TomlSection<'_, '_>)| {
        let title = area.text("title").unwrap_or_else(|| name.clone());
        area.close();
        (name, title)
    };
    section.sections().into_iter().map(area).collect()
}

pub(in crate::page::settings) fn queues(top: &TomlSection<'_, '_>) -> BTreeMap<String, Queue> {
    let Some(section) = top.section("queue") else {
        return BTreeMap::new();
    };
    let queue = |(name, queue): (String, TomlSection<'_, '_>)| {
        let tier = queue.number("tier").unwrap_or(1);
        if !(1..=3).contains(&tier) {
            queue.wrong("tier", format!("a tier is 1, 2 or 3, not {tier}"));
        }
        let value = Queue {
            title: queue.text("title").unwrap_or_else(|| name.clone()),
            area: queue.need("area").unwrap_or_default(),
            tier: u8::try_from(tier).unwrap_or(1),
            retired: queue.bool("retired").unwrap_or(false),
            imported: None,
            duty: roster(&queue, "duty"),
            name: name.clone(),
        };
        queue.close();
        (name, value)
    };
    section.sections().into_iter().map(queue).collect()
}

pub(in crate::page::settings) fn agents(top: &TomlSection<'_, '_>) -> BTreeMap<String, Agent> {
    let Some(section) = top.section("agent") else {
        return BTreeMap::new();
    };
    let agent = |(name, agent): (String, TomlSection<'_, '_>)| {
        let handle = match name.parse::<Handle>() {
            Ok(handle) if name == DESK => {
                section.wrong(&name, "`desk` is the program itself");
                let _ = handle;
                return None;
            }
            Ok(handle) => handle,
            Err(error) => {
                section.wrong(&name, error.to_string());
                return None;
            }
        };
        let value = Agent {
            name: agent.text("name").unwrap_or_else(|| name.clone()),
            email: agent.text("email").unwrap_or_default(),
            manager: agent
                .one_of("role", &["agent", "manager"])
                .is_some_and(|role| role == "manager"),
            queues: agent.texts("queues").unwrap_or_default(),
            retired: agent.bool("retired").unwrap_or(false),
            imported: None,
            away: roster(&agent, "away"),
            handle,
        };
        agent.close();
        Some((name, value))
    };
    section.sections().into_iter().filter_map(agent).collect()
}

/// `[agent.<handle>.away]` or `[queue.<name>.duty]`: a key for each range of days, with a handle.
fn roster(section: &TomlSection<'_, '_>, key: &str) -> Roster {
    let Some(section) = section.section(key) else {
        return Roster::default();
    };
    let keys: Vec<String> = section.entries().map(|(key, ..)| key.to_owned()).collect();
    let mut all = Vec::new();
    for key in keys {
        let who = section.text(&key);
        match key.parse::<Days>() {
            Ok(days) => all.extend(who.map(|who| Shift { days, who })),
            Err(error) => section.wrong(&key, error.to_string()),
        }
    }
    section.close();
    Roster::of(all)
}

/// `[imported.<source>]`: people and queues that an import met, one line each. All are retired:
/// an `[agent.<handle>]` or `[queue.<name>]` of one's own puts them to work.
pub(in crate::page::settings) fn imported(top: &TomlSection<'_, '_>, settings: &mut Settings) {
    let Some(section) = top.section("imported") else {
        return;
    };
    for (source, section) in section.sections() {
        if let Some(agents) = section.section("agents") {
            for key in agents
                .entries()
                .map(|(key, ..)| key.to_owned())
                .collect::<Vec<_>>()
            {
                let Some(name) = agents.text(&key) else {
                    continue;
                };
                let Ok(handle) = key.parse::<Handle>() else {
                    agents.wrong(&key, format!("`{key}` is not a handle"));
                    continue;
                };
                settings.agents.entry(key).or_insert_with(|| Agent {
                    handle,
                    name,
                    email: String::new(),
                    manager: false,
                    queues: Vec::new(),
                    retired: true,
                    imported: Some(source.clone()),
                    away: Roster::default(),
                });
            }
        }
        if let Some(queues) = section.section("queues") {
            for key in queues
                .entries()
                .map(|(key, ..)| key.to_owned())
                .collect::<Vec<_>>()
            {
                let Some(title) = queues.text(&key) else {
                    continue;
                };
                settings.queues.entry(key.clone()).or_insert_with(|| Queue {
                    name: key,
                    title,
                    area: source.clone(),
                    tier: 0,
                    retired: true,
                    imported: Some(source.clone()),
                    duty: Roster::default(),
                });
            }
        }
        section.close();
    }
}
