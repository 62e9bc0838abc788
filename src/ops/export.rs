//! `export`: tickets whole, one after the other, however many there are.

use super::desk::Desk;
use super::error::OpError;
use super::list;
use crate::index::cache::Want;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::page::problem::Problem;
use crate::page::ticket::{self, TicketPage};
use crate::rules::matching::{Matcher, World};
use crate::store::read;

/// The tickets that fit, by id.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Their ids, in order.
    pub ids: Vec<TicketId>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Finds the tickets that fit a query, open ones and done ones.
pub fn wanted(
    desk: &Desk,
    me: Option<&Handle>,
    now: Moment,
    query: &str,
) -> Result<Wanted, OpError> {
    let query = list::read_query(desk, query)?;
    let world = World {
        settings: &desk.settings,
        catalogue: &desk.catalogue,
        me,
        now,
    };
    let matcher = Matcher::new(&query, world)
        .map_err(|error| OpError::usage(error.message).hint(error.hint))?;
    let found = desk.tickets(Want::All);
    let fits = found.all.iter().filter(|ticket| {
        matcher.fits(ticket) && (!matcher.needs_text() || list::text_fits(desk, &matcher, ticket))
    });
    Ok(Wanted {
        ids: fits.map(|ticket| ticket.id).collect(),
        problems: found.problems,
    })
}

/// A ticket with its file's text; what is wrong with the file where it went bad meanwhile.
pub fn whole(desk: &Desk, id: TicketId) -> Result<(TicketPage, String), Box<Problem>> {
    let path = id.path();
    let text = read::page(&desk.root, &path).map_err(|error| Box::new(error.problem(&path)))?;
    let page = ticket::read(id, text.clone())?;
    Ok((page, text))
}
