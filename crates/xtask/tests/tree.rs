//! The checked-out tree itself: layers, dependencies, generated files.

use xtask::{check, generate};

#[test]
fn crates_build_only_on_the_layers_below() {
    let metadata = check::arrows::metadata().expect("cargo metadata");
    check::arrows::check(&metadata).expect("arrows");
}

#[test]
fn dependencies_keep_the_rules() {
    let metadata = check::arrows::metadata().expect("cargo metadata");
    check::supply::check(&metadata).expect("dependencies");
}

#[test]
fn generated_files_are_fresh() {
    generate::refuse(&generate::stale().expect("generators")).expect("generated files");
}
