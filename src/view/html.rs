//! A page of HTML: no script, nothing from outside. Text goes in through the template, which escapes
//! it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::view::sanitize::{line, replaced};

/// The page. Only its own style may apply: the policy names that by its hash. `scheme` says whether it
/// is light, dark or both.
pub(in crate::view) fn page(title: &str, style: &str, scheme: &str, body: &Markup) -> String {
    let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content=(scheme);
                title { (line(title)) }
                style { (PreEscaped(style)) }
            }
            body { (body) }
        }
    };
    // What no cell made visible before it went in; a sign in brackets would be a tag here.
    let mut text = replaced(&page.into_string());
    text.push('\n');
    text
}
