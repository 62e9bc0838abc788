//! A report that is kept under a name in the settings.

use crate::model::settings::Preset;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::data::DataError;
use crate::ops::data::report_request::ReportRequest;
use crate::page::settings;
use crate::store::fs::read;
use crate::store::journal::report::Report;
use crate::store::journal::save::{Save, SaveStep, Saved};

/// What became of a report that is kept under a name.
#[derive(Debug, Default)]
pub struct SavedReport {
    /// What became of it on disk; `None` for a dry run.
    pub saved: Option<Saved>,
    /// Sentences for standard error.
    pub reported: Vec<Report>,
}

/// Keeps a report under a name in `desk.toml`, for the managers, who keep the settings.
pub fn save(
    desk: &Desk,
    act: &Actor,
    request: &ReportRequest,
    name: &str,
) -> Result<SavedReport, OpError> {
    if !act.is_manager(desk) && !act.me.is_desk() {
        return Err(DataError::SettingsNeedManager.error());
    }
    if !crate::model::person::is_handle(name) {
        return Err(DataError::BadReportName(&name).error());
    }
    if request.from.is_some() || request.to.is_some() || request.as_of.is_some() {
        return Err(DataError::SavedReportWithDays.error());
    }
    let mut held = act.hold(desk, "report")?;
    let desk = &Desk::at(desk.root.clone())?;
    if desk.settings.reports.contains_key(name) {
        return Err(DataError::ReportThere(&name).error());
    }
    let base = read::page(&desk.root, settings::FILE)
        .map_err(|error| OpError::from(error.problem(settings::FILE)))?;
    let preset = Preset {
        report: request.name.clone(),
        query: request.query.clone(),
        period: request.period.clone(),
        by: request.by.clone(),
        work_orders: request.work_orders,
    };
    let text = settings::reports::with_report(&base, name, &preset);
    // What is written must be readable.
    settings::read(&text).map_err(|problems| {
        DataError::SettingsWouldBeInvalid(&settings::FILE)
            .error()
            .with(problems)
    })?;
    if act.dry_run {
        return Ok(SavedReport::default());
    }
    let step = SaveStep {
        message: format!("report: keep `{name}`"),
        author: act.signature(desk),
        at: act.now,
        saves: vec![Save {
            path: settings::FILE.to_owned(),
            base: Some(base),
            text,
        }],
    };
    let saved = held.save(&step)?;
    let mut reported = held.reports();
    if let Saved::Deferred(why) = &saved {
        let sentence = format!("saved; the commit follows later: {why}");
        reported.push(Report::warning(sentence));
    }
    Ok(SavedReport {
        saved: Some(saved),
        reported,
    })
}
