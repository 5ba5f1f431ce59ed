//! Payment codes and member ids are nowhere but on their way (acceptance 8).
//!
//! Owns the search: every log line at the finest level, every file of every program, everything
//! that anybody was answered, and the metrics. The search itself is tested on a planted code.

use baton_gateway::demo::apps::wallet_code;
use baton_tests::world::tables::MEMBER;
use baton_tests::{Wishes, World, accrue, pay, until};
use serde_json::json;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// Codes that are known to everybody who searches.
const CODES: [&str; 8] = [
    "C-SECRET-APPROVED",
    "X-FUNDS-SECRET",
    "X-DROP-SECRET",
    "X-91-SECRET",
    "C-SECRET-OFFLINE",
    "C-SECRET-INVALID",
    "C-SECRET-WINDOW",
    "X-NOMEMBER-SECRET",
];

#[tokio::test]
async fn no_code_and_no_member_is_in_any_log_file_answer_or_metric() -> anyhow::Result<()> {
    let log = Log::start()?;
    let mut world = World::start(Wishes::hurried()).await?;
    world.start_counter().await?;
    world.start_till().await?;

    let issued = everything_happens(&world).await?;
    let metrics = reqwest::get(format!("{}/metrics", world.operator()?)).await?.text().await?;
    let mut found = search(&issued, "files while it runs", &files(world.folder())?);
    world.stop().await;

    found.extend(search(&issued, "files afterwards", &files(world.folder())?));
    found.extend(search(&issued, "logs", &log.bytes()));
    found.extend(search(&issued, "answers", world.heard().as_bytes()));
    found.extend(search(&issued, "metrics", metrics.as_bytes()));
    assert_eq!(found, Vec::<String>::new());
    assert!(log.bytes().len() > 10_000, "the log was not captured");
    assert!(world.heard().contains("duplicate_code"), "the answers were not captured");
    assert!(metrics.contains("baton_transaction_steps_total"), "the metrics were not read");
    assert!(files(world.folder())?.len() > 50_000, "the database was not read");
    Ok(())
}

#[tokio::test]
async fn the_search_finds_a_planted_code_in_any_of_its_forms() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let deep = folder.path().join("deep");
    std::fs::create_dir(&deep)?;
    let code = CODES[0].to_owned();
    let hex = hex::encode(&code);

    for planted in [format!("a{code}b"), format!("a{hex}b"), hex.to_uppercase()] {
        std::fs::write(deep.join("journal"), &planted)?;
        let found = search(std::slice::from_ref(&code), "files", &files(folder.path())?);
        assert_eq!(found.len(), 1, "{planted} was not found");
    }
    std::fs::write(deep.join("journal"), "nothing")?;
    assert_eq!(search(&[code], "files", &files(folder.path())?), Vec::<String>::new());
    Ok(())
}

/// Payments of every kind of end at both places; returns everything that must not be found.
async fn everything_happens(world: &World) -> anyhow::Result<Vec<String>> {
    let (card, points, wallet) = (world.card(), world.points(), world.wallet());
    let (counter, till) = (&world.cast.counter, &world.cast.till);
    let issued =
        [wallet_code(&world.apps.wallet_url).await?, wallet_code(&world.apps.wallet_url).await?];
    for code in &CODES[..4] {
        let touch = card.touch(&pay(counter, &card, code, 4_500)).send().await?;
        card.events(touch.touch()?, None).await?;
        card.look(touch.touch()?).await?;
    }
    card.touch(&pay(counter, &card, CODES[0], 4_500)).send().await?;
    card.touch(&pay(&world.cast.spare, &card, CODES[4], 4_500)).send().await?;
    let mut invalid = pay(counter, &card, CODES[5], 4_500);
    invalid["payment"]["currency"] = json!(CODES[5]);
    card.touch(&invalid).send().await?;
    card.finish(&pay(till, &card, CODES[6], 4_500)).await?;
    wallet.finish(&pay(counter, &wallet, &issued[0], 4_500)).await?;
    wallet.finish(&pay(till, &wallet, &issued[1], 4_500)).await?;
    for (terminal, member) in [(counter, MEMBER), (till, MEMBER), (counter, CODES[7])] {
        points.finish(&accrue(terminal, &points, member, 30)).await?;
    }
    world.merchant().get("/v1/events").await?;
    until("everything is shown", async || {
        Ok((world.books.rows().await?["outbox"] == 0).then_some(()))
    })
    .await?;
    let known = CODES.iter().copied().chain([MEMBER]).map(str::to_owned);
    Ok(known.chain(issued).collect())
}

/// Says where which secret stands, without repeating it.
fn search(secrets: &[String], place: &str, bytes: &[u8]) -> Vec<String> {
    let text = bytes.to_ascii_lowercase();
    let mut found = Vec::new();
    for (number, secret) in secrets.iter().enumerate() {
        let plain = secret.to_ascii_lowercase();
        let forms = [plain.clone(), hex::encode(secret), hex::encode(&plain)];
        for form in forms {
            if let Some(at) = text.windows(form.len()).position(|window| window == form.as_bytes())
            {
                let around = &bytes[at.saturating_sub(80)..at];
                let around = String::from_utf8_lossy(around);
                found.push(format!("secret {number} is in {place} after {around:?}"));
                break;
            }
        }
    }
    found
}

/// Every byte of every file below a folder.
fn files(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            bytes.extend(files(&path)?);
        } else {
            bytes.extend(std::fs::read(&path)?);
        }
    }
    Ok(bytes)
}

/// Everything that this process logs, at the finest level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> anyhow::Result<Self> {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(log.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber)?;
        Ok(log)
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
