//! Where everything stands: blocks become lines on pages, before anything is drawn (the number of pages stands on each).

use super::typeface::{Faces, settable};
use super::{Block, Document, Orientation};

/// Points of a millimetre.
const MM: f32 = 72.0 / 25.4;
const MARGIN: f32 = 14.0 * MM;
const FOOT: f32 = 10.0 * MM;
const TITLE: f32 = 15.0;
const HEADING: f32 = 12.0;
const DISPLAY: f32 = 22.0;
const TEXT: f32 = 9.5;
const CELL: f32 = 8.0;
pub(super) const SMALL: f32 = 8.0;
const LEADING: f32 = 1.3;
const PADDING: f32 = 0.9 * MM;
/// Room to sign, and the length of the line.
const SIGNATURE: (f32, f32) = (16.0 * MM, 80.0 * MM);

/// A line of text on a page.
pub(super) struct Line {
    pub x: f32,
    /// The base line, from the top.
    pub y: f32,
    pub size: f32,
    pub bold: bool,
    pub text: String,
    /// Which piece of the document it belongs to; `None`: repeated or decoration.
    pub piece: Option<usize>,
}

/// A thin line across.
pub(super) struct Stroke {
    pub from: (f32, f32),
    pub to: (f32, f32),
}

/// One page.
#[derive(Default)]
pub(super) struct Sheet {
    pub lines: Vec<Line>,
    pub strokes: Vec<Stroke>,
    /// Cells without a word: they have a place in the order of reading all the same.
    pub empty: Vec<usize>,
}

/// The document as it is read; the numbers are pieces.
pub(super) enum Part {
    Heading {
        level: u16,
        text: String,
        piece: usize,
        page: usize,
        y: f32,
    },
    Paragraph(usize),
    Table {
        head: Vec<usize>,
        rows: Vec<Vec<usize>>,
    },
}

/// Pages, and the order of reading.
pub(super) struct Laid {
    pub pages: Vec<Sheet>,
    pub parts: Vec<Part>,
    pub pieces: usize,
    pub width: f32,
    pub height: f32,
}

struct Press<'a> {
    faces: &'a Faces,
    laid: Laid,
    y: f32,
}

/// A cell's lines, ready to be put down.
type Cells = Vec<Vec<String>>;

