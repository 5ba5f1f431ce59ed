//! A shop's Tryton: its servers run for the whole table, its client for one run, and its own
//! database is the witness of what was submitted.
//!
//! Owns starting and stopping them, the next customer's sale and the questions to the database.
//! Next: `tryton/set_up`, which makes the shop once; `apps`, which starts it.

use crate::condition::Condition;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What the test asks of the shop's database before the first run: a payment that is written late.
const LATE: &str = "
    CREATE OR REPLACE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(1.2); RETURN NEW; END $$;
    DROP TRIGGER IF EXISTS late ON sale_point_payment;
    CREATE TRIGGER late BEFORE INSERT ON sale_point_payment FOR EACH ROW EXECUTE FUNCTION late();
    ALTER TABLE sale_point_payment DISABLE TRIGGER late";
/// The next customer: an open sale like the first one.
const NEXT: &str = "
    WITH first AS (SELECT * FROM sale_point_sale ORDER BY id LIMIT 1),
        next AS (INSERT INTO sale_point_sale (company, point, date, state, create_uid, create_date)
            SELECT company, point, date, 'open', create_uid, now() FROM first RETURNING id),
        line AS (INSERT INTO sale_point_sale_line
            (sale, product, quantity, unit_list_price, unit_gross_price, create_uid, create_date)
            SELECT next.id, product, quantity, unit_list_price, unit_gross_price, l.create_uid,
                now()
            FROM sale_point_sale_line l JOIN first ON l.sale = first.id, next)
    SELECT id FROM next";
/// The client's settings: it asks nobody whether there is a newer one.
const SETTINGS: &str = "[login]\nlogin = admin\n[client]\ncheck_version = False\n";

/// The servers.
pub struct Shop {
    folder: PathBuf,
    server: Child,
    web: u16,
    database: u16,
}

impl Shop {
    /// Makes the shop where it was not made before, and opens it.
    pub fn open() -> anyhow::Result<Self> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let scripts = crates.join("agent/tests/desktop/tryton");
        let own = std::env::current_exe()?;
        let target = own.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
        let folder = target.ok_or_else(|| anyhow::anyhow!("no target folder"))?.join("tryton");
        let made = Command::new(scripts.join("set_up")).arg(&folder).status()?;
        anyhow::ensure!(made.success(), "tryton could not be set up; see {}", folder.display());
        let mut server = Command::new(scripts.join("serve"));
        server.arg(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut server = server.spawn()?;
        let out = server.stdout.take().ok_or_else(|| anyhow::anyhow!("no output"))?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let ports = line.trim().split_once(' ');
        let (web, database) = ports.ok_or_else(|| anyhow::anyhow!("tryton does not serve"))?;
        let shop = Self { folder, server, web: web.parse()?, database: database.parse()? };
        shop.ask(LATE)?;
        let settings = PathBuf::from(std::env::var("HOME")?).join(".config/tryton/7.0");
        std::fs::create_dir_all(&settings)?;
        std::fs::write(settings.join("tryton.conf"), SETTINGS)?;
        Ok(shop)
    }

    /// Opens a client on the next customer's sale, and returns the sale's number.
    pub fn serve(&self, condition: Condition) -> anyhow::Result<(Child, u64)> {
        let late = if condition == Condition::SlowPublish { "ENABLE" } else { "DISABLE" };
        self.ask(&format!("ALTER TABLE sale_point_payment {late} TRIGGER late"))?;
        let sale = self.ask(NEXT)?.trim().parse()?;
        let place = if condition == Condition::WrongScreen {
            "party.party".to_owned()
        } else {
            format!("sale.point.sale/{sale}")
        };
        let mut client = Command::new(self.folder.join("venv/bin/tryton"));
        client.arg(format!("tryton://127.0.0.1:{}/tryton/model/{place}", self.web));
        client.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        Ok((client.spawn()?, sale))
    }

    /// Returns the codes of a sale's payments.
    pub fn codes(&self, sale: u64) -> anyhow::Result<Vec<String>> {
        let codes =
            format!("SELECT coalesce(baton_code, '') FROM sale_point_payment WHERE sale = {sale}");
        Ok(self.ask(&codes)?.lines().map(str::to_owned).collect())
    }

    /// Asks the shop's database, a line a row.
    pub fn ask(&self, query: &str) -> anyhow::Result<String> {
        let mut psql = Command::new("psql");
        psql.args(["-qAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "tryton"]);
        psql.args(["-p", &self.database.to_string(), "-d", "tryton", "-c", query]);
        let said = psql.output()?;
        let wrong = String::from_utf8_lossy(&said.stderr);
        anyhow::ensure!(said.status.success(), "the shop's database: {wrong}");
        Ok(String::from_utf8(said.stdout)?)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It stops both servers when nobody holds its input any more.
        drop(self.server.stdin.take());
        self.server.wait().ok();
    }
}
