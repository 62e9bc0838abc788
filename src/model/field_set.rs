//! Which fields of tickets somebody looks at.

use crate::model::field::{Field, Key};

/// Some fields, and all of some sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet {
    fields: Vec<Field>,
    sections: Vec<&'static str>,
    /// Whether what happened to the tickets is looked at, too.
    pub stories: bool,
    /// Whether something is looked at that is no field: times of the record, or what stands in its log.
    pub beyond: bool,
}

impl FieldSet {
    /// These keys.
    pub fn of(keys: &[Key]) -> Self {
        let mut set = Self::default();
        for key in keys {
            set.add(Field::Known(*key));
        }
        set
    }

    /// Adds a field.
    pub fn add(&mut self, field: Field) {
        if !self.fields.contains(&field) {
            self.fields.push(field);
        }
    }

    /// Adds all fields of a section.
    pub fn add_section(&mut self, section: &'static str) {
        if !self.sections.contains(&section) {
            self.sections.push(section);
        }
    }

    /// Adds all of another.
    pub fn join(&mut self, other: Self) {
        for field in other.fields {
            self.add(field);
        }
        for section in other.sections {
            self.add_section(section);
        }
        self.stories |= other.stories;
        self.beyond |= other.beyond;
    }

    /// Whether a field is one of them.
    pub fn has(&self, field: &Field) -> bool {
        self.fields.contains(field)
            || field
                .section()
                .is_some_and(|section| self.sections.contains(&section))
    }
}
