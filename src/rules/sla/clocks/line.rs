//! A ticket's events as stretches of time, and the clocks that they start and end.

use crate::model::clocks::ClockKind;
use crate::model::event::{Contact, EventKind};
use crate::model::event_table::TicketEvents;
use crate::model::moment::Moment;
use crate::model::status::{Category, Status, TicketType, Waiting};
use crate::rules::context::DeskContext;
use crate::rules::sla::clocks::planned::{PlannedClock, PlannedEvents};
use crate::rules::sla::clocks::promise::{self, Promise};
use crate::rules::sla::clocks::{Coded, End, Pause, PauseReason, aim, is_solved};

/// What decided on targets from a moment on.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::sla::clocks) struct Regime<'e> {
    pub(in crate::rules::sla::clocks) at: Moment,
    pub(in crate::rules::sla::clocks) priority: &'e str,
    pub(in crate::rules::sla::clocks) kind: &'e TicketType,
    pub(in crate::rules::sla::clocks) code: Option<Coded<'e>>,
}

impl Regime<'_> {
    /// Whether it asks for what another one asks for.
    pub(in crate::rules::sla::clocks) fn asks_like(&self, other: &Self) -> bool {
        let code = |one: &Self| one.code.map(|code| code.name);
        self.priority == other.priority && self.kind == other.kind && code(self) == code(other)
    }
}

/// Of a ticket whose log has not told it yet.
static NO_TYPE: TicketType = TicketType::Unknown(String::new());

/// A ticket as stretches of time, up to a moment.
#[derive(Clone, Debug)]
pub(in crate::rules::sla::clocks) struct Timeline<'e> {
    pub(in crate::rules::sla::clocks) now: Moment,
    pub(in crate::rules::sla::clocks) regimes: Vec<Regime<'e>>,
    live: bool,
    waits: Vec<(Moment, Option<Moment>, &'e Waiting)>,
    done: Vec<(Moment, Option<Moment>, &'e Status)>,
    contacts: Vec<(Moment, &'e Contact)>,
    pub(in crate::rules::sla::clocks) promises: Vec<Promise>,
    planned: PlannedEvents,
}

/// One clock's life, before it is counted.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::sla::clocks) struct Instance {
    pub(in crate::rules::sla::clocks) kind: ClockKind,
    pub(in crate::rules::sla::clocks) start: Moment,
    pub(in crate::rules::sla::clocks) end: Option<(Moment, End)>,
    /// The time that was promised, of a promise.
    pub(in crate::rules::sla::clocks) promised: Option<Moment>,
}

/// A wait that goes on while events are read.
struct Wait<'e> {
    since: Moment,
    who: &'e Waiting,
    until: Option<Moment>,
}

impl Wait<'_> {
    /// When it is over if it has not ended before `at`: a date or a vendor's promise that has come
    /// ends the wait, swept or not; a silent requester does not.
    fn end(&self, at: Moment) -> Option<Moment> {
        let until = self.until.filter(|_| *self.who != Waiting::Customer)?;
        (until <= at).then_some(until.max(self.since))
    }
}

impl<'e> Timeline<'e> {
    /// Reads the events up to `horizon`, which is past the moment where entries that are dated later
    /// count as well.
    pub(in crate::rules::sla::clocks) fn read(
        events: &'e TicketEvents,
        context: DeskContext<'e>,
        horizon: Moment,
    ) -> Self {
        let mut line = Self {
            now: context.now,
            regimes: Vec::new(),
            live: false,
            waits: Vec::new(),
            done: Vec::new(),
            contacts: Vec::new(),
            promises: Vec::new(),
            planned: PlannedEvents::default(),
        };
        let mut wait: Option<Wait<'_>> = None;
        for event in events.of_clocks().filter(|event| event.at <= horizon) {
            let at = event.at;
            promise::take(&mut line.promises, at, &event.what);
            line.planned.take(at, &event.what);
            match event.what {
                EventKind::Created { live } => {
                    line.live |= live;
                    line.regime(at);
                }
                EventKind::Kind(kind) => line.regime(at).kind = kind,
                EventKind::Priority(priority) => line.regime(at).priority = priority.text,
                EventKind::Code(code) => {
                    line.regime(at).code = code.map(|code| Coded::of(context, code.text));
                }
                EventKind::Contact(contact) => line.contacts.push((at, contact)),
                EventKind::Status {
                    status,
                    waiting,
                    until,
                } => {
                    line.regime(at);
                    line.waited(&mut wait, at, waiting, until);
                    line.moved(at, status);
                }
                EventKind::Queue(_)
                | EventKind::Assignee(_)
                | EventKind::Vendor(_)
                | EventKind::Done { .. }
                | EventKind::Escalated
                | EventKind::Intake
                | EventKind::Corrected
                | EventKind::Next { .. }
                | EventKind::Planned(_)
                | EventKind::Worked { .. }
                | EventKind::Other => {}
            }
        }
        if let Some(wait) = wait {
            line.waits
                .push((wait.since, wait.end(context.now), wait.who));
        }
        line
    }

