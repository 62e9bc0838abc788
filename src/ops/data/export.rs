//! `export`: tickets whole, one after the other, however many there are, and their attachments.

use crate::ops::core::messages::data::DataError;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;

use crate::index::scan::Scan;
use crate::index::ticket_cache::DoneTickets;
use crate::index::want::Want;
use crate::model::id::TicketId;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::ticket::list;
use crate::page::problem::Problem;
use crate::page::query::tickets::TicketQuery;
use crate::page::ticket::{self, TicketPage};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::attachments::{self, Attachment};
use crate::rules::query::tickets::looks_at;
use crate::store::fs::contents::{self, KeptContent};
use crate::store::fs::read;

/// The tickets that fit, by id.
#[derive(Clone, Debug, Default)]
pub struct ExportSelection {
    /// Their ids, in order.
    pub ids: Vec<TicketId>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Finds the tickets that fit a query, open ones and done ones.
pub fn wanted(
    desk: &Desk,
    context: DeskContext<'_>,
    query: &TicketQuery,
) -> Result<ExportSelection, OpError> {
    let matcher = desk.matcher(query, context)?;
    let fields = looks_at(query, false);
    let Some(fields) = fields.as_ref().filter(|_| !matcher.needs_text()) else {
        let scan = Scan::of_tickets(&desk.root);
        let words = list::Words::of(desk, &scan, &matcher);
        let fits = |ticket: &TicketSummary| matcher.fits(ticket);
        let found = match fields {
            Some(fields) => {
                let done = DoneTickets {
                    fits: Some(&fits),
                    among: words.tickets(),
                    ..DoneTickets::of(&fields)
                };
                desk.some_scanned(&scan, Want::All, done)
            }
            None => desk.scanned(&scan, Want::All),
        };
        let fits = |ticket: &&TicketSummary| words.fits(desk, &matcher, ticket);
        let fitting = found.all.iter().filter(fits);
        return Ok(ExportSelection {
            ids: fitting.map(|ticket| ticket.id).collect(),
            problems: found.problems,
        });
    };
    let mut ids: BTreeSet<TicketId> = BTreeSet::new();
    let found = desk.each_ticket(fields, |ticket| {
        if matcher.fits(ticket) {
            ids.insert(ticket.id);
        } else {
            ids.remove(&ticket.id);
        }
    });
    Ok(ExportSelection {
        ids: ids.into_iter().collect(),
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

/// The attachments of a ticket that its log tells of with size and hash, each file once; what is
/// wrong with others, which are left out.
pub fn attachments(page: &TicketPage) -> (Vec<Attachment>, Vec<Problem>) {
    let mut all: Vec<Attachment> = Vec::new();
    let mut problems = Vec::new();
    // What was redacted has no content, which is no fault.
    let kept = attachments::all(&page.ticket.log).into_iter();
    for one in kept.filter(|one| !one.redacted) {
        if !attachments::is_safe(&one.file) || one.size.is_none() || one.sha256.is_none() {
            let shown = one.file.escape_debug();
            let reported =
                format!("`{shown}` is no attachment as `desk attach` logs one: left out");
            problems.push(Problem::whole(&page.path, reported));
            continue;
        }
        all.retain(|other| other.file != one.file);
        all.push(one);
    }
    (all, problems)
}

/// The content of an attachment, proved to be what the log tells, to be read in pieces.
#[derive(Debug)]
pub struct AttachmentContent {
    path: String,
    file: File,
    left: u64,
}

/// So much of a content is read at once: a multiple of three bytes, which base64 makes four of.
const PIECE: usize = 3 << 14;

/// Opens the content of an attachment; what is wrong where it is missing or another.
pub fn content(
    desk: &Desk,
    id: TicketId,
    one: &Attachment,
) -> Result<AttachmentContent, Box<Problem>> {
    let path = format!("{}/{}", attachments::folder(id), one.file);
    let problem = |reported: &str| {
        let reported = format!("the attachment {reported}: left out");
        Box::new(Problem::whole(&path, reported))
    };
    let logged = KeptContent {
        sha256: one.sha256.clone().unwrap_or_default(),
        size: one.size.unwrap_or_default(),
    };
    match contents::opened(&desk.root, &path) {
        Ok(Some((file, kept))) if kept == logged => Ok(AttachmentContent {
            left: kept.size,
            file,
            path,
        }),
        Ok(Some(_)) => Err(problem("was changed")),
        Ok(None) => Err(problem("is missing")),
        Err(error) => Err(problem(&format!("cannot be read: {error}"))),
    }
}

impl AttachmentContent {
    /// The next piece, of a length that three divides unless it is the last; `None` at the end.
    pub fn piece(&mut self) -> Result<Option<Vec<u8>>, OpError> {
        let size = self.left.min(PIECE as u64);
        if size == 0 {
            return Ok(None);
        }
        let mut piece = Vec::new();
        let read = (&mut self.file).take(size).read_to_end(&mut piece);
        let read =
            read.map_err(|error| DataError::AttachmentUnreadable(&self.path, &error).error())?;
        if read as u64 != size {
            return Err(DataError::AttachmentCutShort(&self.path).error());
        }
        self.left -= size;
        Ok(Some(piece))
    }
}
