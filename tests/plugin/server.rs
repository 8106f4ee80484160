//! An API server for the plugin's tests: objects by path, scripted answers, refusals, silence.
//!
//! It speaks plain HTTP on a port of its own, so that the plugin runs as people run it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};

/// What is answered to a path, whatever is stored.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    /// How long the answer takes; `None` never comes.
    pub after: Option<Duration>,
}

impl Answer {
    pub fn ok(body: impl Into<String>) -> Self {
        Self { status: 200, body: body.into(), after: Some(Duration::ZERO) }
    }

    pub fn silence() -> Self {
        Self { status: 200, body: String::new(), after: None }
    }

    pub fn refusal(status: u16, reason: &str, message: &str) -> Self {
        let (_, value) = refused(status, reason, message.to_owned());
        Self { status, body: value.to_string(), after: Some(Duration::ZERO) }
    }
}

#[derive(Default)]
struct World {
    objects: BTreeMap<String, Value>,
    answers: BTreeMap<String, Answer>,
    /// Method and start of the path that are refused.
    forbidden: Vec<(String, String)>,
    /// Sent with every answer to a write.
    warning: Option<String>,
    /// What a command in a container prints, by the end of the exec's path and the command.
    commands: Vec<Printed>,
    requests: Vec<Request>,
    version: u64,
    /// How many more writes of a status somebody else wins.
    conflicts: u32,
}

/// A command in a container, and what comes of it.
#[derive(Clone)]
struct Printed {
    pod: String,
    command: String,
    out: String,
    code: i32,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// The server; it ends with the process.
pub struct Server {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let world = Arc::new(Mutex::new(World::default()));
        let shared = Arc::clone(&world);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let world = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &world));
            }
        });
        Self { address, world }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no panic inside")
    }

    /// Stores an object where its kind, namespace and name belong.
    pub fn put(&self, object: Value) {
        let path = path_of(&object);
        self.world().store(&path, object);
    }

    pub fn remove(&self, path: &str) {
        self.world().objects.remove(path);
    }

    pub fn object(&self, path: &str) -> Option<Value> {
        self.world().objects.get(path).cloned()
    }

    pub fn answer(&self, path: &str, answer: Answer) {
        self.world().answers.insert(path.to_owned(), answer);
    }

    /// What a command that begins so prints in a pod, and how it ends.
    pub fn command(&self, pod: &str, command: &str, out: &str, code: i32) {
        let (pod, command, out) = (pod.to_owned(), command.to_owned(), out.to_owned());
        self.world().commands.push(Printed { pod, command, out, code });
    }

    pub fn forbid(&self, method: &str, path: &str) {
        self.world().forbidden.push((method.to_owned(), path.to_owned()));
    }

    pub fn warn(&self, text: &str) {
        self.world().warning = Some(text.to_owned());
    }

    pub fn conflict(&self, times: u32) {
        self.world().conflicts = times;
    }

    pub fn requests(&self) -> Vec<Request> {
        self.world().requests.clone()
    }

    /// The writes so far, as `METHOD path`.
    pub fn writes(&self) -> Vec<String> {
        let requests = self.requests();
        let writes = requests.iter().filter(|request| request.method != "GET");
        writes.map(|request| format!("{} {}", request.method, request.path)).collect()
    }
}

/// Where an object is found.
fn path_of(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let version = text(&object["apiVersion"]);
    let base =
        if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") };
    let kind = text(&object["kind"]).to_lowercase();
    let plural = match kind.as_str() {
        "networkpolicy" => "networkpolicies".to_owned(),
        kind => format!("{kind}s"),
    };
    let name = text(&object["metadata"]["name"]);
    match object["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("{base}/namespaces/{namespace}/{plural}/{name}"),
        None => format!("{base}/{plural}/{name}"),
    }
}

