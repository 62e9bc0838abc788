//! The most important figures of all, on one screen.

use crate::rules::reports::parallel::both;

use crate::rules::reports::{
    ReportSection, Scene, backlog, flow, moves, sla, times, vendors, volume,
};

/// How many codes the overview names.
const CODES: usize = 10;

pub(in crate::rules::reports) fn sections(scene: &Scene<'_>) -> Vec<ReportSection> {
    let [by_type, .., by_code] = volume::OWN;
    // The clocks cost as much as all the rest.
    let (sla, (mut all, late, vendors)) = both(
        || sla::main(scene),
        || {
            let answers = times::answers(scene);
            let solutions = times::solutions(scene, false);
            let all = vec![
                flow::section(scene),
                volume::by(scene, by_type),
                first(volume::by(scene, by_code)),
                times::first_response(scene, &answers),
                times::responses(scene, &answers),
                times::worked(scene, &solutions),
                times::resolutions(scene, &solutions),
            ];
            let late = [backlog::ageing(scene), moves::reopened_in_all(scene)];
            (all, late, vendors::section(scene))
        },
    );
    all.extend(sla);
    all.extend(late);
    all.extend(vendors);
    all
}

/// The first rows of a section; its total is still that of all.
fn first(mut section: ReportSection) -> ReportSection {
    section.rows.truncate(CODES);
    section.title = "Volume by code, the largest ten";
    section
}
