//! A desk with a reader, its service and an enrolled terminal's folder.
//!
//! Owns starting and ending them. The service has a namespace of its own for mounts, because its
//! socket has one place in a system, and for the network, because its driver listens everywhere;
//! who is not root makes one for users too. Next: `field.rs`.

use crate::field::Field;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// Where Debian's vsmartcard-vpcd puts its driver.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// Where the driver listens for a card, in a network namespace of its own.
const PORT: u16 = 35963;
const TAG_ADDRESS: &str = "https://pay.example";
/// The master key of the tests.
pub const MASTER: [u8; 16] = [
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
];
/// What tags of this desk hold.
pub const ADDRESS: &str = "https://pay.example/t/counter-1";

pub struct Desk {
    pub field: Field,
    folder: TempDir,
    service: Option<Child>,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Outcome {
    pub done: bool,
    pub said: String,
    pub log: String,
}

impl Desk {
    /// A desk with everything running.
    pub fn open() -> Self {
        let mut desk = Self::without_service();
        desk.start_service();
        desk
    }

    pub fn without_service() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["state", "service", "readers"] {
            fs::create_dir(at(name)).unwrap();
        }
        let identity = r#"{"role":"terminal","id":"counter-1","audience":"baton",
            "gateway":"http://127.0.0.1:8700"}"#;
        fs::write(at("state/identity.json"), identity).unwrap();
        let field = Field::open(at("service/card"));
        let reader = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{PORT:#X}\nLIBPATH {DRIVER}\n\
             CHANNELID {PORT:#X}\n"
        );
        fs::write(at("readers/virtual"), reader).unwrap();
        let desk = Self { field, folder, service: None };
        desk.hold_master(&MASTER);
        let settings = format!(
            "state = {:?}\n[tag]\naddress = {TAG_ADDRESS:?}\nmaster_key_file = {:?}\n",
            desk.at("state"),
            desk.at("tags.key")
        );
        fs::write(desk.at("terminal.toml"), settings).unwrap();
        desk
    }

    /// Adds sections to the terminal's settings.
    pub fn settle(&self, sections: &str) {
        let settings = fs::read_to_string(self.at("terminal.toml")).unwrap();
        fs::write(self.at("terminal.toml"), settings + sections).unwrap();
    }

    /// Puts another master key into the terminal's file.
    pub fn hold_master(&self, key: &[u8; 16]) {
        use std::os::unix::fs::PermissionsExt;
        let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(self.at("tags.key"), digits).unwrap();
        fs::set_permissions(self.at("tags.key"), fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub fn start_service(&mut self) {
        let parts = [
            ("/usr/sbin/pcscd", "pcscd"),
            (DRIVER, "vsmartcard-vpcd"),
            ("/usr/bin/socat", "socat"),
            ("/usr/bin/unshare", "util-linux"),
        ];
        for (part, package) in parts {
            let there = Path::new(part).exists();
            assert!(there, "{part} is missing; install it (Debian: apt-get install {package})");
        }
        let root = rustix::process::geteuid().is_root();
        let user: &[&str] = if root { &[] } else { &["--map-root-user"] };
        let script = format!(
            "ip link set lo up && mkdir -p /run/pcscd && mount --bind \"$0\" /run/pcscd || exit
             socat UNIX-LISTEN:\"$0\"/card,fork TCP:127.0.0.1:{PORT} &
             exec /usr/sbin/pcscd --foreground --config \"$1\""
        );
        let service = Command::new("unshare")
            .args(user)
            .args(["--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", &script])
            .args([self.at("service"), self.at("readers")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.service = Some(service.unwrap());
    }

    pub fn stop_service(&mut self) {
        if let Some(mut service) = self.service.take() {
            service.kill().unwrap();
            service.wait().unwrap();
        }
        // A service that was killed leaves its socket and its number behind.
        for file in fs::read_dir(self.at("service")).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
    }

    /// Where this desk's service listens.
    pub fn socket(&self) -> String {
        self.at("service/pcscd.comm")
    }

    /// Runs a task of the program to its end.
    pub fn run(&self, task: &[&str]) -> Outcome {
        let done = self.program(task).output().unwrap();
        Outcome {
            done: done.status.success(),
            said: String::from_utf8(done.stdout).unwrap(),
            log: String::from_utf8(done.stderr).unwrap(),
        }
    }

    /// Starts the terminal itself.
    pub fn terminal(&self) -> Child {
        self.command(&["run"]).stderr(Stdio::null()).spawn().unwrap()
    }

    /// What the doctor says.
    pub fn doctor(&self) -> String {
        String::from_utf8(self.command(&["doctor"]).output().unwrap().stdout).unwrap()
    }

    /// A place in this desk's folder.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Takes the tag away and waits until the reader has seen that.
    pub fn clear(&self) {
        self.field.clear();
        while !self.run(&["read", "--wait-s", "0"]).log.contains("no tag on the reader") {}
    }

    /// Starts `tag read --watch` and returns its lines.
    pub fn watch(&self) -> Watch {
        let mut child = self.program(&["read", "--watch"]).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Watch { child, lines }
    }

    fn program(&self, task: &[&str]) -> Command {
        self.command(&[&["tag"], task].concat())
    }

    fn command(&self, task: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton-relay-device"));
        command.args(task).args(["--config", &self.at("terminal.toml")]);
        command.env("PCSCLITE_CSOCK_NAME", self.socket());
        command.env("RUST_LOG", "info").env("NO_COLOR", "1");
        command
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut service) = self.service.take() {
            service.kill().unwrap_or_default();
            service.wait().map(|_| ()).unwrap_or_default();
        }
    }
}

/// A running `tag read --watch`.
pub struct Watch {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Watch {
    /// Reads lines up to the first that has this text in it, and returns that one.
    pub fn until(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "the program ended before it said `{text}`");
            if line.contains(text) {
                return line.trim_end().to_owned();
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(|_| ()).unwrap_or_default();
    }
}
