//! Items: fair options, what is burnt together, and what an event gives.

use super::bank::{Bank, NotKept};
use super::choice::{
    Candidate, GUESS_MAX, NAMED_OPTIONS, NONE_OF_THESE, NoOptions, Truths, options,
};
use super::event::{Around, DeclaredSource, Event, Happened, Label, items};
use super::{Answer, Facet, Guess, Item, Loaded, Prompt, Truth, Typed};
use crate::checkout::answer::refused::InputRefused;
use crate::checkout::answer::tag::{Pepper, Tags};
use crate::checkout::answer::{Day, Kind};
use crate::checkout::consent::Consent;
use crate::checkout::dice::Dice;
use crate::checkout::ids::{EventId, ItemId};
use crate::checkout::risk::model::Source;
use crate::checkout::risk::score::Answered;
use crate::checkout::risk::tests::model;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use std::collections::BTreeSet;

pub fn day() -> Day {
    Day::of(2025, 7, 1).unwrap()
}

pub fn candidate(number: u32) -> Candidate {
    Candidate {
        name: format!("thing {number}"),
        category: 1,
        price_band: 2,
        decile: 3,
        popularity: 100,
        shop: number % 3,
    }
}

pub fn catalogue() -> Vec<Candidate> {
    (0..40).map(candidate).collect()
}

pub fn allowed() -> Consent {
    Consent::Given(Source::ALL.into_iter().collect())
}

/// The items of one order, named from `first` on.
pub fn order(event: u128, first: u128) -> Vec<Item> {
    let own = BTreeSet::new();
    let around = Around { others: &catalogue(), own: &own, so_far: Truths::default() };
    let happened = Happened::Ordered { goods: candidate(100), shop: "corner shop".to_owned() };
    let event = Event { id: EventId(event), day: day(), happened };
    items(&event, around, (first..).map(ItemId), &mut Dice::new(1)).0
}

/// The other events around an order, each with an item named from `first` on.
pub fn around_order(event: u128, first: u128) -> Vec<Item> {
    let own = BTreeSet::new();
    let around = Around { others: &catalogue(), own: &own, so_far: Truths::default() };
    let tags = Tags::of(Kind::Text, "파란 대문", ItemId(first), &Pepper::new([1; 32]), day());
    let label = Label::parse("첫 집의 문").unwrap();
    let all = [
        Happened::Declared { source: DeclaredSource::Secret, label, tags: tags.unwrap() },
        Happened::Delivered { way: candidate(100) },
        Happened::DeviceUsed { device: candidate(100) },
        Happened::Visited { shop: candidate(100) },
        Happened::DoneInApp { action: candidate(100) },
    ];
    let made = all.into_iter().zip(0..).flat_map(|(happened, place)| {
        let event = Event { id: EventId(event + place), day: day(), happened };
        items(&event, around, [ItemId(first + place)], &mut Dice::new(1)).0
    });
    made.collect()
}

#[test]
fn an_order_gives_four_items_of_which_two_ask_the_same() {
    let items = order(1, 10);

    let asks: Vec<Facet> = items.iter().map(|item| item.asks).collect();
    assert_eq!(asks, [Facet::Goods, Facet::Goods, Facet::Amount, Facet::Day]);
}

#[test]
fn items_that_give_each_other_away_are_burnt_together() {
    let mut bank = Bank::default();
    bank.add(order(1, 10), &allowed()).unwrap();
    let (model, mut dice) = (model(), Dice::new(4));
    let choice = order(1, 10)[0].family(&model, day()).unwrap();

    let (shown, burnt) = bank.draw(choice, &model, &allowed(), day(), &mut dice).unwrap();

    assert_eq!(shown.id, ItemId(10));
    assert_eq!(burnt, [ItemId(10), ItemId(11)]);
    assert_eq!(bank.fresh(), 2);
}

#[test]
fn what_was_asked_does_not_come_back_under_another_name() {
    let mut bank = Bank::default();
    let (model, mut dice) = (model(), Dice::new(4));
    bank.add(vec![order(1, 10).remove(0)], &allowed()).unwrap();
    let family = order(1, 10)[0].family(&model, day()).unwrap();
    bank.draw(family, &model, &allowed(), day(), &mut dice).unwrap();

    assert_eq!(bank.add(vec![order(1, 10).remove(0)], &allowed()), Err(NotKept::Spent));
    assert_eq!(bank.add(vec![order(1, 90).remove(1)], &allowed()), Err(NotKept::Spent));
    bank.purge(Source::OrderRecent);
    assert_eq!(bank.add(vec![order(1, 95).remove(0)], &allowed()), Err(NotKept::Spent));
    assert_eq!(bank.add(vec![order(2, 96).remove(0)], &allowed()), Ok(()));
}

#[test]
fn of_several_items_all_are_kept_or_none() {
    let mut bank = Bank::default();
    let twice = [order(1, 10), order(2, 10)].concat();

    assert_eq!(bank.add(twice, &allowed()), Err(NotKept::Known));
    assert_eq!(bank.fresh(), 0);
}

