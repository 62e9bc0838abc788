//! The user's editor.

use std::path::Path;
use std::process::Command;

use super::ui::Ui;
use crate::ops::desk::Desk;
use crate::ops::editing::{draft_path, write_draft};
use crate::ops::error::OpError;
use crate::store::read;
use crate::store::repo::Repo;

/// What stands under the text while it is written, and is taken out again.
const RULER: &str = "<!-- What stands below this line is not kept. -->";

/// Opens the editor on a file, and waits for its end.
pub fn edit(ui: &Ui, path: &Path) -> Result<(), OpError> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the editor, a program of the user's own choosing"
    )]
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{} \"$@\"", ui.env.editor))
        .arg("desk")
        .arg(path)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(OpError::failed(format!("the editor ended with {status}"))
            .hint(format!("what you wrote is in {}", path.display()))),
        Err(error) => Err(OpError::failed(format!(
            "cannot start the editor `{}`: {error}",
            ui.env.editor
        ))
        .hint("set EDITOR")),
    }
}

/// Has a text written in the editor. The draft stays until the caller has saved the text.
pub fn compose(
    ui: &Ui,
    desk: &Desk,
    name: &str,
    about: &str,
) -> Result<(String, std::path::PathBuf), OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let path = draft_path(&repo, name)?;
    // A draft that an earlier command left is gone on with.
    if path.symlink_metadata().is_err() {
        write_draft(&repo, name, &format!("\n\n{RULER}\n{about}\n"))?;
    }
    edit(ui, &path)?;
    let text =
        read::file(&path, read::MAX_PAGE).map_err(|error| OpError::failed(error.to_string()))?;
    let text = text
        .split(RULER)
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    if text.is_empty() {
        let _ = std::fs::remove_file(&path);
        return Err(OpError::usage("nothing was written, nothing was changed"));
    }
    Ok((text, path))
}
