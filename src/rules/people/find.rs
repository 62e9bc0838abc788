//! Finding a person by what somebody typed.

use crate::model::field::Key;
use crate::rules::people::join::names_fit;
use crate::rules::people::{
    People, Person, PersonData, compact, name_words, normalize, phone, words,
};

/// How well a person fits what was typed, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// The whole name, address, account or number.
    Exact,
    /// Every word is one of the name's, the account's or the address's.
    Words,
    /// Every word begins one of them.
    Starts,
    /// Some of the words are the organisation's.
    Organisation,
}

/// A person who fits.
#[derive(Clone, Copy, Debug)]
pub struct Match<'p> {
    /// The person.
    pub person: &'p Person,
    /// How well.
    pub quality: Quality,
    /// Whether the text names a person in full, by first and last name, an address, a number or an
    /// account: `Anna` may be anybody.
    pub sure: bool,
}

/// What is said of a caller before anything is looked up; empty where nothing is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Typed<'t> {
    /// A name, or whatever else the person is known by.
    pub name: &'t str,
    /// An e-mail address.
    pub email: &'t str,
    /// A telephone.
    pub phone: &'t str,
    /// An account.
    pub account: &'t str,
}

/// Who a caller is.
#[derive(Clone, Debug)]
pub enum Caller<'p> {
    /// Nobody that a ticket knows.
    New,
    /// This one, for certain.
    Known(&'p Person),
    /// Perhaps one of these, best first: ask, or keep what was typed.
    Perhaps(Vec<&'p Person>),
}

/// The key that a text belongs to that nobody is known by: an address and a number are no names.
pub fn reads_as(text: &str) -> Key {
    let text = text.trim();
    let address = text
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    if address && !text.contains(char::is_whitespace) {
        Key::RequesterEmail
    } else if phone::is_number(text) {
        Key::RequesterPhone
    } else {
        Key::RequesterName
    }
}

impl People {
    /// The people who fit a text, by name, address, number, account or organisation: exact ones
    /// first, then those who called last. Nothing fits an empty text.
    pub fn find(&self, text: &str) -> Vec<Match<'_>> {
        let Some(wanted) = PersonQuery::read(text, &self.country) else {
            return Vec::new();
        };
        let fits = |person| {
            wanted.quality(person).map(|quality| Match {
                person,
                quality,
                sure: wanted.is_sure(person),
            })
        };
        let mut found: Vec<Match<'_>> = self.all.iter().filter_map(fits).collect();
        found.sort_by(|a, b| {
            let rank = |one: &Match<'_>| {
                let person = one.person;
                (person.last, person.tickets.len())
            };
            a.quality
                .cmp(&b.quality)
                .then_with(|| rank(b).cmp(&rank(a)))
        });
        found
    }

    /// Who a caller is, by all that was typed. Known for certain is only one whom no other is as
    /// near to, by a whole name, address, number or account, or the only one who fits at least two
    /// whole words; an address or account that is another than the person's speaks against it.
    pub fn caller(&self, typed: &Typed<'_>) -> Caller<'_> {
        self.judge(typed).0
    }

    /// Whether those who are named in full by what was typed tell who a caller is: whom else it fits
    /// does not count then.
    pub fn is_settled(&self, typed: &Typed<'_>) -> bool {
        self.judge(typed).1
    }

    fn judge(&self, typed: &Typed<'_>) -> (Caller<'_>, bool) {
        let reported = PersonData {
            emails: Some(normalize(typed.email.trim()))
                .filter(|one| !one.is_empty())
                .into_iter()
                .collect(),
            accounts: Some(compact(typed.account))
                .filter(|one| !one.is_empty())
                .into_iter()
                .collect(),
            phones: Some(phone::digits(typed.phone, &self.country))
                .filter(|one| !one.is_empty())
                .into_iter()
                .collect(),
            ..PersonData::default()
        };
        let same = |said: &PersonData| {
            let shares = |a: &[String], b: &[String]| a.iter().any(|one| b.contains(one));
            let number = |a: &String| said.phones.iter().any(|b| phone::same(a, b));
            shares(&reported.emails, &said.emails)
                || shares(&reported.accounts, &said.accounts)
                || reported.phones.iter().any(number)
        };
        let apart = |a: &[String], b: &[String]| {
            !a.is_empty() && !b.is_empty() && !a.iter().any(|one| b.contains(one))
        };
        let against = |said: &PersonData| {
            apart(&reported.emails, &said.emails) || apart(&reported.accounts, &said.accounts)
        };
        let by_name = self.find(typed.name);
        // Whose data were told, under a name that can be theirs.
        let name = name_words(typed.name);
        let names: Vec<Vec<String>> = Some(name)
            .filter(|name| !name.is_empty())
            .into_iter()
            .collect();
        let by_data: Vec<&Person> = self
            .all
            .iter()
            .filter(|person| same(&person.said) && !against(&person.said))
            .filter(|person| {
                names_fit(&names, &person.said.names)
                    || by_name
                        .iter()
                        .any(|found| std::ptr::eq(found.person, *person))
            })
            .collect();
        match by_data[..] {
            [] => {}
            [one] => return (Caller::Known(one), true),
            _ => return (Caller::Perhaps(by_data), true),
        }
        let found: Vec<Match<'_>> = by_name
            .into_iter()
            .filter(|one| one.quality < Quality::Organisation && !against(&one.person.said))
            .collect();
        let exact: Vec<&Person> = found
            .iter()
            .filter(|one| one.quality == Quality::Exact && one.sure)
            .map(|one| one.person)
            .collect();
        let caller = match (&exact[..], &found[..]) {
            ([one], _) => Caller::Known(one),
            ([], []) => Caller::New,
            ([], [one]) if one.quality == Quality::Words && one.sure => Caller::Known(one.person),
            ([], all) => Caller::Perhaps(all.iter().map(|one| one.person).collect()),
            (all, _) => Caller::Perhaps(all.to_vec()),
        };
        (caller, !exact.is_empty())
    }
}

