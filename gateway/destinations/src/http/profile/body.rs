//! The JSON body of a request: a tree whose leaves are templates.
//!
//! Owns how a profile's table becomes JSON. Values are escaped as JSON strings one by one, so no
//! value can end its string or add a key. Next: [`super::sign`].

use super::facts::Facts;
use super::fault::{Key, ProfileFault};
use super::template::{Template, Vocabulary};
use super::word::Word;

/// A JSON value with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    Text(Template),
    /// A placeholder that stands as a JSON number.
    Number(Word),
    /// A whole number or a truth value, as JSON writes it.
    Literal(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Body {
    pub(super) fn read(
        key: &Key,
        table: &toml::Table,
        known: &Vocabulary,
    ) -> Result<Self, ProfileFault> {
        let fields = table
            .iter()
            .map(|(name, value)| Ok((name.clone(), read(&key.at(name), value, known)?)));
        fields.collect::<Result<_, _>>().map(Self::Object)
    }

    /// Prints it as JSON; nothing if a value is not there.
    pub(super) fn print(&self, facts: &Facts<'_>) -> Option<String> {
        let mut out = String::new();
        self.write(facts, &mut out)?;
        Some(out)
    }

    fn write(&self, facts: &Facts<'_>, out: &mut String) -> Option<()> {
        match self {
            Self::Text(template) => {
                out.push_str(&quoted(&template.fill(|piece| facts.say_piece(piece))?)?);
            }
            Self::Number(word) => out.push_str(&number(&facts.say(*word)?)),
            Self::Literal(text) => out.push_str(text),
            Self::List(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { "," });
                    item.write(facts, out)?;
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { "," });
                    out.push_str(&quoted(name)?);
                    out.push(':');
                    value.write(facts, out)?;
                }
                out.push('}');
            }
        }
        Some(())
    }

    /// Every placeholder in it.
    pub(super) fn words(&self) -> Vec<Word> {
        match self {
            Self::Text(template) => template.words().collect(),
            Self::Number(word) => vec![*word],
            Self::Literal(_) => Vec::new(),
            Self::List(items) => items.iter().flat_map(Self::words).collect(),
            Self::Object(fields) => fields.iter().flat_map(|(_, value)| value.words()).collect(),
        }
    }
}

fn read(key: &Key, value: &toml::Value, known: &Vocabulary) -> Result<Body, ProfileFault> {
    Ok(match value {
        toml::Value::String(text) => match Template::number(key, text, known)? {
            Some(word) => Body::Number(word),
            None => Body::Text(Template::read(key, text, known)?),
        },
        toml::Value::Integer(number) => Body::Literal(number.to_string()),
        toml::Value::Boolean(truth) => Body::Literal(truth.to_string()),
        toml::Value::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(place, item)| read(&key.nth(place), item, known));
            Body::List(items.collect::<Result<_, _>>()?)
        }
        toml::Value::Table(table) => Body::read(key, table, known)?,
        toml::Value::Float(_) | toml::Value::Datetime(_) => {
            return Err(key.wrong("write a text, a whole number, true, false, a list or a table"));
        }
    })
}

fn quoted(text: &str) -> Option<String> {
    serde_json::to_string(text).ok()
}

/// JSON numbers have no leading zeros; currency numbers do.
fn number(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let start = digits.len().saturating_sub(1);
    let zeros = digits.bytes().take_while(|byte| *byte == b'0').count().min(start);
    let kept = digits.get(zeros..).unwrap_or(digits);
    // `0.05` keeps the zero before its point.
    let point = if kept.starts_with('.') { "0" } else { "" };
    format!("{sign}{point}{kept}")
}

#[cfg(test)]
mod tests;
