use super::*;
use crate::config::recipe::Recipe;
use crate::entry::GivenUp;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use uuid::Uuid;
use zeroize::Zeroizing;

const RECIPE: &str = include_str!("../../../../../config/recipes/zenity.toml");

struct Nothing;

impl Outcome for Nothing {
    fn look(&mut self, _: Screen<'_>, _: &Window) -> Result<Option<Showed>, Fault> {
        Ok(None)
    }
}

/// A database with a table of payments and a view over it.
struct Shop {
    address: String,
    name: String,
    runtime: Runtime,
    connection: AnyConnection,
}

impl Shop {
    fn at(address: String) -> Self {
        install_default_drivers();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = runtime.block_on(AnyConnection::connect(&address)).unwrap();
        let name = format!("pay{}", Uuid::new_v4().simple());
        let mut shop = Self { address, name, runtime, connection };
        shop.run("CREATE TABLE NAME (at TEXT, won BIGINT, state TEXT, ref TEXT, tail TEXT)");
        shop.run("CREATE VIEW NAMEv AS SELECT * FROM NAME");
        shop
    }

    fn run(&mut self, statement: &str) {
        let statement = AssertSqlSafe(statement.replace("NAME", &self.name));
        self.runtime.block_on(self.connection.execute(statement)).unwrap();
    }

    fn pays(&mut self, at: &str, won: i64, state: &str, tail: &str) {
        let row = format!("('{at}', {won}, '{state}', 'A{won}', '{tail}')");
        self.run(&format!("INSERT INTO NAME VALUES {row}"));
    }

    fn rows(&self) -> Rows {
        rows(&self.address, &format!("{}v", self.name))
    }

    fn submitted(&self) -> Rows {
        let mut rows = self.rows();
        rows.expect(&order());
        rows.forget();
        rows
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.run("DROP VIEW NAMEv");
        self.run("DROP TABLE NAME");
    }
}

fn order() -> Order {
    Order {
        transaction: TransactionId::new(Uuid::from_u128(7)),
        code: Zeroizing::new("c0001aBc".to_owned()),
        amount: Money::new(4_500, Currency::KRW),
        deadline_ms: 0,
        given_up: GivenUp::default(),
    }
}

fn rows(address: &str, name: &str) -> Rows {
    let (head, _) = RECIPE.split_once("[outcome]").unwrap();
    let text = format!(
        "{head}[outcome]\nwithin_ms = 6000\n[outcome.view]\nname = \"{name}\"\ntime = \"at\"\n\
         amount = \"won\"\nword = \"state\"\nreference = \"ref\"\nlast4 = \"tail\"\n\
         [[outcome.any]]\nsays = \"approved\"\nview = \"PAID\"\n\
         [[outcome.any]]\nsays = \"declined\"\nreason = \"refused\"\nview = \"REFUSED\"\n"
    );
    let mut outcomes = Recipe::parse(&text).unwrap().outcome;
    let view = outcomes.view.as_mut().unwrap();
    view.address = Some(address.to_owned().into());
    Rows::open(&view.clone(), &outcomes.any, Box::new(Nothing)).unwrap()
}

/// A shop on SQLite, and one on PostgreSQL where there is a server.
fn shops() -> (tempfile::TempDir, Vec<Shop>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    let mut shops = vec![Shop::at(format!("sqlite://{}?mode=rwc", file.display()))];
    match std::env::var("BATON_TEST_POSTGRES") {
        Ok(server) => shops.push(Shop::at(server)),
        Err(_) => eprintln!("BATON_TEST_POSTGRES is not set: PostgreSQL half not run"),
    }
    (folder, shops)
}

#[test]
fn a_row_that_came_after_the_submit_says_what_came_of_it() {
    let (_folder, shops) = shops();
    for mut shop in shops {
        let mut rows = shop.submitted();
        assert_eq!(rows.find(), Ok(None));

        shop.pays("2026-01-01T10:00:00", 4_500, "PAID", "1aBc");

        let showed = rows.find().unwrap().unwrap();
        let slots = showed.pattern.unwrap().fit(&showed.text).unwrap();
        assert_eq!(showed.which, 0);
        assert_eq!((slots["reference"].as_str(), slots["amount"].as_str()), ("A4500", "4500"));
    }
}

#[test]
fn rows_before_the_submit_and_of_other_payments_do_not_count() {
    let (_folder, shops) = shops();
    for mut shop in shops {
        shop.pays("2026-01-01T10:00:00", 4_500, "PAID", "1aBc");
        shop.pays("2026-01-01T10:00:01", 4_500, "PENDING", "1aBc");
        let mut rows = shop.submitted();

        shop.run("UPDATE NAME SET state = 'PAID'");
        shop.pays("2026-01-01T10:00:02", 4_600, "PAID", "1aBc");
        shop.pays("2026-01-01T10:00:03", 4_500, "PAID", "9999");
        shop.pays("2026-01-01T10:00:04", -4_500, "PAID", "1aBc");
        shop.pays("2026-01-01T10:00:05", 4_500, "PENDING", "1aBc");
        assert_eq!(rows.find(), Ok(None));

        shop.run("UPDATE NAME SET state = 'REFUSED' WHERE at = '2026-01-01T10:00:05'");
        assert_eq!(rows.find().unwrap().unwrap().which, 1);
    }
}

#[test]
fn two_rows_that_fit_decide_nothing() {
    let (_folder, shops) = shops();
    for mut shop in shops {
        let mut rows = shop.submitted();

        shop.pays("2026-01-01T10:00:00", 4_500, "PAID", "1aBc");
        shop.pays("2026-01-01T10:00:01", 4_500, "REFUSED", "1aBc");

        assert_eq!(rows.find(), Err(broken("two new rows fit the payment")));
    }
}

#[test]
fn the_session_can_write_nothing() {
    let (_folder, shops) = shops();
    for shop in shops {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let mut connection = runtime.block_on(read_only(&shop.address)).unwrap();

        let written = AssertSqlSafe(format!("DELETE FROM {}", shop.name));

        assert!(runtime.block_on(connection.execute(written)).is_err());
    }
}

#[test]
fn a_database_that_is_away_or_was_away_at_the_submit_decides_nothing() {
    let mut away = rows("postgres://till:hunter2@127.0.0.1:1/shop", "pay");
    away.expect(&order());
    away.forget();
    let (_folder, shops) = shops();
    let mut unasked = shops[0].rows();
    unasked.expect(&order());

    let fault = away.find().unwrap_err().to_string();

    assert!(fault.starts_with("pos database") && !fault.contains("hunter2"), "{fault}");
    assert_eq!(unasked.find(), Err(broken("it was not asked before the submit")));
    assert!(!format!("{away:?}").contains("hunter2"));
}
