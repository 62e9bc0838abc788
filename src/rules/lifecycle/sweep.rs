//! What time brings to a ticket: what waited for a date wakes, clocks remind and escalate, silent
//! requesters are asked again, and what stayed resolved is closed.
//!
//! Each thing is known by what it is about (ticket, clock, start, threshold), which its entry's tag
//! is made from: done once, it is done, whoever sweeps, when and in which clone. Of several points
//! of one clock that have passed only the last is told; of two clones, the later sweep adds nothing
//! that says less.

use std::collections::BTreeMap;

use crate::model::calendar::Calendar;
use crate::model::clocks::{ClockKind, Does, EscalationRule, Threshold};
use crate::model::entry_kind::EntryKind;
use crate::model::event::EventKind;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::said::Promised;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket_summary::TicketSummary;
use crate::model::told::HowTold;
use crate::page::log::derived_tag;
use crate::rules::absence;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::words;
use crate::rules::mail::bounce::is_bouncing;
use crate::rules::sla::calendar;
use crate::rules::sla::clocks::{Clock, all_of};

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledAction {
    /// What.
    pub action: Action,
    /// When it was due.
    pub due: Moment,
    /// What its entry is known by, beside its kind.
    pub tag: String,
    /// The calendar in whose hours somebody is told; `None` for any hour.
    pub hours: Option<String>,
}

/// What the sweep does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The date that the ticket waited for has come.
    Wake,
    /// A clock has come so far.
    Remind {
        /// The clock.
        clock: ClockKind,
        /// The point that it has reached.
        at: Threshold,
        /// When its target passes or passed.
        target: Option<Moment>,
    },
    /// A rule moves the work, or tells management.
    Escalate {
        /// The clock.
        clock: ClockKind,
        /// The point that it has reached.
        at: Threshold,
        /// Where to.
        does: Does,
        /// When its target passes or passed.
        target: Option<Moment>,
    },
    /// Nobody of those told has said that they have it: the other managers are told.
    TellMore {
        /// The entry that told it, by its identity.
        of: String,
        /// The handles of those who are told now.
        who: Vec<String>,
    },
    /// The requester is silent: somebody is to ask again.
    Ask {
        /// The how-manieth time, from 1.
        time: u32,
        /// Of how many; 0 where the settings do not say.
        of: u32,
    },
    /// The requester stayed silent: the ticket is resolved.
    Resolve,
    /// Nobody objected in the house's time: the ticket is closed.
    Close,
    /// The ticket's work order promised its callers to say more, or no longer does: the log of a ticket
    /// that came to the order by another clone is told.
    PassOn {
        /// The order.
        order: TicketId,
        /// What it promised.
        promised: Promised,
    },
}

impl Action {
    /// The kind of the entry.
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Wake => EntryKind::Wake,
            Self::Remind { .. } | Self::TellMore { .. } | Self::Ask { .. } => EntryKind::Remind,
            Self::Escalate { .. } => EntryKind::Escalate,
            Self::Resolve => EntryKind::Resolve,
            Self::Close => EntryKind::Close,
            Self::PassOn { .. } => EntryKind::Say,
        }
    }
}

/// What is to be done for a ticket at a moment, in the order in which it was due. Doing one of them
/// may change what is left.
pub fn plan(ticket: &TicketSummary, context: DeskContext<'_>) -> Vec<ScheduledAction> {
    let look = Look { ticket, context };
    let mut all = Vec::new();
    match ticket.status() {
        Status::Resolved => all.extend(look.close()),
        status if status.is_open() => {
            all.extend(look.wake());
            all.extend(look.silence());
            all.extend(look.unacknowledged());
            let clocks = all_of(ticket, context);
            for clock in clocks.iter().filter(|clock| clock.runs()) {
                all.extend(look.remind(clock));
                all.extend(look.escalate(clock));
            }
        }
        _ => {}
    }
    all.sort_by_key(|step| step.due);
    all
}

/// What a ticket's log is to be told of a promise of its work order; `promises` are those of all orders.
pub fn pass_on(
    ticket: &TicketSummary,
    promises: &BTreeMap<TicketId, Promised>,
) -> Option<ScheduledAction> {
    let (order, promised) = words::unheard(ticket, promises)?;
    let joined = ticket.on_order.as_ref().map(|on| on.joined);
    Some(ScheduledAction {
        due: joined.map_or(promised.at, |joined| joined.max(promised.at)),
        tag: words::tag(ticket.id, order, promised),
        hours: None,
        action: Action::PassOn {
            order,
            promised: promised.clone(),
        },
    })
}

