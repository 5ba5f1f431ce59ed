//! Connections between devices and gateways: real sessions at both ends, a bad network between.
//!
//! Owns what is lost, doubled, late, half-open or cut. Frames of one connection keep their order;
//! those of two connections do not. A share of all frames goes through JSON and back. Next:
//! `device.rs`.

use crate::check::To;
use crate::event::{Event, about_down, about_up};
use crate::store::Mood;
use crate::world::World;
use baton_core::relay::journal::{JournalHead, check};
use baton_link::journal::{Head, Input as DeviceInput};
use baton_link::session::{ACK_FRAMES_MAX, Delivery, Session};
use baton_protocol::frame::Frame;
use baton_protocol::link::{Downward, Upward};
use std::mem;

/// How long an acknowledgement may wait for a frame that carries it, as in the programs.
const ACK_MS: u64 = 200;
/// One frame in so many goes through JSON and back.
const JSON_ONE_IN: u64 = 16;
/// Two missed heartbeats at the latest, in milliseconds.
const HEARTBEATS_MS: u64 = 30_000;

/// One connection.
#[derive(Debug)]
pub struct Conn {
    /// Which device.
    pub device: usize,
    /// In which of its lives.
    pub device_life: u32,
    /// Which gateway.
    pub node: usize,
    /// In which of its lives.
    pub node_life: u32,
    /// The gateway's fencing number for it.
    pub epoch: u64,
    /// The gateway's end: the session's name and numbers.
    pub session: Option<(String, Session<Downward>)>,
    /// Whether the gateway still listens.
    pub node_open: bool,
    /// Whether the device still listens.
    pub device_open: bool,
    /// Nothing passes any more and nobody was told.
    pub dead: bool,
    down_at: u64,
    up_at: u64,
    ack_down: bool,
    ack_up: bool,
}

impl World {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the world hands over the others")]
    pub(crate) fn take_wire(&mut self, event: Event) {
        match event {
            Event::Hello { conn, session, received, head } => {
                self.hello(conn, session.as_deref(), received, &head);
            }
            Event::Down(conn, frame) => self.down_arrives(conn, *frame),
            Event::Up(conn, frame) => self.up_arrives(conn, *frame),
            Event::DownClosed(conn) => self.device_lost(conn),
            Event::UpClosed(conn) => self.node_lost(conn),
            Event::AckUp(conn) => self.ack_up(conn),
            Event::AckDown(conn) => self.ack_down(conn),
            Event::Dial(device, life) => self.dial(device, life),
            _ => {}
        }
    }

    /// A device looks for a gateway that it can reach.
    fn dial(&mut self, device: usize, life: u32) {
        let here = &self.devices[device];
        if !here.up || here.life != life || here.conn.is_some() {
            return;
        }
        let node = self.dice.place(self.nodes.len());
        let parted = self.parted.get(&device).is_some_and(|until| *until > self.now);
        if parted || !self.nodes[node].up {
            let pause = self.dice.between(200, 3_000);
            return self.after(pause, Event::Dial(device, life));
        }
        let conn = self.conns.len();
        self.conns.push(Conn {
            device,
            device_life: life,
            node,
            node_life: self.nodes[node].life,
            epoch: 0,
            session: None,
            node_open: true,
            device_open: true,
            dead: false,
            down_at: 0,
            up_at: 0,
            ack_down: false,
            ack_up: false,
        });
        let here = &mut self.devices[device];
        here.conn = Some(conn);
        here.greeted = false;
        let (session, received) = (here.session_name.clone(), here.session.received());
        let head = here.disk.head.clone();
        let took = self.dice.between(1, 60);
        self.after(took, Event::Hello { conn, session, received, head });
        // A gateway that never greets is given up.
        self.after(5_000 + took, Event::AckUp(conn));
    }

    fn node_alive(&self, conn: usize) -> bool {
        let here = &self.conns[conn];
        let node = &self.nodes[here.node];
        here.node_open && node.up && node.life == here.node_life
    }

    fn device_alive(&self, conn: usize) -> bool {
        let here = &self.conns[conn];
        let device = &self.devices[here.device];
        let same = device.life == here.device_life && device.conn == Some(conn);
        here.device_open && device.up && same
    }

