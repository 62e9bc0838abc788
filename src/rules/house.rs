//! The rules of the house for what is committed: who may change what, so that a server or a check of
//! pull requests can refuse what the program itself would never write.
//!
//! Only managers publish and retire articles and change settings and templates; nobody rewrites or
//! takes away another's entry or attachment; an id is never used again; a commit's author is the
//! agent of its entries; no entry is later than the clock that judges, or much earlier than its
//! commit. Entries by the program itself, imports and merges have no author to ask.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::model::article::ArticleState;
use crate::model::entry::{self, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time;
use crate::model::moment::Moment;
use crate::page::{article, log, settings};
use crate::rules::merge::FileKind;
use crate::rules::merge::log::REDACTED;

/// So much later than the judging clock an entry may be dated.
pub const AHEAD: TimeDelta = TimeDelta::minutes(2);

/// So much earlier than its commit an entry may be dated: what is told from memory, or was saved by
/// an interview that took its time.
pub const BEHIND: TimeDelta = TimeDelta::hours(24);

/// A rule of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Nobody rewrites or takes away another's entry or attachment.
    Others,
    /// A commit's author is the agent of its entries.
    Author,
    /// Only managers publish and retire articles.
    Articles,
    /// Only managers change settings, catalogue and templates.
    Settings,
    /// An id is never used again.
    Ids,
    /// Entries are dated when they were written.
    Times,
    /// A merge leaves nothing out.
    Merges,
}

impl Rule {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Others => "others",
            Self::Author => "author",
            Self::Articles => "articles",
            Self::Settings => "settings",
            Self::Ids => "ids",
            Self::Times => "times",
            Self::Merges => "merges",
        }
    }

    /// What to do about it, as one sentence.
    pub fn way_out(self) -> &'static str {
        match self {
            Self::Others => "put back what was there, and say what is new in an entry of your own",
            Self::Author => {
                "commit as the agent who wrote it: `desk` does, and `git commit --author` for work by hand"
            }
            Self::Articles => {
                "leave it in review: `desk kb review`, and have a manager run `desk kb publish` or `desk kb retire`"
            }
            Self::Settings => "have a manager make the change, or merge it",
            Self::Ids => "give the new ticket an id of its own: `desk new` draws one",
            Self::Times => "say when it was: `desk redate ID --entry TAG TIME`",
            Self::Merges => "bring it back: `desk check --merges OLD..HEAD --fix`, or `desk sync`",
        }
    }
}

/// Something against a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub rule: Rule,
    /// What is wrong, without a full stop.
    pub what: String,
}

/// Who made a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Author<'a> {
    /// The agent, or `desk`; `None` for somebody who is no agent.
    pub handle: Option<&'a str>,
    /// The name in the commit.
    pub name: &'a str,
    pub is_manager: bool,
    /// The agents whom the commit names as authors too.
    pub others: &'a [&'a str],
}

impl Author<'_> {
    /// Whether the commit names an agent as an author.
    fn includes(&self, handle: &str) -> bool {
        self.handle == Some(handle) || self.others.contains(&handle)
    }
}

/// An entry as it stands in a file.
struct Told {
    entry: Entry,
    text: String,
    is_complete: bool,
}

fn entries(text: &str) -> BTreeMap<String, Told> {
    let all = log::read(text, 0).entries.into_iter();
    all.map(|logged| {
        let told = Told {
            text: text[logged.span.clone()].trim().to_owned(),
            is_complete: logged.sketch.is_none(),
            entry: logged.entry,
        };
        (told.entry.identity(), told)
    })
    .collect()
}

/// What a commit did to a file of the desk that is against the rules; `path` is relative to the desk.
pub fn breaches(
    author: Author<'_>,
    path: &str,
    old: Option<&str>,
    new: Option<&str>,
) -> Vec<Breach> {
    match FileKind::of(path) {
        Some(FileKind::Ticket) => of_ticket(author, old, new),
        Some(FileKind::Article) => of_article(author, path, old, new),
        Some(FileKind::Settings) if !author.is_manager => {
            // What has no settings yet has no managers.
            let is_free = old.is_none_or(|old| is_free(author, old, new.unwrap_or_default()));
            if is_free {
                return Vec::new();
            }
            let who = author.handle.unwrap_or(author.name);
            vec![Breach {
                rule: Rule::Settings,
                what: format!("`{who}` is no manager, and changed it"),
            }]
        }
        Some(FileKind::Template) if !author.is_manager => {
            let who = author.handle.unwrap_or(author.name);
            vec![Breach {
                rule: Rule::Settings,
                what: format!("`{who}` is no manager, and changed it"),
            }]
        }
        _ => Vec::new(),
    }
}

