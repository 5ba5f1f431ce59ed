//! The workspace as the rules see it: sources, manifests, other texts, and findings about them.
//!
//! Owns walking and reading; may not judge. Nothing is asked of git, so that an unpacked archive is
//! held to the same rules. Next: `rules.rs`, which judges sources.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::error::Error;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing we wrote: build output, git's own, local runs, editors.
const FOLDERS_SKIPPED: &[&str] = &["target", ".git", "node_modules", ".idea", ".vscode"];

/// One broken rule at one place.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub advice: String,
}

impl Finding {
    pub fn new(path: &str, line: usize, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, advice: advice.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// Fails a test with one line for each finding.
pub fn hold(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} to mend:\n{}", lines.len(), lines.join("\n"));
}

/// One token of a source, with groups opened flat: `fn a()` is `fn`, `a`, `(`, `)`.
#[derive(Debug)]
pub struct Word {
    pub text: String,
    pub line: usize,
}

/// One Rust file.
pub struct Source {
    pub path: String,
    pub text: String,
    pub words: Vec<Word>,
    pub syntax: syn::File,
}

impl Source {
    pub fn parse(path: &str, text: &str) -> Result<Self, Box<dyn Error>> {
        let at = |error: &dyn fmt::Display| format!("{path}: {error}");
        let tokens: TokenStream = text.parse().map_err(|e: proc_macro2::LexError| at(&e))?;
        let mut words = Vec::new();
        flatten(tokens, &mut words);
        let syntax = syn::parse_file(text).map_err(|e| at(&e))?;
        Ok(Self { path: path.to_owned(), text: text.to_owned(), words, syntax })
    }

    /// Lines at which this run of tokens starts.
    pub fn lines_of(&self, run: &[&str]) -> Vec<usize> {
        let starts = self.words.windows(run.len());
        let hits = starts.filter(|part| part.iter().map(|w| &w.text).eq(run.iter()));
        hits.filter_map(<[Word]>::first).map(|word| word.line).collect()
    }

    /// Tells whether the file holds tests only: `tests.rs`, a `tests` folder, the tests package.
    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
    }
}

/// One `Cargo.toml`.
pub struct Manifest {
    pub path: String,
    pub text: String,
    pub table: toml::Table,
}

impl Manifest {
    pub fn parse(path: &str, text: &str) -> Result<Self, Box<dyn Error>> {
        let table = text.parse::<toml::Table>().map_err(|e| format!("{path}: {e}"))?;
        Ok(Self { path: path.to_owned(), text: text.to_owned(), table })
    }

    pub fn name(&self) -> &str {
        self.table.get("package").and_then(|p| p.get("name")).and_then(|n| n.as_str()).unwrap_or("")
    }

    /// Line of the first text line that starts with this.
    pub fn line_of(&self, start: &str) -> usize {
        self.text.lines().position(|line| line.starts_with(start)).map_or(1, |place| place + 1)
    }
}

/// Every file that we wrote.
#[derive(Default)]
pub struct Tree {
    pub sources: Vec<Source>,
    pub manifests: Vec<Manifest>,
    /// Path and content of each text file, sources and manifests included.
    pub texts: Vec<(String, String)>,
}

impl Tree {
    /// Reads the workspace that this test was built from.
    pub fn load() -> Result<Self, Box<dyn Error>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut paths = Vec::new();
        walk(&root, &root, &mut paths)?;
        paths.sort();
        let mut tree = Self::default();
        for path in paths {
            let bytes = fs::read(root.join(&path))?;
            if let Ok(text) = String::from_utf8(bytes) {
                tree.add(&path, text)?;
            }
        }
        Ok(tree)
    }

    /// Makes a tree of a few named texts, for the tests of the rules themselves.
    pub fn of(texts: &[(&str, &str)]) -> Result<Self, Box<dyn Error>> {
        let mut tree = Self::default();
        for (path, text) in texts {
            tree.add(path, (*text).to_owned())?;
        }
        Ok(tree)
    }

    fn add(&mut self, path: &str, text: String) -> Result<(), Box<dyn Error>> {
        if path.ends_with(".rs") {
            self.sources.push(Source::parse(path, &text)?);
        }
        if path.ends_with("Cargo.toml") {
            self.manifests.push(Manifest::parse(path, &text)?);
        }
        self.texts.push((path.to_owned(), text));
        Ok(())
    }
}

fn walk(root: &Path, folder: &Path, paths: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        let local_run = name == "run" && folder == root;
        if path.is_symlink() || local_run || FOLDERS_SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, paths)?;
        } else {
            paths.push(path.strip_prefix(root)?.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

fn flatten(tokens: TokenStream, words: &mut Vec<Word>) {
    for token in tokens {
        let line = token.span().start().line;
        let TokenTree::Group(group) = token else {
            words.push(Word { text: token.to_string(), line });
            continue;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        words.push(Word { text: open.to_owned(), line });
        flatten(group.stream(), words);
        words.push(Word { text: close.to_owned(), line: group.span_close().start().line });
    }
}
