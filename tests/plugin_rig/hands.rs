//! What a person has: a kubeconfig, `kubectl` and the plugin in the `PATH`.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use testkit::rig::Rig;

/// Longer than anything on a busy machine takes that is not waited for by its own limit.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The plugin and `kubectl` in one namespace of the rig.
pub struct Hands {
    pub rig: Rig,
    pub namespace: String,
    folder: tempfile::TempDir,
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Hands {
    pub fn new(rig: &Rig, namespace: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let kubectl = folder.path().join("kubectl");
        let program = rig.kubectl_command().get_program().to_owned();
        let script =
            format!("#!/bin/sh\nexec '{}' kubectl \"$@\"\n", PathBuf::from(program).display());
        std::fs::write(&kubectl, script)?;
        std::fs::set_permissions(&kubectl, std::fs::Permissions::from_mode(0o755))?;
        symlink(env!("CARGO_BIN_EXE_kubectl-cnpg"), folder.path().join("kubectl-cnpg"))?;
        Ok(Self { rig: rig.clone(), namespace: namespace.to_owned(), folder })
    }

    /// A folder that goes when this does.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    fn environment(&self, command: &mut Command) {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.folder.path().display());
        command.env_clear().env("PATH", path).env("HOME", self.folder.path());
        command.env("KUBECONFIG", self.rig.kubeconfig()).current_dir(self.folder.path());
    }

    /// The plugin in the namespace, to be started.
    pub fn plugin(&self, line: &str) -> Command {
        let mut command = Command::new(self.folder.path().join("kubectl-cnpg"));
        self.environment(&mut command);
        command.args(["-n", &self.namespace]).args(line.split_whitespace());
        command
    }

    /// A line of a shell, with `$NS` for the namespace.
    pub fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        self.environment(&mut command);
        command.env("NS", &self.namespace).args(["-c", line]);
        command
    }

    /// Runs the plugin to its end.
    pub fn says(&self, line: &str) -> Result<Said> {
        said(self.plugin(line), "")
    }

    /// Runs the plugin, which has to succeed, and gives what it printed.
    pub fn prints(&self, line: &str) -> Result<String> {
        succeeded(self.says(line)?, line)
    }

    /// Runs a line of a shell, which has to succeed, and gives what it printed.
    pub fn shell_prints(&self, line: &str, input: &str) -> Result<String> {
        succeeded(said(self.shell(line), input)?, line)
    }

    /// Runs `kubectl` in the namespace.
    pub fn kubectl(&self, line: &str) -> Result<String> {
        let words = ["-n", &self.namespace].into_iter().chain(line.split_whitespace());
        self.rig.kubectl(words)
    }

    /// Asks again and again until the answer is there.
    pub async fn until<T>(
        &self,
        what: &str,
        mut ask: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        testkit::until::until(what, PATIENCE, async || ask()?.context("not yet")).await
    }
}

/// Runs a command to its end with this on its standard input.
pub fn said(mut command: Command, input: &str) -> Result<Said> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("it does not start")?;
    let mut stdin = child.stdin.take().expect("it is piped");
    // Whoever does not read it has ended by then, and tells how.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let Output { status, stdout, stderr } = child.wait_with_output()?;
    let code = status.code().unwrap_or(-1);
    Ok(Said { code, out: String::from_utf8(stdout)?, err: String::from_utf8(stderr)? })
}

fn succeeded(said: Said, line: &str) -> Result<String> {
    ensure!(said.code == 0, "`{line}` ended with {}: {}{}", said.code, said.out, said.err);
    Ok(said.out)
}

/// A program that goes on until it is no longer needed.
pub struct Going {
    child: Child,
    pub heard: String,
}

impl Going {
    /// Starts it, and waits until it has printed this.
    pub fn until_it_prints(mut command: Command, part: &str) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut going = Self { child, heard: String::new() };
        let mut stdout = going.child.stdout.take().expect("it is piped");
        let mut bytes = [0; 4096];
        while !going.heard.contains(part) {
            let read = stdout.read(&mut bytes)?;
            ensure!(read > 0, "it ended without {part:?}: {}", going.heard);
            going.heard += &String::from_utf8_lossy(&bytes[..read]);
        }
        going.child.stdout = Some(stdout);
        Ok(going)
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