/// Whether a change of the settings is anybody's: names that came in with a log, or one's own
/// absences.
fn is_free(author: Author<'_>, old: &str, new: &str) -> bool {
    let of_own = |handle: &&str| settings::absence::changes_only_those_of(handle, old, new);
    settings::only_adds_imported(old, new) || author.handle.iter().chain(author.others).any(of_own)
}

fn of_ticket(author: Author<'_>, old: Option<&str>, new: Option<&str>) -> Vec<Breach> {
    let (before, now) = (
        entries(old.unwrap_or_default()),
        entries(new.unwrap_or_default()),
    );
    let mut found = Vec::new();
    let began = |all: &BTreeMap<String, Told>| {
        let mut created = all
            .values()
            .filter(|told| told.entry.kind == EntryKind::Created);
        created.next().map(|told| told.entry.identity())
    };
    if let (Some(was), Some(is)) = (began(&before), began(&now))
        && was != is
        && !now.contains_key(&was)
    {
        let what = "another ticket stands where one was".to_owned();
        found.push(Breach {
            rule: Rule::Ids,
            what,
        });
        return found;
    }
    let is_redact = |told: &&Told| told.entry.kind == EntryKind::Redact;
    let redacted: Vec<&str> = now
        .values()
        .filter(is_redact)
        .flat_map(|told| told.entry.values(entry::OF))
        .collect();
    // The values that the log has of a redacted field.
    let is_marked = |identity: &str| {
        let is_new = |told: &&Told| !before.contains_key(&told.entry.identity());
        let any = now.values().filter(is_redact).any(|told| is_new(&told));
        let is = now.get(identity).map(|told| told.text.as_str());
        any && is.is_some_and(|text| text.contains(REDACTED))
    };
    for (identity, was) in &before {
        let by = was.entry.by.as_str();
        let is_own = author.includes(by);
        let is_redacted = redacted.contains(&identity.as_str()) || is_marked(identity);
        if is_own || !was.is_complete || is_redacted {
            continue;
        }
        let done = match now.get(identity) {
            None => "took away",
            Some(is) if is.text != was.text => "rewrote",
            Some(_) => continue,
        };
        let (kind, who) = (&was.entry.kind, author.handle.unwrap_or(author.name));
        found.push(Breach {
            rule: Rule::Others,
            what: format!("`{who}` {done} the entry `{kind}` by `{by}`"),
        });
    }
    for (identity, is) in &now {
        let entry = &is.entry;
        let is_free = entry.is_derived() || entry.is_imported() || entry.by.is_desk();
        if before.contains_key(identity) || is_free || author.includes(entry.by.as_str()) {
            continue;
        }
        let who = author.handle.unwrap_or(author.name);
        found.push(Breach {
            rule: Rule::Author,
            what: format!(
                "`{who}` committed the entry `{}` by `{}`",
                entry.kind, entry.by
            ),
        });
    }
    found.extend(undone_of_others(&before, &now));
    found
}

/// Whoever takes back what somebody else wrote. What is not there may come with the next merge.
fn undone_of_others<'t>(
    before: &'t BTreeMap<String, Told>,
    now: &'t BTreeMap<String, Told>,
) -> impl Iterator<Item = Breach> + 't {
    let new = now.iter().filter(|(identity, told)| {
        told.entry.kind == EntryKind::Undo && !before.contains_key(*identity)
    });
    new.flat_map(move |(_, told)| {
        let undo = &told.entry;
        let about = undo.attributes.iter().filter(|(key, _)| key == entry::OF);
        let others = about.filter_map(move |(_, of)| {
            let other = &now.get(of)?.entry;
            (other.by != undo.by).then(|| Breach {
                rule: Rule::Others,
                what: format!(
                    "`{}` took back the entry `{}` by `{}`",
                    undo.by, other.kind, other.by
                ),
            })
        });
        others.collect::<Vec<_>>()
    })
}

