//! Worlds full of faults, made from a seed: the invariants of leadership hold in all of them, and
//! each protection that is taken away is missed in one of them.
//!
//! `SEED=7 cargo test -p planner --test simulation` runs one world and prints what happened.
//! `SEEDS=1000000` runs more of them, `REMOVED=Sentinel SEED=7` without that protection.

mod api_server;
mod calls;
mod checks;
mod faults;
mod names;
mod node;
mod operator;
mod postgres;
mod protections;
mod rng;
mod scripts;
mod server;
mod world;

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use checks::Checks;
use protections::Protection;
use scripts::Script;
use world::{Happening, S, World};

/// How long things go wrong, and until when all must be well again.
const FAULTS_UNTIL: u64 = 50 * S;
const WELL_AT: u64 = 125 * S;

fn run(seed: u64, removed: Option<Protection>, traced: bool) -> (Checks, Vec<String>) {
    let mut world = World::new(seed, removed, traced);
    match Script::of(seed) {
        Some(script) => {
            world.stage(script);
            world.after(FAULTS_UNTIL, Happening::Heal);
        }
        None => world.plan_faults(FAULTS_UNTIL),
    }
    let mut end = FAULTS_UNTIL;
    world.run(end);
    // Most worlds are well much earlier than they must be.
    while end < WELL_AT && world.checks.violation.is_none() {
        end += 5 * S;
        world.run(end);
        if world.now > FAULTS_UNTIL + 10 * S && world.converged().is_ok() {
            break;
        }
    }
    world.look_at_the_end();
    (world.checks, world.trace.unwrap_or_default())
}

#[expect(clippy::disallowed_methods, reason = "a test may be told what to run")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

fn number(name: &str) -> Option<u64> {
    variable(name).map(|text| text.parse().expect("a number"))
}

fn removed() -> Option<Protection> {
    let name = variable("REMOVED")?;
    let shown = protections::ALL.iter().map(|(one, _)| one);
    let mut known = shown.chain(protections::UNSHOWN);
    Some(*known.find(|one| format!("{one:?}") == name).expect("a protection"))
}

/// Runs one world again and tells its story.
fn tell(seed: u64, removed: Option<Protection>) -> String {
    let (checks, lines) = run(seed, removed, true);
    let story = lines.join("\n");
    format!("{story}\nSEED={seed}: {}", checks.violation.as_deref().unwrap_or("all is well"))
}

/// What many worlds came to.
#[derive(Debug, Default)]
struct Sum {
    worlds: AtomicU64,
    events: AtomicU64,
    acks: AtomicU64,
    promotions: AtomicU64,
    elections: AtomicU64,
    promise_rounds: AtomicU64,
    late_acks: AtomicU64,
}

impl Sum {
    fn add(&self, checks: &Checks) {
        self.worlds.fetch_add(1, Ordering::Relaxed);
        for (sum, part) in [
            (&self.events, checks.events),
            (&self.acks, checks.acks),
            (&self.promotions, checks.promotions),
            (&self.elections, checks.elections),
            (&self.promise_rounds, checks.promise_rounds),
            (&self.late_acks, checks.late_acks),
        ] {
            sum.fetch_add(part, Ordering::Relaxed);
        }
    }
}

/// The first seed below `seeds` that shows a violation, with what came out of all.
fn search(seeds: u64, removed: Option<Protection>) -> (Option<u64>, Sum) {
    let (next, found, sum) = (AtomicU64::new(0), AtomicU64::new(u64::MAX), Sum::default());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.min(found.load(Ordering::Relaxed)) {
                        return;
                    }
                    let (checks, _) = run(seed, removed, false);
                    sum.add(&checks);
                    if checks.violation.is_some() {
                        found.fetch_min(seed, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let found = found.into_inner();
    ((found != u64::MAX).then_some(found), sum)
}

#[test]
fn the_invariants_hold_in_every_world() {
    if let Some(seed) = number("SEED") {
        let story = tell(seed, removed());
        assert!(story.ends_with("all is well"), "{story}");
        println!("{story}");
        return;
    }
    let seeds = number("SEEDS").unwrap_or(10_000);
    let (found, sum) = search(seeds, removed());
    println!("{sum:?}");
    if let Some(seed) = found {
        panic!("{}", tell(seed, removed()));
    }
    let promotions = sum.promotions.into_inner();
    assert!(promotions >= seeds / 2, "only {promotions} promotions: the worlds are too quiet");
}

#[test]
fn each_protection_is_missed_when_it_is_taken_away() {
    if variable("SEED").is_some() || variable("SEEDS").is_some() {
        return;
    }
    let mut unmissed = Vec::new();
    for (protection, seed) in protections::ALL {
        // The seed that showed it last; when the worlds have changed, any other will do.
        let (checks, _) = run(*seed, Some(*protection), false);
        let found = if checks.violation.is_some() {
            Some(*seed)
        } else {
            search(10_000, Some(*protection)).0
        };
        match found {
            Some(seed) => {
                let (checks, _) = run(seed, Some(*protection), false);
                println!("{protection:?}: seed {seed}: {}", checks.violation.unwrap());
            }
            None => unmissed.push(*protection),
        }
    }
    assert!(unmissed.is_empty(), "no world misses {unmissed:?}");
}
