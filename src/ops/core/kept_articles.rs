//! Articles that a merge of git's took from their path because another article has it.
//!
//! Git's driver can write one file only. The other article waits in the clone's own folder; the next
//! command that writes, once git's operation is over, puts it beside the first.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::rules::merge::article;
use crate::store::error::StoreError;
use crate::store::fs::{read, walk};
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;
use crate::store::git::signature::Signature;
use crate::store::journal::save::Writer;
use crate::store::journal::step::{Save, SaveStep};

const FOLDER: &str = "articles";

#[derive(Serialize, Deserialize)]
struct Kept {
    /// The desk's folder in the work tree.
    prefix: String,
    path: String,
    text: String,
}

/// Keeps an article that is to stand at `path` of the desk in this folder.
pub fn keep(desk: &Path, path: &str, text: &str) -> Result<(), OpError> {
    let repo = Repo::open(desk)?;
    let kept = Kept {
        prefix: repo.prefix().to_owned(),
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let folder = Private::make(&repo, FOLDER)?;
    let name = path.replace('/', "+");
    let text = serde_json::to_string(&kept).map_err(std::io::Error::from)?;
    let temporary = format!("{name}.new");
    folder.write(&temporary, &text)?;
    folder.rename(&temporary, &folder, &format!("{name}.json"))?;
    Ok(())
}

/// Puts the articles that wait in place, unless git is in the middle of something.
pub fn place(
    desk: &Desk,
    held: &mut Writer,
    author: &Signature,
    at: Moment,
) -> Result<(), StoreError> {
    let Some(folder) = Private::open(held.repo(), FOLDER)? else {
        return Ok(());
    };
    for name in folder.names()? {
        let is_whole = Path::new(&name)
            .extension()
            .is_some_and(|ending| ending == "json");
        if !is_whole || held.repo().unfinished().is_some() {
            continue;
        }
        let kept = folder.read(&name);
        let Some(kept) = kept.and_then(|text| serde_json::from_str::<Kept>(&text).ok()) else {
            continue;
        };
        if kept.prefix != held.repo().prefix() {
            continue;
        }
        let Kept { path, text, .. } = kept;
        let id = article::id_of(&path, &text);
        if !is_there(desk, id.as_deref()) {
            let id = id.unwrap_or_default();
            let step = SaveStep {
                message: format!("{id}: another article has its path"),
                author: author.clone(),
                at,
                saves: vec![Save {
                    path: path.clone(),
                    base: None,
                    text,
                }],
            };
            held.save(&step)?;
            held.note(&format!(
                "{id} stands in `{path}` now, for a merge met another article at its path."
            ));
        }
        folder.remove(&name)?;
    }
    Ok(())
}

/// Whether the desk has the article, as after a merge that was taken back.
fn is_there(desk: &Desk, id: Option<&str>) -> bool {
    let all = walk::articles(&desk.root).files.into_iter();
    id.is_some()
        && all
            .filter_map(|(path, _)| Some((read::page(&desk.root, &path).ok()?, path)))
            .any(|(text, path)| article::id_of(&path, &text).as_deref() == id)
}
