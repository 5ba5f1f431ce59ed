//! Fills the folders from which the engine starts, and holds every sample once on the way.
//!
//! `plant FOLDER [VECTORS]` writes the samples of each target to `FOLDER/TARGET`, and the texts of
//! the published vectors when their folder is given; without arguments it prints the targets. Owns
//! no oracle: those are in the library.

use baton_fuzz::formats::{Target, samples};
use serde_json::Value;
use std::path::Path;
use std::{env, fs, io};

/// The longest text of a vector that becomes a sample, in bytes: longer ones slow the engine down.
const SAMPLE_BYTES_MAX: usize = 2_048;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some(folder) = arguments.first() else {
        baton_fuzz::targets().iter().for_each(|target| println!("{}", target.name));
        return Ok(());
    };
    for target in baton_fuzz::targets() {
        let place = Path::new(folder).join(target.name);
        fs::create_dir_all(&place)?;
        let mut all: Vec<Vec<u8>> = samples(target.seeds).collect();
        if let Some(vectors) = arguments.get(1).filter(|_| !target.vectors.is_empty()) {
            all.extend(published(&target, &Path::new(vectors).join(target.vectors)));
        }
        for (number, sample) in all.iter().enumerate() {
            baton_fuzz::hold(target.name, sample);
            fs::write(place.join(format!("sample-{number:05}")), sample)?;
        }
    }
    Ok(())
}

/// Every text of a file of vectors, and the bytes of those that are hexadecimal digits.
fn published(target: &Target, file: &Path) -> Vec<Vec<u8>> {
    let Ok(text) = fs::read_to_string(file) else { return Vec::new() };
    let Ok(book) = serde_json::from_str(&text) else { return Vec::new() };
    let mut texts = Vec::new();
    collect(&book, &mut texts);
    texts.sort();
    texts.dedup();
    let bytes: Vec<Vec<u8>> = texts.iter().filter_map(|text| hexadecimal(text)).collect();
    let plain = texts.into_iter().map(String::into_bytes).chain(bytes);
    let plain = plain.filter(|sample| sample.len() <= SAMPLE_BYTES_MAX);
    if target.choices == 0 {
        return plain.collect();
    }
    let choices = 0..target.choices;
    plain
        .flat_map(|sample| choices.clone().map(move |choice| [&[choice], &sample[..]].concat()))
        .collect()
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(entries) => entries.values().for_each(|entry| collect(entry, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let whole = !digits.is_empty() && digits.len().is_multiple_of(2) && digits.is_ascii();
    let pairs = digits.as_bytes().chunks(2).filter(|_| whole);
    let pair = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    whole.then(|| pairs.map(pair).collect()).flatten()
}
