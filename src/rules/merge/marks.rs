//! The versions that stand in a text between git's marks of a conflict.

/// Base, ours and theirs of a text with marks. The base has what stands between `|||||||` and
/// `=======` where git wrote that, and of other conflicts nothing.
pub fn versions(text: &str) -> [String; 3] {
    let mut out = [String::new(), String::new(), String::new()];
    let mut place = Place::Outside;
    for line in text.split_inclusive('\n') {
        let mark = |mark: &str| {
            line.starts_with(mark) && line[mark.len()..].starts_with([' ', '\n', '\r'])
        };
        place = match place {
            Place::Outside if mark("<<<<<<<") => Place::Ours,
            Place::Ours if mark("|||||||") => Place::Base,
            Place::Ours | Place::Base if mark("=======") => Place::Theirs,
            Place::Theirs if mark(">>>>>>>") => Place::Outside,
            place => {
                let sides: &[usize] = match place {
                    Place::Outside => &[0, 1, 2],
                    Place::Base => &[0],
                    Place::Ours => &[1],
                    Place::Theirs => &[2],
                };
                for side in sides {
                    out[*side].push_str(line);
                }
                place
            }
        };
    }
    out
}

/// Where a line stands.
#[derive(Clone, Copy)]
enum Place {
    Outside,
    Ours,
    Base,
    Theirs,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_marks_are_read() {
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\nd\n<<<<<<< HEAD\ne\n||||||| 1a2b\nf\n=======\n>>>>>>> main\n";
        assert_eq!(versions(text), ["a\nd\nf\n", "a\nb\nd\ne\n", "a\nc\nd\n"]);
    }
}
