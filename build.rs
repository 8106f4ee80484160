//! Packs the operator's manifest for `kubectl cnpg install generate`: a megabyte becomes a tenth.

use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::DeflateEncoder;

const MANIFEST: &str = "deploy/cnpg.yaml";

fn main() {
    println!("cargo::rerun-if-changed={MANIFEST}");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    let text = std::fs::read(MANIFEST).expect("the manifest is generated and checked in");
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&text).expect("memory takes everything");
    let packed = packed.finish().expect("memory takes everything");
    std::fs::write(Path::new(&folder).join("cnpg.yaml.deflate"), packed)
        .expect("cargo's folder can be written");
}
