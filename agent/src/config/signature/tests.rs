use super::*;

const RECIPE: &str = include_str!("../../../../config/recipes/zenity.toml");

struct Written {
    folder: tempfile::TempDir,
    signer: Signer,
}

fn signed() -> Written {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pos.toml"), RECIPE).unwrap();
    let public = make_key(&folder.path().join("key")).unwrap();
    sign(&folder.path().join("pos.toml"), &folder.path().join("key")).unwrap();
    Written { folder, signer: Signer::parse(&public).unwrap() }
}

#[test]
fn a_signed_recipe_is_loaded() {
    let Written { folder, signer } = signed();

    let (recipe, digest) = load(&folder.path().join("pos.toml"), &[signer]).unwrap();

    assert_eq!(recipe, Recipe::parse(RECIPE).unwrap());
    assert_eq!(digest.len(), 64);
}

#[test]
fn a_recipe_that_changed_after_it_was_signed_is_refused() {
    let Written { folder, signer } = signed();
    let path = folder.path().join("pos.toml");
    std::fs::write(&path, RECIPE.replace("6000", "6001")).unwrap();

    let refused = load(&path, &[signer]).unwrap_err();

    assert!(matches!(refused, RecipeRefused::SignatureWrong(_)), "{refused}");
}

#[test]
fn a_recipe_of_somebody_else_is_refused() {
    let Written { folder, .. } = signed();
    let other = signed().signer;

    let refused = load(&folder.path().join("pos.toml"), &[other]).unwrap_err();

    assert!(matches!(refused, RecipeRefused::SignatureWrong(_)), "{refused}");
}

#[test]
fn a_recipe_without_signature_is_refused_and_says_so() {
    let Written { folder, signer } = signed();
    let path = folder.path().join("pos.toml");
    std::fs::remove_file(beside(&path)).unwrap();

    let refused = load(&path, &[signer]).unwrap_err();

    assert!(matches!(refused, RecipeRefused::Unsigned(_)), "{refused}");
}

#[test]
fn a_key_is_never_written_over() {
    let Written { folder, .. } = signed();

    assert!(matches!(make_key(&folder.path().join("key")), Err(RecipeRefused::File { .. })));
}
