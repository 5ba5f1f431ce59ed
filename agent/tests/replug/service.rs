//! The service's end in a process of its own: the agent's drivers without link and journal.
//!
//! Owns the words of its input and output: `enter CODE` prepares, `pay CODE` prepares and submits;
//! each is answered by one line.

use baton_agent::Config;
use baton_agent::pos::Pos;
use baton_link::executor::Executor;
use baton_protocol::code::PaymentCode;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::Command;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::Work;
use std::io::Write;
use std::path::Path;
use uuid::Uuid;

pub async fn run(config: &Path) -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let pos = Pos::new(&Config::load(config)?)?;
    say("ready")?;
    // Blocks this thread; the door is served by others.
    for line in std::io::stdin().lines() {
        let line = line?;
        let Some((word, code)) = line.split_once(' ') else { anyhow::bail!("{line}?") };
        let command = command(code)?;
        let answer = match (pos.prepare(&command).await, word) {
            (Err(fence), _) => format!("fenced {:?}", fence.reason),
            (Ok(()), "enter") => "entered".to_owned(),
            (Ok(()), _) => {
                let ending = pos.conclude(&command).await;
                format!("{} {} {:?}", ending.outcome.word(), ending.evidence_word(), ending.verdict)
            }
        };
        say(&answer)?;
    }
    Ok(())
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

fn command(code: &str) -> anyhow::Result<Command> {
    let code = PaymentCode::parse(code.to_owned())?;
    Ok(Command {
        transaction: TransactionId::new(Uuid::new_v4()),
        epoch: 1,
        ttl_ms: 10_000,
        app: "zenity-pos".parse()?,
        code_digest: "digest".to_owned(),
        work: Work::Payment { code, amount: Money::new(4_500, Currency::KRW) },
        target: None,
    })
}
