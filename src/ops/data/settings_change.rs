//! Changing `desk.toml`, as everything is saved.

use crate::ops::core::actor::Actor;
use crate::ops::core::command_record;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::data::DataError;
use crate::page::settings;
use crate::store::fs::read;
use crate::store::journal::report::Report;
use crate::store::journal::save::Saved;
use crate::store::journal::step::{Save, SaveStep};

/// What became of changed settings.
#[derive(Debug, Default)]
pub struct SettingsChange {
    /// What became of it on disk; `None` for a dry run, and where nothing was to be changed.
    pub saved: Option<Saved>,
    /// Sentences for standard error.
    pub reported: Vec<Report>,
}

/// Changes the settings under the lock: `edit` gets the desk as it is then, and the text, and returns
/// the text as it shall be.
pub fn change(
    desk: &Desk,
    act: &Actor,
    verb: &str,
    message: String,
    edit: impl FnOnce(&Desk, &str) -> Result<String, OpError>,
) -> Result<SettingsChange, OpError> {
    let mut held = act.hold(desk, verb)?;
    let desk = &Desk::at(desk.root.clone())?;
    let base = read::page(&desk.root, settings::FILE)
        .map_err(|error| OpError::from(error.problem(settings::FILE)))?;
    let text = edit(desk, &base)?;
    // What is written must be readable.
    settings::read(&text).map_err(|problems| {
        DataError::SettingsWouldBeInvalid(&settings::FILE)
            .error()
            .with(problems)
    })?;
    if act.dry_run || text == base {
        return Ok(SettingsChange::default());
    }
    let step = SaveStep {
        message,
        author: act.signature(desk),
        at: act.now,
        saves: vec![Save {
            path: settings::FILE.to_owned(),
            base: Some(base),
            text,
        }],
    };
    let saved = held.save(&step)?;
    command_record::note_other(held.repo(), act, verb);
    let mut reported = held.reports();
    if let Saved::Deferred(why) = &saved {
        let sentence = format!("saved; the commit follows later: {why}");
        reported.push(Report::warning(sentence));
    }
    Ok(SettingsChange {
        saved: Some(saved),
        reported,
    })
}