fn serve(stream: TcpStream, world: &Mutex<World>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        let (answer, warning, printed) = {
            let mut world = world.lock().expect("no panic inside");
            world.requests.push(request.clone());
            (world.answer(&request), world.warning.clone(), world.printed(&request))
        };
        if let Some(printed) = printed {
            let key = request.headers.get("sec-websocket-key").map_or("", String::as_str);
            let _ = super::websocket::serve(&mut stream, key, &printed.out, printed.code);
            let _ = reader.read(&mut [0; 64]);
            return;
        }
        match answer.after {
            Some(Duration::ZERO) => {}
            // Who hangs up while the answer is on its way does not get it.
            Some(after) => {
                let socket = reader.get_ref();
                let _ = socket.set_read_timeout(Some(after));
                if reader.fill_buf().is_ok_and(<[u8]>::is_empty) {
                    return;
                }
                let _ = stream.set_read_timeout(None);
            }
            // Silence lasts until whoever asked hangs up.
            None => {
                let _ = reader.read(&mut [0]);
                return;
            }
        }
        let warning = match warning {
            Some(text) if request.method != "GET" => format!("Warning: 299 - \"{text}\"\r\n"),
            _ => String::new(),
        };
        let kind = if answer.body.starts_with('{') { "application/json" } else { "text/plain" };
        let head = format!(
            "HTTP/1.1 {} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{warning}\r\n",
            answer.status,
            answer.body.len()
        );
        if stream.write_all((head + &answer.body).as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        path: path.to_owned(),
        query: decoded(query),
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(if byte == b'+' { b' ' } else { byte });
            continue;
        }
        let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
        let digits = std::str::from_utf8(&digits).unwrap_or("00");
        bytes.push(u8::from_str_radix(digits, 16).unwrap_or(0));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn refused(code: u16, reason: &str, message: String) -> (u16, Value) {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code,
    });
    (code, status)
}

impl World {
    fn answer(&mut self, request: &Request) -> Answer {
        let refused_by = self
            .forbidden
            .iter()
            .any(|(method, path)| *method == request.method && request.path.starts_with(path));
        if refused_by {
            let (resource, name) = resource(&request.path);
            let verb = match request.method.as_str() {
                "GET" if name.is_empty() => "list",
                "GET" => "get",
                "POST" => "create",
                "PUT" => "update",
                "PATCH" => "patch",
                _ => "delete",
            };
            let message = format!(
                "{resource} \"{name}\" is forbidden: User \"nobody\" cannot {verb} resource \"{resource}\""
            );
            return Answer::refusal(403, "Forbidden", &message);
        }
        if let Some(answer) = self.answers.get(&request.path) {
            return answer.clone();
        }
        let (status, value) = self.plain(request);
        Answer { status, body: value.to_string(), after: Some(Duration::ZERO) }
    }

    fn printed(&self, request: &Request) -> Option<Printed> {
        let words = request.query.split('&').filter_map(|part| part.strip_prefix("command="));
        let command = words.collect::<Vec<_>>().join(" ");
        let found = self.commands.iter().find(|printed| {
            request.path.ends_with(&format!("/pods/{}/exec", printed.pod))
                && command.starts_with(&printed.command)
        });
        let refused = self.answers.contains_key(&request.path);
        found.filter(|_| !refused).cloned()
    }

    fn plain(&mut self, request: &Request) -> (u16, Value) {
        let path = request.path.trim_end_matches("/status").to_owned();
        let missing = || {
            let (resource, name) = resource(&path);
            refused(404, "NotFound", format!("{resource} \"{name}\" not found"))
        };
        let sent: Value = serde_json::from_str(&request.body).unwrap_or_default();
        match request.method.as_str() {
            "GET" => match self.objects.get(&path) {
                Some(object) => (200, object.clone()),
                None if is_collection(&path) => (200, self.list(&path, &request.query)),
                None => missing(),
            },
            "POST" => {
                let name = sent["metadata"]["name"].as_str().unwrap_or_default();
                let path = format!("{path}/{name}");
                if self.objects.contains_key(&path) {
                    let (resource, name) = resource(&path);
                    return refused(
                        409,
                        "AlreadyExists",
                        format!("{resource} \"{name}\" already exists"),
                    );
                }
                (201, self.store(&path, sent))
            }
            "PUT" | "PATCH" => {
                let Some(old) = self.objects.get(&path).cloned() else { return missing() };
                let wanted = &sent["metadata"]["resourceVersion"];
                let lost = self.conflicts > 0 && request.path.ends_with("/status");
                if lost || (!wanted.is_null() && *wanted != old["metadata"]["resourceVersion"]) {
                    self.conflicts = self.conflicts.saturating_sub(1);
                    return refused(409, "Conflict", "the object has been modified".to_owned());
                }
                let mut new = if request.method == "PUT" { json!({}) } else { old };
                merge(&mut new, &sent);
                (200, self.store(&path, new))
            }
            "DELETE" => match self.objects.remove(&path) {
                Some(object) => (200, object),
                None => missing(),
            },
            _ => refused(405, "MethodNotAllowed", "no".to_owned()),
        }
    }

