//! The most important figures of all, on one screen.

use crate::rules::both::both;

use super::{Figure, Scene, Section, backlog, flow, moves, sla, times, volume};

/// How many codes the overview names.
const CODES: usize = 10;

pub(super) fn sections(scene: &Scene<'_>) -> Vec<Section> {
    let [by_type, .., by_code] = volume::OWN;
    // The clocks cost as much as all the rest.
    let (sla, mut all) = both(
        || sla::main(scene),
        || {
            vec![
                flow::section(scene),
                volume::by(scene, by_type),
                first(volume::by(scene, by_code)),
                times::first_response(scene),
                times::responses(scene),
                times::worked(scene),
                times::resolutions(scene),
            ]
        },
    );
    all.extend(sla);
    all.push(backlog::ageing(scene));
    all.extend(moves::reopens(scene).into_iter().map(summed));
    all
}

/// The first rows of a section; its total is still that of all.
fn first(mut section: Section) -> Section {
    section.rows.truncate(CODES);
    section.title = "Volume by code, the largest ten";
    section
}

/// A section of its total only.
fn summed(mut section: Section) -> Section {
    let total: Option<Vec<Figure>> = section.total.take();
    section.rows.clear();
    section.by.clear();
    section.total = total;
    section
}
