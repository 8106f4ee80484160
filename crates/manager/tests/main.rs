//! The program as it is shipped, run as others run it.

mod command_line;
mod static_program;
