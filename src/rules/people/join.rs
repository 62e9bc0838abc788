//! Which tickets are of one person.

use std::collections::{BTreeMap, HashMap};

use crate::rules::people::mention::Mention;
use crate::rules::people::{MOST, Person, PersonData, phone};

/// The people of what was told, those who called last first.
pub(in crate::rules::people) fn people(
    mut reported: Vec<Mention>,
    requesters: usize,
) -> Vec<Person> {
    reported.sort_by_key(|one| (one.created, one.id));
    let mut book = PersonTable::default();
    // Whoever is told of once more in the same words, since when nothing was new.
    let mut taken: Vec<Option<(u64, usize)>> = vec![None; requesters];
    // Names first: a ticket without one cannot tell apart who shares a telephone.
    let (named, nameless): (Vec<usize>, Vec<usize>) =
        (0..reported.len()).partition(|at| !reported[*at].requester.said.names.is_empty());
    let mut whose: Vec<usize> = vec![0; reported.len()];
    for at in named.into_iter().chain(nameless) {
        let requester = &reported[at].requester;
        let known = taken[requester.number].filter(|(news, _)| *news == book.news);
        whose[at] = if let Some((_, known)) = known {
            known
        } else {
            let before = book.news;
            let found = book.take(&requester.said);
            taken[requester.number] = (book.news == before).then_some((before, found));
            found
        };
    }
    let mut groups: BTreeMap<usize, Vec<&Mention>> = BTreeMap::new();
    for (one, whose) in reported.iter().zip(&whose).rev() {
        groups.entry(book.root(*whose)).or_default().push(one);
    }
    let mut all: Vec<Person> = groups
        .into_iter()
        .filter_map(|(at, tickets)| Person::of(&tickets, std::mem::take(&mut book.groups[at].said)))
        .collect();
    all.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| b.tickets.cmp(&a.tickets)));
    all
}

/// Persons in the making.
#[derive(Default)]
struct PersonTable {
    groups: Vec<PersonGroup>,
    /// How often something was new.
    news: u64,
    by_email: HashMap<String, Vec<usize>>,
    by_account: HashMap<String, Vec<usize>>,
    by_phone: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

#[derive(Default)]
struct PersonGroup {
    said: PersonData,
    /// The group that this one went into.
    into: Option<usize>,
}

impl PersonTable {
    /// The group that a group has become.
    fn root(&self, mut at: usize) -> usize {
        while let Some(into) = self.groups[at].into {
            at = into;
        }
        at
    }

    /// Those of a list that are still groups, each once, the newest first. A key that stands for
    /// very many people stands for nobody.
    fn known(&self, list: Option<&Vec<usize>>) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::new();
        for at in list.into_iter().flatten().rev().take(MOST) {
            let at = self.root(*at);
            if !all.contains(&at) {
                all.push(at);
            }
        }
        all
    }

    /// Finds the person of what was told, or makes one.
    fn take(&mut self, reported: &PersonData) -> usize {
        let found = self.by_data(reported);
        let at = match found.split_first() {
            Some((first, others)) => {
                for other in others {
                    if *other != *first
                        && names_fit(
                            &self.groups[*first].said.names,
                            &self.groups[*other].said.names,
                        )
                    {
                        self.unite(*first, *other);
                    }
                }
                *first
            }
            None => self.by_name(reported).unwrap_or_else(|| {
                self.news += 1;
                self.groups.push(PersonGroup::default());
                self.groups.len() - 1
            }),
        };
        self.news += u64::from(self.groups[at].said.add(reported));
        self.note(at, reported);
        at
    }

    /// The groups with the same address, account or number whose names can be the same person's,
    /// best evidence first.
    fn by_data(&self, reported: &PersonData) -> Vec<usize> {
        let mut found = Vec::new();
        for email in &reported.emails {
            let fits = |at: &usize| related(&reported.names, &self.groups[*at].said.names);
            found.extend(
                self.known(self.by_email.get(email))
                    .into_iter()
                    .filter(fits),
            );
        }
        let fits = |at: &usize| names_fit(&reported.names, &self.groups[*at].said.names);
        for account in &reported.accounts {
            found.extend(
                self.known(self.by_account.get(account))
                    .into_iter()
                    .filter(fits),
            );
        }
        for number in &reported.phones {
            let same = |at: &usize| {
                let known = &self.groups[*at].said.phones;
                known.iter().any(|known| phone::same(known, number))
            };
            let list = self.known(self.by_phone.get(phone::key(number)));
            found.extend(list.into_iter().filter(same).filter(fits));
        }
        found
    }

