//! The real gateway on disks that fail, fill up, and on a database that goes away and comes back.
//!
//! Owns what only a process of its own can show. Opening a sale is the accepted work: it is
//! acknowledged after its commit. Chapters: `stage` (the process and its callers), `outage`.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set must fail")]
#![expect(clippy::panic, reason = "a deadline that passes fails the test")]

mod outage;
mod stage;

use stage::{Gateway, Shop, run};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// The gateway's exit code after a disk that did not keep what was written.
const DISK_FAILED_CODE: i32 = 74;
/// How long an end or a recovery may take: the writer tries a store again after 2 s at most.
const PATIENCE: Duration = Duration::from_secs(20);

fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("baton.sqlite").display())
}

/// Builds the shim that makes `fsync` fail while a file exists.
fn shim(folder: &Path) -> Option<String> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/chaos/shim/fsync.c");
    let library = folder.join("fsync.so");
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).arg("-ldl");
    let built = cc.status().ok()?;
    assert!(built.success(), "the shim cannot be built");
    Some(library.display().to_string())
}

#[test]
fn a_disk_that_does_not_keep_what_is_written_ends_the_process_and_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let Some(shim) = shim(folder.path()) else {
        return eprintln!("cc is not here: the failing disk is not tried");
    };
    let trigger = folder.path().join("fails");
    let shop = Shop::make(folder.path(), &sqlite(folder.path()));
    let environment = [("LD_PRELOAD", shim), ("SHIM_FSYNC_FAILS", trigger.display().to_string())];
    let mut gateway = Gateway::start(&shop, &environment);
    let kept = gateway.open_sale("t-1", "A-1");
    assert_eq!(kept.status, 201, "{}", kept.text);

    File::create(&trigger).unwrap();
    let lost = gateway.try_open_sale("t-2", "A-2");

    assert!(lost.is_none_or(|answer| answer.status == 503), "it was acknowledged");
    assert_eq!(gateway.wait_for_end(PATIENCE), Some(DISK_FAILED_CODE));
    assert!(gateway.stderr().contains("the disk did not keep what was written"));
    fs::remove_file(&trigger).unwrap();
    let verified = run(&shop, &["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    let gateway = Gateway::start(&shop, &[]);
    assert_eq!(gateway.get_sale(&kept.id()).status, 200);
    // What was never acknowledged may have reached the disk all the same: then it is found again.
    assert!(matches!(gateway.open_sale("t-2", "A-2").status, 200 | 201));
}

/// A small file system of its own.
struct Small {
    folder: TempDir,
}

impl Small {
    fn mount() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(folder.path());
        let mounted = mount.output().ok()?;
        mounted.status.success().then_some(Self { folder })
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut file = File::create(self.folder.path().join("filler")).unwrap();
        for size in [65_536, 4_096, 1] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.folder.path().join("filler")).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // `-l`: a gateway that a failed test leaves behind may still hold a file.
        Command::new("umount").arg("-l").arg(self.folder.path()).status().ok();
    }
}

#[test]
fn a_full_disk_refuses_new_work_keeps_what_was_accepted_and_recovers_by_itself() {
    let Some(small) = Small::mount() else {
        return eprintln!("mount is not allowed here: the full disk is not tried");
    };
    let folder = TempDir::new().unwrap();
    let shop = Shop::make(folder.path(), &sqlite(small.folder.path()));
    let gateway = Gateway::start(&shop, &[]);
    let kept = gateway.open_sale("t-1", "A-1");
    assert_eq!(kept.status, 201, "{}", kept.text);

    small.fill();
    let refused = gateway.open_sale("t-2", "A-2");
    let again = gateway.open_sale("t-2", "A-2");

    for answer in [&refused, &again] {
        assert_eq!(answer.status, 503, "{}", answer.text);
        assert!(answer.text.to_lowercase().contains("retry-after:"), "{}", answer.text);
    }
    assert_eq!(gateway.get_sale(&kept.id()).status, 200);
    small.free();
    gateway.open_sale_within(PATIENCE, "t-2", "A-2");
    assert_eq!(gateway.get_sale(&kept.id()).status, 200);
    let verified = run(&shop, &["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}
