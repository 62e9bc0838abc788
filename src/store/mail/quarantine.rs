//! Mails that wait for a person's eye, each as it was sent, with a few words on why.

use crate::model::moment::Moment;
use crate::store::error::StoreError;
use crate::store::git::private::Private;

/// Puts a mail into the quarantine. One that is there already stays as it is.
pub fn hold(
    folder: &Private,
    key: &str,
    bytes: &[u8],
    reason: &str,
    now: Moment,
) -> Result<(), StoreError> {
    let (mail, about) = (format!("{key}.eml"), format!("{key}.toml"));
    if is_held(folder, key)? {
        return Ok(());
    }
    folder.write_durably(&mail, bytes)?;
    let text = format!("reason = \"{reason}\"\nheld = {now}\n");
    folder.write_durably(&about, text.as_bytes())
}

/// Whether a mail of this name is there.
pub fn is_held(folder: &Private, key: &str) -> Result<bool, StoreError> {
    Ok(folder.read_bytes(&format!("{key}.toml"), 1)?.is_some())
}
