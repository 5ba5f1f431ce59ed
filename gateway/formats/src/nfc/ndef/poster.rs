//! The Smart Poster record: a message within a record, with one URI and words about it.
//!
//! Owns the types `act`, `s` and `t`, which mean something only here (Smart Poster RTD 1.0). May
//! not carry out an action. Next: [`super::content`].

use super::fault::ContentFault;
use super::message::{Message, Record, RecordType};
use super::text::Text;
use super::uri::Uri;

/// What the poster's author would like to be done with the URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Do what the URI says.
    Do,
    /// Keep it for later.
    Save,
    /// Open it for editing.
    Edit,
}

/// A picture or a film of the poster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icon {
    /// Its media type, which starts with `image/` or `video/`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A URI and words about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartPoster {
    /// Where it leads.
    pub uri: Uri,
    /// Titles, at most one in each language.
    pub titles: Vec<Text>,
    /// What to do.
    pub action: Option<Action>,
    /// Pictures.
    pub icons: Vec<Icon>,
    /// Bytes of what the URI leads to.
    pub size_bytes: Option<u32>,
    /// Media type of what the URI leads to.
    pub media_type: Option<String>,
}

impl SmartPoster {
    /// Makes a poster with nothing but a URI.
    #[must_use]
    pub const fn new(uri: Uri) -> Self {
        Self {
            uri,
            titles: Vec::new(),
            action: None,
            icons: Vec::new(),
            size_bytes: None,
            media_type: None,
        }
    }

    /// Reads the payload of a Smart Poster record; records of other types are passed over.
    ///
    /// # Errors
    /// [`ContentFault`]: the poster's own, and those of the URI and texts in it.
    pub fn parse(payload: &[u8]) -> Result<Self, ContentFault> {
        if payload.is_empty() {
            return Err(ContentFault::PosterUris { count: 0 });
        }
        let message = Message::parse(payload).map_err(ContentFault::Poster)?;
        let mut parts = Parts::default();
        for record in &message.records {
            parts.take(record)?;
        }
        parts.poster()
    }

    /// Writes the payload: the URI first, then titles, action, icons, size and type.
    ///
    /// # Errors
    /// [`ContentFault`], as in reading.
    pub fn build(&self) -> Result<Vec<u8>, ContentFault> {
        check_titles(&self.titles)?;
        let well_known = |name, payload| Record::new(RecordType::well_known(name), payload);
        let mut records = vec![well_known("U", self.uri.build())];
        for title in &self.titles {
            records.push(well_known("T", title.build()?));
        }
        records.extend(self.action.map(|action| well_known("act", vec![action.code()])));
        for icon in &self.icons {
            let media_type = icon.media_type.as_bytes();
            if !is_icon(media_type) {
                return Err(ContentFault::TypeInvalid);
            }
            let kind = RecordType::Media(media_type.to_vec());
            records.push(Record::new(kind, icon.bytes.clone()));
        }
        records.extend(self.size_bytes.map(|size| well_known("s", size.to_be_bytes().to_vec())));
        let media_type = self.media_type.as_ref();
        records.extend(media_type.map(|name| well_known("t", name.as_bytes().to_vec())));
        Message { records }.build().map_err(ContentFault::Poster)
    }
}

impl Action {
    const fn code(self) -> u8 {
        match self {
            Self::Do => 0,
            Self::Save => 1,
            Self::Edit => 2,
        }
    }

    fn parse(payload: &[u8]) -> Result<Self, ContentFault> {
        match payload {
            [0] => Ok(Self::Do),
            [1] => Ok(Self::Save),
            [2] => Ok(Self::Edit),
            _ => Err(ContentFault::ActionInvalid),
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Parts {
    uris: Vec<Uri>,
    titles: Vec<Text>,
    actions: Vec<Action>,
    icons: Vec<Icon>,
    sizes: Vec<u32>,
    types: Vec<String>,
}

impl Parts {
    fn take(&mut self, record: &Record) -> Result<(), ContentFault> {
        match &record.kind {
            RecordType::WellKnown(name) => self.take_well_known(name, &record.payload),
            RecordType::Media(name) if is_icon(name) => {
                let media_type = String::from_utf8_lossy(name).into_owned();
                self.icons.push(Icon { media_type, bytes: record.payload.clone() });
                Ok(())
            }
            RecordType::Media(_)
            | RecordType::Empty
            | RecordType::AbsoluteUri(_)
            | RecordType::External(_)
            | RecordType::Unknown => Ok(()),
        }
    }

    fn take_well_known(&mut self, name: &[u8], payload: &[u8]) -> Result<(), ContentFault> {
        match name {
            b"U" => self.uris.push(Uri::parse(payload)?),
            b"T" => self.titles.push(Text::parse(payload)?),
            b"act" => self.actions.push(Action::parse(payload)?),
            b"s" => {
                let size = payload.try_into().map_err(|_| ContentFault::SizeInvalid)?;
                self.sizes.push(u32::from_be_bytes(size));
            }
            b"t" => {
                let text = str::from_utf8(payload).map_err(|_| ContentFault::TypeInvalid)?;
                self.types.push(text.to_owned());
            }
            _ => {}
        }
        Ok(())
    }

    fn poster(self) -> Result<SmartPoster, ContentFault> {
        let count = self.uris.len();
        let Ok([uri]) = <[Uri; 1]>::try_from(self.uris) else {
            return Err(ContentFault::PosterUris { count });
        };
        check_titles(&self.titles)?;
        Ok(SmartPoster {
            uri,
            titles: self.titles,
            action: at_most_one(self.actions)?,
            icons: self.icons,
            size_bytes: at_most_one(self.sizes)?,
            media_type: at_most_one(self.types)?,
        })
    }
}

fn at_most_one<T>(mut values: Vec<T>) -> Result<Option<T>, ContentFault> {
    let value = values.pop();
    if values.is_empty() { Ok(value) } else { Err(ContentFault::PosterTwice) }
}

fn check_titles(titles: &[Text]) -> Result<(), ContentFault> {
    let mut languages: Vec<String> =
        titles.iter().map(|title| title.language.to_ascii_lowercase()).collect();
    languages.sort_unstable();
    languages.dedup();
    if languages.len() == titles.len() { Ok(()) } else { Err(ContentFault::PosterTitles) }
}

fn is_icon(media_type: &[u8]) -> bool {
    let starts = media_type.starts_with(b"image/") || media_type.starts_with(b"video/");
    starts && media_type.iter().all(u8::is_ascii_graphic)
}
