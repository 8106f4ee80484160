//! Whether a switchover may begin: refusals come before anything is changed.

use super::super::candidate::Fitness;
use super::super::records::InstanceName;
use super::{Receiver, Seen, Standing};

/// Why an instance cannot take over now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NoSuchInstance,
    Fenced,
    Silent,
    Broken,
    /// It does not receive from the primary, so it would never get the end of the log.
    NotStreaming,
}

/// Says whether `to` could take over from a primary that leads.
pub fn may_switch(seen: &Seen, to: &InstanceName) -> Result<(), Refusal> {
    let one = seen.instance(to).ok_or(Refusal::NoSuchInstance)?;
    if one.fenced {
        return Err(Refusal::Fenced);
    }
    let report = one.report.as_ref().ok_or(Refusal::Silent)?;
    if report.fitness != Fitness::Fit {
        return Err(Refusal::Broken);
    }
    match report.standing {
        Standing::Standby { receiver: Receiver::Streaming, .. } => Ok(()),
        _ => Err(Refusal::NotStreaming),
    }
}
