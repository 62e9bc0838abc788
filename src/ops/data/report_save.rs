//! A report that is kept under a name in the settings.

use crate::model::settings::Preset;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::data::DataError;
use crate::ops::data::report_request::ReportRequest;
use crate::ops::data::settings_change::{SettingsChange, change};
use crate::ops::ticket::list;
use crate::page::query::NamedView;
use crate::page::settings;

/// Keeps a report under a name in `desk.toml`, for the managers, who keep the settings.
pub fn save(
    desk: &Desk,
    act: &Actor,
    request: &ReportRequest,
    name: &str,
) -> Result<SettingsChange, OpError> {
    if !act.is_manager(desk) && !act.me.is_desk() {
        return Err(DataError::SettingsNeedManager.error());
    }
    if !crate::model::person::is_handle(name) {
        return Err(DataError::BadReportName(&name).error());
    }
    if request.from.is_some() || request.to.is_some() || request.as_of.is_some() {
        return Err(DataError::SavedReportWithDays.error());
    }
    let query = list::read_query(desk, &request.query)?;
    let is_own = |named: &&NamedView| desk.own.views.contains_key(&named.name);
    if let Some(own) = query.views.iter().find(is_own) {
        return Err(DataError::OwnViewInReport(&own.name).error());
    }
    let preset = Preset {
        report: request.name.clone(),
        query: request.query.clone(),
        period: request.period.clone(),
        by: request.by.clone(),
        work_orders: request.work_orders,
    };
    let message = format!("report: keep `{name}`");
    change(desk, act, "report", message, |desk, base| {
        if desk.settings.reports.contains_key(name) {
            return Err(DataError::ReportThere(&name).error());
        }
        Ok(settings::reports::with_report(base, name, &preset))
    })
}
