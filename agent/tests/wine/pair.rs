//! The agent in two processes on Windows: service and helper, and the named pipe between them.
//!
//! Owns what is broken on the way. Both are the real program, the gateway is that of `whole`. Wine
//! runs everything as one user and shows no access list to anybody: that strangers are refused is
//! shown with settings and a service account that name another user.

use crate::clock::until;
use crate::villain::Villain;
use crate::whole::{
    CODE, Ended, approved, command, ended, enrol, greeted, in_time, said, settings,
};
use anyhow::Context;
use baton_agent::login::place::{Door, PlaceFault, Users};
use baton_protocol::link::Upward;
use baton_protocol::work::Verdict;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// How long a program may take to say what it must, in seconds.
const SAY_S_MAX: u64 = 20;
/// A user whom nobody here is: Windows' LocalService.
const SOMEBODY_ELSE: &str = "S-1-5-19";

struct Pair<'a> {
    agent: &'a Path,
    pos: &'a Path,
    folder: TempDir,
    listener: TcpListener,
    pipe: PathBuf,
}

pub fn run(agent: &Path, pos: &Path, villain: &Villain) -> anyhow::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(story(agent, pos, villain))
}

async fn story(agent: &Path, pos: &Path, villain: &Villain) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    enrol(agent, &folder.path().join("state"), &listener).await?;
    let pipe = PathBuf::from(format!(r"\\.\pipe\baton-wine-{}", std::process::id()));
    let pair = Pair { agent, pos, folder, listener, pipe };
    pair.settle()?;
    pair.pays().await.context("payment by service and helper")?;
    pair.breaks_before(villain).await.context("helper killed before the submit")?;
    pair.breaks_after().await.context("helper killed after the submit")?;
    pair.wrong_user().await.context("a helper of another user")?;
    pair.wrong_service().context("a service that is not the registered one")
}

