//! The people, queues and codes of a log, as this desk writes them.

use std::collections::BTreeMap;

use crate::model::catalog::Catalogue;
use crate::model::person::DESK;
use crate::model::settings::Settings;
use crate::page::import_additions::{Named, names};
use crate::rules::text::slug::SlugTable;

/// The names that a log may use: those of the settings, those of earlier runs, and new ones.
#[derive(Clone, Debug)]
pub struct Names {
    translated: BTreeMap<String, String>,
    agents: SlugTable,
    queues: SlugTable,
    codes: SlugTable,
}

impl Names {
    /// The names known before the log is read. `desk` and `catalog` are the texts of the two
    /// files: a name from an earlier run counts there even where the settings hide it behind an
    /// agent or a queue of the desk's own.
    pub fn new(
        source: &str,
        settings: &Settings,
        catalogue: &Catalogue,
        desk: &str,
        catalog: &str,
    ) -> Self {
        let mut all = Self {
            translated: BTreeMap::new(),
            agents: SlugTable::new("agent", false).of_people(),
            queues: SlugTable::new("queue", false),
            codes: SlugTable::new("code", true),
        };
        all.agents.take(DESK);
        let earlier = |book: &mut SlugTable, text: &str, list: &str| {
            for (word, name) in names(text, source, list) {
                book.know(&name, &word);
            }
        };
        earlier(&mut all.agents, desk, "agents");
        earlier(&mut all.queues, desk, "queues");
        earlier(&mut all.codes, catalog, "codes");
        // The desk's own may stand in the log by handle, by address or by name. Names of other
        // sources are other people's.
        for (handle, agent) in &settings.agents {
            all.agents.take(handle);
            if agent.imported.is_none() {
                all.agents.know(handle, handle);
                if !agent.email.is_empty() {
                    all.agents.know(&agent.email, handle);
                }
                all.agents.know(&agent.name, handle);
            }
        }
        for (word, queue) in &settings.queues {
            all.queues.take(word);
            if queue.imported.is_none() {
                all.queues.know(word, word);
                all.queues.know(&queue.title, word);
            }
        }
        for (word, code) in &catalogue.codes {
            all.codes.take(word);
            if code.imported.is_none() {
                all.codes.know(word, word);
                all.codes.know(&code.title, word);
            }
        }
        all
    }

    /// Notes the map's own translations of people.
    pub fn translate(&mut self, people: &BTreeMap<String, String>) {
        self.translated.clone_from(people);
    }

    /// Forgets that people may be meant by their handles: in exports of other systems, words that
    /// happen to equal them are other people's. Queues are known in any case.
    #[must_use]
    pub fn of_tickets(mut self, settings: &Settings) -> Self {
        for (handle, agent) in &settings.agents {
            let named = agent.name.eq_ignore_ascii_case(handle);
            if agent.imported.is_none() && !named {
                self.agents.forget(handle);
            }
        }
        self.queues = self.queues.in_any_case();
        self
    }

    /// The handle of a person whom the desk knows by this name or address.
    pub fn known_agent(&self, name: &str) -> Option<String> {
        let translated = self.translated.get(name).cloned();
        translated.or_else(|| self.agents.known(name))
    }

    /// The handle of a person.
    pub fn agent(&mut self, name: &str) -> &str {
        match self.translated.get(name) {
            Some(handle) => handle,
            None => self.agents.word(name),
        }
    }

    /// The word of a queue.
    pub fn queue(&mut self, name: &str) -> &str {
        self.queues.word(name)
    }

    /// A problem code.
    pub fn code(&mut self, name: &str) -> &str {
        self.codes.word(name)
    }

    /// The people that the settings lack, handle and name, in the order of the log.
    pub fn new_agents(&self) -> &[Named] {
        self.agents.added()
    }

    /// The queues that the settings lack.
    pub fn new_queues(&self) -> &[Named] {
        self.queues.added()
    }

    /// The codes that the catalogue lacks.
    pub fn new_codes(&self) -> &[Named] {
        self.codes.added()
    }
}