fn of_article(author: Author<'_>, path: &str, old: Option<&str>, new: Option<&str>) -> Vec<Breach> {
    let read = |text: Option<&str>| {
        let page = article::read(path, text?.to_owned()).ok()?;
        Some(page.article)
    };
    let old = read(old);
    let (was, is) = (
        old.as_ref().map(|old| old.state),
        read(new).map(|new| new.state),
    );
    // Nobody but its author has used it: `desk undo` retires what `desk kb new` made.
    let is_own_draft = old.is_some_and(|old| {
        matches!(old.state, ArticleState::Draft | ArticleState::Review)
            && author.handle.is_some()
            && old.owner.as_deref() == author.handle
            && old.published.is_none()
    });
    if is == Some(ArticleState::Retired) && is_own_draft {
        return Vec::new();
    }
    let is_managers =
        |state: &ArticleState| matches!(state, ArticleState::Published | ArticleState::Retired);
    match is
        .filter(is_managers)
        .filter(|_| is != was && !author.is_manager)
    {
        Some(state) => vec![Breach {
            rule: Rule::Articles,
            what: format!(
                "`{}` is no manager, and made it {}",
                author.handle.unwrap_or(author.name),
                state.as_str()
            ),
        }],
        None => Vec::new(),
    }
}

/// The identities of a ticket's entries.
pub fn identities(text: &str) -> impl Iterator<Item = String> {
    let all = log::read(text, 0).entries.into_iter();
    all.map(|logged| logged.entry.identity())
}

