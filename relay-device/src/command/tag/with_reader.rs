//! The three tasks, in a program that was built with a reader.
//!
//! Owns how long a card is waited for and the words on the screen.

use super::{IDENTITY_FILE, Identity, Order, TagTask, TaskFault};
use baton_relay_device::Config;
use baton_relay_device::tag::reader::{ReaderCard, ReaderFault, Readers};
use baton_relay_device::tag::{
    Card, OnTag, Provisioned, TagAddress, TagFault, TagKind, message, provision, secret,
};
use std::io::Write;
use std::time::Duration;

/// One look at the readers in milliseconds: a reader that was plugged in is found after it.
const LOOK_MS: u64 = 500;

/// Carries a task out.
pub fn perform(task: TagTask) -> Result<(), TaskFault> {
    match task {
        TagTask::Write(order) => write(order),
        TagTask::Read { order, watch: false } => read_one(order),
        TagTask::Read { order, watch: true } => watch(order),
        TagTask::Provision(order) => make_ours(order),
    }
}

fn write(order: Order) -> Result<(), TaskFault> {
    let (config, wait_s) = (order.place.settings()?, order.wait_s);
    let address = address(&config)?;
    let mut card = wait(&config, wait_s)?;
    let kind = message::write(&mut card, address.as_str())?;
    card.release();
    say(&format!("written and read back on a {} tag: {address}", name(kind)));
    Ok(())
}

fn read_one(order: Order) -> Result<(), TaskFault> {
    let (config, wait_s) = (order.place.settings()?, order.wait_s);
    let mut card = wait(&config, wait_s)?;
    let words = look(&mut card)?;
    card.release();
    say(&words);
    Ok(())
}

fn watch(order: Order) -> Result<(), TaskFault> {
    let config = order.place.settings()?;
    let mut readers = Readers::new(&config.reader.name);
    let mut trouble: Option<ReaderFault> = None;
    loop {
        match readers.next_card(Duration::from_millis(LOOK_MS)) {
            Ok(found) => {
                if trouble.take().is_some() {
                    say("reader ready");
                }
                let Some(mut card) = found else { continue };
                let words = look(&mut card).unwrap_or_else(|fault| format!("not read: {fault}"));
                card.release();
                say(&words);
            }
            Err(fault) => pause(fault, &mut trouble),
        }
    }
}

fn make_ours(order: Order) -> Result<(), TaskFault> {
    let (config, wait_s) = (order.place.settings()?, order.wait_s);
    let address = address(&config)?;
    let keys = secret::load(&config.tag.master_key_file)?;
    let mut card = wait(&config, wait_s)?;
    let made = provision::provision(&mut card, address.as_str(), &keys, &mut secret::random)?;
    card.release();
    let Provisioned { uid, counter } = made;
    say(&format!("provisioned and proved: tag {uid} for {address}, read counter {counter}"));
    Ok(())
}

/// The first card that comes; a missing reader or service is told at once and waited for as long.
fn wait(config: &Config, seconds: u16) -> Result<ReaderCard, TaskFault> {
    let mut readers = Readers::new(&config.reader.name);
    let mut trouble: Option<ReaderFault> = None;
    let looks = u64::from(seconds).saturating_mul(1000) / LOOK_MS;
    for look in 0..=looks {
        match readers.next_card(Duration::from_millis(LOOK_MS)) {
            Ok(Some(card)) => return Ok(card),
            Ok(None) => {
                if look == 0 || trouble.take().is_some() {
                    say("hold the tag to the reader");
                }
            }
            Err(fault) => pause(fault, &mut trouble),
        }
    }
    Err(trouble.map_or(TaskFault::NoCard { seconds }, TaskFault::Reader))
}

/// Says a new trouble once, and looks again after a while.
fn pause(fault: ReaderFault, trouble: &mut Option<ReaderFault>) {
    if trouble.as_ref() != Some(&fault) {
        say(&fault.to_string());
    }
    *trouble = Some(fault);
    std::thread::sleep(Duration::from_millis(LOOK_MS));
}

fn look(card: &mut dyn Card) -> Result<String, TagFault> {
    let (kind, found) = message::read(card)?;
    let kind = name(kind);
    Ok(match found {
        OnTag::Empty => format!("{kind} tag, empty"),
        OnTag::Uri(address) => format!("{kind} tag: {address}"),
        OnTag::Other => format!("{kind} tag with something that is no address"),
    })
}

fn address(config: &Config) -> Result<TagAddress, TaskFault> {
    let identity = Identity::load(&config.state.join(IDENTITY_FILE))?;
    Ok(TagAddress::of(&identity, &config.tag.address)?)
}

const fn name(kind: TagKind) -> &'static str {
    match kind {
        TagKind::Type2 => "Type 2",
        TagKind::Type4 => "Type 4",
    }
}

/// A line for whoever stands at the reader; a closed screen ends nothing.
fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{words}").unwrap_or_default();
}
