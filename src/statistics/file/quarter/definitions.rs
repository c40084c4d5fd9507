//! The page that goes with the figures.

use super::super::words::HIDDEN_SIGN;
use super::{QUALITY_EXACT, QUALITY_HIDDEN};
use crate::statistics::cube::Measure;
use crate::statistics::disclosure::Rule;

/// What every reader of the figures must know, in German: what is counted,
/// what the signs mean and why figures are missing. For the page beside the
/// table and for the LIESMICH of a release.
pub fn definitions_text(rule: &Rule) -> String {
    let threshold = rule.threshold();
    let largest_small = threshold.saturating_sub(1);
    let mut text = String::from(
        "Maßnahmen der Extremismusprävention im Justizvollzug und in der Bewährungshilfe: \
         Quartalszahlen nach Maßnahme, Sachsen insgesamt\n\n\
         Gezählt werden Teilnahmen je Maßnahme: Wer in einem Quartal an zwei Maßnahmen teilnimmt, zählt in \
         jeder einmal und damit in der Summe zweimal. Die Zahlen der Maßnahmen ergeben deshalb genau \
         die Zahl der Säule, die Zahlen der Säulen genau die Zahl für Sachsen insgesamt. Die Summen sind \
         keine Zahlen verschiedener Menschen. Aufgeführt sind die Maßnahmen, die es im Quartal gab.\n\nMerkmale\n",
    );
    for measure in Measure::ALL {
        text.push_str(&format!(
            "- {} ({}): {}\n",
            measure.label(),
            measure.code(),
            measure.definition()
        ));
    }
    text.push_str(&format!(
        "\nGeheimhaltung\n\
         Zahlen von 1 bis {largest_small} werden nicht veröffentlicht, weil sie Rückschlüsse auf einzelne Menschen \
         zulassen (Schwellenwert {threshold}). Damit sie sich auch nicht aus Summen und Differenzen errechnen \
         lassen, werden weitere Zahlen geheim gehalten, auch größere und gegebenenfalls Nullen. Für jede geheim \
         gehaltene Zahl bleiben nach allem, was veröffentlicht ist, Werte bis mindestens {threshold} möglich, und der größte \
         und der kleinste mögliche Wert liegen mindestens {largest_small} auseinander. Veröffentlichte Zahlen sind weder gerundet \
         noch verändert. Eine 0 heißt: im Quartal kein Fall.\n\n\
         Zeichen\n\
         - {HIDDEN_SIGN} in der Spalte wert: Zahlenwert geheim gehalten\n\
         - {QUALITY_HIDDEN} in der Spalte wert_q: geheim gehalten\n\
         - {QUALITY_EXACT} in der Spalte wert_q: exakter Wert zum angegebenen Stand\n\n\
         Spalten der Datei\n\
         - zeitraum: Quartal, zum Beispiel 2026-Q3\n\
         - stand: Tag, bis zu dem Eingaben berücksichtigt sind\n\
         - version: 1 für die erste Veröffentlichung des Quartals, danach fortlaufend je Korrektur\n\
         - ebene: gesamt (Sachsen insgesamt), saeule oder massnahme\n\
         - saeule, massnahme: Schlüsselwörter; gesamt steht für alle zusammen\n\
         - merkmal: Schlüsselwort des Merkmals\n\
         - wert: Zahl oder {HIDDEN_SIGN}\n\
         - wert_q: Qualität des Wertes\n\n\
         Trennzeichen ist das Semikolon, die Kodierung UTF-8 mit BOM, das Zeilenende CRLF.\n"
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_name_every_measure_and_the_threshold() {
        let text = definitions_text(&Rule::new(7).expect("permitted"));
        for measure in Measure::ALL {
            assert!(text.contains(measure.code()) && text.contains(measure.definition()));
        }
        assert!(text.contains("Schwellenwert 7") && text.contains("Zahlen von 1 bis 6"));
    }
}
