//! Who stands in for whom, who is on duty, and who is told: by the days of the desk's zone.

use chrono::NaiveDate;

use crate::model::absence::Shift;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::settings::{Agent, Settings};
use crate::model::told::Told;

/// The day of a moment in the desk's zone.
pub fn day(settings: &Settings, at: Moment) -> NaiveDate {
    at.in_zone(&settings.zone).date_naive()
}

/// The absence of an agent at a moment.
pub fn absence<'s>(settings: &'s Settings, handle: &str, at: Moment) -> Option<&'s Shift> {
    settings.agent(handle)?.away.on(day(settings, at))
}

/// Whether an agent is in service, and not absent at a moment.
pub fn is_present(settings: &Settings, agent: &Agent, at: Moment) -> bool {
    !agent.retired && agent.away.on(day(settings, at)).is_none()
}

/// The managers who are told at a moment: those who are not absent; all where everyone is.
pub fn managers(settings: &Settings, at: Moment) -> Vec<&Agent> {
    let all = || settings.active_agents().filter(|agent| agent.manager);
    let present: Vec<&Agent> = all()
        .filter(|agent| is_present(settings, agent, at))
        .collect();
    if present.is_empty() {
        return all().collect();
    }
    present
}

/// Those who stand in for an agent who is absent: the deputy, where that is somebody who is present;
/// else the team of the queue, else the managers. One hop only: a deputy's deputy does not count.
pub fn deputies<'s>(
    settings: &'s Settings,
    handle: &str,
    queue: &str,
    at: Moment,
) -> Vec<&'s Agent> {
    let Some(shift) = absence(settings, handle, at) else {
        return Vec::new();
    };
    let is_present =
        |agent: &&Agent| agent.handle.as_str() != handle && is_present(settings, agent, at);
    if let Some(deputy) = settings.agent(&shift.who).filter(is_present) {
        return vec![deputy];
    }
    let in_team = |agent: &&Agent| agent.queues.iter().any(|of| of == queue);
    let team: Vec<&Agent> = settings
        .active_agents()
        .filter(|agent| in_team(agent) && is_present(agent))
        .collect();
    if !team.is_empty() {
        return team;
    }
    managers(settings, at)
}

/// Whether an agent stands in for another in a queue.
pub fn stands_in(
    settings: &Settings,
    agent: &Handle,
    other: &str,
    queue: &str,
    at: Moment,
) -> bool {
    let mut all = deputies(settings, other, queue, at).into_iter();
    all.any(|one| one.handle == *agent)
}

/// Who is on duty in a queue, if that is somebody who is present.
pub fn on_duty<'s>(settings: &'s Settings, queue: &str, at: Moment) -> Option<&'s Agent> {
    let shift = settings.queues.get(queue)?.duty.on(day(settings, at))?;
    let agent = settings.agent(&shift.who)?;
    is_present(settings, agent, at).then_some(agent)
}

/// Whether an agent is to say that they have what was told: they were told, or stand in for one who
/// was.
pub fn is_told(settings: &Settings, told: &Told, agent: &Handle, queue: &str, at: Moment) -> bool {
    let stands_in = |who: &String| stands_in(settings, agent, who, queue, at);
    told.concerns(agent) || (told.has.is_none() && told.who.iter().any(stands_in))
}

