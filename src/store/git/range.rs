//! The commits of a range, one by one, with what each of them changed.

use crate::model::moment::Moment;
use crate::store::error::StoreError;
use crate::store::git::child::Manner;
use crate::store::git::history::TreeFile;
use crate::store::git::repo::Repo;

/// The commits that lead to `new` and to none of `known`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRange {
    /// What the end is compared with; `None` where there was nothing before.
    pub old: Option<String>,
    pub known: Vec<String>,
    pub new: String,
}

impl CommitRange {
    /// What leads from one commit to another.
    pub fn between(old: &str, new: &str) -> Self {
        Self {
            old: Some(old.to_owned()),
            known: vec![old.to_owned()],
            new: new.to_owned(),
        }
    }

    /// What leads to a commit and to none of others, compared with nothing.
    pub fn of(new: &str, known: &[&str]) -> Self {
        Self {
            old: None,
            known: known.iter().map(|known| (*known).to_owned()).collect(),
            new: new.to_owned(),
        }
    }

    /// The range as arguments of git's.
    fn args(&self) -> Vec<&str> {
        let mut args = vec![self.new.as_str()];
        if !self.known.is_empty() {
            args.push("--not");
            args.extend(self.known.iter().map(String::as_str));
        }
        args.push("--");
        args
    }
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeCommit {
    pub commit: String,
    pub parents: Vec<String>,
    /// The author's name and address.
    pub name: String,
    pub email: String,
    /// The addresses of those whom the message names as authors too, as a squash by a forge does.
    pub co_authors: Vec<String>,
    /// When its author made it.
    pub when: Moment,
    /// What it changed; of a merge, what is as in none of its parents.
    pub files: Vec<RangeFile>,
}

/// A file that a commit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeFile {
    /// The path in the work tree, `/` between the parts.
    pub path: String,
    /// What each parent has there.
    pub before: Vec<Option<TreeFile>>,
    pub after: Option<TreeFile>,
}

impl RangeFile {
    /// Reads `:100644 100644 BLOB BLOB M`, with one more colon, mode and object for each further
    /// parent.
    fn read(about: &str, path: &[u8]) -> Option<Self> {
        let rest = about.trim_start_matches(':');
        let parents = about.len() - rest.len();
        let fields: Vec<&str> = rest.split(' ').collect();
        let (modes, blobs) = fields.get(..2 * (parents + 1))?.split_at(parents + 1);
        let file = |(mode, blob): (&&str, &&str)| {
            (*mode != "000000").then(|| TreeFile {
                mode: (*mode).to_owned(),
                blob: (*blob).to_owned(),
            })
        };
        let mut before: Vec<Option<TreeFile>> = modes.iter().zip(blobs).map(file).collect();
        let after = before.pop()?;
        Some(Self {
            path: String::from_utf8_lossy(path).into_owned(),
            before,
            after,
        })
    }
}

/// Commit, parents, author, address, date, further authors.
const FORMAT: &str = "--format=%x01%H%x02%P%x02%an%x02%ae%x02%at%x02%(trailers:key=Co-authored-by,valueonly,separator=%x03)";

/// Reads what `FORMAT` prints.
fn head(text: &str) -> Option<RangeCommit> {
    let fields: Vec<&str> = text.trim_end().split('\u{2}').collect();
    let [commit, parents, name, email, seconds, co_authors] = fields[..] else {
        return None;
    };
    let when = chrono::DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
    let address = |person: &str| Some(person.rsplit_once('<')?.1.trim_end_matches('>').to_owned());
    Some(RangeCommit {
        commit: commit.to_owned(),
        parents: parents.split_whitespace().map(str::to_owned).collect(),
        name: name.to_owned(),
        email: email.to_owned(),
        co_authors: co_authors.split('\u{3}').filter_map(address).collect(),
        when: Moment::new(&when),
        files: Vec::new(),
    })
}

impl Repo {
    /// The commits of a range, parents before children.
    pub fn commits_of(&self, range: &CommitRange) -> Result<Vec<RangeCommit>, StoreError> {
        self.log_of(range, &["-c"])
    }

