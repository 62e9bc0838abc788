//! Random characters for ids and tags, from the operating system.

use crate::model::id::base32;

/// So many random characters of the base-32 alphabet.
pub fn random(length: usize) -> std::io::Result<String> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(base32(&bytes))
}

/// A tag for a person's entry: four lower-case characters.
pub fn tag() -> std::io::Result<String> {
    Ok(random(4)?.to_ascii_lowercase())
}