    /// The regime from a moment on, begun as a copy of the one before.
    fn regime(&mut self, at: Moment) -> &mut Regime<'e> {
        let same = self.regimes.last().is_some_and(|last| last.at == at);
        if !same {
            let next = self.regimes.last().map_or_else(
                || Regime {
                    at,
                    priority: "",
                    kind: &NO_TYPE,
                    code: None,
                },
                |last| Regime { at, ..*last },
            );
            self.regimes.push(next);
        }
        let last = self.regimes.len() - 1;
        &mut self.regimes[last]
    }

    fn waited(
        &mut self,
        wait: &mut Option<Wait<'e>>,
        at: Moment,
        who: Option<&'e Waiting>,
        until: Option<Moment>,
    ) {
        if let Some(old) = wait {
            let over = old.end(at);
            if over.is_none() && who == Some(old.who) {
                old.until = until;
                return;
            }
            let old = (old.since, Some(over.unwrap_or(at)), old.who);
            self.waits.push(old);
        }
        *wait = who.map(|who| Wait {
            since: at,
            who,
            until,
        });
    }

    fn moved(&mut self, at: Moment, status: &'e Status) {
        let is_done = status.category() == Category::Done;
        let open = self.done.last_mut().filter(|(_, to, _)| to.is_none());
        match open {
            Some((_, to, _)) if !is_done => *to = Some(at),
            None if is_done => self.done.push((at, None, status)),
            _ => {}
        }
    }

    /// Since when the ticket is done, and how, if it is.
    fn over(&self) -> Option<(Moment, &Status)> {
        let (from, to, status) = self.done.last()?;
        to.is_none().then_some((*from, status))
    }

    /// What does not count for a clock between two moments, in order and apart.
    pub(in crate::rules::sla::clocks) fn pauses(
        &self,
        instance: &Instance,
        context: DeskContext<'_>,
    ) -> Vec<Pause> {
        let clocks = &context.settings.clocks;
        let end = instance.end.map(|(end, _)| end);
        let waits = within(&self.waits, instance.start, end)
            .iter()
            .filter(|(_, _, who)| clocks.stops(instance.kind, who))
            .map(|(from, to, who)| Pause {
                from: *from,
                to: *to,
                why: PauseReason::Waits((*who).clone()),
            });
        let done = within(&self.done, instance.start, end)
            .iter()
            .map(|(from, to, status)| Pause {
                from: *from,
                to: *to,
                why: if is_solved(status) {
                    PauseReason::Resolved
                } else {
                    PauseReason::Cancelled
                },
            });
        let mut all: Vec<Pause> = waits.chain(done).collect();
        all.sort_by_key(|pause| pause.from);
        let mut apart: Vec<Pause> = Vec::new();
        for mut pause in all {
            pause.from = pause.from.max(instance.start);
            if let Some(end) = end {
                pause.to = Some(pause.to.map_or(end, |to| to.min(end)));
            }
            if let Some(before) = apart.last().and_then(|before| before.to) {
                pause.from = pause.from.max(before);
            }
            if pause.to.is_none_or(|to| to > pause.from) {
                apart.push(pause);
            }
        }
        apart
    }

    /// The clocks of the dates of planned events.
    pub(in crate::rules::sla::clocks) fn planned(
        &self,
        context: DeskContext<'_>,
    ) -> Vec<PlannedClock> {
        self.planned.clocks(self.kind(), context)
    }

    /// The type that it has last.
    fn kind(&self) -> &TicketType {
        self.regimes.last().map_or(&NO_TYPE, |last| last.kind)
    }

    /// The clocks that the events start, whether or not there is a target for them.
    pub(in crate::rules::sla::clocks) fn instances(
        &self,
        kinds: &[ClockKind],
        planned: bool,
        context: DeskContext<'_>,
    ) -> Vec<Instance> {
        let mut all = Vec::new();
        if kinds.contains(&ClockKind::Promise) {
            all.extend(self.promises.iter().map(|promise| Instance {
                kind: ClockKind::Promise,
                start: promise.start,
                end: promise.end,
                promised: Some(promise.due),
            }));
        }
        let clocked = |regime: &&Regime<'_>| *regime.kind != TicketType::Comment;
        let Some(start) = self.regimes.iter().find(clocked).map(|regime| regime.at) else {
            return all;
        };
        let first = ClockKind::FirstResponse;
        let owed = !planned && self.has(first, start, context);
        if owed {
            let talked = self.talks().next().map(|at| (at.max(start), End::Done));
            all.push(Instance {
                kind: first,
                start,
                end: talked.or_else(|| self.over().map(|(at, _)| (at, End::Dropped))),
                promised: None,
            });
        }
        let wanted = |kind: &ClockKind| kinds.contains(kind);
        if [ClockKind::Reply, ClockKind::Update].iter().any(wanted) {
            self.talking(start, owed, context, &mut all);
        }
        let worked_from = if *self.kind() == TicketType::WorkOrder {
            self.planned.worked_from(start)
        } else {
            Some(start)
        };
        if let Some(start) = worked_from {
            self.working(start, context, &mut all);
        }
        all.retain(|instance| wanted(&instance.kind));
        all
    }

    /// The moments at which a person of the desk and the requester were in touch. Taking the call
    /// on a live channel is one.
    fn talks(&self) -> impl Iterator<Item = Moment> {
        let taken = self
            .regimes
            .first()
            .filter(|_| self.live)
            .map(|first| first.at);
        let talked = self.contacts.iter().filter(|(_, contact)| contact.talked());
        taken.into_iter().chain(talked.map(|(at, _)| *at))
    }

    fn has(&self, kind: ClockKind, at: Moment, context: DeskContext<'_>) -> bool {
        let begun = self.regimes.partition_point(|regime| regime.at <= at);
        let regime = begun.checked_sub(1).map(|last| &self.regimes[last]);
        regime.is_some_and(|one| aim(context, kind, one.priority, one.kind, one.code).is_some())
    }

    /// Answers and calls. Until the first response is given, its clock is the only one: neither
    /// does the update overrule it, nor does a second message start a wait of its own.
    fn talking(
        &self,
        start: Moment,
        owed: bool,
        context: DeskContext<'_>,
        all: &mut Vec<Instance>,
    ) {
        #[derive(PartialEq)]
        enum Turn {
            Talk,
            Message,
            Over,
            Reopened,
        }
        let mut turns: Vec<(Moment, Turn)> = Vec::new();
        turns.extend(
            self.talks()
                .take(1)
                .filter(|_| self.live)
                .map(|at| (at, Turn::Talk)),
        );
        for (at, contact) in &self.contacts {
            if contact.talked() {
                turns.push((*at, Turn::Talk));
            } else if contact.asks() {
                turns.push((*at, Turn::Message));
            }
        }
        for (from, to, _) in &self.done {
            turns.push((*from, Turn::Over));
            turns.extend(to.map(|to| (to, Turn::Reopened)));
        }
        // Of one second, what was said comes first.
        turns.sort_by_key(|(at, turn)| (*at, matches!(turn, Turn::Over | Turn::Reopened)));
        let mut owed = owed;
        let mut over = false;
        let mut asked: Option<Moment> = None;
        let mut update: Option<Moment> = (!owed).then_some(start);
        let mut end = |kind: ClockKind, start: Option<Moment>, end: Option<(Moment, End)>| {
            let kept = start.filter(|start| end.is_none_or(|(end, _)| end > *start));
            let promised = None;
            all.extend(kept.map(|start| Instance {
                kind,
                start,
                end,
                promised,
            }));
        };
        for (at, turn) in turns {
            let at = at.max(start);
            match turn {
                Turn::Talk => {
                    owed = false;
                    end(ClockKind::Reply, asked.take(), Some((at, End::Done)));
                    end(ClockKind::Update, update.take(), Some((at, End::Done)));
                    update = (!over).then_some(at);
                }
                Turn::Message if !owed && self.has(ClockKind::Reply, at, context) => {
                    asked = asked.or(Some(at));
                    end(ClockKind::Update, update.take(), Some((at, End::Dropped)));
                }
                Turn::Message => {}
                Turn::Over => {
                    over = true;
                    end(ClockKind::Update, update.take(), Some((at, End::Dropped)));
                }
                Turn::Reopened => {
                    over = false;
                    if !owed && asked.is_none() {
                        update = update.or(Some(at));
                    }
                }
            }
        }
        let dropped = self.over().map(|(at, _)| (at, End::Dropped));
        end(ClockKind::Reply, asked, dropped);
        end(ClockKind::Update, update, dropped);
    }

    /// Workaround and solution.
    fn working(&self, start: Moment, context: DeskContext<'_>, all: &mut Vec<Instance>) {
        let mut starts = vec![start];
        if context.settings.clocks.restart_on_conversion {
            let converted = self.regimes.windows(2).filter(|two| {
                *two[0].kind == TicketType::Information && *two[1].kind == TicketType::Action
            });
            starts.extend(converted.map(|two| two[1].at));
        }
        let solved = self.over().map(|(at, status)| {
            let how = if is_solved(status) {
                End::Done
            } else {
                End::Dropped
            };
            (at, how)
        });
        let given: Vec<Moment> = self
            .contacts
            .iter()
            .filter(|(_, contact)| contact.workaround && contact.talked())
            .map(|(at, _)| *at)
            .collect();
        for (n, start) in starts.iter().enumerate() {
            let next = starts.get(n + 1).map(|at| (*at, End::Dropped));
            let first = given.partition_point(|at| at < start);
            let given = given.get(first).map(|at| (*at, End::Done));
            for (kind, done) in [
                (ClockKind::Workaround, given),
                (ClockKind::Resolution, None),
            ] {
                let ends = [done, next, solved.filter(|(at, _)| at >= start)];
                all.push(Instance {
                    kind,
                    start: *start,
                    end: ends.into_iter().flatten().min_by_key(|(at, _)| *at),
                    promised: None,
                });
            }
        }
    }
}

