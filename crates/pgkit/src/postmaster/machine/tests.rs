//! Decision tables of the machine, and what holds for any sequence of events.

use proptest::prelude::*;

use super::*;

/// A scale of time on which every limit is another number.
fn limits() -> Limits {
    Limits {
        smart: Duration::from_secs(10),
        stop: Duration::from_secs(100),
        switchover: Duration::from_secs(40),
        lease_lost: Duration::from_secs(1),
        immediate: Duration::from_secs(5),
        crashes: CrashLimit { times: 2, within: Duration::from_secs(60) },
    }
}

fn running() -> State {
    State::Running { crashes: Crashes::default() }
}

fn fenced(by: &[Fence]) -> State {
    State::Fenced { by: by.iter().copied().collect(), crashes: Crashes::default() }
}

/// One word for a state: what a row of a table speaks of.
fn word(state: &State) -> String {
    match state {
        State::Starting { .. } => "starting".to_owned(),
        State::Running { .. } => "running".to_owned(),
        State::Stopping(stopping) => format!("stopping {:?}", stopping.mode),
        State::Fenced { .. } => "fenced".to_owned(),
        State::Done(end) => format!("done {end:?}"),
    }
}

/// Lets events happen, each at a second after the start; returns the last state and all effects.
fn happen(state: State, events: &[(u64, Event)], limits: &Limits) -> (State, Vec<Effect>) {
    let zero = Instant::now();
    let mut all = Vec::new();
    let end = events.iter().fold(state, |state, (second, event)| {
        let (state, effects) = state.on(event.clone(), zero + Duration::from_secs(*second), limits);
        all.extend(effects);
        state
    });
    (end, all)
}

const EXITED: Event = Event::Exited(Exit::Code(0));
const KILLED: Event = Event::Exited(Exit::Signal(9));

/// What happens, and what comes of it: a name, the events, the last state, all effects.
type Story = (&'static str, Vec<(u64, Event)>, &'static str, Vec<Effect>);

/// A name, a command, and at which second the server is told how to stop.
type Stop = (&'static str, Command, Limits, &'static [(u64, Mode)]);

#[test]
fn a_server_that_is_up() {
    use Command::{Depose, Fence as Raise, Leave, LiftFence, Reload, Restart, Terminate};
    use Effect::{Finish, Start, Stop};
    use Haste::{Orderly, Quick};
    let rows: Vec<Story> = vec![
        ("ready again", vec![(0, Event::Ready)], "running", vec![]),
        ("reload", vec![(0, Event::Asked(Reload))], "running", vec![Effect::Reload]),
        (
            "a fence that is not there",
            vec![(0, Event::Asked(LiftFence(Fence::Requested)))],
            "running",
            vec![],
        ),
        (
            "end, sessions first",
            vec![(0, Event::Asked(Terminate(Orderly)))],
            "stopping Smart",
            vec![Stop(Mode::Smart)],
        ),
        (
            "end, at once",
            vec![(0, Event::Asked(Terminate(Quick)))],
            "stopping Fast",
            vec![Stop(Mode::Fast)],
        ),
        (
            "end, done",
            vec![(0, Event::Asked(Terminate(Orderly))), (1, EXITED)],
            "done Terminated",
            vec![Stop(Mode::Smart), Finish(End::Terminated)],
        ),
        (
            "restart",
            vec![(0, Event::Asked(Restart(Orderly))), (1, EXITED), (2, Event::Ready)],
            "running",
            vec![Stop(Mode::Smart), Start],
        ),
        (
            "deposed, though it did not stop by itself",
            vec![(0, Event::Asked(Depose)), (1, KILLED)],
            "done Deposed",
            vec![Stop(Mode::Fast), Finish(End::Deposed)],
        ),
        (
            "fenced",
            vec![(0, Event::Asked(Raise(Fence::Requested))), (1, EXITED)],
            "fenced",
            vec![Stop(Mode::Fast)],
        ),
        (
            "fenced, then not, before it was down",
            vec![
                (0, Event::Asked(Raise(Fence::Requested))),
                (1, Event::Asked(LiftFence(Fence::Requested))),
                (2, EXITED),
            ],
            "starting",
            vec![Stop(Mode::Fast), Start],
        ),
        ("left", vec![(0, Event::Asked(Leave))], "done Left", vec![Finish(End::Left)]),
        (
            "stopped from a shell",
            vec![(0, EXITED)],
            "done StoppedByOther",
            vec![Finish(End::StoppedByOther)],
        ),
        ("killed", vec![(0, KILLED)], "starting", vec![Start]),
        (
            "killed too often",
            vec![(0, KILLED), (20, KILLED), (40, KILLED)],
            "done Crashed(Signal(9))",
            vec![Start, Start, Finish(End::Crashed(Exit::Signal(9)))],
        ),
        (
            "killed now and then",
            vec![(0, KILLED), (59, KILLED), (61, KILLED), (120, KILLED)],
            "starting",
            vec![Start, Start, Start, Start],
        ),
    ];
    for (name, events, state, effects) in rows {
        let (seen, done) = happen(running(), &events, &limits());
        assert_eq!((word(&seen).as_str(), done), (state, effects), "{name}");
    }
}

