//! Everything that can happen at a moment of the virtual clock.
//!
//! Owns the shapes and whom each event needs: a stopped process takes its events later. May not
//! act. Next: `world.rs`, which hands them out.

use crate::rows::Row;
use baton_core::relay::transaction::Input;
use baton_link::journal::Head;
use baton_protocol::frame::Frame;
use baton_protocol::ids::{AppId, RequestKey, TouchId, TransactionId};
use baton_protocol::link::{Downward, FenceReason, Upward};
use baton_protocol::phone::TouchRequest;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{State, Verdict};

/// A request of a phone on its way.
#[derive(Debug, Clone)]
pub struct Post {
    /// Whose.
    pub purchase: usize,
    /// Under which key.
    pub key: RequestKey,
    /// The caller.
    pub app: AppId,
    /// What.
    pub body: TouchRequest,
}

/// What a phone is told about a request.
pub type Told = Result<(TouchId, TransactionId, State), RefusalCode>;

/// A payment request on its way to a destination.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which transaction.
    pub transaction: TransactionId,
    /// Whose payment.
    pub purchase: usize,
    /// Who asks, in which of its lives and jobs.
    pub asker: (usize, u32, u32),
    /// Copies of one request have different numbers.
    pub copy: u32,
}

/// What a gateway asks a destination.
#[derive(Debug, Clone)]
pub struct Errand {
    /// The asking desk: node, executor and the desk's life.
    pub asker: (usize, usize, u32),
    /// Its own number at that gateway.
    pub number: u64,
    /// About which transaction.
    pub transaction: TransactionId,
    /// Inquiry number, or nothing for a reversal.
    pub inquiry: Option<u32>,
    /// The destination's place in the town.
    pub destination: usize,
}

/// Something that strikes a process, a wire, a disk or a clock.
#[derive(Debug, Clone)]
pub enum Blow {
    /// Kill a gateway.
    KillNode(usize),
    /// Cut a device's power.
    KillDevice(usize),
    /// Cut a device's power after so many more effects.
    Fuse(usize, u32),
    /// Stop a gateway for so long.
    StopNode(usize, u64),
    /// Stop a device for so long.
    StopDevice(usize, u64),
    /// Cut a device's connection.
    Cut(usize),
    /// Let a device's connection die silently.
    HalfOpen(usize),
    /// Keep a device and a gateway apart for so long.
    Partition(usize, u64),
    /// Take the database away for so long.
    StoreDown(u64),
    /// Let fsync fail.
    StoreFsync,
    /// Silence a destination for so long.
    Silence(usize, u64),
    /// Step a gateway's wall clock.
    Clock(usize, i64),
    /// The device will never come back.
    Destroy(usize),
    /// A journal is damaged while the device is off.
    Damage(usize),
    /// A device's disk is put back to an older copy.
    RollBack(usize),
}

/// One event.
#[derive(Debug, Clone)]
pub enum Event {
    /// A shopper goes to a terminal.
    Buy(usize),
    /// A request arrives at a gateway.
    Post(usize, Post),
    /// An answer arrives at a phone.
    Answer(usize, RequestKey, Told),
    /// A phone has waited long enough for an answer.
    Patience(usize, u32),
    /// A phone looks how it stands, at a gateway.
    Look(usize, u32),
    /// A hint arrives at a phone.
    Hint(usize, TransactionId, State),
    /// A shopper changes their mind.
    Cancel(usize),
    /// A commit is durable, or is not: node, its life, ticket.
    Commit(usize, u32, u64),
    /// A desk's timer: node, executor, the desk's life.
    Timer(usize, usize, u32),
    /// A gateway starts.
    NodeStart(usize),
    /// A gateway looks for desks that should be running.
    Keeper(usize, u32),
    /// A device dials: device, its life.
    Dial(usize, u32),
    /// A greeting arrives at a gateway.
    Hello {
        /// On which connection.
        conn: usize,
        /// The session that the device remembers.
        session: Option<String>,
        /// What it has taken of that.
        received: u64,
        /// Where its journal ends.
        head: Head,
    },
    /// A frame arrives at a device.
    Down(usize, Box<Frame<Downward>>),
    /// A frame arrives at a gateway.
    Up(usize, Box<Frame<Upward>>),
    /// A device learns that its connection is gone.
    DownClosed(usize),
    /// A gateway learns that a connection is gone.
    UpClosed(usize),
    /// The device owes an acknowledgement.
    AckUp(usize),
    /// The gateway owes an acknowledgement.
    AckDown(usize),
    /// A frame that was held back reaches a device, in this life of it, outside its session.
    Zombie(usize, u32, Box<Downward>),
    /// A report that was held back reaches a gateway's desk outside its session.
    ZombieUp(usize, Box<Upward>),
    /// A device's time to live: device, its life.
    Ttl(usize, u32),
    /// The way is clear, or not: device, life, transaction.
    Prepared(usize, u32, TransactionId, Result<(), FenceReason>),
    /// The destination or POS spoke to an executor: device, life, job.
    Spoke(usize, u32, u32, Verdict),
    /// A device starts.
    Boot(usize),
    /// A new device takes the place of one that is gone.
    Replace(usize),
    /// A payment request arrives at its destination.
    Authorize(Request),
    /// A question or reversal arrives at its destination.
    Errand(Errand),
    /// Its answer arrives back, or its time is over.
    Back(Errand, Input),
    /// Something strikes.
    Blow(Blow),
    /// Something that struck is over.
    Over(Blow),
    /// Everything is mended.
    Heal,
    /// Everything that can be final must be.
    Judge,
    /// Two operators look at what is in suspense.
    Operators,
    /// A planned fault that needs a moment of its own.
    Plan(Row, usize),
}

