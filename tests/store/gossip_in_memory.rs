//! Clones that pull from one another, played in memory: commits with their parents, merges over the
//! base that git would take, rebases and cherry-picks, so that many runs cost little. Only the merge
//! of ticket files is the program's; what a command would write is written here, line by line.
//!
//! All clones end with one text of each ticket, every entry stands in it once and whole, the front
//! matter is what the log says, and a merge of what is merged changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::gossip::{Numbers, entries, identity};

use plaindesk::page::ticket;
use plaindesk::rules::lifecycle::replay;
use plaindesk::rules::merge::merge;

/// So many runs in CI; `DESK_GOSSIP` asks for others.
const RUNS: u64 = 50;

/// Steps of a run.
const STEPS: usize = 48;

const PEOPLE: [&str; 5] = ["anna", "marek", "ewa", "tom", "lena"];

/// Fields that are changed, with the values that they take.
const FIELDS: [(&str, [&str; 3]); 5] = [
    ("impact", ["person", "team", "site"]),
    ("urgency", ["high", "medium", "low"]),
    ("queue", ["service-desk", "network", "telephony"]),
    ("assignee", ["anna", "marek", "ewa"]),
    ("code", ["NET-OUT", "NET-WIFI", "PRN-JAM"]),
];

type Files = BTreeMap<String, String>;

struct Commit {
    parents: Vec<usize>,
    files: Files,
}

struct World {
    commits: Vec<Commit>,
    heads: Vec<usize>,
    minutes: i64,
    /// How far each clone's clock is off, in minutes.
    skew: Vec<i64>,
    numbers: Numbers,
    /// Entries by file and identity, with their text.
    written: BTreeMap<(String, String), String>,
    told: String,
}

/// A ticket of three fields and one entry.
fn first(id: &str) -> String {
    let facts =
        "impact: team\n- urgency: low\n- queue: service-desk\n- assignee: anna\n- code: NET-OUT";
    format!(
        "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"No network\"\nstatus = \"open\"\nimpact = \"team\"\n\
         urgency = \"low\"\nqueue = \"service-desk\"\nassignee = \"anna\"\ncode = \"NET-OUT\"\n\
         created = 2026-11-23T08:00:00Z\n+++\nIt broke.\n\n\
         ## 2026-11-23T08:00:00Z anna created ^aaaa\n\n- type: action\n- status: open\n- {facts}\n"
    )
}

impl World {
    fn new(seed: u64) -> Self {
        let clones = [2, 3, 5][usize::try_from(seed % 3).unwrap()];
        let ids = ["2611-7K3MQ", "2611-9PD4T", "2611-AAAAA"];
        let files = ids.map(|id| (format!("tickets/2026-11/{id}.md"), first(id)));
        let skewed = seed.is_multiple_of(2);
        Self {
            commits: vec![Commit {
                parents: Vec::new(),
                files: files.into_iter().collect(),
            }],
            heads: vec![0; clones],
            minutes: 1,
            skew: (0..clones)
                .map(|at| {
                    if skewed {
                        [0, 60, -1440, 1440, 7][at]
                    } else {
                        0
                    }
                })
                .collect(),
            numbers: Numbers::new(seed),
            written: BTreeMap::new(),
            told: format!("seed {seed}, {clones} clones\n"),
        }
    }

    fn files(&self, clone: usize) -> &Files {
        &self.commits[self.heads[clone]].files
    }

    fn commit(&mut self, clone: usize, parents: Vec<usize>, files: Files) {
        self.commits.push(Commit { parents, files });
        self.heads[clone] = self.commits.len() - 1;
    }

    fn ancestors(&self, of: usize) -> BTreeSet<usize> {
        let mut all = BTreeSet::new();
        let mut left = vec![of];
        while let Some(at) = left.pop() {
            if all.insert(at) {
                left.extend(&self.commits[at].parents);
            }
        }
        all
    }

    /// The best common ancestor: of several, as where merges crossed, the latest.
    fn base(&self, a: usize, b: usize) -> usize {
        let (a, b) = (self.ancestors(a), self.ancestors(b));
        *a.intersection(&b).last().unwrap()
    }

    fn joined(&self, base: &Files, a: &Files, b: &Files) -> Files {
        let paths: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        let text = |of: &Files, path: &String| of.get(path).cloned().unwrap_or_default();
        let merged = paths.into_iter().map(|path| {
            let [o, a, b] = [base, a, b].map(|of| text(of, path));
            let merged = if a == b || b == o {
                a
            } else if a == o || a.is_empty() {
                b
            } else {
                let once = merge(path, &o, &a, &b, chrono_tz::UTC);
                let turned = merge(path, &o, &b, &a, chrono_tz::UTC);
                assert_eq!(once, turned, "{path}\n{}", self.told);
                once.unwrap_or_else(|why| panic!("{path}: {why}\n{}", self.told))
            };
            (path.clone(), merged)
        });
        merged.collect()
    }

