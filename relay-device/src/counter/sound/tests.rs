use super::*;
use crate::clock::clock;
use baton_protocol::ids::TransactionId;
use baton_protocol::work::State;
use uuid::Uuid;

/// Samples above and below nothing change sides as often as the tone has half waves.
fn turns(wav: &[u8]) -> usize {
    let samples: Vec<i16> =
        wav[44..].chunks(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    samples.windows(2).filter(|pair| pair[0].signum() != pair[1].signum()).count()
}

#[tokio::test]
async fn approved_and_declined_are_played_each_once_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap().to_owned();
    // Each tone in a file of its own, under its final name when it is whole.
    let script = format!(
        "cat > {place}/part; n=$(ls {place} | grep -c wav); mv {place}/part {place}/$n.wav"
    );
    let command = ["sh", "-c", &script].map(str::to_owned).to_vec();
    let counter = Counter::new(clock());
    let transaction = TransactionId::new(Uuid::from_u128(1));
    let playing = tokio::spawn(run(command, counter.clone()));
    tokio::task::yield_now().await;
    let whole = async |name: &str| {
        let path = folder.path().join(name);
        while !path.exists() {
            tokio::task::yield_now().await;
        }
        std::fs::read(path).unwrap()
    };

    counter.tell(super::super::display::Input::Online);
    counter.tell(super::super::display::Input::Began { transaction, amount: None });
    counter.word(transaction, State::Approved);
    let approved = whole("0.wav").await;
    counter.tell(super::super::display::Input::PartReady("till".to_owned()));
    counter.word(transaction, State::Declined);
    let declined = whole("1.wav").await;
    playing.abort();

    assert!(approved.starts_with(b"RIFF") && &approved[8..16] == b"WAVEfmt ");
    assert_eq!(turns(&approved), 591);
    assert_eq!(turns(&declined), 132);
    assert!(!folder.path().join("2.wav").exists());
}

#[tokio::test]
async fn a_program_that_is_missing_is_named() {
    let played = play(&["/no/such/player".to_owned()], b"").await;

    assert!(played.unwrap_err().starts_with("/no/such/player: "));
}
