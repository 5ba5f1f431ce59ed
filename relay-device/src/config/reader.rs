//! Settings of what cards and phones are asked on the NFC reader.
//!
//! Owns their names, and what is said when one of them cannot be used. Next:
//! [`crate::scan::script`].

use super::{ConfigFault, ReaderSettings};
use crate::scan::SourceSettings;
use crate::scan::script::{Script, Writing};
use serde::Deserialize;

/// Scripts of a terminal: each is asked in turn, and nobody holds a card still for longer.
const SCRIPTS_MAX: usize = 8;

/// What one kind of card is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptSettings {
    /// Its name in logs.
    pub name: String,
    /// APDUs in hexadecimal digits; the first selects the application.
    pub commands: Vec<String>,
    /// Where the id is in the last answer: `whole`, `bytes 0 8` or `tlv 5F20`.
    #[serde(default = "whole")]
    pub find: String,
    /// How it is written there.
    #[serde(default)]
    pub writing: ScriptWriting,
}

/// How an id is written on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScriptWriting {
    /// As letters.
    #[default]
    Text,
    /// As bytes.
    Hex,
    /// As two decimal digits a byte.
    Digits,
}

fn whole() -> String {
    "whole".to_owned()
}

impl ReaderSettings {
    /// Checks the scripts and returns what the reader is started with; nothing when there are none.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn source(&self) -> Result<Option<(String, SourceSettings)>, ConfigFault> {
        if self.scripts.len() > SCRIPTS_MAX {
            return Err(wrong("reader.scripts", "write at most 8 scripts"));
        }
        let scripts: Vec<Script> =
            self.scripts.iter().map(ScriptSettings::script).collect::<Result<_, _>>()?;
        if scripts.is_empty() {
            return Ok(None);
        }
        self.started_with(scripts).map(Some)
    }

    #[cfg(feature = "nfc")]
    #[expect(clippy::unnecessary_wraps, reason = "without the feature it is a fault")]
    fn started_with(&self, scripts: Vec<Script>) -> Result<(String, SourceSettings), ConfigFault> {
        use crate::scan::contactless::ContactlessSettings;
        let settings = ContactlessSettings { name: self.name.clone(), scripts };
        Ok(("nfc".to_owned(), SourceSettings::Contactless(settings)))
    }

    #[cfg(not(feature = "nfc"))]
    #[expect(clippy::unused_self, reason = "with the feature the reader's name is needed")]
    #[expect(clippy::needless_pass_by_value, reason = "with the feature the scripts are kept")]
    fn started_with(&self, scripts: Vec<Script>) -> Result<(String, SourceSettings), ConfigFault> {
        tracing::debug!(scripts = scripts.len(), "no reader is built in");
        let advice = "this program was built without NFC: build it with --features nfc";
        Err(wrong("reader.scripts", advice))
    }
}

impl ScriptSettings {
    fn script(&self) -> Result<Script, ConfigFault> {
        let writing = match self.writing {
            ScriptWriting::Text => Writing::Text,
            ScriptWriting::Hex => Writing::Hex,
            ScriptWriting::Digits => Writing::Digits,
        };
        let script = Script::parse(&self.name, &self.commands, &self.find, writing);
        script
            .map_err(|fault| wrong(&format!("reader.scripts `{}`", self.name), &fault.to_string()))
    }
}

fn wrong(key: &str, advice: &str) -> ConfigFault {
    ConfigFault::Value { key: key.to_owned(), advice: advice.to_owned() }
}
