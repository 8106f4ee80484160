//! `kubectl cnpg fio NAME`.

mod manifests;

use std::process::ExitCode;

use api::quantity::Amount;
use kube::Client;

use crate::context::Ask;
use crate::creation::{self, Mode};
use crate::{CommandContext, CommandError};

/// Measure a storage class with fio, in a deployment with a volume of its own
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg fio fio-job --storageClass standard --pvcSize 10Gi\n  kubectl cnpg fio fio-job --dry-run | kubectl delete -f -"
)]
pub struct FioArgs {
    /// Name of all that is created
    name: String,
    /// Storage class of the volume; the default one when left out
    #[arg(
        long = "storageClass",
        id = "storage-class",
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    storage_class: String,
    /// Size of the volume
    #[arg(long = "pvcSize", id = "pvc-size", value_name = "SIZE", default_value = "2Gi", value_parser = size)]
    pvc_size: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Print the objects instead of creating them
    #[arg(long)]
    dry_run: bool,
    #[arg(hide = true)]
    excess: Vec<String>,
}

fn size(text: &str) -> Result<String, String> {
    let parsed: Result<Amount, _> = text.parse();
    parsed.map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// Who decides under which user containers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    Kubernetes,
    OpenShift,
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    Nothing,
}

impl From<&str> for Answer {
    fn from(line: &str) -> Self {
        match line.trim_end_matches(['\r', '\n']) {
            "" => Self::Nothing,
            "y" => Self::Yes,
            _ => Self::No,
        }
    }
}

/// Asks, also where no terminal is: scripts answer this question by a pipe.
fn ask(cx: &CommandContext) -> Result<Answer, CommandError> {
    cx.out().line(format_args!(
        "fio will load the node and the storage it runs on, which can disturb what else is there. Go on? (y/n)"
    ))?;
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    Ok(read.map_or(Answer::Nothing, |_| Answer::from(line.as_str())))
}

/// Creates the volume, the job's description and the deployment.
pub async fn run(cx: &CommandContext, args: FioArgs) -> Result<ExitCode, CommandError> {
    let mode = Mode::from(args.dry_run);
    if mode == Mode::Create && !args.yes {
        match ask(cx)? {
            Answer::Yes => {}
            Answer::No => return Ok(ExitCode::SUCCESS),
            Answer::Nothing => return Ok(ExitCode::FAILURE),
        }
    }
    let platform = match (platform(cx).await, mode) {
        (Ok(platform), _) => platform,
        (Err(error), Mode::Create) => return Err(error),
        (Err(error), Mode::Show) => {
            let error = crate::error::chain(&error);
            cx.out().talk(format_args!("taken for no OpenShift: {error}"));
            Platform::Kubernetes
        }
    };
    let namespace = cx.namespace().await?;
    let claim = manifests::claim(&args, namespace);
    creation::create(cx, mode, "persistentvolumeclaims", &claim).await?;
    creation::create(cx, mode, "configmaps", &manifests::config_map(&args, namespace)).await?;
    let deployment = manifests::deployment(&args, namespace, platform);
    creation::create(cx, mode, "deployments.apps", &deployment).await?;
    if mode == Mode::Create {
        cx.out().line(format_args!(
            "To remove all of it, run the same command with --dry-run: `kubectl cnpg fio {} --dry-run | kubectl delete -f -`",
            args.name
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn platform(cx: &CommandContext) -> Result<Platform, CommandError> {
    let client: Client = cx.client().await?;
    let ask = Ask::new("failed to tell OpenShift from Kubernetes", "get", "", "");
    match cx.call(ask, client.list_api_group_resources("security.openshift.io/v1")).await {
        Ok(list) => {
            let known = list.resources.iter().any(|it| it.name == "securitycontextconstraints");
            Ok(if known { Platform::OpenShift } else { Platform::Kubernetes })
        }
        Err(error) if error.is_missing() => Ok(Platform::Kubernetes),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_scripts_give_them() {
        for (line, expected) in [
            ("y\n", Answer::Yes),
            ("n\n", Answer::No),
            ("yes\n", Answer::No),
            ("\n", Answer::Nothing),
            ("", Answer::Nothing),
        ] {
            assert_eq!(Answer::from(line), expected, "{line:?}");
        }
        assert!(size("2Gi").is_ok() && size("much").is_err());
    }
}
