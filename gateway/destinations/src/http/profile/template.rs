//! Texts with placeholders: read once, filled for each request.
//!
//! Owns the grammar: `{name}` is a placeholder, `{header:name}` a header in what is signed, `{{`
//! and `}}` are braces. A filled value is never read again, so it cannot bring placeholders of its
//! own. Next: [`super::body`].

use super::fault::{Key, ProfileFault};
use super::word::Word;

/// The mark of a JSON number: `"{amount:number}"`.
const NUMBER_MARK: &str = ":number";

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Word(Word),
    Header(String),
}

/// What templates at one place may name.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    words: Vec<Word>,
    headers: Headers,
}

/// Headers that `{header:name}` may name, in lower case.
#[derive(Debug, Clone)]
pub(super) enum Headers {
    Any,
    Named(Vec<String>),
}

impl Default for Headers {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

impl Vocabulary {
    pub(super) fn of(words: &[&[Word]]) -> Self {
        Self { words: words.concat(), headers: Headers::default() }
    }

    pub(super) fn with_headers(self, headers: Headers) -> Self {
        Self { headers, ..self }
    }

    fn piece(&self, key: &Key, name: &str) -> Result<Piece, ProfileFault> {
        if let Some(header) = name.strip_prefix("header:") {
            let header = header.to_ascii_lowercase();
            return match &self.headers {
                Headers::Named(known) if !known.contains(&header) => Err(key.wrong(format!(
                    "not every request has a header `{header}`; all have: {}",
                    known.join(" ")
                ))),
                Headers::Named(_) | Headers::Any => Ok(Piece::Header(header)),
            };
        }
        if name.ends_with(NUMBER_MARK) {
            let advice = "a number stands alone, as the whole text of a value in a body";
            return Err(key.wrong(format!("`{{{name}}}`: {advice}")));
        }
        let known: Vec<_> = self.words.iter().map(|word| format!("{{{}}}", word.name())).collect();
        let known = known.join(" ");
        match Word::lookup(name) {
            Some(word) if self.words.contains(&word) => Ok(Piece::Word(word)),
            Some(_) => {
                Err(key.wrong(format!("`{{{name}}}` is not available here; available: {known}")))
            }
            None => {
                Err(key.wrong(format!("there is no placeholder `{{{name}}}`; available: {known}")))
            }
        }
    }
}

impl Template {
    /// Reads a text.
    pub(super) fn read(key: &Key, text: &str, known: &Vocabulary) -> Result<Self, ProfileFault> {
        let mut pieces = Pieces(Vec::new());
        let mut rest = text;
        while let Some(start) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(start);
            pieces.text(before);
            rest = if let Some(after) = from.strip_prefix("{{") {
                pieces.text("{");
                after
            } else if let Some(after) = from.strip_prefix("}}") {
                pieces.text("}");
                after
            } else {
                let inside = from.strip_prefix('{').and_then(|from| from.split_once('}'));
                let Some((name, after)) = inside else {
                    return Err(key.wrong("a brace stands alone; write `{{` or `}}` for a brace"));
                };
                pieces.0.push(known.piece(key, name)?);
                after
            };
        }
        pieces.text(rest);
        Ok(Self(pieces.0))
    }

    /// Reads the text of a value that stands for a JSON number, `"{amount:number}"`.
    pub(super) fn number(
        key: &Key,
        text: &str,
        known: &Vocabulary,
    ) -> Result<Option<Word>, ProfileFault> {
        let inside = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let Some(name) = inside.and_then(|name| name.strip_suffix(NUMBER_MARK)) else {
            return Ok(None);
        };
        match known.piece(key, name)? {
            Piece::Word(word) if word.is_number() => Ok(Some(word)),
            Piece::Word(_) | Piece::Text(_) | Piece::Header(_) => {
                Err(key.wrong(format!("`{{{name}}}` is no number; write it without `:number`")))
            }
        }
    }

    /// Fills it; nothing if a value is not there.
    pub(super) fn fill(&self, say: impl Fn(&Piece) -> Option<String>) -> Option<String> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Word(_) | Piece::Header(_) => text.push_str(&say(piece)?),
            }
        }
        Some(text)
    }

    pub(super) fn words(&self) -> impl Iterator<Item = Word> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Word(word) => Some(*word),
            Piece::Text(_) | Piece::Header(_) => None,
        })
    }

    pub(super) fn names(&self, words: &[Word]) -> bool {
        self.words().any(|word| words.contains(&word))
    }

    /// The literal parts, joined.
    pub(super) fn literal(&self) -> String {
        self.0.iter().fold(String::new(), |text, piece| match piece {
            Piece::Text(part) => text + part,
            Piece::Word(_) | Piece::Header(_) => text,
        })
    }

    /// Splits at the first literal occurrence of a character, which goes.
    pub(super) fn split_once(self, at: char) -> (Self, Option<Self>) {
        let mut before = Vec::new();
        let mut pieces = self.0.into_iter();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Text(text) if text.contains(at) => {
                    let (left, right) = text.split_once(at).unwrap_or((&text, ""));
                    before.push(Piece::Text(left.to_owned()));
                    let after = std::iter::once(Piece::Text(right.to_owned())).chain(pieces);
                    return (Self(before), Some(Self(after.collect())));
                }
                Piece::Text(_) | Piece::Word(_) | Piece::Header(_) => before.push(piece),
            }
        }
        (Self(before), None)
    }

    /// Finds the value of one placeholder in a text that was made by this template; the other
    /// placeholders may stand for anything.
    pub(super) fn capture<'t>(&self, text: &'t str, wanted: Word) -> Option<&'t str> {
        let (mut rest, mut open, mut found) = (text, None, None);
        for piece in &self.0 {
            match piece {
                Piece::Text(part) => {
                    let start = if open.is_some() {
                        rest.find(part.as_str())?
                    } else {
                        rest.starts_with(part.as_str()).then_some(0)?
                    };
                    let (value, after) = rest.split_at(start);
                    found = if open == Some(wanted) { Some(value) } else { found };
                    rest = after.strip_prefix(part.as_str())?;
                    open = None;
                }
                Piece::Word(word) => open = Some(*word),
                Piece::Header(_) => return None,
            }
        }
        match open {
            Some(word) if word == wanted => Some(rest),
            Some(_) => found,
            None => rest.is_empty().then_some(found).flatten(),
        }
    }
}

/// Pieces in the making: neighbouring texts become one.
struct Pieces(Vec<Piece>);

impl Pieces {
    fn text(&mut self, part: &str) {
        match self.0.last_mut() {
            _ if part.is_empty() => {}
            Some(Piece::Text(text)) => text.push_str(part),
            Some(Piece::Word(_) | Piece::Header(_)) | None => {
                self.0.push(Piece::Text(part.to_owned()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
