use std::collections::BTreeMap;
use std::io::Read as _;

use serde_json::Value;

use super::archive::Entry;
use super::*;

/// The files of an archive, by path.
fn files(archive: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut tar = tar::Archive::new(File::open(archive).unwrap());
    tar.entries()
        .unwrap()
        .map(|entry| {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.path().unwrap().to_string_lossy().into_owned(), bytes)
        })
        .collect()
}

fn json(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Value {
    serde_json::from_slice(&files[path]).unwrap()
}

fn blob_of(descriptor: &Value) -> String {
    format!("blobs/{}", descriptor["digest"].as_str().unwrap().replace(':', "/"))
}

#[test]
fn an_archive_leads_from_each_name_to_the_layer() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    fs::write(&program, b"machine code").unwrap();
    let layer = folder.path().join("layer.tar");
    archive::layer(
        &layer,
        &[Entry::program("manager", &program), Entry::Folder("tmp".into(), 0o1777)],
    )
    .unwrap();
    let config =
        Config { user: Some(26), entrypoint: vec!["/manager".into()], ..Config::default() };
    let to = folder.path().join("image.tar");
    archive::write(&to, &layer, &config, &["a:1".into(), "a:1.2".into()]).unwrap();

    let files = files(&to);
    let index = json(&files, "index.json");
    for (position, name) in ["a:1", "a:1.2"].into_iter().enumerate() {
        let descriptor = &index["manifests"][position];
        assert_eq!(descriptor["annotations"]["io.containerd.image.name"], name);
        let manifest = json(&files, &blob_of(descriptor));
        let config = json(&files, &blob_of(&manifest["config"]));
        assert_eq!(config["config"]["User"], "26:26");
        assert_eq!(config["config"]["Entrypoint"][0], "/manager");
        assert_eq!(config["rootfs"]["diff_ids"][0], manifest["layers"][0]["digest"]);
        assert_eq!(files[&blob_of(&manifest["layers"][0])], fs::read(&layer).unwrap());
    }
    for (path, bytes) in &files {
        if let Some(named) = path.strip_prefix("blobs/sha256/") {
            assert_eq!(named, hex(&Sha256::digest(bytes)), "the name of a blob is its digest");
        }
    }
}

#[test]
fn the_same_program_makes_the_same_archive() {
    let folder = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let pack = |name: &str| {
        let names = [manager::MANAGER.to_owned()];
        let packed = manager::pack(&program, &folder.path().join(name), &names).unwrap();
        fs::read(packed.archive).unwrap()
    };
    assert!(pack("first") == pack("second"));
}

#[test]
fn every_recipe_reads_and_begins_its_tags_with_the_version() {
    for name in Recipe::names() {
        let recipe = Recipe::named(name).unwrap();
        let names = recipe
            .image_names(&[
                "postgresql-15 15.14-0+deb12u1".into(),
                "postgresql-17 17.6-0+deb13u1".into(),
            ])
            .unwrap();
        for image in names {
            let tag = image.rsplit_once(':').unwrap().1;
            assert!(tag.starts_with("15") || tag.starts_with("17"), "{name}: {image}");
        }
    }
}

#[test]
fn the_first_name_has_the_minor_version_of_the_package() {
    let recipe = Recipe::named("postgresql-17").unwrap();
    let names = recipe.image_names(&["postgresql-17 17.6-0+deb13u1".into()]).unwrap();
    assert_eq!(
        names,
        ["docker.io/rig/postgresql:17.6-standard-trixie", "docker.io/rig/postgresql:17"]
    );
    recipe.image_names(&["postgresql-16 16.1-1".into()]).unwrap_err();
}

#[test]
fn another_recipe_has_another_key() {
    let keys: Vec<String> =
        Recipe::names().map(|name| Recipe::named(name).unwrap().key()).collect();
    assert!(keys.iter().enumerate().all(|(position, key)| !keys[..position].contains(key)));
}

#[test]
fn a_new_draft_removes_what_a_killed_run_left_of_the_same_thing() {
    let folder = tempfile::tempdir().unwrap();
    let left = draft(folder.path(), "key").unwrap().keep();
    let other = draft(folder.path(), "other").unwrap();
    let new = draft(folder.path(), "key").unwrap();
    assert!(!left.exists() && new.path().exists() && other.path().exists());
}
