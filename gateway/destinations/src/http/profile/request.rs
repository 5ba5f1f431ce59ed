//! One request by template: method, path, headers, body and signature.
//!
//! Owns what may stand where: a payment code only in a body, a secret only in a header, a value in
//! a path only percent-encoded. Next: [`super::json`], which reads what comes back.

use super::body::Body;
use super::facts::Facts;
use super::fault::{Key, ProfileFault};
use super::file::{EchoFile, MethodFile, OperationFile};
use super::sign::{Seal, say_body};
use super::template::{Piece, Template, Vocabulary};
use super::word::{Kind, SECRETS, Word};
use crate::fault::Lost;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use reqwest::{Method, Url};
use std::collections::BTreeMap;

/// Headers that belong to the connection, not to a profile.
const HEADERS_RESERVED: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// What a path may be made of besides placeholders. Source: RFC 3986, sections 3.3 and 3.4.
const PATH_MARKS: &[u8] = b"-._~!$&'()*+,;=:@/?%";

/// A request with placeholders.
#[derive(Debug, Clone)]
pub(super) struct Request {
    method: Method,
    path: Template,
    query: Option<Template>,
    headers: BTreeMap<String, (HeaderName, Template)>,
    body: Option<Body>,
}

/// A request for one question.
pub(super) struct Written {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
}

/// The parts of a table that make a request.
pub(super) struct Parts<'f> {
    method: MethodFile,
    path: &'f str,
    headers: &'f BTreeMap<String, String>,
    body: Option<&'f toml::Table>,
}

impl<'f> Parts<'f> {
    pub(super) const fn of_operation(file: &'f OperationFile) -> Self {
        let (method, path, headers) = (file.method, file.path.as_str(), &file.headers);
        Self { method, path, headers, body: file.body.as_ref() }
    }

    pub(super) const fn of_echo(file: &'f EchoFile) -> Self {
        let (method, path, headers) = (file.method, file.path.as_str(), &file.headers);
        Self { method, path, headers, body: file.body.as_ref() }
    }
}

impl Request {
    /// Reads a table; `shared` are the headers of all requests.
    pub(super) fn read(
        kind: Kind,
        parts: &Parts<'_>,
        shared: &BTreeMap<String, String>,
    ) -> Result<Self, ProfileFault> {
        let at = Key::root(kind.name());
        let words = kind.words();
        let method = method(&at.at("method"), kind, parts.method)?;
        let (path, query) = path(&at.at("path"), parts.path, &words)?;
        let mut headers = self::headers(&Key::root("headers"), shared, &Kind::Echo.words())?;
        headers.extend(self::headers(&at.at("headers"), parts.headers, &words)?);
        if parts.body.is_some() && method == Method::GET {
            return Err(at.at("body").wrong("a GET has no body"));
        }
        let vocabulary = Vocabulary::of(&[&words]);
        let body = parts.body.map(|table| Body::read(&at.at("body"), table, &vocabulary));
        Ok(Self { method, path, query, headers, body: body.transpose()? })
    }

    /// Every placeholder in it.
    pub(super) fn words(&self) -> Vec<Word> {
        let templates = std::iter::once(&self.path).chain(&self.query);
        let templates = templates.chain(self.headers.values().map(|(_, template)| template));
        let words = templates.flat_map(Template::words);
        words.chain(self.body.iter().flat_map(Body::words)).collect()
    }

    /// The names of the headers that it always has.
    pub(super) fn header_names(&self) -> impl Iterator<Item = &str> {
        self.headers.keys().map(String::as_str)
    }

    /// Fills it in and signs it.
    pub(super) fn write(
        &self,
        base_url: &str,
        facts: &Facts<'_>,
        secret: Option<&Secret>,
        seal: Option<&Seal>,
    ) -> Result<Written, Lost> {
        let url = self.url(base_url, facts).ok_or(Lost::Unsendable)?;
        let body = match &self.body {
            Some(body) => Some(body.print(facts).ok_or(Lost::Unsendable)?),
            None => None,
        };
        let mut headers = self.fill_headers(facts, secret).ok_or(Lost::Unsendable)?;
        if body.is_some() && !headers.contains_key(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let mut written = Written { method: self.method.clone(), url, headers, body };
        if let Some(seal) = seal {
            let secret = secret.ok_or(Lost::NotSent)?;
            let value = seal.sign(secret, |piece| written.say(piece, facts));
            let value = value.ok_or(Lost::Unsendable)?;
            let value = HeaderValue::from_str(&value).map_err(|_| Lost::Unsendable)?;
            written.headers.insert(seal.header.clone(), value);
        }
        Ok(written)
    }

    /// Nothing if a value would change the path's shape, as `..` does.
    fn url(&self, base_url: &str, facts: &Facts<'_>) -> Option<Url> {
        let encoded = |piece: &Piece| facts.say_piece(piece).map(|value| encode(&value));
        let path = self.path.fill(encoded)?;
        let mut url = Url::parse(base_url).ok()?;
        let wanted = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&wanted);
        if url.path() != wanted {
            return None;
        }
        if let Some(query) = &self.query {
            url.set_query(Some(&query.fill(encoded)?));
        }
        Some(url)
    }

