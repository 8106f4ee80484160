//! `manager instance`: from arguments to a running instance, or to a step of its jobs.

use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use instance::bootstrap::init::{self, Application, InitOptions};
use instance::bootstrap::join::{self, JoinOptions};
use instance::bootstrap::{PostInit, Scripts, Site, pgbasebackup, split_words};
use instance::http::status::Transport;
use instance::paths::Paths;
use instance::run::{End, Options, logs};
use instance::state::Identity;
use pgkit::children::Children;
use pgkit::log::Envelope;

use crate::cli::{InitArgs, InstanceCommand, JoinArgs, LogArgs, PlaceArgs, RunArgs, SentinelArgs};

/// What the kubelet and the operator take for "the volume of the WAL is full".
const DISK_FULL: u8 = 4;

pub fn run(command: InstanceCommand, logs: &LogArgs) -> anyhow::Result<ExitCode> {
    match command {
        InstanceCommand::Run(args) => return instance(args, logs),
        InstanceCommand::Init(args) => init(&args, logs)?,
        InstanceCommand::Sentinel(args) => sentinel(&args)?,
        InstanceCommand::Join(args) => join(&args, logs)?,
        InstanceCommand::Pgbasebackup(args) => pgbasebackup(&args, logs)?,
        InstanceCommand::Restore(args) => unsupported("restore", &args)?,
        InstanceCommand::Restoresnapshot(args) => unsupported("restoresnapshot", &args.place)?,
        InstanceCommand::Status => status()?,
    }
    Ok(ExitCode::SUCCESS)
}

fn unsupported(step: &str, place: &PlaceArgs) -> anyhow::Result<()> {
    let PlaceArgs { namespace, cluster_name, .. } = place;
    anyhow::bail!(
        "cluster {namespace}/{cluster_name}: this version cannot do `instance {step}` yet"
    )
}

fn envelope(logs: &LogArgs, pod: &str) -> Envelope {
    Envelope {
        level_key: logs.log_field_level.clone(),
        timestamp_key: logs.log_field_timestamp.clone(),
        pod: Some(pod.to_owned()),
    }
}

/// One thread for all I/O keeps the memory small.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn instance(args: RunArgs, logs: &LogArgs) -> anyhow::Result<ExitCode> {
    if args.pprof_server {
        tracing::warn!("--pprof-server is accepted for compatibility and has no effect");
    }
    let options = Options {
        data: args.place.pg_data,
        status_port: transport(args.status_port_tls),
        metrics_port: transport(args.metrics_port_tls),
        envelope: envelope(logs, &args.pod_name),
        identity: Identity {
            pod: args.pod_name,
            cluster: args.place.cluster_name,
            namespace: args.place.namespace,
        },
    };
    let end = block_on(async { Ok(instance::run::run(options).await?) })?;
    Ok(match end {
        End::Asked | End::Upgrade => ExitCode::SUCCESS,
        End::Broken => ExitCode::FAILURE,
        End::DiskFull => ExitCode::from(DISK_FULL),
    })
}

const fn transport(tls: bool) -> Transport {
    if tls { Transport::Tls } else { Transport::Plain }
}

#[expect(clippy::print_stdout, reason = "the output of the subcommand")]
fn status() -> anyhow::Result<()> {
    let status =
        block_on(async { Ok(instance::http::peers::own_status(&Paths::default()).await?) })?;
    println!("{status}");
    Ok(())
}

/// Prepares the place of a step, and prints what programs say while it is at work.
fn step<F>(
    place: &PlaceArgs,
    logs: &LogArgs,
    pod: &str,
    work: impl FnOnce(kube::Client, Site) -> F,
) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    block_on(async {
        let paths = Paths::new(&place.pg_data);
        std::fs::create_dir_all(paths.temporary())
            .context("cannot make the temporary directory")?;
        let config = kubekit::client::configuration().await?;
        let client = kubekit::client::connect(&config, instance::run::unobserved())?;
        let (sink, entries) = logs::channel();
        let printer = tokio::spawn(logs::print(entries, envelope(logs, pod)));
        let children = Children::default();
        let site = Site::of_pod(paths, place.pg_wal.clone(), sink, children);
        let done = work(client, site).await;
        // The last lines: whoever sends them has ended.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1), printer).await;
        if done.is_ok() {
            instance::bootstrap::quit_sidecars().await;
        }
        done
    })
}

fn init(args: &InitArgs, logs: &LogArgs) -> anyhow::Result<()> {
    let words = |text: &Option<String>| split_words(text.as_deref().unwrap_or_default());
    let scripts = |statements, folder: &Option<PathBuf>| -> anyhow::Result<Scripts> {
        Ok(Scripts { statements: words(statements)?, folder: folder.clone() })
    };
    let application = match (&args.app_db_name, &args.app_user) {
        (Some(database), Some(owner)) if !database.is_empty() && !owner.is_empty() => {
            Some(Application { database: database.clone(), owner: owner.clone() })
        }
        _ => None,
    };
    let options = InitOptions {
        cluster: args.place.cluster_name.clone(),
        namespace: args.place.namespace.clone(),
        pod: args.pod_name.clone(),
        flags: words(&args.initdb_flags)?,
        application,
        post_init: PostInit {
            postgres: scripts(&args.post_init_sql, &args.post_init_sql_refs_folder)?,
            template: scripts(
                &args.post_init_template_sql,
                &args.post_init_template_sql_refs_folder,
            )?,
            application: scripts(
                &args.post_init_application_sql,
                &args.post_init_application_sql_refs_folder,
            )?,
        },
    };
    step(&args.place, logs, &args.pod_name, |client, site| async move {
        Ok(init::run(&client, &site, &options).await?)
    })
}

fn join(args: &JoinArgs, logs: &LogArgs) -> anyhow::Result<()> {
    let options = JoinOptions {
        cluster: args.place.cluster_name.clone(),
        namespace: args.place.namespace.clone(),
        pod: args.pod_name.clone(),
        parent: args.parent_node.clone(),
    };
    step(&args.place, logs, &args.pod_name, |client, site| async move {
        Ok(join::run(&client, &site, &options).await?)
    })
}

fn pgbasebackup(args: &PlaceArgs, logs: &LogArgs) -> anyhow::Result<()> {
    let pod = std::env::var("POD_NAME").unwrap_or_default();
    let name = pod.as_str();
    step(args, logs, name, |client, site| async move {
        Ok(pgbasebackup::run(&client, &site, &args.namespace, &args.cluster_name, name).await?)
    })
}

fn sentinel(args: &SentinelArgs) -> anyhow::Result<()> {
    use std::os::fd::AsFd as _;
    let words = std::io::stdin().as_fd().try_clone_to_owned()?;
    instance::sentinel::run(std::fs::File::from(words), &args.pg_data);
    Ok(())
}
