//! Providers: who has a matter that waits for one, and whether they can be reached now.

use crate::model::catalog::{Catalogue, Provider};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::rules::sla::calendar;

/// When a provider can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceHours {
    /// Now, until then; `None` where it does not close within a week.
    Open(Option<Moment>),
    /// From then on.
    Opens(Moment),
    /// Never again, by its calendar.
    Closed,
}

/// Whether a provider can be reached at a moment, by its calendar; `None` where it has none.
pub fn hours(provider: &Provider, settings: &Settings, now: Moment) -> Option<ServiceHours> {
    let calendar = settings.calendars.get(provider.calendar.as_ref()?)?;
    Some(match calendar::first_after(calendar, now) {
        Some(at) if at == now => ServiceHours::Open(calendar::open_until(calendar, now)),
        Some(at) => ServiceHours::Opens(at),
        None => ServiceHours::Closed,
    })
}

/// Whether a provider's contract is over on the day of a moment, by the desk's zone.
pub fn is_over(provider: &Provider, settings: &Settings, now: Moment) -> bool {
    provider.is_over(now.in_zone(&settings.zone).date_naive())
}

/// What is known of the vendor of a ticket, and of the provider to whom its code leads: each once.
pub fn of_ticket<'c>(vendor: &str, code: &str, catalogue: &'c Catalogue) -> Vec<&'c Provider> {
    let vendor = (!vendor.is_empty())
        .then(|| catalogue.provider(vendor))
        .flatten();
    let by_code = catalogue
        .find(code)
        .and_then(|code| catalogue.provider_of(code));
    let mut all: Vec<&Provider> = vendor.into_iter().chain(by_code).collect();
    all.dedup_by(|a, b| a.name == b.name);
    all
}

/// Those providers whose contract is over, a sentence each.
pub fn ended<'c>(
    catalogue: &'c Catalogue,
    settings: &'c Settings,
    now: Moment,
) -> impl Iterator<Item = String> + 'c {
    let over = move |one: &&Provider| is_over(one, settings, now);
    catalogue.providers.values().filter(over).map(|one| {
        let which = match one.contract.as_str() {
            "" => "the contract".to_owned(),
            name => format!("the contract {name}"),
        };
        let last = one.until.map(|day| day.to_string()).unwrap_or_default();
        format!("{which} with {} ended on {last}", one.name)
    })
}
