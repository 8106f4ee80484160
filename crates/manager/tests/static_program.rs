//! The manager runs in images that have nothing, or something unsuitable: it loads no library.
//!
//! Static glibc loads modules of the image it runs in as soon as somebody looks up a name or a
//! user through it, and those modules belong to another C library. So this test gives the program
//! an image whose `nsswitch.conf` names such modules, makes it look up a name, and watches.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};

const MANAGER: &str = env!("CARGO_BIN_EXE_manager");

#[test]
fn the_program_has_no_interpreter() -> Result<()> {
    let program = fs::read(MANAGER)?;
    let headers = program_headers(&program).context("not a 64-bit little-endian ELF file")?;
    const PT_INTERP: u32 = 3;
    ensure!(!headers.contains(&PT_INTERP), "it asks for a dynamic linker: {headers:?}");
    Ok(())
}

#[test]
fn looking_up_names_loads_nothing_from_the_image() -> Result<()> {
    let Some(strace) = strace()? else {
        tell("left out: needs root and strace");
        return Ok(());
    };
    let image = Image::new()?;
    // Asks for a name, fails to find it, and tries to read who it runs as: all that could load.
    let kubeconfig = "KUBECONFIG=/kubeconfig";
    for (name, args, env) in [
        ("version", &["version"][..], &[][..]),
        ("a copy", &["bootstrap", "/tmp/copy"], &[]),
        ("in a pod without rights", &["controller"], &[]),
        ("a name for the API server", &["controller", "--leader-elect"], &[kubeconfig]),
    ] {
        let traced = image.trace(&strace, args, env)?;
        let opened: Vec<_> = traced.lines().filter(|line| line.contains(".so")).collect();
        ensure!(opened.is_empty(), "{name}: {opened:#?}");
        ensure!(traced.contains("+++ exited with"), "{name} was killed:\n{traced}");
        if !env.is_empty() {
            ensure!(traced.contains("/etc/resolv.conf"), "{name} looked nothing up:\n{traced}");
        }
    }
    Ok(())
}

/// An image with just enough to lead glibc astray.
struct Image {
    root: tempfile::TempDir,
}

impl Image {
    fn new() -> Result<Self> {
        let root = tempfile::tempdir()?;
        let put = |path: &str, text: &str| -> Result<()> {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().context("below the root")?)?;
            fs::write(path, text).map_err(Into::into)
        };
        put("etc/nsswitch.conf", "passwd: sss systemd\nhosts: sss myhostname resolve dns\n")?;
        put("etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")?;
        put("kubeconfig", &kubeconfig())?;
        for name in ["sss", "systemd", "myhostname", "resolve"] {
            // Whoever opens this has lost already; it need not be a real library.
            put(&format!("lib/x86_64-linux-gnu/libnss_{name}.so.2"), "not a library")?;
        }
        fs::create_dir(root.path().join("tmp"))?;
        fs::set_permissions(root.path().join("tmp"), fs::Permissions::from_mode(0o1777))?;
        fs::copy(MANAGER, root.path().join("manager"))?;
        chown(root.path(), Some(0), Some(0))?;
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755))?;
        Ok(Self { root })
    }

    /// All system calls that touch files, of the manager run as a stranger inside the image.
    fn trace(&self, strace: &Path, args: &[&str], env: &[&str]) -> Result<String> {
        let log = tempfile::NamedTempFile::new()?;
        let output: Output = Command::new("timeout")
            .args(["60", strace.to_str().context("text")?, "-f", "-e", "trace=file", "-o"])
            .arg(log.path())
            .args(["chroot", "--userspec=26:26"])
            .arg(self.root.path())
            .args(["/manager"])
            .args(args)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .envs(env.iter().filter_map(|pair| pair.split_once('=')))
            .output()?;
        let traced = fs::read_to_string(log.path())?;
        // What strace and chroot load themselves comes before the manager starts.
        let (_, after) = traced.split_once("execve(\"/manager\"").with_context(|| {
            format!("the manager did not start: {}", String::from_utf8_lossy(&output.stderr))
        })?;
        Ok(after.to_owned())
    }
}

