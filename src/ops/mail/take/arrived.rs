//! A mail as it arrives, read.

use std::panic::AssertUnwindSafe;

use sha2::{Digest as _, Sha256};

use crate::model::mail::{Envelope, Mail};
use crate::model::settings::MailSettings;
use crate::model::size::Size;
use crate::page::log::derived_tag_of_bytes;
use crate::page::mail::{self, Unreadable};
use crate::rules::mail::identity::MailKey;
use crate::rules::mail::verdict::QuarantineReason;

/// A mail as it arrives.
#[derive(Clone, Debug)]
pub struct ArrivedMail {
    /// Its bytes; of one that is too large the first.
    pub bytes: Vec<u8>,
    /// How many it has.
    pub size: u64,
    /// What the mail server told of it.
    pub envelope: Envelope,
}

/// Of a mail that is too large so many bytes are read.
pub(in crate::ops::mail::take) const OF_TOO_LARGE: usize = 256 << 10;

/// A mail that was read, with its name; `Err` has the reason why it could not be read.
#[derive(Debug)]
pub struct ReadMail {
    /// Sixteen characters of its identity.
    pub key: String,
    /// The tag of its entry.
    pub(in crate::ops::mail::take) tag: String,
    /// The mail.
    pub mail: Result<Mail, (QuarantineReason, String)>,
    /// What the mail server told of it.
    pub(in crate::ops::mail::take) envelope: Envelope,
    /// As it was sent.
    pub(in crate::ops::mail::take) bytes: Vec<u8>,
    /// How many bytes it has.
    pub(in crate::ops::mail::take) size: u64,
}

/// Reads a mail. Whatever happens in that, the mail is kept.
pub fn read(arrived: ArrivedMail, settings: &MailSettings) -> ReadMail {
    let ArrivedMail {
        bytes,
        size,
        envelope,
    } = arrived;
    let most = settings.incoming.max_message;
    let is_cut = size > most.0;
    let part = match bytes.get(..OF_TOO_LARGE) {
        Some(start) if is_cut => start,
        _ => &bytes,
    };
    let came = std::panic::catch_unwind(AssertUnwindSafe(|| mail::read(part)));
    let read = match came {
        Ok(Ok(mail)) => Ok(mail),
        Ok(Err(error @ Unreadable::TooComplex(_))) => {
            Err((QuarantineReason::TooComplex, error.to_string()))
        }
        Ok(Err(error)) => Err((QuarantineReason::Unreadable, error.to_string())),
        Err(_) => {
            let why = "the program failed on it".to_owned();
            Err((QuarantineReason::Unreadable, why))
        }
    };
    let mail = read.map(|mut mail| {
        mail.deliver(&envelope);
        if is_cut {
            let size = Size(size);
            mail.lost
                .push(format!("what is beyond {most}: the mail has {size}"));
        }
        mail
    });
    let key = mail.as_ref().ok().map(MailKey::of);
    let of_bytes = |length| {
        let digest = Sha256::digest(&bytes);
        derived_tag_of_bytes(&[b"mail", b"unreadable", digest.as_slice()], length)
    };
    ReadMail {
        key: key.as_ref().map_or_else(|| of_bytes(16), MailKey::name),
        tag: key.as_ref().map_or_else(|| of_bytes(8), MailKey::tag),
        mail,
        envelope,
        bytes,
        size,
    }
}
