//! How long data are kept, in words, with the source. The one place where documents and reports ask for it.

use super::Retention;

/// A period and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The category in words.
    pub category: &'static str,
    /// How long, as a German phrase.
    pub how_long: &'static str,
    /// The legal source or the comparator.
    pub source: &'static str,
}

/// How long rows of a class are kept.
pub const fn kept(class: Retention) -> Kept {
    match class {
        Retention::Reference => Kept {
            category: "Stammdaten der Organisation, externe Fachkräfte",
            how_long: "solange sie für die Maßnahmen gebraucht werden; was endet, bleibt mit seinem letzten Tag stehen",
            source: "Erforderlichkeit (Art. 4 Abs. 1 Buchst. e Richtlinie (EU) 2016/680)",
        },
        Retention::Person => Kept {
            category: "Angaben zu Personen in Maßnahmen",
            how_long: "höchstens fünf Jahre nach der letzten Entlassung oder dem Ende der Bewährungszeit",
            source: "Art. 5 Richtlinie (EU) 2016/680; Vergleich: § 42 JVollzDSG NRW, §§ 70, 71 JVollzDSG Bln",
        },
        Retention::Account => Kept {
            category: "Konten der Beschäftigten",
            how_long: "solange das Konto besteht; gesperrte Konten, solange Einträge auf sie verweisen",
            source: "Erforderlichkeit (§ 32 Abs. 2 SächsDSUG: wer abgefragt hat)",
        },
        Retention::Short => Kept {
            category: "Arbeitskopien und Anmeldungen",
            how_long: "Stunden bis Tage: hochgeladene Listen einen Tag, Entwürfe zwei Wochen, Abhaken an der Pforte 48 Stunden, Gäste eines Familientags sieben Tage",
            source: "Datenminimierung (Art. 4 Abs. 1 Buchst. c Richtlinie (EU) 2016/680)",
        },
        Retention::Release => Kept {
            category: "Veröffentlichte Zahlen, Siegel gelöschter Protokolltage",
            how_long: "dauerhaft; sie enthalten keine Angaben zu Personen",
            source: "keine personenbezogenen Daten",
        },
        Retention::Audit => Kept {
            category: "Protokoll",
            how_long: "zwölf Monate nach der Eintragung, länger nur bei einer angeordneten Aufbewahrung",
            source: "§ 32 Abs. 5 SächsDSUG",
        },
    }
}
