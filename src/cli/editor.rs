//! The user's editor.

use crate::cli::messages::CommandError;
use std::path::Path;
use std::process::Command;

use crate::cli::ui::Ui;
use crate::ops::core::desk::Desk;
use crate::ops::core::drafts::Draft;
use crate::ops::core::error::OpError;
use crate::store::git::repo::Repo;

/// What stands under the text while it is written, and is taken out again.
const RULER: &str = "<!-- This line and the next are taken out; all other words are kept. -->";

/// What the editor is opened on.
pub fn begins(text: Text<'_>) -> String {
    let above = match text.above {
        "" => String::new(),
        above => format!("{above}\n\n"),
    };
    format!("{above}{}\n\n{RULER}\n{}\n", text.begins, text.about)
}

/// Opens the editor on a draft, and waits for its end. `again` is the command that takes the draft up
/// again, should that be needed.
pub fn open(ui: &Ui, draft: &Draft, again: &str) -> Result<(), OpError> {
    let place = draft.path.display();
    if draft.resumed {
        ui.note(&format!(
            "this goes on with an earlier draft; to begin anew, remove {place}"
        ));
    }
    if let Some(aside) = &draft.aside {
        ui.warn(&format!("an earlier draft is kept in {}", aside.display()));
    }
    edit(ui, &draft.path).map_err(|error| draft.kept(error, again))
}

fn edit(ui: &Ui, path: &Path) -> Result<(), OpError> {
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
        Ok(status) => Err(CommandError::EditorFailed(&status).error()),
        Err(error) => Err(CommandError::NoEditor(&ui.env.editor, &error).error()),
    }
}

/// A text to be written in the editor.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The name of its draft.
    pub name: &'a str,
    /// Lines above it, each a comment of HTML, which are taken out again.
    pub above: &'a str,
    /// What it begins with.
    pub begins: &'a str,
    /// What it is about, a line.
    pub about: &'a str,
}

/// Has a text written in the editor. The draft stays until the caller has saved the text.
pub fn compose(
    ui: &Ui,
    desk: &Desk,
    text: Text<'_>,
    again: &str,
) -> Result<(String, Draft), OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let given = format!("\n\n{RULER}\n{}\n", text.about);
    let begins = begins(text);
    let has_above = !text.above.is_empty();
    let draft = Draft::open(&repo, text.name, &begins, true)?;
    open(ui, &draft, again)?;
    let written = draft.text().map_err(|error| draft.kept(error, again))?;
    // An earlier command may have put other lines there.
    let written = if has_above { below(&written) } else { &written };
    let text = without(written, &given);
    if text.is_empty() {
        draft.done();
        return Err(CommandError::NothingWritten.error());
    }
    Ok((text, draft))
}

/// A text without the comments above it.
fn below(text: &str) -> &str {
    let mut rest = text;
    loop {
        let line = rest.lines().next().unwrap_or_default();
        let is_comment = line.starts_with("<!-- ") && line.trim_end().ends_with(" -->");
        if rest.is_empty() || !(is_comment || line.trim().is_empty()) {
            return rest;
        }
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
}

/// A text without the lines that stood in its draft before anybody wrote in it.
fn without(text: &str, base: &str) -> String {
    let mut given: Vec<&str> = base
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let mut lines: Vec<&str> = text.lines().collect();
    // From the end, where they stood: the same words further up are somebody's own.
    while let Some(line) = given.pop() {
        if let Some(at) = lines
            .iter()
            .rposition(|one| one.trim_end() == line.trim_end())
        {
            lines.remove(at);
        }
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{below, without};

    #[test]
    fn comments_above_a_text_are_taken_out() {
        let text = "<!-- To: jan@acme.example -->\n<!-- Subject: x -->\n\nHello.\n<!-- kept -->\n";
        assert_eq!(below(text), "Hello.\n<!-- kept -->\n");
        assert_eq!(below("Hello.\n"), "Hello.\n");
        assert_eq!(below("<!-- To: x -->"), "");
    }

    #[test]
    fn only_the_lines_that_were_given_are_taken_out() {
        let base = "\n\n<!-- ruler -->\nnote on 1: x\n";
        for (text, kept) in [
            ("mine\n\n<!-- ruler -->\nnote on 1: x\n", "mine"),
            ("\n\n<!-- ruler -->\nnote on 1: x\nmine\n", "mine"),
            ("a\n<!-- ruler -->\nb\nnote on 1: x\nc", "a\nb\nc"),
            ("note on 1: x\n<!-- ruler -->\nnote on 1: x", "note on 1: x"),
            ("\n<!-- ruler -->\nnote on 1: y", "note on 1: y"),
            ("mine\r\n<!-- ruler -->\r\nnote on 1: x\r\n", "mine"),
            ("\n\n<!-- ruler -->\nnote on 1: x\n", ""),
        ] {
            assert_eq!(without(text, base), kept, "{text:?}");
        }
    }
}