/// Of stretches in order and apart those that touch a time from one moment to another.
fn within<T>(
    all: &[(Moment, Option<Moment>, T)],
    from: Moment,
    to: Option<Moment>,
) -> &[(Moment, Option<Moment>, T)] {
    let first = all.partition_point(|(_, end, _)| end.is_some_and(|end| end <= from));
    let last = to.map_or(all.len(), |to| {
        all.partition_point(|(start, ..)| *start < to)
    });
    all.get(first..last).unwrap_or_default()
}

/// A stretch of a ticket in one queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The queue; empty where there is none.
    pub queue: String,
    /// Since when.
    pub from: Moment,
    /// Until when: the next move, or the end of the work; `None` while it lasts.
    pub to: Option<Moment>,
}

/// Where a ticket waited, in order. Every queue has its own beginning, so that the time that a team
/// had is told from the ticket's age.
pub fn stays(events: &TicketEvents) -> Vec<Stay> {
    let mut all: Vec<Stay> = Vec::new();
    let mut over = false;
    for event in events.iter() {
        let at = event.at;
        let open = all.last_mut().filter(|stay| stay.to.is_none());
        let last = open.as_ref().map(|stay| stay.queue.clone());
        match event.what {
            EventKind::Queue(queue) => {
                let queue = queue.map_or("", |queue| queue.text).to_owned();
                if last.as_ref() == Some(&queue) {
                    continue;
                }
                if let Some(stay) = open {
                    stay.to = Some(at);
                }
                all.push(Stay {
                    queue,
                    from: at,
                    to: over.then_some(at),
                });
            }
            EventKind::Status { status, .. } => {
                let done = status.category() == Category::Done;
                if done && let Some(stay) = open {
                    stay.to = Some(at);
                } else if over
                    && !done
                    && let Some(queue) = all.last().map(|stay| stay.queue.clone())
                {
                    all.push(Stay {
                        queue,
                        from: at,
                        to: None,
                    });
                }
                over = done;
            }
            _ => {}
        }
    }
    all.retain(|stay| !stay.queue.is_empty() && stay.to != Some(stay.from));
    all
}
