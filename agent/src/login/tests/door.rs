//! The meeting place: what may stand at the socket's path, and who is let in.

use crate::login::place::{Door, PlaceFault, Users, knock, read_trusted};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("login.sock");
    (folder, path)
}

fn open(path: &Path) -> Result<Door, PlaceFault> {
    Door::open(path, &Users::find(&[]).unwrap())
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn the_socket_is_for_owner_and_group_and_goes_with_its_service() {
    let (_folder, path) = place();

    let door = open(&path).unwrap();
    let (came, went) = tokio::join!(door.next(), knock(&path));
    let modes = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    drop(door);

    assert!(came.is_ok() && went.is_ok());
    assert_eq!(modes, 0o660);
    assert!(!path.exists());
}

#[tokio::test]
async fn each_missing_part_is_named() {
    let (folder, path) = place();

    let socket = knock(&path).await.unwrap_err();
    let nowhere = folder.path().join("nowhere/login.sock");
    let no_folder = knock(&nowhere).await.unwrap_err();
    let dead = std::os::unix::net::UnixListener::bind(&path).unwrap();
    drop(dead);
    let nobody = knock(&path).await.unwrap_err();

    assert!(matches!(socket, PlaceFault::SocketMissing(_)), "{socket}");
    assert!(matches!(no_folder, PlaceFault::FolderMissing(_)), "{no_folder}");
    assert!(matches!(nobody, PlaceFault::NobodyListens(_)), "{nobody}");
    assert!(socket.to_string().contains("systemctl start baton-agent"));
}

#[tokio::test]
async fn the_socket_of_a_dead_service_is_replaced_and_that_of_a_living_one_is_not() {
    let (_folder, path) = place();
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());

    let first = open(&path).unwrap();
    let second = open(&path).unwrap_err();
    drop(first);
    std::fs::write(&path, "").unwrap();
    let file = open(&path).unwrap_err();

    assert!(matches!(second, PlaceFault::InUse(_)), "{second}");
    assert!(matches!(file, PlaceFault::InTheWay(_)), "{file}");
    assert!(path.exists());
}

#[tokio::test]
async fn a_folder_that_others_may_write_is_refused_from_both_sides() {
    let (folder, path) = place();
    let door = open(&path).unwrap();
    mode(folder.path(), 0o777);

    let helper = knock(&path).await.unwrap_err();
    drop(door);
    let service = open(&path).unwrap_err();
    mode(folder.path(), 0o1777);
    let sticky = open(&path).unwrap_err();

    for refused in [helper, service, sticky] {
        assert!(matches!(refused, PlaceFault::Replaceable { .. }), "{refused}");
    }
}

#[test]
fn settings_that_others_may_write_are_refused() {
    let (folder, socket) = place();
    let file = folder.path().join("agent.toml");
    std::fs::write(&file, "driver = \"http\"\n").unwrap();
    let read = || read_trusted(&file, |_| Some(socket.clone()));

    mode(&file, 0o644);
    let good = read();
    mode(&file, 0o664);
    let shared = read().unwrap_err();
    mode(&file, 0o644);
    mode(folder.path(), 0o775);
    let folder_shared = read().unwrap_err();

    assert_eq!(good.unwrap(), "driver = \"http\"\n");
    assert!(matches!(shared, PlaceFault::Replaceable { .. }), "{shared}");
    assert!(matches!(folder_shared, PlaceFault::Replaceable { .. }), "{folder_shared}");
}

#[test]
fn users_are_found_by_name_and_number_and_unknown_ones_are_refused() {
    let known = Users::find(&["root".to_owned(), "4711".to_owned()]);
    let unknown = Users::find(&["nobody-of-this-name".to_owned()]).unwrap_err();

    assert!(known.is_ok());
    assert!(unknown.to_string().contains("nobody-of-this-name"), "{unknown}");
}