    fn pull(&mut self, clone: usize, from: usize) {
        let (mine, theirs) = (self.heads[clone], self.heads[from]);
        let base = self.base(mine, theirs);
        let _ = writeln!(self.told, "c{clone} pulls c{from}");
        if base == theirs {
            return;
        }
        if base == mine {
            self.heads[clone] = theirs;
            return;
        }
        let [base, a, b] = [base, mine, theirs].map(|at| &self.commits[at].files);
        let files = self.joined(base, a, b);
        self.commit(clone, vec![mine, theirs], files);
    }

    /// The commits of a line that another lacks, without merges, oldest first.
    fn missing(&self, of: usize, other: usize) -> Vec<usize> {
        let there = self.ancestors(other);
        let new = self.ancestors(of).into_iter();
        new.filter(|at| !there.contains(at) && self.commits[*at].parents.len() == 1)
            .collect()
    }

    /// Puts commits on top of a head, one by one, as `rebase` and `cherry-pick` do.
    fn replay(&mut self, clone: usize, head: usize, commits: &[usize]) {
        self.heads[clone] = head;
        for at in commits {
            let now = self.heads[clone];
            let parent = self.commits[*at].parents[0];
            let [base, a, b] = [parent, now, *at].map(|at| &self.commits[at].files);
            let files = self.joined(base, a, b);
            self.commit(clone, vec![now], files);
        }
    }

    fn act(&mut self, clone: usize) {
        let paths: Vec<String> = self.files(clone).keys().cloned().collect();
        let path = paths[self.numbers.below(paths.len())].clone();
        let mut text = self.files(clone)[&path].clone();
        let last = entries(&text).last().unwrap().0.clone();
        let last: chrono::DateTime<chrono::Utc> = last.split(' ').nth(1).unwrap().parse().unwrap();
        let begin: chrono::DateTime<chrono::Utc> = "2026-11-23T08:00:00Z".parse().unwrap();
        let own = begin + chrono::Duration::minutes(self.minutes + self.skew[clone]);
        let at = own.max(last + chrono::Duration::milliseconds(1));
        let form = if at.timestamp_subsec_millis() == 0 {
            "%Y-%m-%dT%H:%M:%SZ"
        } else {
            "%Y-%m-%dT%H:%M:%S%.3fZ"
        };
        let tag: String = (0..4)
            .map(|_| char::from(b"0123456789abcdefghjkmnpqrstvwxyz"[self.numbers.below(32)]))
            .collect();
        let head = format!("## {} {}", at.format(form), PEOPLE[clone]);
        let words = format!("{} says {}.", PEOPLE[clone], self.numbers.below(1000));
        let entry = match self.numbers.below(10) {
            0..=4 => format!("{head} note ^{tag}\n\n{words}\n\nAnd more.\n"),
            5 => {
                let (add, take) = (self.numbers.one(&["a", "b"]), self.numbers.one(&["c", "d"]));
                let old = tags(&text);
                let mut new: Vec<String> = old.iter().filter(|one| *one != take).cloned().collect();
                if !new.iter().any(|one| one == add) {
                    new.push(add.to_owned());
                }
                let change = match (
                    old.contains(&add.to_owned()),
                    old.contains(&take.to_owned()),
                ) {
                    (true, false) => return,
                    (false, false) => format!("+{add}"),
                    (true, true) => format!("-{take}"),
                    (false, true) => format!("+{add} -{take}"),
                };
                text = with_tags(&text, &new);
                format!("{head} set ^{tag}\n\n- tags: {change}\n")
            }
            // By hand, of which the merge makes an entry of its own.
            6 if clone == 0 => {
                let line = "title = \"No network\"";
                let title = format!("title = \"No network {}\"", self.minutes);
                text = text.replacen(line, &title, 1);
                format!("{head} note ^{tag}\n\n{words}\n")
            }
            _ => {
                let (field, values) = FIELDS[self.numbers.below(FIELDS.len())];
                let old = value(&text, field);
                let new = self.numbers.one(&values).to_owned();
                if old == new {
                    return;
                }
                text = text.replacen(
                    &format!("\n{field} = \"{old}\"\n"),
                    &format!("\n{field} = \"{new}\"\n"),
                    1,
                );
                format!("{head} set ^{tag}\n\n- {field}: {old} -> {new}\n")
            }
        };
        let _ = writeln!(self.told, "c{clone} {path} {entry:?}");
        let _ = write!(text, "\n{entry}");
        let (heading, body) = entries(&entry).remove(0);
        self.written
            .insert((path.clone(), identity(&heading)), body);
        let mut files = self.files(clone).clone();
        files.insert(path, text);
        let head = self.heads[clone];
        self.commit(clone, vec![head], files);
    }

