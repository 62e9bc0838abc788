//! A shift that ends: until when it is handed over.

use chrono::{NaiveDate, NaiveTime};

use crate::model::calendar::Calendar;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::rules::absence::day;
use crate::rules::sla::calendar;

/// When an agent is back at work: at the first opening of the house after today, on a day on which they
/// are not absent.
pub fn back(settings: &Settings, house: &Calendar, handle: &str, at: Moment) -> Moment {
    let shift = |day: NaiveDate| settings.agent(handle)?.away.on(day);
    let morning = |day: NaiveDate| calendar::local(settings.zone, day.and_time(NaiveTime::MIN));
    let next = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    let mut from = next(day(settings, at));
    // Ranges may follow one another, with closed days between.
    for _ in 0..1_000 {
        let opening = calendar::first_after(house, morning(from));
        let opening = opening.unwrap_or_else(|| morning(from));
        let on = day(settings, opening);
        match shift(on) {
            Some(absent) => from = next(absent.days.last.max(on)),
            None => return opening,
        }
    }
    morning(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENT: &str = "\n[agent.tom]\nname = \"Tom\"\nrole = \"agent\"\n[agent.tom.away]\n\
        \"2026-11-24..2026-11-27\" = \"\"\n\"2026-11-30\" = \"\"\n\"2026-12-24..2027-01-06\" = \"\"\n";

    fn back_of(agent: &str, at: &str) -> String {
        let text = format!("{}{AGENT}", crate::page::settings::STARTER);
        let settings = crate::page::settings::read(&text).unwrap();
        let house = &settings.calendars[&settings.policy.calendar];
        let at = at.parse().unwrap();
        let back = back(&settings, house, agent, at).in_zone(&settings.zone);
        back.format("%a %F %H:%M").to_string()
    }

    #[test]
    fn an_agent_is_back_on_the_next_open_day_on_which_they_are_not_absent() {
        // Monday to Tuesday, Friday to Monday.
        assert_eq!(
            back_of("ewa", "2026-11-23T15:00:00Z"),
            "Tue 2026-11-24 08:00"
        );
        assert_eq!(
            back_of("ewa", "2026-11-27T15:00:00Z"),
            "Mon 2026-11-30 08:00"
        );
        // An absence that begins tomorrow, a weekend and another day of absence.
        for at in ["2026-11-23T15:00:00Z", "2026-11-25T09:00:00Z"] {
            assert_eq!(back_of("tom", at), "Tue 2026-12-01 08:00");
        }
        // One that begins later is none of this shift's.
        assert_eq!(
            back_of("tom", "2026-12-01T15:00:00Z"),
            "Wed 2026-12-02 08:00"
        );
    }
}
