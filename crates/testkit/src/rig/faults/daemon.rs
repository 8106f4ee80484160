//! Faults of the rig's own daemons, which are started again as `up` started them.

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use super::{Mode, processes};
use crate::rig::control_plane::{API_SERVER, ControlPlane};
use crate::rig::images;
use crate::rig::layout::{Layout, Node};
use crate::rig::node::NodeSetup;
use crate::rig::process::{self, Daemon};
use crate::rig::s3::{self, S3};
use crate::rig::state::State;

/// The daemon of this name; `apiserver` is the API server.
pub(super) fn find(layout: &Layout, state: &State, name: &str) -> Result<Daemon> {
    let name = if name == "apiserver" { API_SERVER } else { name };
    let (program, node_monitor_grace) = (state.program.as_path(), state.node_monitor_grace);
    let plane = ControlPlane { layout, program, node_monitor_grace };
    let mut all = vec![plane.etcd(), plane.api_server()];
    all.extend(plane.followers());
    all.push(S3::of(layout).daemon(&s3::install(layout.cache())?));
    all.extend(state.nodes().flat_map(|node| of_node(layout, state, node)));
    let names: Vec<_> = all.iter().map(|daemon| daemon.name.clone()).collect();
    let found = all.into_iter().find(|daemon| daemon.name == name);
    found.with_context(|| format!("no daemon {name}: there are {}", names.join(", ")))
}

/// Makes a daemon that runs stop working.
pub(super) fn stop(layout: &Layout, name: &str, mode: Mode) -> Result<()> {
    let record = process::running(layout, name)?.with_context(|| format!("{name} does not run"))?;
    match mode {
        Mode::Freeze => processes::signal(&record, Signal::SIGSTOP),
        Mode::Kill => process::stop(layout, name).map(drop),
    }
}

/// Makes a daemon work again, whatever became of it.
pub(super) fn start(layout: &Layout, state: &State, name: &str) -> Result<()> {
    let daemon = find(layout, state, name)?;
    match process::running(layout, name)? {
        Some(record) => processes::signal(&record, Signal::SIGCONT),
        None => {
            if name == s3::DAEMON {
                S3::of(layout).remove_sockets();
            }
            process::ensure(layout, &daemon).map(drop)
        }
    }
}

fn of_node(layout: &Layout, state: &State, node: Node) -> [Daemon; 3] {
    let (program, sandbox_image) = (state.program.as_path(), images::PAUSE);
    NodeSetup { layout, program, node, sandbox_image }.daemons()
}
