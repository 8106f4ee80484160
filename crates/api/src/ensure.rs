//! ensure

use crate::string_enum::string_enum;

string_enum! {
    /// Ensure
    pub enum Ensure {
        /// present
        Present = "present",
        /// absent
        Absent = "absent",
    }
}

string_enum! {
    /// ReclaimPolicy
    pub enum ReclaimPolicy {
        /// delete
        Delete = "delete",
        /// retain
        Retain = "retain",
    }
}
