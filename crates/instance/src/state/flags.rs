//! What is going on with the server, for those who must not take it for broken.

/// Facts of this moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// A person wants the server to be down.
    pub fenced: bool,
    /// A restart or a fence is under way: not answering is no failure.
    pub might_be_unavailable: bool,
    /// The data directory is being made a replica's.
    pub rewinding: bool,
    /// Another image of this program is about to take over.
    pub upgrading: bool,
    /// There is a server that may be asked.
    pub server_up: bool,
}
