//! Checksums against torn and foreign files: nobody is kept out by them.

pub(in crate::index) const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// A checksum of bytes.
pub(in crate::index) fn checksum(bytes: &[u8]) -> u64 {
    let hash = bytes
        .chunks(8)
        .fold(SEED, |hash, chunk| mix(hash, word(chunk)));
    mix(hash, bytes.len() as u64)
}

pub(in crate::index) fn mix(hash: u64, value: u64) -> u64 {
    let mixed = (hash ^ value).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 32)
}

/// Up to eight bytes as a number.
pub(in crate::index) fn word(chunk: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes[..chunk.len()].copy_from_slice(chunk);
    u64::from_le_bytes(bytes)
}

/// Nanoseconds since 1970 fit 64 bits for the next five hundred years.
pub(in crate::index) fn low(nanos: i128) -> u64 {
    u64::try_from(nanos & i128::from(u64::MAX)).unwrap_or_default()
}
