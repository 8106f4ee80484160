//! What kubelets, jobs and instances do in a second.

use super::*;

impl World {
    /// A second goes by: kubelets, jobs and instances do their part.
    pub fn tick(&mut self) {
        self.now += SignedDuration::from_secs(1);
        let gone = |meta: &ObjectMeta| meta.deletion_timestamp.is_some();
        self.pods.retain(|_, pod| !gone(&pod.metadata));
        let used: Vec<String> = self.pods.keys().cloned().collect();
        self.claims.retain(|_, claim| {
            let of = claim.metadata.labels.as_ref().and_then(|all| all.get(labels::INSTANCE_NAME));
            !gone(&claim.metadata) || of.is_some_and(|name| used.contains(name))
        });
        let nodes = self.nodes.clone();
        for (name, pod) in &mut self.pods {
            let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
            if phase.is_none() {
                let number: usize = name.rsplit('-').next().unwrap().parse().unwrap();
                let open = |node: &&Node| node.spec.as_ref().unwrap().unschedulable != Some(true);
                let free: Vec<&Node> = nodes.iter().filter(open).collect();
                if free.is_empty() {
                    continue;
                }
                pod.spec.as_mut().unwrap().node_name =
                    free[number % free.len()].metadata.name.clone();
                pod.status.get_or_insert_default().phase = Some("Running".to_owned());
            }
        }
        self.run_jobs();
        let names: Vec<String> = self.pods.keys().cloned().collect();
        for name in &names {
            self.live(name);
        }
        for name in &names {
            let ready = self.standing(name).is_some_and(|standing| match standing {
                Standing::Leading => true,
                Standing::Standby { .. } => self.streams(name) || self.leader().is_none(),
                _ => false,
            });
            let pod = self.pods.get_mut(name).unwrap();
            pod.status.get_or_insert_default().conditions = Some(vec![PodCondition {
                type_: "Ready".to_owned(),
                status: if ready { "True" } else { "False" }.to_owned(),
                ..PodCondition::default()
            }]);
        }
    }

    fn run_jobs(&mut self) {
        let leader = self.leader();
        for (name, job) in &mut self.jobs {
            let instance = job.metadata.labels.as_ref().unwrap()[labels::INSTANCE_NAME].clone();
            let filled = match self.data.get(&instance) {
                Some(Data::Empty) if name.ends_with("initdb") => {
                    Data::Primary(Position { timeline: 1, lsn: Lsn(1) })
                }
                Some(Data::Empty) if leader.is_some() => {
                    Data::Standby(Position { timeline: self.timeline, lsn: Lsn(1) })
                }
                Some(Data::Empty) | None => continue,
                Some(done) => *done,
            };
            self.data.insert(instance, filled);
            job.status.get_or_insert_default().conditions = Some(vec![JobCondition {
                type_: "Complete".to_owned(),
                status: "True".to_owned(),
                ..JobCondition::default()
            }]);
        }
    }

    /// An instance manager: it takes the lease when it is the target, and gives it up when not.
    fn live(&mut self, name: &str) {
        if !runs(&self.pods[name]) {
            return;
        }
        let Some(record) = ClusterRecord::read(&self.cluster) else { return };
        let me = record.target.is(&name.into());
        let mine = self.leader().as_deref() == Some(name);
        let position = match self.data.get(name).copied().unwrap_or(Data::Empty) {
            Data::Empty => return,
            Data::Primary(position) | Data::Standby(position) => position,
        };
        if mine && me {
            let lsn = Lsn(position.lsn.0 + 1);
            self.data.insert(name.to_owned(), Data::Primary(Position { lsn, ..position }));
            self.lease_at = self.now;
            return;
        }
        if mine {
            self.lease.holder = None;
            self.lease_at = self.now;
            return;
        }
        let age = self.now.duration_since(self.lease_at);
        let free = self.lease.holder.is_none() || age >= SignedDuration::from_secs(15);
        if me && free {
            let uid = self.pods[name].metadata.uid.clone().unwrap();
            let session = Session { pod_uid: uid.as_str().into(), container_id: "c".into() };
            self.lease.holder = Some(Holder { instance: name.into(), session });
            self.lease_at = self.now;
            if !record.is_current(&name.into()) {
                self.status().current_primary = Some(name.to_owned());
                self.bump();
                self.timeline += 1;
            }
            let timeline = self.timeline;
            let data = Data::Primary(Position { timeline, ..position });
            self.data.insert(name.to_owned(), data);
            return;
        }
        let follows = matches!(record.target, Target::Instance(_)) && self.streams(name);
        if let (true, Some(leader)) = (follows, self.leader())
            && let Some(Data::Primary(theirs)) = self.data.get(&leader).copied()
        {
            self.data.insert(name.to_owned(), Data::Standby(theirs));
        }
    }
}