    /// The commits of a range, as `git log` tells them with more options.
    pub(in crate::store::git) fn log_of(
        &self,
        range: &CommitRange,
        options: &[&str],
    ) -> Result<Vec<RangeCommit>, StoreError> {
        let mut args = vec!["log", "--reverse", "--topo-order", "--root", "--raw"];
        args.extend(options);
        args.extend(["-z", "--no-abbrev", "--no-renames", "--no-show-signature"]);
        args.push(FORMAT);
        args.extend(range.args());
        let listed = self.git.run(&args)?.or_error()?;
        let mut all: Vec<RangeCommit> = Vec::new();
        let mut parts = listed.split(|byte| *byte == 0);
        while let Some(part) = parts.next() {
            let part = String::from_utf8_lossy(part);
            let part = part.trim_start_matches('\n');
            if let Some(words) = part.strip_prefix('\u{1}') {
                all.push(head(words).ok_or_else(|| odd(words))?);
            } else if part.starts_with(':') {
                let path = parts.next().ok_or_else(|| odd(part))?;
                let file = RangeFile::read(part, path).ok_or_else(|| odd(part))?;
                if let Some(last) = all.last_mut() {
                    last.files.push(file);
                }
            }
        }
        Ok(all)
    }

    /// The range that a new branch brings, of what no other reference has: none of those that
    /// `others`, like `--all` or `--remotes`, stands for. It is compared with the newest commit that
    /// it begins at.
    pub fn new_commits(&self, new: &str, others: &str) -> Result<CommitRange, StoreError> {
        let args = [
            "rev-list",
            "--boundary",
            "--topo-order",
            new,
            "--not",
            others,
        ];
        let listed = self.git.run(&args)?.or_error()?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let known: Vec<String> = listed
            .lines()
            .filter_map(|line| line.strip_prefix('-'))
            .map(str::to_owned)
            .collect();
        // Nothing is new where another reference has it all.
        let known = if listed.is_empty() {
            vec![new.to_owned()]
        } else {
            known
        };
        Ok(CommitRange {
            old: known.first().cloned(),
            known,
            new: new.to_owned(),
        })
    }

    /// What the next commit would change: what is staged in the desk.
    pub fn staged(&self) -> Result<Vec<RangeFile>, StoreError> {
        self.against_head(true)
    }

    /// What in the desk is not as in the last commit, staged or not. There is no object for what the
    /// work tree has: its name is all zeros.
    pub fn uncommitted(&self) -> Result<Vec<RangeFile>, StoreError> {
        let mut found = self.against_head(false)?;
        let desk = self.in_tree("");
        let mut args = vec!["ls-files", "--others", "--exclude-standard", "-z", "--"];
        args.extend(Some(desk.as_str()).filter(|desk| !desk.is_empty()));
        let listed = self.git.run(&args)?.or_error()?;
        let names = listed.split(|byte| *byte == 0);
        found.extend(names.filter(|name| !name.is_empty()).map(|name| RangeFile {
            path: String::from_utf8_lossy(name).into_owned(),
            before: vec![None],
            after: Some(TreeFile {
                mode: "100644".to_owned(),
                blob: "0".repeat(40),
            }),
        }));
        Ok(found)
    }

    fn against_head(&self, staged: bool) -> Result<Vec<RangeFile>, StoreError> {
        let begin = if let Some(head) = self.commit_named("HEAD")? {
            head
        } else {
            let args = ["hash-object", "-t", "tree", "/dev/null"];
            let name = self.git.run(&args)?.or_error()?;
            String::from_utf8_lossy(&name).trim().to_owned()
        };
        let desk = self.in_tree("");
        let mut args = vec!["diff-index", "--raw", "-z", "--no-abbrev", "--no-renames"];
        args.extend(staged.then_some("--cached"));
        args.extend([begin.as_str(), "--"]);
        args.extend(Some(desk.as_str()).filter(|desk| !desk.is_empty()));
        let mut command = self.git.command(Manner::Alone, &args);
        self.config().without_filters(&mut command);
        let listed = self
            .git
            .feed_command(command, args.join(" "), b"")?
            .or_error()?;
        let mut found = Vec::new();
        let mut parts = listed.split(|byte| *byte == 0);
        while let (Some(about), Some(path)) = (parts.next(), parts.next()) {
            let about = String::from_utf8_lossy(about);
            found.push(RangeFile::read(&about, path).ok_or_else(|| odd(&about))?);
        }
        Ok(found)
    }

    /// Whether one commit leads to another.
    pub fn leads_to(&self, from: &str, to: &str) -> Result<bool, StoreError> {
        let args = ["merge-base", "--is-ancestor", from, to];
        Ok(self.git.run(&args)?.ok)
    }
}

fn odd(answer: &str) -> StoreError {
    StoreError::Answer {
        command: "log --raw".to_owned(),
        answer: answer
            .chars()
            .take(200)
            .collect::<String>()
            .escape_debug()
            .to_string(),
    }
}
