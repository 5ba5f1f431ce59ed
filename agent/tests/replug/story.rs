//! The story: each part goes, `doctor` names it, it comes back, and a payment goes through again.
//!
//! Owns the order and the judgement. The POS's own record is the witness of what was submitted.

use crate::clock::{now, pause, until};
use crate::parts::{Part, Service, Shop, as_a_unit};
use baton_agent::login::doctor::examine;
use baton_agent::login::message::Line;
use std::time::Duration;

/// From the moment a part is back to the next payment.
const RECOVERY_MAX: Duration = Duration::from_secs(5);
/// From the moment a part is gone until it is named.
const NAMED_MAX: Duration = Duration::from_secs(3);

struct Till {
    shop: Shop,
    screen: Option<(Part, Part)>,
    pos: Option<Part>,
    helper: Option<Part>,
    service: Option<Service>,
    paid: Vec<String>,
    number: usize,
}

pub async fn tell() -> anyhow::Result<()> {
    let shop = Shop::new()?;
    let (screen, service) = (shop.screen()?, shop.service()?);
    let (helper, pos) = (shop.helper()?, shop.pos()?);
    let mut till = Till {
        shop,
        screen: Some(screen),
        pos: Some(pos),
        helper: Some(helper),
        service: Some(service),
        paid: Vec::new(),
        number: 0,
    };
    let told = till.whole().await;
    if told.is_err() {
        eprintln!("{}", till.shop.logs());
    }
    told
}

impl Till {
    async fn whole(&mut self) -> anyhow::Result<()> {
        self.back("start")?;

        self.pos = None;
        self.missing("pos", "zenity-pos", "is the pos program running").await?;
        self.refused()?;
        self.pos = Some(self.shop.pos()?);
        self.back("pos")?;

        drop(self.helper.take());
        self.missing("helper", "login", "log the cashier in").await?;
        self.refused()?;
        as_a_unit();
        self.helper = Some(self.shop.helper()?);
        self.back("helper")?;

        if let Some(service) = self.service.take() {
            service.kill();
        }
        self.missing("service", "service", "systemctl start").await?;
        as_a_unit();
        self.service = Some(self.shop.service()?);
        self.back("service")?;

        drop((self.pos.take(), self.screen.take()));
        self.missing("screen", "zenity-pos", "x server").await?;
        self.refused()?;
        self.screen = Some(self.shop.screen()?);
        self.pos = Some(self.shop.pos()?);
        self.back("screen")?;

        self.killed_in_an_entry()?;
        anyhow::ensure!(self.shop.record() == self.paid, "{:?}", self.shop.record());
        println!("{} payments, each recorded once by the pos", self.paid.len());
        Ok(())
    }

    /// A helper or a service that is killed or stopped while a code stands in the field.
    fn killed_in_an_entry(&mut self) -> anyhow::Result<()> {
        self.enter("c0000left1")?;
        drop(self.helper.take());
        as_a_unit();
        self.helper = Some(self.shop.helper()?);
        self.back("helper in an entry")?;
        anyhow::ensure!(self.shop.logs().contains("its field is cleared"), "what was left stayed");

        self.enter("c0000left2")?;
        if let Some(service) = self.service.take() {
            service.kill();
        }
        let cleared = until(3, || (!self.shop.stands()).then_some(()));
        anyhow::ensure!(cleared.is_some(), "a helper without a service cleared nothing");
        as_a_unit();
        self.service = Some(self.shop.service()?);
        self.back("service in an entry")?;

        self.enter("c0000left3")?;
        if let Some(helper) = self.helper.take() {
            helper.stop();
        }
        anyhow::ensure!(!self.shop.stands(), "a helper that was stopped cleared nothing");
        self.helper = Some(self.shop.helper()?);
        self.back("helper stopped in an entry")
    }

    /// Enters without a submit; the next sale's window may still be coming up.
    fn enter(&mut self, code: &str) -> anyhow::Result<()> {
        let start = now();
        loop {
            let answer = self.ask(&format!("enter {code}"))?;
            if answer == "entered" {
                anyhow::ensure!(self.shop.stands(), "no note of {code}");
                return Ok(());
            }
            anyhow::ensure!(start.elapsed() < RECOVERY_MAX, "{code}: {answer}");
            pause(100);
        }
    }

    fn ask(&mut self, line: &str) -> anyhow::Result<String> {
        let service = self.service.as_mut().ok_or_else(|| anyhow::anyhow!("no service"))?;
        service.ask(line)
    }

    /// A payment while a part is away is fenced, not lost and not made.
    fn refused(&mut self) -> anyhow::Result<()> {
        let answer = self.ask("pay c0000never")?;
        anyhow::ensure!(answer.starts_with("fenced"), "{answer}");
        Ok(())
    }

    /// Asks `doctor` until it names the part: windows of a killed program go one by one.
    async fn missing(&self, what: &str, part: &str, word: &str) -> anyhow::Result<()> {
        let named = |line: &Line| line.app == part && !line.well && line.found.contains(word);
        let start = now();
        loop {
            let lines = examine(&self.shop.socket()).await;
            if let Some(line) = lines.iter().find(|line| named(line)) {
                println!("{what} away: doctor: {part}: {}", line.found);
                return Ok(());
            }
            anyhow::ensure!(start.elapsed() < NAMED_MAX, "{what} is away, doctor says {lines:?}");
            pause(100);
        }
    }

    /// Pays until it goes through, and says how long that took; then opens the next sale.
    fn back(&mut self, what: &str) -> anyhow::Result<()> {
        let start = now();
        let mut fenced = 0;
        loop {
            self.number += 1;
            let code = format!("c{:04}aBc", self.number);
            let answer = self.ask(&format!("pay {code}"))?;
            if answer.starts_with("approved") {
                self.paid.push(code);
                break;
            }
            anyhow::ensure!(answer.starts_with("fenced"), "{what}: {answer}");
            fenced += 1;
            anyhow::ensure!(start.elapsed() < RECOVERY_MAX, "{what}: fenced for too long");
            pause(100);
        }
        let s = start.elapsed().as_secs_f64();
        println!("{what} back: paid {s:.2} s later, {fenced} fenced meanwhile");
        self.pos = None;
        self.pos = Some(self.shop.pos()?);
        Ok(())
    }
}
