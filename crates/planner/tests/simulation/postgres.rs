//! PostgreSQL reduced to what leadership is about: timeline, position, what is acknowledged.

use planner::leadership::instance::{Data, Mode, Role, Server, Upstream};
use planner::leadership::records::{InstanceName, Position};
use planner::leadership::sync_names::Loaded;
use postgres::lsn::Lsn;

/// Every timeline there ever was: where it left its parent. Numbers are never used twice here.
#[derive(Default)]
pub struct Timelines(Vec<(u32, u64)>);

impl Timelines {
    pub fn new() -> Self {
        Self(vec![(0, 0), (0, 0)])
    }

    pub fn fork(&mut self, parent: u32, at: u64) -> u32 {
        self.0.push((parent, at));
        self.0.len() as u32 - 1
    }

    /// A log that ends at `end` contains that position.
    pub fn contains(&self, end: (u32, u64), position: (u32, u64)) -> bool {
        let (mut timeline, mut lsn) = end;
        loop {
            if timeline == position.0 {
                return position.1 <= lsn;
            }
            if timeline <= 1 {
                return false;
            }
            let (parent, at) = self.0[timeline as usize];
            lsn = lsn.min(at);
            timeline = parent;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    Down,
    Starting(Role),
    Standby,
    Promoting,
    Primary,
    Rejoining,
}

/// A receiver: to whom, and over which connection if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiver {
    pub from: usize,
    pub connection: Option<u64>,
}

/// A data directory with its server.
pub struct Postgres {
    pub timeline: u32,
    pub lsn: u64,
    pub data: Data,
    pub process: Process,
    /// Changes with each start and stop: what was scheduled for an earlier server is void.
    pub life: u64,
    pub clean: bool,
    pub stopping: Option<Mode>,
    pub open: bool,
    pub receiver: Option<Receiver>,
    pub loaded: Loaded,
    pub loaded_at: u64,
    /// What each standby has confirmed to this server.
    pub confirmed: Vec<u64>,
    /// Up to where this server has acknowledged.
    pub acked: u64,
    /// Counts servers that may write, over all instances.
    pub era: u64,
}

impl Postgres {
    pub fn position(&self) -> Position {
        Position { timeline: self.timeline, lsn: Lsn(self.lsn) }
    }

    pub fn end(&self) -> (u32, u64) {
        (self.timeline, self.lsn)
    }

    /// What the supervisor tells the manager.
    pub fn server(&self, names: &[InstanceName], streaming: Vec<usize>) -> Server {
        match self.process {
            Process::Down => Server::Down { end: self.clean.then(|| self.position()) },
            Process::Starting(role) => Server::Starting(role),
            Process::Promoting => Server::Promoting,
            Process::Rejoining => Server::Rejoining,
            Process::Primary => Server::Primary {
                streaming: streaming.into_iter().map(|index| names[index].clone()).collect(),
            },
            Process::Standby => Server::Standby {
                position: self.position(),
                upstream: self.receiver.map(|receiver| Upstream {
                    from: names[receiver.from].clone(),
                    streaming: receiver.connection.is_some(),
                }),
                open: self.open,
            },
        }
    }
}
