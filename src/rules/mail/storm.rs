//! Too much at once: what a loop or a broken program sends waits in quarantine, and the desk's own
//! automatic answers end by themselves, whatever else failed to recognise a machine.

use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::model::mail::Mail;
use crate::model::moment::Moment;
use crate::model::settings::MailLimits;
use crate::page::log::derived_tag;
use crate::rules::mail::subject;
use crate::rules::mail::verdict::Fate;

/// A mail that was taken in, as far as counting goes: no address and no text, only what tells two
/// apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedMail {
    /// When it was taken in.
    pub at: Moment,
    /// What follows from its writer's address.
    pub from: String,
    /// What follows from its subject and text.
    pub content: String,
    /// Whether it made a ticket.
    pub is_new: bool,
}

impl CountedMail {
    /// For so long nothing forgets a mail.
    pub const KEPT: TimeDelta = TimeDelta::hours(1);

    /// A mail that is taken in now.
    pub fn of(mail: &Mail, fate: &Fate, at: Moment) -> Self {
        let from = mail.from.as_ref().map_or("", |from| &from.address);
        let subject = subject::cleaned(&mail.subject);
        Self {
            at,
            from: derived_tag(&["mail-from", &from.to_lowercase()], 16),
            content: derived_tag(&["mail-content", &subject, mail.text.trim()], 16),
            is_new: matches!(fate, Fate::New { .. }),
        }
    }
}

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storm {
    /// New tickets of one address.
    NewOfAddress(u32),
    /// Equal mails of one address.
    Equal(u32),
    /// Mails to one ticket at once.
    OfTicket(u32),
    /// Mails to one ticket in a day.
    OfTicketADay(u32),
    /// New tickets of the desk.
    NewOfDesk(u32),
}

impl fmt::Display for Storm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewOfAddress(limit) => write!(
                f,
                "more than {limit} new tickets of its sender within an hour"
            ),
            Self::Equal(limit) => write!(
                f,
                "more than {limit} equal mails of its sender within half an hour"
            ),
            Self::OfTicket(limit) => {
                write!(
                    f,
                    "more than {limit} mails to its ticket within ten minutes"
                )
            }
            Self::OfTicketADay(limit) => {
                write!(f, "more than {limit} mails to its ticket within a day")
            }
            Self::NewOfDesk(limit) => {
                write!(
                    f,
                    "more than {limit} new tickets of the desk within an hour"
                )
            }
        }
    }
}

/// Whether a mail is one too many. `past` is what this clone took in within the last hour, `ticket`
/// when mails came to the ticket that the mail belongs to.
pub fn storm(
    mail: &CountedMail,
    past: &[CountedMail],
    ticket: &[Moment],
    limits: &MailLimits,
) -> Option<Storm> {
    let within = |at: Moment, span: TimeDelta| mail.at.since(at).abs() < span;
    let reached = |count: usize, limit: u32| count >= limit as usize;
    let same = past.iter().filter(|one| one.from == mail.from);
    let equal = same.clone().filter(|one| one.content == mail.content);
    let equal = equal.filter(|one| within(one.at, TimeDelta::minutes(30)));
    if reached(equal.count(), limits.equal) {
        return Some(Storm::Equal(limits.equal));
    }
    if mail.is_new {
        let is_new = |one: &&CountedMail| one.is_new && within(one.at, TimeDelta::hours(1));
        if reached(same.filter(is_new).count(), limits.new_of_address) {
            return Some(Storm::NewOfAddress(limits.new_of_address));
        }
        if reached(past.iter().filter(is_new).count(), limits.new_of_desk) {
            return Some(Storm::NewOfDesk(limits.new_of_desk));
        }
        return None;
    }
    let of_ticket = |span: TimeDelta| ticket.iter().filter(|at| within(**at, span)).count();
    if reached(of_ticket(TimeDelta::minutes(10)), limits.of_ticket) {
        return Some(Storm::OfTicket(limits.of_ticket));
    }
    reached(of_ticket(TimeDelta::days(1)), limits.of_ticket_a_day)
        .then_some(Storm::OfTicketADay(limits.of_ticket_a_day))
}

