//! A disk on which only that is certain which was synced: the bytes of a file by its own fsync, a
//! name by its directory's. Whatever came after may be there or not, in any selection, and of a
//! write any sectors. It knows nothing of vaults.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::trace::Call;

const SECTOR: usize = 512;

#[derive(Clone, Copy, PartialEq)]
enum Node {
    Directory,
    File(usize),
}

type Names = BTreeMap<PathBuf, Node>;

/// A change of names in one directory, done whole or not at all.
struct Renaming {
    directory: PathBuf,
    changes: Vec<(PathBuf, Option<Node>)>,
}

enum Change {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

#[derive(Default)]
struct File {
    certain: Vec<u8>,
    pending: Vec<Change>,
}

struct Open {
    node: Node,
    path: PathBuf,
    at: usize,
    appends: bool,
}

pub(super) struct Disk {
    root: PathBuf,
    files: Vec<File>,
    certain: Names,
    /// As the running program sees them.
    names: Names,
    pending: Vec<Renaming>,
    open: HashMap<i64, Open>,
}

/// What may be found after a power cut.
pub(super) type Image = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Whether the next thing that was not certain is there after all.
pub(super) type Chance<'a> = &'a mut dyn FnMut() -> bool;

impl Disk {
    /// All that lies there now is certain.
    pub(super) fn of(root: &Path) -> Self {
        let mut disk = Self {
            root: root.to_owned(),
            files: Vec::new(),
            certain: Names::new(),
            names: Names::new(),
            pending: Vec::new(),
            open: HashMap::new(),
        };
        for (path, bytes) in lying_in(root) {
            let node = bytes.map_or(Node::Directory, |certain| {
                disk.file(File {
                    certain,
                    ..File::default()
                })
            });
            disk.certain.insert(path, node);
        }
        disk.names = disk.certain.clone();
        disk
    }

    fn file(&mut self, file: File) -> Node {
        self.files.push(file);
        Node::File(self.files.len() - 1)
    }

    /// Whether anything is different now.
    pub(super) fn apply(&mut self, call: &Call) -> bool {
        match call.name.as_str() {
            "openat" => return self.opened(call),
            "close" => {
                self.open.remove(&call.number(0));
                return false;
            }
            "write" | "pwrite64" => return self.written(call),
            "ftruncate" => return self.sized(call, call.number(1)),
            // Only of a file that is no longer than that.
            "fallocate" => return self.sized(call, call.number(2) + call.number(3)),
            "fsync" | "fdatasync" => return self.synced(call.number(0)),
            "rename" => self.renamed(0, 1, call),
            "renameat" | "renameat2" => self.renamed(1, 3, call),
            "link" => self.linked(0, 1, call),
            "linkat" => self.linked(1, 3, call),
            "unlink" => self.rename(vec![(self.path(call, 0), None)]),
            "unlinkat" => self.rename(vec![(self.path(call, 1), None)]),
            "mkdir" => self.rename(vec![(self.path(call, 0), Some(Node::Directory))]),
            "mkdirat" => self.rename(vec![(self.path(call, 1), Some(Node::Directory))]),
            "writev" | "pwritev" => {
                let is_ours = self.open.contains_key(&call.number(0));
                assert!(!is_ours, "{} is not known here", call.name);
                return false;
            }
            _ => return false,
        }
        true
    }

    fn sized(&mut self, call: &Call, length: i64) -> bool {
        let Some(Node::File(n)) = self.open.get(&call.number(0)).map(|open| open.node) else {
            return false;
        };
        self.files[n].pending.push(Change::Length(length as usize));
        true
    }

    fn path(&self, call: &Call, at: usize) -> PathBuf {
        let path = self.root.join(call.text(at));
        // `.` in the middle goes as well.
        path.components().collect()
    }

    fn opened(&mut self, call: &Call) -> bool {
        let (path, flags) = (self.path(call, 1), call.text(2));
        if !path.starts_with(&self.root) {
            return false;
        }
        let known = self.names.get(&path).copied();
        let node = match known {
            Some(node) => node,
            None if path == self.root => Node::Directory,
            None => {
                let node = self.file(File::default());
                self.rename(vec![(path.clone(), Some(node))]);
                node
            }
        };
        if let (Node::File(n), true) = (node, flags.contains("O_TRUNC")) {
            self.files[n].pending.push(Change::Length(0));
        }
        let appends = flags.contains("O_APPEND");
        let open = Open {
            node,
            path,
            at: 0,
            appends,
        };
        self.open.insert(call.result, open);
        known.is_none() || flags.contains("O_TRUNC")
    }

