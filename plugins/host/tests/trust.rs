//! Which plugins are taken: signed, unchanged, not older, and exactly the bytes that were checked.
//!
//! Owns the folder's life too: a broken plugin beside good ones, updates under running calls,
//! removal. Next: `conformance.rs`.
#![expect(clippy::unwrap_used, reason = "a test ends at what it cannot do")]

mod stage;

use baton_plugin_api::documents::Kind;
use baton_plugin_api::documents::describe::Provided;
use baton_plugin_api::documents::destination::Verdict;
use baton_plugin_host::fault::NotAsked;
use baton_plugin_host::manifest::MANIFEST_FILE;
use baton_plugin_host::{
    CallFault, Manifest, Plugins, Refusal, Release, Settings, SigningKey, TrustedKeys, Version,
};
use rustix::process::{Pid, Signal, kill_process};
use stage::{Held, PATIENT, ask, folder, in_c, library, serves, settings};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::TempDir;

/// A key, those who trust it, and a place for folders.
struct Shop {
    key: SigningKey,
    keys: TrustedKeys,
    place: TempDir,
}

impl Shop {
    fn new() -> Self {
        let key = SigningKey::generate().unwrap();
        let keys = TrustedKeys::parse(&key.public()).unwrap();
        Self { key, keys, place: tempfile::tempdir().unwrap() }
    }

    fn plugins(&self, settings: Settings) -> Plugins {
        Plugins::new(settings, self.keys.clone(), self.place.path().join("versions.toml"))
    }
}

