//! The whole world of one run: one thread, one clock that only events move, one pair of dice.
//!
//! Owns the queue and hands each event to the chapter that acts on it: `node` (gateway), `wire`,
//! `device`, `destination`, `phone`, `blows`; `check` watches. Next: `node.rs`.

use crate::check::To;
use crate::coverage::Coverage;
use crate::destination::Server;
use crate::device::Device;
use crate::dice::Dice;
use crate::event::{Event, Needs};
use crate::node::Node;
use crate::phone::Purchase;
use crate::rows::Row;
use crate::setup::Town;
use crate::store::Store;
use crate::wire::Conn;
use baton_core::time::Timestamp;
use baton_protocol::ids::TransactionId;
use baton_protocol::policy::Policy;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Milliseconds since 1970 at which every run begins.
pub const START_UNIX_MS: u64 = 1_700_000_000_000;
/// How soon a message for a stopped program is looked at again, in milliseconds.
const STOPPED_LOOK_MS: u64 = 1_000;
/// Events after which a run counts as one that never rests.
const EVENTS_MAX: u64 = 2_000_000;

/// Something that must never be true, and is.
#[derive(Debug, Clone)]
pub struct Broken {
    /// About which transaction.
    pub transaction: Option<TransactionId>,
    /// Which promise.
    pub promise: &'static str,
    /// When.
    pub at_ms: u64,
}

/// One run.
pub struct World {
    /// Milliseconds since the run began.
    pub now: u64,
    pub(crate) queue: BTreeMap<(u64, u64), Event>,
    pub(crate) number: u64,
    pub(crate) dice: Dice,
    pub(crate) town: Town,
    pub(crate) policy: Arc<Policy>,
    pub(crate) store: Store,
    pub(crate) nodes: Vec<Node>,
    pub(crate) devices: Vec<Device>,
    pub(crate) conns: Vec<Conn>,
    pub(crate) servers: Vec<Server>,
    pub(crate) purchases: Vec<Purchase>,
    pub(crate) of: BTreeMap<TransactionId, usize>,
    pub(crate) parted: BTreeMap<usize, u64>,
    pub(crate) healed: bool,
    pub(crate) healed_at: u64,
    pub(crate) clock_stepped: bool,
    /// Counts.
    pub coverage: Coverage,
    /// The last frame that each end of a session has heard.
    pub(crate) heard: BTreeMap<(String, To), u64>,
    /// What went wrong.
    pub broken: Vec<Broken>,
    /// Fingerprint of everything that happened.
    pub hash: u64,
    /// What happened, in words, if somebody wants to read it.
    pub trace: Option<Vec<(u64, Option<TransactionId>, String)>>,
    ids: u64,
}

/// Whether a run keeps its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Story {
    /// It does.
    Kept,
    /// Only its fingerprint.
    Dropped,
}

impl World {
    /// Builds the world of a seed with so many purchases in it.
    ///
    /// # Errors
    /// As [`Town::new`].
    pub fn new(seed: u64, purchases: usize, story: Story) -> anyhow::Result<Self> {
        let mut dice = Dice::new(seed);
        let town = Town::new(&mut dice)?;
        let nodes = if dice.one_in(3) { 2 } else { 1 };
        let devices = (0..town.executors.len()).map(|_| Device::default()).collect();
        let servers = town.kinds.iter().map(|kind| Server::new(*kind)).collect();
        let mut world = Self {
            now: 0,
            queue: BTreeMap::new(),
            number: 0,
            dice,
            policy: Arc::new(town.policy.clone()),
            town,
            store: Store::default(),
            nodes: (0..nodes).map(|_| Node::default()).collect(),
            devices,
            conns: Vec::new(),
            servers,
            purchases: Vec::new(),
            of: BTreeMap::new(),
            parted: BTreeMap::new(),
            healed: false,
            healed_at: 0,
            clock_stepped: false,
            coverage: Coverage::default(),
            heard: BTreeMap::new(),
            broken: Vec::new(),
            hash: 0xCBF2_9CE4_8422_2325,
            trace: (story == Story::Kept).then(Vec::new),
            ids: 0,
        };
        world.open_shop(purchases);
        Ok(world)
    }