/// The entries that only the later text of a ticket has and that are dated wrongly. `committed` tells
/// when an entry, by its identity, was committed, and is `None` for one that is not to be judged;
/// `now` is the clock that judges.
pub fn times(
    old: Option<&str>,
    new: &str,
    now: Moment,
    committed: &dyn Fn(&str) -> Option<Moment>,
) -> Vec<Breach> {
    let before = entries(old.unwrap_or_default());
    let log: Vec<Entry> = log::read(new, 0)
        .entries
        .into_iter()
        .map(|logged| logged.entry)
        .collect();
    let mut found = Vec::new();
    for (entry, at) in log.iter().zip(entry_time::own(&log)) {
        let identity = entry.identity();
        let is_free = entry.is_derived() || entry.is_imported() || entry.by.is_desk();
        if is_free || before.contains_key(&identity) {
            continue;
        }
        let Some(when) = committed(&identity) else {
            continue;
        };
        let late = when.since(at) > BEHIND;
        let wrong = if at.since(now) > AHEAD {
            "later than now"
        } else if late {
            "more than a day before its commit"
        } else {
            continue;
        };
        found.push(Breach {
            rule: Rule::Times,
            what: format!(
                "the entry `{}` by `{}` ^{} is dated {wrong}",
                entry.kind, entry.by, entry.tag
            ),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: &str = "+++\nid = \"2611-00001\"\n+++\nText.\n\n## 2026-11-23T09:00:00Z anna created ^aaaa\n\n- status: new\n\n## 2026-11-23T10:00:00Z marek note ^bbbb\n\nMarek's.\n";
    const PATH: &str = "tickets/2026-11/2611-00001.md";

    fn by(handle: &str, is_manager: bool) -> Author<'_> {
        Author {
            handle: Some(handle),
            name: handle,
            is_manager,
            others: &[],
        }
    }

    fn rules(author: Author<'_>, path: &str, old: &str, new: &str) -> Vec<Rule> {
        let text = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        let (old, new): (&'static str, &'static str) =
            (old.to_owned().leak(), new.to_owned().leak());
        let found = breaches(author, path, text(old), text(new));
        found.into_iter().map(|breach| breach.rule).collect()
    }

    #[test]
    fn others_entries_stay_as_they_are_and_own_ones_may_be_written() {
        let edited = TICKET.replace("Marek's.", "Changed.");
        assert_eq!(
            rules(by("anna", true), PATH, TICKET, &edited),
            [Rule::Others]
        );
        assert_eq!(rules(by("marek", false), PATH, TICKET, &edited), []);
        let gone = TICKET
            .split("\n## 2026-11-23T10")
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(rules(by("anna", true), PATH, TICKET, &gone), [Rule::Others]);
        assert_eq!(rules(by("anna", true), PATH, TICKET, "").len(), 1);
        let more = format!("{TICKET}\n## 2026-11-23T11:00:00Z anna note ^cccc\n\nAnna's.\n");
        assert_eq!(rules(by("anna", false), PATH, TICKET, &more), []);
        assert_eq!(
            rules(by("marek", false), PATH, TICKET, &more),
            [Rule::Author]
        );
        let swept =
            format!("{TICKET}\n## 2026-11-23T11:00:00Z desk remind ^abcdefgh\n\n- clock: reply\n");
        assert_eq!(rules(by("marek", false), PATH, TICKET, &swept), []);
        let other = TICKET.replace("anna created ^aaaa", "anna created ^dddd");
        assert_eq!(rules(by("anna", true), PATH, TICKET, &other), [Rule::Ids]);
    }

    #[test]
    fn everybody_takes_back_their_own_entries_only() {
        let undo = |by: &str, of: &str| {
            format!("{TICKET}\n## 2026-11-23T11:00:00Z {by} undo ^cccc\n\n- of: {of}\n")
        };
        let note = "2026-11-23T10:00:00Z marek note ^bbbb";
        let found = |by_whom: &'static str, of: &str| {
            rules(by(by_whom, true), PATH, TICKET, &undo(by_whom, of))
        };
        assert_eq!(found("marek", note), []);
        assert_eq!(found("anna", note), [Rule::Others]);
        // It may come with the next merge.
        assert_eq!(found("anna", "2026-11-23T10:00:00Z anna note ^dddd"), []);
    }

    #[test]
    fn managers_publish_and_set() {
        let draft = "+++\nid = \"KB-7K3M\"\ntitle = \"VPN\"\nstate = \"draft\"\n+++\n\nNo VPN.\n";
        let published = draft.replace("draft", "published");
        let path = "kb/network/vpn.md";
        assert_eq!(
            rules(by("marek", false), path, draft, &published),
            [Rule::Articles]
        );
        assert_eq!(rules(by("ewa", true), path, draft, &published), []);
        assert_eq!(rules(by("marek", false), path, "", draft), []);
        // `desk undo` retires what its author made, and nobody has published.
        let own = draft.replace("title", "owner = \"marek\"\ntitle");
        for (old, expected) in [
            (own.clone(), &[][..]),
            (own.replace("marek", "anna"), &[Rule::Articles]),
            (own.replace("draft", "published"), &[Rule::Articles]),
        ] {
            let new = old
                .replace("\"draft\"", "\"retired\"")
                .replace("\"published\"", "\"retired\"");
            assert_eq!(
                rules(by("marek", false), path, &old, &new),
                expected,
                "{new}"
            );
        }
        assert_eq!(
            rules(by("marek", false), "desk.toml", "a", "b"),
            [Rule::Settings]
        );
        let imported = "a = 1\n\n[imported.old.agents]\nkim = \"Kim\"\n";
        for (new, expected) in [
            (format!("{imported}lee = \"Lee\"\n"), &[][..]),
            (imported.replace("Kim", "Lee"), &[Rule::Settings]),
            (imported.replace("a = 1", "a = 2"), &[Rule::Settings]),
            ("a = 1\n".to_owned(), &[Rule::Settings]),
        ] {
            let found = rules(by("marek", false), "desk.toml", imported, &new);
            assert_eq!(found, expected, "{new}");
        }
        assert_eq!(rules(by("ewa", true), "desk.toml", "a", "b"), []);
    }

    #[test]
    fn entries_are_dated_when_they_were_written() {
        let now: Moment = "2026-11-23T10:00:30Z".parse().unwrap();
        let found = |now: Moment, committed: &str| {
            let committed: Moment = committed.parse().unwrap();
            times(None, TICKET, now, &|_| Some(committed)).len()
        };
        assert_eq!(found(now, "2026-11-23T10:00:00Z"), 0);
        let early: Moment = "2026-11-23T09:30:00Z".parse().unwrap();
        assert_eq!(found(early, "2026-11-23T10:00:00Z"), 1);
        assert_eq!(found(now, "2026-11-25T10:00:00Z"), 2);
    }
}
