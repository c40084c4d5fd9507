//! Paper: A4 documents as PDF, for sheets that must exist without the network and for what is handed out. A document
//! is tagged and carries its language (PDF/UA-1, ISO 14289-1) and, unless told otherwise, may be archived (PDF/A-2a,
//! ISO 19005-2). The same input gives the same bytes: no clock, no host name, no randomness inside.
//!
//! ```
//! use geleit::base::time::Instant;
//! use geleit::paper::{Column, Document};
//!
//! let sheet = Document::new("Pfortenliste", Instant::from_millis(0))
//!     .paragraph("Stand: heute früh.")
//!     .table(vec![Column::new("Zeit", 1.0), Column::new("Name", 3.0)], vec![vec!["14:00".into(), "A. Beispiel".into()]])
//!     .render()?;
//! assert!(sheet.starts_with(b"%PDF-1.7"));
//! # Ok::<(), geleit::paper::PaperProblem>(())
//! ```

mod draw;
mod layout;
mod typeface;

use crate::base::time::Instant;

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
#[error("Das PDF konnte nicht erstellt werden: {0}")]
pub struct PaperProblem(pub(in crate::paper) String);

/// The standard that a document keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standard {
    /// PDF/UA-1: can be read aloud in order. For sheets of one day.
    Accessible,
    /// PDF/UA-1 and PDF/A-2a: can also be archived. For everything that is handed out.
    #[default]
    Archival,
}

/// Which way the sheet lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// 210 by 297 millimetres.
    #[default]
    Portrait,
    /// 297 by 210 millimetres.
    Landscape,
}

/// The head of a table column and its share of the width.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    label: String,
    share: f32,
}

impl Column {
    /// A column that is `share` times as wide as one of share 1.
    pub fn new(label: impl Into<String>, share: f32) -> Self {
        Self {
            label: label.into(),
            share: share.max(0.1),
        }
    }
}

enum Block {
    Heading(String),
    Paragraph(String),
    Table(Vec<Column>, Vec<Vec<String>>),
    Display(String),
    Space(f32),
    Signature(String),
}

/// A document in the making: its title is the first heading, then come the blocks in their order.
pub struct Document {
    title: String,
    made: Instant,
    standard: Standard,
    orientation: Orientation,
    footer: String,
    blocks: Vec<Block>,
}

impl Document {
    /// A document with a title, made at an instant (kept in its metadata).
    pub fn new(title: impl Into<String>, made: Instant) -> Self {
        Self {
            title: title.into(),
            made,
            standard: Standard::default(),
            orientation: Orientation::default(),
            footer: String::new(),
            blocks: Vec::new(),
        }
    }

    /// Keeps another standard.
    #[must_use]
    pub fn standard(mut self, standard: Standard) -> Self {
        self.standard = standard;
        self
    }

    /// Lies another way.
    #[must_use]
    pub fn orientation(mut self, orientation: Orientation) -> Self {
        self.orientation = orientation;
        self
    }

    /// Words at the foot of every page, left of "Seite 1 von 2".
    #[must_use]
    pub fn footer(mut self, text: impl Into<String>) -> Self {
        self.footer = text.into();
        self
    }

    /// A heading below the title.
    #[must_use]
    pub fn heading(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Heading(text.into()));
        self
    }

    /// A paragraph; line ends in the text are kept.
    #[must_use]
    pub fn paragraph(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Paragraph(text.into()));
        self
    }

    /// A paragraph in large type in the middle of the sheet, such as the name on a certificate.
    #[must_use]
    pub fn display(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Display(text.into()));
        self
    }

    /// Empty space of so many millimetres.
    #[must_use]
    pub fn space(mut self, millimetres: f32) -> Self {
        self.blocks.push(Block::Space(millimetres));
        self
    }

    /// A line to sign on, with words below it.
    #[must_use]
    pub fn signature(mut self, label: impl Into<String>) -> Self {
        self.blocks.push(Block::Signature(label.into()));
        self
    }

    /// A table. It breaks between rows only, and repeats its head on every page. Rows shorter than the head are filled
    /// with empty cells; line ends in a cell are kept.
    #[must_use]
    pub fn table(mut self, columns: Vec<Column>, rows: Vec<Vec<String>>) -> Self {
        self.blocks.push(Block::Table(columns, rows));
        self
    }

    /// The document as the bytes of a PDF.
    ///
    /// # Errors
    /// If the standard is not kept, such as by a text that is too long for PDF.
    pub fn render(self) -> Result<Vec<u8>, PaperProblem> {
        let faces = typeface::Faces::load()?;
        let laid = layout::lay_out(&self, &faces);
        draw::draw(&self, &faces, &laid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: usize) -> Document {
        let row = |number: usize| vec![format!("{number}"), "Größe – „ß“".to_owned()];
        Document::new("Ein Blatt", Instant::from_millis(1_764_000_000_000))
            .heading("Teil")
            .paragraph("Erste Zeile\nzweite Zeile")
            .display("Großer Name")
            .space(10.0)
            .signature("Unterschrift")
            .table(
                vec![
                    Column::new("Nr.", 1.0),
                    Column::new("Text", 4.0),
                    Column::new("leer", 1.0),
                ],
                (0..rows).map(row).collect(),
            )
    }

    #[test]
    fn a_document_keeps_both_standards_and_says_its_language() {
        for standard in [Standard::Accessible, Standard::Archival] {
            let bytes = sheet(3).standard(standard).render().unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(text.contains("<pdfuaid:part>1<"), "no PDF/UA-1");
            assert_eq!(
                text.contains("<pdfaid:part>2<"),
                standard == Standard::Archival
            );
            assert!(text.contains("<rdf:li xml:lang=\"x-default\">Ein Blatt<"));
        }
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        assert_eq!(sheet(200).render().unwrap(), sheet(200).render().unwrap());
        assert_ne!(sheet(200).render().unwrap(), sheet(201).render().unwrap());
    }

    #[test]
    fn a_long_table_goes_on_over_pages() {
        let faces = typeface::Faces::load().unwrap();
        let count = |rows: usize| layout::lay_out(&sheet(rows), &faces).pages.len();
        assert_eq!(count(0), 1);
        assert_eq!(count(20), 1);
        assert!(count(300) > 4);
        let lying = sheet(300).orientation(Orientation::Landscape);
        assert!(layout::lay_out(&lying, &faces).pages.len() > count(300));
    }

    #[test]
    fn letters_that_the_type_does_not_have_do_not_break_it() {
        let odd = Document::new(
            "Name 王 \u{1F600} a\u{308}",
            Instant::from_millis(1_764_000_000_000),
        )
        .paragraph("\u{7}\u{200B}")
        .table(Vec::new(), vec![vec!["x".into()]])
        .paragraph("x".repeat(5_000));
        assert!(odd.render().is_ok());
    }
}
