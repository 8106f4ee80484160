//! `kubectl cnpg backup CLUSTER`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use api::backup::{
    Backup, BackupMethod, BackupPluginConfiguration, BackupSpec, BackupTarget, OnlineConfiguration,
};
use api::references::LocalRef;
use api::{labels, phases};
use jiff::Timestamp;
use kube::ResourceExt as _;
use kube::api::Api;

use crate::cli::arity::Rest;
use crate::cli::values;
use crate::context::Ask;
use crate::output::yaml;
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

const BACKUPS: &str = "backups.postgresql.cnpg.io";

/// Take a backup of a cluster
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg backup cluster-example\n  kubectl cnpg backup cluster-example --method volumeSnapshot --wait"
)]
pub struct BackupArgs {
    /// Cluster to back up
    cluster: String,
    /// Name of the backup; the cluster's and the time when left out
    #[arg(long, value_name = "NAME")]
    backup_name: Option<String>,
    /// Instance to take it from: primary or prefer-standby; the cluster's choice when left out
    #[arg(short = 't', long, value_name = "TARGET", default_value = "", hide_default_value = true)]
    backup_target: String,
    /// How to take it: barmanObjectStore, volumeSnapshot or plugin
    #[arg(short, long, value_name = "METHOD", default_value = "", hide_default_value = true)]
    method: String,
    /// Whether the instance keeps running meanwhile (true or false; snapshots only)
    #[arg(long, value_name = "BOOL", default_value = "", hide_default_value = true)]
    online: String,
    /// Whether to begin with a fast checkpoint (true or false; snapshots only)
    #[arg(long, value_name = "BOOL", default_value = "", hide_default_value = true)]
    immediate_checkpoint: String,
    /// Whether to wait for the WAL it needs (true or false; snapshots only)
    #[arg(long, value_name = "BOOL", default_value = "", hide_default_value = true)]
    wait_for_archive: String,
    /// Plugin that takes it, with the method plugin
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    plugin_name: String,
    /// Settings for the plugin: KEY=VALUE,KEY=VALUE
    #[arg(long, value_name = "SETTINGS")]
    plugin_parameters: Vec<String>,
    /// Wait until it is done, and fail when it fails
    #[arg(long)]
    wait: bool,
    /// How long to wait
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = values::duration)]
    timeout: Duration,
    /// Print the backup instead of asking for it
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    rest: Rest,
}

/// The words that are checked before the cluster is looked for.
fn check(args: &BackupArgs) -> Result<(), CommandError> {
    let usage = |text: String| Err(CommandError::Usage(text));
    let known = |word: &str, known: &[&str]| word.is_empty() || known.contains(&word);
    if !known(&args.backup_target, &["primary", "prefer-standby"]) {
        let target = &args.backup_target;
        return usage(format!("backup-target: {target} is not supported by the backup command"));
    }
    if !known(&args.method, &["barmanObjectStore", "volumeSnapshot", "plugin"]) {
        let method = &args.method;
        return usage(format!("backup-method: {method} is not supported by the backup command"));
    }
    let plugin = args.method == "plugin";
    if plugin && args.plugin_name.is_empty() {
        return usage("plugin-name is required when backup method in plugin".to_owned());
    }
    for (flag, given) in [
        ("plugin-name", !args.plugin_name.is_empty()),
        ("plugin-parameters", !args.plugin_parameters.is_empty()),
    ] {
        if given && !plugin {
            return usage(format!("{flag} is allowed only when backup method in plugin"));
        }
    }
    Ok(())
}

/// The object that asks the operator for the backup.
fn request(args: &BackupArgs, namespace: &str, now: Timestamp) -> Result<Backup, CommandError> {
    let online = flag("online", &args.online)?;
    let immediate_checkpoint = flag("immediate-checkpoint", &args.immediate_checkpoint)?;
    let wait_for_archive = flag("wait-for-archive", &args.wait_for_archive)?;
    let configured = immediate_checkpoint.is_some() || wait_for_archive.is_some();
    let name = args
        .backup_name
        .clone()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| format!("{}-{}", args.cluster, now.strftime("%Y%m%d%H%M%S")));
    let given = |word: &str| (!word.is_empty()).then(|| word.to_owned());
    let spec = BackupSpec {
        cluster: LocalRef { name: args.cluster.clone() },
        method: given(&args.method).map(|word| BackupMethod::from(word.as_str())),
        target: given(&args.backup_target).map(|word| BackupTarget::from(word.as_str())),
        online,
        online_configuration: configured
            .then_some(OnlineConfiguration { immediate_checkpoint, wait_for_archive }),
        plugin_configuration: given(&args.plugin_name).map(|name| BackupPluginConfiguration {
            name,
            parameters: parameters(&args.plugin_parameters),
        }),
    };
    let mut backup = Backup::new(&name, spec);
    backup.metadata.namespace = Some(namespace.to_owned());
    backup.labels_mut().insert(labels::CLUSTER.to_owned(), args.cluster.clone());
    Ok(backup)
}

fn flag(name: &str, text: &str) -> Result<Option<bool>, CommandError> {
    if text.is_empty() {
        return Ok(None);
    }
    values::boolean(text).map(Some).ok_or_else(|| {
        CommandError::Usage(format!(
            "while parsing the {name} value: {text:?} is neither true nor false"
        ))
    })
}