impl Press<'_> {
    fn piece(&mut self) -> usize {
        self.laid.pieces += 1;
        self.laid.pieces - 1
    }

    fn bottom(&self) -> f32 {
        self.laid.height - MARGIN - FOOT
    }

    fn inner(&self) -> f32 {
        self.laid.width - 2.0 * MARGIN
    }

    fn turn(&mut self) {
        self.laid.pages.push(Sheet::default());
        self.y = MARGIN;
    }

    fn make_room(&mut self, height: f32) -> bool {
        let turned = self.y + height > self.bottom() && self.y > MARGIN;
        if turned {
            self.turn();
        }
        turned
    }

    fn put(&mut self, line: Line) {
        if let Some(page) = self.laid.pages.last_mut() {
            page.lines.push(line);
        }
    }

    fn text(&mut self, text: &str, size: f32, bold: bool) -> usize {
        let piece = self.piece();
        let lines = self
            .faces
            .of(bold)
            .lines(&settable(text), size, self.inner());
        for text in lines {
            self.make_room(size * LEADING);
            self.y += size * LEADING;
            if text.is_empty() {
                if let Some(page) = self.laid.pages.last_mut() {
                    page.empty.push(piece);
                }
                continue;
            }
            let y = self.y - size * (LEADING - 1.0);
            self.put(Line {
                x: MARGIN,
                y,
                size,
                bold,
                text,
                piece: Some(piece),
            });
        }
        piece
    }

    /// Moves the lines of a piece on the last pages to the middle.
    fn centre(&mut self, piece: usize) {
        let (faces, width) = (self.faces, self.laid.width);
        for page in &mut self.laid.pages {
            for line in page
                .lines
                .iter_mut()
                .filter(|line| line.piece == Some(piece))
            {
                line.x = (width - faces.of(line.bold).glyphs(&line.text).1 * line.size) / 2.0;
            }
        }
    }

    fn signature(&mut self, label: &str) {
        let (room, length) = SIGNATURE;
        self.make_room(room + SMALL * LEADING);
        self.y += room;
        let y = self.y;
        if let Some(page) = self.laid.pages.last_mut() {
            page.strokes.push(Stroke {
                from: (MARGIN, y),
                to: (MARGIN + length, y),
            });
        }
        let piece = self.text(label, SMALL, false);
        self.laid.parts.push(Part::Paragraph(piece));
    }

    fn heading(&mut self, level: u16, text: &str, size: f32) {
        self.make_room(size * LEADING * 3.0);
        let (page, y) = (self.laid.pages.len().saturating_sub(1), self.y);
        let piece = self.text(text, size, true);
        self.y += size * 0.4;
        self.laid.parts.push(Part::Heading {
            level,
            text: settable(text),
            piece,
            page,
            y,
        });
    }

    /// Puts a row down; `pieces` are its cells' numbers, or none for a repeated head.
    fn row(&mut self, cells: &Cells, widths: &[f32], bold: bool, pieces: Option<&[usize]>) {
        let top = self.y;
        let mut x = MARGIN;
        for (index, (lines, width)) in cells.iter().zip(widths).enumerate() {
            let piece = pieces.and_then(|pieces| pieces.get(index).copied());
            let mut y = top + PADDING + CELL;
            let mut written = false;
            for text in lines {
                if !text.is_empty() {
                    written = true;
                    self.put(Line {
                        x: x + PADDING,
                        y,
                        size: CELL,
                        bold,
                        text: text.clone(),
                        piece,
                    });
                }
                y += CELL * LEADING;
            }
            if let (false, Some(piece), Some(page)) = (written, piece, self.laid.pages.last_mut()) {
                page.empty.push(piece);
            }
            x += width;
        }
        self.y = top + height(cells);
        let bottom = self.y;
        let mut x = MARGIN;
        if let Some(page) = self.laid.pages.last_mut() {
            for width in widths {
                page.strokes.push(Stroke {
                    from: (x, top),
                    to: (x, bottom),
                });
                x += width;
            }
            page.strokes.push(Stroke {
                from: (x, top),
                to: (x, bottom),
            });
            page.strokes.push(Stroke {
                from: (MARGIN, bottom),
                to: (x, bottom),
            });
        }
    }

    fn top_line(&mut self, widths: &[f32]) {
        let (y, right) = (self.y, MARGIN + widths.iter().sum::<f32>());
        if let Some(page) = self.laid.pages.last_mut() {
            page.strokes.push(Stroke {
                from: (MARGIN, y),
                to: (right, y),
            });
        }
    }

    fn table(&mut self, columns: &[super::Column], rows: &[Vec<String>]) {
        if columns.is_empty() {
            return;
        }
        let shares: f32 = columns.iter().map(|column| column.share).sum();
        let widths: Vec<f32> = columns
            .iter()
            .map(|column| self.inner() * column.share / shares)
            .collect();
        let set = |faces: &Faces, texts: &[&str], bold: bool| -> Cells {
            widths
                .iter()
                .enumerate()
                .map(|(index, width)| {
                    let text = settable(texts.get(index).copied().unwrap_or_default());
                    faces.of(bold).lines(&text, CELL, width - 2.0 * PADDING)
                })
                .collect()
        };
        let labels: Vec<&str> = columns.iter().map(|column| column.label.as_str()).collect();
        let head = set(self.faces, &labels, true);
        let pieces: Vec<usize> = columns.iter().map(|_| self.piece()).collect();
        let first = rows.first().map_or(0.0, |row| {
            let texts: Vec<&str> = row.iter().map(String::as_str).collect();
            height(&set(self.faces, &texts, false))
        });
        self.make_room(height(&head) + first);
        self.top_line(&widths);
        self.row(&head, &widths, true, Some(&pieces));
        let mut read = Vec::new();
        for row in rows {
            let texts: Vec<&str> = row.iter().map(String::as_str).collect();
            let cells = set(self.faces, &texts, false);
            if self.make_room(height(&cells)) {
                self.top_line(&widths);
                self.row(&head, &widths, true, None);
            }
            let pieces: Vec<usize> = columns.iter().map(|_| self.piece()).collect();
            self.row(&cells, &widths, false, Some(&pieces));
            read.push(pieces);
        }
        self.laid.parts.push(Part::Table {
            head: pieces,
            rows: read,
        });
        self.y += TEXT * 0.6;
    }
}

fn height(cells: &Cells) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
    lines as f32 * CELL * LEADING + 2.0 * PADDING
}

/// Lays a document out.
pub(super) fn lay_out(document: &Document, faces: &Faces) -> Laid {
    let (short, long) = (210.0 * MM, 297.0 * MM);
    let (width, height) = match document.orientation {
        Orientation::Portrait => (short, long),
        Orientation::Landscape => (long, short),
    };
    let mut press = Press {
        faces,
        laid: Laid {
            pages: vec![Sheet::default()],
            parts: Vec::new(),
            pieces: 0,
            width,
            height,
        },
        y: MARGIN,
    };
    press.heading(1, &document.title, TITLE);
    for block in &document.blocks {
        match block {
            Block::Heading(text) => press.heading(2, text, HEADING),
            Block::Paragraph(text) => {
                let piece = press.text(text, TEXT, false);
                press.y += TEXT * 0.5;
                press.laid.parts.push(Part::Paragraph(piece));
            }
            Block::Table(columns, rows) => press.table(columns, rows),
            Block::Display(text) => {
                let piece = press.text(text, DISPLAY, true);
                press.centre(piece);
                press.y += DISPLAY * 0.5;
                press.laid.parts.push(Part::Paragraph(piece));
            }
            Block::Space(millimetres) => press.y += millimetres * MM,
            Block::Signature(label) => press.signature(label),
        }
    }
    let mut laid = press.laid;
    let pages = laid.pages.len();
    let footer = settable(&document.footer);
    for (index, page) in laid.pages.iter_mut().enumerate() {
        let number = format!("Seite {} von {pages}", index + 1);
        let at = width - MARGIN - faces.of(false).glyphs(&number).1 * SMALL;
        for (x, text) in [(MARGIN, footer.clone()), (at, number)] {
            if !text.is_empty() {
                page.lines.push(Line {
                    x,
                    y: height - MARGIN,
                    size: SMALL,
                    bold: false,
                    text,
                    piece: None,
                });
            }
        }
    }
    laid
}
