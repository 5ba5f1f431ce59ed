//! Looks for known secrets in every file below a folder, as they are and in three encodings.
//!
//! Owns the search: raw bytes, hexadecimal, and base64 at each of its three alignments. Every file
//! is read whole, and a file that cannot be read is an error, so that nothing is left out silently.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes that are compared first: every form of a secret is longer.
const PREFIX_BYTES: usize = 8;
/// Bits of the filter in front of the map of prefixes: 16,000 forms leave it almost empty.
const FILTER_BITS: usize = 1 << 22;

/// What was searched and what was found.
#[derive(Debug, Default)]
pub struct Searched {
    /// How many secrets were looked for.
    pub secrets: usize,
    /// How many files were read.
    pub files: usize,
    /// How many bytes they had.
    pub bytes: u64,
    /// File, byte and form of each find; never the secret.
    pub found: Vec<String>,
}

/// The forms of all secrets, ready to be found.
pub struct Secrets {
    count: usize,
    forms: BTreeMap<[u8; PREFIX_BYTES], BTreeSet<(Vec<u8>, &'static str)>>,
    filter: Vec<u64>,
}

impl Secrets {
    /// Prepares secrets; one under eight bytes is refused, because it would be found everywhere.
    pub fn new(secrets: &[String]) -> Result<Self, String> {
        let count = secrets.len();
        let (forms, filter) = (BTreeMap::new(), vec![0; FILTER_BITS / 64]);
        let mut ready = Self { count, forms, filter };
        for secret in secrets {
            for (form, name) in forms_of(secret.as_bytes()) {
                let prefix = form.first_chunk().copied();
                let prefix = prefix.ok_or("a secret is too short to be searched for")?;
                if let Some(word) = ready.filter.get_mut(place(prefix) / 64) {
                    *word |= 1 << (place(prefix) % 64);
                }
                ready.forms.entry(prefix).or_default().insert((form, name));
            }
        }
        Ok(ready)
    }

    /// Reads every file below a folder.
    ///
    /// # Errors
    /// When a file or folder cannot be read.
    pub fn search(&self, folder: &Path) -> io::Result<Searched> {
        let mut searched = Searched { secrets: self.count, ..Searched::default() };
        for file in files_below(folder)? {
            let bytes = fs::read(&file)?;
            searched.files += 1;
            searched.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let name = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
            let found = self.finds(&bytes).into_iter();
            searched.found.extend(found.map(|(at, form)| format!("{name} byte {at}, {form}")));
        }
        Ok(searched)
    }

    fn finds(&self, bytes: &[u8]) -> Vec<(usize, &'static str)> {
        let mut found = Vec::new();
        for (at, window) in bytes.windows(PREFIX_BYTES).enumerate() {
            let Some(prefix) = window.first_chunk().copied() else { continue };
            let place = place(prefix);
            let hit = self.filter.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1);
            if !hit {
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let forms = self.forms.get(&prefix).into_iter().flatten();
            let here = forms.filter(|(form, _)| rest.starts_with(form));
            found.extend(here.map(|(_, name)| (at, *name)));
        }
        found
    }
}

fn place(prefix: [u8; PREFIX_BYTES]) -> usize {
    let mixed = u64::from_le_bytes(prefix).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 42).unwrap_or(0) % FILTER_BITS
}

fn forms_of(secret: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    let mut forms = vec![
        (secret.to_vec(), "as it is"),
        (hex::encode(secret).into_bytes(), "in hexadecimal"),
        (hex::encode_upper(secret).into_bytes(), "in hexadecimal"),
        (decimal(secret), "as a list of bytes"),
    ];
    for lead in 0..3 {
        // Whole groups of the middle do not depend on what stands around the secret.
        let mut bytes = vec![0; lead];
        bytes.extend_from_slice(secret);
        let text = BASE64.encode(&bytes);
        let inner = text.get(if lead == 0 { 0 } else { 4 }..bytes.len() / 3 * 4);
        forms.push((inner.unwrap_or_default().as_bytes().to_vec(), "in base64"));
    }
    forms
}

/// As Rust's `{:?}` prints a slice of bytes.
fn decimal(secret: &[u8]) -> Vec<u8> {
    let numbers: Vec<String> = secret.iter().map(u8::to_string).collect();
    numbers.join(", ").into_bytes()
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}
