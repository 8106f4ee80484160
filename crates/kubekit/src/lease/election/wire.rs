//! Between a [`Record`] and the Lease object of the API.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};

use crate::lease::{Record, Versioned};

pub fn read(lease: &Lease) -> Versioned {
    let spec = lease.spec.clone().unwrap_or_default();
    let seconds = spec.lease_duration_seconds.and_then(|seconds| u64::try_from(seconds).ok());
    Versioned {
        version: lease.metadata.resource_version.clone().unwrap_or_default(),
        record: Record {
            holder: spec.holder_identity.unwrap_or_default(),
            duration: Duration::from_secs(seconds.unwrap_or_default()),
            acquired: spec.acquire_time.map(|time| time.0),
            renewed: spec.renew_time.map(|time| time.0),
            transitions: spec.lease_transitions.unwrap_or_default(),
        },
    }
}

/// The object to send; with `version` the server refuses it when the Lease has changed since.
pub fn write(name: &str, record: &Record, version: Option<String>) -> Lease {
    let metadata = ObjectMeta {
        name: Some(name.to_owned()),
        resource_version: version,
        ..ObjectMeta::default()
    };
    let spec = LeaseSpec {
        holder_identity: Some(record.holder.clone()),
        lease_duration_seconds: Some(i32::try_from(record.duration.as_secs()).unwrap_or(i32::MAX)),
        acquire_time: record.acquired.map(MicroTime),
        renew_time: record.renewed.map(MicroTime),
        lease_transitions: Some(record.transitions),
        ..LeaseSpec::default()
    };
    Lease { metadata, spec: Some(spec) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_the_wire() {
        let time = "2026-01-02T03:04:05.678901Z".parse().expect("a time");
        let record = Record {
            holder: "me".into(),
            duration: Duration::from_secs(15),
            acquired: Some(time),
            renewed: Some(time),
            transitions: 4,
        };
        let lease = write("lease", &record, Some("9".into()));
        let json = serde_json::to_string(&lease).expect("JSON");
        let back = read(&serde_json::from_str(&json).expect("a Lease"));
        assert_eq!(back, Versioned { record, version: "9".into() });
    }

    #[test]
    fn an_empty_lease_belongs_to_nobody() {
        let seen = read(&Lease::default());
        assert_eq!((seen.record.holder.as_str(), seen.record.duration), ("", Duration::ZERO));
    }
}
