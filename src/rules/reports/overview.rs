//! The most important figures of all, on one screen or page.

use crate::rules::reports::compared::ComparedPeriods;
use crate::rules::reports::parallel::both;

use crate::rules::reports::table::largest;
use crate::rules::reports::{
    ReportSection, Scene, backlog, course, flow, key_figures, moves, sla, times, top, vendors,
    volume,
};

pub(in crate::rules::reports) fn sections(
    scene: &Scene<'_>,
    compared: Option<&ComparedPeriods>,
) -> Vec<ReportSection> {
    let [by_type, .., by_code] = volume::OWN;
    // The clocks cost as much as all the rest.
    let ((sla, decisions), (mut all, late, solutions)) = both(
        || sla::main(scene),
        || {
            let answers = times::answers(scene);
            let solutions = times::solutions(scene, false);
            let mut all = vec![
                flow::section(scene),
                course::load(scene),
                volume::by(scene, by_type),
                largest(
                    volume::by(scene, by_code),
                    "Volume by code, the largest ten",
                ),
            ];
            all.extend(top::sections(scene));
            all.extend([
                times::first_response(scene, &answers),
                times::responses(scene, &answers),
                times::worked(scene, &solutions),
                times::resolutions(scene, &solutions),
            ]);
            let mut late = vec![backlog::ageing(scene), moves::reopened_in_all(scene)];
            late.extend(vendors::section(scene));
            (all, late, solutions)
        },
    );
    let mut sections = Vec::new();
    if let Some(compared) = compared {
        sections.extend(key_figures::sections(scene, compared, &decisions));
    }
    all.insert(1, course::trend(scene, &solutions, &decisions));
    sections.extend(all);
    sections.extend(sla);
    sections.extend(late);
    sections
}
