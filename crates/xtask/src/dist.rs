//! `cargo xtask dist`: the archives that people install the plugin from.
//!
//! The same commit and the same compiler give the same bytes, wherever the checkout lies. What
//! this host cannot build is told; archives that another host has put into the folder join the
//! manifest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::generate::krew::{self, Release};
use crate::tree::{cargo, report, root, tell};

mod bundle;
mod content;
mod notices;
pub mod platform;
#[cfg(test)]
mod tests;

use platform::{Host, PLATFORMS, Platform};

/// The profile of what is released.
const PROFILE: &str = "dist-plugin";
/// Krew wants a manifest to be called as its plugin.
const MANIFEST: &str = "cnpg.yaml";
const CHECKSUMS: &str = "checksums.txt";

/// Build the archives of the plugin, their checksums and the manifest for Krew
#[derive(Debug, clap::Args)]
pub struct DistArgs {
    /// Only these, as OS/ARCH (linux/amd64); without any, all that this host can build
    platforms: Vec<String>,
    /// Folder for what is made
    #[arg(long, default_value = "target/dist-plugin")]
    out: PathBuf,
    /// Build nothing: only write the checksums and the manifest of the archives in the folder
    #[arg(long)]
    manifest_only: bool,
}

/// What was built, from which state of the tree.
#[derive(Debug, Clone)]
struct Build {
    commit: String,
    moment: Timestamp,
}

/// Builds what it can, and fails when it can build nothing or not what it was asked for.
pub fn run(args: &DistArgs) -> Result<()> {
    let release = Release::of_this_tree()?;
    let out = root().join(&args.out);
    fs::create_dir_all(&out)?;
    if !args.manifest_only {
        let wanted = wanted(&args.platforms)?;
        let (build, host) = (build()?, host()?);
        let mut built = 0;
        for platform in wanted {
            match platform.obstacle(&host) {
                None => {
                    archive(platform, &host, &build, &release, &out)?;
                    built += 1;
                }
                Some(why) if args.platforms.is_empty() => {
                    tell(format_args!("{platform}: not built on this host: {why}"));
                }
                Some(why) => bail!("{platform} cannot be built on this host: {why}"),
            }
        }
        ensure!(built > 0, "this host can build none of the platforms");
    }
    manifest(&release, &out)
}

fn wanted(names: &[String]) -> Result<Vec<&'static Platform>> {
    if names.is_empty() {
        return Ok(PLATFORMS.iter().collect());
    }
    let find = |name: &String| {
        let found = PLATFORMS.iter().find(|platform| platform.to_string() == *name);
        found.with_context(|| {
            let all: Vec<_> = PLATFORMS.iter().map(ToString::to_string).collect();
            format!("{name} is none of {}", all.join(", "))
        })
    };
    names.iter().map(find).collect()
}

/// Builds the program and writes its archive.
fn archive(
    platform: &Platform,
    host: &Host,
    build: &Build,
    release: &Release,
    out: &Path,
) -> Result<()> {
    tell(format_args!("{platform}: building"));
    let program = compile(platform, host, build)?;
    let notices = notices::notices(platform.triple)?;
    let files = content::files(platform, fs::read(&program)?, &notices)?;
    let bytes = bundle::pack(platform.bundle, files, build.moment)?;
    let name = platform.archive(&release.version);
    // A half-written archive must not look like one.
    let unfinished = out.join(format!(".{name}"));
    fs::write(&unfinished, &bytes)?;
    fs::rename(&unfinished, out.join(&name))?;
    report(format_args!(
        "{platform}: {name}, {:.1} MB, the program {:.1} MB",
        bytes.len() as f64 / 1e6,
        fs::metadata(&program)?.len() as f64 / 1e6
    ));
    Ok(())
}

/// The program as it is released for this host, built if it has to be.
pub fn program_of_this_host() -> Result<PathBuf> {
    let host = host()?;
    let platform = PLATFORMS.iter().find(|platform| platform.triple == host.triple);
    let platform = platform.with_context(|| format!("nothing is released for {}", host.triple))?;
    compile(platform, &host, &build()?)
}

