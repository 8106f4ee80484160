//! Keeps what the server reads in step with the cluster: certificates, access rules, settings.

use std::sync::Arc;
use std::time::Duration;

use api::Cluster;
use pgkit::data_directory::{DataDirectory, FileError, Role, Written};
use postgres::access::{Hba, hba};
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::sleep;

use super::control;
use super::server::Maker;
use super::{Happening, Inbox};
use crate::files::certificates::{Certificates, CertificatesError};
use crate::files::configuration::{self, ConfigurationError, Surroundings};
use crate::files::secrets::{SecretError, Secrets};
use crate::state::State;

/// How long to wait after a failure: most come from objects that are about to be made.
const AGAIN: Duration = Duration::from_secs(2);

/// Why the configuration is not what it should be.
#[derive(Debug, Error)]
pub enum ConfigureError {
    #[error(transparent)]
    Certificates(#[from] CertificatesError),
    #[error("cannot show the server's certificate")]
    Shown(#[from] serving::live::Error),
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error("cannot read the password for the LDAP server")]
    Ldap(#[from] SecretError),
    #[error("cannot keep clients away")]
    Closed(#[from] FileError),
}

/// Keeps clients over the network away: a service may still take this standby for what it was.
pub fn close(data: &DataDirectory) -> Result<Written, FileError> {
    let reject = ["host all all all reject".to_owned()];
    data.write("pg_hba.conf", &hba(&Hba { rules: &reject, ..Hba::default() }))
}

/// What keeps the configuration.
#[derive(Debug)]
pub struct Keeper {
    pub state: State,
    pub maker: Maker,
    pub inbox: Inbox,
    /// Whether clients may come over the network.
    pub opened: watch::Receiver<bool>,
    pub configured: watch::Sender<bool>,
    /// The hash that the server has to show.
    pub wanted: watch::Sender<Option<String>>,
    pub first: bool,
    pub hash: Option<String>,
}

impl Keeper {
    /// Follows the cluster, for as long as it is polled.
    pub async fn run(mut self) {
        let mut clusters = self.state.clusters();
        loop {
            let cluster = clusters.borrow_and_update().clone();
            self.opened.mark_unchanged();
            let done = match &cluster {
                Some(cluster) => self.pass(cluster).await,
                None => Ok(Written::Unchanged),
            };
            match done {
                Ok(written) => {
                    if written == Written::Changed && *self.configured.borrow() {
                        self.inbox.send(Happening::Reload);
                    }
                    if cluster.is_some() {
                        self.configured.send_replace(true);
                    }
                    let hash = self.hash.clone();
                    self.wanted.send_if_modified(|known| {
                        let changed = *known != hash;
                        *known = hash;
                        changed
                    });
                }
                Err(error) => {
                    tracing::error!(error = super::chain(&error), "the configuration is not kept");
                    sleep(AGAIN).await;
                    continue;
                }
            }
            tokio::select! {
                _ = clusters.changed() => {}
                _ = self.opened.changed() => {}
                () = self.inbox.refresh_asked() => {}
            }
        }
    }

    async fn pass(&mut self, cluster: &Arc<Cluster>) -> Result<Written, ConfigureError> {
        let secrets = Secrets::new(self.state.client().clone(), &self.state.identity().namespace);
        let certificates = Certificates::fetch(&secrets, cluster).await?;
        let written = certificates.write(&self.state.paths().certificates())?;
        if let (Some(certificate), Some(key)) =
            (certificates.get("server.crt"), certificates.get("server.key"))
        {
            let _ = self.state.certificate().set(certificate, key)?;
        }
        let data = self.state.paths().data_directory();
        if !data.path().join("PG_VERSION").exists() {
            return Ok(written); // it is being made
        }
        let password = self.ldap_password(&secrets, cluster).await?;
        let at_least = self.at_least().await;
        let surroundings =
            Surroundings { ldap_password: password.as_deref(), at_least: at_least.as_ref() };
        let hba_before = std::fs::read(data.path().join("pg_hba.conf")).ok();
        let configured = configuration::serve(&data, cluster, &surroundings)?;
        let mut written = written.or(configured.written);
        let standby = data.role()? == Role::Standby;
        if standby && !*self.opened.borrow() {
            let _ = close(&data)?;
            if hba_before == std::fs::read(data.path().join("pg_hba.conf")).ok() {
                written = Written::Unchanged;
            }
        }
        configuration::guard_auto_conf(&data, cluster)?;
        self.hash = Some(configured.hash);
        self.first = false;
        Ok(written)
    }

    /// What a standby may not set lower than the primary whose log it reads, when it starts.
    async fn at_least(&self) -> Option<std::collections::BTreeMap<&'static str, u32>> {
        let paths = self.state.paths();
        if !self.first || paths.data_directory().role().ok()? == Role::Primary {
            return None;
        }
        let marker = paths.initialized_marker(&self.state.identity().pod);
        if !marker.exists() {
            if let Err(error) = pgkit::data_directory::write(&marker, b"", 0o600) {
                tracing::warn!(error = super::chain(&error), "cannot mark the first start");
            }
            return None;
        }
        control::read(&self.maker).await?.standby_settings().ok()
    }

    async fn ldap_password(
        &self,
        secrets: &Secrets,
        cluster: &Cluster,
    ) -> Result<Option<String>, SecretError> {
        let ldap = cluster.spec.postgresql.ldap.as_ref();
        let search = ldap.and_then(|ldap| ldap.bind_search_auth.as_ref());
        let Some(reference) = search.and_then(|search| search.bind_password.as_ref()) else {
            return Ok(None);
        };
        let secret = secrets.get(&reference.name).await?;
        Ok(Some(secret.text(&reference.key)?.to_owned()))
    }
}
