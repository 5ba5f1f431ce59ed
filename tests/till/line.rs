//! The till's line to its servers, which Tryton does not have: what it wrote down is charged.
//!
//! Owns only that. Elsewhere it is the shop's payment module or its card reader; the reference is
//! the transaction's id, which the app's own server knows from the phone. Next: [`crate::story`].

use anyhow::ensure;
use baton_destinations::{Authorize, Client, Limits};
use baton_gateway::clock::wall_ms;
use baton_protocol::ids::{AppId, TransactionId};
use baton_protocol::target::Target;
use baton_protocol::work::{Verdict, Work};
use baton_tests::World;
use baton_tests::world::servers::Server;

/// Asks a server to do what the till has in its database; returns the server's number of it.
pub async fn hand_over(
    world: &World,
    (server, app): (&Server, &AppId),
    transaction: TransactionId,
    work: Work,
) -> anyhow::Result<String> {
    let target = Target::new(server.id.clone(), server.way.clone());
    let client = Client::new(&target, None, Limits::default())?;
    client.prepare().await?;
    let (terminal, app) = (world.cast.till.clone(), app.clone());
    let wanted = work.amount();
    let ask = Authorize { transaction, terminal, app, work, at_ms: wall_ms() };
    match client.authorize(&ask).await {
        Verdict::Approved { amount, reference, .. } => {
            ensure!(amount == wanted, "{} charged {amount:?} instead of {wanted:?}", server.id);
            Ok(reference)
        }
        Verdict::Declined { reason } => {
            anyhow::bail!("{} did not take it: {:?}", server.id, reason)
        }
        Verdict::Unknown { reason } => {
            anyhow::bail!("whether {} took it, nobody knows: {:?}", server.id, reason)
        }
    }
}
