//! Courses of events that chance alone rarely brings about, with chance in their timing.

use crate::faults::Fault;
use crate::rng::Rng;
use crate::world::{Commits, Happening, MS, S, World};

/// What is staged in a world of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// The holder is cut off, one peer says yes, the other is elected.
    HalfPromised,
    /// A replica restarts after the election and reads an old status, while the holder lives on.
    Forgetful,
    /// The old primary gets its lease back, does not know better, and takes other sync names.
    BackInTheGap,
    /// The primary changes its sync names and is gone in the middle of it.
    CaughtExchanging,
    /// A replica joins while the holder is cut off and cannot know it.
    Stranger,
}

const SCRIPTS: [Script; 5] = [
    Script::HalfPromised,
    Script::Forgetful,
    Script::BackInTheGap,
    Script::CaughtExchanging,
    Script::Stranger,
];

impl Script {
    /// Every eighth world is staged.
    pub fn of(seed: u64) -> Option<Self> {
        (seed % 8 == 7).then(|| SCRIPTS[(seed / 8 % 5) as usize])
    }

    pub fn commits(self) -> Commits {
        match self {
            Self::HalfPromised | Self::Stranger => Commits::Async,
            Self::Forgetful | Self::CaughtExchanging => Commits::Required(1),
            Self::BackInTheGap => Commits::Preferred(2),
        }
    }

    fn faults(self, rng: &mut Rng) -> Vec<(u64, Fault)> {
        let operator = 4;
        let long = 35 * S;
        let cut_off = [(0, Fault::CutFromApi(0, long)), (0, Fault::Cut(0, operator, long))];
        let mut faults = Vec::from(cut_off);
        match self {
            Self::HalfPromised => {
                faults.push((0, Fault::Cut(0, 1, long)));
                faults.push((0, Fault::StaleWatch(2, long)));
            }
            Self::Forgetful => {
                let dies = rng.range(10_500 * MS, 15 * S);
                faults.push((dies - 100 * MS, Fault::StaleWatch(2, long)));
                faults.push((dies, Fault::ContainerDies(2)));
            }
            Self::BackInTheGap => {
                faults[0].1 = Fault::CutFromApi(0, rng.range(12 * S, 15 * S));
                faults.push((0, Fault::StaleWatch(0, long)));
                faults.push((0, Fault::StaleWatch(1, long)));
                faults.push((2 * S, Fault::PodFreezes(1, rng.range(10 * S, 14 * S))));
            }
            Self::CaughtExchanging => {
                let change = 3 * S;
                let caught = change + rng.range(0, 500 * MS);
                faults = vec![
                    (0, Fault::NamesChange(0b010)),
                    (change - 5 * MS, Fault::Cut(0, 1, long)),
                    (change, Fault::NamesChange(0b100)),
                    (caught, Fault::CutFromApi(0, long)),
                    (caught + S, Fault::Gone(0)),
                    (caught + S, Fault::Isolated(2, long)),
                ];
            }
            Self::Stranger => {
                faults.push((rng.range(S, 3 * S), Fault::Joins(2)));
                faults.push((0, Fault::StaleWatch(1, long)));
            }
        }
        faults
    }
}

impl World {
    pub fn stage(&mut self, script: Script) {
        let begin = self.rng.range(8 * S, 12 * S);
        for (at, fault) in script.faults(&mut self.rng) {
            self.after(begin + at, Happening::Fault(fault));
        }
    }
}