/// Whether the words of a name can be a whole one: two that are no initials, or one of a script that
/// writes names without a space.
pub fn is_full_name(text: &str) -> bool {
    is_full(&words(text))
}

fn is_full(words: &[String]) -> bool {
    let long = words.iter().filter(|word| word.chars().count() > 1).count();
    // Han, kana and hangul.
    let unspaced = |c: char| ('\u{2e80}'..='\u{d7ff}').contains(&c);
    let whole = |word: &String| word.chars().filter(|c| unspaced(*c)).count() > 1;
    long > 1 || words.iter().any(whole)
}

/// A text to find people by, taken apart once.
struct PersonQuery {
    plain: String,
    compact: String,
    words: Vec<String>,
    name: Vec<String>,
    digits: String,
}

impl PersonQuery {
    fn read(text: &str, country: &str) -> Option<Self> {
        let text = text.trim();
        let words = words(text);
        (!words.is_empty()).then(|| Self {
            plain: normalize(text),
            compact: words.concat(),
            name: name_words(text),
            digits: if phone::is_number(text) {
                phone::digits(text, country)
            } else {
                String::new()
            },
            words,
        })
    }

    /// Whether the text is more than one part of a name, or a datum of this person.
    fn is_sure(&self, person: &Person) -> bool {
        let said = &person.said;
        let datum = said.emails.contains(&self.plain)
            || said.accounts.contains(&self.compact)
            || (!self.digits.is_empty()
                && said
                    .phones
                    .iter()
                    .any(|known| phone::same(known, &self.digits)));
        datum || is_full(&self.words)
    }

    fn quality(&self, person: &Person) -> Option<Quality> {
        let said = &person.said;
        let number = !self.digits.is_empty()
            && said
                .phones
                .iter()
                .any(|known| phone::same(known, &self.digits));
        if number
            || said.names.contains(&self.name)
            || said.emails.contains(&self.plain)
            || said.accounts.contains(&self.compact)
        {
            return Some(Quality::Exact);
        }
        if self.plain.contains('@') {
            let inside = |email: &String| email.contains(&self.plain);
            return said.emails.iter().any(inside).then_some(Quality::Starts);
        }
        // A part of a number is its beginning or its end.
        let part = |known: &String| {
            self.digits.len() >= 4
                && (known.starts_with(&self.digits) || known.ends_with(&self.digits))
        };
        if said.phones.iter().any(part) {
            return Some(Quality::Starts);
        }
        let own: Vec<&str> = said
            .names
            .iter()
            .flatten()
            .map(String::as_str)
            .chain(said.emails.iter().flat_map(|email| {
                let local = email.split('@').next().unwrap_or_default();
                local.split(|c: char| !c.is_alphanumeric())
            }))
            .collect();
        // Letters and digits of an account stand apart when people type a part of it.
        let account = |word: &str, whole: bool| {
            said.accounts.iter().any(|account| {
                if whole {
                    account.ends_with(word)
                        && word.chars().all(|c| c.is_ascii_digit())
                        && !account[..account.len() - word.len()]
                            .ends_with(|c: char| c.is_ascii_digit())
                } else {
                    account.starts_with(word)
                }
            })
        };
        let organisation = words(&person.organisation);
        let mut quality = Quality::Words;
        let mut by_organisation = 0;
        for word in &self.words {
            let fit = if own.contains(&word.as_str()) || account(word, true) {
                Quality::Words
            } else if own.iter().any(|known| known.starts_with(word.as_str()))
                || account(word, false)
            {
                Quality::Starts
            } else if organisation
                .iter()
                .any(|known| known.starts_with(word.as_str()))
            {
                by_organisation += 1;
                continue;
            } else {
                return None;
            };
            quality = quality.max(fit);
        }
        Some(if by_organisation == self.words.len() {
            Quality::Organisation
        } else {
            quality
        })
    }
}
