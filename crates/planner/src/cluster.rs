//! What the operator does about one cluster: what a pass saw in, what to do out.
//!
//! [`Seen`] is all that a pass has read; `plan` turns it into a [`Plan`]. Nothing is remembered
//! between passes: what must outlive one is in the API, and is written before its effect.

mod event;
mod plan;
mod seen;

pub use event::{Event, Kind, Reason};
pub use plan::{Action, Again, Grace, JobKind, Metadata, Object, Plan, Volume, WhyDelete};
pub use seen::{Answer, Kubernetes, Objects, Operator, Reported, Seen, Trouble};
