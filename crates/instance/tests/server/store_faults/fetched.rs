//! WAL for a recovery, asked for by the command of the server while the service is killed.

use anyhow::{Result, bail, ensure};
use bytes::Bytes;
use instance::archive::{Caller, RestoreError};
use testkit::dice::Dice;
use testkit::s3::faults::{Fault, Proxy, first_seed};
use testkit::until::until;
use testkit::victim::{self, Victim};

use super::*;

/// How many segments there are, and after most of them a service is killed.
const SEGMENTS: u32 = 125;
const KILLS: usize = 100;

const PATIENCE: Duration = Duration::from_secs(90);

fn name(number: u32) -> String {
    format!("0000000100000000{number:08X}")
}

fn content(number: u32) -> Vec<u8> {
    let pattern = (0..SEGMENT).map(|at| (at.wrapping_mul(number) >> 7) as u8);
    pattern.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_gets_the_right_bytes_or_none() -> Result<()> {
    let server = server().await?;
    let direct = open(&server.endpoint());
    for number in 1..=SEGMENTS {
        let codec = [Codec::Gzip, Codec::Lz4, Codec::None, Codec::Zstd][number as usize / 8 % 4];
        let mut encoder = codec.encoder(Vec::new(), None)?;
        std::io::Write::write_all(&mut encoder, &content(number))?;
        let key = direct.location().wal(name(number).parse()?);
        let packed = Bytes::from(encoder.finish()?);
        direct.put(&format!("{key}{}", codec.suffix()), packed).await?;
    }
    let home = tempfile::tempdir()?;
    std::fs::create_dir_all(home.path().join("data/pg_wal"))?;
    let proxy = Proxy::start(server.address(), first_seed()).await?;
    proxy.plan(20, &Fault::ALL);
    let program = victim::program()?;
    let start =
        || Victim::start(&program, VICTIM, &task("recover", home.path(), &proxy.endpoint()), None);
    let (mut dice, mut service, mut kills, mut failures) =
        (Dice::new(first_seed()), start()?, 0, 0);
    for number in 1..=SEGMENTS {
        let mut attempts = 0;
        loop {
            let moment = proxy.requests() + usize::try_from(dice.below(4))?;
            let asked = ask(home.path(), number);
            until("at its moment", PATIENCE, async || {
                let there = proxy.requests() >= moment || asked.is_finished();
                ensure!(there, "{number}: {} of {moment} requests", proxy.requests());
                Ok(())
            })
            .await?;
            if dice.below(100) < 85 {
                service.kill()?;
                kills += 1;
                service = start()?;
            }
            match asked.await? {
                Ok(()) => break,
                Err(RestoreError::Nothing(why)) => {
                    bail!("{number}, kill {kills}: recovery would end here: {why}")
                }
                Err(error) => {
                    attempts += 1;
                    failures += 1;
                    ensure!(attempts < 10, "{number}, kill {kills}: {error}");
                }
            }
        }
        let place = home.path().join("data/pg_wal/RECOVERYXLOG");
        let brought = std::fs::read(&place).with_context(|| format!("{number}, kill {kills}"))?;
        let same = brought == content(number);
        ensure!(same, "{number}, kill {kills}: these are not its bytes");
        std::fs::remove_file(place)?;
        // One that begins makes it anew.
        let spool = std::fs::read_dir(home.path().join("restore-wal"));
        let spooled = spool.map_or(0, Iterator::count);
        ensure!(spooled <= 16, "{spooled} files in the spool");
    }
    ensure!(kills >= KILLS, "{kills} kills");
    proxy.heal();
    let end = ask(home.path(), SEGMENTS + 1).await?;
    ensure!(matches!(end, Err(RestoreError::Nothing(_))), "{end:?}");
    let left = std::fs::read_dir(home.path().join("data/pg_wal"))?.count();
    ensure!(left == 0, "{left} files are left beside the WAL after {failures} failures");
    Ok(())
}

fn ask(home: &Path, number: u32) -> tokio::task::JoinHandle<Result<(), RestoreError>> {
    let caller = Caller::new(&paths(home));
    tokio::task::spawn_blocking(move || {
        caller.restore(&name(number), Path::new("pg_wal/RECOVERYXLOG"), false)
    })
}
