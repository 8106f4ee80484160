//! The settings of `custom.conf`, out of the Cluster: pure.
//!
//! The steps are in the order in which they override each other; the later wins.

use std::collections::BTreeMap;

use api::annotations;
use api::cluster::Cluster;
use api::duration::Span;
use api::extension::Extension;
use postgres::boolean;
use postgres::conf::Settings;
use postgres::replica::slot_name;
use postgres::settings::{ARCHIVE_MODE, ArchiveMode, DEFAULTS, MANDATORY, reserved};

use super::synchronous;

/// What the server is started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To serve: with certificates, archive and replication.
    Serve,
    /// To fill a new data directory, before there is anything else.
    Initialize,
}

/// What decides the settings besides the Cluster.
#[derive(Debug, Clone, Copy)]
pub struct Conditions<'a> {
    pub purpose: Purpose,
    /// The major version of the data directory.
    pub major: u32,
    /// Settings that may not be lower than this, because the WAL was written so.
    pub at_least: &'a BTreeMap<&'static str, u32>,
}

/// An extension that is switched on by using one of its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedExtension {
    pub name: &'static str,
    /// Whether it has objects in databases besides its library.
    pub has_objects: bool,
}

/// All of them, in the order in which their libraries are loaded.
pub const MANAGED_EXTENSIONS: &[ManagedExtension] = &[
    ManagedExtension { name: "pgaudit", has_objects: true },
    ManagedExtension { name: "pg_stat_statements", has_objects: true },
    ManagedExtension { name: "auto_explain", has_objects: false },
    ManagedExtension { name: "pg_failover_slots", has_objects: false },
];

impl ManagedExtension {
    /// Whether the cluster sets one of its settings.
    #[must_use]
    pub fn is_used(&self, cluster: &Cluster) -> bool {
        let ours =
            |name: &String| name.strip_prefix(self.name).is_some_and(|rest| rest.starts_with('.'));
        cluster.spec.postgresql.parameters.keys().any(ours)
    }
}

/// The settings of a server.
#[must_use]
pub fn custom(cluster: &Cluster, conditions: &Conditions<'_>) -> Settings {
    let serve = conditions.purpose == Purpose::Serve;
    let mut settings = Settings::new();
    settings.extend(owned(DEFAULTS));
    let user = cluster.spec.postgresql.parameters.iter();
    // A new data directory is filled before the checks of the running server apply.
    let user = user.filter(|(name, _)| !serve || reserved(name).is_none());
    settings.extend(user.map(|(name, value)| (name.clone(), value.clone())));
    if serve {
        settings.extend(owned(MANDATORY));
    }
    if conditions.major >= 17 {
        let allowed = cluster.spec.postgresql.enable_alter_system == Some(true);
        set(&mut settings, "allow_alter_system", if allowed { "on" } else { "off" });
    }
    set(&mut settings, ARCHIVE_MODE, archive_mode(cluster).as_str());
    if serve {
        settings.extend(synchronous::settings(cluster));
        settings.extend(slots_for_logical_decoding(cluster, conditions.major));
    }
    set(&mut settings, "cluster_name", cluster.metadata.name.as_deref().unwrap_or_default());
    if let Some(delay) = apply_delay(cluster) {
        set(&mut settings, "recovery_min_apply_delay", &delay);
    }
    set(&mut settings, "shared_preload_libraries", &preload(cluster).join(","));
    let temporary = temporary_tablespaces(cluster);
    if !temporary.is_empty() {
        set(&mut settings, "temp_tablespaces", &temporary.join(","));
    }
    extension_paths(cluster, &mut settings);
    for (name, least) in conditions.at_least {
        raise(&mut settings, name, *least);
    }
    settings
}

