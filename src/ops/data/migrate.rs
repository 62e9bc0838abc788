//! `migrate`: brings a desk of an older format over, in one commit that is the same in every clone.

use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::command_record;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::data::DataError;
use crate::ops::data::repairs;
use crate::page::problem::Problem;
use crate::page::settings::{self, FORMAT};
use crate::store::fs::read;
use crate::store::journal::report::Report;
use crate::store::journal::save::Saved;
use crate::store::journal::step::{Save, SaveStep};

/// What was brought over.
#[derive(Debug, Default)]
pub struct Migrated {
    /// The format that the desk had.
    pub from: u8,
    /// What was written in, ticket by ticket.
    pub tickets: Vec<(TicketId, Vec<String>)>,
    /// Tickets whose files were left alone, because they cannot be read or only be read.
    pub left: Vec<Problem>,
    /// What became of it on disk; nothing where there was nothing to do, or for a dry run.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<Report>,
}

/// Writes into every ticket what the format asks for and its log lacks, and then the format into
/// the settings. All of it follows from the files.
pub fn migrate(desk: &Desk, act: &Actor) -> Result<Migrated, OpError> {
    act.may(desk, "migrate")?;
    let mut migrated = Migrated {
        from: desk.settings.format,
        ..Migrated::default()
    };
    // The lock first: what a migration that died had begun is finished by it.
    let mut held = act.hold_to_migrate(desk)?;
    if let Some(held) = &held {
        migrated.recovered = held.reports();
    }
    if migrated.from == FORMAT {
        return Ok(migrated);
    }
    let mut repairs = repairs::of(desk, |_| true)?;
    let base = read::page(&desk.root, settings::FILE)
        .map_err(|error| OpError::from(error.problem(settings::FILE)))?;
    let text =
        settings::with_format(&base, FORMAT).ok_or_else(|| DataError::FormatByHand.error())?;
    repairs.saves.push(Save {
        path: settings::FILE.to_owned(),
        base: Some(base),
        text,
    });
    if let Some(held) = &mut held {
        let step = SaveStep {
            message: format!("migrate: format {} to {FORMAT}", migrated.from),
            author: act.signature(desk),
            at: act.now,
            saves: std::mem::take(&mut repairs.saves),
        };
        migrated.saved = Some(held.save(&step)?);
        command_record::note_other(held.repo(), act, "migrate");
    }
    migrated.tickets = repairs.done;
    migrated.left = repairs.left.into_iter().map(|(_, why)| why).collect();
    Ok(migrated)
}
