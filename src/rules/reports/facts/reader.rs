//! Reads the facts of each ticket from its events.

use crate::model::earlier_value::ValueOf;
use crate::model::event::{Contact, Event, EventKind, TableWord};
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket_history::TicketHistory;
use crate::rules::reports::Ask;
use crate::rules::reports::facts::labels::ReportLabels;
use crate::rules::reports::facts::{
    Activity, Fact, Facts, FactsPart, Solved, StateAtEvent, TicketAtInstant, Turn, long,
};
use crate::rules::reports::label::Label;
use crate::rules::reports::parallel::both;
use crate::rules::text::period::Period;

/// A stretch of a ticket's life in which it was not done.
#[derive(Clone, Copy)]
pub(in crate::rules::reports::facts) struct Stretch<'e> {
    pub(in crate::rules::reports::facts) from: Moment,
    pub(in crate::rules::reports::facts) to: Moment,
    pub(in crate::rules::reports::facts) waiting: Option<&'e Waiting>,
}

pub(in crate::rules::reports::facts) struct FactsReader<'r, 'e> {
    words: &'r ReportLabels<'r>,
    ask: Ask<'r>,
    /// The periods that count: what is over before each of them, or begins after it, is passed by.
    periods: &'r [Period],
    stretches: Vec<Stretch<'e>>,
    pub(in crate::rules::reports::facts) part: FactsPart<'e>,
}

impl<'e> FactsReader<'_, 'e> {
    pub(in crate::rules::reports::facts) fn read(
        &mut self,
        history: &'e TicketHistory,
        number: u32,
    ) {
        let edge = self.ask.edge();
        let Some(first) = history.events.first().filter(|first| first.at < edge) else {
            return;
        };
        let (facts, turns) = (self.part.facts.len(), self.part.turns.len());
        let last = self.one(history, number);
        let Some((last, then)) = last else {
            return;
        };
        let lived =
            |period: &Period| first.at < period.to && (then.is_open() || last >= period.from);
        if !self.periods.iter().any(lived) {
            self.part.facts.truncate(facts);
            self.part.turns.truncate(turns);
            self.part.still.pop();
            self.part.with_vendors.pop_if(|last| *last == number);
        }
    }

    /// Reads one story, and tells how and since when the ticket stands at the report's instant.
    fn one(
        &mut self,
        history: &'e TicketHistory,
        number: u32,
    ) -> Option<(Moment, StateAtEvent<'e>)> {
        let (now, edge) = (self.ask.context.now, self.ask.edge());
        let words = self.words.of_story(history);
        self.stretches.clear();
        let mut then = StateAtEvent::default();
        let mut been: Vec<Label> = Vec::new();
        let mut since: Option<Moment> = None;
        let mut still: Option<TicketAtInstant<'e>> = None;
        let mut waited = false;
        let mut last = None;
        let begin = self.part.facts.len();
        let mut taken = IntakeState::default();
        let mut events = history
            .events
            .iter()
            .take_while(|event| event.at <= now)
            .peekable();
        while let Some(first) = events.next() {
            let (at, by) = (first.at, words[first.by.place as usize]);
            let before = then;
            // The events of one entry stand in the order of their ranks.
            let mut entry = EntryFacts::default();
            let mut event = first;
            loop {
                take(&mut then, &event, words);
                entry.take(&event, words);
                let rank = event.what.rank();
                let more = |next: &Event<'e>| next.at == at && next.what.rank() > rank;
                match events.next_if(more) {
                    Some(next) => event = next,
                    None => break,
                }
            }
            then.of = Some(ValueOf::Then(at));
            waited |= then.waiting == Some(&Waiting::Vendor);
            taken.take(at, &entry, &before, &then);
            // A stretch ends where the status or what is waited for changes.
            if before.is_open() != then.is_open() || before.waiting != then.waiting {
                if let Some(from) = since.take() {
                    self.stretches.push(Stretch {
                        from,
                        to: at,
                        waiting: before.waiting,
                    });
                }
                since = then.is_open().then_some(at);
            }
            let change = EntryChange {
                at,
                by,
                before,
                then,
            };
            self.tell(number, &change, &entry, &mut been);
            let part = &mut self.part;
            part.turns.extend(Turn::of((at, number), &before, &then));
            if at < edge {
                let created = still.map_or(at, |still| still.created);
                still = Some(TicketAtInstant {
                    ticket: number,
                    created,
                    touched: at,
                    then,
                });
            }
            last = Some((at, then));
        }
        for fact in &mut self.part.facts[begin..] {
            taken.complete(fact);
        }
        if let Some(still) = &mut still {
            taken.fill(still.touched, &mut still.then);
        }
        self.part.still.extend(still);
        self.part.with_vendors.extend(waited.then_some(number));
        last
    }

    /// The facts that one entry makes; `been` are the queues in which the ticket was.
    fn tell(
        &mut self,
        number: u32,
        change: &EntryChange<'e>,
        entry: &EntryFacts<'e>,
        been: &mut Vec<Label>,
    ) {
        let EntryChange {
            at, before, then, ..
        } = *change;
        let facts = &mut self.part.facts;
        let is_early = at < self.ask.period.from;
        let mut push = |deed: Activity<'e>| {
            if !is_early || deed.is_compared() {
                facts.push(change.fact(number, deed));
            }
        };
        if let Some(live) = entry.created {
            push(Activity::Created { live });
        }
        if let Some(contact) = entry.contact {
            push(Activity::Contact(contact));
        }
        if let Some((minutes, activity)) = entry.worked {
            push(Activity::Worked { minutes, activity });
        }
        let escalated = entry.escalated;
        let moved = before.status.is_some() && before.queue != then.queue;
        if entry.corrected {
            // It ought never to have been where it was.
            been.retain(|queue| *queue != before.queue);
        } else if moved && !before.queue.is_empty() && !then.queue.is_empty() {
            let (from, back) = (before.queue, been.contains(&then.queue));
            push(Activity::Moved {
                from,
                back,
                escalated,
            });
        } else if escalated && !moved {
            push(Activity::Told);
        }
        if !then.queue.is_empty() && !been.contains(&then.queue) {
            been.push(then.queue);
        }
        if !before.agent.is_empty() && !then.agent.is_empty() && before.agent != then.agent {
            push(Activity::Handed);
        }
        // A comment is closed, never resolved: nothing was asked for.
        let comment = then.kind == Some(&TicketType::Comment);
        if then.is_solved() && !before.is_solved() && !comment {
            let counts = self.periods.iter().any(|period| period.holds(at));
            push(Activity::Solved(if counts {
                long(&self.stretches, &then, self.words, self.ask.context)
            } else {
                Solved::default()
            }));
        }
        if before.is_solved() && then.is_open() && !comment {
            push(Activity::Reopened);
        }
        if before.is_dropped() && then.is_open() {
            push(Activity::Revived);
        }
        let closed = |then: &StateAtEvent<'_>| then.status == Some(&Status::Closed);
        if closed(&then) && !closed(&before) {
            push(Activity::Closed);
        }
        if then.status != before.status {
            match then.status {
                Some(Status::Cancelled) => push(Activity::Cancelled),
                Some(Status::Merged) => push(Activity::Merged),
                _ => {}
            }
        }
    }
}