#[test]
fn a_server_that_does_not_come_up_is_not_tried_for_ever() {
    let never = Event::Exited(Exit::NeverStarted);
    let (state, _) = State::first(BTreeSet::new());
    // Also a code of 0 is no success here.
    let events = [(0, never.clone()), (1, EXITED), (2, never)];
    let (state, effects) = happen(state, &events, &limits());
    assert_eq!(word(&state), "done Crashed(NeverStarted)");
    assert_eq!(effects.iter().filter(|effect| **effect == Effect::Start).count(), 2);
}

#[test]
fn a_stop_gets_harder_with_time() {
    use Command::{Depose, Fence as Raise, Restart, Terminate};
    use Haste::{Orderly, Quick};
    let quick_smart = Limits { smart: Duration::from_secs(100), ..limits() };
    let no_smart = Limits { smart: Duration::ZERO, ..limits() };
    let rows: [Stop; 8] = [
        (
            "terminate",
            Terminate(Orderly),
            limits(),
            &[(0, Mode::Smart), (10, Mode::Fast), (110, Mode::Immediate), (115, Mode::Kill)],
        ),
        (
            "restart",
            Restart(Orderly),
            limits(),
            &[(0, Mode::Smart), (10, Mode::Fast), (110, Mode::Immediate), (115, Mode::Kill)],
        ),
        (
            "terminate quickly",
            Terminate(Quick),
            limits(),
            &[(0, Mode::Fast), (100, Mode::Immediate), (105, Mode::Kill)],
        ),
        ("smart as long as all", Terminate(Orderly), quick_smart, &[(0, Mode::Fast)]),
        ("no smart phase", Terminate(Orderly), no_smart, &[(0, Mode::Fast)]),
        ("depose", Depose, limits(), &[(0, Mode::Fast), (40, Mode::Immediate), (45, Mode::Kill)]),
        (
            "fence",
            Raise(Fence::Requested),
            limits(),
            &[(0, Mode::Fast), (40, Mode::Immediate), (45, Mode::Kill)],
        ),
        (
            "lease lost",
            Raise(Fence::LeaseLost),
            limits(),
            &[(0, Mode::Fast), (1, Mode::Immediate), (6, Mode::Kill)],
        ),
    ];
    for (name, command, limits, expected) in rows {
        let zero = Instant::now();
        let (mut state, effects) = running().on(Event::Asked(command), zero, &limits);
        let mut seen = vec![(0, effects)];
        for second in 1..=expected.last().unwrap().0 {
            let now = zero + Duration::from_secs(second);
            if state.deadline().is_some_and(|deadline| deadline <= now) {
                let (next, effects) = state.on(Event::Deadline, now, &limits);
                state = next;
                seen.push((second, effects));
            }
        }
        let expected: Vec<_> =
            expected.iter().map(|(second, mode)| (*second, vec![Effect::Stop(*mode)])).collect();
        assert_eq!(seen, expected, "{name}");
    }
}

#[test]
fn a_second_wish_during_a_stop() {
    use Command::{Depose, Fence as Raise, LiftFence, Restart, Terminate};
    use Haste::{Orderly, Quick};
    for (name, first, second, hardest, then) in [
        ("hurry", Terminate(Orderly), Terminate(Quick), Mode::Fast, "done Terminated"),
        ("not slower", Terminate(Quick), Terminate(Orderly), Mode::Fast, "done Terminated"),
        ("restart, then end", Restart(Orderly), Terminate(Orderly), Mode::Smart, "done Terminated"),
        ("end, then restart", Terminate(Orderly), Restart(Orderly), Mode::Smart, "done Terminated"),
        ("restart, then fence", Restart(Orderly), Raise(Fence::Requested), Mode::Fast, "fenced"),
        ("restart, then deposed", Restart(Orderly), Depose, Mode::Fast, "done Deposed"),
        ("end, then deposed", Terminate(Orderly), Depose, Mode::Fast, "done Deposed"),
        ("deposed, then end", Depose, Terminate(Orderly), Mode::Fast, "done Deposed"),
        ("deposed is for good", Depose, LiftFence(Fence::Requested), Mode::Fast, "done Deposed"),
        (
            "two fences, one lifted",
            Raise(Fence::Requested),
            Raise(Fence::LeaseLost),
            Mode::Fast,
            "fenced",
        ),
    ] {
        let events = [(0, Event::Asked(first)), (1, Event::Asked(second)), (2, EXITED)];
        let (state, effects) = happen(running(), &events, &limits());
        let modes = effects.iter().filter_map(|effect| match effect {
            Effect::Stop(mode) => Some(*mode),
            _ => None,
        });
        assert_eq!((modes.max(), word(&state).as_str()), (Some(hardest), then), "{name}");
    }
}

