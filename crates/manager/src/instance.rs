//! `manager instance`: from arguments to a running instance, or to a step of its jobs.

use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use instance::bootstrap::init::{self, Application, InitOptions};
use instance::bootstrap::join::{self, JoinOptions};
use instance::bootstrap::{Job, PostInit, Scripts, pgbasebackup, restore, split_words};
use instance::http::status::Transport;
use instance::paths::Paths;
use instance::run::{End, Envelope, Options};
use instance::state::Identity;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{InitArgs, InstanceCommand, JoinArgs, LogArgs, PlaceArgs, RunArgs, SentinelArgs};

/// What the kubelet and the operator take for "the volume of the WAL is full".
const DISK_FULL: u8 = 4;

pub fn run(command: InstanceCommand, logs: &LogArgs) -> anyhow::Result<ExitCode> {
    match command {
        InstanceCommand::Run(args) => return instance(args, logs),
        InstanceCommand::Init(args) => return init(&args, logs),
        InstanceCommand::Sentinel(args) => sentinel(&args)?,
        InstanceCommand::Join(args) => return join(&args, logs),
        InstanceCommand::Pgbasebackup(args) => return pgbasebackup(&args, logs),
        InstanceCommand::Restore(args) => return restore(&args, logs),
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

/// What a program ends with that was told to.
const TOLD: u8 = 128 + 15;

/// Does a step of a job, which may be broken off anywhere and is done again from its beginning. As
/// the first process of its container it would never hear of a signal that it does not ask for.
fn step(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let mut told = signal(SignalKind::terminate())?;
        tokio::select! {
            done = work => done.map(|()| ExitCode::SUCCESS),
            _ = told.recv() => {
                tracing::warn!("told to stop: the step is broken off");
                Ok(ExitCode::from(TOLD))
            }
        }
    });
    // Threads that read or write may take long; the end of the program is theirs.
    runtime.shutdown_background();
    ended
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
    let manager = Paths::new(&options.data).manager();
    // Signals are for the main thread: it keeps them for the next image of this program.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_start(instance::run::leave_signals)
        .build()?;
    let end = runtime.block_on(instance::run::run(options))?;
    runtime.shutdown_background();
    Ok(match end {
        End::Upgrade(handover) => {
            let error = handover.become_program(&manager);
            return Err(error).context("no program takes over")?;
        }
        End::Asked => ExitCode::SUCCESS,
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

async fn begin(place: &PlaceArgs, logs: &LogArgs, pod: &str) -> anyhow::Result<Job> {
    Ok(Job::begin(&place.pg_data, place.pg_wal.clone(), envelope(logs, pod)).await?)
}

fn init(args: &InitArgs, logs: &LogArgs) -> anyhow::Result<ExitCode> {
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
    step(async {
        let job = begin(&args.place, logs, &args.pod_name).await?;
        let done = init::run(job.client(), job.site(), &options).await;
        job.end(done.is_ok()).await;
        Ok(done?)
    })
}

fn join(args: &JoinArgs, logs: &LogArgs) -> anyhow::Result<ExitCode> {
    let options = JoinOptions {
        cluster: args.place.cluster_name.clone(),
        namespace: args.place.namespace.clone(),
        pod: args.pod_name.clone(),
        parent: args.parent_node.clone(),
    };
    step(async {
        let job = begin(&args.place, logs, &args.pod_name).await?;
        let done = join::run(job.client(), job.site(), &options).await;
        job.end(done.is_ok()).await;
        Ok(done?)
    })
}

fn pgbasebackup(args: &PlaceArgs, logs: &LogArgs) -> anyhow::Result<ExitCode> {
    let pod = std::env::var("POD_NAME").unwrap_or_default();
    let PlaceArgs { namespace, cluster_name, .. } = args;
    step(async {
        let job = begin(args, logs, &pod).await?;
        let done = pgbasebackup::run(job.client(), job.site(), namespace, cluster_name, &pod).await;
        job.end(done.is_ok()).await;
        Ok(done?)
    })
}

fn restore(args: &PlaceArgs, logs: &LogArgs) -> anyhow::Result<ExitCode> {
    let pod = std::env::var("POD_NAME").unwrap_or_default();
    let PlaceArgs { namespace, cluster_name, .. } = args;
    step(async {
        let job = begin(args, logs, &pod).await?;
        let done = restore::run(job.client(), job.site(), namespace, cluster_name, &pod).await;
        job.end(done.is_ok()).await;
        Ok(done?)
    })
}

fn sentinel(args: &SentinelArgs) -> anyhow::Result<()> {
    use std::os::fd::AsFd as _;
    let words = std::io::stdin().as_fd().try_clone_to_owned()?;
    instance::sentinel::run(std::fs::File::from(words), &args.pg_data);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_told_to_ends_at_once() {
        let own = std::process::id().to_string();
        let work = async move {
            let told = std::process::Command::new("kill").arg(own).status()?;
            anyhow::ensure!(told.success());
            // A thread that reads for long keeps nobody.
            tokio::task::spawn_blocking(|| std::thread::sleep(std::time::Duration::from_secs(60)));
            std::future::pending().await
        };
        let began = std::time::Instant::now();
        let ended = step(work).expect("it is no failure");
        assert_eq!(format!("{ended:?}"), format!("{:?}", ExitCode::from(TOLD)));
        assert!(began.elapsed() < std::time::Duration::from_secs(10));
    }
}
