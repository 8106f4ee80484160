//! Carries out what was planned, in order, and stops at the first step that fails.
//!
//! Every step may be carried out twice: what is there already is fine when it is ours, and what is
//! gone already is fine too. Deletions are of the very object that was seen.

pub mod update;
mod write;

use api::annotations;
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams, Preconditions};
use kubekit::calls::{self, LIMIT, within};
use planner::cluster::{Action, Grace, JobKind, Object, Plan, Seen, Volume, WhyDelete};
use planner::leadership::records::{LeaseRecord, Version};
use planner::manifests::{Manifests, PatchError, Sources, Work};
use serde_json::json;
use tracing::info;

use super::ask;
use super::context::Context;
use super::leadership::terms;
use super::observe;
use super::origin;
use super::stores::Key;
use update::Update;
use write::{create, delete};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to {what} {name}")]
    Api { what: &'static str, name: String, source: calls::Error },
    #[error("{0} is there already, and is not of this cluster: delete or rename it")]
    Foreign(String),
    #[error("{0} of an earlier cluster is still being deleted")]
    Going(String),
    #[error("the patch in the annotation cnpg.io/podPatch cannot be applied")]
    PodPatch(#[from] PatchError),
    #[error("the lease has changed since it was looked at")]
    LeaseChanged,
    #[error("jobs of the kind {0} are not built yet")]
    Job(&'static str),
    #[error("there is no manager for the architecture {0}")]
    Architecture(String),
    #[error("failed to update the manager of {name}")]
    Update { name: String, source: ask::Error },
}

impl Error {
    /// Nothing to complain about: it goes by itself.
    pub fn waits(&self) -> bool {
        matches!(self, Self::Going(_))
    }

    /// Somebody else was faster: look again rather than complain.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::Api { source, .. } => source.is_conflict(),
            Self::LeaseChanged => true,
            _ => false,
        }
    }
}

/// Who carries out the steps for one cluster.
pub struct Actor<'a> {
    pub cx: &'a Context,
    pub key: &'a Key,
    pub seen: &'a Seen,
    pub manifests: Manifests<'a>,
    pub server_ca: &'a str,
}

