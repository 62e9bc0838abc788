//! Numbers and lists as words.

/// `1 ticket`, `2 tickets`.
pub fn count(n: usize, one: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {one}s")
    }
}

/// Text wrapped at a width, its own lines kept.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split('\n')
        .flat_map(|line| wrap_line(line, width))
        .collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthStr;
    let line = line.replace('\t', "    ");
    if line.width() <= width {
        return vec![line];
    }
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let marker = line.trim_start();
    let hang = if marker.starts_with("- ") || marker.starts_with("* ") {
        2
    } else {
        0
    };
    let mut all = Vec::new();
    let mut current = indent.clone();
    let mut fresh = true;
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        if !fresh && current.width() + 1 + word.width() > width {
            all.push(std::mem::replace(
                &mut current,
                format!("{indent}{}", " ".repeat(hang)),
            ));
            fresh = true;
        }
        if !fresh {
            current.push(' ');
        }
        current.push_str(word);
        fresh = false;
    }
    all.push(current);
    all
}

/// Text cut to a width, with an ellipsis where something is gone.
pub fn cut(text: &str, width: usize) -> String {
    use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        out.push(c);
        used += wide;
    }
    format!("{}…", out.trim_end())
}

/// What also matches and is left out, with the option that shows it.
pub fn left_out(n: usize, what: &str, option: &str) -> Option<String> {
    let matches = if n == 1 { "matches" } else { "match" };
    (n > 0).then(|| format!("{} also {matches}; use {option}", count(n, what)))
}

/// Where nothing was found: what the words find as beginnings of words.
pub fn wider(wider: Option<&(String, usize)>, what: &str) -> Option<String> {
    let (words, found) = wider?;
    let matches = if words.contains(' ') {
        "match"
    } else {
        "matches"
    };
    let found = count(*found, what);
    Some(format!(
        "`{words}` also {matches} words that begin so: {found}"
    ))
}
