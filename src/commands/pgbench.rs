//! `kubectl cnpg pgbench CLUSTER [-- ARGS...]`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use api::Cluster;
use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::core::v1::{
    Container, EnvVar, EnvVarSource, LocalObjectReference, PodSpec, PodTemplateSpec,
    SecretKeySelector,
};
use kube::ResourceExt as _;
use kube::api::ObjectMeta;
use planner::manifests::names::read_write_service;

use super::psql::passed;
use crate::cli::values;
use crate::instance::status;
use crate::output::yaml;
use crate::{CommandContext, CommandError, creation, database};

/// The label of jobs and pods of a benchmark.
const LABEL: &str = "pgBenchJob";

/// Run pgbench against a cluster, in a job beside it
///
/// What stands after `--` is for pgbench. Initialize the tables first, with `-- --initialize`.
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg pgbench cluster-example --job-name init -- --initialize --scale 100\n  kubectl cnpg pgbench cluster-example --ttl 600 -- --time 30 --client 4"
)]
pub struct PgbenchArgs {
    /// Cluster to put under load
    cluster: String,
    /// Name of the job; the cluster's and a number when left out
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    job_name: String,
    #[arg(long, value_name = "NAME", hide = true)]
    pgbench_job_name: Option<String>,
    /// Database to use
    #[arg(long, value_name = "NAME", default_value = "app")]
    db_name: String,
    /// Remove the job so many seconds after its end; 0 keeps it
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    ttl: i32,
    /// Run on nodes with a label, LABEL=VALUE; repeatable
    #[arg(long, value_name = "LABEL")]
    node_selector: Vec<String>,
    /// Print the job instead of creating it
    #[arg(long)]
    dry_run: bool,
    #[arg(hide = true)]
    words: Vec<String>,
    /// Arguments of pgbench
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

/// The job that runs pgbench with the cluster's own image and application.
fn job(
    args: &PgbenchArgs,
    cluster: &Cluster,
    namespace: &str,
    name: &str,
) -> Result<Job, CommandError> {
    let words = passed(&args.words, &args.rest, "PGBENCH_COMMAND_ARGS")?;
    let Some(image) = status(cluster).image.filter(|image| !image.is_empty()) else {
        return Err(CommandError::refused_with(
            format!("cluster {} has no image yet", args.cluster),
            format!("wait until `kubectl cnpg status {}` shows one", args.cluster),
        ));
    };
    let labels = BTreeMap::from([(LABEL.to_owned(), args.cluster.clone())]);
    let selector: BTreeMap<_, _> = values::records(&args.node_selector)
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .collect();
    let secrets = cluster.spec.image_pull_secrets.iter();
    let secrets: Vec<_> =
        secrets.map(|secret| LocalObjectReference { name: secret.name.clone() }).collect();
    let container = Container {
        name: "pgbench".to_owned(),
        image: Some(image),
        image_pull_policy: Some("Always".to_owned()),
        command: Some(vec!["pgbench".to_owned()]),
        args: (!words.is_empty()).then(|| words.to_vec()),
        env: Some(environment(args, cluster)),
        ..Container::default()
    };
    let pod = PodSpec {
        restart_policy: Some("Never".to_owned()),
        scheduler_name: cluster.spec.scheduler_name.clone().filter(|name| !name.is_empty()),
        image_pull_secrets: (!secrets.is_empty()).then_some(secrets),
        node_selector: (!selector.is_empty()).then_some(selector),
        containers: vec![container],
        ..PodSpec::default()
    };
    Ok(Job {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(namespace.to_owned()),
            labels: Some(labels.clone()),
            ..ObjectMeta::default()
        },
        spec: Some(JobSpec {
            ttl_seconds_after_finished: (args.ttl != 0).then_some(args.ttl),
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(labels), ..ObjectMeta::default() }),
                spec: Some(pod),
            },
            ..JobSpec::default()
        }),
        ..Job::default()
    })
}

fn environment(args: &PgbenchArgs, cluster: &Cluster) -> Vec<EnvVar> {
    let plain = |name: &str, value: String| EnvVar {
        name: name.to_owned(),
        value: Some(value),
        ..EnvVar::default()
    };
    let secret = database::application_secret(cluster);
    let from_secret = |name: &str, key: &str| EnvVar {
        name: name.to_owned(),
        value_from: Some(EnvVarSource {
            secret_key_ref: Some(SecretKeySelector {
                name: secret.clone(),
                key: key.to_owned(),
                optional: None,
            }),
            ..EnvVarSource::default()
        }),
        ..EnvVar::default()
    };
    vec![
        plain("PGHOST", read_write_service(&cluster.name_any())),
        plain("PGDATABASE", args.db_name.clone()),
        plain("PGPORT", "5432".to_owned()),
        from_secret("PGUSER", "username"),
        from_secret("PGPASSWORD", "password"),
    ]
}

/// Creates the job.
pub async fn run(cx: &CommandContext, args: PgbenchArgs) -> Result<ExitCode, CommandError> {
    let given = args.pgbench_job_name.as_ref().unwrap_or(&args.job_name);
    if args.pgbench_job_name.is_some() {
        cx.out().talk(format_args!(
            "Flag --pgbench-job-name has been deprecated, use job-name instead"
        ));
    }
    passed(&args.words, &args.rest, "PGBENCH_COMMAND_ARGS")?;
    let cluster = cx.cluster(&args.cluster, "could not get cluster").await?;
    let name = if given.is_empty() {
        let number = u32::from_le_bytes(creation::random()?) % 1_000_000;
        format!("{}-pgbench-{number}", args.cluster)
    } else {
        given.clone()
    };
    let job = job(&args, &cluster, cx.namespace().await?, &name)?;
    if args.dry_run {
        cx.out().bytes(yaml(&job).as_bytes())?;
    } else {
        creation::post(cx, "jobs.batch", &job).await?;
        cx.out().line(format_args!("job/{name} created"))?;
    }
    Ok(ExitCode::SUCCESS)
}
