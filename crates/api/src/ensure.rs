//! Whether things in PostgreSQL should exist, and for how long.

use crate::string_enum::string_enum;

string_enum! {
    /// Whether something should exist.
    pub enum Ensure {
        /// It is created or changed as needed.
        Present = "present",
        /// It is dropped.
        Absent = "absent",
    }
}

string_enum! {
    /// What happens in PostgreSQL when an object is deleted.
    pub enum ReclaimPolicy {
        /// What it stands for is dropped.
        Delete = "delete",
        /// What it stands for is kept.
        Retain = "retain",
    }
}
