//! Commands inside pods by way of `kubectl exec`: it has every way into a cluster, terminals, and
//! both protocols, whichever of them the person has the right to use.

use std::path::PathBuf;
use std::process::Stdio;

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::{Api, ListParams};

use crate::context::Ask;
use crate::instance::{belongs, is_ready, role};
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// The container that PostgreSQL runs in.
pub const CONTAINER: &str = "postgres";

/// What a command in a pod is connected with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    pub tty: bool,
    pub stdin: bool,
}

/// The pod of an instance that a command runs in.
#[derive(Debug)]
pub struct Instance {
    program: PathBuf,
    /// All words before those of the command.
    connection: Vec<String>,
    namespace: String,
    pod: String,
}

impl Instance {
    /// The first instance of a cluster with a role, a ready one if there is any.
    ///
    /// # Errors
    /// No such pod, no right to list pods, or no `kubectl`.
    pub async fn find(
        cx: &CommandContext,
        cluster: &str,
        wanted: &str,
    ) -> Result<Self, CommandError> {
        let pods: Api<Pod> = cx.api().await?;
        let of_cluster =
            ListParams::default().labels(&format!("{}={cluster}", api::labels::CLUSTER));
        let ask = Ask::new("", "list", "pods", "");
        let found = cx.call(ask, pods.all(&of_cluster)).await?;
        let program = program()?;
        let pod = choose(&found, cluster, wanted)?;
        Ok(Self {
            program,
            connection: cx.connection().words(),
            namespace: cx.namespace().await?.to_owned(),
            pod,
        })
    }

    /// The words after `kubectl` that run a command in the pod.
    fn words(&self, streams: Streams, command: &[String]) -> Vec<String> {
        let mut words = vec!["exec".to_owned()];
        words.extend(self.connection.iter().cloned());
        if streams.tty {
            words.push("-t".to_owned());
        }
        if streams.stdin {
            words.push("-i".to_owned());
        }
        words.extend(["-n", &self.namespace, "-c", CONTAINER, &self.pod, "--"].map(str::to_owned));
        words.extend(command.iter().cloned());
        words
    }

    /// Becomes the command, where the system can do that, and otherwise runs it to its end.
    ///
    /// # Errors
    /// Only when it did not start.
    pub fn become_command(
        &self,
        streams: Streams,
        command: &[String],
    ) -> Result<std::process::ExitCode, CommandError> {
        let mut process = std::process::Command::new(&self.program);
        process.args(self.words(streams, command));
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            Err(self.not_started(process.exec()))
        }
        #[cfg(not(unix))]
        {
            let status = process.status().map_err(|cause| self.not_started(cause))?;
            let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
            Ok(code.into())
        }
    }

    /// Runs a command that talks to the person itself.
    ///
    /// # Errors
    /// It did not start, or failed; it has said why by then.
    pub async fn run(&self, command: &[String]) -> Result<(), CommandError> {
        let status = self.process(command).status().await;
        let status = status.map_err(|cause| self.not_started(cause))?;
        if status.success() { Ok(()) } else { Err(failed(status)) }
    }

    /// Runs a command for what it writes to its standard output.
    ///
    /// # Errors
    /// It did not start, failed, or took longer than one request may.
    pub async fn capture(
        &self,
        cx: &CommandContext,
        command: &[String],
    ) -> Result<String, CommandError> {
        let mut process = self.process(command);
        let process = process.stderr(Stdio::inherit()).kill_on_drop(true).output();
        let Ok(output) = tokio::time::timeout(cx.limit(), process).await else {
            let what = format!("no answer from {} within {:?}", self.pod, cx.limit());
            return Err(CommandError::refused(what));
        };
        let output = output.map_err(|cause| self.not_started(cause))?;
        if !output.status.success() {
            return Err(failed(output.status));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn process(&self, command: &[String]) -> tokio::process::Command {
        let mut process = tokio::process::Command::new(&self.program);
        process.args(self.words(Streams { tty: false, stdin: false }, command));
        process.stdin(Stdio::null());
        process
    }

    fn not_started(&self, cause: std::io::Error) -> CommandError {
        CommandError::Io { what: format!("failed to start {}", self.program.display()), cause }
    }
}

fn failed(status: std::process::ExitStatus) -> CommandError {
    CommandError::refused(status.to_string().replace("exit status: ", "exit status "))
}

fn choose(pods: &[Pod], cluster: &str, wanted: &str) -> Result<String, CommandError> {
    if pods.is_empty() {
        return Err(CommandError::refused_with(
            "cluster does not exist or is not accessible",
            "`kubectl cnpg status` lists the clusters of the namespace; a hibernated one has no pods",
        ));
    }
    let fit = |pod: &&Pod| belongs(pod, cluster) && role(pod) == wanted;
    let ready = pods.iter().find(|pod| fit(pod) && is_ready(pod));
    let pod = ready.or_else(|| pods.iter().find(fit));
    pod.map(ResourceExt::name_any).ok_or_else(|| {
        CommandError::refused_with(
            format!("cannot find Pod with role \"{wanted}\""),
            format!("`kubectl cnpg status {cluster}` shows the roles of the instances"),
        )
    })
}

/// Where `kubectl` is.
fn program() -> Result<PathBuf, CommandError> {
    let name = format!("kubectl{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(&name));
    found.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        CommandError::refused_with(
            "while getting kubectl path: kubectl is in no folder of PATH",
            "commands in pods are run by kubectl; install it, or add its folder to PATH",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Connection;

    #[test]
    fn all_that_chooses_the_api_server_is_passed_on() {
        let connection = Connection {
            context: Some("c".to_owned()),
            as_user: Some("somebody".to_owned()),
            insecure_skip_tls_verify: true,
            ..Connection::default()
        };
        let instance = Instance {
            program: "kubectl".into(),
            connection: connection.words(),
            namespace: "ns".to_owned(),
            pod: "pg-1".to_owned(),
        };
        let command = ["psql".to_owned(), "-t".to_owned()];
        assert_eq!(
            instance.words(Streams { tty: true, stdin: true }, &command).join(" "),
            "exec --context=c --as=somebody --insecure-skip-tls-verify -t -i -n ns -c postgres \
             pg-1 -- psql -t"
        );
        let words = instance.words(Streams { tty: false, stdin: false }, &command);
        assert_eq!(words[4..].join(" "), "-n ns -c postgres pg-1 -- psql -t");
    }
}
