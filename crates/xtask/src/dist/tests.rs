//! What is in an archive, that it is the same each time, and that Krew takes the manifest.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::GzDecoder;
use jiff::Timestamp;

use super::bundle::{self, File};
use super::content;
use super::platform::{Bundle, PLATFORMS};
use super::*;

fn moment() -> Timestamp {
    Timestamp::from_second(1_795_271_759).expect("a time")
}

fn packed(index: usize) -> Vec<u8> {
    let platform = &PLATFORMS[index];
    let files =
        content::files(platform, b"program".to_vec(), "notices").expect("the tree is whole");
    bundle::pack(platform.bundle, files, moment()).expect("memory takes everything")
}

#[test]
fn an_archive_holds_the_program_licences_completions_and_manuals() {
    let bytes = packed(0);
    assert_eq!(bytes, packed(0), "the same files give the same bytes");
    let mut archive = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
    let mut found = BTreeMap::new();
    for entry in archive.entries().expect("entries") {
        let mut entry = entry.expect("an entry");
        let name = entry.path().expect("a name").display().to_string();
        let header = entry.header();
        assert_eq!(header.mtime().expect("a time"), 1_795_271_759, "{name}");
        assert_eq!((header.uid().expect("a uid"), header.gid().expect("a gid")), (0, 0), "{name}");
        let mode = header.mode().expect("a mode");
        let mut content = String::new();
        entry.read_to_string(&mut content).expect("text");
        found.insert(name, (mode, content));
    }
    assert_eq!(found["kubectl-cnpg"], (0o755, "program".to_owned()));
    assert_eq!(found["kubectl_complete-cnpg"].0, 0o755, "kubectl runs it");
    assert_eq!(found["NOTICES"].1, "notices");
    assert!(found["LICENSE"].1.contains("Apache License"));
    for name in [
        "completions/kubectl-cnpg.bash",
        "completions/_kubectl-cnpg",
        "completions/kubectl-cnpg.fish",
        "completions/kubectl-cnpg.ps1",
        "man/kubectl-cnpg.1",
        "man/kubectl-cnpg-status.1",
    ] {
        assert_eq!(found.get(name).map(|it| it.0), Some(0o644), "{name}");
    }
}

#[test]
fn a_zip_for_windows_has_no_shell_script() {
    let windows = PLATFORMS.iter().position(|it| it.bundle == Bundle::Zip).expect("windows");
    let files = content::files(&PLATFORMS[windows], Vec::new(), "").expect("the tree is whole");
    let names: Vec<_> = files.iter().map(|File { name, .. }| name.as_str()).collect();
    assert!(
        names.contains(&"kubectl-cnpg.exe") && !names.contains(&content::COMPLETER),
        "{names:?}"
    );
    let bytes = packed(windows);
    assert_eq!(bytes, packed(windows));
    assert_eq!(&bytes[..4], b"PK\x03\x04");
}

/// The rules of <https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/>.
#[test]
fn krew_takes_the_manifest() {
    let release = Release::of_this_tree().expect("Cargo.toml names it");
    let all = PLATFORMS.iter().map(|platform| (platform, checksum(platform.os.as_bytes())));
    let manifest: serde_json::Value =
        serde_saphyr::from_str(&krew::render(&release, all)).expect("YAML");
    assert_eq!(manifest["apiVersion"], "krew.googlecontainertools.github.com/v1alpha2");
    assert_eq!(manifest["kind"], "Plugin");
    assert_eq!(manifest["metadata"]["name"], "cnpg", "the program is kubectl-cnpg");
    let spec = &manifest["spec"];
    let short = spec["shortDescription"].as_str().expect("text");
    assert!(!short.is_empty() && !short.contains(['\n', '\r']) && !short.ends_with('.'), "{short}");
    let version = spec["version"].as_str().expect("text");
    assert!(version.starts_with('v') && version.split('.').count() == 3, "{version}");
    let platforms = spec["platforms"].as_array().expect("a list");
    let mut selectors = std::collections::BTreeSet::new();
    for platform in platforms {
        let labels = &platform["selector"]["matchLabels"];
        assert!(
            selectors.insert(labels.to_string()),
            "{labels} twice: two would match one machine"
        );
        let sum = platform["sha256"].as_str().expect("text");
        assert!(
            sum.len() == 64 && sum.chars().all(|it| matches!(it, '0'..='9' | 'a'..='f')),
            "{sum}"
        );
        let uri = platform["uri"].as_str().expect("text");
        assert!(uri.starts_with("https://") && (uri.ends_with(".tar.gz") || uri.ends_with(".zip")));
        let files = platform["files"].as_array().expect("what is installed is listed");
        let bin = &platform["bin"];
        assert!(files.iter().any(|file| file["from"] == *bin), "{bin} is installed");
        assert!(files.iter().any(|file| file["from"] == "LICENSE"), "the licence is installed");
        assert!(files.iter().all(|file| file["to"] == "."), "nothing leaves the plugin's folder");
    }
    assert_eq!(selectors.len(), 6);
}

#[test]
fn the_manifest_has_the_archives_that_are_there_with_their_checksums() {
    let folder = tempfile::tempdir().expect("a folder");
    let release = Release::of_this_tree().expect("Cargo.toml names it");
    let error = manifest(&release, folder.path()).expect_err("an empty folder");
    assert!(error.to_string().contains("holds no archive"), "{error}");
    let bytes = packed(0);
    let name = PLATFORMS[0].archive(&release.version);
    fs::write(folder.path().join(&name), &bytes).expect("a file");
    manifest(&release, folder.path()).expect("one archive is enough");
    let text = fs::read_to_string(folder.path().join(MANIFEST)).expect("a manifest");
    assert!(text.contains(&format!(
        "/v{}/{name}\n      sha256: \"{}\"",
        release.version,
        checksum(&bytes)
    )));
    assert_eq!(text.matches("selector:").count(), 1, "{text}");
    let sums = fs::read_to_string(folder.path().join(CHECKSUMS)).expect("checksums");
    assert_eq!(sums, format!("{}  {name}\n", checksum(&bytes)));
}
