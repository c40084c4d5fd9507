//! The paper form of a consent, to be signed.

use super::rules::Purpose;
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::paper::{Document, PaperProblem};
use crate::people::PersonHead;

/// The form for one purpose. Two copies: one stays with the person.
///
/// # Errors
/// If it cannot be set.
pub(super) fn form(
    head: &PersonHead,
    purpose: Purpose,
    place: &str,
    made: Instant,
) -> Result<Vec<u8>, PaperProblem> {
    let stand = german::date(berlin_local(made).date);
    Document::new("Einwilligung", made)
        .footer(format!("Einwilligung, gedruckt am {stand}"))
        .paragraph(format!(
            "Name: {}\nGeboren am: {}\nStelle: {place}",
            head.name(),
            head.birth_date
                .map_or_else(|| "nicht bekannt".to_owned(), german::date)
        ))
        .heading(purpose.label())
        .paragraph(purpose.text())
        .heading("Meine Rechte")
        .paragraph(format!(
            "Die Einwilligung ist freiwillig. Wer nicht einwilligt, hat davon keine Nachteile, auch nicht im Vollzug oder in der Bewährung.\nIch kann sie jederzeit ohne Begründung widerrufen. Der Widerruf wirkt sofort; was bis dahin geschah, bleibt rechtmäßig.\nNach einem Widerruf: {}\nIch kann jederzeit Auskunft verlangen, was über mich gespeichert ist.",
            purpose.withdrawal()
        ))
        .paragraph("Gültig bis zum Widerruf oder bis: ______________________")
        .space(6.0)
        .signature("Ort, Datum, Unterschrift der Person")
        .signature("Ort, Datum, Unterschrift der Stelle")
        .paragraph("Eine Ausfertigung bleibt bei der Person, eine bei der Stelle.")
        .render()
}
