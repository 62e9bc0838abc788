//! `sla`: why each clock of a ticket stands where it stands, step by step.

use chrono::TimeDelta;

use crate::model::event_log;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::page::problem::Problem;
use crate::page::ticket::TicketPage;
use crate::rules::lifecycle::escalation;
use crate::rules::sla::calendar;
use crate::rules::sla::clocks::{self, Clock, Pressure, Stay, TraceStep, pressure};

/// A clock, and where it stands at the moment.
#[derive(Clone, Debug)]
pub struct ClockReading {
    /// The clock.
    pub clock: Clock,
    /// The open time that is left, negative where the target has passed.
    pub left: Option<TimeDelta>,
    /// How near its target is.
    pub pressure: Pressure,
}

/// The clocks of a ticket with the way of each.
#[derive(Clone, Debug)]
pub struct Sla {
    /// The ticket.
    pub page: TicketPage,
    /// Each clock, and its way.
    pub clocks: Vec<(ClockReading, Vec<TraceStep>)>,
    /// Where it waited, with the time in each queue on the house's calendar.
    pub stays: Vec<(Stay, TimeDelta)>,
    /// How often it came back to a queue that it had left.
    pub bounces: usize,
    /// A priority for which no clock runs.
    pub problems: Vec<Problem>,
}

/// Reads the clocks of a ticket.
pub fn read(desk: &Desk, ticket: &Ticket, now: Moment) -> Vec<ClockReading> {
    let context = desk.context(None, now);
    let planned = desk.settings.is_planned(ticket.text(Key::Priority));
    let clocks = clocks::present(&event_log::of(ticket), planned, context);
    let read = |clock: Clock| ClockReading {
        left: clock.left(context),
        pressure: if clock.runs() {
            pressure(&clock, context)
        } else {
            Pressure::Calm
        },
        clock,
    };
    clocks.into_iter().map(read).collect()
}

/// What to say of a ticket's priority where the settings do not have it.
pub fn dropped(desk: &Desk, ticket: &Ticket) -> Vec<Problem> {
    let open = ticket.status().is_open();
    let priority = open.then(|| ticket.text(Key::Priority));
    desk.dropped_words(priority.into_iter(), "open")
}

/// Tells the way of every clock of a ticket.
pub fn sla(desk: &Desk, id: TicketId, now: Moment) -> Result<Sla, OpError> {
    let page = desk.page(id)?;
    let context = desk.context(None, now);
    let clocks = read(desk, &page.ticket, now)
        .into_iter()
        .map(|reading| {
            let way = clocks::trace(&reading.clock, context);
            (reading, way)
        })
        .collect();
    let events = event_log::of(&page.ticket);
    let house = crate::ops::core::values::calendar(desk);
    let stays = clocks::stays(&events).into_iter().map(|stay| {
        let to = stay.to.unwrap_or(now).max(stay.from);
        let open = calendar::between(&house, stay.from, to);
        (stay, open)
    });
    Ok(Sla {
        problems: dropped(desk, &page.ticket),
        stays: stays.collect(),
        bounces: escalation::bounces(events.queues()),
        clocks,
        page,
    })
}
