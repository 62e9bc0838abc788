//! Merging the files of a desk, a whole commit of each side: which version of a file stands, and
//! what becomes of files that moved, are gone on one side, or only share a path.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use crate::model::id::TicketId;
use crate::rules::merge::completeness::begun;
use crate::rules::merge::{self, FileKind, article, ticket};

/// A version of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// An object of git's, by its name.
    Blob(String),
    /// A text that no object holds.
    Text(String),
}

/// A file in which the sides differ, with what both began with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileVersions {
    /// Relative to the desk.
    pub path: String,
    pub base: Option<Version>,
    pub sides: [Option<Version>; 2],
}

/// What a path holds after the merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// What the first or second side has there, which may be nothing.
    Side(usize),
    /// A text of both.
    Text(String),
    /// Nothing.
    Gone,
}

/// What becomes of files, by path relative to the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedFiles {
    pub files: BTreeMap<String, Becomes>,
    /// Paths that are left to a person, and why.
    pub left: BTreeMap<String, String>,
    /// Tickets of a side that got another id.
    pub renamed: Vec<Renamed>,
}

/// A ticket that only shared its id with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// Which side's it is.
    pub side: usize,
    pub old: TicketId,
    pub new: TicketId,
}

impl Renamed {
    /// The new path of a file of the ticket's, its attachments; `None` for others.
    pub fn moved(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix(&folder(self.old))?;
        Some(format!("{}{rest}", folder(self.new)))
    }
}

/// The folder of a ticket's attachments.
fn folder(id: TicketId) -> String {
    let path = id.path();
    format!("{}.files/", path.strip_suffix(".md").unwrap_or(&path))
}

/// Where texts come from.
pub trait Source {
    /// Why there is no answer.
    type Error;

    /// The text of an object; `None` where it is none that a desk could hold.
    fn text(&mut self, blob: &str) -> Result<Option<String>, Self::Error>;

    /// The text of the article with this id where both sides began; `None` for none.
    fn old_article(&mut self, id: &str) -> Result<Option<String>, Self::Error>;
}

/// Merges the files in which two sides differ. The result depends on no order of the sides, but for
/// the numbers in it.
pub fn merge_files<S: Source>(
    files: &[FileVersions],
    zone: Tz,
    source: &mut S,
) -> Result<MergedFiles, S::Error> {
    let mut work = Work {
        zone,
        source,
        merged: MergedFiles::default(),
    };
    let files = &work.tickets_apart(files)?;
    let settled = work.articles(files)?;
    for file in files.iter().filter(|file| !settled.contains(&file.path)) {
        work.file(file)?;
    }
    Ok(work.merged)
}

struct Work<'s, S: Source> {
    zone: Tz,
    source: &'s mut S,
    merged: MergedFiles,
}

/// One article of a side.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Placed {
    path: String,
    text: String,
}

