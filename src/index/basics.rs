//! What is kept of each ticket beside its fields: rows of one width, so that one is read without the
//! others.

use crate::model::cancelled_as::CancelledAs;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket_summary::TicketSummary;

/// Numbers of a row: the id, four times, and flags.
const NUMBERS: usize = 6;

/// Bytes of a row.
const WIDTH: usize = 8 * NUMBERS;

/// Stands for no time.
const NEVER: i64 = i64::MIN;

const CONFLICT: u64 = 1;
const BARRED: u64 = 2;
/// Above the flags stands why a ticket is cancelled, counted from one.
const REASONS: u64 = 4;

/// The bytes of these tickets.
pub(in crate::index) fn write(some: &[&TicketSummary]) -> Vec<u8> {
    let time = |at: Option<Moment>| at.map_or(NEVER, Moment::millis).cast_unsigned();
    let mut bytes = Vec::with_capacity(some.len() * WIDTH);
    for one in some {
        let mut words = CancelledAs::WORDS.iter();
        let reason = one
            .cancelled_as
            .and_then(|own| words.position(|(is, _)| *is == own));
        let flags = u64::from(one.conflict) * CONFLICT
            + u64::from(one.barred) * BARRED
            + reason.map_or(0, |at| at as u64 + 1) * REASONS;
        let numbers: [u64; NUMBERS] = [
            one.id.number(),
            time(Some(one.created)),
            time(Some(one.updated)),
            time(one.resolved),
            time(one.contacted),
            flags,
        ];
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    bytes
}

/// What was written of some tickets.
#[derive(Debug)]
pub(in crate::index) struct Basics(Vec<u8>);

impl Basics {
    /// Of the bytes of so many tickets; `None` where they are of others.
    pub(in crate::index) fn of(bytes: Vec<u8>, count: usize) -> Option<Self> {
        (count.checked_mul(WIDTH)? == bytes.len()).then_some(Self(bytes))
    }

    fn number(&self, at: usize, which: usize) -> Option<u64> {
        let from = at * WIDTH + 8 * which;
        let own = self.0.get(from..from + 8)?;
        Some(u64::from_le_bytes(own.try_into().ok()?))
    }

    fn time(&self, at: usize, which: usize) -> Option<Moment> {
        let millis = self.number(at, which)?.cast_signed();
        Moment::from_millis(millis).filter(|_| millis != NEVER)
    }

    /// The id of a ticket.
    pub(in crate::index) fn id(&self, at: usize) -> Option<TicketId> {
        TicketId::of_number(self.number(at, 0)?)
    }

    /// When something last happened to a ticket.
    pub(in crate::index) fn updated(&self, at: usize) -> Option<Moment> {
        self.time(at, 2)
    }

    /// Makes an excerpt that of a ticket, as far as this tells of it.
    pub(in crate::index) fn put(&self, at: usize, ticket: &mut TicketSummary) -> Option<()> {
        ticket.id = self.id(at)?;
        ticket.created = self.time(at, 1)?;
        ticket.updated = self.time(at, 2)?;
        ticket.resolved = self.time(at, 3);
        ticket.contacted = self.time(at, 4);
        let flags = self.number(at, 5)?;
        ticket.conflict = flags & CONFLICT > 0;
        ticket.barred = flags & BARRED > 0;
        let reason = usize::try_from(flags / REASONS).ok()?;
        ticket.cancelled_as = match reason.checked_sub(1) {
            Some(at) => Some(CancelledAs::WORDS.get(at)?.0),
            None => None,
        };
        Some(())
    }
}
