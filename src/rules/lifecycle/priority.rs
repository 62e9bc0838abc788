//! Priority follows from impact and urgency by the company's matrix.

use crate::model::settings::Settings;

/// The matrix's priority; `None` where the matrix does not know the pair.
pub fn derived<'s>(settings: &'s Settings, impact: &str, urgency: &str) -> Option<&'s str> {
    settings
        .matrix
        .get(impact)?
        .get(urgency)
        .map(String::as_str)
}
