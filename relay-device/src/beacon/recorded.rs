//! Sightings from a file, for trials and for shops that move a recording around.
//!
//! Owns its lines: milliseconds since 1970, a blank, then a sniffer's line; `#` begins a remark.
//! Nothing comes next.

use super::{LineFault, Sighting};
use std::path::{Path, PathBuf};

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingFault {
    /// The file itself.
    #[error("recording {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line without its time.
    #[error("recording {path}, line {line}: it begins with milliseconds since 1970")]
    Time {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// A line that is no sighting.
    #[error("recording {path}, line {line}: {fault}")]
    Line {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        fault: LineFault,
    },
}

/// Reads a recording; what is no beacon in it is passed over, as a sniffer's owner would.
///
/// # Errors
/// [`RecordingFault`], each as it says.
pub fn read(path: &Path) -> Result<Vec<Sighting>, RecordingFault> {
    let owned = || path.to_owned();
    let text = std::fs::read_to_string(path)
        .map_err(|source| RecordingFault::File { path: owned(), source })?;
    let mut sightings = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let (time, rest) = content.split_once(' ').unwrap_or((content, ""));
        let at_ms = time.parse().map_err(|_| RecordingFault::Time { path: owned(), line })?;
        match Sighting::parse(rest, at_ms) {
            Ok(sighting) => sightings.push(sighting),
            Err(LineFault::NoBeacon) => {}
            Err(fault) => return Err(RecordingFault::Line { path: owned(), line, fault }),
        }
    }
    Ok(sightings)
}
