//! Korean nouns without the particles and endings that are written onto them.

/// Particles of case and topic, the copula, and forms of `하다` and `되다` that make verbs of nouns;
/// longer ones stand before those that end them.
const ENDINGS: &[&str] = &[
    "이었습니다",
    "했습니다",
    "됐습니다",
    "되었습니다",
    "습니다",
    "입니다만",
    "입니까",
    "입니다",
    "합니다",
    "됩니다",
    "이에요",
    "예요",
    "해요",
    "돼요",
    "했어요",
    "됐어요",
    "에서는",
    "에서도",
    "으로는",
    "에게서",
    "이라서",
    "이라고",
    "라고",
    "라서",
    "에서",
    "에게",
    "한테",
    "께서",
    "까지",
    "부터",
    "보다",
    "처럼",
    "마다",
    "조차",
    "밖에",
    "이라도",
    "라도",
    "으로",
    "에는",
    "에도",
    "로는",
    "이나",
    "이랑",
    "이고",
    "이며",
    "인데",
    "이다",
    "하다",
    "되다",
    "하고",
    "해서",
    "되어",
    "하는",
    "되는",
    "하지",
    "되지",
    "하면",
    "되면",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "도",
    "만",
    "와",
    "과",
    "로",
    "나",
    "랑",
    "한",
    "된",
];

/// What is left of a noun has at least so many syllables: shorter ones end like particles by chance.
const NOUN: usize = 2;

/// Whether a word is written in Korean syllables throughout.
pub fn is_korean(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c))
}

/// Whether two Korean words are one noun: either may end as if with a particle by itself.
pub fn is_same_noun(one: &str, other: &str) -> bool {
    let (Some(noun), Some(other_noun)) = (noun(one), noun(other)) else {
        return false;
    };
    [one, noun]
        .iter()
        .any(|one| *one == other || *one == other_noun)
}

/// What is left of a Korean word without its ending; `None` for words of other scripts.
fn noun(word: &str) -> Option<&str> {
    if !is_korean(word) {
        return None;
    }
    let nouns = ENDINGS
        .iter()
        .filter_map(|ending| word.strip_suffix(ending));
    let shortest = nouns
        .filter(|noun| noun.chars().count() >= NOUN)
        .min_by_key(|noun| noun.len());
    Some(shortest.unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_lose_their_particles() {
        for (word, left) in [
            ("프린터가", "프린터"),
            ("프린터에서는", "프린터"),
            ("프린터", "프린터"),
            ("오프라인입니다", "오프라인"),
            ("전화가", "전화"),
            ("회의", "회의"),
            ("인쇄합니다", "인쇄"),
        ] {
            assert_eq!(noun(word), Some(left), "{word}");
        }
        assert_eq!(noun("printer"), None);
        assert_eq!(noun("프린터7"), None);
        assert!(is_same_noun("와이파이", "와이파이가"));
        assert!(is_same_noun("프린터를", "프린터가"));
        assert!(!is_same_noun("프린터", "프린트"));
        assert!(!is_same_noun("wifi", "wifi"));
    }
}
