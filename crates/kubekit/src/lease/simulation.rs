//! Two candidates, one Lease and a hostile world: at no moment do both hold it.

use proptest::prelude::*;

use super::*;

const TICK: Duration = Duration::from_millis(100);

/// The API server: one object, one version, no lost updates.
#[derive(Default)]
struct Server {
    lease: Option<Versioned>,
    writes: u32,
}

impl Server {
    fn write(&mut self, step: &Step) -> Option<Versioned> {
        let record = match (step, &self.lease) {
            (Step::Create(record), None) => record.clone(),
            (Step::Update { record, version }, Some(lease)) if *version == lease.version => {
                record.clone()
            }
            (Step::Create(_) | Step::Update { .. } | Step::Wait, _) => return None,
        };
        self.writes += 1;
        self.lease = Some(Versioned { record, version: self.writes.to_string() });
        self.lease.clone()
    }
}

/// What happens to one candidate at one attempt.
#[derive(Debug, Clone)]
struct Attempt {
    /// Ticks until the request reaches the server, and until the answer is back.
    there: u16,
    back: u16,
    /// The answer never arrives, though the write may have gone through.
    answer_lost: bool,
    /// Ticks for which the process stands still before it goes on.
    frozen: u16,
    /// Ticks until the next attempt.
    pause: u16,
    /// The process ends and starts anew, under a new name.
    restart: bool,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let frozen = prop_oneof![8 => Just(0), 1 => 1..400u16];
    let delay = || prop_oneof![6 => 0..5u16, 1 => 0..200u16];
    (delay(), delay(), prop::bool::weighted(0.1), frozen, 15..30u16, prop::bool::weighted(0.05))
        .prop_map(|(there, back, answer_lost, frozen, pause, restart)| Attempt {
            there,
            back,
            answer_lost,
            frozen,
            pause,
            restart,
        })
}

/// Where a contender is in its loop.
enum Doing {
    Pausing { until: u32 },
    Asking { arrives: u32, step: Step, started: Instant, back: u16, lost: bool },
    Hearing { at: u32, answer: Option<Versioned>, started: Instant },
}

struct Contender {
    name: &'static str,
    life: u32,
    candidate: Candidate,
    /// Real ticks times this is its clock, plus an origin of its own.
    rate: f64,
    origin: Duration,
    wall: Timestamp,
    script: Vec<Attempt>,
    position: usize,
    doing: Doing,
    frozen_until: u32,
}

impl Contender {
    fn new(name: &'static str, rate: f64, origin: u64, wall: i64, script: Vec<Attempt>) -> Self {
        let timing =
            Timing::new(Duration::from_secs(15), Duration::from_secs(10), Duration::from_secs(2))
                .expect("sound");
        Self {
            name,
            life: 0,
            candidate: Candidate::new(format!("{name}-0"), timing),
            rate,
            origin: Duration::from_secs(origin),
            wall: Timestamp::from_second(wall).expect("in range"),
            script,
            position: 0,
            doing: Doing::Pausing { until: 0 },
            frozen_until: 0,
        }
    }

    fn clock(&self, tick: u32) -> Instant {
        self.origin + (TICK * tick).mul_f64(self.rate)
    }

    /// What a worker of this process would hear if it asked right now. A frozen one asks nothing,
    /// but counts, because a request of its may be on the wire.
    fn holds(&self, tick: u32) -> bool {
        matches!(self.candidate.standing(self.clock(tick)), Standing::Leader { .. })
    }

    fn run(&mut self, tick: u32, server: &mut Server) {
        // Requests on the wire arrive whatever the process does.
        if let Doing::Asking { arrives, step, started, back, lost } = &self.doing
            && tick >= *arrives
        {
            let answer = server.write(step);
            let at = tick + u32::from(*back);
            let answer = answer.filter(|_| !lost);
            self.doing = Doing::Hearing { at, answer, started: *started };
        }
        if tick < self.frozen_until {
            return;
        }
        let now = self.clock(tick);
        match &self.doing {
            Doing::Pausing { until } if tick >= *until => self.attempt(tick, now, server),
            Doing::Hearing { at, answer, started } if tick >= *at => {
                if let Some(lease) = answer.clone() {
                    let started = *started;
                    self.candidate.written(lease, started, now);
                }
                let pause = self.current().pause;
                self.doing = Doing::Pausing { until: tick + u32::from(pause) };
            }
            Doing::Pausing { .. } | Doing::Asking { .. } | Doing::Hearing { .. } => {}
        }
    }

    fn current(&self) -> Attempt {
        self.script[self.position % self.script.len()].clone()
    }

    fn attempt(&mut self, tick: u32, now: Instant, server: &Server) {
        self.position += 1;
        let plan = self.current();
        let lost = self.candidate.standing(now) == Standing::Lost;
        if plan.restart || lost {
            self.life += 1;
            let me = format!("{}-{}", self.name, self.life);
            self.candidate = Candidate::new(me, *self.candidate.timing());
        }
        self.frozen_until = tick + u32::from(plan.frozen);
        self.candidate.observe(server.lease.clone(), now);
        let step = self.candidate.next(now, self.wall);
        self.doing = match step {
            Step::Wait => Doing::Pausing { until: tick + u32::from(plan.pause) },
            step @ (Step::Create(_) | Step::Update { .. }) => Doing::Asking {
                arrives: tick + u32::from(plan.there),
                step,
                started: now,
                back: plan.back,
                lost: plan.answer_lost,
            },
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn two_never_hold_at_once(
        scripts in prop::collection::vec(prop::collection::vec(attempt(), 1..40), 2..4),
        rates in prop::collection::vec(0.9..1.1f64, 3),
        origins in prop::collection::vec(0..1_000_000u64, 3),
        walls in prop::collection::vec(-1_000_000_000..4_000_000_000i64, 3),
    ) {
        let mut server = Server::default();
        let names = ["a", "b", "c"];
        let mut contenders: Vec<_> = scripts
            .into_iter()
            .enumerate()
            .map(|(i, script)| Contender::new(names[i], rates[i], origins[i], walls[i], script))
            .collect();
        for tick in 0..2_000 {
            for contender in &mut contenders {
                contender.run(tick, &mut server);
            }
            let holders: Vec<_> =
                contenders.iter().filter(|c| c.holds(tick)).map(|c| c.candidate.me()).collect();
            prop_assert!(holders.len() <= 1, "tick {tick}: {holders:?}");
        }
    }

    /// With a network that works, somebody leads after at most one term and a few attempts.
    #[test]
    fn a_dead_leader_is_followed(origin in 0..1_000_000u64, pause in 15..30u16) {
        let calm = Attempt {
            there: 1, back: 1, answer_lost: false, frozen: 0, pause, restart: false,
        };
        let mut server = Server::default();
        let mut first = Contender::new("a", 1.0, 0, 0, vec![calm.clone()]);
        for tick in 0..100 {
            first.run(tick, &mut server);
        }
        prop_assert!(first.holds(100));
        let mut second = Contender::new("b", 1.0, origin, 0, vec![calm]);
        let led = (100..400).find(|tick| {
            second.run(*tick, &mut server);
            second.holds(*tick)
        });
        prop_assert!(led.is_some_and(|tick| tick > 240 && tick < 310), "{led:?}");
    }
}
