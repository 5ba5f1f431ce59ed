//! A keypad at the other end of a real port: typed, shown, taken once.

use super::*;
use crate::clock::clock;
use crate::counter::{Headline, Reason};
use crate::scan::cable::Cable;

#[tokio::test]
async fn an_amount_is_typed_shown_and_taken_by_the_next_scan() {
    let mut cable = Cable::new();
    cable.plug();
    cable.wait();
    let counter = Counter::new(clock());
    counter.tell(Input::Online);
    let mut view = counter.watch();
    let typed = Typed::new(Currency::KRW, counter.clone(), clock());
    let port = PortName::Path(cable.end("terminal").to_str().unwrap().to_owned());
    let settings = KeypadSettings { wiring: Wiring::Serial(port, 9600), currency: Currency::KRW };
    let reading = tokio::spawn(wire::run(settings, typed.clone(), counter));
    let won = |minor| Some(Money::new(minor, Currency::KRW));

    cable.send(b"1 2 3");
    view.wait_for(|view| view.amount == won(123)).await.unwrap();
    assert_eq!((typed.amount(), typed.take()), (None, None), "it is not complete");
    cable.send(b"0\r\n");
    view.wait_for(|view| view.headline == Headline::Typed).await.unwrap();

    assert_eq!(view.borrow_and_update().amount, won(1_230));
    assert_eq!(typed.amount(), won(1_230));
    assert_eq!((typed.take(), typed.take()), (won(1_230), None));
    assert_eq!(view.borrow_and_update().headline, Headline::Ready);
    cable.send(b"1234567890");
    view.wait_for(|view| view.headline == Headline::NotTaken { reason: Reason::Amount })
        .await
        .unwrap();
    cable.send(b"C");
    view.wait_for(|view| view.typed.is_none()).await.unwrap();
    reading.abort();
}

#[tokio::test]
async fn a_typed_amount_leaves_the_display_after_a_minute() {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NOW_MS: AtomicU64 = AtomicU64::new(0);
    let clock = Clock { monotonic_ms: || NOW_MS.load(Ordering::Relaxed), unix_us: || 0 };
    let counter = Counter::new(clock);
    counter.tell(Input::Online);
    let mut view = counter.watch();
    let typed = Typed::new(Currency::KRW, counter.clone(), clock);
    let port = PortName::Path("/dev/no-such-port".to_owned());
    let settings = KeypadSettings { wiring: Wiring::Serial(port, 9600), currency: Currency::KRW };
    let reading = tokio::spawn(wire::run(settings, typed.clone(), counter));
    [Key::Digit(5), Key::Enter].into_iter().for_each(|key| typed.key(key));
    assert_eq!(view.borrow_and_update().headline, Headline::Typed);

    NOW_MS.store(60_000, Ordering::Relaxed);
    view.wait_for(|view| view.headline == Headline::Ready).await.unwrap();

    assert_eq!(typed.take(), None);
    reading.abort();
}

#[tokio::test]
async fn enter_behind_an_amount_and_c_without_one_are_what_the_clerk_decided() {
    let typed = Typed::new(Currency::KRW, Counter::new(clock()), clock());
    let press = |keys: &[Key]| keys.iter().for_each(|key| typed.key(*key));

    press(&[Key::Enter, Key::Digit(7), Key::Clear, Key::Digit(5), Key::Enter]);
    assert_eq!(typed.entered().await, Entered::Amount);
    assert_eq!(typed.take(), Some(Money::new(5, Currency::KRW)));
    press(&[Key::Clear]);

    assert_eq!(typed.entered().await, Entered::Cleared);
}
