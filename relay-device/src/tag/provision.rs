//! An NTAG 424 DNA becomes the terminal's tag: its own keys, and an address that is new each time.
//!
//! Owns the order of the steps, so that a run that was cut off can be taken up again: the message,
//! the keys but the master key, the settings, the master key last, then the proof by reading as a
//! phone does. May not keep keys: they come from the master key each time. Next: `reader.rs`.

use super::card::{Card, send};
use super::fault::{Done, Left, TagFailure, TagFault};
use super::message::{self, OnTag};
use baton_formats::nfc::dna::command::{self, factory_key};
use baton_formats::nfc::dna::session::WRITE_BYTES_MAX;
use baton_formats::nfc::dna::{
    AuthenticateStep, Authentication, DnaFault, FileSettings, KEY_VERSION, KeySlot, SecureSession,
    Stage, SunTemplate, TagKeys, VersionReader, VersionStep,
};
use baton_formats::nfc::sun::{AesKey, SunAddress, SunProof, TagUid};
use baton_formats::nfc::type4::apdu::NDEF_APPLICATION;
use baton_formats::nfc::type4::{Command, Response, Status};

/// What the chip answers to a wrong key.
const WRONG_KEY: Status = Status(0x91AE);
/// The version of the keys of a new tag.
const FACTORY_VERSION: u8 = 0;

/// Makes sixteen random bytes for each proof of a key.
pub type Random<'r> = &'r mut dyn FnMut() -> Result<[u8; 16], TagFault>;

/// A provisioned tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    /// Which tag it is; the gateway must know that it belongs to this terminal.
    pub uid: TagUid,
    /// How often it was read so far: the gateway may refuse this counter and lower ones.
    pub counter: u32,
}

/// Provisions the tag on the reader.
///
/// # Errors
/// [`TagFailure`] with the state of the tag.
/// **Repeat** a second call with the same master key goes on where the first was cut off, and
/// writes a finished tag again.
pub fn provision(
    card: &mut dyn Card,
    address: &str,
    keys: &TagKeys,
    random: Random<'_>,
) -> Result<Provisioned, TagFailure> {
    let untouched = |fault: TagFault| fault.leaving(Left::AsItWas);
    let template = SunTemplate::new(address).map_err(|fault| untouched(fault.into()))?;
    let uid = identify(card).map_err(untouched)?;
    let slots = SlotKeys::look(card, uid, keys).map_err(untouched)?;
    let session = slots.open(card, random).map_err(untouched)?;
    let mut work = Work { card, session, slots, done: Vec::new() };
    work.carry_out(&template).map_err(|fault| fault.leaving(Left::Halfway { done: work.done }))?;
    let proof = prove(card, uid, keys).map_err(|fault| fault.leaving(Left::Unproved))?;
    let counter = proof.picc.counter.map_or(0, |counter| counter.count());
    Ok(Provisioned { uid, counter })
}

/// Proves the one-time address of the tag on the reader; its counter moves on by one.
///
/// # Errors
/// Each variant of [`TagFault`] that reading can bring, `NoSun` and `Sun`.
pub fn prove(card: &mut dyn Card, uid: TagUid, keys: &TagKeys) -> Result<SunProof, TagFault> {
    let (_, OnTag::Uri(address)) = message::read(card)? else { return Err(TagFault::NoSun) };
    let address = SunAddress::parse(&address, &SunTemplate::layout())?;
    let picc = address.picc_data(&keys.meta()?)?;
    if picc.uid != Some(uid) {
        return Err(TagFault::NoSun);
    }
    Ok(address.verify(&picc, &keys.of(uid, KeySlot::File)?)?)
}

/// Selects the application and asks what chip it is.
fn identify(card: &mut dyn Card) -> Result<TagUid, TagFault> {
    let selected = send(card, &Command::select_application(&NDEF_APPLICATION))?;
    if selected.status != Status::SUCCESS {
        return Err(TagFault::NoNtag424);
    }
    let (mut reader, mut command) = VersionReader::start();
    loop {
        let response = send(card, &command)?;
        let step = reader.step(&response).map_err(|_| TagFault::NoNtag424)?;
        match step {
            VersionStep::Send(next) => command = next,
            VersionStep::Done(version) if version.is_ntag424() => return Ok(version.uid),
            VersionStep::Done(_) => return Err(TagFault::NoNtag424),
        }
    }
}