    fn list(&self, path: &str, query: &str) -> Value {
        let (base, plural) = path.rsplit_once('/').unwrap_or_default();
        let selector = query.split('&').find_map(|part| part.strip_prefix("labelSelector="));
        let inside = |candidate: &str| {
            let Some((parent, _)) = candidate.rsplit_once('/') else { return false };
            parent == path
                || (parent.starts_with(&format!("{base}/namespaces/"))
                    && parent.ends_with(&format!("/{plural}")))
        };
        let items: Vec<_> = self
            .objects
            .iter()
            .filter(|(path, _)| inside(path))
            .map(|(_, object)| object)
            .filter(|object| selector.is_none_or(|it| selected(object, it)))
            .collect();
        json!({ "kind": "List", "apiVersion": "v1", "metadata": {}, "items": items })
    }

    fn store(&mut self, path: &str, mut object: Value) -> Value {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        self.objects.insert(path.to_owned(), object.clone());
        object
    }
}

fn is_collection(path: &str) -> bool {
    let words: Vec<_> = path.trim_start_matches('/').split('/').collect();
    let below = words.iter().position(|word| *word == "namespaces");
    let prefix = if words[0] == "api" { 2 } else { 3 };
    words.len() == below.map_or(prefix, |at| at + 2) + 1
}

/// The resource and the name that a path speaks of.
fn resource(path: &str) -> (String, String) {
    let words: Vec<_> = path.trim_start_matches('/').split('/').collect();
    let start = words.iter().position(|word| *word == "namespaces");
    let prefix = if words[0] == "api" { 2 } else { 3 };
    let rest = &words[start.map_or(prefix, |at| at + 2).min(words.len())..];
    let plural = rest.first().copied().unwrap_or_default();
    let group = if words[0] == "api" { String::new() } else { format!(".{}", words[1]) };
    (format!("{plural}{group}"), rest.get(1).copied().unwrap_or_default().to_owned())
}

fn selected(object: &Value, selector: &str) -> bool {
    let mut rest = selector;
    let mut parts = Vec::new();
    let mut depth = 0;
    for (at, letter) in selector.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&rest[..at - (selector.len() - rest.len())]);
                rest = &selector[at + 1..];
            }
            _ => {}
        }
    }
    parts.push(rest);
    parts.iter().all(|part| {
        let label = |key: &str| object["metadata"]["labels"][key].as_str().map(str::to_owned);
        if let Some((key, values)) = part.split_once(" in ") {
            let values = values.trim_matches(['(', ')']);
            return label(key).is_some_and(|own| values.split(',').any(|it| it.trim() == own));
        }
        let Some((key, value)) = part.split_once('=') else { return label(part).is_some() };
        label(key).as_deref() == Some(value)
    })
}

fn merge(old: &mut Value, new: &Value) {
    let Some(fields) = new.as_object() else {
        *old = new.clone();
        return;
    };
    if !old.is_object() {
        *old = json!({});
    }
    for (key, value) in fields {
        if value.is_null() {
            old.as_object_mut().expect("made one above").remove(key);
        } else {
            merge(&mut old[key], value);
        }
    }
}
