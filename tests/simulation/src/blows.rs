//! What strikes processes, wires, disks and clocks, and how everything is mended at the end.
//!
//! Owns kills, stops, partitions, outages and clock steps. Some come by chance, some because a
//! purchase planned them. Next: `check.rs`.

use crate::disk::Mood as DiskMood;
use crate::event::{Blow, Event};
use crate::rows::Row;
use crate::store::Mood;
use crate::world::World;
use baton_core::relay::sale::Sale;

/// A day, by which a clock may be ahead after a step.
const DAY_MS: i64 = 24 * 3_600_000;
/// Ten minutes, by which it may be behind.
const BACK_MS: i64 = -10 * 60_000;
/// When everything that machines resolve by themselves must be final after mending: execution,
/// decision, and the longest pause between two questions twice.
const FINAL_MS: u64 = 240_000;
/// The same for those that wait for the end of a code's life.
const EXPIRED_MS: u64 = 40 * 60_000;

impl World {
    /// Blows by chance, over the whole run.
    pub(crate) fn plan_blows(&mut self, end: u64) {
        if self.dice.one_in(6) {
            return;
        }
        for _ in 0..self.dice.between(2, 14) {
            let at = self.dice.between(3_000, end);
            let blow = self.chance_blow();
            self.at(at, Event::Blow(blow));
        }
    }

    fn chance_blow(&mut self) -> Blow {
        let node = self.dice.place(self.nodes.len());
        let device = self.dice.place(self.devices.len());
        let long = self.dice.between(500, 40_000);
        match self.dice.below(11) {
            0 => Blow::KillNode(node),
            1 => {
                let effects = u32::try_from(self.dice.below(6)).unwrap_or(0);
                Blow::Fuse(device, effects)
            }
            2 => Blow::StopNode(node, long),
            3 => Blow::StopDevice(device, long),
            4 => Blow::Cut(device),
            5 => Blow::HalfOpen(device),
            6 => Blow::Partition(device, long),
            7 => Blow::StoreDown(self.dice.between(200, 8_000)),
            8 => Blow::StoreFsync,
            9 => Blow::Silence(self.dice.place(self.servers.len()), long),
            _ => {
                self.nodes[node].fuse = Some(u32::try_from(self.dice.below(9)).unwrap_or(0));
                Blow::KillDevice(device)
            }
        }
    }

    pub(crate) fn strike(&mut self, blow: &Blow) {
        if self.healed {
            return;
        }
        match *blow {
            Blow::KillNode(node) => self.kill_node(node),
            Blow::KillDevice(device) => self.kill_device(device),
            Blow::Fuse(device, effects) => self.devices[device].fuse = Some(effects),
            Blow::StopNode(node, long) => self.nodes[node].stopped_until = self.now + long,
            Blow::StopDevice(device, long) => {
                self.devices[device].stopped_until = self.now + long;
            }
            Blow::Cut(device) => {
                if let Some(conn) = self.devices[device].conn {
                    self.close(conn);
                }
            }
            Blow::HalfOpen(device) => {
                if let Some(conn) = self.devices[device].conn {
                    self.half_open(conn);
                }
            }
            Blow::Partition(device, long) => self.part(device, long),
            Blow::StoreDown(long) => {
                self.store.mood = Mood::Down;
                self.after(long, Event::Over(Blow::StoreDown(0)));
            }
            Blow::StoreFsync => self.store.mood = Mood::FsyncFails,
            Blow::Silence(place, long) => self.servers[place].silent_until = self.now + long,
            Blow::Clock(node, step) => {
                self.clock_stepped = true;
                self.nodes[node].wall_step = step;
            }
            Blow::Destroy(device) => {
                self.kill_device(device);
                self.devices[device].gone = true;
                self.after(60_000, Event::Replace(device));
            }
            Blow::Damage(device) => {
                self.kill_device(device);
                let chance = self.dice.next();
                self.devices[device].damaged = self.devices[device].disk.damage(chance);
            }
            Blow::RollBack(device) => {
                // The image is older than the last greeting: that is what the gateway can see.
                let known = self.store.heads.get(&device).map_or(0, |head| head.seq);
                if known == 0 {
                    return;
                }
                self.kill_device(device);
                let kept = self.dice.below(known);
                let here = &mut self.devices[device];
                here.disk.roll_back(kept);
                // The older copy may be from before a damage.
                here.damaged = here.damaged && here.disk.clone().recover().is_err();
            }
        }
    }

    pub(crate) fn strike_over(&mut self, blow: &Blow) {
        if matches!(blow, Blow::StoreDown(_)) && self.store.mood == Mood::Down {
            self.store.mood = Mood::Fine;
        }
    }

    /// A device and every gateway cannot reach each other for a while.
    pub(crate) fn part(&mut self, device: usize, long: u64) {
        self.parted.insert(device, self.now + long);
        if let Some(conn) = self.devices[device].conn {
            self.half_open(conn);
        }
    }

