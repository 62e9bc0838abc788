//! The catalogue: department › provider › category › problem code.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::calendar::NonZeroDuration;
use crate::model::clocks::ClockKind;

/// All problem codes by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Catalogue {
    /// The codes.
    pub codes: BTreeMap<String, Code>,
    /// What is known of providers, by name.
    pub providers: BTreeMap<String, Provider>,
}

/// A provider: the second name of the paths of its codes, and how to reach it. What nobody said is
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// The name, as paths have it.
    pub name: String,
    /// The telephone number.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
    /// The web address.
    pub url: String,
    /// The calendar of its hours.
    pub calendar: Option<String>,
    /// The contract.
    pub contract: String,
    /// Our number with them.
    pub customer_number: String,
    /// The last day of the contract.
    pub until: Option<NaiveDate>,
}

impl Provider {
    /// Whether the contract is over on a day.
    pub fn is_over(&self, today: NaiveDate) -> bool {
        self.until.is_some_and(|last| last < today)
    }
}

/// The place of the provider among the names of a path.
const PROVIDER: usize = 1;

/// A leaf of the catalogue, with what it carries.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Code {
    /// The word in files.
    pub name: String,
    /// The words on the screen.
    pub title: String,
    /// Department, provider, category.
    pub path: Vec<String>,
    /// Where such work waits.
    pub queue: Option<String>,
    /// The area of such work, where no queue is named.
    pub area: Option<String>,
    /// The tier of that area that takes it; the lowest where none is named.
    pub tier: Option<u8>,
    /// The usual impact.
    pub impact: Option<String>,
    /// The usual urgency.
    pub urgency: Option<String>,
    /// Questions to read to the caller.
    pub prompts: Vec<String>,
    /// Keys that such a ticket must have before it is resolved.
    pub require: Vec<String>,
    /// Articles that help.
    pub articles: Vec<String>,
    /// Whether one of them must have lines to read out.
    pub script: bool,
    /// The standard work order.
    pub work_order: Option<StandardOrder>,
    /// Until when somebody speaks to the requester, instead of what the priority says.
    pub first_response: Option<NonZeroDuration>,
    /// Until when a message is answered, instead of what the priority says.
    pub reply: Option<NonZeroDuration>,
    /// How often the requester is called, instead of what the priority says.
    pub update: Option<NonZeroDuration>,
    /// Until when there is a workaround, instead of what the priority says.
    pub workaround: Option<NonZeroDuration>,
    /// Until when it is resolved, instead of what the priority says.
    pub resolution: Option<NonZeroDuration>,
    /// Valid in logs, refused for new work.
    pub retired: bool,
    /// The code that has taken the place of a retired one.
    pub replaced_by: Option<String>,
    /// The source that it came in with.
    pub imported: Option<String>,
}

/// What a work order for a code holds from the start.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct StandardOrder {
    /// One line.
    pub title: String,
    /// What is to be done, in order.
    pub steps: Vec<String>,
    /// The queue that does it.
    pub team: Option<String>,
    /// How long it takes, a duration as the company writes it.
    pub estimate: Option<String>,
    /// What it takes.
    pub parts: Vec<String>,
}

impl Code {
    /// The name of the provider to whom it leads.
    pub fn provider(&self) -> Option<&str> {
        self.path.get(PROVIDER).map(String::as_str)
    }

    /// The code's own target for a clock.
    pub fn within(&self, clock: ClockKind) -> Option<NonZeroDuration> {
        match clock {
            ClockKind::FirstResponse => self.first_response,
            ClockKind::Reply => self.reply,
            ClockKind::Update => self.update,
            ClockKind::Promise | ClockKind::Call | ClockKind::Event => None,
            ClockKind::Workaround => self.workaround,
            ClockKind::Resolution => self.resolution,
        }
    }
}

impl Catalogue {
    /// The code of a name, in any case.
    pub fn find(&self, name: &str) -> Option<&Code> {
        let upper = || {
            let small = name.bytes().any(|byte| byte.is_ascii_lowercase());
            small.then(|| self.codes.get(&name.to_ascii_uppercase()))?
        };
        self.codes.get(name).or_else(upper)
    }

    /// What is known of the provider to whom a code leads.
    pub fn provider_of(&self, code: &Code) -> Option<&Provider> {
        self.providers.get(code.provider()?)
    }

    /// The provider of a name, in any case.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        let name = name.trim();
        let lower = name.to_lowercase();
        let same = |one: &&Provider| one.name.to_lowercase() == lower;
        let found = self.providers.get(name);
        found.or_else(|| self.providers.values().find(same))
    }

    /// The names of providers: those of which something is known, and those to whom codes in use lead.
    pub fn provider_names(&self) -> BTreeSet<&str> {
        let known = self.providers.keys().map(String::as_str);
        known
            .chain(self.active().filter_map(Code::provider))
            .collect()
    }

    /// The code in use that a retired one has gone over to, by however many steps.
    pub fn successor<'c>(&'c self, code: &'c Code) -> Option<&'c Code> {
        let mut at = code;
        // No chain of different codes is longer than there are codes.
        for _ in 0..self.codes.len() {
            at = self.codes.get(at.replaced_by.as_ref()?)?;
            if !at.retired {
                return Some(at);
            }
        }
        None
    }

    /// The codes that may be put on new work.
    pub fn active(&self) -> impl Iterator<Item = &Code> {
        self.codes.values().filter(|code| !code.retired)
    }
}
