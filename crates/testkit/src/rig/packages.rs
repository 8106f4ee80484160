//! The Debian packages a rig needs, and those the tests need besides.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::progress::Progress;

/// What a rig needs from Debian; whoever calls a new program adds its package.
const PACKAGES: &[&str] = &[
    "binutils",
    "conntrack",
    "containerd",
    "containernetworking-plugins",
    "etcd-server",
    "gcc",
    "iproute2",
    "iptables",
    "kmod",
    "libc6-dev",
    "mmdebstrap",
    "nftables",
    "python3-pip",
    "runc",
    "util-linux",
    "xfsprogs",
];

/// What only tests need: a PostgreSQL on this machine, and the tracer of a program's system calls.
const TEST_PACKAGES: &[&str] = &["postgresql-15", "strace"];

/// Installs what a rig needs and is missing; without the right to do so the error names exactly that.
pub fn ensure_installed(progress: &Progress) -> Result<()> {
    ensure_all(PACKAGES, progress)
}

/// Installs what the tests need beyond the rig.
pub fn ensure_installed_for_tests(progress: &Progress) -> Result<()> {
    ensure_all(TEST_PACKAGES, progress)
}

fn ensure_all(wanted: &[&'static str], progress: &Progress) -> Result<()> {
    let missing = missing(wanted, &installed()?);
    if missing.is_empty() {
        return Ok(());
    }
    if !nix::unistd::geteuid().is_root() {
        bail!(
            "these Debian packages are missing: {0}\ntry: apt-get install {0}",
            missing.join(" ")
        );
    }
    progress.step(format_args!("installing {}", missing.join(" ")));
    apt(&["update", "--quiet"])?;
    let mut words = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    words.extend(&missing);
    apt(&words)
}

fn missing(wanted: &[&'static str], installed: &str) -> Vec<&'static str> {
    let known = |package: &&&str| !installed.lines().any(|line| line == **package);
    wanted.iter().filter(known).copied().collect()
}

/// The names of all installed packages, one a line.
fn installed() -> Result<String> {
    let status = Path::new("/var/lib/dpkg/status");
    ensure!(status.exists(), "the rig needs Debian: there is no {}", status.display());
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"])
        .output()
        .context("failed to run dpkg-query")?;
    ensure!(output.status.success(), "dpkg-query: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .fold(String::new(), |all, name| all + name + "\n"))
}

fn apt(words: &[&str]) -> Result<()> {
    let output = Command::new("apt-get")
        .args(words)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .output()
        .context("failed to run apt-get")?;
    if !output.status.success() {
        std::io::stderr().write_all(&output.stdout)?;
        bail!("apt-get {}: {}", words[0], String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_installed_is_missing() {
        let all_but_runc: String = PACKAGES
            .iter()
            .filter(|name| **name != "runc")
            .map(|name| format!("{name}\n"))
            .chain(["runc-doc\n".to_owned()])
            .collect();
        assert_eq!(missing(PACKAGES, &all_but_runc), ["runc"]);
        assert_eq!(missing(PACKAGES, ""), PACKAGES);
    }
}
