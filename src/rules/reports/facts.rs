//! What happened to tickets, each thing with where its ticket stood then.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::catalog::{Catalogue, Code};
use crate::model::clocks::ClockKind;
use crate::model::earlier_value::ValueOf;
use crate::model::event::TableWord;
use crate::model::event::{Contact, Event, EventKind};
use crate::model::event_table::EventTable;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket_history::TicketHistory;
use crate::rules::context::DeskContext;
use crate::rules::reports::label::{Label, Labels};
use crate::rules::reports::parallel::both;
use crate::rules::reports::{Ask, DayLength};
use crate::rules::sla::calendar::Hours;
use crate::rules::sla::clocks::{Coded, aim};

/// Where a ticket stood.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::rules::reports) struct StateAtEvent<'e> {
    pub(in crate::rules::reports) status: Option<&'e Status>,
    pub(in crate::rules::reports) waiting: Option<&'e Waiting>,
    pub(in crate::rules::reports) kind: Option<&'e TicketType>,
    pub(in crate::rules::reports) priority: Label,
    pub(in crate::rules::reports) queue: Label,
    pub(in crate::rules::reports) agent: Label,
    pub(in crate::rules::reports) code: Label,
    /// Of which of their values the fields are that the events do not tell.
    of: Option<ValueOf>,
}

impl StateAtEvent<'_> {
    /// Of which of their values the fields are that the events do not tell.
    pub(in crate::rules::reports) fn of(&self) -> ValueOf {
        self.of.unwrap_or(ValueOf::Intake)
    }

    pub(in crate::rules::reports) fn is_open(&self) -> bool {
        self.status.is_some_and(Status::is_open)
    }

    /// Those of the words that nobody need have said at first and that stay what they are.
    fn words(&self) -> [Label; 3] {
        [self.priority, self.queue, self.code]
    }

    fn is_dropped(&self) -> bool {
        matches!(self.status, Some(Status::Cancelled | Status::Merged))
    }

    pub(in crate::rules::reports) fn is_solved(&self) -> bool {
        matches!(self.status, Some(Status::Resolved | Status::Closed))
    }
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::reports) enum Activity<'e> {
    /// The record was made; `live` on a live channel.
    Created { live: bool },
    /// It became resolved or closed, and was neither before; comments never do. How long that took
    /// is told of the period only.
    Solved(Solved),
    /// It was resolved or closed, and is open again.
    Reopened,
    /// It was cancelled or merged, and is open again.
    Revived,
    /// It became closed.
    Closed,
    /// It was cancelled.
    Cancelled,
    /// It was merged into another.
    Merged,
    /// A communication with the requester.
    Contact(&'e Contact),
    /// It went from one queue to another.
    Moved {
        from: Label,
        back: bool,
        escalated: bool,
    },
    /// Management was told; the work stayed.
    Told,
    /// It went from one agent to another.
    Handed,
    /// Somebody noted how long what they did took.
    Worked { minutes: u32, activity: Label },
}

/// How long it took until a ticket was solved, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::rules::reports) struct Solved {
    /// From its beginning, the time left out in which it was done already.
    pub(in crate::rules::reports) elapsed: i64,
    /// Open time of the calendar, pauses of the resolution clock left out.
    pub(in crate::rules::reports) worked: i64,
    /// How long a working day of that calendar is.
    pub(in crate::rules::reports) day: DayLength,
    /// Of `elapsed`, how long it waited for the requester.
    pub(in crate::rules::reports) customer: i64,
    /// How long it waited for anybody or anything else.
    pub(in crate::rules::reports) others: i64,
}

/// One deed.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::reports) struct Fact<'e> {
    pub(in crate::rules::reports) at: Moment,
    /// The place of its ticket.
    pub(in crate::rules::reports) ticket: u32,
    pub(in crate::rules::reports) by: Label,
    pub(in crate::rules::reports) deed: Activity<'e>,
    /// Where the ticket stood after the entry; of a record that was made, what its intake said until it
    /// ended.
    pub(in crate::rules::reports) then: StateAtEvent<'e>,
}

/// A ticket at an instant.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::reports) struct TicketAtInstant<'e> {
    pub(in crate::rules::reports) ticket: u32,
    pub(in crate::rules::reports) created: Moment,
    pub(in crate::rules::reports) touched: Moment,
    pub(in crate::rules::reports) then: StateAtEvent<'e>,
}

/// What changed the number of open tickets by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules::reports) struct Turn {
    pub(in crate::rules::reports) at: Moment,
    pub(in crate::rules::reports) what: TurnKind,
    pub(in crate::rules::reports) ticket: u32,
}

