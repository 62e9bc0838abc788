//! The most important figures of all, on one screen or page.

use crate::rules::reports::compared::ComparedPeriods;
use crate::rules::reports::parallel::both;

use crate::rules::reports::{
    Amount, Figure, ReportRow, ReportSection, Scene, backlog, course, flow, key_figures, moves,
    sla, times, top, vendors, volume,
};

/// How many codes the overview names.
const LARGEST: usize = 10;

/// What the rest of a table is called.
const OTHERS: &str = "(others)";

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
                first(
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

/// The largest rows of a section of numbers, and all others as one.
pub(in crate::rules::reports) fn first(
    mut section: ReportSection,
    title: &'static str,
) -> ReportSection {
    let rest = section.rows.split_off(section.rows.len().min(LARGEST));
    section.title = title;
    if rest.is_empty() {
        return section;
    }
    let sum = |at: usize| {
        let figures = rest.iter().map(|row| &row.figures[at]);
        let n = figures.clone().map(|figure| match figure.amount {
            Amount::Number(n) => n,
            _ => 0,
        });
        let mut of: Vec<u32> = figures
            .flat_map(|figure| figure.of.iter().copied())
            .collect();
        of.sort_unstable();
        Figure {
            amount: Amount::Number(n.sum()),
            of,
        }
    };
    section.rows.push(ReportRow {
        labels: vec![OTHERS.to_owned(); section.by.len()],
        figures: (0..section.columns.len()).map(sum).collect(),
    });
    section
}
