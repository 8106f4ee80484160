//! The ledger: writes numbered rows all the time, remembers every acknowledgement, and afterwards
//! tells what was promised and what became of it.
//!
//! A *session* writes one row at a time, each under a number of its own that is never used again.
//! It notes in a journal that it is going to send, and then what came of it; a session that is
//! killed loses nothing that way. Sessions either go through a service, and find the new primary
//! again, or are held open on one server, and tell whether that one still accepts writes.
//!
//! ```no_run
//! # async fn test(layout: &testkit::rig::layout::Layout) -> anyhow::Result<()> {
//! # use testkit::probe::{Ledger, NodeNet, Route, Target, Tls};
//! # let node = testkit::rig::layout::Node::new(1).expect("there is a first node");
//! # let address = "198.19.0.20:5432".parse()?;
//! let service = Target::new(address, "app", "secret").tls(Tls::Unverified);
//! let net = NodeNet::of(layout, node);
//! let ledger = Ledger::start(&net, &service).await?;
//! // ... break something, heal it ...
//! let report = ledger.stop(&service).await?;
//! assert!(report.kept_every_promise(), "{report}");
//! # Ok(())
//! # }
//! ```

pub mod analysis;
pub mod clock;
pub mod journal;
mod ledger;
pub mod report;
pub mod session;
mod sql;
mod tls;

pub use ledger::{Ledger, NodeNet};
pub use report::Report;
pub use session::{Pace, Route, Target, Tls};

#[cfg(test)]
mod liars;