/// How a ticket began or ceased to be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules::reports) enum TurnKind {
    /// The record was made. One that was not open then ceases to be so at once.
    Created,
    /// An open one became resolved, or closed without being resolved before.
    Resolved,
    /// A resolved or closed one is open again.
    Reopened,
    /// A cancelled or merged one is open again.
    Revived,
    /// An open one was cancelled.
    Cancelled,
    /// An open one was merged into another.
    Merged,
}

impl Turn {
    /// What one entry of a ticket changed.
    fn of(
        (at, ticket): (Moment, u32),
        before: &StateAtEvent<'_>,
        then: &StateAtEvent<'_>,
    ) -> impl Iterator<Item = Self> {
        let kinds = TurnKind::of(before, then).into_iter().flatten();
        kinds.map(move |what| Self { at, what, ticket })
    }
}

impl TurnKind {
    /// All, in the order of the columns of a flow.
    pub(in crate::rules::reports) const ALL: [Self; 6] = [
        Self::Created,
        Self::Resolved,
        Self::Reopened,
        Self::Revived,
        Self::Cancelled,
        Self::Merged,
    ];

    /// By how much it changes the number of open tickets.
    pub(in crate::rules::reports) fn step(self) -> i64 {
        match self {
            Self::Created | Self::Reopened | Self::Revived => 1,
            Self::Resolved | Self::Cancelled | Self::Merged => -1,
        }
    }

    /// What one entry changed: at most two things, as a record that is made solved is made and
    /// resolved.
    fn of(before: &StateAtEvent<'_>, then: &StateAtEvent<'_>) -> [Option<Self>; 2] {
        let end = match then.status {
            Some(Status::Cancelled) => Self::Cancelled,
            Some(Status::Merged) => Self::Merged,
            _ => Self::Resolved,
        };
        match (before.status.is_some(), before.is_open(), then.is_open()) {
            (false, _, true) => [Some(Self::Created), None],
            (false, _, false) => [Some(Self::Created), Some(end)],
            (true, true, false) => [Some(end), None],
            (true, false, true) if before.is_solved() => [Some(Self::Reopened), None],
            (true, false, true) => [Some(Self::Revived), None],
            _ => [None, None],
        }
    }
}

/// What happened to some of the tickets.
#[derive(Debug, Default)]
struct FactsPart<'e> {
    /// By ticket, each in the order of time.
    facts: Vec<Fact<'e>>,
    turns: Vec<Turn>,
    still: Vec<TicketAtInstant<'e>>,
}

/// All that happened.
#[derive(Debug)]
pub(in crate::rules::reports) struct Facts<'e>([FactsPart<'e>; 2]);

impl<'e> Facts<'e> {
    /// All, by ticket and then in the order of time.
    pub(in crate::rules::reports) fn all(&self) -> impl Iterator<Item = &Fact<'e>> {
        self.0.iter().flat_map(|part| &part.facts)
    }

    /// Those of each ticket that has any.
    pub(in crate::rules::reports) fn tickets(&self) -> impl Iterator<Item = &[Fact<'e>]> {
        let parts = self.0.iter();
        parts.flat_map(|part| part.facts.chunk_by(|a, b| a.ticket == b.ticket))
    }

    /// What changed the number of open tickets.
    pub(in crate::rules::reports) fn turns(&self) -> impl Iterator<Item = Turn> {
        self.0.iter().flat_map(|part| part.turns.iter().copied())
    }

    /// Tickets that were there at the edge.
    pub(in crate::rules::reports) fn still(&self) -> impl Iterator<Item = &TicketAtInstant<'e>> {
        self.0.iter().flat_map(|part| &part.still)
    }

    /// Those of them that were open.
    pub(in crate::rules::reports) fn open(&self) -> impl Iterator<Item = &TicketAtInstant<'e>> {
        self.still().filter(|still| still.then.is_open())
    }
}

/// The words of stories, those of each book by their places in it.
#[derive(Debug)]
pub(in crate::rules::reports) struct ReportLabels<'a> {
    labels: Labels,
    books: HashMap<usize, Vec<Label>>,
    /// The problem codes among them, by label.
    codes: Vec<Option<&'a Code>>,
}

