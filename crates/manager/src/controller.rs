//! `manager controller`: from arguments to a running operator.

use std::time::Duration;

use crate::cli::ControllerArgs;

pub fn run(args: ControllerArgs) -> anyhow::Result<()> {
    if args.pprof_server.is_on() {
        tracing::warn!("--pprof-server is accepted for compatibility and has no effect");
    }
    let seconds = |count: u32| Duration::from_secs(count.into());
    let options = operator::Options {
        metrics: args.metrics_bind_address.parse()?,
        webhook_port: args.webhook_port,
        election: args.leader_elect.is_on().then_some(operator::ElectionTimes {
            lease: seconds(args.leader_lease_duration),
            deadline: seconds(args.leader_renew_deadline),
        }),
        config_map: args.config_map_name,
        secret: args.secret_name,
        concurrency: args.max_concurrent_reconciles,
    };
    // One thread for all I/O keeps the memory small; what computes for long gets a blocking one.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(operator::run(options))?;
    Ok(())
}
