//! Which user is at the other end of a connection. Linux keeps a table of them; elsewhere, and
//! where the table says nothing, everybody on this machine may ask, as the help says.

use std::net::{SocketAddr, SocketAddrV4};

/// Our own user and root. Others are refused where it is known that they are others.
pub(super) fn may_ask(from: SocketAddr, own: SocketAddrV4) -> bool {
    let SocketAddr::V4(from) = from else {
        return false;
    };
    // A socket that speaks both generations stands in the second table.
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let mut owners = tables.iter().filter_map(|table| {
        let table = std::fs::read_to_string(table).ok()?;
        owner(&table, from, own)
    });
    let ours = rustix::process::getuid().as_raw();
    owners.next().is_none_or(|user| user == ours || user == 0)
}

/// The user of the socket that is bound to `from` and connected to `to`.
fn owner(table: &str, from: SocketAddrV4, to: SocketAddrV4) -> Option<u32> {
    let (from, to) = (written(from), written(to));
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let (local, remote) = (fields.next()?, fields.next()?);
        let is_it = local.ends_with(&from) && remote.ends_with(&to);
        // Between them: state, queues, timer, retransmissions.
        is_it.then(|| fields.nth(4)?.parse().ok()).flatten()
    })
}

/// As the kernel writes it: the address as a number of this machine's, in hexadecimal.
fn written(address: SocketAddrV4) -> String {
    let ip = u32::from_ne_bytes(address.ip().octets());
    format!("{ip:08X}:{:04X}", address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn the_table_names_the_user() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:10E1 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 20 4 30 10 -1\n   \
            1: 0100007F:9C40 0100007F:10E1 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 30 10 -1\n";
        let at = |port| format!("127.0.0.1:{port}").parse().unwrap();
        assert_eq!(owner(table, at(40_000), at(4_321)), Some(1000));
        assert_eq!(owner(table, at(4_321), at(40_000)), Some(0));
        assert_eq!(owner(table, at(40_001), at(4_321)), None);
        let mapped = table.replace(" 0100007F", " 0000000000000000FFFF00000100007F");
        assert_eq!(owner(&mapped, at(40_000), at(4_321)), Some(1000));
    }
}
