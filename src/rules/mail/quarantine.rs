//! When somebody is told of what waits in quarantine, and when it goes.

use chrono::{NaiveDate, TimeDelta};

use crate::model::held_mail::HeldMail;
use crate::model::moment::Moment;
use crate::page::mail::bare_address;
use crate::rules::mail::verdict::QuarantineReason;

/// A mail goes after this time, if somebody was told of it often enough.
pub const KEPT: TimeDelta = TimeDelta::days(90);

/// So often somebody is told of a mail before it goes.
pub const NOTICES: u32 = 3;

/// Between two notices lies at least this time.
const APART: TimeDelta = TimeDelta::hours(1);

/// Whether a mail has waited long enough.
pub fn is_over(held: &HeldMail, now: Moment) -> bool {
    now.since(held.at) >= KEPT && held.notices >= NOTICES
}

/// Whether somebody is to be told of what waits: when a mail comes of which nothing like it was told
/// on the same day, and otherwise once on each working day. `day` gives the day of a moment by the
/// house's clock, and `is_working` whether the house works on it.
pub fn is_notice_due(
    all: &[HeldMail],
    now: Moment,
    day: &dyn Fn(Moment) -> NaiveDate,
    is_working: &dyn Fn(NaiveDate) -> bool,
) -> bool {
    let today = day(now);
    if all.is_empty() || !is_working(today) {
        return false;
    }
    let Some(last) = all.iter().filter_map(|held| held.told).max() else {
        return true;
    };
    if day(last) < today {
        return true;
    }
    let is_told_today = |held: &&HeldMail| held.told.is_some_and(|told| day(told) == today);
    let is_like = |a: &HeldMail, b: &HeldMail| {
        let is_storm = a.reason == QuarantineReason::Storm.as_str();
        a.reason == b.reason && (is_storm || writer(a) == writer(b))
    };
    let mut new = all.iter().filter(|held| held.notices == 0);
    now.since(last) >= APART
        && new.any(|new| {
            !all.iter()
                .filter(is_told_today)
                .any(|old| is_like(new, old))
        })
}

/// The address of a mail's writer, in lower case.
fn writer(held: &HeldMail) -> String {
    let from = &held.from;
    let inside = from
        .rsplit_once('<')
        .map_or(from.as_str(), |(_, inside)| inside);
    bare_address(inside).to_lowercase()
}

/// The mail that a word names: its key, or the beginning of one that no other has. Letters that are
/// easily taken for digits are read as those, as in ids.
pub fn find<'h>(all: &'h [HeldMail], word: &str) -> Vec<&'h HeldMail> {
    let wanted: String = word
        .trim()
        .to_ascii_lowercase()
        .chars()
        .map(|c| match c {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    let whole: Vec<&HeldMail> = all.iter().filter(|held| held.key == wanted).collect();
    if !whole.is_empty() || wanted.is_empty() {
        return whole;
    }
    all.iter()
        .filter(|held| held.key.starts_with(&wanted))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike as _;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    fn held(key: &str, reason: &str, from: &str, told: Option<&str>) -> HeldMail {
        HeldMail {
            key: key.to_owned(),
            reason: reason.to_owned(),
            why: String::new(),
            at: at("2026-11-30T09:00:00Z"),
            from: from.to_owned(),
            subject: String::new(),
            size: 1,
            sender: None,
            recipients: Vec::new(),
            notices: u32::from(told.is_some()),
            told: told.map(at),
        }
    }

    fn is_due(all: &[HeldMail], now: &str) -> bool {
        let day = |at: Moment| at.utc().date_naive();
        let is_working = |day: NaiveDate| day.weekday().num_days_from_monday() < 5;
        is_notice_due(all, at(now), &day, &is_working)
    }

    #[test]
    fn somebody_is_told_at_first_and_then_once_a_working_day() {
        // 30 November 2026 is a Monday.
        let told = Some("2026-11-30T09:00:00Z");
        let jan = "Jan <jan@acme.example>";
        assert!(!is_due(&[], "2026-11-30T09:00:00Z"));
        let new = held("a", "loop", jan, None);
        assert!(is_due(std::slice::from_ref(&new), "2026-11-30T09:00:00Z"));
        assert!(!is_due(std::slice::from_ref(&new), "2026-11-28T09:00:00Z"));
        let old = held("b", "loop", "JAN@acme.example", told);
        assert!(!is_due(std::slice::from_ref(&old), "2026-11-30T18:00:00Z"));
        assert!(is_due(std::slice::from_ref(&old), "2026-12-01T07:00:00Z"));
        // Of the same kind once a day; of another at most each hour.
        let both = [old.clone(), new];
        assert!(!is_due(&both, "2026-11-30T12:00:00Z"));
        let other = [old.clone(), held("c", "loop", "ola@acme.example", None)];
        assert!(!is_due(&other, "2026-11-30T09:30:00Z"));
        assert!(is_due(&other, "2026-11-30T10:00:00Z"));
        // A storm is one thing, whoever takes part in it.
        let storm = |key, from, told| held(key, "storm", from, told);
        let storm = [storm("d", jan, told), storm("e", "ola@acme.example", None)];
        assert!(!is_due(&storm, "2026-11-30T12:00:00Z"));
        assert!(is_due(&storm, "2026-12-01T12:00:00Z"));
    }

    #[test]
    fn what_waited_long_enough_goes_where_somebody_was_told() {
        let mut one = held("a", "loop", "", None);
        let late = at("2027-02-28T09:00:00Z");
        assert!(!is_over(&one, late));
        one.notices = 3;
        assert!(is_over(&one, late));
        assert!(!is_over(&one, at("2027-02-28T08:59:59Z")));
    }

    #[test]
    fn a_mail_is_named_by_the_beginning_of_its_key() {
        let all = [
            held("1bfs623a0s03nscs", "loop", "", None),
            held("1bfs9", "loop", "", None),
        ];
        let keys = |word: &str| -> Vec<&str> {
            let found = find(&all, word);
            found.into_iter().map(|held| held.key.as_str()).collect()
        };
        assert_eq!(keys("LBFS6"), ["1bfs623a0s03nscs"]);
        assert_eq!(keys("1bfs").len(), 2);
        assert_eq!(keys("1bfs9"), ["1bfs9"]);
        assert_eq!(keys("x"), [""; 0]);
        assert_eq!(keys(""), [""; 0]);
    }
}