    fn hello(&mut self, conn: usize, session: Option<&str>, received: u64, head: &Head) {
        let (device, node) = (self.conns[conn].device, self.conns[conn].node);
        if !self.node_alive(conn) || self.store.mood != Mood::Fine {
            return self.close(conn);
        }
        self.read_if_old(node, device);
        if !self.journal_follows(device, head) || !self.desk(node, device) {
            return self.close(conn);
        }
        let epoch = self.store.next_epoch(device);
        let place = &mut self.nodes[node];
        let Some(shell) = place.desks.get_mut(&device) else { return };
        let old = shell.lane.take();
        let parked = shell.parked.take();
        let kept = parked.filter(|(name, _)| session == Some(name.as_str()));
        let fresh = format!("{node}-{}-{conn}", place.life);
        let (name, mut numbers) = kept.unwrap_or_else(|| (fresh, Session::new()));
        shell.lane = Some(conn);
        let welcome = Downward::Welcome {
            session: name.clone(),
            epoch,
            policy: self.policy.as_ref().clone(),
            received: numbers.received(),
        };
        let mut frames = vec![numbers.bare(welcome)];
        frames.extend(numbers.resume(received).map(|frame| owned(&frame)));
        self.conns[conn].epoch = epoch;
        self.conns[conn].session = Some((name, numbers));
        if let Some(old) = old {
            self.close(old);
        }
        for frame in frames {
            self.carry_down(conn, frame);
        }
        let now = self.node_time(node);
        let Some(shell) = self.nodes[node].desks.get_mut(&device) else { return };
        let dues = shell.desk.connected(epoch, now);
        self.check_connected(node, device, &dues);
        self.after_commit(node, device, Vec::new(), dues, super::node::Then::Nobody);
        self.send_words(node, device);
    }

    /// F22: the gateway holds the end of each journal and refuses a shorter or another one.
    fn journal_follows(&mut self, device: usize, head: &Head) -> bool {
        let said = JournalHead { seq: head.seq, hash: head.hash.clone() };
        let follows = check(self.store.heads.get(&device), &said).is_ok();
        if follows {
            self.store.heads.insert(device, said);
        } else if !self.devices[device].refused {
            self.devices[device].refused = true;
            self.after(30_000, Event::Replace(device));
        }
        follows
    }

    /// The gateway says something on a connection.
    pub(crate) fn send_down(&mut self, conn: usize, body: Downward) {
        let Some((_, session)) = &mut self.conns[conn].session else { return };
        match session.send(body) {
            Ok(frame) => {
                let frame = owned(&frame);
                self.carry_down(conn, frame);
            }
            Err(_) => self.close(conn),
        }
    }

    fn carry_down(&mut self, conn: usize, frame: Frame<Downward>) {
        if self.conns[conn].dead || !self.conns[conn].device_open {
            return;
        }
        if self.lost_down(conn, &frame) {
            return;
        }
        let frame = self.json_down(frame);
        let took = self.latency();
        let at = (self.now + took).max(self.conns[conn].down_at);
        self.conns[conn].down_at = at;
        if !self.healed && self.dice.one_in(400) {
            self.at(at + 1, Event::Down(conn, Box::new(frame.clone())));
        }
        self.at(at, Event::Down(conn, Box::new(frame)));
    }

    /// Planned and unplanned losses on the way to a device.
    #[expect(clippy::wildcard_enum_match_arm, reason = "other frames have no planned loss")]
    fn lost_down(&mut self, conn: usize, frame: &Frame<Downward>) -> bool {
        let device = self.conns[conn].device;
        let Some(id) = about_down(&frame.body) else { return false };
        let life = self.devices[device].life;
        let zombie = |frame: &Frame<Downward>| Box::new(frame.body.clone());
        match &frame.body {
            Downward::Command(_) => {
                if self.strikes_at(id, 14) {
                    return true;
                }
                if self.strikes_at(id, 15) {
                    // It comes long after, when its cancel has been taken.
                    let late = self.dice.between(11_000, 45_000);
                    self.after(late, Event::Zombie(device, life, zombie(frame)));
                    return true;
                }
                if self.strikes_at(id, 9) {
                    // Another node's copy comes when this one's connection is long replaced.
                    for late in [3_000, 20_000] {
                        let late = late + self.dice.below(9_000);
                        self.after(late, Event::Zombie(device, life, zombie(frame)));
                    }
                    self.half_open(conn);
                }
                if self.strikes_at(id, 16) {
                    self.half_open(conn);
                    return true;
                }
            }
            Downward::Commit { .. } => {
                return self.strikes_at(id, 32) || self.chance_loss();
            }
            _ => {}
        }
        self.chance_loss()
    }

