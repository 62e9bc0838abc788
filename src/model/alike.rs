//! What several tickets have in common, told once.

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
