//! The user's own configuration, where there is one.

use std::path::PathBuf;

use crate::cli::env::Env;
use crate::cli::messages::CommandError;
use crate::model::saved_view::OwnViews;
use crate::ops::core::error::OpError;
use crate::page::user_config::{self, UserConfig};
use crate::store::fs::read;

/// The user's configuration and the folder that it stands in; without a file an empty one.
pub fn config(env: &Env) -> Result<(UserConfig, PathBuf), OpError> {
    let Some(folder) = env.config_dir() else {
        return Ok((UserConfig::default(), PathBuf::new()));
    };
    let path = folder.join("config.toml");
    if !path.exists() {
        return Ok((UserConfig::default(), folder));
    }
    let shown = path.display().to_string();
    let text = read::file(&path, read::MAX_PAGE)
        .map_err(|error| CommandError::ConfigUnreadable(&shown, &error).error())?;
    match user_config::read(&shown, &text) {
        Ok(config) => Ok((config, folder)),
        Err(problems) => Err(CommandError::InvalidConfig(&shown).error().with(problems)),
    }
}

/// The views of the user's configuration.
pub fn views(env: &Env) -> Result<OwnViews, OpError> {
    let (config, folder) = config(env)?;
    Ok(OwnViews {
        views: config.views,
        path: folder.join("config.toml").display().to_string(),
    })
}
