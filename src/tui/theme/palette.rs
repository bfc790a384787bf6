//! Colours for terminals that do not know all of them: each becomes the nearest of the 240 fixed
//! ones, which every terminal with colours at all has had for twenty years.

use ratatui::style::Color;

/// How many colours the terminal tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    #[default]
    Full,
    Indexed,
}

/// The brightness of the six steps of the colour cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

pub(super) fn nearest(colour: Color) -> Color {
    let Color::Rgb(red, green, blue) = colour else {
        return colour;
    };
    let wanted = [red, green, blue];
    let cube = (16..232).map(|index| (index, cube(index)));
    let greys = (232..=255).map(|index| (index, [8 + 10 * (index - 232); 3]));
    let best = cube
        .chain(greys)
        .min_by_key(|(_, colour)| distance(*colour, wanted));
    best.map_or(colour, |(index, _)| Color::Indexed(index))
}

fn cube(index: u8) -> [u8; 3] {
    let place = usize::from(index - 16);
    [place / 36, place / 6 % 6, place % 6].map(|step| STEPS[step])
}

/// The eye tells greens apart best and blues worst.
fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    let weights = [3, 4, 2];
    let each = one.into_iter().zip(other).zip(weights);
    each.map(|((a, b), weight)| weight * u32::from(a.abs_diff(b)).pow(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_becomes_its_neighbour_and_names_stay() {
        assert_eq!(nearest(Color::Rgb(255, 255, 255)), Color::Indexed(231));
        assert_eq!(nearest(Color::Rgb(95, 175, 255)), Color::Indexed(75));
        assert_eq!(nearest(Color::Rgb(0x16, 0x18, 0x1d)), Color::Indexed(234));
        assert_eq!(nearest(Color::Green), Color::Green);
    }
}
