//! Bars on the terminal while something takes long.

use std::sync::OnceLock;

use indicatif::{ProgressBar, ProgressStyle};

/// While many files are read.
pub fn reading(done: usize, total: usize) {
    static BAR: OnceLock<ProgressBar> = OnceLock::new();
    advance(&BAR, "reading tickets {wide_bar} {pos}/{len}", done, total);
}

/// While the tickets of an import are written.
pub fn importing(done: usize, total: usize) {
    static BAR: OnceLock<ProgressBar> = OnceLock::new();
    let template = "importing {wide_bar} {pos}/{len} tickets, {eta} left";
    advance(&BAR, template, done, total);
}

fn advance(bar: &OnceLock<ProgressBar>, template: &str, done: usize, total: usize) {
    let bar = bar.get_or_init(|| {
        let bar = ProgressBar::new(total as u64);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar
    });
    bar.set_position(done as u64);
    if done >= total {
        bar.finish_and_clear();
    }
}
