//! What rules, queries and views go by.

use crate::model::catalog::Catalogue;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::settings::Settings;
use crate::rules::sla::calendar::{Hours, Tables};

/// A desk's settings and catalogue, who asks, and the moment.
#[derive(Clone, Copy, Debug)]
pub struct DeskContext<'w> {
    /// The company's settings.
    pub settings: &'w Settings,
    /// The catalogue.
    pub catalogue: &'w Catalogue,
    /// The calendars with their open time worked out, where that pays.
    pub tables: Option<&'w Tables<'w>>,
    /// Who asks, for `is:mine`.
    pub me: Option<&'w Handle>,
    /// The moment.
    pub now: Moment,
}

impl<'w> DeskContext<'w> {
    /// A moment in which nobody in particular asks.
    pub fn new(settings: &'w Settings, catalogue: &'w Catalogue, now: Moment) -> Self {
        Self {
            settings,
            catalogue,
            tables: None,
            me: None,
            now,
        }
    }

    /// A calendar by its name.
    pub fn hours(&self, name: &str) -> Option<Hours<'w>> {
        match self.tables {
            Some(tables) => tables.hours(name),
            None => self.settings.calendars.get(name).map(Hours::from),
        }
    }
}
