use super::*;
use crate::clock::clock;
use baton_protocol::ids::TransactionId;
use baton_protocol::work::State;
use std::fs;
use uuid::Uuid;

fn lamp(folder: &Path, name: &str) -> PathBuf {
    let lamp = folder.join(name);
    fs::create_dir(&lamp).unwrap();
    fs::write(lamp.join("brightness"), "0").unwrap();
    fs::write(lamp.join("max_brightness"), "255\n").unwrap();
    lamp
}

#[tokio::test]
async fn a_lamp_is_lit_for_its_meaning_only() {
    let folder = tempfile::tempdir().unwrap();
    let [ready, busy, approved, refused] =
        ["green", "yellow", "blue", "red"].map(|name| lamp(folder.path(), name));
    let lamps = Lamps { ready, busy, approved, refused };
    let counter = Counter::new(clock());
    let transaction = TransactionId::new(Uuid::from_u128(1));
    let lit = |view: &View| {
        let lit = lamps.lit(view).into_iter().filter(|(_, light)| *light == Light::On);
        lit.map(|(lamp, _)| lamp.file_name().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let seen = || -> Vec<String> { lit(&counter.watch().borrow()) };

    assert_eq!(seen(), Vec::<String>::new(), "offline");
    counter.tell(Input::Online);
    assert_eq!(seen(), ["green"]);
    counter.tell(Input::Began { transaction, amount: None });
    assert_eq!(seen(), ["yellow"]);
    counter.word(transaction, State::Approved);
    assert_eq!(seen(), ["blue"]);
    counter.word(transaction, State::Declined);
    assert_eq!(seen(), ["red"]);
}

#[tokio::test]
async fn lamps_are_written_as_bright_as_they_can_be_and_one_that_is_gone_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let ready = lamp(folder.path(), "green");
    let gone = folder.path().join("red");
    let lamps = Lamps { ready: ready.clone(), refused: gone, ..Lamps::default() };
    let counter = Counter::new(clock());
    let mut view = counter.watch();

    let running = tokio::spawn(run(lamps, counter.clone()));
    view.wait_for(|view| view.troubles == ["lamp"]).await.unwrap();
    counter.tell(Input::Online);
    while fs::read_to_string(ready.join("brightness")).unwrap() != "255" {
        tokio::task::yield_now().await;
    }

    running.abort();
    assert!(!folder.path().join("red").exists(), "a lamp is never made");
}