#[test]
fn without_consent_nothing_is_kept_or_asked() {
    let mut bank = Bank::default();
    let item = order(1, 10).remove(0);

    assert_eq!(
        bank.add(vec![item.clone()], &Consent::default()),
        Err(NotKept::NoConsent(Source::OrderRecent))
    );
    bank.add(vec![item], &allowed()).unwrap();
    assert!(bank.at_hand(&model(), &Consent::OptedOut, day()).is_empty());
}

#[test]
fn an_order_grows_old_after_sixty_days() {
    let item = order(1, 10).remove(0);

    assert_eq!(item.source(day().plus(59)), Source::OrderRecent);
    assert_eq!(item.source(day().plus(60)), Source::OrderOld);
}

#[test]
fn an_option_that_sells_far_better_makes_no_item() {
    let mut others = catalogue();
    others.iter_mut().for_each(|one| one.popularity = 10);
    let star = Candidate { popularity: 1_000, ..candidate(100) };

    let made = options(&star, &others, &BTreeSet::new(), Truths::default(), &mut Dice::new(1));

    assert_eq!(made, Err(NoOptions::TooEasy));
}

#[test]
fn too_few_others_make_no_item() {
    let others: Vec<Candidate> =
        catalogue().into_iter().map(|one| Candidate { decile: 9, ..one }).collect();

    let made =
        options(&candidate(100), &others, &BTreeSet::new(), Truths::default(), &mut Dice::new(1));

    assert_eq!(made, Err(NoOptions::TooFew));
}

#[test]
fn about_fifteen_percent_have_none_of_these_for_an_answer() {
    let (mut truths, mut dice) = (Truths::default(), Dice::new(3));
    for _ in 0..2_000 {
        let made =
            options(&candidate(100), &catalogue(), &BTreeSet::new(), truths, &mut dice).unwrap();
        truths.choices += 1;
        truths.none += u32::from(made.truth == Truth::Option(5));
    }

    assert!((200..400).contains(&truths.none), "{truths:?}");
}

#[test]
fn a_declared_fact_is_judged_by_its_tags() {
    let pepper = Pepper::new([1; 32]);
    let tags = Tags::of(Kind::Text, "파란 대문", ItemId(1), &pepper, day()).unwrap();
    let label = Label::parse("첫 집의 문").unwrap();
    let happened = Happened::Declared { source: DeclaredSource::Secret, label, tags };
    let own = BTreeSet::new();
    let around = Around { others: &[], own: &own, so_far: Truths::default() };
    let event = Event { id: EventId(1), day: day(), happened };
    let item = items(&event, around, [ItemId(1)], &mut Dice::new(1)).0.remove(0);
    let judge = |text: &str| {
        let answer = Answer::Text(Typed::parse(text).unwrap());
        item.judge(&answer, &Loaded::default(), &pepper, day())
    };

    assert_eq!(item.prompt, Prompt::Text(Kind::Text));
    assert_eq!(item.guess, Guess::OfFamily);
    assert_eq!(judge("파란대문요"), Answered::Right);
    assert_eq!(judge("빨간 대문"), Answered::Wrong);
    assert_eq!(item.judge(&Answer::Option(0), &Loaded::default(), &pepper, day()), Answered::Wrong);
}

#[test]
fn nobody_declares_a_password_or_a_resident_number() {
    assert_eq!(Label::parse("은행 비밀번호"), Err(InputRefused::Password));
    assert_eq!(Label::parse("주민등록번호 뒷자리"), Err(InputRefused::ResidentNumber));
    assert_eq!(Typed::parse("900101-1234567"), Err(InputRefused::ResidentNumber));
    assert_eq!(format!("{:?}", Typed::parse("나비").unwrap()), "Typed(…)");
}

proptest! {
    #[test]
    fn options_are_fair(seed in any::<u64>(), choices in 0_u32..20, none in 0_u32..20) {
        let own: BTreeSet<String> = (0..20).map(|number| candidate(number).name).collect();
        let so_far = Truths { choices, none: none.min(choices) };
        let mut others = catalogue();
        others.push(Candidate { category: 9, name: "other".to_owned(), ..candidate(1) });

        let made =
            options(&candidate(100), &others, &own, so_far, &mut Dice::new(seed)).unwrap();

        let Prompt::Choice(names) = &made.prompt else { panic!("no options") };
        let Truth::Option(right) = made.truth else { panic!("no option is right") };
        prop_assert_eq!(names.len(), NAMED_OPTIONS + 1);
        prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        prop_assert_eq!(names.last().map(String::as_str), Some(NONE_OF_THESE));
        prop_assert!(names.iter().all(|name| !own.contains(name) && name != "other"));
        prop_assert!(made.guess <= GUESS_MAX);
        let named = names.iter().position(|name| *name == candidate(100).name);
        prop_assert_eq!(named.unwrap_or(NAMED_OPTIONS), usize::from(right));
        if named.is_none() {
            prop_assert!(2 * (so_far.none + 1) < so_far.choices + 1);
        }
    }
}