    fn chance_loss(&mut self) -> bool {
        !self.healed && self.dice.one_in(500)
    }

    /// The device says something on its connection.
    pub(crate) fn send_up(&mut self, conn: usize, body: Upward) {
        let device = self.conns[conn].device;
        match self.devices[device].session.send(body) {
            Ok(frame) => {
                let frame = owned(&frame);
                self.carry_up(conn, frame);
            }
            Err(_) => self.close(conn),
        }
    }

    fn carry_up(&mut self, conn: usize, frame: Frame<Upward>) {
        if self.conns[conn].dead || !self.conns[conn].node_open {
            return;
        }
        let device = self.conns[conn].device;
        if let (Some(id), Upward::Result { .. }) = (about_up(&frame.body), &frame.body)
            && self.strikes_at(id, 31)
        {
            let late = self.dice.between(500, 60_000);
            self.after(late, Event::ZombieUp(device, Box::new(frame.body.clone())));
            if self.dice.one_in(2) {
                return;
            }
        }
        if !self.healed && self.dice.one_in(500) {
            return;
        }
        let frame = self.json_up(frame);
        let took = self.latency();
        let at = (self.now + took).max(self.conns[conn].up_at);
        self.conns[conn].up_at = at;
        self.at(at, Event::Up(conn, Box::new(frame)));
    }

    fn latency(&mut self) -> u64 {
        if !self.healed && self.dice.one_in(300) {
            return self.dice.between(200, 8_000);
        }
        self.dice.between(1, 40)
    }

    /// Now and then a frame is written and read as the programs do.
    fn json_down(&mut self, frame: Frame<Downward>) -> Frame<Downward> {
        if !self.dice.one_in(JSON_ONE_IN) {
            return frame;
        }
        let text = serde_json::to_string(&frame).unwrap_or_default();
        let read: Option<Frame<Downward>> = serde_json::from_str(&text).ok();
        if read.as_ref() != Some(&frame) {
            self.break_promise(about_down(&frame.body), "a frame is not what was written");
        }
        read.unwrap_or(frame)
    }

    fn json_up(&mut self, frame: Frame<Upward>) -> Frame<Upward> {
        if !self.dice.one_in(JSON_ONE_IN) {
            return frame;
        }
        let text = serde_json::to_string(&frame).unwrap_or_default();
        let read: Option<Frame<Upward>> = serde_json::from_str(&text).ok();
        if read.as_ref() != Some(&frame) {
            self.break_promise(about_up(&frame.body), "a frame is not what was written");
        }
        read.unwrap_or(frame)
    }

    fn down_arrives(&mut self, conn: usize, frame: Frame<Downward>) {
        if !self.device_alive(conn) || self.conns[conn].dead {
            return;
        }
        let device = self.conns[conn].device;
        if let Downward::Welcome { session, received, .. } = &frame.body {
            return self.welcomed(conn, session.clone(), *received);
        }
        let seq = frame.seq;
        let delivery = self.devices[device].session.receive(frame);
        if matches!(delivery, Delivery::Delivered(_)) {
            let name = self.devices[device].session_name.clone().unwrap_or_default();
            self.check_gap(name, To::Device, seq);
        }
        match delivery {
            Delivery::Delivered(Downward::Ack) | Delivery::Duplicate => {}
            Delivery::Delivered(body) => self.device_hears(device, body),
            Delivery::Gap { .. } => return self.close(conn),
        }
        let owed = self.devices[device].session.owed();
        if owed >= ACK_FRAMES_MAX {
            self.ack_up(conn);
        } else if owed > 0 && !self.conns[conn].ack_up {
            self.conns[conn].ack_up = true;
            self.after(ACK_MS, Event::AckUp(conn));
        }
    }

    fn welcomed(&mut self, conn: usize, session: String, received: u64) {
        let device = self.conns[conn].device;
        let here = &mut self.devices[device];
        let known = here.session_name.as_ref() == Some(&session);
        here.greeted = true;
        here.failures = 0;
        if !known {
            here.session_name = Some(session);
            here.session.restart();
        }
        let resumed = here.session.resume(if known { received } else { 0 });
        let mut frames: Vec<Frame<Upward>> = resumed.map(|frame| owned(&frame)).collect();
        let waiting = mem::take(&mut here.reports);
        for body in waiting {
            frames.extend(here.session.send(body).ok().map(|frame| owned(&frame)));
        }
        for frame in frames {
            self.carry_up(conn, frame);
        }
        self.device_step(device, DeviceInput::Connected);
    }

