//! What a merge of git's left unmerged: the versions in its index, and their end.

use std::collections::BTreeMap;
use std::io::Read as _;

use crate::store::error::StoreError;
use crate::store::fs::read;
use crate::store::git::objects::Objects;
use crate::store::git::repo::Repo;

/// A file of which the index holds several versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unmerged {
    /// The path as git names it, relative to the work tree.
    pub tree_path: String,
    /// The path relative to the desk; `None` outside of it.
    pub path: Option<String>,
    /// The base, ours and theirs, each where it is there and is text.
    pub versions: [Option<String>; 3],
    /// Whether a version is there that is no text of ours: too large, a link, not UTF-8.
    pub odd: bool,
    /// The mode that a version has.
    mode: String,
}

impl Unmerged {
    /// A new file of the same mode at another path.
    #[must_use]
    pub fn at(&self, tree_path: String) -> Self {
        Self {
            tree_path,
            mode: self.mode.clone(),
            ..Self::default()
        }
    }
}

impl Repo {
    /// The unmerged files of the whole work tree, by path.
    pub fn unmerged(&self) -> Result<Vec<Unmerged>, StoreError> {
        let listed = self
            .git
            .run(&["ls-files", "--unmerged", "-z"])?
            .or_error()?;
        let mut names: BTreeMap<String, [Option<(String, String)>; 3]> = BTreeMap::new();
        for line in listed
            .split(|byte| *byte == 0)
            .filter(|line| !line.is_empty())
        {
            let line = String::from_utf8_lossy(line).into_owned();
            let Some((facts, path)) = line.split_once('\t') else {
                continue;
            };
            let mut facts = facts.split(' ');
            let (mode, object, stage) = (facts.next(), facts.next(), facts.next());
            let stage = stage.and_then(|stage| stage.parse::<usize>().ok());
            let place = stage
                .and_then(|stage| stage.checked_sub(1))
                .filter(|at| *at < 3);
            if let (Some(mode), Some(object), Some(at)) = (mode, object, place) {
                let all = names.entry(path.to_owned()).or_default();
                all[at] = Some((mode.to_owned(), object.to_owned()));
            }
        }
        let mut objects = Objects::start(&self.git)?;
        let mut found = Vec::new();
        for (tree_path, stages) in names {
            let mut file = Unmerged {
                path: self.in_desk(&tree_path).map(str::to_owned),
                tree_path,
                mode: "100644".to_owned(),
                ..Unmerged::default()
            };
            for (at, stage) in stages.into_iter().enumerate() {
                let Some((mode, object)) = stage else {
                    continue;
                };
                let text = text(&mut objects, &mode, &object)?;
                file.odd |= text.is_none();
                file.versions[at] = text;
                file.mode = mode;
            }
            found.push(file);
        }
        Ok(found)
    }

    /// Tells the index that a file is merged, to a text.
    pub fn settle(&self, file: &Unmerged, text: &str) -> Result<(), StoreError> {
        let args = ["hash-object", "-w", "--stdin"];
        let made = self.git.feed(&args, text.as_bytes())?.or_error()?;
        let object = String::from_utf8_lossy(&made).trim().to_owned();
        let zero = "0".repeat(object.len());
        let (mode, path) = (&file.mode, &file.tree_path);
        let lines = format!("0 {zero}\t{path}\0{mode} {object}\t{path}\0");
        let args = ["update-index", "-z", "--index-info"];
        self.git.feed(&args, lines.as_bytes())?.or_error()?;
        Ok(())
    }
}

/// The text of a blob; `None` where it is none that a desk could hold.
fn text(objects: &mut Objects, mode: &str, object: &str) -> Result<Option<String>, StoreError> {
    let Some(mut blob) = objects.open(object)?.filter(|_| mode.starts_with("100")) else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    blob.read_to_end(&mut bytes)
        .map_err(|source| StoreError::Io {
            doing: "read the object",
            path: object.into(),
            source,
        })?;
    let fits = u64::try_from(bytes.len()).is_ok_and(|size| size <= read::MAX_PAGE);
    Ok(fits.then(|| String::from_utf8(bytes).ok()).flatten())
}