#[test]
fn a_lost_lease_shortens_a_stop_under_way() {
    let zero = Instant::now();
    let (state, _) = running().on(Event::Asked(Command::Depose), zero, &limits());
    let lost = Event::Asked(Command::Fence(Fence::LeaseLost));
    let (state, effects) = state.on(lost, zero + Duration::from_secs(2), &limits());
    assert_eq!((state.deadline(), effects), (Some(zero + Duration::from_secs(3)), vec![]));
}

#[test]
fn a_server_that_is_kept_down() {
    use Command::{Depose, Fence as Raise, Leave, LiftFence, Reload, Restart, Terminate};
    let lift = Command::LiftFence;
    let both = [Fence::Requested, Fence::LeaseLost];
    for (name, by, command, state, effects) in [
        ("reload", &both[..1], Reload, "fenced", vec![]),
        ("restart", &both[..1], Restart(Haste::Quick), "fenced", vec![]),
        ("again", &both[..1], Raise(Fence::Requested), "fenced", vec![]),
        ("lifted", &both[..1], lift(Fence::Requested), "starting", vec![Effect::Start]),
        ("the other lifted", &both[..1], lift(Fence::LeaseLost), "fenced", vec![]),
        ("one of two lifted", &both[..], LiftFence(Fence::LeaseLost), "fenced", vec![]),
        (
            "end",
            &both[..],
            Terminate(Haste::Orderly),
            "done Terminated",
            vec![Effect::Finish(End::Terminated)],
        ),
        ("deposed", &both[..], Depose, "done Deposed", vec![Effect::Finish(End::Deposed)]),
        ("left", &both[..], Leave, "done Left", vec![Effect::Finish(End::Left)]),
    ] {
        let (seen, done) = happen(fenced(by), &[(0, Event::Asked(command))], &limits());
        assert_eq!((word(&seen).as_str(), done), (state, effects), "{name}");
    }
    let (state, effects) = State::first(BTreeSet::from([Fence::Requested]));
    assert_eq!((word(&state).as_str(), effects), ("fenced", vec![]));
}

fn any_event() -> impl Strategy<Value = Event> {
    let fence = prop::sample::select(vec![Fence::Requested, Fence::LeaseLost]);
    let haste = prop::sample::select(vec![Haste::Orderly, Haste::Quick]);
    let command = prop_oneof![
        Just(Command::Reload),
        haste.clone().prop_map(Command::Restart),
        fence.clone().prop_map(Command::Fence),
        fence.prop_map(Command::LiftFence),
        Just(Command::Depose),
        haste.prop_map(Command::Terminate),
        Just(Command::Leave),
    ];
    let exit = prop::sample::select(vec![Exit::Code(0), Exit::Code(1), Exit::Signal(9)]);
    prop_oneof![
        4 => command.prop_map(Event::Asked),
        2 => Just(Event::Ready),
        2 => exit.prop_map(Event::Exited),
        3 => Just(Event::Deadline),
    ]
}

proptest! {
    /// A world with one process: it exists from `Start` to `Exited`.
    #[test]
    fn whatever_happens(events in prop::collection::vec((0u64..50, any_event()), 0..60)) {
        let mut now = Instant::now();
        let (mut state, effects) = State::first(BTreeSet::new());
        prop_assert_eq!(effects, vec![Effect::Start]);
        let (mut alive, mut hardest, mut deposed) = (true, None, false);
        for (seconds, event) in events {
            now += Duration::from_secs(seconds);
            if matches!(event, Event::Exited(_) | Event::Ready) && !alive {
                continue; // the world cannot say this without a process
            }
            if matches!(event, Event::Exited(_)) {
                (alive, hardest) = (false, None);
            }
            deposed |= event == Event::Asked(Command::Depose) && !matches!(state, State::Done(_));
            let ended = matches!(state, State::Done(_));
            let (next, effects) = state.on(event, now, &limits());
            prop_assert!(!ended || effects.is_empty(), "an end is an end");
            for effect in effects {
                match effect {
                    Effect::Start => {
                        prop_assert!(!alive, "never two processes");
                        prop_assert!(!deposed, "never again after it was deposed");
                        alive = true;
                    }
                    Effect::Stop(mode) => {
                        prop_assert!(alive && Some(mode) > hardest, "only harder: {mode:?}");
                        hardest = Some(mode);
                    }
                    Effect::Reload => prop_assert!(alive),
                    Effect::Finish(end) => prop_assert!(!alive || end == End::Left),
                }
            }
            state = next;
            let up = matches!(state, State::Starting { .. } | State::Running { .. });
            let down = matches!(state, State::Fenced { .. });
            prop_assert!((alive || !up) && (!alive || !down), "{state:?}");
        }
        // Left alone, every stop comes to the hardest mode.
        for _ in 0..4 {
            if let Some(deadline) = state.deadline() {
                state = state.on(Event::Deadline, deadline, &limits()).0;
            }
        }
        if let State::Stopping(stopping) = state {
            prop_assert_eq!(stopping.mode, Mode::Kill);
        }
    }
}
