//! Draws laid-out pages with krilla and ties every piece to its place in the order of reading.

use std::num::NonZeroU16;

use krilla::configure::{Accessibility, Archival, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke as Pen};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagTree,
};
use krilla::{Document as Pdf, SerializeSettings, color::rgb};

use super::layout::{Laid, Line, Part, Sheet};
use super::typeface::Faces;
use super::{Document, PaperProblem, Standard};

fn problem(error: impl std::fmt::Debug) -> PaperProblem {
    PaperProblem(format!("{error:?}"))
}

fn settings(standard: Standard) -> Result<SerializeSettings, PaperProblem> {
    let mut configuration = ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_accessibility_validator(Accessibility::UA1);
    if standard == Standard::Archival {
        configuration = configuration.with_archival_validator(Archival::A2_A);
    }
    Ok(SerializeSettings {
        configuration: configuration.finish().map_err(problem)?,
        enable_tagging: true,
        xmp_metadata: true,
        ..SerializeSettings::default()
    })
}

fn made(document: &Document) -> Option<DateTime> {
    let at = time::OffsetDateTime::from_unix_timestamp(document.made.millis() / 1000).ok()?;
    Some(
        DateTime::new(u16::try_from(at.year()).ok()?)
            .month(u8::from(at.month()))
            .day(at.day())
            .hour(at.hour())
            .minute(at.minute())
            .second(at.second())
            .utc_offset_hour(0)
            .utc_offset_minute(0),
    )
}

fn write(surface: &mut Surface<'_>, faces: &Faces, line: &Line) {
    let face = faces.of(line.bold);
    let (glyphs, _) = face.glyphs(&line.text);
    surface.draw_glyphs(
        Point::from_xy(line.x, line.y),
        &glyphs,
        face.font.clone(),
        &line.text,
        line.size,
        false,
    );
}

/// Draws one page; the marks of its pieces go into `found`.
fn page(surface: &mut Surface<'_>, faces: &Faces, sheet: &Sheet, found: &mut [Vec<Identifier>]) {
    let ink = rgb::Color::new(0, 0, 0);
    let artifact = |kind: ArtifactType| ContentTag::Artifact(Artifact::with_kind(kind));
    surface.set_fill(None);
    surface.set_stroke(Some(Pen {
        paint: rgb::Color::new(110, 110, 110).into(),
        width: 0.5,
        ..Pen::default()
    }));
    if !sheet.strokes.is_empty() {
        surface.start_tagged(artifact(ArtifactType::Layout));
        for stroke in &sheet.strokes {
            let mut path = PathBuilder::new();
            path.move_to(stroke.from.0, stroke.from.1);
            path.line_to(stroke.to.0, stroke.to.1);
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        surface.end_tagged();
    }
    surface.set_stroke(None);
    surface.set_fill(Some(Fill {
        paint: ink.into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }));
    for line in &sheet.lines {
        let tag = if line.piece.is_some() {
            ContentTag::Span(SpanTag::empty())
        } else {
            artifact(ArtifactType::PaginationOther)
        };
        let mark = surface.start_tagged(tag);
        write(surface, faces, line);
        surface.end_tagged();
        if let Some(marks) = line.piece.and_then(|piece| found.get_mut(piece)) {
            marks.push(mark);
        }
    }
    for piece in &sheet.empty {
        let mark = surface.start_tagged(ContentTag::Other);
        surface.end_tagged();
        if let Some(marks) = found.get_mut(*piece) {
            marks.push(mark);
        }
    }
}

/// The order of reading.
fn tree(laid: &Laid, found: &mut [Vec<Identifier>]) -> TagTree {
    let mut marks = |piece: usize, group: &mut TagGroup| {
        for mark in found.get_mut(piece).map(std::mem::take).unwrap_or_default() {
            group.push(mark);
        }
    };
    let mut tree = TagTree::new().with_lang(Some("de".to_owned()));
    for part in &laid.parts {
        match part {
            Part::Heading {
                level, text, piece, ..
            } => {
                let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                let mut group = TagGroup::new(Tag::Hn(level, Some(text.clone())));
                marks(*piece, &mut group);
                tree.push(group);
            }
            Part::Paragraph(piece) => {
                let mut group = TagGroup::new(Tag::P);
                marks(*piece, &mut group);
                tree.push(group);
            }
            Part::Table { head, rows } => {
                let mut table = TagGroup::new(Tag::Table);
                let mut top = TagGroup::new(Tag::TR);
                for piece in head {
                    let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
                    marks(*piece, &mut cell);
                    top.push(cell);
                }
                table.push(TagGroup::with_children(Tag::THead, vec![top.into()]));
                let mut body = TagGroup::new(Tag::TBody);
                for row in rows {
                    let mut group = TagGroup::new(Tag::TR);
                    for piece in row {
                        let mut cell = TagGroup::new(Tag::TD);
                        marks(*piece, &mut cell);
                        group.push(cell);
                    }
                    body.push(group);
                }
                table.push(body);
                tree.push(table);
            }
        }
    }
    tree
}

/// Draws the document.
pub(super) fn draw(
    document: &Document,
    faces: &Faces,
    laid: &Laid,
) -> Result<Vec<u8>, PaperProblem> {
    let mut pdf = Pdf::new_with(settings(document.standard)?);
    let mut found: Vec<Vec<Identifier>> = Vec::new();
    found.resize_with(laid.pieces, Vec::new);
    for sheet in &laid.pages {
        let size =
            PageSettings::from_wh(laid.width, laid.height).ok_or_else(|| problem("page size"))?;
        let mut leaf = pdf.start_page_with(size);
        let mut surface = leaf.surface();
        page(&mut surface, faces, sheet, &mut found);
        surface.finish();
        leaf.finish();
    }
    let mut outline = Outline::new();
    for part in &laid.parts {
        if let Part::Heading { text, page, y, .. } = part {
            let place = XyzDestination::new(*page, Point::from_xy(0.0, *y));
            outline.push_child(OutlineNode::new(text.clone(), place));
        }
    }
    pdf.set_outline(outline);
    let mut metadata = Metadata::new()
        .title(document.title.clone())
        .language("de".to_owned())
        .creator("Geleit".to_owned())
        .producer("Geleit".to_owned());
    if let Some(made) = made(document) {
        metadata = metadata.creation_date(made);
    }
    pdf.set_metadata(metadata);
    pdf.set_tag_tree(tree(laid, &mut found));
    pdf.finish().map_err(problem)
}
