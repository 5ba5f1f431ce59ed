//! Signatures by configuration: what is covered, with which algorithm, written how and where.
//!
//! Owns HMAC over a template (FIPS 198-1 with the hashes of FIPS 180-4, through aws-lc) for
//! requests and for answers. The key is the destination's secret; it is never in a profile. Next:
//! [`super::request`].

use super::fault::{Key, ProfileFault};
use super::file::SealFile;
use super::request::header_name;
use super::template::{Headers, Piece, Template, Vocabulary};
use super::word::{ANSWER, MESSAGE, TIME, Word};
use crate::secret::Secret;
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderName;
use serde::Deserialize;

/// The hash under the HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Algorithm {
    #[serde(rename = "hmac-sha256")]
    Sha256,
    #[serde(rename = "hmac-sha512")]
    Sha512,
}

/// How the signature's bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Encoding {
    /// Lower case.
    #[default]
    Hex,
    /// With padding. Source: RFC 4648, section 4.
    Base64,
}

/// How the secret becomes the key's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum KeyForm {
    #[default]
    Text,
    Hex,
    Base64,
}

/// A signature in a header.
#[derive(Debug, Clone)]
pub(super) struct Seal {
    pub(super) header: HeaderName,
    value: Template,
    over: Template,
    algorithm: Algorithm,
    encoding: Encoding,
    key: KeyForm,
}

impl Seal {
    /// Reads `[sign]`; `headers` are those that every request has.
    pub(super) fn of_requests(file: &SealFile, headers: Headers) -> Result<Self, ProfileFault> {
        let over = Vocabulary::of(&[TIME, MESSAGE]).with_headers(headers);
        let value = Vocabulary::of(&[TIME, &[Word::Signature]]);
        Self::read(&Key::root("sign"), file, &value, &over)
    }

    /// Reads `[verify]`.
    pub(super) fn of_answers(file: &SealFile) -> Result<Self, ProfileFault> {
        let over = Vocabulary::of(&[ANSWER]).with_headers(Headers::Any);
        let value = Vocabulary::of(&[&[Word::Signature, Word::Timestamp]]);
        let seal = Self::read(&Key::root("verify"), file, &value, &over)?;
        let told = seal.value.names(&[Word::Timestamp]);
        if seal.over.names(&[Word::Timestamp]) && !told {
            let key = Key::root("verify").at("over");
            return Err(key.wrong("`{timestamp}` is what `verify.value` finds; it finds none"));
        }
        Ok(seal)
    }

    fn read(
        at: &Key,
        file: &SealFile,
        value: &Vocabulary,
        over: &Vocabulary,
    ) -> Result<Self, ProfileFault> {
        let header = header_name(&at.at("header"), &file.header)?;
        let value = Template::read(&at.at("value"), &file.value, value)?;
        if value.words().filter(|word| *word == Word::Signature).count() != 1 {
            return Err(at.at("value").wrong("`{signature}` must stand in it, once"));
        }
        let over = Template::read(&at.at("over"), &file.over, over)?;
        if !over.names(&[Word::Body, Word::BodySha256Hex, Word::BodySha256Base64]) {
            let advice = "the body must be covered: `{body}`, `{body_sha256_hex}` or \
                          `{body_sha256_base64}`";
            return Err(at.at("over").wrong(advice));
        }
        let (algorithm, encoding, key) = (file.algorithm, file.encoding, file.key);
        Ok(Self { header, value, over, algorithm, encoding, key })
    }

    /// Returns the header's value; nothing if a value or the key is not there.
    pub(super) fn sign(
        &self,
        secret: &Secret,
        say: impl Fn(&Piece) -> Option<String>,
    ) -> Option<String> {
        let covered = self.over.fill(&say)?;
        let tag = hmac::sign(&self.key(secret)?, covered.as_bytes());
        let text = match self.encoding {
            Encoding::Hex => hex::encode(tag.as_ref()),
            Encoding::Base64 => STANDARD.encode(tag.as_ref()),
        };
        self.value.fill(|piece| match piece {
            Piece::Word(Word::Signature) => Some(text.clone()),
            Piece::Text(_) | Piece::Word(_) | Piece::Header(_) => say(piece),
        })
    }

    /// Checks a header's value, in constant time for the tag.
    pub(super) fn holds(
        &self,
        secret: &Secret,
        value: &str,
        say: impl Fn(&Piece) -> Option<String>,
    ) -> bool {
        let covered = self.over.fill(|piece| match piece {
            Piece::Word(Word::Timestamp) => {
                self.value.capture(value, Word::Timestamp).map(str::to_owned)
            }
            Piece::Text(_) | Piece::Word(_) | Piece::Header(_) => say(piece),
        });
        let text = self.value.capture(value, Word::Signature);
        let tag = text.and_then(|text| match self.encoding {
            Encoding::Hex => hex::decode(text).ok(),
            Encoding::Base64 => STANDARD.decode(text).ok(),
        });
        match (self.key(secret), covered, tag) {
            (Some(key), Some(covered), Some(tag)) => {
                hmac::verify(&key, covered.as_bytes(), &tag).is_ok()
            }
            _ => false,
        }
    }

    /// The key; nothing if the secret is not written as the profile says.
    pub(super) fn key(&self, secret: &Secret) -> Option<hmac::Key> {
        let algorithm = match self.algorithm {
            Algorithm::Sha256 => hmac::HMAC_SHA256,
            Algorithm::Sha512 => hmac::HMAC_SHA512,
        };
        let bytes = match self.key {
            KeyForm::Text => return Some(hmac::Key::new(algorithm, secret.reveal())),
            KeyForm::Hex => hex::decode(secret.reveal()).ok()?,
            KeyForm::Base64 => STANDARD.decode(secret.reveal()).ok()?,
        };
        Some(hmac::Key::new(algorithm, &zeroize::Zeroizing::new(bytes)))
    }
}

/// Prints a body's placeholder: the body itself or its hash.
pub(super) fn say_body(word: Word, body: &str) -> Option<String> {
    let hash = || digest::digest(&digest::SHA256, body.as_bytes());
    if word == Word::Body {
        return Some(body.to_owned());
    }
    if word == Word::BodySha256Hex {
        return Some(hex::encode(hash()));
    }
    (word == Word::BodySha256Base64).then(|| STANDARD.encode(hash()))
}

#[cfg(test)]
mod tests;
