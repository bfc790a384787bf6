//! Files on their way in: read, and cut down to what was asked for.

use std::path::Path;

use super::report::{Place, Row};
use super::{Args, Source, is_meant};
use crate::cli::report::Failure;
use crate::service::files::{self, Contents, Held, Part};

/// Standard input, by its usual name.
const STDIN: &str = "-";

pub(super) fn read(path: &Path, args: &Args) -> Source {
    let read = if path == Path::new(STDIN) {
        files::contents_piped(Path::new("standard input"), std::io::stdin().lock())
    } else {
        files::contents(path, files::Ask::May)
    };
    let read = read.map_err(Failure::from);
    Source {
        path: path.to_owned(),
        read: read.and_then(|contents| meant(contents, path, args)),
    }
}

/// What `--only` leaves, if that suits `--email`.
fn meant(contents: Contents, path: &Path, args: &Args) -> Result<Contents, Failure> {
    let Contents { format, parts } = contents;
    let parts = match &args.only {
        None => parts,
        Some(only) => {
            let named = parts.iter().filter_map(|part| part.name.clone());
            let named: Vec<String> = named.take(10).collect();
            let parts: Vec<Part> = parts.into_iter().filter(|p| is_meant(p, only)).collect();
            if parts.is_empty() {
                let there = named.join(", ");
                return Err(Failure::Usage {
                    what: format!("there is no `{only}` in `{}`", path.display()),
                    hint: (!there.is_empty()).then(|| format!("there are: {there}")),
                });
            }
            // What was named is not left out in silence.
            if let Some(Held::Nothing(why)) = parts.iter().map(|part| &part.held).next() {
                return Err(Failure::usage(format!(
                    "`{}` [{only}]: {why}",
                    path.display()
                )));
            }
            parts
        }
    };
    let sign_ins = parts
        .iter()
        .filter(|part| matches!(part.held, Held::Grant(_)));
    if args.email.is_some() && sign_ins.count() > 1 {
        return Err(Failure::Usage {
            what: format!(
                "`{}` holds several sign-ins; `--email` goes with one",
                path.display()
            ),
            hint: Some("choose it with `--only NAME`; `--dry-run` shows the names".into()),
        });
    }
    Ok(Contents { format, parts })
}

/// The parts of a file, or the line that says why there are none.
pub(super) fn opened(source: Source) -> Result<(Place, Vec<Part>), Box<Row>> {
    let place = Place::of_file(&source.path);
    match source.read {
        Ok(Contents { format, parts }) => Ok((place.in_format(format), parts)),
        Err(failure) => Err(Box::new(Row::failed(place, failure))),
    }
}

/// A row for each part, where nothing has to be waited for.
pub(super) fn each(sources: Vec<Source>, mut row: impl FnMut(Place, &Part) -> Row) -> Vec<Row> {
    let mut rows = Vec::new();
    for source in sources {
        match opened(source) {
            Ok((place, parts)) => rows.extend(parts.iter().map(|part| row(place.of(part), part))),
            Err(failed) => rows.push(*failed),
        }
    }
    rows
}