/// Whether nothing can be due for a ticket, told without its clocks.
pub fn is_settled(ticket: &TicketSummary) -> bool {
    let status = ticket.status();
    !status.is_open() && status != Status::Resolved
}

struct Look<'a> {
    ticket: &'a TicketSummary,
    context: DeskContext<'a>,
}

impl Look<'_> {
    fn tag(&self, about: &[&str]) -> String {
        let mut parts = vec![self.ticket.id.as_str()];
        parts.extend(about);
        derived_tag(&parts, 8)
    }

    /// When the thing of a kind and tag was done, if it was.
    fn done(&self, of: &EntryKind, about: &str) -> Option<Moment> {
        let mut events = self.ticket.events.iter();
        let found = events.find(
            |event| matches!(event.what, EventKind::Done { kind, tag } if kind == of.as_str() && tag == about),
        );
        found.map(|event| event.at)
    }

    fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.context.settings.calendars.get(name)
    }

    /// The step, if it is due and was not done.
    fn step(
        &self,
        action: Action,
        due: Moment,
        tag: String,
        hours: Option<&str>,
    ) -> Option<ScheduledAction> {
        let undone = due <= self.context.now && self.done(&action.kind(), &tag).is_none();
        undone.then(|| ScheduledAction {
            action,
            due,
            tag,
            hours: hours.map(str::to_owned),
        })
    }

    /// Since when the ticket is where it is, for whom it waits, and until when.
    fn place(&self) -> Option<(Moment, Option<&Waiting>, Option<Moment>)> {
        self.ticket
            .events
            .iter()
            .rev()
            .find_map(|event| match event.what {
                EventKind::Status { waiting, until, .. } => Some((event.at, waiting, until)),
                _ => None,
            })
    }

    /// The last time from a moment on that somebody of the desk and the requester were in touch.
    fn talked(&self, since: Moment) -> Moment {
        let talks = self
            .ticket
            .events
            .iter()
            .filter_map(|event| match event.what {
                EventKind::Contact(contact) if contact.talked() => Some(event.at),
                _ => None,
            });
        talks.max().map_or(since, |at| at.max(since))
    }

    fn wake(&self) -> Option<ScheduledAction> {
        let (since, waiting, until) = self.place()?;
        let until = until.filter(|_| waiting.is_some_and(|who| *who != Waiting::Customer))?;
        let tag = self.tag(&["wake", &since.to_string(), &until.to_string()]);
        let hours = self.context.settings.policy.calendar.as_str();
        self.step(Action::Wake, until, tag, self.hours(Some(hours)))
    }

    fn silence(&self) -> Option<ScheduledAction> {
        let (since, waiting, until) = self.place()?;
        if waiting != Some(&Waiting::Customer) {
            return None;
        }
        let house = self.context.settings.clocks.silence.as_ref();
        let named = house.map_or(&self.context.settings.policy.calendar, |house| {
            &house.calendar
        });
        let calendar = self.calendar(named)?;
        let from = self.talked(since);
        let next = |from: Moment| calendar::add(calendar, from, house?.every.get());
        // Of several times that have passed only the last counts: asked late, the requester still
        // has the whole time until the next.
        let reached = |due: Moment| {
            let later = std::iter::successors(Some(due), |due| next(*due));
            later
                .take_while(|at| *at <= self.context.now)
                .last()
                .unwrap_or(due)
        };
        let mut due = match until.filter(|until| *until > from) {
            Some(until) => reached(until),
            None => reached(next(from)?),
        };
        let of = house.map_or(1, |house| house.reminders);
        for time in 1..=of {
            let tag = self.tag(&["silence", &from.to_string(), &time.to_string()]);
            let Some(done) = self.done(&EntryKind::Remind, &tag) else {
                let of = house.map_or(0, |house| house.reminders);
                return self.step(Action::Ask { time, of }, due, tag, self.hours(Some(named)));
            };
            due = reached(next(done)?);
        }
        // An order has no requester of its own, and would resolve those of others with it.
        // Whom no mail reaches is not silent.
        let resolves = house.is_some_and(|house| house.resolve)
            && self.ticket.kind() != TicketType::WorkOrder
            && !is_bouncing(&self.tags());
        let tag = self.tag(&["silence", &from.to_string(), "resolve"]);
        resolves.then(|| self.step(Action::Resolve, due, tag, Some(named)))?
    }

    /// What was told by an escalation to management, or handed over with a shift, and nobody has in the house's time.
    fn unacknowledged(&self) -> Vec<ScheduledAction> {
        let settings = self.context.settings;
        let policy = &settings.policy;
        let Some(within) = policy.ack_within else {
            return Vec::new();
        };
        let Some(calendar) = self.calendar(&policy.calendar) else {
            return Vec::new();
        };
        let open = self.ticket.told.iter();
        let open = open.filter(|told| told.how != HowTold::Name && told.has.is_none());
        let steps = open.filter_map(|told| {
            let due = calendar::add(calendar, told.at.whole_second(), within.get())?;
            let who: Vec<String> = absence::managers(settings, due)
                .into_iter()
                .map(|agent| agent.handle.to_string())
                .filter(|handle| !told.who.contains(handle))
                .collect();
            if who.is_empty() {
                return None;
            }
            let tag = self.tag(&["told", &told.entry]);
            let of = told.entry.clone();
            let hours = self.hours(Some(&policy.calendar));
            self.step(Action::TellMore { of, who }, due, tag, hours)
        });
        steps.collect()
    }

    fn tags(&self) -> Vec<String> {
        let tags = self.ticket.get(Key::Tags);
        tags.map(Value::elements).unwrap_or_default()
    }

    fn close(&self) -> Option<ScheduledAction> {
        let settings = self.context.settings;
        // Whoever was not told yet cannot have objected.
        let is_told = self.ticket.tell.is_none() && !is_bouncing(&self.tags());
        if !settings.clocks.auto_close || !is_told {
            return None;
        }
        let (since, ..) = self.place()?;
        let policy = &settings.policy;
        let calendar = self.calendar(&policy.calendar)?;
        let due = calendar::add(calendar, self.talked(since), policy.close_after)?;
        let tag = self.tag(&["close", &since.to_string()]);
        self.step(Action::Close, due, tag, Some(&policy.calendar))
    }

    fn remind(&self, clock: &Clock) -> Option<ScheduledAction> {
        let points = self.context.settings.clocks.thresholds.get(&clock.kind)?;
        let passed = points.iter().filter_map(|point| {
            let at = clock.reaches(self.context, *point)?;
            (at <= self.context.now).then_some((at, *point))
        });
        let (due, at) = passed.max_by_key(|(at, _)| *at)?;
        let tag = self.about(clock, at, "");
        let action = Action::Remind {
            clock: clock.kind,
            at,
            target: clock.due,
        };
        self.step(action, due, tag, self.hours(Some(clock.goal.calendar())))
    }

    fn escalate(&self, clock: &Clock) -> Vec<ScheduledAction> {
        let rules = &self.context.settings.clocks.rules;
        let fits = rules.iter().filter(|rule| self.concerns(rule, clock.kind));
        let steps = fits.filter_map(|rule| {
            let due = clock.reaches(self.context, rule.at)?;
            let tag = self.about(clock, rule.at, &rule.does.to_string());
            let action = Action::Escalate {
                clock: clock.kind,
                at: rule.at,
                does: rule.does.clone(),
                target: clock.due,
            };
            self.step(action, due, tag, self.hours(Some(clock.goal.calendar())))
        });
        steps.collect()
    }

    fn concerns(&self, rule: &EscalationRule, clock: ClockKind) -> bool {
        let text = |key: Key| self.ticket.text(key);
        let among = |names: &[String], key: Key| {
            names.is_empty() || names.iter().any(|name| name == text(key))
        };
        // Work that is there already need not be moved.
        let there = match &rule.does {
            Does::Queue(queue) => queue == text(Key::Queue),
            Does::Area(area) => area == self.context.settings.area(text(Key::Queue)),
            Does::Up | Does::Management => false,
        };
        rule.clock == clock
            && !there
            && among(&rule.priorities, Key::Priority)
            && among(&rule.queues, Key::Queue)
            && (rule.types.is_empty() || rule.types.contains(&self.ticket.kind()))
    }

    /// The tag of what a clock does: the ticket, the clock, its start and the threshold.
    fn about(&self, clock: &Clock, at: Threshold, how: &str) -> String {
        let (start, at) = (clock.start.to_string(), at.to_string());
        self.tag(&[clock.kind.as_str(), &start, &at, how])
    }

    /// The hours in which somebody is told, unless the priority says any, or somebody is on duty for
    /// work that nobody has.
    fn hours<'n>(&self, calendar: Option<&'n str>) -> Option<&'n str> {
        let row = self
            .context
            .settings
            .clocks
            .targets
            .get(self.ticket.text(Key::Priority));
        let queue = self.ticket.text(Key::Queue);
        let is_free = self.ticket.text(Key::Assignee).is_empty();
        let settings = self.context.settings;
        let duty = || absence::on_duty(settings, queue, self.context.now).is_some();
        let any = row.is_some_and(|row| row.any_hour) || (is_free && duty());
        calendar.filter(|_| !any)
    }
}
