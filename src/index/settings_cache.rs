//! Settings and catalogue, kept as they were understood, so that a desk with thousands of imported
//! people opens as fast as a new one.

use serde::{Deserialize, Serialize};

use crate::index::checksum::checksum;
use crate::index::month_cache::format;
use crate::index::scan::{now_nanos, racy};
use crate::model::catalog::Catalogue;
use crate::model::settings::Settings;
use crate::page;
use crate::store::fs::caches;
use crate::store::fs::root::Root;
use crate::store::fs::walk::FileStamp;

/// Raised with every change of what settings and catalogue hold.
const LAYOUT: u64 = 27;

/// What the kept values were read from.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsSource {
    format: u64,
    settings: FileStamp,
    catalogue: Option<FileStamp>,
}

/// The two files as they are now; `None` where they may change again without a new time.
pub fn source(root: &Root) -> Option<SettingsSource> {
    let stamp = |file: &str| {
        let meta = root.join(file).symlink_metadata().ok()?;
        meta.is_file().then(|| FileStamp::of(&meta))
    };
    let source = SettingsSource {
        format: format() ^ LAYOUT,
        settings: stamp(page::settings::FILE)?,
        catalogue: stamp(page::catalog::FILE),
    };
    let now = now_nanos();
    let settled =
        !racy(&source.settings, now) && source.catalogue.is_none_or(|stamp| !racy(&stamp, now));
    settled.then_some(source)
}

/// What was kept for these files.
pub fn load(root: &Root, source: &SettingsSource) -> Option<(Settings, Catalogue)> {
    let bytes = caches::read(root, caches::SETTINGS)?;
    let body = bytes.len().checked_sub(8)?;
    let sum = u64::from_le_bytes(bytes[body..].try_into().ok()?);
    if checksum(&bytes[..body]) != sum {
        return None;
    }
    let (kept, rest) = postcard::take_from_bytes::<SettingsSource>(&bytes[..body]).ok()?;
    (kept == *source)
        .then(|| postcard::from_bytes(rest).ok())
        .flatten()
}

/// Keeps what these files were understood to say. Where that fails, the next command reads them.
pub fn keep(root: &Root, source: &SettingsSource, settings: &Settings, catalogue: &Catalogue) {
    let Ok(mut bytes) = postcard::to_stdvec(source) else {
        return;
    };
    let Ok(values) = postcard::to_stdvec(&(settings, catalogue)) else {
        return;
    };
    bytes.extend(values);
    let sum = checksum(&bytes).to_le_bytes();
    let _ = caches::put(root, caches::SETTINGS, &[&bytes, &sum]);
}