    fn fill_headers(&self, facts: &Facts<'_>, secret: Option<&Secret>) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if self.method == Method::GET {
            // A stored answer says nothing about now.
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
        for (name, template) in self.headers.values() {
            let text = template.fill(|piece| match piece {
                Piece::Word(Word::Secret) => say_secret(secret?),
                Piece::Word(Word::SecretBase64) => Some(STANDARD.encode(secret?.reveal())),
                Piece::Text(_) | Piece::Word(_) | Piece::Header(_) => facts.say_piece(piece),
            });
            let mut value = HeaderValue::from_str(&text?).ok()?;
            value.set_sensitive(template.names(SECRETS));
            headers.insert(name.clone(), value);
        }
        Some(headers)
    }
}

impl Written {
    fn say(&self, piece: &Piece, facts: &Facts<'_>) -> Option<String> {
        let body = self.body.as_deref().unwrap_or_default();
        match piece {
            Piece::Word(Word::Method) => Some(self.method.to_string()),
            Piece::Word(Word::Path) => Some(self.url.path().to_owned()),
            Piece::Word(Word::Query) => Some(self.url.query().unwrap_or_default().to_owned()),
            Piece::Word(word) => say_body(*word, body).or_else(|| facts.say(*word)),
            // The one that may be absent is the type of a body that is not there.
            Piece::Header(name) => match self.headers.get(name) {
                Some(value) => value.to_str().ok().map(str::to_owned),
                None => Some(String::new()),
            },
            Piece::Text(text) => Some(text.clone()),
        }
    }
}

/// Prints a secret for a header; nothing if no header may carry it.
pub(super) fn say_secret(secret: &Secret) -> Option<String> {
    let text = std::str::from_utf8(secret.reveal()).ok()?;
    let fits = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    fits.then(|| text.to_owned())
}

fn method(key: &Key, kind: Kind, method: MethodFile) -> Result<Method, ProfileFault> {
    let asks = matches!(kind, Kind::Inquire | Kind::Balance | Kind::Echo);
    let undoes = matches!(kind, Kind::Reverse | Kind::Void);
    match method {
        MethodFile::Post => Ok(Method::POST),
        MethodFile::Get if asks => Ok(Method::GET),
        MethodFile::Put if !asks => Ok(Method::PUT),
        MethodFile::Patch if !asks => Ok(Method::PATCH),
        MethodFile::Delete if undoes => Ok(Method::DELETE),
        MethodFile::Get => Err(key.wrong("GET may be repeated or stored on its way; use POST")),
        MethodFile::Put | MethodFile::Patch => {
            Err(key.wrong("a question changes nothing: use GET"))
        }
        MethodFile::Delete => Err(key.wrong("DELETE only takes back")),
    }
}

fn path(
    key: &Key,
    text: &str,
    words: &[Word],
) -> Result<(Template, Option<Template>), ProfileFault> {
    let words: Vec<Word> = words.iter().copied().filter(|word| *word != Word::Code).collect();
    if text.contains("{code}") {
        return Err(key.wrong("a payment code never stands in a URL; put it into the body"));
    }
    let template = Template::read(key, text, &Vocabulary::of(&[&words]))?;
    let literal = template.literal();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || PATH_MARKS.contains(&byte);
    let dots = text.split(['/', '?']).any(|segment| segment == "." || segment == "..");
    if !text.starts_with('/') || text.starts_with("//") || !literal.bytes().all(fits) || dots {
        return Err(
            key.wrong("not a path: it starts with one `/`, has no `.` or `..` and is ASCII")
        );
    }
    let (path, query) = template.split_once('?');
    Ok((path, query))
}

fn headers(
    at: &Key,
    file: &BTreeMap<String, String>,
    words: &[Word],
) -> Result<BTreeMap<String, (HeaderName, Template)>, ProfileFault> {
    let words: Vec<Word> = words.iter().copied().filter(|word| *word != Word::Code).collect();
    let vocabulary = Vocabulary::of(&[&words, SECRETS]);
    let mut headers = BTreeMap::new();
    for (name, text) in file {
        let key = at.at(name);
        let header = header_name(&key, name)?;
        let template = Template::read(&key, text, &vocabulary)?;
        let visible = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if !template.literal().bytes().all(visible) {
            return Err(key.wrong("a header has visible ASCII characters only"));
        }
        if header == AUTHORIZATION && !template.names(SECRETS) {
            let advice = "a secret never stands in a profile: write `{secret}` or \
                          `{secret_base64}` and provision it";
            return Err(key.wrong(advice));
        }
        if headers.insert(header.to_string(), (header, template)).is_some() {
            return Err(key.wrong("this header stands twice"));
        }
    }
    Ok(headers)
}

/// Reads the name of a header that a profile may set.
pub(super) fn header_name(key: &Key, name: &str) -> Result<HeaderName, ProfileFault> {
    let header = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| key.wrong("not the name of a header"))?;
    if HEADERS_RESERVED.contains(&header.as_str()) || header.as_str().starts_with("proxy-") {
        return Err(key.wrong("this header belongs to the connection"));
    }
    Ok(header)
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, section 2.3.
fn encode(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push_str(&hex::encode_upper([byte]));
        }
    }
    text
}
