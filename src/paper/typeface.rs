//! The type: Noto Sans in two weights, measured glyph by glyph. No ligatures and no kerning: German needs neither to be
//! read, and what is measured is what is drawn.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use unicode_normalization::UnicodeNormalization;

use super::PaperProblem;

/// One weight.
pub(super) struct Face {
    pub font: Font,
    outlines: FontRef<'static>,
    units: f32,
}

/// Both weights.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

impl Face {
    fn load(data: &'static [u8]) -> Result<Self, PaperProblem> {
        let broken = || PaperProblem("die Schrift ist nicht lesbar".to_owned());
        let font = Font::new(data.into(), 0).ok_or_else(broken)?;
        let units = font.units_per_em();
        let outlines = FontRef::new(data).map_err(|_| broken())?;
        Ok(Self {
            font,
            outlines,
            units,
        })
    }

    /// The glyphs of a text and its width at size 1. Letters that the type does not have become question marks.
    pub fn glyphs(&self, text: &str) -> (Vec<KrillaGlyph>, f32) {
        let map = self.outlines.charmap();
        let metrics = self
            .outlines
            .glyph_metrics(Size::unscaled(), LocationRef::default());
        let mut width = 0.0;
        let glyphs = text
            .char_indices()
            .filter_map(|(at, letter)| {
                let glyph = map.map(letter).or_else(|| map.map('?'))?;
                let advance = metrics.advance_width(glyph).unwrap_or(0.0) / self.units;
                width += advance;
                Some(KrillaGlyph {
                    glyph_id: GlyphId::new(glyph.to_u32()),
                    text_range: at..at + letter.len_utf8(),
                    x_advance: advance,
                    x_offset: 0.0,
                    y_offset: 0.0,
                    y_advance: 0.0,
                    location: None,
                })
            })
            .collect();
        (glyphs, width)
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        self.glyphs(text).1 * size
    }

    /// Breaks a text into lines of at most this width; words that are longer break inside.
    pub fn lines(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() {
                    word.to_owned()
                } else {
                    format!("{line} {word}")
                };
                if self.width(&longer, size) <= width {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for letter in word.chars() {
                    line.push(letter);
                    if self.width(&line, size) > width && line.chars().count() > 1 {
                        line.pop();
                        lines.push(std::mem::take(&mut line));
                        line.push(letter);
                    }
                }
            }
            lines.push(line);
        }
        lines
    }
}

impl Faces {
    pub fn load() -> Result<Self, PaperProblem> {
        Ok(Self {
            regular: Face::load(notosans::REGULAR_TTF)?,
            bold: Face::load(notosans::BOLD_TTF)?,
        })
    }

    pub fn of(&self, bold: bool) -> &Face {
        if bold { &self.bold } else { &self.regular }
    }
}

/// A text as it can be set: composed letters, no invisible signs, letters outside the type replaced.
pub(super) fn settable(text: &str) -> String {
    text.nfc()
        .filter(|letter| *letter == '\n' || !letter.is_control())
        .filter(|letter| !matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}'))
        .map(|letter| match letter {
            '\u{0}'..='\u{24F}' | '\u{2010}'..='\u{2027}' | '\u{20AC}' => letter,
            letter if letter.is_alphabetic() && u32::from(letter) < 0x500 => letter,
            _ => '?',
        })
        .collect()
}