/// What a ticket came in with: what its intake said until it ended, and of what that lacked the first
/// value. A correction by any other entry is none of it.
#[derive(Default)]
pub(in crate::rules::reports::facts) struct IntakeState<'e> {
    state: StateAtEvent<'e>,
    /// Whether an entry that is none of the intake's has changed it: status, type, priority, queue,
    /// agent, code.
    corrected: [bool; 6],
    /// When priority, queue and code had a value first.
    known: [Option<Moment>; 3],
}

impl<'e> IntakeState<'e> {
    fn take(
        &mut self,
        at: Moment,
        entry: &EntryFacts<'_>,
        before: &StateAtEvent<'e>,
        then: &StateAtEvent<'e>,
    ) {
        let begins = entry.created.is_some();
        let mut counts = |at: usize, changed: bool| {
            let of_intake = begins || entry.intake && !self.corrected[at];
            self.corrected[at] |= changed && !of_intake;
            of_intake
        };
        let mine = &mut self.state;
        if counts(0, before.status != then.status) {
            (mine.status, mine.waiting) = (then.status, then.waiting);
        }
        if counts(1, before.kind != then.kind) {
            mine.kind = then.kind;
        }
        let labels = [
            (&mut mine.priority, before.priority, then.priority),
            (&mut mine.queue, before.queue, then.queue),
            (&mut mine.agent, before.agent, then.agent),
            (&mut mine.code, before.code, then.code),
        ];
        for ((own, before, then), place) in labels.into_iter().zip(2..) {
            if counts(place, before != then) || own.is_empty() {
                *own = then;
            }
        }
        for (known, label) in self.known.iter_mut().zip(then.words()) {
            if !label.is_empty() {
                known.get_or_insert(at);
            }
        }
    }

