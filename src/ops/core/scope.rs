//! Which files a check looks at.

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Paths relative to the desk; everything where there are none.
    pub paths: Vec<String>,
}

impl Scope {
    /// Whether something in this folder, or all of it, is to be looked at.
    pub fn reaches(&self, folder: &str) -> bool {
        let below = |scope: &String| {
            scope
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        self.covers(folder) || self.paths.iter().any(below)
    }

    /// Whether a file is to be looked at.
    pub fn covers(&self, path: &str) -> bool {
        let inside = |scope: &String| {
            scope.is_empty()
                || path == scope
                || path
                    .strip_prefix(scope.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        self.paths.is_empty() || self.paths.iter().any(inside)
    }
}
