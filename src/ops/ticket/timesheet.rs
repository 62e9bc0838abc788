//! `log` without a ticket: what somebody did, entry by entry.

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::index::scan::Scan;
use crate::index::want::Want;
use crate::model::corrections::ReadLog;
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::counting;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::{DESK, Handle};
use crate::model::ticket_history::TicketHistory;
use crate::model::work_time;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::unknown;
use crate::ops::core::people_reports;
use crate::ops::data::report_request::{ReportRequest, span};
use crate::page::problem::Problem;
use crate::rules::text::period::Period;

/// Whose work is asked for, and of which time.
#[derive(Clone, Debug, Default)]
pub struct SheetRequest {
    /// Somebody by handle; whoever asks where nobody is named.
    pub by: Option<String>,
    /// The whole team.
    pub team: bool,
    /// From this day or instant on.
    pub since: Option<String>,
    /// Up to this day, which is included, or to this instant, which is not.
    pub until: Option<String>,
    /// A period by its name.
    pub period: Option<String>,
}

impl SheetRequest {
    /// Whether it is of others than `me`, which measures people at work.
    pub fn is_of_others(&self, me: Option<&Handle>) -> bool {
        let named = self.by.as_deref();
        self.team || named.is_some_and(|by| me.is_none_or(|me| me.as_str() != by))
    }
}

/// An entry that somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetEntry {
    /// When what it tells of happened.
    pub at: Moment,
    /// Who did it.
    pub by: Handle,
    /// On which ticket.
    pub ticket: TicketId,
    /// The ticket's title.
    pub title: String,
    /// What was done.
    pub kind: EntryKind,
    /// The entry's tag.
    pub tag: String,
    /// How long it took, where that was noted.
    pub minutes: Option<u32>,
    /// What the time went to, where that was said.
    pub activity: Option<String>,
}

/// What was done in a period.
#[derive(Clone, Debug)]
pub struct Timesheet {
    /// Who did it; `None` for the whole team.
    pub whose: Option<Handle>,
    /// The period.
    pub period: Period,
    /// The zone of its days.
    pub zone: Tz,
    /// The entries, in the order of time.
    pub entries: Vec<SheetEntry>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

impl Timesheet {
    /// The entries by the day on which they happened.
    pub fn days(&self) -> Vec<(NaiveDate, &[SheetEntry])> {
        let day = |entry: &SheetEntry| entry.at.in_zone(&self.zone).date_naive();
        let days = self.entries.chunk_by(|a, b| day(a) == day(b));
        days.map(|some| (day(&some[0]), some)).collect()
    }
}

/// The minutes of entries.
pub fn minutes(entries: &[SheetEntry]) -> u64 {
    let minutes = entries.iter().filter_map(|entry| entry.minutes);
    minutes.map(u64::from).sum()
}

/// What `me`, somebody else or the team did. Of tickets at which nothing happened since then only the
/// names and times of the files are looked at, and what is kept of their months.
pub fn timesheet(
    desk: &Desk,
    me: Option<&Handle>,
    request: &SheetRequest,
    now: Moment,
) -> Result<Timesheet, OpError> {
    if request.is_of_others(me) {
        people_reports::may_see(desk, me, "the log of others")?;
    }
    let whose = match &request.by {
        _ if request.team => None,
        Some(by) => Some(known(desk, by)?),
        None => me.cloned(),
    };
    let period = period(request, now, desk.settings.zone)?;
    let scan = Scan::of_tickets(&desk.root);
    let found = desk.scanned(&scan, Want::StoriesSince(period.from));
    let mut sheet = Timesheet {
        whose,
        period,
        zone: desk.settings.zone,
        entries: Vec::new(),
        problems: found.problems,
    };
    for history in &found.histories {
        if sheet.may_have(history) {
            match desk.page(history.id) {
                Ok(page) => sheet.read(&page.ticket.log, history.id, page.ticket.title()),
                Err(error) => sheet.problems.extend(error.problems),
            }
        }
    }
    sheet
        .entries
        .sort_by(|a, b| (a.at, &a.title, a.ticket).cmp(&(b.at, &b.title, b.ticket)));
    Ok(sheet)
}

impl Timesheet {
    fn is_of(&self, by: &str) -> bool {
        match &self.whose {
            Some(whose) => whose.as_str() == by,
            None => by != DESK,
        }
    }

    /// Whether a ticket's events tell of anybody in question.
    fn may_have(&self, history: &TicketHistory) -> bool {
        let mut events = history.events.iter();
        events.any(|event| self.period.holds(event.at) && self.is_of(event.by.text))
    }

    fn read(&mut self, log: &[Entry], ticket: TicketId, title: &str) {
        for (entry, at) in counting(&ReadLog::of(log)) {
            let at = at.whole_second();
            if self.period.holds(at) && self.is_of(entry.by.as_str()) {
                self.entries.push(SheetEntry {
                    at,
                    by: entry.by.clone(),
                    ticket,
                    title: title.to_owned(),
                    kind: entry.kind.clone(),
                    tag: entry.tag.clone(),
                    minutes: work_time::minutes(entry),
                    activity: work_time::activity(entry).map(str::to_owned),
                });
            }
        }
    }
}

/// Somebody of the team, in service or retired.
fn known(desk: &Desk, by: &str) -> Result<Handle, OpError> {
    match desk.settings.agent(by) {
        Some(agent) => Ok(agent.handle.clone()),
        None => Err(unknown(
            "agent",
            by,
            desk.settings.agents.keys().map(String::as_str),
        )),
    }
}

/// The period that is asked for; today where none is.
fn period(request: &SheetRequest, now: Moment, zone: Tz) -> Result<Period, OpError> {
    let unsaid = request.since.is_none() && request.until.is_none() && request.period.is_none();
    let request = ReportRequest {
        from: request.since.clone(),
        to: request.until.clone(),
        period: if unsaid {
            Some("today".to_owned())
        } else {
            request.period.clone()
        },
        ..ReportRequest::default()
    };
    span(&request, now, zone)
}