impl Pair<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes settings that take the helper of this user, and such that take somebody else's.
    fn settle(&self) -> anyhow::Result<()> {
        let text = settings(self.agent, self.folder.path())?;
        let others = format!("users = ['{SOMEBODY_ELSE}']\n");
        for (file, users) in [("agent.toml", ""), ("other.toml", others.as_str())] {
            let login = format!("[login]\nsocket = '{}'\n{users}", self.pipe.display());
            std::fs::write(self.path(file), text.replace("[recipes]", &(login + "[recipes]")))?;
        }
        Ok(())
    }

    fn start(&self, task: &str, settings: &str) -> anyhow::Result<Ended> {
        let log = std::fs::File::create(self.path(task))?;
        let mut program = Command::new(self.agent);
        program.arg(task).arg("--config").arg(self.path(settings));
        program.env("LOCALAPPDATA", self.folder.path());
        Ok(Ended(program.stdin(Stdio::null()).stderr(log).spawn()?))
    }

    /// Waits until a program's log has these words.
    fn says(&self, task: &str, words: &str) -> anyhow::Result<()> {
        let log = || std::fs::read_to_string(self.path(task)).unwrap_or_default();
        let said = until(SAY_S_MAX, || log().contains(words).then_some(()));
        said.with_context(|| format!("{task} does not say {words:?}: {}", log()))
    }

    fn pos(&self, late_ms: &str) -> anyhow::Result<Ended> {
        std::fs::write(self.path("record"), "")?;
        let mut pos = Command::new(self.pos);
        pos.arg(self.path("record")).args(["Payment code", late_ms, "plain"]);
        Ok(Ended(pos.stdin(Stdio::null()).spawn()?))
    }

    /// Returns what `doctor` finds, well or ill.
    fn doctor(&self) -> anyhow::Result<String> {
        let mut doctor = Command::new(self.agent);
        let found = doctor.arg("doctor").arg("--config").arg(self.path("agent.toml")).output()?;
        Ok(String::from_utf8(found.stdout)?)
    }

    fn recorded(&self) -> usize {
        let record = std::fs::read_to_string(self.path("record")).unwrap_or_default();
        record.lines().filter(|line| *line == CODE).count()
    }

    async fn pays(&self) -> anyhow::Result<()> {
        let _pos = self.pos("0")?;
        let _service = self.start("run", "agent.toml")?;
        let _helper = self.start("login", "agent.toml")?;
        self.says("run", "the login helper is here")?;
        let mut link = in_time(greeted(&self.listener)).await??;
        let doctor = self.doctor()?;
        anyhow::ensure!(doctor.contains("read back in"), "{doctor}");
        command(&mut link, 1).await?;
        in_time(approved(&mut link, 1)).await??;
        anyhow::ensure!(self.recorded() == 1, "the pos recorded {} codes", self.recorded());
        for log in ["run", "login"] {
            let text = std::fs::read_to_string(self.path(log))?;
            anyhow::ensure!(!text.contains(CODE), "the log of {log} carries the code");
        }
        let second = Door::open(&self.pipe, &Users::find(&[])?);
        anyhow::ensure!(matches!(second, Err(PlaceFault::InUse(_))), "{second:?}");
        println!("two processes: approved over the pipe, doctor well, a second server refused");
        Ok(())
    }

    /// While the helper waits for a person who types, it is killed: nothing was pressed.
    async fn breaks_before(&self, villain: &Villain) -> anyhow::Result<()> {
        let _pos = self.pos("0")?;
        let _service = self.start("run", "agent.toml")?;
        let helper = self.start("login", "agent.toml")?;
        self.says("run", "the login helper is here")?;
        let mut link = in_time(greeted(&self.listener)).await??;
        villain.order("front")?;
        villain.order("type")?;
        command(&mut link, 2).await?;
        // The helper notes an entry before it begins one, and this one waits for who types.
        let begun = until(SAY_S_MAX, || {
            villain.hint("type");
            self.path("baton-agent-standing").exists().then_some(())
        });
        drop(helper);
        begun.context("no entry was begun")?;
        villain.settle()?;
        let said = in_time(ended(&mut link, 2)).await??;
        villain.order("hide")?;
        anyhow::ensure!(matches!(said, Upward::Fenced { .. }), "{said:?}");
        self.says("run", "the login helper was lost in the entry")?;
        let _helper = self.start("login", "agent.toml")?;
        self.says("login", "the service takes this helper")?;
        anyhow::ensure!(self.recorded() == 0, "the pos recorded {} codes", self.recorded());
        println!("two processes: helper killed before the submit, fenced, nothing recorded");
        Ok(())
    }

    /// The POS has taken the code and has not shown anything yet when the helper is killed.
    async fn breaks_after(&self) -> anyhow::Result<()> {
        let _pos = self.pos("1500")?;
        let _service = self.start("run", "agent.toml")?;
        let helper = self.start("login", "agent.toml")?;
        self.says("run", "the login helper is here")?;
        let mut link = in_time(greeted(&self.listener)).await??;
        command(&mut link, 3).await?;
        until(SAY_S_MAX, || (self.recorded() == 1).then_some(())).context("nothing was pressed")?;
        drop(helper);
        let said = in_time(ended(&mut link, 3)).await??;
        let unknown = matches!(said, Upward::Result { verdict: Verdict::Unknown { .. }, .. });
        anyhow::ensure!(unknown, "{said:?}");
        self.says("run", "the login helper was lost in the submit")?;
        let _helper = self.start("login", "agent.toml")?;
        self.says("login", "the service takes this helper")?;
        anyhow::ensure!(self.recorded() == 1, "the pos recorded {} codes", self.recorded());
        println!("two processes: helper killed after the submit, unknown, pressed once");
        Ok(())
    }

    async fn wrong_user(&self) -> anyhow::Result<()> {
        let _service = self.start("run", "other.toml")?;
        let _link = in_time(greeted(&self.listener)).await??;
        let _helper = self.start("login", "other.toml")?;
        self.says("login", "is not in login.users")?;
        println!("two processes: a helper of a user whom the settings do not name is not taken");
        Ok(())
    }

    /// A service is registered as LocalService, and none runs; Wine would run it as the one user it
    /// has, so this user's own server stands for a stranger's.
    fn wrong_service(&self) -> anyhow::Result<()> {
        let install = ["service", "install", "--config"];
        said(Command::new(self.agent).args(install).arg(self.path("agent.toml")))?;
        let _service = self.start("run", "agent.toml")?;
        let _helper = self.start("login", "agent.toml")?;
        let unsafe_hands = self.says("login", "is not in safe hands");
        let doctor = self.doctor();
        let run = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run";
        let query = || said(Command::new("reg").args(["query", run, "/v", "BatonAgentLogin"]));
        let starts = query();
        said(Command::new(self.agent).args(["service", "uninstall"]))?;
        unsafe_hands?;
        let doctor = doctor?;
        anyhow::ensure!(doctor.contains("who is not the service BatonAgent"), "{doctor}");
        anyhow::ensure!(starts?.contains("login --keep --config"), "no helper at logins");
        anyhow::ensure!(query().is_err(), "the helper still starts at logins");
        println!("two processes: neither another server nor settings of this user's are trusted");
        Ok(())
    }
}