    /// The one group of the same name and organisation that nothing speaks against.
    fn by_name(&self, reported: &PersonData) -> Option<usize> {
        let name = reported.names.first()?;
        let apart = |a: &[String], b: &[String]| {
            !a.is_empty() && !b.is_empty() && !a.iter().any(|one| b.contains(one))
        };
        let fits = |at: &usize| {
            let said = &self.groups[*at].said;
            let other_number = !reported.phones.is_empty()
                && !said.phones.is_empty()
                && !reported
                    .phones
                    .iter()
                    .any(|a| said.phones.iter().any(|b| phone::same(a, b)));
            !other_number
                && !apart(&reported.emails, &said.emails)
                && !apart(&reported.accounts, &said.accounts)
                && !apart(&reported.organisations, &said.organisations)
        };
        let all: Vec<usize> = self
            .known(self.by_name.get(&name.join(" ")))
            .into_iter()
            .filter(fits)
            .collect();
        // Whoever is told apart by organisation is told apart from those without one, too.
        let exact = |at: &&usize| {
            self.groups[**at].said.organisations.is_empty() == reported.organisations.is_empty()
        };
        match all[..] {
            [] => None,
            [one] => Some(one),
            _ => {
                let exact: Vec<usize> = all.iter().filter(exact).copied().collect();
                match exact[..] {
                    [one] => Some(one),
                    _ => None,
                }
            }
        }
    }

    fn unite(&mut self, keep: usize, gone: usize) {
        self.news += 1;
        let said = std::mem::take(&mut self.groups[gone].said);
        self.groups[keep].said.add(&said);
        self.groups[gone].into = Some(keep);
    }

    /// Notes where to find a group.
    fn note(&mut self, at: usize, reported: &PersonData) {
        let mut news = 0;
        let mut put = |map: &mut HashMap<String, Vec<usize>>, key: String| {
            let list = map.entry(key).or_default();
            if list.last() != Some(&at) {
                news += 1;
                list.push(at);
            }
        };
        for email in &reported.emails {
            put(&mut self.by_email, email.clone());
        }
        for account in &reported.accounts {
            put(&mut self.by_account, account.clone());
        }
        for number in &reported.phones {
            put(&mut self.by_phone, phone::key(number).to_owned());
        }
        for name in &reported.names {
            put(&mut self.by_name, name.join(" "));
        }
        self.news += news;
    }
}

/// Whether one of the names shares a word with one of the others: enough for one e-mail address,
/// whose owner may have married. No name speaks against nothing.
fn related(names: &[Vec<String>], known: &[Vec<String>]) -> bool {
    let shares = |a: &Vec<String>, b: &Vec<String>| {
        a.iter()
            .any(|word| word.chars().count() > 1 && b.contains(word))
            || initials_of(a, b)
            || initials_of(b, a)
    };
    names.is_empty() || known.is_empty() || names.iter().any(|a| known.iter().any(|b| shares(a, b)))
}

/// Whether these names can be one person's: one is known, or each fits every whole one that is.
pub(in crate::rules::people) fn names_fit(names: &[Vec<String>], known: &[Vec<String>]) -> bool {
    let fit = |a: &Vec<String>, b: &Vec<String>| initials_of(a, b) || initials_of(b, a);
    let whole = |name: &&Vec<String>| {
        !known
            .iter()
            .any(|other| other.len() > name.len() && initials_of(name, other))
    };
    names.iter().all(|name| {
        known.contains(name) || known.iter().filter(whole).all(|other| fit(name, other))
    })
}

/// Whether every word of `a` is another word of `b`, or the initial of one.
pub(in crate::rules::people) fn initials_of(a: &[String], b: &[String]) -> bool {
    let mut free: Vec<&String> = b.iter().collect();
    // Whole words first, so that no initial takes one away.
    let (mut short, mut long): (Vec<&String>, Vec<&String>) =
        a.iter().partition(|word| word.chars().count() == 1);
    long.append(&mut short);
    long.into_iter().all(|word| {
        let initial = word.chars().count() == 1;
        let at = free.iter().position(|other| *other == word).or_else(|| {
            free.iter()
                .position(|other| initial && other.starts_with(word.as_str()))
        });
        at.is_some_and(|at| {
            free.swap_remove(at);
            true
        })
    })
}
