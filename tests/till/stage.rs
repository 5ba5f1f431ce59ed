//! The counter: Tryton's till with one open sale, a gateway beside it, an agent between the two.
//!
//! Owns setting it up and taking it away. The recipes are the shipped ones, under the names of this
//! gateway's apps, signed with a key of their own as a shop does. Next: [`crate::shopper`].

use crate::clock::{pause, until};
use crate::condition::Condition;
use crate::session::end_group;
use crate::story::Story;
use crate::tryton::Shop;
use crate::witness::Witness;
use anyhow::Context;
use baton_agent::Config;
use baton_agent::clock::clock;
use baton_agent::config::recipe::Recipe;
use baton_agent::config::signature::{make_key, sign};
use baton_agent::config::{AppDriver, DriverKind, RecipeSettings};
use baton_agent::entry::seams::Found;
use baton_agent::surface;
use baton_agent::workbench::{Trial, attempt};
use baton_protocol::ids::AppId;
use baton_tests::{Page, Wishes, World};
use std::process::Child;
use tokio::runtime::Runtime;

/// How long Tryton may take until its till can be worked at, in seconds: seen are 6 to 12, and
/// minutes where others use the machine.
const UP_S: u64 = 240;
/// How long it goes on starting after its controls are there, in milliseconds: a dialog that is
/// opened before then is built twice.
const STARTING_MS: u64 = 2_000;
/// The shipped recipes, each with the app that it names.
const RECIPES: [(&str, &str); 2] = [
    ("tryton", include_str!("../../config/recipes/tryton.toml")),
    ("tryton-member", include_str!("../../config/recipes/tryton-member.toml")),
];

/// Everything at one counter; what stands first goes first.
pub struct Counter {
    /// Gateway, destinations and agent.
    pub world: World,
    /// Where they run.
    pub runtime: Runtime,
    _client: Client,
    /// What Tryton's database says.
    pub witness: Witness,
}

struct Client(Child);

impl Drop for Client {
    fn drop(&mut self) {
        end_group(&mut self.0);
    }
}

impl Counter {
    /// Sets it up, until a shopper may come.
    pub fn set_up(story: &Story) -> anyhow::Result<Self> {
        let shop = Shop::open()?;
        let (client, sale) = shop.serve(Condition::Clean)?;
        let client = Client(client);
        story.say("till", &format!("Tryton runs, with its own PostgreSQL; sale {sale} is open"));
        let runtime = Runtime::new()?;
        let wishes = Wishes { page: Page::Apps, ..Wishes::default() };
        let mut world = runtime.block_on(World::start(wishes))?;
        story.say("gateway", &format!("at {}, with three destinations", world.public()?));
        let config = settings(&world)?;
        ready(&config, story)?;
        runtime.block_on(world.start_agent(config))?;
        let (terminal, agent) = (&world.cast.till, &world.cast.agent);
        story.say("gateway", &format!("agent {agent} is enrolled, paired with {terminal}, online"));
        Ok(Self { world, runtime, _client: client, witness: Witness { shop, sale } })
    }

    /// Stops gateway, agent and destinations; the rest ends when this is dropped.
    pub fn clear(&mut self) {
        self.runtime.block_on(self.world.stop());
    }
}

/// Signs the recipes into the world's folder.
fn settings(world: &World) -> anyhow::Result<Config> {
    let folder = world.folder().join("recipes");
    std::fs::create_dir(&folder)?;
    let key = world.folder().join("recipes.key");
    let signer = make_key(&key)?;
    let apps = [world.apps.wallet.app(), world.apps.membership.app()];
    for (app, (shipped, text)) in apps.into_iter().zip(RECIPES) {
        let named = text.replace(&format!("app = \"{shipped}\""), &format!("app = \"{app}\""));
        anyhow::ensure!(named != text, "the recipe {shipped} has other words");
        let file = folder.join(format!("{app}.toml"));
        std::fs::write(&file, named)?;
        sign(&file, &key)?;
    }
    let driver = |app: &AppId| AppDriver { app: app.clone(), driver: DriverKind::Recipe };
    Ok(Config {
        recipes: RecipeSettings { folder, signers: vec![signer], database: None },
        apps: apps.into_iter().map(driver).collect(),
        ..Config::default()
    })
}

/// Waits for Tryton's window, then tries both recipes with a dummy code as `doctor` does: a large
/// program builds a dialog slowly the first time, once a day.
fn ready(config: &Config, story: &Story) -> anyhow::Result<()> {
    let [(_, text), _] = RECIPES;
    let recipe = Recipe::parse(text)?;
    let up = until(UP_S, || {
        let mut desk = surface::open(&recipe, clock().monotonic_ms).ok()?;
        let windows = desk.windows.list().ok()?;
        let window = windows.into_iter().find(|window| recipe.window.fits(window))?;
        let mut there = |wanted| matches!(desk.controls.find(&window, wanted), Ok(Found::One(_)));
        recipe.state.iter().all(&mut there).then_some(())
    });
    up.context("the till shows no open sale")?;
    pause(STARTING_MS);
    for app in &config.apps {
        let (recipe, _) = config.recipes.load(&app.app)?;
        let found = attempt(&recipe, &Trial::dummy());
        anyhow::ensure!(found.is_well(), "the till is not ready: {}: {found}", app.app);
        story.say("doctor", &format!("{}: {found}", app.app));
        // The dialog goes when Tryton has time; the next one must not find it.
        let gone = until(UP_S, || {
            let mut desk = surface::open(&recipe, clock().monotonic_ms).ok()?;
            let windows = desk.windows.list().ok()?;
            let open =
                recipe.input.as_ref().is_some_and(|rule| windows.iter().any(|w| rule.fits(w)));
            (!open).then_some(())
        });
        gone.context("a dialog of the till stays open")?;
    }
    Ok(())
}