/// The keys that are in the tag now, and those that shall be.
struct SlotKeys<'k> {
    uid: TagUid,
    keys: &'k TagKeys,
    master: AesKey,
}

impl<'k> SlotKeys<'k> {
    /// Which master key is in the tag, by its version, so that no wrong key is ever tried: the chip
    /// slows down after some.
    fn look(card: &mut dyn Card, uid: TagUid, keys: &'k TagKeys) -> Result<Self, TagFault> {
        let response = send(card, &command::get_key_version(KeySlot::Master))?;
        let version = command::key_version(&response)?;
        let mut slots = Self { uid, keys, master: factory_key() };
        slots.master = slots.present(KeySlot::Master, version)?;
        Ok(slots)
    }

    fn present(&self, slot: KeySlot, version: u8) -> Result<AesKey, TagFault> {
        match version {
            FACTORY_VERSION => Ok(factory_key()),
            KEY_VERSION => Ok(self.keys.of(self.uid, slot)?),
            version => Err(TagFault::ForeignKey { uid: self.uid, slot: slot.number(), version }),
        }
    }

    fn open(&self, card: &mut dyn Card, random: Random<'_>) -> Result<SecureSession, TagFault> {
        let (mut proof, mut command) =
            Authentication::start(KeySlot::Master, self.master.clone(), random()?);
        loop {
            let response = send(card, &command)?;
            match proof.step(&response) {
                Ok(AuthenticateStep::Send(next)) => command = next,
                Ok(AuthenticateStep::Done(session)) => return Ok(session),
                Err(DnaFault::Refused { stage: Stage::Authentication, status: WRONG_KEY }) => {
                    return Err(TagFault::OtherMaster { uid: self.uid });
                }
                Err(fault) => return Err(fault.into()),
            }
        }
    }
}

/// The steps that write, in one session.
struct Work<'w> {
    card: &'w mut dyn Card,
    session: SecureSession,
    slots: SlotKeys<'w>,
    done: Vec<Done>,
}

impl Work<'_> {
    fn carry_out(&mut self, template: &SunTemplate) -> Result<(), TagFault> {
        self.write_message(&template.message)?;
        self.done.push(Done::Message);
        let (last, others) = KeySlot::ALL.split_last().ok_or(TagFault::NoNtag424)?;
        for slot in others {
            self.change_key(*slot)?;
            self.done.push(Done::Key(slot.number()));
        }
        self.change_settings(&FileSettings::provisioned(template.mirroring))?;
        self.done.push(Done::Settings);
        self.change_key(*last)?;
        self.done.push(Done::Key(last.number()));
        Ok(())
    }

    /// Empty first, the length last, as every writer of such tags does.
    fn write_message(&mut self, message: &[u8]) -> Result<(), TagFault> {
        let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
        self.write(0, &[0, 0])?;
        for (part, place) in message.chunks(WRITE_BYTES_MAX).zip(0_u16..) {
            let most = u16::try_from(WRITE_BYTES_MAX).unwrap_or(u16::MAX);
            self.write(place.saturating_mul(most).saturating_add(2), part)?;
        }
        self.write(0, &length.to_be_bytes())
    }

    fn write(&mut self, offset: u16, bytes: &[u8]) -> Result<(), TagFault> {
        let response = self.send(&self.session.write(offset, bytes))?;
        Ok(self.session.written(&response)?)
    }

    /// Gives a slot its own key, unless it has it already.
    fn change_key(&mut self, slot: KeySlot) -> Result<(), TagFault> {
        let response = self.send(&self.session.get_key_version(slot))?;
        let version = self.session.key_version(&response)?;
        let old = self.slots.present(slot, version)?;
        if version == KEY_VERSION {
            return Ok(());
        }
        let new = self.slots.keys.of(self.slots.uid, slot)?;
        let change = self.session.change_key(slot, &old, &new, KEY_VERSION);
        let response = self.send(&change)?;
        Ok(self.session.key_changed(slot, &response)?)
    }

    fn change_settings(&mut self, settings: &FileSettings) -> Result<(), TagFault> {
        let response = self.send(&self.session.change_settings(settings))?;
        self.session.settings_changed(&response)?;
        let response = self.send(&self.session.get_settings())?;
        if self.session.settings(&response)? != *settings {
            return Err(TagFault::ReadBack);
        }
        Ok(())
    }

    fn send(&mut self, command: &Command) -> Result<Response, TagFault> {
        Ok(send(self.card, command)?)
    }
}
