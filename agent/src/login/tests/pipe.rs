//! The meeting place on Windows: which names are pipes, and who finds whom there.

use crate::login::place::{Door, PLACE_DEFAULT, PlaceFault, Users, knock};
use std::path::{Path, PathBuf};

/// A name of this test's own.
fn name(test: &str) -> PathBuf {
    format!(r"\\.\pipe\baton-test-{test}-{}", std::process::id()).into()
}

fn open(path: &Path) -> Result<Door, PlaceFault> {
    Door::open(path, &Users::find(&[]).unwrap())
}

#[tokio::test]
async fn the_place_that_is_meant_without_settings_is_a_pipe() {
    let door = open(Path::new(PLACE_DEFAULT));

    assert!(door.is_ok(), "{door:?}");
}

#[tokio::test]
async fn who_comes_is_let_in_and_known() {
    let path = name("known");
    let users = Users::find(&[]).unwrap();
    let door = Door::open(&path, &users).unwrap();

    let (came, went) = tokio::join!(door.next(), knock(&path));
    let (again, went_again) = tokio::join!(door.next(), knock(&path));

    assert!(went.is_ok() && went_again.is_ok(), "{went:?} {went_again:?}");
    assert!(users.may_help(came.unwrap().1) && users.may_help(again.unwrap().1));
}

#[tokio::test]
async fn a_name_that_is_no_pipe_of_this_machine_is_refused_from_both_sides() {
    for path in ["/run/x", r"\\other\pipe\x", r"\\.\pipe\", r"\\.\C:", r"\.\pipe\x"] {
        let helper = knock(Path::new(path)).await.unwrap_err();
        let service = open(Path::new(path)).unwrap_err();

        assert!(matches!(helper, PlaceFault::NoPipe(_)), "{helper}");
        assert!(matches!(service, PlaceFault::NoPipe(_)), "{service}");
    }
}

#[tokio::test]
async fn a_name_without_a_server_and_one_with_two_are_named() {
    let path = name("two");

    let nobody = knock(&path).await.unwrap_err();
    let first = open(&path).unwrap();
    let second = open(&path).unwrap_err();
    drop(first);
    let after = open(&path);

    assert!(nobody.to_string().contains("sc start BatonAgent"), "{nobody}");
    assert!(matches!(second, PlaceFault::InUse(_)), "{second}");
    assert!(after.is_ok(), "{after:?}");
}

#[tokio::test]
async fn one_who_looks_and_goes_does_not_keep_the_next_one_out() {
    let path = name("look");
    let door = open(&path).unwrap();

    // A second service looks so.
    assert!(open(&path).is_err());
    let looked = door.next().await;
    let (came, went) = tokio::join!(door.next(), knock(&path));

    assert!(looked.is_err());
    assert!(came.is_ok() && went.is_ok(), "{came:?} {went:?}");
}

#[test]
fn users_are_found_by_name_and_sid_and_unknown_ones_are_refused() {
    let known = Users::find(&["NT AUTHORITY\\SYSTEM".to_owned(), "S-1-5-21-1-2-3-4".to_owned()]);
    let unknown = Users::find(&["nobody-of-this-name".to_owned()]).unwrap_err();

    assert!(known.is_ok());
    assert!(unknown.to_string().contains("nobody-of-this-name"), "{unknown}");
}
