//! Names of the objects of a cluster.

/// Name of an instance, of its pod and of its data volume.
#[must_use]
pub fn instance(cluster: &str, serial: u32) -> String {
    format!("{cluster}-{serial}")
}

/// The serial number in the name of an instance, if it is one of this cluster.
#[must_use]
pub fn serial(cluster: &str, instance: &str) -> Option<u32> {
    let digits = instance.strip_prefix(cluster)?.strip_prefix('-')?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Name of the WAL volume of an instance.
#[must_use]
pub fn wal_claim(instance: &str) -> String {
    format!("{instance}-wal")
}

/// Name of the volume of a tablespace of an instance.
#[must_use]
pub fn tablespace_claim(instance: &str, tablespace: &str) -> String {
    format!("{instance}-{}", tablespace_volume(tablespace))
}

/// Name of the volume of a tablespace in the pods.
#[must_use]
pub fn tablespace_volume(tablespace: &str) -> String {
    // A name in Kubernetes may not start with a dash.
    let name = match tablespace.strip_prefix('_') {
        Some(rest) => format!("1{rest}"),
        None => tablespace.to_owned(),
    };
    format!("tbs-{}", name.replace(['$', '_'], "-").to_lowercase())
}

/// Name of the volume of an extension in the pods.
#[must_use]
pub fn extension_volume(extension: &str) -> String {
    format!("ext-{}", extension.replace('_', "-"))
}

/// Service that leads to the primary.
#[must_use]
pub fn read_write_service(cluster: &str) -> String {
    format!("{cluster}-rw")
}

/// Service that leads to the replicas.
#[must_use]
pub fn read_only_service(cluster: &str) -> String {
    format!("{cluster}-ro")
}

/// Service that leads to all ready instances.
#[must_use]
pub fn read_service(cluster: &str) -> String {
    format!("{cluster}-r")
}

/// Service that leads to all instances, ready or not.
#[must_use]
pub fn any_service(cluster: &str) -> String {
    format!("{cluster}-any")
}

/// Secret with the credentials of the application.
#[must_use]
pub fn app_secret(cluster: &str) -> String {
    format!("{cluster}-app")
}

/// Secret with the credentials of the superuser.
#[must_use]
pub fn superuser_secret(cluster: &str) -> String {
    format!("{cluster}-superuser")
}

/// Secret with the CA that we keep for a cluster.
#[must_use]
pub fn ca_secret(cluster: &str) -> String {
    format!("{cluster}-ca")
}

/// Secret with the server certificate that we keep for a cluster.
#[must_use]
pub fn server_secret(cluster: &str) -> String {
    format!("{cluster}-server")
}

/// Secret with the certificate of the streaming replicas that we keep for a cluster.
#[must_use]
pub fn replication_secret(cluster: &str) -> String {
    format!("{cluster}-replication")
}

/// The cluster's copy of the operator's pull secret.
#[must_use]
pub fn pull_secret(cluster: &str) -> String {
    format!("{cluster}-pull")
}

/// Budget that keeps the primary from being evicted.
#[must_use]
pub fn primary_budget(cluster: &str) -> String {
    format!("{cluster}-primary")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tablespaces_become_names_of_volumes() {
        for (tablespace, volume) in [
            ("fast", "tbs-fast"),
            ("_hidden", "tbs-1hidden"),
            ("a_b$C", "tbs-a-b-c"),
            ("UPPER", "tbs-upper"),
        ] {
            assert_eq!(tablespace_volume(tablespace), volume, "{tablespace}");
        }
        assert_eq!(tablespace_claim("c-1", "a_b"), "c-1-tbs-a-b");
    }

    #[test]
    fn only_whole_numbers_are_serials() {
        for (name, wanted) in [
            ("c-1", Some(1)),
            ("c-10", Some(10)),
            ("c-01", None),
            ("c-", None),
            ("c-+1", None),
            ("c-x", None),
            ("cc-1", None),
            ("c-1-wal", None),
        ] {
            assert_eq!(serial("c", name), wanted, "{name}");
        }
    }
}
