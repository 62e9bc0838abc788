//! `desk kb`: one file for each of its commands.

mod check;
mod demand;
mod edit;
mod list;
mod new;
mod publish;
mod retire;
mod review;
mod script;
mod search;
mod show;
mod r#use;

use crate::desk::Desk;

/// An article by hand.
pub(crate) fn article(desk: &Desk, path: &str, front: &str, body: &str) {
    desk.write(path, format!("+++\n{front}+++\n{body}"));
}

const WIFI: &str = "id = \"KB-AAA1\"\ntitle = \"Sieć bez zasięgu\"\nstate = \"published\"\nlanguage = \"pl\"\n\
    translation_of = \"KB-W1F4\"\nowner = \"anna\"\npublished = 2026-01-05\npublished_by = \"ewa\"\ntags = [\"wifi\"]\nreview_by = 2026-11-01\n";
