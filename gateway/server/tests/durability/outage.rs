//! A PostgreSQL that is stopped and started again under a running gateway.
//!
//! Owns a server of its own: the one that other tests share must not be stopped.

use super::PATIENCE;
use super::stage::{Gateway, Shop, run};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

struct Server {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Server {
    /// Makes a server, or says why not.
    fn make() -> Option<Self> {
        let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .flatten()
            .map(|one| one.path())
            .collect();
        versions.sort();
        let programs = versions.pop()?.join("bin");
        let folder = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { programs, folder, port };
        if is_root() {
            let owned = Command::new("chown").arg("nobody").arg(server.folder.path()).status();
            assert!(owned.unwrap().success());
        }
        let data = server.data();
        let made =
            server.call("initdb", &["-D", &data, "-U", "baton", "-A", "trust", "-E", "UTF8"]);
        made.then_some(server)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn address(&self) -> String {
        format!("postgres://baton@127.0.0.1:{}/postgres", self.port)
    }

    fn start(&self) {
        let folder = self.folder.path().display();
        let options = format!("-p {} -k {folder} -c listen_addresses=127.0.0.1", self.port);
        let log = format!("{folder}/log");
        let (data, wait) = (self.data(), ["start", "-w", "-s"]);
        let all = [&wait[..], &["-D", &data, "-l", &log, "-o", &options]].concat();
        assert!(self.call("pg_ctl", &all), "the server does not start");
    }

    fn stop(&self) {
        let data = self.data();
        assert!(self.call("pg_ctl", &["stop", "-s", "-w", "-m", "immediate", "-D", &data]));
    }

    /// PostgreSQL refuses to run as root.
    fn call(&self, program: &str, arguments: &[&str]) -> bool {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.args(arguments).current_dir(self.folder.path()).stdout(std::process::Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        self.call("pg_ctl", &["stop", "-s", "-m", "immediate", "-D", &data]);
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    Path::new("/proc/self").metadata().is_ok_and(|own| own.uid() == 0)
}

#[test]
fn a_postgres_outage_refuses_new_work_loses_nothing_and_ends_by_itself() {
    let Some(server) = Server::make() else {
        return eprintln!("PostgreSQL's programs are not here: the outage is not tried");
    };
    server.start();
    let folder = TempDir::new().unwrap();
    let shop = Shop::make(folder.path(), &server.address());
    let gateway = Gateway::start(&shop, &[]);
    let kept = gateway.open_sale("t-1", "A-1");
    assert_eq!(kept.status, 201, "{}", kept.text);

    server.stop();
    for _ in 0..20 {
        let refused = gateway.open_sale("t-2", "A-2");
        assert_eq!(refused.status, 503, "{}", refused.text);
        assert!(refused.text.to_lowercase().contains("retry-after:"), "{}", refused.text);
    }
    server.start();
    gateway.open_sale_within(PATIENCE, "t-2", "A-2");

    assert_eq!(gateway.get_sale(&kept.id()).status, 200);
    let verified = run(&shop, &["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}
