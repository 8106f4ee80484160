//! Backups of a cluster: the object store and its credentials, snapshots.

use super::View;
use crate::admission::Errors;
use crate::cluster::primary::PrimaryUpdateStrategy;
use crate::object_store::{AzureCredentials, GoogleCredentials, ObjectStore, S3Credentials};

const STORE: &str = "spec.backup.barmanObjectStore";

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    supervision(view, errors);
    let Some(backup) = &view.spec.backup else { return };
    if let Some(store) = &backup.barman_object_store {
        check_store(store, errors);
    }
    let Some(snapshot) = &backup.volume_snapshot else { return };
    for name in snapshot.tablespace_class_name.keys() {
        if view.spec.tablespaces.iter().all(|tablespace| tablespace.name != *name) {
            errors.invalid(
                "spec.backup.volumeSnapshot.tablespaceClassName",
                name,
                "the cluster has no tablespace of this name",
                "remove the entry, or name a tablespace",
            );
        }
    }
}

fn supervision(view: &View<'_>, errors: &mut Errors) {
    let strategy = &view.spec.primary_update_strategy;
    if *strategy == Some(PrimaryUpdateStrategy::Supervised) && view.spec.instances == 1 {
        errors.invalid(
            "spec.primaryUpdateStrategy",
            strategy,
            "a single instance has nowhere to switch over to",
            "use unsupervised, or run more instances",
        );
    }
}

fn check_store(store: &ObjectStore, errors: &mut Errors) {
    let ObjectStore { azure_credentials, s3_credentials, google_credentials, .. } = store;
    let blocks =
        [azure_credentials.is_some(), s3_credentials.is_some(), google_credentials.is_some()];
    if count(&blocks) != 1 {
        errors.invalid(
            STORE,
            store,
            "credentials must be given exactly once",
            "keep one of azureCredentials, s3Credentials and googleCredentials",
        );
    }
    if let Some(azure) = azure_credentials {
        check_azure(azure, errors);
    }
    if let Some(s3) = s3_credentials {
        check_s3(s3, errors);
    }
    if let Some(google) = google_credentials {
        check_google(google, errors);
    }
}

fn check_azure(azure: &AzureCredentials, errors: &mut Errors) {
    let path = format!("{STORE}.azureCredentials");
    let keys = [azure.storage_key.is_some(), azure.storage_sas_token.is_some()];
    let identities = [
        azure.inherit_from_azure_ad == Some(true),
        azure.use_default_azure_credentials == Some(true),
    ];
    let ways = count(&keys) + count(&identities);
    if azure.connection_string.is_some() {
        if ways > 0 || azure.storage_account.is_some() {
            errors.invalid(
                path,
                azure,
                "connectionString already says everything",
                "remove the other fields",
            );
        }
        return;
    }
    if ways != 1 {
        errors.invalid(
            path.as_str(),
            azure,
            "there must be exactly one way to authenticate",
            "keep one of storageKey, storageSasToken, inheritFromAzureAD, \
             useDefaultAzureCredentials and connectionString",
        );
    }
    if count(&keys) > 0 && azure.storage_account.is_none() {
        let problem = "a key or token belongs to an account";
        errors.invalid(path, azure, problem, "set storageAccount");
    }
}

fn check_s3(s3: &S3Credentials, errors: &mut Errors) {
    let parts = [s3.access_key_id.is_some(), s3.secret_access_key.is_some()];
    let inherited = s3.inherit_from_iam_role == Some(true);
    let right = match count(&parts) {
        0 => inherited,
        1 => false,
        _ => !inherited,
    };
    if !right {
        errors.invalid(
            // This is how errors call the block.
            format!("{STORE}.awsCredentials"),
            s3,
            "there must be exactly one way to authenticate",
            "set accessKeyId and secretAccessKey together, or inheritFromIAMRole alone",
        );
    }
}

fn check_google(google: &GoogleCredentials, errors: &mut Errors) {
    let by_environment = google.gke_environment == Some(true);
    if by_environment == google.application_credentials.is_some() {
        errors.invalid(
            "spec.backupConfiguration.googleCredentials",
            google,
            "there must be exactly one way to authenticate",
            "set applicationCredentials, or gkeEnvironment: true without them",
        );
    }
}

fn count(given: &[bool]) -> usize {
    given.iter().filter(|given| **given).count()
}