    fn written(&mut self, call: &Call) -> bool {
        let Some(open) = self.open.get_mut(&call.number(0)) else {
            return false;
        };
        let Node::File(n) = open.node else {
            return false;
        };
        let bytes = &call.arguments[1][..call.result as usize];
        let at = match call.name.as_str() {
            "pwrite64" => call.text(3).parse().unwrap(),
            _ if open.appends => self.files[n].bytes(&mut || true).len(),
            _ => open.at,
        };
        open.at = at + bytes.len();
        self.files[n]
            .pending
            .push(Change::Bytes(at, bytes.to_vec()));
        true
    }

    fn synced(&mut self, descriptor: i64) -> bool {
        let Some(open) = self.open.get(&descriptor) else {
            return false;
        };
        match open.node {
            Node::File(n) => {
                self.files[n].certain = self.files[n].bytes(&mut || true);
                self.files[n].pending.clear();
            }
            Node::Directory => {
                let certain = &mut self.certain;
                self.pending.retain(|renaming| {
                    let synced = renaming.directory == open.path;
                    if synced {
                        renaming.apply(certain);
                    }
                    !synced
                });
            }
        }
        true
    }

    fn renamed(&mut self, from: usize, to: usize, call: &Call) {
        let (from, to) = (self.path(call, from), self.path(call, to));
        let node = self.names[&from];
        self.rename(vec![(from, None), (to, Some(node))]);
    }

    fn linked(&mut self, from: usize, to: usize, call: &Call) {
        let node = self.names[&self.path(call, from)];
        self.rename(vec![(self.path(call, to), Some(node))]);
    }

    fn rename(&mut self, changes: Vec<(PathBuf, Option<Node>)>) {
        let renaming = Renaming {
            directory: changes[0].0.parent().unwrap().to_owned(),
            changes,
        };
        renaming.apply(&mut self.names);
        self.pending.push(renaming);
    }

    /// What may be found if the power goes now.
    pub(super) fn image(&self, survives: Chance<'_>) -> Image {
        let mut names = self.certain.clone();
        for renaming in &self.pending {
            if survives() {
                renaming.apply(&mut names);
            }
        }
        let mut bytes = HashMap::new();
        let mut image = Image::new();
        for (path, node) in &names {
            let reachable = path
                .ancestors()
                .skip(1)
                .take_while(|above| *above != self.root)
                .all(|above| names.get(above) == Some(&Node::Directory));
            // Shared memory is made anew by whoever opens the file first.
            if !reachable || path.to_string_lossy().ends_with("-shm") {
                continue;
            }
            let found = match node {
                Node::Directory => None,
                Node::File(n) => {
                    let found = bytes
                        .entry(*n)
                        .or_insert_with(|| self.files[*n].bytes(survives));
                    Some(found.clone())
                }
            };
            let name = path.strip_prefix(&self.root).unwrap();
            image.insert(name.to_owned(), found);
        }
        image
    }
}

impl Renaming {
    fn apply(&self, names: &mut Names) {
        for (path, node) in &self.changes {
            match node {
                Some(node) => names.insert(path.clone(), *node),
                None => names.remove(path),
            };
        }
    }
}

impl File {
    fn bytes(&self, survives: Chance<'_>) -> Vec<u8> {
        let mut bytes = self.certain.clone();
        for change in &self.pending {
            match change {
                Change::Length(length) if survives() => bytes.resize(*length, 0),
                Change::Length(_) => {}
                Change::Bytes(at, new) => {
                    for (n, sector) in new.chunks(SECTOR).enumerate() {
                        if survives() {
                            let from = at + n * SECTOR;
                            let to = from + sector.len();
                            bytes.resize(bytes.len().max(to), 0);
                            bytes[from..to].copy_from_slice(sector);
                        }
                    }
                }
            }
        }
        bytes
    }
}

/// Everything below a directory; `None` for directories.
fn lying_in(root: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(lying_in(&path));
            found.push((path, None));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, Some(bytes)));
        }
    }
    found
}

/// What truly lies there, to hold the model against.
pub(super) fn picture(root: &Path) -> Image {
    let found = lying_in(root).into_iter();
    let named = found.map(|(path, bytes)| (path.strip_prefix(root).unwrap().to_owned(), bytes));
    named
        .filter(|(path, _)| !path.ends_with("trace") && !path.to_string_lossy().ends_with("-shm"))
        .collect()
}

pub(super) fn lay_out(image: &Image, root: &Path) {
    for (name, bytes) in image {
        let path = root.join(name);
        match bytes {
            None => fs::create_dir_all(&path).unwrap(),
            Some(bytes) => fs::write(&path, bytes).unwrap(),
        }
    }
}