fn owned(table: &[(&str, &str)]) -> Vec<(String, String)> {
    table.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn set(settings: &mut Settings, name: &str, value: &str) {
    settings.insert(name.to_owned(), value.to_owned());
}

/// A value that is set, and is lower, becomes what the WAL needs. One that is not set has the
/// server's own default, which is what the primary had.
fn raise(settings: &mut Settings, name: &str, least: u32) {
    if let Some(value) = settings.get_mut(name)
        && value.trim().parse::<u32>().is_ok_and(|set| set < least)
    {
        *value = least.to_string();
    }
}

/// When WAL is archived.
#[must_use]
pub fn archive_mode(cluster: &Cluster) -> ArchiveMode {
    let annotations = cluster.metadata.annotations.as_ref();
    let skip = annotations.and_then(|all| all.get(annotations::SKIP_WAL_ARCHIVING));
    if skip.is_some_and(|value| value == annotations::ENABLED) {
        ArchiveMode::Off
    } else if cluster.is_replica_cluster() {
        ArchiveMode::Always
    } else {
        ArchiveMode::On
    }
}

/// How the names of the slots of this cluster begin; none when it has no such slots.
#[must_use]
pub fn slot_prefix(cluster: &Cluster) -> Option<&str> {
    let slots = cluster.spec.replication_slots.as_ref()?.high_availability.as_ref()?;
    (slots.enabled != Some(false)).then(|| slots.slot_prefix.as_deref().unwrap_or("_cnpg_"))
}

/// Logical slots may not run ahead of the standbys that would take over.
fn slots_for_logical_decoding(cluster: &Cluster, major: u32) -> Settings {
    let mut settings = Settings::new();
    let slots = cluster.spec.replication_slots.as_ref();
    let wanted = slots
        .and_then(|slots| slots.high_availability.as_ref())
        .is_some_and(|slots| slots.synchronize_logical_decoding == Some(true));
    let (true, Some(prefix), Some(status)) = (wanted, slot_prefix(cluster), &cluster.status) else {
        return settings;
    };
    let others = status
        .instance_names
        .iter()
        .filter(|name| Some(name.as_str()) != status.current_primary.as_deref());
    let names: Vec<_> = others.map(|name| slot_name(prefix, name)).collect();
    let names = names.join(",");
    let parameters = &cluster.spec.postgresql.parameters;
    if parameters.keys().any(|name| name.starts_with("pg_failover_slots.")) {
        set(&mut settings, "pg_failover_slots.standby_slot_names", &names);
    }
    let native = parameters.get("sync_replication_slots").map(String::as_str);
    if major >= 17 && native.and_then(boolean::parse) == Some(true) {
        set(&mut settings, "synchronized_standby_slots", &names);
    }
    settings
}

fn apply_delay(cluster: &Cluster) -> Option<String> {
    let replica = cluster.spec.replica.as_ref().filter(|_| cluster.is_replica_cluster())?;
    let delay: Span = replica.min_apply_delay.as_deref()?.parse().ok()?;
    (delay.0 > 0).then(|| format!("{}s", delay.0 / 1_000_000_000))
}

/// The libraries that are loaded at start: the user's, then those of extensions in use.
#[must_use]
pub fn preload(cluster: &Cluster) -> Vec<&str> {
    let user = cluster.spec.postgresql.shared_preload_libraries.iter().map(String::as_str);
    let used = MANAGED_EXTENSIONS.iter().filter(|extension| extension.is_used(cluster));
    let mut libraries = Vec::new();
    for library in user.chain(used.map(|extension| extension.name)) {
        if !library.is_empty() && !libraries.contains(&library) {
            libraries.push(library);
        }
    }
    libraries
}

fn temporary_tablespaces(cluster: &Cluster) -> Vec<&str> {
    let temporary = cluster.spec.tablespaces.iter().filter(|one| one.temporary == Some(true));
    let mut names: Vec<_> = temporary.map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names
}

/// Extensions that are mounted as images, as the data directory was last used with.
#[must_use]
pub fn mounted_extensions(cluster: &Cluster) -> &[Extension] {
    let used = cluster.status.as_ref().and_then(|status| status.pgdata_image_info.as_ref());
    used.map_or(&cluster.spec.postgresql.extensions, |image| &image.extensions)
}

fn extension_paths(cluster: &Cluster, settings: &mut Settings) {
    let extensions = mounted_extensions(cluster);
    if extensions.is_empty() {
        return;
    }
    for (setting, first, part) in [
        ("extension_control_path", "$system", (|e: &Extension| &e.extension_control_path) as Part),
        ("dynamic_library_path", "$libdir", |e: &Extension| &e.dynamic_library_path),
    ] {
        let default = if first == "$system" { "share" } else { "lib" };
        let mut paths = vec![first.to_owned()];
        for extension in extensions {
            let root = format!("/extensions/{}", extension.name);
            match part(extension).as_slice() {
                [] => paths.push(format!("{root}/{default}")),
                given => paths.extend(given.iter().filter_map(|path| inside(&root, path))),
            }
        }
        let user = settings.get(setting).map(String::as_str).unwrap_or_default();
        let user = user.split(':').filter(|path| !path.is_empty() && *path != first);
        paths.extend(user.map(str::to_owned));
        set(settings, setting, &paths.join(":"));
    }
}

type Part = fn(&Extension) -> &Vec<String>;

/// A path below the mount of an extension; none when it would lead out of it.
fn inside(root: &str, path: &str) -> Option<String> {
    let leaves = path.starts_with('/') || path.split('/').any(|part| part == "..");
    if leaves {
        tracing::warn!(path, "the path of an extension leads out of its image and is left out");
        return None;
    }
    Some(format!("{root}/{path}"))
}

#[cfg(test)]
mod tests;
