//! The folder with recordings of the original, which lies beside a checkout or is not there.

use std::path::{Path, PathBuf};

/// The recordings below `compat`; without them says so in one line, and the test has nothing to do.
pub fn compat(folder: &str, test: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("CNPG_SHARED").map_or_else(beside_the_checkout, PathBuf::from);
    let folder = shared.join("compat").join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("left out: {test}, because {} is not there", folder.display());
    None
}

fn beside_the_checkout() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("this crate lies two folders below the root").join("../shared")
}

/// The files of a folder and of those in it, in order.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The documents of a file.
pub fn yaml(path: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let documents = serde_saphyr::from_multiple(&text);
    documents.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
