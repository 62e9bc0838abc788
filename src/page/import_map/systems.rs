//! The maps that come with the program, for the exports of other help desks.

/// A map for one kind of export of a system.
#[derive(Clone, Copy, Debug)]
pub struct SystemMap {
    /// The word for the system.
    pub name: &'static str,
    /// The file in `docs/maps/tickets`.
    pub file: &'static str,
    /// What it says.
    pub text: &'static str,
}

macro_rules! maps {
    ($(($name:literal, $file:literal)),+ $(,)?) => {
        /// All maps, those of a system together.
        pub const SYSTEMS: &[SystemMap] = &[$(SystemMap {
            name: $name,
            file: concat!("docs/maps/tickets/", $file),
            text: include_str!(concat!("../../../docs/maps/tickets/", $file)),
        }),+];
    };
}

maps![
    ("zammad", "zammad.toml"),
    ("zammad", "zammad-json.toml"),
    ("rt", "rt.toml"),
    ("glpi", "glpi.toml"),
    ("osticket", "osticket.toml"),
    ("servicenow", "servicenow.toml"),
    ("jira", "jira.toml"),
    ("jira", "jira-json.toml"),
    ("github", "github.toml"),
    ("github", "github-cli.toml"),
    ("freshdesk", "freshdesk.toml"),
    ("freshdesk", "freshdesk-json.toml"),
    ("zendesk", "zendesk.toml"),
    ("zendesk", "zendesk-json.toml"),
    ("spreadsheet", "spreadsheet.toml"),
];

/// The maps of a system.
pub fn of_system(name: &str) -> Vec<&'static SystemMap> {
    SYSTEMS.iter().filter(|map| map.name == name).collect()
}

/// The words for the systems.
pub fn system_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = SYSTEMS.iter().map(|map| map.name).collect();
    names.dedup();
    names
}