impl<S: Source> Work<'_, S> {
    fn text(&mut self, version: Option<&Version>) -> Result<Option<String>, S::Error> {
        match version {
            None => Ok(None),
            Some(Version::Text(text)) => Ok(Some(text.clone())),
            Some(Version::Blob(blob)) => self.source.text(blob),
        }
    }

    fn becomes(&mut self, path: &str, becomes: Becomes) {
        self.merged.files.insert(path.to_owned(), becomes);
    }

    fn left(&mut self, path: &str, why: &dyn ToString) {
        self.merged.left.insert(path.to_owned(), why.to_string());
    }

    fn file(&mut self, file: &FileVersions) -> Result<(), S::Error> {
        let FileVersions { path, base, sides } = file;
        let [a, b] = sides;
        if base == a || base == b {
            // Changed, made or taken away on one side only.
            let side = usize::from(base == a);
            self.becomes(path, of_side(sides, side));
            return Ok(());
        }
        if let (Some(_), None) | (None, Some(_)) = (a, b) {
            // Taken away here and changed there: it stays.
            let side = usize::from(a.is_none());
            self.becomes(path, of_side(sides, side));
            return Ok(());
        }
        let texts = (self.text(a.as_ref())?, self.text(b.as_ref())?);
        let (Some(a), Some(b)) = texts else {
            self.left(path, &"a version of it is no text that a desk can hold");
            return Ok(());
        };
        let base = self.text(base.as_ref())?.unwrap_or_default();
        match merge::merge(path, &base, &a, &b, self.zone) {
            Ok(text) => {
                let is_side = |side: &Option<Version>, of: &str| {
                    of == text && !matches!(side, Some(Version::Text(_)))
                };
                let texts = [&a, &b];
                let same = (0..2).find(|at| is_side(&sides[*at], texts[*at]));
                self.becomes(path, same.map_or(Becomes::Text(text), Becomes::Side));
            }
            Err(why) => self.left(path, &why),
        }
        Ok(())
    }

    /// Gives tickets that only share an id with another a new one, in all that their side says of
    /// them.
    fn tickets_apart(&mut self, files: &[FileVersions]) -> Result<Vec<FileVersions>, S::Error> {
        let mut files = files.to_vec();
        let mut added = Vec::new();
        for file in &mut files {
            let [Some(a), Some(b)] = &file.sides else {
                continue;
            };
            if FileKind::of(&file.path) != Some(FileKind::Ticket) || a == b {
                continue;
            }
            let (a, b) = (self.text(Some(&a.clone()))?, self.text(Some(&b.clone()))?);
            let (Some(a), Some(b)) = (a, b) else {
                continue;
            };
            let base = self.text(file.base.clone().as_ref())?.unwrap_or_default();
            let mut texts = [a, b];
            for (text, side) in texts.iter_mut().zip(&mut file.sides) {
                if let Some(whole) = begun(text, &base) {
                    text.clone_from(&whole);
                    *side = Some(Version::Text(whole));
                }
            }
            let [a, b] = texts;
            let Some((side, new)) = ticket::apart(&a, &b, self.zone) else {
                continue;
            };
            let name = file.path.rsplit('/').next().unwrap_or_default();
            let Ok(old) = name.trim_end_matches(".md").parse::<TicketId>() else {
                continue;
            };
            let Some(text) = ticket::renamed([&a, &b][side], old, new) else {
                continue;
            };
            file.sides[side] = None;
            file.base = None;
            let mut sides = [None, None];
            sides[side] = Some(Version::Text(text));
            added.push(FileVersions {
                path: new.path(),
                base: None,
                sides,
            });
            self.merged.renamed.push(Renamed { side, old, new });
        }
        for Renamed { side, old, new } in self.merged.renamed.clone() {
            for file in &mut files {
                if file.sides[side] == file.base || file.path == old.path() {
                    continue;
                }
                let version = file.sides[side].clone();
                if let Some(text) = self.text(version.as_ref())?
                    && text.contains(old.as_str())
                {
                    let text = text.replace(old.as_str(), new.as_str());
                    file.sides[side] = Some(Version::Text(text));
                }
            }
        }
        for one in added {
            // Another clone may have told the two apart before.
            match files.iter_mut().find(|file| file.path == one.path) {
                Some(there) => {
                    for (side, new) in there.sides.iter_mut().zip(one.sides) {
                        *side = new.or_else(|| side.take());
                    }
                }
                None => files.push(one),
            }
        }
        Ok(files)
    }

    /// Merges the articles by their ids, wherever they are; returns the paths that are settled.
    fn articles(&mut self, files: &[FileVersions]) -> Result<BTreeSet<String>, S::Error> {
        let mut found: BTreeMap<String, [Vec<Placed>; 3]> = BTreeMap::new();
        let mut paths: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
        for file in files {
            if FileKind::of(&file.path) != Some(FileKind::Article) {
                continue;
            }
            let [a, b] = &file.sides;
            let mut texts = [None, None, None];
            let mut is_sound = true;
            for (at, version) in [&file.base, a, b].into_iter().enumerate() {
                let text = self.text(version.as_ref())?;
                let id = text.as_ref().map(|text| article::id_of(&file.path, text));
                let id = id.flatten();
                is_sound &= version.is_none() || id.is_some() || at == 0;
                texts[at] = text.zip(id);
            }
            if !is_sound {
                // What cannot be read merges by its path, or is left.
                continue;
            }
            paths.insert(
                file.path.clone(),
                [1, 2].map(|at| text_of(texts[at].as_ref())),
            );
            for (at, text) in texts.into_iter().enumerate() {
                if let Some((text, id)) = text {
                    let path = file.path.clone();
                    found.entry(id).or_default()[at].push(Placed { path, text });
                }
            }
        }
        let mut standing: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (id, [base, a, b]) in &found {
            for Placed { path, text } in self.article(id, base, a, b)? {
                standing.entry(path).or_default().push((id.clone(), text));
            }
        }
        self.place(standing, &paths);
        Ok(paths.into_keys().collect())
    }

    /// What becomes of one article: where it stands, and its text.
    fn article(
        &mut self,
        id: &str,
        base: &[Placed],
        a: &[Placed],
        b: &[Placed],
    ) -> Result<Vec<Placed>, S::Error> {
        let old = base.first();
        let (one, other) = match (a, b) {
            ([one], [other]) => (one, other),
            // Made, taken away or changed on one side; taken away and unchanged, it goes.
            ([one], []) | ([], [one]) => {
                let is_gone = old.is_some_and(|old| old == one);
                return Ok(Some(one.clone()).filter(|_| !is_gone).into_iter().collect());
            }
            // One that a side has twice is a fault that `check` names.
            _ => return Ok([a, b].concat()),
        };
        let text = match old {
            Some(old) => Some(old.text.clone()),
            None if one.path == other.path => None,
            None => self.source.old_article(id)?,
        };
        let path = match old {
            _ if one.path == other.path => &one.path,
            Some(old) if old.path == one.path => &other.path,
            Some(old) if old.path == other.path => &one.path,
            _ => (&one.path).min(&other.path),
        };
        match article::merge(path, &text.unwrap_or_default(), &one.text, &other.text) {
            Ok(text) => {
                let path = path.clone();
                Ok(vec![Placed { path, text }])
            }
            Err(why) => {
                self.left(path, &why);
                Ok(Vec::new())
            }
        }
    }

    /// Puts the articles where they are to stand. Of several of one path, those with later ids get
    /// paths that end in them.
    fn place(
        &mut self,
        standing: BTreeMap<String, Vec<(String, String)>>,
        paths: &BTreeMap<String, [Option<String>; 2]>,
    ) {
        for path in paths.keys() {
            self.becomes(path, Becomes::Gone);
        }
        for (path, mut all) in standing {
            all.sort();
            all.dedup();
            for (at, (id, text)) in all.into_iter().enumerate() {
                let own = if at == 0 {
                    path.clone()
                } else {
                    article::own_path(&path, &id)
                };
                let sides = paths.get(&own);
                let side = sides.and_then(|sides| {
                    let is_text = |side: &Option<String>| side.as_ref() == Some(&text);
                    sides.iter().position(is_text)
                });
                self.becomes(&own, side.map_or(Becomes::Text(text), Becomes::Side));
            }
        }
    }
}