    /// A gateway dies at once; commits on their way reach the database or do not.
    pub(crate) fn kill_node(&mut self, node: usize) {
        if !self.nodes[node].up {
            return;
        }
        self.say(None, || format!("gateway {node} is killed"));
        let pending = std::mem::take(&mut self.nodes[node].pending);
        for (_, _, facts) in pending {
            if self.store.mood != Mood::Fine || self.dice.one_in(2) {
                break;
            }
            self.commit(&facts).unwrap_or_default();
        }
        let desks = std::mem::take(&mut self.nodes[node].desks);
        let place = &mut self.nodes[node];
        place.up = false;
        place.fuse = None;
        place.stopped_until = 0;
        for shell in desks.into_values() {
            let Some(conn) = shell.lane else { continue };
            if self.dice.one_in(5) {
                self.half_open(conn);
            } else {
                self.close(conn);
            }
        }
        let pause = self.dice.between(100, 6_000);
        self.after(pause, Event::NodeStart(node));
    }

    /// A device loses its power; it comes back after a while.
    pub(crate) fn kill_device(&mut self, device: usize) {
        if !self.devices[device].up {
            return;
        }
        self.say(None, || format!("device {device} loses its power"));
        let here = &mut self.devices[device];
        here.up = false;
        here.fuse = None;
        here.job = None;
        here.held = None;
        here.stopped_until = 0;
        if let Some(conn) = here.conn.take() {
            if self.dice.one_in(2) {
                self.half_open(conn);
            } else {
                self.close(conn);
            }
        }
        let pause = self.dice.between(500, 25_000);
        self.after(pause, Event::Boot(device));
    }

    /// F22: the disk of a device fills, is damaged, or is put back to an older copy.
    pub(crate) fn spoil(&mut self, device: usize) {
        let soon = self.dice.between(100, 12_000);
        match self.dice.below(4) {
            0 => self.devices[device].disk.mood = DiskMood::Full,
            1 => self.devices[device].disk.mood = DiskMood::FsyncFails,
            2 => self.after(soon, Event::Blow(Blow::Damage(device))),
            _ => self.after(soon, Event::Blow(Blow::RollBack(device))),
        }
    }

    /// Faults of gateways, planned by a purchase that has just begun.
    pub(crate) fn plan_moment(&mut self, purchase: usize) {
        let here = &self.purchases[purchase];
        let Some(row @ Row(10..=12)) = here.plan else { return };
        if !here.struck {
            let soon = self.dice.below(9_000);
            self.after(soon, Event::Plan(row, purchase));
        }
    }

    pub(crate) fn planned_moment(&mut self, row: Row, purchase: usize) {
        if !self.strikes(purchase, row.0) {
            return;
        }
        let node = self.dice.place(self.nodes.len());
        match row.0 {
            10 => {
                let long = self.dice.between(300, 6_000);
                let down = self.dice.percent(60);
                self.strike(&if down { Blow::StoreDown(long) } else { Blow::StoreFsync });
            }
            11 => self.strike(&Blow::StopNode(node, 60_000)),
            12 => {
                let step = if self.dice.one_in(2) { DAY_MS } else { BACK_MS };
                self.strike(&Blow::Clock(node, step));
                if self.dice.percent(60) {
                    self.kill_node(node);
                }
            }
            _ => {}
        }
    }

    /// Everything is mended; what is open must come to its end now.
    pub(crate) fn heal(&mut self) {
        self.say(None, || "everything is mended".to_owned());
        self.healed = true;
        self.healed_at = self.now;
        self.store.mood = Mood::Fine;
        self.parted.clear();
        for server in &mut self.servers {
            server.silent_until = 0;
        }
        for node in 0..self.nodes.len() {
            self.nodes[node].stopped_until = 0;
            self.nodes[node].fuse = None;
            self.after(1, Event::NodeStart(node));
        }
        for device in 0..self.devices.len() {
            self.devices[device].stopped_until = 0;
            self.devices[device].fuse = None;
            if !self.devices[device].ready {
                self.kill_device(device);
            }
            // A frame that was lost as the last one is only missed on the next connection.
            if let Some(conn) = self.devices[device].conn {
                self.close(conn);
            }
            self.after(1, Event::Boot(device));
        }
        for sale in self.store.sales.values_mut() {
            let at = sale.expires_at;
            Sale::expire(sale, at);
        }
        self.after(FINAL_MS, Event::Judge);
        self.after(EXPIRED_MS, Event::Judge);
        self.after(EXPIRED_MS + 60_000, Event::Operators);
    }

    /// Whether the second judgement is due.
    pub(crate) const fn late_judgement(&self) -> bool {
        self.now >= self.healed_at + EXPIRED_MS
    }
}
