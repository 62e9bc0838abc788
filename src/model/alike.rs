//! What several tickets have in common, told once, and what was told of each last.

use crate::model::id::TicketId;

/// What a ticket has of a group of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// All tickets that have the same values have one number, counted from none.
    pub number: usize,
    /// Whether the values are in the excerpt: they are where the number is met first.
    pub is_told: bool,
}

impl Alike {
    /// What is `known` of tickets with the same values, else what `make` makes of a ticket that has them.
    pub fn known<T: Clone>(own: Option<Self>, known: &mut Vec<T>, make: impl FnOnce() -> T) -> T {
        let Some(own) = own else {
            return make();
        };
        if let Some(known) = known.get(own.number).filter(|_| !own.is_told) {
            return known.clone();
        }
        let made = make();
        known.push(made.clone());
        made
    }
}

/// What was told last of each ticket, by their ids; `None` is that there is nothing.
pub fn last_of_each<T>(mut told: Vec<(TicketId, Option<T>)>) -> Vec<T> {
    told.sort_by_key(|(id, _)| *id);
    let mut last: Vec<(TicketId, Option<T>)> = Vec::with_capacity(told.len());
    for (id, what) in told {
        match last.last_mut().filter(|(before, _)| *before == id) {
            Some((_, before)) => *before = what,
            None => last.push((id, what)),
        }
    }
    last.into_iter().filter_map(|(_, what)| what).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_last_of_a_ticket_counts() {
        let id = |text: &str| -> TicketId { text.parse().unwrap() };
        let (a, b, c) = (id("2611-00001"), id("2611-00002"), id("2611-00003"));
        let told = vec![
            (b, Some(1)),
            (a, Some(2)),
            (b, Some(3)),
            (c, Some(4)),
            (c, None),
        ];
        assert_eq!(last_of_each(told), [2, 3]);
    }
}
