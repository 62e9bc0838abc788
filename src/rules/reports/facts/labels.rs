//! What the words of all tickets are in a report.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::catalog::{Catalogue, Code};
use crate::model::event_table::EventTable;
use crate::model::ticket_history::TicketHistory;
use crate::rules::reports::label::{Label, Labels};

/// The words of stories, those of each book by their places in it.
#[derive(Debug)]
pub(in crate::rules::reports) struct ReportLabels<'a> {
    labels: Labels,
    books: HashMap<usize, Vec<Label>>,
    /// The problem codes among them, by label.
    codes: Vec<Option<&'a Code>>,
}

/// A book is told by where it is in memory: it stays there as long as its stories.
pub(in crate::rules::reports::facts) fn key(book: &Arc<EventTable>) -> usize {
    Arc::as_ptr(book).addr()
}

impl<'a> ReportLabels<'a> {
    pub(in crate::rules::reports) fn of(
        histories: &[TicketHistory],
        catalogue: &'a Catalogue,
    ) -> Self {
        let mut labels = Labels::new();
        let mut books: HashMap<usize, Vec<Label>> = HashMap::new();
        let mut last = None;
        for history in histories {
            let Some(book) = history.events.book() else {
                continue;
            };
            let key = key(book);
            if last.replace(key) != Some(key) {
                books
                    .entry(key)
                    .or_insert_with(|| book.words().iter().map(|word| labels.of(word)).collect());
            }
        }
        let codes = labels.all().map(|word| catalogue.find(word)).collect();
        Self {
            labels,
            books,
            codes,
        }
    }

    pub(in crate::rules::reports::facts) fn of_story(&self, history: &TicketHistory) -> &[Label] {
        let book = history.events.book().map(key);
        let book = book.and_then(|book| self.books.get(&book));
        book.map_or(&[], Vec::as_slice)
    }

    pub(in crate::rules::reports) fn text(&self, label: Label) -> &str {
        self.labels.text(label)
    }

    /// The problem code of a label, if it is known.
    pub(in crate::rules::reports) fn code(&self, label: Label) -> Option<&'a Code> {
        self.codes.get(label.place()).copied().flatten()
    }
}