fn swap(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_folder_is_taken_and_asked() {
    let shop = Shop::new();
    folder(shop.place.path(), &library("misbehaving"), &shop.key, &settings()).await;
    let plugins = shop.plugins(settings());

    let refused = plugins.load_all(shop.place.path());

    assert_eq!(refused, []);
    assert!(serves(&plugins.lookup("misbehaving").unwrap()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_unsigned_unknown_or_changed_is_refused_with_its_reason() {
    let shop = Shop::new();
    let made =
        async || folder(shop.place.path(), &library("misbehaving"), &shop.key, &settings()).await;
    let open = |keys: &TrustedKeys, at: &Path| Release::open(at, keys).map(drop).unwrap_err();
    let key = shop.key.id();

    let at = made().await;
    let stranger = TrustedKeys::parse(&SigningKey::generate().unwrap().public()).unwrap();
    assert_eq!(open(&stranger, &at), Refusal::KeyUnknown { key: key.clone() });
    swap(&at.join(MANIFEST_FILE), "allowed.test", "evil.test");
    assert_eq!(open(&shop.keys, &at), Refusal::SignatureWrong { key });

    let at = made().await;
    let mut library = fs::read(at.join("plugin.so")).unwrap();
    *library.last_mut().unwrap() ^= 1;
    fs::write(at.join("plugin.so"), library).unwrap();
    assert!(matches!(open(&shop.keys, &at), Refusal::HashDiffers { .. }));

    let at = made().await;
    let text = fs::read_to_string(at.join(MANIFEST_FILE)).unwrap();
    fs::write(at.join(MANIFEST_FILE), text.split("[[signatures]]").next().unwrap()).unwrap();
    assert_eq!(open(&shop.keys, &at), Refusal::Unsigned);

    let at = made().await;
    swap(&at.join(MANIFEST_FILE), "[permissions]", "[permissions]\nfiles = []");
    assert!(matches!(open(&shop.keys, &at), Refusal::Manifest { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_in_place_of_the_library_is_refused() {
    let shop = Shop::new();
    let at = folder(shop.place.path(), &library("misbehaving"), &shop.key, &settings()).await;
    fs::rename(at.join("plugin.so"), at.join("elsewhere.so")).unwrap();
    symlink(at.join("elsewhere.so"), at.join("plugin.so")).unwrap();

    let refused = Release::open(&at, &shop.keys).map(drop).unwrap_err();

    assert_eq!(refused, Refusal::NotAFile { path: at.join("plugin.so") });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_swapped_after_the_check_is_never_loaded() {
    let shop = Shop::new();
    let at = folder(shop.place.path(), &library("misbehaving"), &shop.key, &settings()).await;
    let plugins = shop.plugins(settings());
    assert_eq!(plugins.load_all(shop.place.path()), []);

    // Checked but not started yet: what starts now, and again later, are the checked bytes.
    fs::remove_file(at.join("plugin.so")).unwrap();
    fs::write(at.join("plugin.so"), b"not a library").unwrap();
    let plugin = plugins.lookup("misbehaving").unwrap();
    assert!(serves(&plugin).await);
    let first = plugin.pid().await.unwrap();
    kill_process(Pid::from_raw(first).unwrap(), Signal::KILL).unwrap();
    ask(&plugin, "FINE-1", PATIENT).await.map(drop).unwrap_or_default();

    assert!(serves(&plugin).await);
}

#[test]
fn looking_at_a_trusted_plugin_loads_nothing_of_it() {
    // Cause: it was loaded into the program that only listed what lies there.
    let shop = Shop::new();
    let at = shop.place.path().join("draft");
    fs::create_dir(&at).unwrap();
    fs::write(at.join("draft.so"), b"not a library").unwrap();
    let sha256 = baton_plugin_host::release::sha256(b"not a library");
    let provides = vec![Provided { kind: Kind::Membership, capabilities: Default::default() }];
    let mut manifest = Manifest { sha256, provides, ..Manifest::draft() };
    manifest.sign(&shop.key).unwrap();
    fs::write(at.join(MANIFEST_FILE), manifest.write().unwrap()).unwrap();
    let mut trusting = settings();
    trusting.trusted.insert("draft".to_owned());

    let examined = shop.plugins(trusting).examine(&at);

    assert_eq!(examined, Ok(manifest));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_plugin_does_not_keep_the_others_from_loading() {
    let shop = Shop::new();
    folder(shop.place.path(), &library("misbehaving"), &shop.key, &settings()).await;
    let broken = shop.place.path().join("broken");
    fs::create_dir(&broken).unwrap();
    fs::write(broken.join(MANIFEST_FILE), "name = 1").unwrap();
    let plugins = shop.plugins(settings());

    let refused = plugins.load_all(shop.place.path());

    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].folder, broken);
    assert!(serves(&plugins.lookup("misbehaving").unwrap()).await);
    assert_eq!(plugins.load_all(Path::new("/nowhere")), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_takes_over_while_calls_end_on_the_old_version() {
    let shop = Shop::new();
    let place = shop.place.path();
    let (Some(old), Some(new)) =
        (in_c(place, "old", &[]), in_c(place, "new", &["-DVERSION=\"1.1.0\""]))
    else {
        return;
    };
    let network = Held::new();
    let mut with = settings();
    with.network = network.clone();
    let plugins = shop.plugins(with);
    let old = folder(place, &old, &shop.key, &settings()).await;
    let new = folder(place, &new, &shop.key, &settings()).await;
    let plugin = plugins.add(&old).await.unwrap();
    let running = tokio::spawn({
        let plugin = plugin.clone();
        async move { ask(&plugin, "HOLD-1", PATIENT).await }
    });
    network.one_arrived().await;

    plugins.add(&new).await.unwrap();
    let fresh = ask(&plugin, "FINE-1", PATIENT).await;
    network.let_one_go();
    let ended = running.await.unwrap();

    let by = |version: &str, verdict: &Verdict| match verdict {
        Verdict::Approved { reference, .. } => reference == version,
        Verdict::Declined { .. } | Verdict::Unknown { .. } => false,
    };
    assert!(by("1.1.0", &fresh.unwrap()));
    assert!(by("1.0.0", &ended.unwrap()));
    let (version, highest) = (Version::new(1, 0, 0), Version::new(1, 1, 0));
    let back = plugins.add(&old).await.map(drop).unwrap_err();
    assert_eq!(back, Refusal::Older { version, highest });
    assert!(serves(&plugin).await, "the refusal changed nothing");
    let again = shop.plugins(settings());
    let refused = again.load_all(place);
    assert!(matches!(refused[0].refusal, Refusal::Older { .. }), "over a restart: {refused:?}");
    fs::remove_file(place.join("versions.toml")).unwrap();
    let anew = shop.plugins(settings());
    assert_eq!(anew.load_all(place), [], "of two versions the newest");
    assert!(by("1.1.0", &ask(&anew.lookup("in-c").unwrap(), "FINE-1", PATIENT).await.unwrap()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_plugin_is_not_asked_any_more() {
    let shop = Shop::new();
    let at = folder(shop.place.path(), &library("misbehaving"), &shop.key, &settings()).await;
    let plugins = shop.plugins(settings());
    let plugin = plugins.add(&at).await.unwrap();

    assert!(plugins.remove("misbehaving").await);

    let fault = ask(&plugin, "FINE-1", PATIENT).await.unwrap_err();
    assert!(matches!(fault, CallFault::NotAsked { cause: NotAsked::Removed, .. }));
    assert!(plugins.lookup("misbehaving").is_none());
    assert!(!plugins.remove("misbehaving").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_that_is_not_what_its_manifest_says_is_refused() {
    let shop = Shop::new();
    let at = folder(shop.place.path(), &library("misbehaving"), &shop.key, &settings()).await;
    let mut manifest = baton_plugin_host::release::manifest(&at).unwrap();
    manifest.version = Version::new(3, 0, 0);
    manifest.sign(&shop.key).unwrap();
    fs::write(at.join(MANIFEST_FILE), manifest.write().unwrap()).unwrap();

    let refused = shop.plugins(settings()).add(&at).await.map(drop).unwrap_err();

    assert!(matches!(&refused, Refusal::Unstartable { cause } if cause.contains("1.0.0")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_that_cannot_come_up_is_refused_and_rests_between_tries() {
    let shop = Shop::new();
    let place = shop.place.path();
    let Some(good) = in_c(place, "good", &[]) else { return };
    let Some(dies) = in_c(place, "dies", &["-DDIES"]) else { return };
    let at = folder(place, &good, &shop.key, &settings()).await;
    fs::copy(&dies, at.join("plugin.so")).unwrap();
    let mut manifest = baton_plugin_host::release::manifest(&at).unwrap();
    manifest.sha256 = baton_plugin_host::release::sha256(&fs::read(&dies).unwrap());
    manifest.sign(&shop.key).unwrap();
    fs::write(at.join(MANIFEST_FILE), manifest.write().unwrap()).unwrap();
    let plugins = shop.plugins(settings());

    let refused = plugins.add(&at).await.map(drop).unwrap_err();
    assert!(matches!(refused, Refusal::Unstartable { .. }), "{refused}");
    assert_eq!(plugins.load_all(place), [], "nothing is started by loading");
    let plugin = plugins.lookup("in-c").unwrap();
    let within = std::time::Duration::from_millis(90);
    let mut causes = Vec::new();
    for _ in 0..3 {
        let fault = ask(&plugin, "FINE-1", within).await.unwrap_err();
        let CallFault::NotAsked { cause, .. } = fault else { panic!("{fault}") };
        causes.push(cause);
    }
    assert!(matches!(causes[0], NotAsked::Unstartable { .. }), "{causes:?}");
    assert!(causes.contains(&NotAsked::Resting), "{causes:?}");
}