/// A book is told by where it is in memory: it stays there as long as its stories.
fn key(book: &Arc<EventTable>) -> usize {
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

    fn of_story(&self, history: &TicketHistory) -> &[Label] {
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

/// A stretch of a ticket's life in which it was not done.
#[derive(Clone, Copy)]
struct Stretch<'e> {
    from: Moment,
    to: Moment,
    waiting: Option<&'e Waiting>,
}

/// Reads stories up to the report's instant; how tickets stood is told as of its edge. What was
/// over before a moment, or made after the period, is passed by.
pub(in crate::rules::reports) fn read<'e>(
    histories: &'e [TicketHistory],
    words: &ReportLabels<'_>,
    ask: Ask<'_>,
    since: Moment,
) -> Facts<'e> {
    let half = histories.len() / 2;
    let read = |histories: &'e [TicketHistory], first: usize| {
        let mut reader = FactsReader {
            words,
            ask,
            since,
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

struct FactsReader<'r, 'e> {
    words: &'r ReportLabels<'r>,
    ask: Ask<'r>,
    /// What was over before then is passed by.
    since: Moment,
    stretches: Vec<Stretch<'e>>,
    part: FactsPart<'e>,
}

impl<'e> FactsReader<'_, 'e> {
    fn read(&mut self, history: &'e TicketHistory, number: u32) {
        let edge = self.ask.edge();
        if history.events.first().is_none_or(|first| first.at >= edge) {
            return;
        }
        let (facts, turns) = (self.part.facts.len(), self.part.turns.len());
        let last = self.one(history, number);
        let over = last.is_some_and(|(at, then)| at < self.since && !then.is_open());
        if over {
            self.part.facts.truncate(facts);
            self.part.turns.truncate(turns);
            self.part.still.pop();
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
            at,
            by,
            before,
            then,
        } = *change;
        let facts = &mut self.part.facts;
        let mut push = |deed: Activity<'e>| {
            facts.push(Fact {
                at,
                ticket: number,
                by,
                deed,
                then,
            });
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
            let counts = at >= self.since && at < self.ask.period.to;
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
struct IntakeState<'e> {
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
struct EntryChange<'e> {
    at: Moment,
    by: Label,
    before: StateAtEvent<'e>,
    then: StateAtEvent<'e>,
}

/// What one entry tells beside where it leaves the ticket.
#[derive(Default)]
struct EntryFacts<'e> {
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

fn take<'e>(then: &mut StateAtEvent<'e>, event: &Event<'e>, words: &[Label]) {
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

/// Where a ticket stood after what happened up to a moment, which is included.
pub(in crate::rules::reports) fn at<'e>(
    history: &'e TicketHistory,
    words: &ReportLabels<'_>,
    at: Moment,
) -> StateAtEvent<'e> {
    let labels = words.of_story(history);
    let mut then = StateAtEvent {
        of: Some(ValueOf::Then(at)),
        ..StateAtEvent::default()
    };
    for event in history.events.iter().take_while(|event| event.at <= at) {
        take(&mut then, &event, labels);
    }
    then
}

/// The calendar by which a ticket's clock counts, or the house's.
pub(in crate::rules::reports) fn hours<'r>(
    context: DeskContext<'r>,
    kind: ClockKind,
    then: &StateAtEvent<'r>,
    words: &'r ReportLabels<'r>,
) -> Option<Hours<'r>> {
    let priority = words.text(then.priority);
    let code = Coded {
        name: words.text(then.code),
        known: words.code(then.code),
    };
    let code = Some(code).filter(|code| !code.name.is_empty());
    let aim = then
        .kind
        .and_then(|of| aim(context, kind, priority, of, code));
    context.hours(
        aim.map_or(context.settings.policy.calendar.as_str(), |aim| {
            aim.calendar
        }),
    )
}

fn long(
    stretches: &[Stretch<'_>],
    then: &StateAtEvent<'_>,
    words: &ReportLabels<'_>,
    context: DeskContext<'_>,
) -> Solved {
    let hours = hours(context, ClockKind::Resolution, then, words);
    let mut solved = Solved {
        day: DayLength::of(hours),
        ..Solved::default()
    };
    for stretch in stretches {
        let length = stretch.to.since(stretch.from).num_milliseconds();
        solved.elapsed += length;
        match stretch.waiting {
            Some(Waiting::Customer) => solved.customer += length,
            Some(_) => solved.others += length,
            None => {}
        }
        let stands = stretch
            .waiting
            .is_some_and(|wait| context.settings.clocks.stops(ClockKind::Resolution, wait));
        if !stands {
            solved.worked += hours.map_or(length, |hours| {
                hours.between(stretch.from, stretch.to).num_milliseconds()
            });
        }
    }
    solved
}
