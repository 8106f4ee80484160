//! What the operator's writes do to the world.

use super::*;

impl World {
    /// Carries out a plan as the operator would, unless it dies.
    pub fn act(&mut self, seen: &Seen, plan: &Plan, fate: Fate) {
        let mut left = match fate {
            Fate::Lives => usize::MAX,
            Fate::DiesAfter(writes) => writes,
        };
        for action in &plan.actions {
            if !self.perform(action, &mut left) {
                return;
            }
        }
        let changed = seen.cluster.status.as_ref() != Some(&plan.status);
        if changed {
            let stale =
                seen.cluster.metadata.resource_version != self.cluster.metadata.resource_version;
            if left == 0 || stale {
                return;
            }
            self.cluster.status = Some(plan.status.clone());
            self.bump();
        }
        self.events.extend(plan.events.iter().map(|event| event.note.clone()));
    }

    /// One action; `false` when the pass ends with it.
    fn perform(&mut self, action: &Action, left: &mut usize) -> bool {
        let mut may = || {
            let goes = *left > 0;
            *left = left.saturating_sub(1);
            goes
        };
        match action {
            Action::PatchClaim { claim, metadata } => {
                let Some(claim) = self.claims.get_mut(claim).filter(|_| may()) else {
                    return false;
                };
                patch(&mut claim.metadata, metadata);
            }
            Action::ResizeClaim { claim, request, .. } => {
                let Some(claim) = self.claims.get_mut(claim).filter(|_| may()) else {
                    return false;
                };
                let request = request.clone().unwrap();
                let spec = claim.spec.as_mut().unwrap().resources.as_mut().unwrap();
                spec.requests.as_mut().unwrap().insert(
                    "storage".to_owned(),
                    k8s_openapi::apimachinery::pkg::api::resource::Quantity(request),
                );
            }
            Action::PatchPod { pod, metadata } => {
                let Some(found) = self.pods.get_mut(&pod.name).filter(|_| may()) else {
                    return false;
                };
                if found.metadata.uid != pod.uid {
                    return false;
                }
                patch(&mut found.metadata, metadata);
            }
            Action::CreateClaims { serial, volumes } => {
                return volumes.iter().all(|volume| may() && self.create_claim(*serial, volume));
            }
            Action::DeleteJob(job) => {
                return may() && self.jobs.remove(&job.name).is_some();
            }
            Action::ReleaseLease { .. } => self.lease.holder = None,
            Action::SetInstances(to) => {
                self.cluster.spec.instances = *to;
                self.bump();
            }
            Action::CreateInstance { serial, volumes, job } => {
                if !volumes.iter().all(|volume| may() && self.create_claim(*serial, volume)) {
                    return false;
                }
                return may() && self.create_job(*serial, *job);
            }
            Action::CreatePod { serial } => return may() && self.create_pod(*serial),
            Action::DeletePod { pod, .. } => {
                return may() && self.delete_pod(pod);
            }
            Action::DeleteInstance { instance, claims, pod, jobs, .. } => {
                for claim in claims {
                    if !may() {
                        return false;
                    }
                    let used = pod.is_some();
                    if let Some(found) = self.claims.get_mut(&claim.name) {
                        found.metadata.deletion_timestamp = Some(Time(self.now));
                        if !used {
                            self.claims.remove(&claim.name);
                        }
                    }
                }
                self.data.remove(instance);
                if let Some(pod) = pod
                    && (!may() || !self.delete_pod(pod))
                {
                    return false;
                }
                for job in jobs {
                    if !may() {
                        return false;
                    }
                    self.jobs.remove(&job.name);
                }
            }
            Action::UpdateManager { .. }
            | Action::AdoptClaim(_)
            | Action::LiftFencing
            | Action::DeleteOrphanPod(_) => {
                panic!("{action:?} does not belong to this world")
            }
        }
        true
    }

    fn create_claim(&mut self, serial: u32, volume: &Volume) -> bool {
        let cluster = self.cluster.clone();
        let installation = self.installation.clone();
        let manifests = Manifests::of(&cluster, PgVersion::new(17, 0), &installation);
        let mut claim = manifests.claim(serial, volume, volume.first_status(), None);
        let name = claim.metadata.name.clone().unwrap();
        if self.claims.contains_key(&name) {
            return false;
        }
        self.made(&mut claim.metadata);
        claim.status.get_or_insert_default().phase = Some("Bound".to_owned());
        if *volume == Volume::Data {
            self.data.insert(name.clone(), Data::Empty);
        }
        self.claims.insert(name, claim);
        true
    }

    fn create_job(&mut self, serial: u32, kind: JobKind) -> bool {
        let cluster = self.cluster.clone();
        let installation = self.installation.clone();
        let manifests = Manifests::of(&cluster, PgVersion::new(17, 0), &installation);
        let work = match kind {
            JobKind::Join => Work::Join,
            _ => Work::InitDb,
        };
        let mut job = manifests.job(serial, &work);
        let name = job.metadata.name.clone().unwrap();
        if self.jobs.contains_key(&name) {
            return false;
        }
        self.made(&mut job.metadata);
        self.jobs.insert(name, job);
        true
    }

    fn create_pod(&mut self, serial: u32) -> bool {
        let cluster = self.cluster.clone();
        let installation = self.installation.clone();
        let manifests = Manifests::of(&cluster, PgVersion::new(17, 0), &installation);
        let mut pod = manifests.instance_pod(serial).unwrap();
        let name = pod.metadata.name.clone().unwrap();
        if self.pods.contains_key(&name) {
            return false;
        }
        self.made(&mut pod.metadata);
        self.pods.insert(name, pod);
        true
    }

    fn delete_pod(&mut self, pod: &Object) -> bool {
        match self.pods.get_mut(&pod.name) {
            Some(found) if found.metadata.uid == pod.uid => {
                found.metadata.deletion_timestamp.get_or_insert(Time(self.now));
                true
            }
            _ => false,
        }
    }
}

fn patch(meta: &mut ObjectMeta, change: &Metadata) {
    for (into, from) in [
        (meta.labels.get_or_insert_default(), &change.labels),
        (meta.annotations.get_or_insert_default(), &change.annotations),
    ] {
        for (key, value) in from {
            match value {
                Some(value) => drop(into.insert(key.clone(), value.clone())),
                None => drop(into.remove(key)),
            }
        }
    }
}