/// The process that an event needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A gateway.
    Node(usize),
    /// A device.
    Device(usize),
    /// The gateway end of a connection.
    NodeOf(usize),
    /// The device end of a connection.
    DeviceOf(usize),
    /// None.
    Nobody,
}

impl Event {
    /// Returns the process that must run for this to be taken.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "most events are of no such kind")]
    pub const fn needs(&self) -> Needs {
        match self {
            Self::Post(node, _) | Self::Timer(node, ..) | Self::Keeper(node, _) => {
                Needs::Node(*node)
            }
            Self::Back(errand, _) => Needs::Node(errand.asker.0),
            Self::Hello { conn, .. } | Self::Up(conn, _) | Self::UpClosed(conn) => {
                Needs::NodeOf(*conn)
            }
            Self::AckDown(conn) => Needs::NodeOf(*conn),
            Self::Down(conn, _) | Self::DownClosed(conn) | Self::AckUp(conn) => {
                Needs::DeviceOf(*conn)
            }
            Self::Zombie(device, ..)
            | Self::Dial(device, _)
            | Self::Ttl(device, _)
            | Self::Prepared(device, ..)
            | Self::Spoke(device, ..) => Needs::Device(*device),
            _ => Needs::Nobody,
        }
    }
}

/// Numbers the kinds of events, for the fingerprint of a run.
#[must_use]
#[expect(clippy::wildcard_enum_match_arm, reason = "most events are of no such kind")]
pub const fn number_of(event: &Event) -> u64 {
    match event {
        Event::Buy(place) => 0x100 + *place as u64,
        Event::Post(node, post) => 0x200 + (*node + post.purchase) as u64,
        Event::Answer(place, ..) => 0x300 + *place as u64,
        Event::Patience(place, _) => 0x400 + *place as u64,
        Event::Look(place, _) => 0x500 + *place as u64,
        Event::Hint(place, ..) => 0x600 + *place as u64,
        Event::Commit(_, _, ticket) => 0x10_000 + *ticket,
        Event::Timer(_, executor, life) => 0x700 + (*executor as u64) * 8 + *life as u64,
        Event::Down(conn, frame) => 0x20_000 + (*conn as u64) * 16 + frame.seq,
        Event::Up(conn, frame) => 0x30_000 + (*conn as u64) * 16 + frame.seq,
        Event::Dial(device, _) => 0x800 + *device as u64,
        Event::Prepared(device, ..) => 0x900 + *device as u64,
        Event::Spoke(device, ..) => 0xA00 + *device as u64,
        Event::Authorize(request) => 0xB00 + request.purchase as u64,
        Event::Errand(errand) => 0xC00 + errand.asker.1 as u64,
        Event::Back(errand, _) => 0xD00 + errand.asker.1 as u64,
        Event::Blow(_) | Event::Over(_) => 0xE00,
        _ => 0xF00,
    }
}

/// The transaction that an event is about, where it names one.
#[must_use]
#[expect(clippy::wildcard_enum_match_arm, reason = "most events are of no such kind")]
pub fn about(event: &Event) -> Option<TransactionId> {
    match event {
        Event::Hint(_, transaction, _)
        | Event::Prepared(_, _, transaction, _)
        | Event::Answer(_, _, Ok((_, transaction, _))) => Some(*transaction),
        Event::Authorize(request) => Some(request.transaction),
        Event::Errand(errand) | Event::Back(errand, _) => Some(errand.transaction),
        Event::Down(_, frame) => about_down(&frame.body),
        Event::Up(_, frame) => about_up(&frame.body),
        Event::Zombie(_, _, body) => about_down(body),
        Event::ZombieUp(_, body) => about_up(body),
        _ => None,
    }
}

/// The transaction that a gateway speaks of.
#[must_use]
pub const fn about_down(body: &Downward) -> Option<TransactionId> {
    match body {
        Downward::Command(command) => Some(command.transaction),
        Downward::Cancel { transaction, .. } | Downward::Commit { transaction, .. } => {
            Some(*transaction)
        }
        Downward::Welcome { .. }
        | Downward::Sale { .. }
        | Downward::News { .. }
        | Downward::Taken { .. }
        | Downward::Refused { .. }
        | Downward::Version { .. }
        | Downward::Ack
        | Downward::Later => None,
    }
}

/// The transaction that a device speaks of.
#[must_use]
pub const fn about_up(body: &Upward) -> Option<TransactionId> {
    match body {
        Upward::Accepted { transaction, .. }
        | Upward::Result { transaction, .. }
        | Upward::Fenced { transaction, .. }
        | Upward::NotReady { transaction, .. }
        | Upward::Shown { transaction }
        | Upward::Contradicted { transaction, .. }
        | Upward::Ask { transaction } => Some(*transaction),
        Upward::Hello { .. }
        | Upward::Journal { .. }
        | Upward::Scanned { .. }
        | Upward::Typed { .. }
        | Upward::Sightings(_)
        | Upward::Ack
        | Upward::Later => None,
    }
}
