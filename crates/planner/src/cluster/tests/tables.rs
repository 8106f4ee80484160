//! One healthy cluster, one change a row.