/// Who was named to stand in, or to be on duty, while absent themselves, from a day on; a sentence
/// each.
pub fn clashes(settings: &Settings, today: NaiveDate) -> Vec<String> {
    let agents = settings.active_agents();
    let away = agents.map(|agent| (format!("deputy of `{}`", agent.handle), &agent.away));
    let queues = settings.active_queues();
    let duty = queues.map(|queue| (format!("on duty in `{}`", queue.name), &queue.duty));
    let mut found = Vec::new();
    for (what, roster) in away.chain(duty) {
        for shift in roster.shifts().iter().filter(|one| one.days.last >= today) {
            let Some(who) = settings.agent(&shift.who) else {
                continue;
            };
            if who.retired {
                found.push(format!(
                    "`{}` is {what} {}, and retired",
                    who.handle, shift.days
                ));
            }
            for own in who
                .away
                .shifts()
                .iter()
                .filter(|own| own.days.meets(&shift.days))
            {
                found.push(format!(
                    "`{}` is {what} {}, and absent {}",
                    who.handle, shift.days, own.days
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(more: &str) -> Settings {
        let mut text = crate::page::settings::STARTER.to_owned();
        for (agent, role) in [
            ("anna", "agent"),
            ("tom", "agent"),
            ("lena", "agent"),
            ("ewa", "manager"),
        ] {
            text.push_str(&format!(
                "\n[agent.{agent}]\nname = \"{agent}\"\nrole = \"{role}\"\nqueues = [\"{}\"]\n",
                if role == "manager" {
                    "service-desk"
                } else {
                    "network"
                }
            ));
        }
        crate::page::settings::read(&(text + more)).unwrap()
    }

    fn at(day: &str) -> Moment {
        format!("{day}T10:00:00Z").parse().unwrap()
    }

    fn names<'s>(agents: &[&'s Agent]) -> Vec<&'s str> {
        agents.iter().map(|agent| agent.handle.as_str()).collect()
    }

    const TOM: &str = "[agent.tom.away]\n\"2026-12-24..2026-12-30\" = \"lena\"\n";

    #[test]
    fn a_deputy_stands_in_on_the_days_and_nobody_else() {
        let settings = team(TOM);
        let of = |day: &str| names(&deputies(&settings, "tom", "network", at(day)));
        assert_eq!(of("2026-12-24"), ["lena"]);
        assert_eq!(of("2026-12-30"), ["lena"]);
        assert!(of("2026-12-23").is_empty() && of("2026-12-31").is_empty());
        let lena: Handle = "lena".parse().unwrap();
        assert!(stands_in(
            &settings,
            &lena,
            "tom",
            "network",
            at("2026-12-25")
        ));
        assert!(!stands_in(
            &settings,
            &lena,
            "anna",
            "network",
            at("2026-12-25")
        ));
    }

    #[test]
    fn where_the_deputy_is_absent_too_it_is_the_team_then_the_managers() {
        let lena = format!("{TOM}[agent.lena.away]\n\"2026-12-25\" = \"ewa\"\n");
        let settings = team(&lena);
        let of = |settings: &Settings, day: &str| {
            names(&deputies(settings, "tom", "network", at(day)))
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&settings, "2026-12-25"), ["anna"]);
        assert_eq!(of(&settings, "2026-12-26"), ["lena"]);
        let all = team(&format!("{lena}[agent.anna.away]\n\"2026-12-25\" = \"\"\n"));
        assert_eq!(of(&all, "2026-12-25"), ["ewa"]);
        assert_eq!(
            clashes(&settings, "2026-12-01".parse().unwrap()),
            ["`lena` is deputy of `tom` 2026-12-24..2026-12-30, and absent 2026-12-25"]
        );
        assert!(clashes(&settings, "2027-01-01".parse().unwrap()).is_empty());
    }

    #[test]
    fn managers_who_are_absent_are_not_told_unless_all_are() {
        let absent = "[agent.ewa.away]\n\"2026-12-25\" = \"\"\n";
        let settings = team(absent);
        assert_eq!(names(&managers(&settings, at("2026-12-25"))), ["ewa"]);
        let two = format!("{absent}[agent.olga]\nname = \"Olga\"\nrole = \"manager\"\n");
        assert_eq!(names(&managers(&team(&two), at("2026-12-25"))), ["olga"]);
    }

    #[test]
    fn who_is_on_duty_is_somebody_present() {
        let duty = "[queue.network.duty]\n\"2026-12-24..2026-12-26\" = \"tom\"\n\"2026-12-25\" = \"anna\"\n";
        let settings = team(duty);
        let on = |settings: &Settings, day: &str| {
            on_duty(settings, "network", at(day)).map(|agent| agent.handle.to_string())
        };
        assert_eq!(on(&settings, "2026-12-24").as_deref(), Some("tom"));
        assert_eq!(on(&settings, "2026-12-25").as_deref(), Some("anna"));
        assert_eq!(on(&settings, "2026-12-27"), None);
        assert_eq!(on(&team(&format!("{duty}{TOM}")), "2026-12-24"), None);
    }
}
