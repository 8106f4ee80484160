//! `manager instance run`: from the first look at the cluster to the last process.
