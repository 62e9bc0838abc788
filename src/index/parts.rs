//! The parts of which the files of the months are made.

use serde::Serialize;

use crate::store::error::StoreError;
use crate::store::fs::caches;

/// Offset and length in a month's file.
pub(in crate::index) type ByteRange = (u64, u64);

/// The bytes of a value.
pub(in crate::index) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, StoreError> {
    let failed = |error| StoreError::Io {
        doing: "encode",
        path: caches::TICKETS.into(),
        source: std::io::Error::other(error),
    };
    postcard::to_stdvec(value).map_err(failed)
}
