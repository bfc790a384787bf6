//! The program. Its commands are not in yet: this is the library they will stand on.

fn main() {}