/// Somebody's CA: without one the client would not even start to look for the server.
const CA: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJjRENDQVJlZ0F3SUJBZ0lVY3YxTnkvWFRURkZ5c0JreFFB\
    aGxndXptamNFd0NnWUlLb1pJemowRUF3SXcKRFRFTE1Ba0dBMVVFQXd3Q1kyRXdJQmNOTWpZeE1USXhNRGt5TWpV\
    eFdoZ1BNakV5TmpFd01qZ3dPVEl5TlRGYQpNQTB4Q3pBSkJnTlZCQU1NQW1OaE1Ga3dFd1lIS29aSXpqMENBUVlJ\
    S29aSXpqMERBUWNEUWdBRUZQN3h1RDA1CjArZUQwSW9ZVTFRL1pyYjUrUWpjSnpnWDltYk9NNWJwczF1VktjeFM4\
    TDVtYlZBNjlJUEdCR1c1T0JIUkZnMjIKZFJ2Y1haYW0yQjkyREtOVE1GRXdIUVlEVlIwT0JCWUVGTmFETkdXaU9r\
    NUJCZVV5Tk9WWFVLSDdtQVpyTUI4RwpBMVVkSXdRWU1CYUFGTmFETkdXaU9rNUJCZVV5Tk9WWFVLSDdtQVpyTUE4\
    R0ExVWRFd0VCL3dRRk1BTUJBZjh3CkNnWUlLb1pJemowRUF3SURSd0F3UkFJZ1Y2QWFKRXArTE1JNzVoTmZPTFVC\
    d3RQUlc3NFkwbS9HaDhBS0VJeFMKZm9VQ0lFZ2gxNHpvUnVuTm9PSmJhSW16a2xtUzFmeFdqdk1TOFZ6WlRneThz\
    SlBWCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K";

fn kubeconfig() -> String {
    format!(
        "apiVersion: v1
kind: Config
clusters:
- name: c
  cluster: {{server: 'https://api.does-not-exist.example:6443', certificate-authority-data: {CA}}}
users: [{{name: u, user: {{token: t}}}}]
contexts: [{{name: x, context: {{cluster: c, user: u}}}}]
current-context: x
"
    )
}

/// The tracer, installed when that is possible.
fn strace() -> Result<Option<PathBuf>> {
    let root =
        fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own))? == 0;
    if !root {
        return Ok(None);
    }
    let place = PathBuf::from("/usr/bin/strace");
    if !place.exists() {
        let installed = Command::new("apt-get")
            .args(["install", "--yes", "--no-install-recommends", "strace"])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .output();
        if !installed.is_ok_and(|output| output.status.success()) {
            return Ok(None);
        }
    }
    Ok(Some(place))
}

/// The kinds of the program headers.
fn program_headers(elf: &[u8]) -> Option<Vec<u32>> {
    let u16_at = |at: usize| Some(u16::from_le_bytes(elf.get(at..at + 2)?.try_into().ok()?));
    let u64_at = |at: usize| Some(u64::from_le_bytes(elf.get(at..at + 8)?.try_into().ok()?));
    if elf.get(..6)? != b"\x7fELF\x02\x01" {
        return None;
    }
    let first = usize::try_from(u64_at(32)?).ok()?;
    let (size, count) = (usize::from(u16_at(54)?), usize::from(u16_at(56)?));
    (0..count)
        .map(|number| {
            let at = first + number * size;
            Some(u32::from_le_bytes(elf.get(at..at + 4)?.try_into().ok()?))
        })
        .collect()
}

#[expect(clippy::print_stderr, reason = "a test that is left out must be seen")]
fn tell(text: &str) {
    eprintln!("static_program: {text}");
}
