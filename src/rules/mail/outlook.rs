//! The place of a mail in a conversation as Outlook counts it, `Thread-Index` (MS-OXOMSG 2.2.1.3).
//!
//! Twenty-two bytes begin a conversation: the time and a drawn number. Each answer adds five: how
//! much later it is. One that copied the header, or had none, would begin a new conversation there.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use crate::model::moment::Moment;

/// Bytes that begin a conversation, and that each answer adds.
const BEGIN: usize = 22;
const ANSWER: usize = 5;

/// Answers of which the header tells, at most.
const MOST: usize = 60;

/// From 1601 to 1970, in steps of a hundred nanoseconds.
const EPOCH: u64 = 116_444_736_000_000_000;

/// Reads padding as it comes.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The header of an answer, written now, to a mail with this one; `None` where that is not as it should
/// be. `drawn` tells answers of one moment apart.
pub fn answer(index: &str, now: Moment, drawn: u8) -> Option<String> {
    let plain: String = index.chars().filter(char::is_ascii_graphic).collect();
    let mut bytes = LENIENT.decode(plain).ok()?;
    if bytes.len() < BEGIN || !(bytes.len() - BEGIN).is_multiple_of(ANSWER) || bytes[0] != 1 {
        return None;
    }
    if bytes.len() >= BEGIN + MOST * ANSWER {
        bytes.truncate(BEGIN);
    }
    let begun = bytes[..6]
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        << 16;
    let millis = u64::try_from(now.millis()).ok()?;
    let now = millis.saturating_mul(10_000).saturating_add(EPOCH);
    let later = now.saturating_sub(begun);
    // Thirty-one bits: of a short time the finer ones, else those above, with a mark.
    let (mark, later) = if later >> 49 == 0 {
        (0, later >> 18)
    } else {
        (1 << 31, later >> 23)
    };
    let later = u32::try_from(later & 0x7fff_ffff).ok()?;
    bytes.extend((mark | later).to_be_bytes());
    bytes.push(drawn << 4);
    Some(STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 30 November 2026, 10:00.
    fn index() -> String {
        let time = (EPOCH + 17_960_328_000_000_000).to_be_bytes();
        let mut bytes = time[..6].to_vec();
        bytes.extend([7; 16]);
        STANDARD.encode(bytes)
    }

    fn bytes(index: &str) -> Vec<u8> {
        STANDARD.decode(index).unwrap()
    }

    #[test]
    fn an_answer_adds_how_much_later_it_is() {
        let now: Moment = "2026-11-30T10:02:00Z".parse().unwrap();
        let first = bytes(&index());
        let later = answer(&index(), now, 5).unwrap();
        let later = bytes(&later);
        assert_eq!(later.len(), 27);
        assert_eq!(later[..22], first[..]);
        let delta = u32::from_be_bytes([later[22], later[23], later[24], later[25]]);
        // What is read of it, in seconds.
        let seconds = (u64::from(delta) << 18) / 10_000_000;
        assert!(seconds < 2 * 366 * 86_400, "{seconds}");
        assert_eq!(later[26], 0x50);
        let again = answer(&STANDARD.encode(&later), now, 6).unwrap();
        assert_eq!(bytes(&again).len(), 32);
    }

    #[test]
    fn what_is_broken_is_not_continued() {
        let now: Moment = "2026-11-30T10:02:00Z".parse().unwrap();
        for broken in ["", "AdlqXQ==", "!!!", &STANDARD.encode([1; 24])] {
            assert_eq!(answer(broken, now, 1), None, "{broken}");
        }
        let long = STANDARD.encode([1; 22 + 5 * 60]);
        assert_eq!(bytes(&answer(&long, now, 1).unwrap()).len(), 27);
        let unpadded = index().trim_end_matches('=').to_owned();
        assert!(answer(&unpadded, now, 1).is_some());
        // An old conversation counts in larger steps.
        let old = {
            let mut old = bytes(&index());
            old[..6].copy_from_slice(&[1, 0xc0, 0, 0, 0, 0]);
            STANDARD.encode(old)
        };
        assert_eq!(bytes(&answer(&old, now, 1).unwrap())[22] >> 7, 1);
    }
}