/// Whether the desk may answer an address by itself once more; `past` is when it did before.
pub fn may_answer(past: &[Moment], now: Moment, limits: &MailLimits) -> bool {
    let count = |span: TimeDelta| past.iter().filter(|at| now.since(**at) < span).count();
    count(TimeDelta::days(1)) < limits.answers_a_day as usize
        && count(TimeDelta::days(7)) < limits.answers_a_week as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Moment {
        let begin: Moment = "2026-11-30T09:00:00Z".parse().unwrap();
        Moment::new(&(begin.utc() + TimeDelta::minutes(minutes)))
    }

    fn mail(minutes: i64, from: &str, content: &str, is_new: bool) -> CountedMail {
        CountedMail {
            at: at(minutes),
            from: from.to_owned(),
            content: content.to_owned(),
            is_new,
        }
    }

    fn new(count: i64, every: i64, from: &str) -> Vec<CountedMail> {
        let one = |n: i64| mail(n * every, from, &n.to_string(), true);
        (0..count).map(one).collect()
    }

    #[test]
    fn each_limit_is_kept() {
        let limits = MailLimits::default();
        let told = |mail: &CountedMail, past: &[CountedMail], ticket: &[Moment]| {
            storm(mail, past, ticket, &limits)
        };
        let past = new(20, 2, "jan");
        let next = mail(41, "jan", "x", true);
        assert_eq!(told(&next, &past[1..], &[]), None);
        assert_eq!(told(&next, &past, &[]), Some(Storm::NewOfAddress(20)));
        assert_eq!(told(&mail(41, "ola", "x", true), &past, &[]), None);
        assert_eq!(told(&mail(60, "jan", "x", true), &past, &[]), None);
        let equal = |n: i64| mail(n, "jan", "same", n == 0);
        let past: Vec<CountedMail> = (0..3).map(equal).collect();
        assert_eq!(told(&equal(3), &past[1..], &[]), None);
        assert_eq!(told(&equal(3), &past, &[]), Some(Storm::Equal(3)));
        assert_eq!(told(&equal(30), &past, &[]), None);
        let past: Vec<CountedMail> = (0..200)
            .map(|n| mail(n / 4, &n.to_string(), &n.to_string(), true))
            .collect();
        let next = mail(50, "x", "x", true);
        assert_eq!(told(&next, &past, &[]), Some(Storm::NewOfDesk(200)));
        let next = mail(100, "jan", "x", false);
        let burst: Vec<Moment> = (91..101).map(at).collect();
        assert_eq!(told(&next, &[], &burst), Some(Storm::OfTicket(10)));
        assert_eq!(told(&next, &[], &burst[1..]), None);
        let day: Vec<Moment> = (0..50).map(|n| at(100 - 20 * n)).collect();
        assert_eq!(told(&next, &[], &day), Some(Storm::OfTicketADay(50)));
        assert_eq!(told(&next, &[], &day[1..]), None);
    }

    #[test]
    fn two_desks_that_answer_each_other_end() {
        // Neither knows that the other is a machine: each answers whatever the other sends, every
        // minute for two weeks.
        let limits = MailLimits::default();
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let mut minute = 0;
        while minute < 7 * 24 * 60 {
            for past in [&mut first, &mut second] {
                if may_answer(past, at(minute), &limits) {
                    past.push(at(minute));
                }
                minute += 1;
            }
        }
        assert_eq!((first.len(), second.len()), (5, 5));
        let wide = MailLimits {
            answers_a_day: 100,
            ..limits
        };
        let past: Vec<Moment> = (0..5).map(at).collect();
        assert!(!may_answer(&past, at(6), &wide));
        assert!(may_answer(&past, at(7 * 24 * 60 + 1), &wide));
    }
}