    fn up_arrives(&mut self, conn: usize, frame: Frame<Upward>) {
        if !self.node_alive(conn) || self.conns[conn].dead {
            return;
        }
        let (device, node) = (self.conns[conn].device, self.conns[conn].node);
        let Some((name, session)) = &mut self.conns[conn].session else { return };
        let (name, seq) = (name.clone(), frame.seq);
        let delivery = session.receive(frame);
        let owed = session.owed();
        if matches!(delivery, Delivery::Delivered(_)) {
            self.check_gap(name, To::Gateway, seq);
        }
        match delivery {
            Delivery::Delivered(Upward::Ack) | Delivery::Duplicate => {}
            Delivery::Delivered(said) => {
                if self.epoch(node, device) == self.conns[conn].epoch {
                    self.heard(node, device, said);
                }
            }
            Delivery::Gap { .. } => return self.close(conn),
        }
        if owed >= ACK_FRAMES_MAX {
            self.ack_down(conn);
        } else if owed > 0 && !self.conns[conn].ack_down {
            self.conns[conn].ack_down = true;
            self.after(ACK_MS, Event::AckDown(conn));
        }
    }

    fn ack_up(&mut self, conn: usize) {
        self.conns[conn].ack_up = false;
        if !self.device_alive(conn) {
            return;
        }
        let device = self.conns[conn].device;
        if !self.devices[device].greeted {
            return self.close(conn);
        }
        if self.devices[device].session.owed() > 0 {
            let frame = self.devices[device].session.bare(Upward::Ack);
            self.carry_up(conn, frame);
        }
    }

    fn ack_down(&mut self, conn: usize) {
        self.conns[conn].ack_down = false;
        let Some((_, session)) = &mut self.conns[conn].session else { return };
        if session.owed() > 0 {
            let frame = session.bare(Downward::Ack);
            self.carry_down(conn, frame);
        }
    }

    /// Both ends learn, a little later, that the connection is over.
    pub(crate) fn close(&mut self, conn: usize) {
        if self.conns[conn].dead {
            return;
        }
        let (first, second) = (self.dice.between(1, 50), self.dice.between(1, 50));
        self.after(first, Event::DownClosed(conn));
        self.after(second, Event::UpClosed(conn));
        self.conns[conn].dead = true;
    }

    /// Nothing passes any more; only missed heartbeats end it.
    pub(crate) fn half_open(&mut self, conn: usize) {
        if self.conns[conn].dead {
            return;
        }
        self.conns[conn].dead = true;
        let (first, second) = (self.dice.below(10_000), self.dice.below(10_000));
        self.after(HEARTBEATS_MS - first, Event::DownClosed(conn));
        self.after(HEARTBEATS_MS - second, Event::UpClosed(conn));
    }

    fn device_lost(&mut self, conn: usize) {
        let alive = self.device_alive(conn);
        self.conns[conn].device_open = false;
        if !alive {
            return;
        }
        let device = self.conns[conn].device;
        let here = &mut self.devices[device];
        here.conn = None;
        here.greeted = false;
        here.failures = (here.failures + 1).min(6);
        let life = here.life;
        let pause = self.dice.between(50, 200 << self.devices[device].failures);
        self.after(pause, Event::Dial(device, life));
    }

    fn node_lost(&mut self, conn: usize) {
        let alive = self.node_alive(conn);
        self.conns[conn].node_open = false;
        let session = self.conns[conn].session.take();
        if !alive {
            return;
        }
        let (device, node, epoch) =
            (self.conns[conn].device, self.conns[conn].node, self.conns[conn].epoch);
        if self.epoch(node, device) != epoch {
            return;
        }
        if let Some(shell) = self.nodes[node].desks.get_mut(&device) {
            shell.parked = session;
            shell.lane = None;
            shell.desk.disconnected();
        }
    }
}

fn owned<B: Clone>(frame: &Frame<&B>) -> Frame<B> {
    Frame { v: frame.v, seq: frame.seq, ack: frame.ack, body: B::clone(frame.body) }
}
