//! A note that a code may stand in a field, for the helper that comes after one that was killed.
//!
//! Owns one small file in the session's runtime folder: the app's name, never the code. Who finds
//! it clears that app's field before anything else. Next: [`super::dial`].

use crate::config::recipe::Recipe;
use crate::workbench::{Trial, attempt};
use baton_protocol::ids::AppId;
use std::path::PathBuf;

/// The folder of a login session, emptied when it ends; on Windows the user's own, kept.
const FOLDER_VARIABLE: &str = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_RUNTIME_DIR" };
/// The note's name.
const NAME: &str = "baton-agent-standing";

/// Where the note is; nowhere without a runtime folder.
#[derive(Debug, Clone)]
pub struct Standing(Option<PathBuf>);

impl Standing {
    /// Finds the place that the session's environment names.
    pub fn here() -> Self {
        let folder = std::env::var_os(FOLDER_VARIABLE).filter(|folder| !folder.is_empty());
        Self(folder.map(|folder| PathBuf::from(folder).join(NAME)))
    }

    /// Notes that an app's code is about to be entered.
    pub fn note(&self, app: &AppId) {
        if let Some(path) = &self.0
            && let Err(fault) = std::fs::write(path, app.to_string())
        {
            tracing::warn!(path = %path.display(), %fault, "no note of the entry could be made");
        }
    }

    /// Takes the note away: nothing stands.
    pub fn clear(&self) {
        if let Some(path) = &self.0 {
            std::fs::remove_file(path).ok();
        }
    }

    /// Clears what a killed helper left, by entering and clearing the dummy code. Blocks.
    pub fn tidy(&self, recipes: &[Recipe]) {
        let Some(left) = self.0.as_ref().and_then(|path| std::fs::read_to_string(path).ok()) else {
            return;
        };
        if let Some(recipe) = recipes.iter().find(|recipe| *recipe.app.to_string() == *left.trim())
        {
            let (app, found) = (&recipe.app, attempt(recipe, &Trial::dummy()));
            if found.is_well() {
                tracing::warn!(%app, "a helper was killed in an entry; its field is cleared");
            } else {
                tracing::error!(%app, %found, "a helper was killed in an entry; clear it by hand");
            }
        }
        self.clear();
    }
}