/// Runs cargo for a platform; no path of this machine gets into the program.
fn compile(platform: &Platform, host: &Host, build: &Build) -> Result<PathBuf> {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let cargo_home = cargo_home.or_else(home).context("neither CARGO_HOME nor HOME is set")?;
    let remap = [(cargo_home, "/cargo"), (root(), "/kubectl-cnpg")]
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let flags = remap.into_iter().chain(platform.flags(&root()));
    let flags = toml::Value::try_from(flags.collect::<Vec<_>>())?;
    let mut command = cargo();
    command
        .args(["build", "--locked", "--profile", PROFILE])
        // With the features of the whole workspace it would carry what only the manager uses.
        .args(["--package", "kubectl-cnpg", "--bin", "kubectl-cnpg"])
        .args(["--target", platform.triple])
        .arg("--config")
        .arg(format!("target.{}.rustflags={flags}", platform.triple))
        .env("CNPG_BUILD_COMMIT", &build.commit)
        .env("CNPG_BUILD_DATE", build.moment.to_string())
        .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
        .env("SOURCE_DATE_EPOCH", build.moment.as_second().to_string())
        .current_dir(root());
    if let Some((variable, linker)) = platform.linker(host) {
        command.env(variable, linker).env(format!("CC_{}", platform.triple), linker);
    }
    let status = command.status().context("failed to start cargo")?;
    ensure!(status.success(), "{platform}: cargo failed: {status}");
    Ok(target()?.join(platform.triple).join(PROFILE).join(platform.program))
}

/// The folder cargo builds into.
fn target() -> Result<PathBuf> {
    let words = ["metadata", "--format-version=1", "--no-deps", "--locked"];
    let metadata: serde_json::Value = serde_json::from_str(&asked(cargo(), &words)?)?;
    let folder = metadata["target_directory"].as_str().context("cargo names no target folder")?;
    Ok(folder.into())
}

/// The checksums and the manifest of all archives in the folder.
fn manifest(release: &Release, out: &Path) -> Result<()> {
    let mut sums = Vec::new();
    for platform in PLATFORMS {
        let path = out.join(platform.archive(&release.version));
        if path.exists() {
            sums.push((platform, checksum(&fs::read(&path)?)));
        }
    }
    ensure!(!sums.is_empty(), "{} holds no archive of {}", out.display(), release.version);
    let line = |(platform, sum): &(&Platform, String)| {
        format!("{sum}  {}\n", platform.archive(&release.version))
    };
    fs::write(out.join(CHECKSUMS), sums.iter().map(line).collect::<String>())?;
    let missing: Vec<_> = PLATFORMS
        .iter()
        .filter(|platform| !sums.iter().any(|(it, _)| it == platform))
        .map(ToString::to_string)
        .collect();
    fs::write(out.join(MANIFEST), krew::render(release, sums))?;
    report(format_args!("{}", out.join(MANIFEST).display()));
    if !missing.is_empty() {
        let folder = out.display();
        tell(format_args!(
            "the manifest lacks {}: put their archives into {folder} and run `cargo xtask dist --manifest-only`",
            missing.join(", ")
        ));
    }
    Ok(())
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The commit that is built, and its time; `SOURCE_DATE_EPOCH` chooses another time.
fn build() -> Result<Build> {
    let commit = asked(Command::new("git"), &["rev-parse", "--short=12", "HEAD"])?;
    let changed = asked(Command::new("git"), &["status", "--porcelain", "--untracked-files=no"])?;
    let commit = if changed.is_empty() { commit } else { format!("{commit}-changed") };
    let second = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(second) => second,
        Err(_) => asked(Command::new("git"), &["log", "-1", "--format=%ct"])?,
    };
    let second = second.parse().with_context(|| format!("{second:?} is no time in seconds"))?;
    Ok(Build { commit, moment: Timestamp::from_second(second)? })
}

fn host() -> Result<Host> {
    let version = asked(Command::new("rustc"), &["-vV"])?;
    let triple = version.lines().find_map(|line| line.strip_prefix("host: "));
    let triple = triple.context("rustc names no host")?.to_owned();
    let libraries =
        PathBuf::from(asked(Command::new("rustc"), &["--print", "sysroot"])?).join("lib/rustlib");
    let installed = |platform: &&Platform| libraries.join(platform.triple).join("lib").is_dir();
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(Host {
        triple,
        libraries: PLATFORMS
            .iter()
            .filter(installed)
            .map(|platform| platform.triple.to_owned())
            .collect(),
        path: std::env::split_paths(&path).collect(),
    })
}

/// What a program answers, without the end of its last line.
fn asked(mut command: Command, words: &[&str]) -> Result<String> {
    command.args(words).current_dir(root());
    let output = command.output().with_context(|| format!("failed to start {command:?}"))?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {error}");
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}