impl std::fmt::Debug for Actor<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Actor").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Actor<'_> {
    /// All steps of the plan.
    pub async fn act(&self, plan: &Plan) -> Result<(), Error> {
        for action in &plan.actions {
            self.step(action).await?;
        }
        Ok(())
    }

    async fn step(&self, action: &Action) -> Result<(), Error> {
        match action {
            Action::PatchClaim { claim, metadata } => {
                let object = Object { name: claim.clone(), uid: None };
                self.patch_metadata(&self.claims(), &object, metadata).await
            }
            Action::PatchPod { pod, metadata } => {
                info!(pod = pod.name, labels = ?metadata.labels, "labels of a pod change");
                self.patch_metadata(&self.pods(), pod, metadata).await
            }
            Action::ResizeClaim { claim, request, attributes_class } => {
                self.resize(claim, request.as_deref(), attributes_class.as_deref()).await
            }
            Action::CreateClaims { serial, volumes } => self.create_claims(*serial, volumes).await,
            Action::DeleteJob(job) => {
                let params = DeleteParams::foreground();
                delete(&self.jobs(), job, params).await
            }
            Action::ReleaseLease { expect, proof } => {
                info!(?proof, "the lease of a dead holder is released");
                self.release_lease(*expect).await
            }
            Action::SetInstances(number) => self.set_instances(*number).await,
            Action::AdoptClaim(claim) => self.adopt(claim).await,
            Action::LiftFencing => self.lift_fencing().await,
            Action::DeleteOrphanPod(pod) => {
                delete(&self.pods(), pod, DeleteParams::default()).await
            }
            Action::CreateInstance { serial, volumes, job } => {
                info!(serial, job = job.role(), "an instance is made");
                self.create_claims(*serial, volumes).await?;
                let job = self.manifests.job(*serial, &self.work(*job).await?);
                create(&self.jobs(), &job, self.uid()).await
            }
            Action::CreatePod { serial } => {
                info!(serial, "a pod is made");
                let pod = self.manifests.instance_pod(*serial)?;
                create(&self.pods(), &pod, self.uid()).await
            }
            Action::DeletePod { pod, grace, why } => {
                info!(pod = pod.name, ?why, "a pod is deleted");
                if *why == WhyDelete::Rollout {
                    self.cx.rollouts.took(self.key);
                }
                delete(&self.pods(), pod, params(*grace)).await
            }
            Action::DeleteInstance { instance, claims, pod, jobs, grace } => {
                info!(instance, "an instance is deleted");
                for claim in claims {
                    delete(&self.claims(), claim, DeleteParams::default()).await?;
                }
                if let Some(pod) = pod {
                    delete(&self.pods(), pod, params(*grace)).await?;
                }
                for job in jobs {
                    delete(&self.jobs(), job, DeleteParams::foreground()).await?;
                }
                Ok(())
            }
            Action::UpdateManager { pod, architecture, .. } => {
                self.update_manager(pod, architecture)
            }
        }
    }

    fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.cx.client.clone(), &self.key.namespace)
    }

    fn claims(&self) -> Api<PersistentVolumeClaim> {
        Api::namespaced(self.cx.client.clone(), &self.key.namespace)
    }

    fn jobs(&self) -> Api<Job> {
        Api::namespaced(self.cx.client.clone(), &self.key.namespace)
    }

    fn uid(&self) -> &str {
        self.seen.cluster.metadata.uid.as_deref().unwrap_or_default()
    }

    async fn patch_metadata<K>(
        &self,
        api: &Api<K>,
        object: &Object,
        metadata: &planner::cluster::Metadata,
    ) -> Result<(), Error>
    where
        K: kube::Resource + Clone + std::fmt::Debug + serde::de::DeserializeOwned,
    {
        let mut wanted = json!({"labels": metadata.labels, "annotations": metadata.annotations});
        if let Some(uid) = &object.uid {
            wanted["uid"] = uid.clone().into(); // of that object, not of one of the same name
        }
        let patch = json!({"metadata": wanted});
        write::patch(api, &object.name, &patch).await
    }

    async fn resize(
        &self,
        claim: &str,
        request: Option<&str>,
        class: Option<&str>,
    ) -> Result<(), Error> {
        info!(claim, request, class, "a volume is to change");
        let mut spec = serde_json::Map::new();
        if let Some(size) = request {
            spec.insert("resources".to_owned(), json!({"requests": {"storage": size}}));
        }
        if let Some(class) = class {
            spec.insert("volumeAttributesClassName".to_owned(), class.into());
        }
        write::patch(&self.claims(), claim, &json!({"spec": spec})).await
    }

    async fn create_claims(&self, serial: u32, volumes: &[Volume]) -> Result<(), Error> {
        for volume in volumes {
            let claim = self.manifests.claim(serial, volume, volume.first_status(), None);
            create(&self.claims(), &claim, self.uid()).await?;
        }
        Ok(())
    }

    async fn work(&self, job: JobKind) -> Result<Work, Error> {
        match job {
            JobKind::SnapshotRecovery { .. } => Err(Error::Job(job.role())),
            JobKind::FullRecovery => {
                let origin = origin::find(self.cx, &self.seen.cluster).await;
                let origin = origin.map_err(|source| Error::Api {
                    what: "read",
                    name: "the backup to restore".to_owned(),
                    source,
                })?;
                let sources = Sources { backup: origin.as_ref(), ..Sources::default() };
                Ok(self.manifests.work(job, sources))
            }
            JobKind::InitDb
            | JobKind::Import
            | JobKind::PgBasebackup
            | JobKind::Join
            | JobKind::MajorUpgrade => Ok(self.manifests.work(job, Sources::default())),
        }
    }

    /// In the name of the dead: only if the lease is still what the proof is about.
    async fn release_lease(&self, expect: Version) -> Result<(), Error> {
        let api: Api<Lease> = Api::namespaced(self.cx.client.clone(), &self.key.namespace);
        let name = &self.key.name;
        let failed = |what| move |source| Error::Api { what, name: name.clone(), source };
        let lease = within(LIMIT, api.get(name)).await.map_err(failed("read the lease"))?;
        let record = LeaseRecord::read(&lease);
        if record.version != expect {
            return Err(Error::LeaseChanged);
        }
        let renewed = record.renewed + 1;
        // The dead handed nothing over.
        let released = LeaseRecord { holder: None, hand_over: None, renewed, ..record };
        let cluster = &self.seen.cluster;
        let lease = released.fill(&lease, &terms(cluster), 1, Timestamp::now());
        let replaced = within(LIMIT, api.replace(name, &PostParams::default(), &lease)).await;
        replaced.map_err(failed("release the lease"))?;
        Ok(())
    }

    async fn set_instances(&self, number: i64) -> Result<(), Error> {
        let api: Api<api::Cluster> = Api::namespaced(self.cx.client.clone(), &self.key.namespace);
        write::patch(&api, &self.key.name, &json!({"spec": {"instances": number}})).await
    }

    async fn lift_fencing(&self) -> Result<(), Error> {
        info!("instances of an earlier life are fenced no more");
        let api: Api<api::Cluster> = Api::namespaced(self.cx.client.clone(), &self.key.namespace);
        let patch = json!({"metadata": {"annotations": {annotations::FENCED_INSTANCES: null}}});
        write::patch(&api, &self.key.name, &patch).await
    }

    async fn adopt(&self, object: &Object) -> Result<(), Error> {
        let mut found = self.seen.orphan_claims.iter();
        let claim = found.find(|claim| claim.metadata.name.as_ref() == Some(&object.name));
        let Some(claim) = claim else { return Ok(()) };
        let adopted = self.manifests.adopted(claim.clone());
        let of = |claim| serde_json::to_value(claim).unwrap_or_default();
        let change = crate::status::difference(&of(claim), &of(&adopted));
        let Some(mut change) = change else { return Ok(()) };
        // Of the version that was read; by a patch, as the operator may do no more.
        change["metadata"]["resourceVersion"] = json!(claim.metadata.resource_version);
        write::patch(&self.claims(), &object.name, &change).await
    }

    fn update_manager(&self, object: &Object, architecture: &str) -> Result<(), Error> {
        let pod =
            self.seen.pods.iter().find(|pod| pod.metadata.name.as_ref() == Some(&object.name));
        let Some(instance) = pod.and_then(observe::instance) else { return Ok(()) };
        let path = self.cx.binaries.path(architecture);
        let program = path.ok_or_else(|| Error::Architecture(architecture.to_owned()))?;
        let failed = |source| Error::Update { name: object.name.clone(), source };
        let asker = &self.cx.asker;
        let instances = asker.client(&self.key.namespace, &self.key.name, self.server_ca);
        Update {
            cluster: self.seen.cluster.clone(),
            uid: object.uid.clone().unwrap_or_default(),
            instance,
            program: program.to_owned(),
            instances: instances.map_err(failed)?,
            recorder: self.cx.recorder.clone(),
            updates: self.cx.updates.clone(),
        }
        .begin();
        Ok(())
    }
}

fn params(grace: Grace) -> DeleteParams {
    match grace {
        Grace::Usual => DeleteParams::default(),
        Grace::None => DeleteParams::default().grace_period(0),
    }
}

/// Deletes with the conditions that make it the object that was seen.
fn conditional(mut params: DeleteParams, object: &Object) -> DeleteParams {
    if let Some(uid) = &object.uid {
        params.preconditions =
            Some(Preconditions { uid: Some(uid.clone()), resource_version: None });
    }
    params
}

/// Merge patches carry no field manager of their own.
fn merge(patch: &serde_json::Value) -> (PatchParams, Patch<&serde_json::Value>) {
    (PatchParams::default(), Patch::Merge(patch))
}