/// What a path becomes that has what one side has there.
fn of_side(sides: &[Option<Version>; 2], side: usize) -> Becomes {
    match &sides[side] {
        Some(Version::Text(text)) => Becomes::Text(text.clone()),
        _ => Becomes::Side(side),
    }
}

fn text_of(read: Option<&(String, String)>) -> Option<String> {
    read.map(|(text, _)| text.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Texts;

    impl Source for Texts {
        type Error = std::convert::Infallible;

        fn text(&mut self, blob: &str) -> Result<Option<String>, Self::Error> {
            Ok(Some(blob.to_owned()))
        }

        fn old_article(&mut self, _: &str) -> Result<Option<String>, Self::Error> {
            Ok(Some(ARTICLE.to_owned()))
        }
    }

    const ARTICLE: &str =
        "+++\nid = \"KB-7K3M\"\ntitle = \"VPN\"\nstate = \"draft\"\n+++\n\nNo VPN.\n";

    fn file(path: &str, base: &str, a: &str, b: &str) -> FileVersions {
        let version = |text: &str| (!text.is_empty()).then(|| Version::Blob(text.to_owned()));
        FileVersions {
            path: path.to_owned(),
            base: version(base),
            sides: [version(a), version(b)],
        }
    }

    #[track_caller]
    fn merged(files: &[FileVersions]) -> MergedFiles {
        let merged = merge_files(files, Tz::UTC, &mut Texts).unwrap();
        assert_eq!(merged.left, BTreeMap::new());
        merged
    }

    #[test]
    fn what_one_side_changed_made_or_took_away_stands() {
        let files = [
            file("tickets/2026-11/2611-00001.md", "x", "y", "x"),
            file("kb/network/new.md", "", "", ARTICLE),
            file("templates/call.md", "x", "", "x"),
            file("templates/kept.md", "x", "", "y"),
        ];
        let sides: Vec<Becomes> = merged(&files).files.into_values().collect();
        // By path: the article, the templates, the ticket.
        assert_eq!(sides, [1, 0, 1, 0].map(Becomes::Side));
    }

    #[test]
    fn an_article_moved_here_and_edited_there_is_one_at_the_new_path() {
        let edited = ARTICLE.replace("No VPN.", "No VPN at home.");
        let files = [
            file("kb/network/old.md", ARTICLE, "", &edited),
            file("kb/vpn/new.md", "", ARTICLE, ""),
        ];
        let merged = merged(&files).files;
        assert_eq!(merged["kb/network/old.md"], Becomes::Gone);
        assert_eq!(merged["kb/vpn/new.md"], Becomes::Text(edited));
    }

    /// One clone told two articles of a title apart, another still has the first of them there.
    #[test]
    fn an_article_that_made_way_for_another_takes_nothing_with_it() {
        let other = ARTICLE.replace("KB-7K3M", "KB-2222");
        let files = [
            file("kb/network/vpn.md", ARTICLE, ARTICLE, &other),
            file("kb/network/vpn-kb-7k3m.md", "", "", ARTICLE),
        ];
        let merged = merged(&files).files;
        assert_eq!(merged["kb/network/vpn.md"], Becomes::Side(1));
        assert_eq!(merged["kb/network/vpn-kb-7k3m.md"], Becomes::Side(1));
    }

    #[test]
    fn three_articles_of_one_path_all_stand() {
        let [first, third] = ["KB-2222", "KB-9999"].map(|id| ARTICLE.replace("KB-7K3M", id));
        let files = [
            file("kb/network/vpn.md", "", &third, &first),
            file("kb/network/vpn-kb-7k3m.md", "", "", ARTICLE),
        ];
        let merged = merged(&files).files;
        assert_eq!(merged["kb/network/vpn.md"], Becomes::Side(1));
        assert_eq!(merged["kb/network/vpn-kb-7k3m.md"], Becomes::Side(1));
        assert_eq!(merged["kb/network/vpn-kb-9999.md"], Becomes::Text(third));
    }

    const TICKET: &str = "+++\nid = \"2611-00001\"\ntype = \"action\"\ntitle = \"T\"\nstatus = \"new\"\ncreated = 2026-11-23T09:00:00Z\n+++\nText.\n\n## 2026-11-23T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: new\n";

    /// Two clones drew one id in one month.
    #[test]
    fn of_two_tickets_of_one_id_the_later_gets_another_in_all_clones_alike() {
        let path = "tickets/2026-11/2611-00001.md";
        let later = TICKET.replace(
            "09:00:00Z anna created ^aaaa",
            "10:00:00Z marek created ^bbbb",
        );
        let about = TICKET
            .replace("2611-00001", "2611-00002")
            .replace("Text.", "As in 2611-00001.");
        let files = [
            file(path, "", TICKET, &later),
            file("tickets/2026-11/2611-00002.md", "", "", &about),
        ];
        let one = merged(&files);
        let Renamed { side, old, new } = one.renamed[0];
        assert_eq!((side, old.as_str()), (1, "2611-00001"));
        assert_eq!(one.files[path], Becomes::Side(0));
        let Becomes::Text(moved) = &one.files[&new.path()] else {
            panic!("{one:?}");
        };
        assert!(moved.contains(&format!("id = \"{new}\"")), "{moved}");
        assert!(moved.contains("aliases = [\"2611-00001\"]"), "{moved}");
        let Becomes::Text(about) = &one.files["tickets/2026-11/2611-00002.md"] else {
            panic!("{one:?}");
        };
        assert!(about.contains(&format!("As in {new}.")), "{about}");
        let attached = one.renamed[0].moved("tickets/2026-11/2611-00001.files/log-1.txt");
        assert_eq!(
            attached,
            Some(format!("tickets/2026-11/{new}.files/log-1.txt"))
        );
        // The other way round, and in a clone that has both already and wrote on.
        let swapped = [file(path, "", &later, TICKET)];
        assert_eq!(merged(&swapped).renamed[0].new, new);
        let noted = format!("{later}\n## 2026-11-23T11:00:00Z marek note ^cccc\n\nMore.\n");
        let again = [
            file(path, &later, &noted, TICKET),
            file(&new.path(), "", "", moved),
        ];
        let again = merged(&again).files;
        assert_eq!(again[path], Becomes::Side(1));
        let Becomes::Text(text) = &again[&new.path()] else {
            panic!("{again:?}");
        };
        assert!(text.contains("More.") && text.contains("aliases"), "{text}");
    }

    #[test]
    fn of_two_moves_the_smaller_path_stands() {
        let edited = ARTICLE.replace("No VPN.", "No VPN at home.");
        let files = [
            file("kb/a/vpn.md", "", "", &edited),
            file("kb/b/vpn.md", "", ARTICLE, ""),
        ];
        let merged = merged(&files).files;
        assert_eq!(merged["kb/a/vpn.md"], Becomes::Side(1));
        assert_eq!(merged["kb/b/vpn.md"], Becomes::Gone);
    }
}
