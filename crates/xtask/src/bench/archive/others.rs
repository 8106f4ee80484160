//! The other programs, each as its users run it, on copies of the same files.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use testkit::rig::s3::{ACCESS_KEY, HOST, SECRET_KEY, Scheme};

use super::pod::{Cost, Pod};

/// Where the copies are.
const BENCH: &str = "/var/lib/postgresql/data/bench";
const PGDATA: &str = "/var/lib/postgresql/data/pgdata";
const CLIENT_RUNS: usize = 21;
/// Runs a command so often; a small program, whose own memory does not hide that of the command.
const CLIENT: &str = r#"perl -e '
sub now { my $at = "\0" x 16; syscall(228, 1, $at); my ($s, $ns) = unpack "q2", $at; $s + $ns / 1e9 }
my ($runs, @words) = @ARGV;
my ($most, $cpu, @each) = (0, 0);
for (1 .. $runs) {
    my ($began, $usage) = (now, "\0" x 144);
    my $pid = fork // die;
    if (!$pid) { open $_, ">", "/dev/null" for *STDOUT, *STDERR; exec @words }
    syscall(61, $pid, 0, 0, $usage);
    push @each, now() - $began;
    my @used = unpack "q18", $usage;
    $cpu += $used[0] + $used[2] + ($used[1] + $used[3]) / 1e6;
    $most = $used[4] if $used[4] > $most;
}
@each = sort { $a <=> $b } @each;
my ($all, $mb) = (0, $most / 1000);
$all += $_ for @each;
print "{\"seconds\":$all,\"cpu\":$cpu,\"megabytes\":$mb,\"each\":[", join(",", @each), "]}";
'"#;

/// Programs that archive, beside the server.
pub struct Others<'a> {
    pod: &'a Pod,
    bucket: &'a str,
}

fn words(line: &str, last: Option<&str>) -> Vec<String> {
    line.split_whitespace().chain(last).map(str::to_owned).collect()
}

fn file(name: &str) -> String {
    format!("{BENCH}/pg_wal/{name}")
}

impl<'a> Others<'a> {
    pub fn new(pod: &'a Pod, bucket: &'a str) -> Self {
        Self { pod, bucket }
    }

    /// One call a file, as the original's archive command does it.
    pub fn barman_archives(&self, files: &[String]) -> Result<Cost> {
        let line = format!(
            "barman-cloud-wal-archive --gzip --endpoint-url {} s3://{}/ barman",
            Scheme::Https.url(),
            self.bucket
        );
        let commands: Vec<_> = files.iter().map(|name| words(&line, Some(&file(name)))).collect();
        let env = json!({
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CA_BUNDLE": "/controller/tmp/ca.crt",
        });
        self.pod.measure(&env, &commands)
    }

    /// Asynchronously, four at a time.
    pub fn pgbackrest_archives(&self, files: &[String]) -> Result<Cost> {
        let env = self.pgbackrest("wal", BENCH);
        self.pod.measure(&env, &[words("pgbackrest --no-online stanza-create", None)])?;
        let push = |name: &String| words("pgbackrest archive-push", Some(&file(name)));
        self.pod.measure(&env, &files.iter().map(push).collect::<Vec<_>>())
    }

    /// A whole backup of the running server.
    pub fn pgbackrest_backs_up(&self) -> Result<Cost> {
        let env = self.pgbackrest("base", PGDATA);
        self.pod.measure(&env, &[words("pgbackrest --no-online stanza-create", None)])?;
        let line = "pgbackrest backup --type=full --start-fast --no-archive-check";
        self.pod.measure(&env, &[words(line, None)])
    }

    /// Our client alone: it asks for a file that is not there, and gets its answer at once.
    pub fn our_client(&self) -> Result<Cost> {
        let line = format!(
            "{CLIENT} {CLIENT_RUNS} /controller/manager wal-archive pg_wal/00000001FFFFFFFF00000001"
        );
        let said = self.pod.shell(&format!("cd {PGDATA}; {line}"))?;
        serde_json::from_str(&said).with_context(|| format!("it said {said:?}"))
    }

    fn pgbackrest(&self, stanza: &str, data: &str) -> Value {
        json!({
            "PGBACKREST_STANZA": stanza,
            "PGBACKREST_REPO1_TYPE": "s3",
            "PGBACKREST_REPO1_PATH": "/pgbackrest",
            "PGBACKREST_REPO1_S3_BUCKET": self.bucket,
            "PGBACKREST_REPO1_S3_ENDPOINT": HOST,
            "PGBACKREST_REPO1_STORAGE_PORT": Scheme::Https.port().to_string(),
            "PGBACKREST_REPO1_STORAGE_CA_FILE": "/controller/tmp/ca.crt",
            "PGBACKREST_REPO1_S3_URI_STYLE": "path",
            "PGBACKREST_REPO1_S3_REGION": "us-east-1",
            "PGBACKREST_REPO1_S3_KEY": ACCESS_KEY,
            "PGBACKREST_REPO1_S3_KEY_SECRET": SECRET_KEY,
            "PGBACKREST_PG1_PATH": data,
            "PGBACKREST_PG1_SOCKET_PATH": "/controller/run",
            "PGBACKREST_PG1_USER": "postgres",
            "PGBACKREST_COMPRESS_TYPE": "gz",
            "PGBACKREST_PROCESS_MAX": "4",
            "PGBACKREST_ARCHIVE_ASYNC": "y",
            "PGBACKREST_SPOOL_PATH": format!("{BENCH}/spool"),
            "PGBACKREST_LOCK_PATH": "/controller/tmp/pgbackrest",
            "PGBACKREST_LOG_LEVEL_FILE": "off",
            "PGBACKREST_LOG_LEVEL_CONSOLE": "warn",
        })
    }
}