    /// Runs until nothing is left to happen, then judges.
    pub fn run(&mut self) {
        let mut taken = 0;
        while let Some(((at, number), event)) = self.queue.pop_first() {
            self.now = at;
            taken += 1;
            if taken > EVENTS_MAX {
                self.break_promise(None, "the run never rests");
                break;
            }
            if let Some(later) = self.stopped_until(&event) {
                // Looked at again soon: whoever mends everything also lets stopped programs go on.
                // All looks are at the same moments and numbers stay, so what came first is still
                // taken first.
                let look = (self.now / STOPPED_LOOK_MS + 1) * STOPPED_LOOK_MS;
                self.queue.insert((later.min(look), number), event);
                continue;
            }
            self.mix(at, &event);
            self.take(event);
        }
        self.judge_all();
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Buy(_)
            | Event::Answer(..)
            | Event::Patience(..)
            | Event::Look(..)
            | Event::Hint(..)
            | Event::Cancel(_) => self.take_phone(&event),
            Event::Post(node, post) => self.post_arrives(node, post),
            Event::Commit(..)
            | Event::Timer(..)
            | Event::NodeStart(_)
            | Event::Keeper(..)
            | Event::Back(..)
            | Event::ZombieUp(..)
            | Event::Operators => self.take_node(event),
            Event::Hello { .. }
            | Event::Down(..)
            | Event::Up(..)
            | Event::DownClosed(_)
            | Event::UpClosed(_)
            | Event::AckUp(_)
            | Event::AckDown(_)
            | Event::Dial(..) => self.take_wire(event),
            Event::Zombie(..)
            | Event::Ttl(..)
            | Event::Prepared(..)
            | Event::Spoke(..)
            | Event::Boot(_)
            | Event::Replace(_) => self.take_device(event),
            Event::Authorize(request) => self.authorize(&request),
            Event::Errand(errand) => self.errand(errand),
            Event::Blow(blow) => self.strike(&blow),
            Event::Over(blow) => self.strike_over(&blow),
            Event::Heal => self.heal(),
            Event::Judge => self.judge_bounds(),
            Event::Plan(row, place) => self.planned_moment(row, place),
        }
    }

    /// Puts an event at a time.
    pub(crate) fn at(&mut self, at: u64, event: Event) {
        self.number += 1;
        self.queue.insert((at.max(self.now), self.number), event);
    }

    /// Puts an event so many milliseconds from now.
    pub(crate) fn after(&mut self, ms: u64, event: Event) {
        self.at(self.now + ms, event);
    }

    fn stopped_until(&self, event: &Event) -> Option<u64> {
        let until = match event.needs() {
            Needs::Node(node) => self.nodes[node].stopped_until,
            Needs::Device(device) => self.devices[device].stopped_until,
            Needs::NodeOf(conn) => self.nodes[self.conns[conn].node].stopped_until,
            Needs::DeviceOf(conn) => self.devices[self.conns[conn].device].stopped_until,
            Needs::Nobody => return None,
        };
        (until > self.now).then_some(until)
    }

    /// What a gateway's clock shows: set from the wall at its start, then only counting.
    pub(crate) fn node_time(&self, node: usize) -> Timestamp {
        let wall = i64::try_from(START_UNIX_MS + self.now).unwrap_or(i64::MAX);
        Timestamp::from_ms(wall.saturating_add(self.nodes[node].clock_step))
    }

    /// Turns a time of a gateway's clock into one of the world.
    pub(crate) fn world_time(&self, node: usize, at: Timestamp) -> u64 {
        let start = i64::try_from(START_UNIX_MS).unwrap_or(0);
        let ms = at.ms().saturating_sub(start).saturating_sub(self.nodes[node].clock_step);
        u64::try_from(ms).unwrap_or(0)
    }

    /// Makes a UUIDv7 of this moment.
    pub(crate) fn new_id(&mut self) -> Uuid {
        self.ids += 1;
        let ms = u128::from(START_UNIX_MS + self.now);
        let chance = u128::from(self.dice.next()) & 0x3FFF_FFFF_FFFF_FFFF;
        let count = u128::from(self.ids) & 0xFFF;
        Uuid::from_u128((ms << 80) | (7 << 76) | (count << 64) | (2 << 62) | chance)
    }

    /// Tells whether a planned fault of this purchase strikes now; it does so once.
    pub(crate) fn strikes(&mut self, purchase: usize, row: u8) -> bool {
        let planned = &mut self.purchases[purchase];
        if self.healed || planned.plan != Some(Row(row)) || planned.struck {
            return false;
        }
        planned.struck = true;
        let transaction = planned.transaction;
        self.coverage.tried(Row(row));
        self.say(transaction, || format!("F{row} strikes"));
        true
    }

    /// The same by transaction.
    pub(crate) fn strikes_at(&mut self, transaction: TransactionId, row: u8) -> bool {
        let Some(purchase) = self.of.get(&transaction).copied() else { return false };
        self.strikes(purchase, row)
    }

    /// Tells whether this purchase's planned fault is this one and has begun.
    pub(crate) fn suffers(&self, transaction: TransactionId, row: u8) -> bool {
        let Some(purchase) = self.of.get(&transaction) else { return false };
        let planned = &self.purchases[*purchase];
        !self.healed && planned.struck && planned.plan == Some(Row(row))
    }

    /// Writes a line of the story.
    pub(crate) fn say(&mut self, about: Option<TransactionId>, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push((self.now, about, line()));
        }
    }

    /// Writes down that a promise does not hold.
    pub(crate) fn break_promise(&mut self, about: Option<TransactionId>, promise: &'static str) {
        self.say(about, || format!("BROKEN: {promise}"));
        let at_ms = self.now;
        let known = |one: &Broken| one.transaction == about && one.promise == promise;
        if !self.broken.iter().any(known) {
            self.broken.push(Broken { transaction: about, promise, at_ms });
        }
    }

    /// Mixes an event into the fingerprint of the run.
    fn mix(&mut self, at: u64, event: &Event) {
        let kind = crate::event::number_of(event);
        for word in [at, kind, self.number, self.dice.clone().next()] {
            self.hash = (self.hash ^ word).wrapping_mul(0x0000_0100_0000_01B3);
        }
        if self.trace.is_some() && !matches!(event, Event::AckUp(_) | Event::AckDown(_)) {
            let about = crate::event::about(event);
            self.say(about, || format!("{event:?}"));
        }
    }
}
