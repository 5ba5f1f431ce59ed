use super::*;
use baton_protocol::code::PaymentCode;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::Work;
use uuid::Uuid;

fn command(number: u128) -> Command {
    Command {
        transaction: TransactionId::new(Uuid::from_u128(number)),
        epoch: 1,
        ttl_ms: 10_000,
        app: "app".parse().unwrap(),
        code_digest: "d".to_owned(),
        work: Work::Payment {
            code: PaymentCode::parse("SECRET-CODE-1".to_owned()).unwrap(),
            amount: Money::new(1, Currency::KRW),
        },
        target: None,
    }
}

#[test]
fn a_sealed_command_opens_only_for_its_own_transaction_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(&folder.path().join("key")).unwrap();
    let again = Vault::open(&folder.path().join("key")).unwrap();
    let other = Vault::open(&folder.path().join("other")).unwrap();

    let sealed = vault.seal(&command(1)).unwrap();

    assert!(!sealed.contains("SECRET"));
    assert_eq!(again.unseal(command(1).transaction, &sealed).unwrap(), command(1));
    assert!(again.unseal(command(2).transaction, &sealed).is_err());
    assert!(other.unseal(command(1).transaction, &sealed).is_err());
}

#[test]
fn digests_do_not_join() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(&folder.path().join("key")).unwrap();

    assert_ne!(vault.digest(&[b"ab", b"c"]), vault.digest(&[b"a", b"bc"]));
    assert_eq!(vault.digest(&[b"ab", b"c"]), vault.digest(&[b"ab", b"c"]));
}

#[test]
fn a_key_file_with_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, "not a key").unwrap();

    assert!(matches!(Vault::open(&path), Err(VaultFault::Content { .. })));
}
