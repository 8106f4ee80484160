//! Base backups and WAL in object stores: the layout, the codecs, the catalog, and the stores themselves.
