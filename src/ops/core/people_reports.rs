//! Who may look at what measures people at work: `people_reports` in the settings.

use crate::model::person::Handle;
use crate::model::settings::PeopleReports;
use crate::ops::core::actor::managers;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;

/// Whether somebody, or nobody who is known, may look at it.
pub fn are_open_to(desk: &Desk, me: Option<&Handle>) -> bool {
    match desk.settings.policy.people_reports {
        PeopleReports::All => true,
        PeopleReports::Nobody => false,
        PeopleReports::Managers => me.is_some_and(|me| {
            let agent = desk.settings.agent(me.as_str());
            agent.is_some_and(|agent| agent.manager)
        }),
    }
}

/// Refuses `what` to whoever may not look at it.
pub fn may_see(desk: &Desk, me: Option<&Handle>, what: &str) -> Result<(), OpError> {
    if are_open_to(desk, me) {
        return Ok(());
    }
    Err(match (desk.settings.policy.people_reports, me) {
        (PeopleReports::Nobody, _) => DeskError::NoPeopleReports(&what).error(),
        (_, None) => DeskError::PeopleReportsOfNobody(&what).error(),
        (_, Some(me)) => DeskError::PeopleReportsOfManagers(&what, me, &managers(desk)).error(),
    })
}
