//! The counter's screen without a gateway, to look at: facts come as lines on standard input.
//!
//! `cargo run -p baton-relay-device --example counter 127.0.0.1:7300`, then `online`, `offline`,
//! `sale 4500`, `began 1 4500`, `unknown 1`, `approved 1`, `declined 1`, `cancelled 1`, `card`,
//! `typing 12`, `typed 1230`, `trouble till`. Nothing of this is in the program.
#![expect(clippy::unwrap_used, reason = "a wrong line ends it")]

use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::State;
use baton_relay_device::clock::clock;
use baton_relay_device::counter::display::{Answer, Input, Keyed};
use baton_relay_device::counter::{Counter, FaceSettings, Faces, Reason};

#[tokio::main]
async fn main() {
    let screen = std::env::args().nth(1).map(|address| address.parse().unwrap());
    let counter = Counter::new(clock());
    let _faces = Faces::start(FaceSettings { screen, ..FaceSettings::default() }, &counter);
    let reading = move || {
        for line in std::io::stdin().lines() {
            let line = line.unwrap();
            let words: Vec<&str> = line.split_whitespace().collect();
            counter.tell(fact(&words));
        }
    };
    tokio::task::spawn_blocking(reading).await.unwrap();
}

fn fact(words: &[&str]) -> Input {
    match words {
        ["online"] => Input::Online,
        ["offline"] => Input::Offline,
        ["sale", minor] => Input::Sale(Some(won(minor))),
        ["began", id, minor] => {
            Input::Began { transaction: transaction(id), amount: Some(won(minor)) }
        }
        ["unknown", id] => {
            Input::Answered { transaction: transaction(id), answer: Answer::Unknown }
        }
        ["card"] => Input::Refused { reason: Reason::Card },
        ["typing", minor] => Input::Keypad(Keyed::Typing(won(minor))),
        ["typed", minor] => Input::Keypad(Keyed::Waiting(won(minor))),
        ["trouble", part] => Input::PartTrouble((*part).to_owned()),
        [state, id] => {
            Input::Word { transaction: transaction(id), state: State::lookup(state).unwrap() }
        }
        _ => Input::Passed,
    }
}

fn won(minor: &str) -> Money {
    Money::new(minor.parse().unwrap(), Currency::KRW)
}

fn transaction(id: &str) -> TransactionId {
    format!("00000000-0000-7000-8000-{id:0>12}").parse().unwrap()
}
