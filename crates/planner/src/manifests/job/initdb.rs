//! The job that makes a new database system, and what it runs in it.

use api::cluster::LogLevel;
use api::cluster::initdb::InitDb;
use api::references::SqlRefs;
use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, EnvVar, EnvVarSource, KeyToPath, PodSpec, SecretKeySelector,
    SecretVolumeSource, Volume, VolumeMount,
};

use super::super::volumes::mount;
use super::super::{Manifests, names, shell};

/// Whether scripts are taken from other objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refs {
    Mounted,
    None,
}

/// One set of scripts kept in other objects, as the job sees it.
struct Scripts<'a> {
    /// The flag that names the folder.
    flag: &'static str,
    folder: &'static str,
    /// Goes into the names of the volumes.
    suffix: &'static str,
    refs: &'a SqlRefs,
}

impl Manifests<'_> {
    pub(super) fn initdb_arguments(&self, refs: Refs) -> Vec<String> {
        let initdb = self.initdb();
        let mut all = vec!["init".to_owned()];
        let mut flag = |name: &str, value: String| {
            if !value.is_empty() {
                all.extend([name.to_owned(), value]);
            }
        };
        let join = |words: &[String]| shell::join(words.iter().map(String::as_str));
        flag("--initdb-flags", join(&self.initdb_flags(&initdb)));
        flag("--post-init-sql", join(&initdb.post_init_sql));
        flag("--post-init-application-sql", join(&initdb.post_init_application_sql));
        flag("--post-init-template-sql", join(&initdb.post_init_template_sql));
        if let (Some(database), Some(owner)) = (&initdb.database, &initdb.owner) {
            flag("--app-db-name", database.clone());
            flag("--app-user", owner.clone());
        }
        all.extend(self.wal_arguments());
        if refs == Refs::Mounted {
            for scripts in scripts(&initdb) {
                all.extend([scripts.flag.to_owned(), scripts.folder.to_owned()]);
            }
        }
        all
    }

    /// Adds the user's scripts and waits for the application user.
    pub(super) fn add_initdb(&self, pod: &mut PodSpec) {
        let initdb = self.initdb();
        for scripts in scripts(&initdb) {
            let (volumes, mounts) = scripts.mounted();
            pod.volumes.get_or_insert_default().extend(volumes);
            for container in &mut pod.containers {
                container.volume_mounts.get_or_insert_default().extend(mounts.iter().cloned());
            }
        }
        self.add_app_user(pod);
    }

    /// Lets the job start only when the application's secret is there.
    pub(super) fn add_app_user(&self, pod: &mut PodSpec) {
        let initdb = self.initdb();
        if initdb.database.is_none() || initdb.owner.is_none() {
            return;
        }
        let secret = initdb.secret.map(|secret| secret.name).filter(|name| !name.is_empty());
        let user = EnvVar {
            name: "APP_USERNAME".to_owned(),
            value_from: Some(EnvVarSource {
                secret_key_ref: Some(SecretKeySelector {
                    name: secret.unwrap_or_else(|| names::app_secret(self.cluster_name())),
                    key: "username".to_owned(),
                    optional: None,
                }),
                ..EnvVarSource::default()
            }),
            ..EnvVar::default()
        };
        for container in &mut pod.containers {
            container.env.get_or_insert_default().push(user.clone());
        }
    }

    fn initdb(&self) -> InitDb {
        self.cluster.spec.bootstrap.clone().and_then(|it| it.initdb).unwrap_or_default()
    }

    fn initdb_flags(&self, initdb: &InitDb) -> Vec<String> {
        if !initdb.options.is_empty() {
            return initdb.options.clone();
        }
        let mut all = Vec::new();
        if initdb.data_checksums == Some(true) {
            all.push("-k".to_owned());
        }
        if let Some(LogLevel::Debug | LogLevel::Trace) = self.cluster.spec.log_level {
            all.push("-d".to_owned());
        }
        let segment = initdb.wal_segment_size.filter(|size| *size != 0).map(|it| it.to_string());
        for (flag, value) in [
            ("--encoding", &initdb.encoding),
            ("--lc-collate", &initdb.locale_collate),
            ("--lc-ctype", &initdb.locale_c_type),
            ("--locale", &initdb.locale),
            ("--locale-provider", &initdb.locale_provider),
            ("--icu-locale", &initdb.icu_locale),
            ("--icu-rules", &initdb.icu_rules),
            ("--builtin-locale", &initdb.builtin_locale),
            ("--wal-segsize", &segment),
        ] {
            all.extend(value.as_ref().map(|value| format!("{flag}={value}")));
        }
        all
    }
}

fn scripts(initdb: &InitDb) -> impl Iterator<Item = Scripts<'_>> {
    let all = [
        (
            "--post-init-application-sql-refs-folder",
            "/etc/post-init-application-sql",
            "post-init-application",
            &initdb.post_init_application_sql_refs,
        ),
        (
            "--post-init-template-sql-refs-folder",
            "/etc/post-init-template-sql",
            "post-init-template",
            &initdb.post_init_template_sql_refs,
        ),
        (
            "--post-init-sql-refs-folder",
            "/etc/post-init-sql",
            "post-init",
            &initdb.post_init_sql_refs,
        ),
    ];
    all.into_iter().filter_map(|(flag, folder, suffix, refs)| {
        let refs = refs.as_ref()?;
        let none = refs.secret_refs.is_empty() && refs.config_map_refs.is_empty();
        (!none).then_some(Scripts { flag, folder, suffix, refs })
    })
}

impl Scripts<'_> {
    /// A volume and a file for each script, numbered so that their names sort in their order.
    fn mounted(&self) -> (Vec<Volume>, Vec<VolumeMount>) {
        let secrets = self.refs.secret_refs.iter().map(|it| (it, true));
        let maps = self.refs.config_map_refs.iter().map(|it| (it, false));
        let count = self.refs.secret_refs.len() + self.refs.config_map_refs.len();
        let digits = count.to_string().len();
        let both = secrets.chain(maps).enumerate().map(|(index, (reference, secret))| {
            let file = format!("{index:0digits$}.sql");
            let name = format!("{index:0digits$}-{}-sql", self.suffix);
            let items = Some(vec![KeyToPath {
                key: reference.key.clone(),
                path: file.clone(),
                ..KeyToPath::default()
            }]);
            let mut volume = Volume { name: name.clone(), ..Volume::default() };
            if secret {
                volume.secret = Some(SecretVolumeSource {
                    secret_name: Some(reference.name.clone()),
                    items,
                    ..SecretVolumeSource::default()
                });
            } else {
                volume.config_map = Some(ConfigMapVolumeSource {
                    name: reference.name.clone(),
                    items,
                    ..ConfigMapVolumeSource::default()
                });
            }
            let path = format!("{}/{file}", self.folder);
            (volume, VolumeMount { sub_path: Some(file), ..mount(&name, &path) })
        });
        both.unzip()
    }
}