fn parameters(texts: &[String]) -> BTreeMap<String, String> {
    let entries = texts.iter().flat_map(|text| text.split(',')).filter(|entry| !entry.is_empty());
    let pairs = entries.map(|entry| entry.split_once('=').unwrap_or((entry, "")));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Asks the operator for a backup; with `--wait`, until it is done.
pub async fn run(cx: &CommandContext, args: BackupArgs) -> Result<ExitCode, CommandError> {
    check(&args)?;
    let doing = format!("while getting cluster {}", args.cluster);
    cx.cluster(&args.cluster, &doing).await?;
    let backup = request(&args, cx.namespace().await?, Timestamp::now())?;
    if args.dry_run {
        cx.out().bytes(yaml(&backup).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let name = backup.name_any();
    let backups: Api<Backup> = cx.api().await?;
    let ask = Ask::new("", "create", BACKUPS, &name);
    cx.call(ask, backups.post(&backup)).await?;
    cx.out().line(format_args!("backup/{name} created"))?;
    if args.wait {
        wait(cx, &backups, &name, args.timeout).await?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn wait(
    cx: &CommandContext,
    backups: &Api<Backup>,
    name: &str,
    limit: Duration,
) -> Result<(), CommandError> {
    let bar = cx.out().progress(format!("backup {name} is waiting for the operator"));
    let done = cx
        .wait_for(limit, async || {
            let ask = Ask::new("while waiting for the backup", "get", BACKUPS, name);
            let status = cx.call(ask, backups.fetch(name)).await?.status.unwrap_or_default();
            let phase = status.phase.clone().unwrap_or_else(|| phases::backup::PENDING.to_owned());
            bar.set_message(format!("backup {name} is {phase}"));
            let ended = matches!(
                phase.as_str(),
                phases::backup::COMPLETED | phases::backup::FAILED | phases::backup::INVALID
            );
            Ok(ended.then_some(status))
        })
        .await;
    bar.finish_and_clear();
    let Some(status) = done? else {
        return Err(CommandError::refused_with(
            format!("backup {name} is not done after {limit:?}"),
            format!("it goes on; `kubectl get {BACKUPS} {name}` shows how far it is"),
        ));
    };
    if status.phase.as_deref() == Some(phases::backup::COMPLETED) {
        return cx.out().line(format_args!("backup/{name} completed"));
    }
    let error = status.error.unwrap_or_else(|| "no reason was given".to_owned());
    Err(CommandError::refused_with(
        format!("backup {name} failed: {error}"),
        format!("`kubectl describe {BACKUPS} {name}` shows its events"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> BackupArgs {
        BackupArgs { cluster: "pg".to_owned(), ..BackupArgs::default() }
    }

    #[test]
    fn a_backup_has_only_what_was_asked_for() {
        let now = "2026-11-21T06:24:06Z".parse().unwrap();
        insta::assert_snapshot!(yaml(&request(&args(), "ns", now).unwrap()), @r"
        apiVersion: postgresql.cnpg.io/v1
        kind: Backup
        metadata:
          labels:
            cnpg.io/cluster: pg
          name: pg-20261121062406
          namespace: ns
        spec:
          cluster:
            name: pg
        ");
        let all = BackupArgs {
            backup_name: Some("b".to_owned()),
            backup_target: "primary".to_owned(),
            method: "plugin".to_owned(),
            online: "F".to_owned(),
            immediate_checkpoint: "t".to_owned(),
            wait_for_archive: "0".to_owned(),
            plugin_name: "px".to_owned(),
            plugin_parameters: vec!["a=b=c,,d".to_owned()],
            ..args()
        };
        insta::assert_snapshot!(yaml(&request(&all, "ns", now).unwrap()), @r#"
        apiVersion: postgresql.cnpg.io/v1
        kind: Backup
        metadata:
          labels:
            cnpg.io/cluster: pg
          name: b
          namespace: ns
        spec:
          cluster:
            name: pg
          method: plugin
          online: false
          onlineConfiguration:
            immediateCheckpoint: true
            waitForArchive: false
          pluginConfiguration:
            name: px
            parameters:
              a: b=c
              d: ""
          target: primary
        "#);
    }

    #[test]
    fn words_that_do_not_fit_are_refused() {
        let with = |change: fn(&mut BackupArgs)| {
            let mut args = args();
            change(&mut args);
            check(&args).map_err(|error| error.to_string())
        };
        for (part, outcome) in [
            ("backup-target: foo is not", with(|it| it.backup_target = "foo".into())),
            ("backup-method: foo is not", with(|it| it.method = "foo".into())),
            ("plugin-name is required", with(|it| it.method = "plugin".into())),
            ("plugin-name is allowed only", with(|it| it.plugin_name = "x".into())),
            ("plugin-parameters is allowed", with(|it| it.plugin_parameters = vec!["a".into()])),
        ] {
            let error = outcome.expect_err(part);
            assert!(error.contains(part), "{error}");
        }
        let maybe = BackupArgs { online: "maybe".into(), ..args() };
        let error = request(&maybe, "ns", Timestamp::UNIX_EPOCH).unwrap_err().to_string();
        assert!(error.contains("while parsing the online value"), "{error}");
    }
}