    /// Completes what was told of the ticket before all of it was read.
    fn complete(&self, fact: &mut Fact<'e>) {
        if matches!(fact.deed, Activity::Created { .. }) {
            fact.then = StateAtEvent {
                of: Some(ValueOf::Intake),
                ..self.state
            };
        } else {
            self.fill(fact.at, &mut fact.then);
        }
    }

    /// What nobody knew yet at a moment was so all the time. Of agents that does not hold: they come
    /// and go.
    fn fill(&self, at: Moment, then: &mut StateAtEvent<'e>) {
        let first = self.state.words();
        let own = [&mut then.priority, &mut then.queue, &mut then.code];
        for ((own, first), known) in own.into_iter().zip(first).zip(self.known) {
            if own.is_empty() && known.is_some_and(|known| known > at) {
                *own = first;
            }
        }
    }
}

/// One entry's author and time, and how the ticket stood before and after it.
pub(in crate::rules::reports::facts) struct EntryChange<'e> {
    at: Moment,
    by: Label,
    before: StateAtEvent<'e>,
    then: StateAtEvent<'e>,
}

impl<'e> EntryChange<'e> {
    fn fact(&self, ticket: u32, deed: Activity<'e>) -> Fact<'e> {
        Fact {
            at: self.at,
            ticket,
            by: self.by,
            deed,
            then: self.then,
        }
    }
}

/// What one entry tells beside where it leaves the ticket.
#[derive(Default)]
pub(in crate::rules::reports::facts) struct EntryFacts<'e> {
    created: Option<bool>,
    /// Whether it is an answer of the intake that came after the record.
    intake: bool,
    contact: Option<&'e Contact>,
    /// The minutes that were noted, and what they went to.
    worked: Option<(u32, Label)>,
    escalated: bool,
    /// Whether the queue follows from a code that was corrected: no move of the work.
    corrected: bool,
}

impl<'e> EntryFacts<'e> {
    fn take(&mut self, event: &Event<'e>, words: &[Label]) {
        match event.what {
            EventKind::Created { live } => self.created = Some(live),
            EventKind::Contact(contact) => self.contact = Some(contact),
            EventKind::Worked { minutes, activity } => {
                let label = activity.map(|word| words[word.place as usize]);
                self.worked = Some((minutes, label.unwrap_or_default()));
            }
            EventKind::Escalated => self.escalated = true,
            EventKind::Intake => self.intake = true,
            EventKind::Corrected => self.corrected = true,
            EventKind::Done { kind, .. } => self.escalated |= kind == "escalate",
            _ => {}
        }
    }
}

pub(in crate::rules::reports::facts) fn take<'e>(
    then: &mut StateAtEvent<'e>,
    event: &Event<'e>,
    words: &[Label],
) {
    let label = |word: TableWord<'_>| words[word.place as usize];
    let maybe = |word: Option<TableWord<'_>>| word.map_or(Label::EMPTY, label);
    match event.what {
        EventKind::Kind(kind) => then.kind = Some(kind),
        EventKind::Priority(priority) => then.priority = label(priority),
        EventKind::Code(code) => then.code = maybe(code),
        EventKind::Queue(queue) => then.queue = maybe(queue),
        EventKind::Assignee(agent) => then.agent = maybe(agent),
        EventKind::Status {
            status, waiting, ..
        } => {
            then.status = Some(status);
            then.waiting = waiting;
        }
        EventKind::Created { .. }
        | EventKind::Contact(_)
        | EventKind::Done { .. }
        | EventKind::Escalated
        | EventKind::Intake
        | EventKind::Corrected
        | EventKind::Next { .. }
        | EventKind::Planned(_)
        | EventKind::Vendor(_)
        | EventKind::Worked { .. }
        | EventKind::Other => {}
    }
}

/// Reads stories up to the report's instant; how tickets stood is told as of its edge. What was
/// not there in any of the periods, or made after the report's own, is passed by.
pub(in crate::rules::reports) fn read<'e>(
    histories: &'e [TicketHistory],
    words: &ReportLabels<'_>,
    ask: Ask<'_>,
    periods: &[Period],
) -> Facts<'e> {
    let half = histories.len() / 2;
    let read = |histories: &'e [TicketHistory], first: usize| {
        let mut reader = FactsReader {
            words,
            ask,
            periods,
            stretches: Vec::new(),
            part: FactsPart::default(),
        };
        for (history, at) in histories.iter().zip(first..) {
            reader.read(history, u32::try_from(at).unwrap_or(u32::MAX));
        }
        reader.part
    };
    let (last, first) = both(
        || read(&histories[half..], half),
        || read(&histories[..half], 0),
    );
    Facts([first, last])
}
