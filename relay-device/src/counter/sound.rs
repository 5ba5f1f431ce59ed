//! A short tone for each outcome, played by a program of this machine.
//!
//! Owns the tones: two rising ones for "approved", one low one for a refusal, none for anything
//! that is no outcome. The program (mostly `aplay -q`) gets a WAV file on its standard input, so
//! that no sound library is in here. Nothing comes next.

use super::Counter;
use super::view::{Headline, View};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

/// Samples a second: enough for a tone, and every sound card plays it.
const RATE: u32 = 8_000;
/// How long the program may take, in seconds; the longest tone takes a third of one.
const PLAY_S_MAX: u64 = 3;
/// How far a sample goes from silence: a quarter of the most.
const LOUDNESS: i16 = 8_000;

/// Tones as half waves: samples of one, and how many.
const APPROVED: &[(u32, u32)] = &[(5, 192), (3, 400)];
const REFUSED: &[(u32, u32)] = &[(18, 133)];

/// Plays until this future is dropped; one tone at a time, and what happens meanwhile is not played
/// later.
pub async fn run(command: Vec<String>, counter: Counter) {
    let mut view = counter.watch();
    let mut last = outcome(&view.borrow_and_update());
    let mut well = true;
    while view.changed().await.is_ok() {
        let now = outcome(&view.borrow_and_update());
        if now.is_some() && now != last {
            let tones = now.map_or(REFUSED, |(tones, _)| tones);
            let played = play(&command, &wav(tones)).await;
            if let (Err(reason), true) = (&played, well) {
                tracing::warn!(%reason, "sound");
            }
            well = played.is_ok();
        }
        last = now;
    }
}

/// The tones of an outcome, told apart from the one before by its count.
fn outcome(view: &View) -> Option<(&'static [(u32, u32)], u64)> {
    match view.headline {
        Headline::Approved => Some((APPROVED, view.count)),
        Headline::Declined | Headline::NotCharged | Headline::NotTaken { .. } => {
            Some((REFUSED, view.count))
        }
        Headline::Ready
        | Headline::Offline
        | Headline::Sale
        | Headline::Typing
        | Headline::Typed
        | Headline::Busy
        | Headline::Checking => None,
    }
}

async fn play(command: &[String], sound: &[u8]) -> Result<(), String> {
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let words = |fault: std::io::Error| format!("{program}: {fault}");
    let mut player = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(words)?;
    let playing = async {
        if let Some(mut input) = player.stdin.take() {
            input.write_all(sound).await?;
        }
        player.wait().await
    };
    match timeout(Duration::from_secs(PLAY_S_MAX), playing).await {
        Ok(Ok(ended)) if ended.success() => Ok(()),
        Ok(Ok(ended)) => Err(format!("{program}: {ended}")),
        Ok(Err(fault)) => Err(words(fault)),
        Err(_) => Err(format!("{program}: it took more than {PLAY_S_MAX} s")),
    }
}

/// A WAV file of one channel with samples of 16 bits (Microsoft's RIFF, format 1).
fn wav(tones: &[(u32, u32)]) -> Vec<u8> {
    let samples: Vec<i16> = tones.iter().copied().flat_map(tone).collect();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let length = u32::try_from(bytes.len()).unwrap_or_default();
    let mut file = b"RIFF".to_vec();
    file.extend(length.saturating_add(36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00");
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.saturating_mul(2).to_le_bytes());
    file.extend(b"\x02\x00\x10\x00data");
    file.extend(length.to_le_bytes());
    file.extend(bytes);
    file
}

/// A square wave.
fn tone((half, halves): (u32, u32)) -> impl Iterator<Item = i16> {
    (0..halves).flat_map(move |wave| {
        let sample = if wave.is_multiple_of(2) { LOUDNESS } else { -LOUDNESS };
        (0..half).map(move |_| sample)
    })
}

#[cfg(test)]
mod tests;