    fn work(&mut self) {
        let clones = self.heads.len();
        for _ in 0..STEPS {
            self.minutes += i64::try_from(self.numbers.below(45)).unwrap();
            let clone = self.numbers.below(clones);
            self.act(clone);
            let other = (clone + 1 + self.numbers.below(clones - 1)) % clones;
            match self.numbers.below(12) {
                0 | 1 => self.pull(clone, other),
                // Both merge the same two heads, each for itself.
                2 => {
                    let (mine, theirs) = (self.heads[clone], self.heads[other]);
                    self.pull(clone, other);
                    let merged = std::mem::replace(&mut self.heads[clone], mine);
                    self.pull(other, clone);
                    self.heads[clone] = merged;
                    assert_eq!(self.files(clone), self.files(other), "{}", self.told);
                    assert!(self.ancestors(merged).contains(&theirs));
                }
                3 => {
                    let _ = writeln!(self.told, "c{clone} rebases on c{other}");
                    let own = self.missing(self.heads[clone], self.heads[other]);
                    self.replay(clone, self.heads[other], &own);
                }
                4 => {
                    let _ = writeln!(self.told, "c{clone} picks of c{other}");
                    let mut new = self.missing(self.heads[other], self.heads[clone]);
                    new.truncate(3);
                    self.replay(clone, self.heads[clone], &new);
                }
                _ => {}
            }
        }
        for _ in 0..3 {
            for clone in 0..clones {
                for other in (0..clones).filter(|other| *other != clone) {
                    self.pull(clone, other);
                }
            }
        }
    }

    fn judge(&self) {
        let told = &self.told;
        for clone in 1..self.heads.len() {
            assert_eq!(self.files(0), self.files(clone), "c{clone}\n{told}");
        }
        for ((path, of), body) in &self.written {
            let all = entries(&self.files(0)[path]);
            let mut found = all.iter().filter(|(heading, _)| identity(heading) == *of);
            let text = found.next().map(|(_, text)| text);
            assert_eq!(text, Some(body), "{of} of {path}\n{told}");
            assert_eq!(found.next(), None, "{of} of {path} is there twice\n{told}");
        }
        for (path, text) in self.files(0) {
            let name = path.rsplit('/').next().unwrap().trim_end_matches(".md");
            let page = ticket::read(name.parse().unwrap(), text.clone()).unwrap();
            assert!(page.problems.is_empty(), "{:?}\n{told}", page.problems);
            let differences = replay::differences(&page.ticket);
            assert!(differences.is_empty(), "{path}: {differences:?}\n{told}");
            let again = merge(path, "", text, text, chrono_tz::UTC);
            assert_eq!(again.as_ref(), Ok(text), "{told}");
        }
    }
}

fn value(text: &str, field: &str) -> String {
    let line = |line: &str| line.strip_prefix(&format!("{field} = ")).map(str::to_owned);
    let found = text.lines().find_map(line).unwrap();
    found.trim_matches('"').to_owned()
}

fn tags(text: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("tags = ["));
    let all = line.unwrap_or_default().trim_end_matches(']').split(", ");
    all.filter(|tag| !tag.is_empty())
        .map(|tag| tag.trim_matches('"').to_owned())
        .collect()
}

fn with_tags(text: &str, tags: &[String]) -> String {
    let quoted: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
    let line = format!("tags = [{}]\n", quoted.join(", "));
    let without: String = text
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("tags = ["))
        .collect();
    let line = if tags.is_empty() { "" } else { &line };
    without.replacen(
        "created = 2026-11-23T08:00:00Z\n",
        &format!("created = 2026-11-23T08:00:00Z\n{line}"),
        1,
    )
}

#[test]
fn clones_in_memory_end_alike_and_whole() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let runs = number("DESK_GOSSIP").map_or(RUNS, |runs: u64| runs * 20);
    let first = number("DESK_SEED").unwrap_or(1);
    let mut entries = 0;
    for seed in first..first + runs {
        let mut world = World::new(seed);
        world.work();
        world.judge();
        entries += world.written.len();
    }
    println!("gossip in memory: {runs} runs, {entries} entries");
}
