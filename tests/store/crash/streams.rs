//! Nobody listens: standard output full or closed, standard error closed.

use std::process::Output;

use super::scene::{BINARY, Scene, text};
use crate::skip::skipped;

fn redirected(scene: &Scene, redirection: &str, args: &[&str]) -> Output {
    let mut command = scene.command("sh");
    command
        .arg("-c")
        .arg(format!("exec \"$@\" {redirection}"))
        .args(["sh", BINARY])
        .args(args);
    command.output().unwrap()
}

#[test]
fn a_change_is_saved_whoever_listens() {
    for redirection in [
        ">/dev/full",
        ">&-",
        "2>&-",
        "2>/dev/full",
        ">&- 2>&-",
        "<&- >&- 2>&-",
    ] {
        if redirection.contains("/dev/full") && !std::path::Path::new("/dev/full").exists() {
            skipped("there is no /dev/full here", true);
            continue;
        }
        let (scene, id) = Scene::new();
        for args in [
            ["note", id.as_str(), "-m", "Nobody hears this."],
            ["new", "No network", "-m", "Nobody hears this."],
        ] {
            let head = scene.head();
            let done = redirected(&scene, redirection, &args);
            let said = text(&done.stderr);
            let code = done.status.code();
            assert!(
                matches!(code, Some(0 | 5)),
                "{args:?} {redirection}: {code:?} {said}"
            );
            assert_eq!(
                scene.commits(Some(&head)).len(),
                1,
                "{args:?} {redirection}"
            );
        }
        let heard = scene
            .tickets()
            .values()
            .filter(|page| text(page).contains("Nobody hears this."))
            .count();
        assert_eq!(heard, 2, "{redirection}");
        scene.ok(&["check"]);
        assert_eq!(scene.git(&["status", "--porcelain"]), "");
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    }
}
