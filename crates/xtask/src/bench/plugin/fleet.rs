//! An API server with one large cluster, whose instances take their time.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// The cluster's name.
pub const NAME: &str = "large";
const NAMESPACE: &str = "default";

/// What is answered to a path, and after which time; never where there is none.
type Answers = BTreeMap<String, (String, Option<Duration>)>;

/// The server; it ends with the process.
pub struct Fleet {
    address: SocketAddr,
    answers: Arc<Mutex<Answers>>,
}

impl Fleet {
    /// Serves a cluster of so many instances; a report takes `latency`.
    pub fn start(instances: usize, latency: Duration) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let answers = Arc::new(Mutex::new(answers(instances, latency)));
        let shared = Arc::clone(&answers);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answers = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &answers));
            }
        });
        Ok(Self { address, answers })
    }

    /// From now on an instance never answers.
    pub fn silence(&self, instance: usize) {
        let mut answers = locked(&self.answers);
        for path in [proxy(instance), format!("{}/exec", pod_path(instance))] {
            answers.insert(path, (String::new(), None));
        }
    }

    /// A kubeconfig for the server.
    pub fn kubeconfig(&self) -> Result<NamedTempFile> {
        let text = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "bench",
            "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
            "clusters": [{"name": "bench", "cluster": {"server": format!("http://{}", self.address)}}],
            "users": [{"name": "bench", "user": {}}],
        });
        let mut file = NamedTempFile::new()?;
        file.write_all(text.to_string().as_bytes())?;
        Ok(file)
    }
}

fn locked(answers: &Mutex<Answers>) -> MutexGuard<'_, Answers> {
    answers.lock().expect("nobody panics while holding it")
}

fn pod_path(instance: usize) -> String {
    format!("/api/v1/namespaces/{NAMESPACE}/pods/{NAME}-{instance}")
}

fn proxy(instance: usize) -> String {
    format!("/api/v1/namespaces/{NAMESPACE}/pods/https:{NAME}-{instance}:8000/proxy/pg/status")
}

fn answers(instances: usize, latency: Duration) -> Answers {
    let list = |items: Vec<Value>| json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items});
    let at_once = |value: Value| (value.to_string(), Some(Duration::ZERO));
    let mut answers = Answers::new();
    let clusters = format!("/apis/postgresql.cnpg.io/v1/namespaces/{NAMESPACE}/clusters/{NAME}");
    answers.insert(clusters, at_once(cluster(instances)));
    let pods = (1..=instances).map(pod).collect();
    answers.insert(format!("/api/v1/namespaces/{NAMESPACE}/pods"), at_once(list(pods)));
    let budgets = format!("/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets");
    answers.insert(budgets, at_once(list(Vec::new())));
    for instance in 1..=instances {
        let report = instance_report(instance, instances).to_string();
        answers.insert(proxy(instance), (report, Some(latency)));
    }
    answers
}

fn cluster(instances: usize) -> Value {
    let names: Vec<_> = (1..=instances).map(|number| format!("{NAME}-{number}")).collect();
    json!({
        "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "uid": "u", "generation": 1},
        "spec": {"instances": instances, "storage": {"size": "1Gi"}},
        "status": {
            "phase": "Cluster in healthy state", "instances": instances, "readyInstances": instances,
            "currentPrimary": names[0], "targetPrimary": names[0], "instanceNames": names,
        },
    })
}

fn pod(number: usize) -> Value {
    let name = format!("{NAME}-{number}");
    let role = if number == 1 { "primary" } else { "replica" };
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": name, "namespace": NAMESPACE,
            "labels": {"cnpg.io/cluster": NAME, "cnpg.io/instanceRole": role, "role": role},
            "ownerReferences": [{
                "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "name": NAME, "uid": "u",
                "controller": true,
            }],
        },
        "spec": {"nodeName": "node1", "containers": [{
            "name": "postgres", "command": ["/controller/manager", "instance", "run", "--status-port-tls"],
        }]},
        "status": {"phase": "Running", "qosClass": "BestEffort",
            "conditions": [{"type": "Ready", "status": "True"}]},
    })
}

fn instance_report(number: usize, instances: usize) -> Value {
    let mut report = json!({
        "systemID": "7710526164251320339", "isPrimary": number == 1, "replayPaused": false,
        "pendingRestart": false, "isWalReceiverActive": number != 1, "timeLineID": 1,
        "pod": {"metadata": {"name": format!("{NAME}-{number}")}},
        "instanceManagerVersion": "1.30.0", "receivedLsn": "0/13001178", "replayLsn": "0/13001178",
    });
    if number == 1 {
        report["currentLsn"] = json!("0/13001178");
        let row = |standby: usize| {
            json!({
                "applicationName": format!("{NAME}-{standby}"), "state": "streaming",
                "receivedLsn": "0/13001178", "writeLsn": "0/13001178", "flushLsn": "0/13001178",
                "replayLsn": "0/13001178", "syncState": "async", "syncPriority": "0",
            })
        };
        report["replicationInfo"] = (2..=instances).map(row).collect();
    }
    report
}

/// Answers one connection until its other end hangs up.
fn serve(mut stream: TcpStream, answers: &Mutex<Answers>) {
    let Ok(other) = stream.try_clone() else { return };
    let mut reader = BufReader::new(other);
    while let Some(path) = asked(&mut reader) {
        let found = locked(answers).get(&path).cloned();
        let (status, body, after) = match found {
            Some((body, after)) => (200, body, after),
            None => (404, String::new(), Some(Duration::ZERO)),
        };
        let Some(after) = after else {
            let _ = reader.read(&mut [0]);
            return;
        };
        std::thread::sleep(after);
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        if stream.write_all((head + &body).as_bytes()).is_err() {
            return;
        }
    }
}

/// The path of the next request; none of ours has a body.
fn asked(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let target = line.split_whitespace().nth(1)?;
    let path = target.split('?').next()?.to_owned();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim_end().is_empty() {
            return Some(path);
        }
    }
}
