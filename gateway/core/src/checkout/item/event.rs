//! Which questions an event of the shop's own history gives.
//!
//! Owns the table from events to drafts. About five questions come of an order. A declared fact
//! comes in with its tags made already; its text is never here. Next: [`super::bank`].

use super::choice::{Candidate, NoOptions, Truths, options};
use super::{Facet, Guess, Item, Prompt, Truth, Wording};
use crate::checkout::answer::refused::{InputRefused, check_label};
use crate::checkout::answer::tag::Tags;
use crate::checkout::answer::{Day, Kind};
use crate::checkout::dice::Dice;
use crate::checkout::ids::{EventId, ItemId};
use crate::checkout::risk::model::Source;
use std::collections::BTreeSet;

/// Letters of a person's own question.
const LABEL_LETTERS_MAX: usize = 100;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Something was ordered.
    Ordered {
        /// The main thing in it.
        goods: Candidate,
        /// The name of the shop.
        shop: String,
    },
    /// An order was delivered.
    Delivered {
        /// How: a carrier, or the kind of place.
        way: Candidate,
    },
    /// A device was used.
    DeviceUsed {
        /// Which.
        device: Candidate,
    },
    /// A beacon saw the person's phone in a shop.
    Visited {
        /// Which shop.
        shop: Candidate,
    },
    /// Something was done in the app.
    DoneInApp {
        /// What.
        action: Candidate,
    },
    /// The person declared a fact for this purpose, of itself or of a friend.
    Declared {
        /// Whose fact: a profile, social or secret one.
        source: DeclaredSource,
        /// The question that it answers.
        label: Label,
        /// The tags of the answer.
        tags: Tags,
    },
}

/// Sources of which a fact can be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclaredSource {
    /// What never changes about the person.
    Profile,
    /// What the person says of a friend: the person's own statement, never data of the friend.
    Social,
    /// Anything else.
    Secret,
}

/// A person's own question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(String);

/// An event of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which one.
    pub id: EventId,
    /// When.
    pub day: Day,
    /// What.
    pub happened: Happened,
}

/// What is needed to make items, beside the event.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Things that could be wrong options.
    pub others: &'a [Candidate],
    /// Names of the person's own events.
    pub own: &'a BTreeSet<String>,
    /// How many questions have which truth so far.
    pub so_far: Truths,
}

impl Label {
    /// Takes a question.
    ///
    /// # Errors
    /// [`InputRefused`] when it is empty, too long or asks for a password or resident number.
    pub fn parse(text: &str) -> Result<Self, InputRefused> {
        if text.trim().is_empty() {
            return Err(InputRefused::Empty);
        }
        if text.chars().count() > LABEL_LETTERS_MAX {
            return Err(InputRefused::TooLong);
        }
        check_label(text).map(|()| Self(text.to_owned()))
    }
}

/// How a draft is answered.
enum Form<'a> {
    Choice(&'a Candidate),
    Text(Kind),
    Tags(&'a Tags),
}

struct Draft<'a> {
    source: Source,
    asks: Facet,
    shows: BTreeSet<Facet>,
    wording: Wording,
    form: Form<'a>,
}

/// Makes the items of an event; `ids` names them in turn and ends the list if it is short.
///
/// A question with options that cannot be made fairly is left out: [`NoOptions`] says why.
pub fn items(
    event: &Event,
    around: Around<'_>,
    ids: impl IntoIterator<Item = ItemId>,
    dice: &mut Dice,
) -> (Vec<Item>, Vec<NoOptions>) {
    let (mut made, mut not_made) = (Vec::new(), Vec::new());
    for (draft, id) in drafts(event).into_iter().zip(ids) {
        match item(event, draft, around, id, dice) {
            Ok(item) => made.push(item),
            Err(reason) => not_made.push(reason),
        }
    }
    (made, not_made)
}

fn item(
    event: &Event,
    draft: Draft<'_>,
    around: Around<'_>,
    id: ItemId,
    dice: &mut Dice,
) -> Result<Item, NoOptions> {
    let (prompt, truth, guess) = match draft.form {
        Form::Choice(right) => {
            let made = options(right, around.others, around.own, around.so_far, dice)?;
            (made.prompt, made.truth, Guess::Measured(made.guess))
        }
        Form::Text(kind) => (Prompt::Text(kind), Truth::OfEvent(kind), Guess::OfFamily),
        Form::Tags(tags) => {
            (Prompt::Text(tags.kind()), Truth::Tags(Tags::clone(tags)), Guess::OfFamily)
        }
    };
    Ok(Item {
        id,
        made_of: draft.source,
        event: event.id,
        day: event.day,
        asks: draft.asks,
        shows: draft.shows,
        wording: draft.wording,
        prompt,
        truth,
        guess,
    })
}

fn drafts(event: &Event) -> Vec<Draft<'_>> {
    let day = event.day;
    let draft = |source, asks, shows: &[Facet], wording, form| {
        vec![Draft { source, asks, shows: shows.iter().copied().collect(), wording, form }]
    };
    match &event.happened {
        Happened::Ordered { goods, shop } => order_drafts(goods, shop, day),
        Happened::Delivered { way } => {
            let wording = Wording::CameHow(day);
            draft(Source::Delivery, Facet::Delivery, &[Facet::Day], wording, Form::Choice(way))
        }
        Happened::DeviceUsed { device } => {
            draft(Source::Device, Facet::Device, &[], Wording::UsedDevice, Form::Choice(device))
        }
        Happened::Visited { shop } => {
            let wording = Wording::Visited(day);
            draft(Source::Visit, Facet::Shop, &[Facet::Day], wording, Form::Choice(shop))
        }
        Happened::DoneInApp { action } => {
            draft(Source::InApp, Facet::Action, &[], Wording::DidInApp, Form::Choice(action))
        }
        Happened::Declared { source, label, tags } => {
            let source = match source {
                DeclaredSource::Profile => Source::Profile,
                DeclaredSource::Social => Source::Social,
                DeclaredSource::Secret => Source::Secret,
            };
            let wording = Wording::Declared(label.0.clone());
            draft(source, Facet::Statement, &[], wording, Form::Tags(tags))
        }
    }
}

/// What was bought, by choice and in words; how much it cost; when it was.
fn order_drafts<'a>(goods: &'a Candidate, shop: &str, day: Day) -> Vec<Draft<'a>> {
    let bought = || Wording::BoughtThen { shop: shop.to_owned() };
    let when = Wording::OrderedWhen { shop: shop.to_owned() };
    let draft = |asks, shows: &[Facet], wording, form| Draft {
        source: Source::OrderRecent,
        asks,
        shows: shows.iter().copied().collect(),
        wording,
        form,
    };
    vec![
        draft(Facet::Goods, &[Facet::Shop], bought(), Form::Choice(goods)),
        draft(Facet::Goods, &[Facet::Shop], bought(), Form::Text(Kind::Text)),
        draft(Facet::Amount, &[Facet::Day], Wording::PaidOn(day), Form::Text(Kind::Amount)),
        draft(Facet::Day, &[Facet::Shop], when, Form::Text(Kind::Date)),
    ]
}
