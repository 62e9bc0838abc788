//! Git's merges by our rules: set up in a clone by the first command that writes there.

use std::path::Path;

use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::page::front_matter::conflict;
use crate::store::error::StoreError;
use crate::store::fs::read::{self, ReadError};
use crate::store::git::merge_setup::attributes;
use crate::store::git::signature::Signature;
use crate::store::journal::save::Writer;
use crate::store::journal::step::{Save, SaveStep};

/// The tracked file that tells other clones which files merge by our rules.
const FILE: &str = ".gitattributes";

/// Sets a clone up, where it is not; what was done is one sentence of the writer's.
///
/// The attributes of a desk are one commit of their own. What fails here fails no command: git then
/// merges texts, and the next command tries again.
pub fn set_up(
    desk: &Desk,
    held: &mut Writer,
    program: &Path,
    author: Signature,
    at: Moment,
) -> Result<(), StoreError> {
    let setup = held.set_up_merges(program)?;
    let committed = match missing(desk) {
        Some(save) if held.commits() => {
            let step = SaveStep {
                message: "git: merge the desk's files by its own rules".to_owned(),
                author,
                at,
                saves: vec![save],
            };
            held.save(&step)?;
            true
        }
        _ => false,
    };
    if setup.driver {
        held.note(if committed {
            "git merges the desk's files by its rules from now on: this clone's configuration names the program, and `.gitattributes` the files."
        } else {
            "git merges the desk's files by its rules from now on: this clone's configuration names the program."
        });
    }
    Ok(())
}

/// The tracked attributes with our lines, where they lack them; `None` also where they cannot be
/// read.
fn missing(desk: &Desk) -> Option<Save> {
    let old = match read::file(&desk.root.join(FILE), read::MAX_PAGE) {
        Ok(old) => Some(old),
        Err(ReadError::Missing) => None,
        Err(_) => return None,
    };
    let text = old.as_deref().unwrap_or_default();
    // Nor is anything added to a file that is in conflict.
    if text.contains("merge=plaindesk") || conflict(FILE, text).is_some() {
        return None;
    }
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let lines = format!("{text}{gap}{}", attributes(""));
    Some(Save {
        path: FILE.to_owned(),
        base: old,
        text: lines,
    })
}
