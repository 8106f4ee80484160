//! `archive_command` and `restore_command`: what the server calls back.
