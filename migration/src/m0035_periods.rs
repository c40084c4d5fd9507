//! How long what is kept, as data: the period, what starts its clock, and the source beside it. The numbers are the
//! strictest comparators known; they are changed on the page, with a reason.

crate::sql::step!(
    r#"
create table retention_period (
    code {text} primary key,
    place {int} not null,
    restrict_after {int},
    erase_after {int} not null,
    unit {text} not null,
    ground {text} not null,
    source {text} not null,
    changed_at {int},
    changed_by_name {text},
    version {int} not null,
    check (unit in ('hours', 'days', 'months', 'years')),
    check (erase_after > 0 and (restrict_after is null or (restrict_after > 0 and restrict_after <= erase_after)))
);
insert into retention_period (code, place, restrict_after, erase_after, unit, ground, source, version) values
    ('custody', 1, 2, 5, 'years', 'SächsJVollzDSG in Verbindung mit Art. 5 Richtlinie (EU) 2016/680',
        'Löschung: § 42 JVollzDSG NRW (fünf Jahre nach der letzten Entlassung). Einschränkung: §§ 70, 71 JVollzDSG Bln (zwei Jahre nach der Entlassung). Der Wortlaut für Sachsen ist vor dem Betrieb zu prüfen.', 1),
    ('youth_custody', 2, 2, 3, 'years', 'SächsJVollzDSG in Verbindung mit Art. 5 Richtlinie (EU) 2016/680',
        'Löschung: § 42 JVollzDSG NRW (Jugendstrafvollzug drei Jahre). Einschränkung: §§ 70, 71 JVollzDSG Bln. Der Wortlaut für Sachsen ist vor dem Betrieb zu prüfen.', 1),
    ('probation', 3, 2, 5, 'years', 'SächsDSUG in Verbindung mit Art. 5 Richtlinie (EU) 2016/680',
        'Kein eigener Vergleichswert bekannt; wie beim Vollzug für Erwachsene. Wird die Bewährungszeit oder die Führungsaufsicht verlängert, beginnt die Frist mit dem neuen Ende.', 1),
    ('participation', 4, 1, 2, 'years', 'Art. 5 Abs. 1 Buchst. e und Art. 17 DSGVO',
        'Eigene Festlegung für Personen, die weder im Vollzug noch unter Aufsicht stehen oder standen; zum Vergleich § 197 NJVollzG (Daten über Dritte spätestens bei der Entlassung).', 1),
    ('nameless_case', 5, null, 12, 'months', 'Art. 5 Abs. 1 Buchst. e und Art. 17 DSGVO',
        'Eigene Festlegung für Fälle ohne Namen, von Angehörigen und von Fachkräften; zum Vergleich § 197 NJVollzG.', 1),
    ('notes', 6, null, 12, 'months', 'Art. 5 Abs. 1 Buchst. e DSGVO, § 203 StGB',
        'Eigene Festlegung: Arbeitsnotizen werden nach dem Ende des Falls nur für Rückfragen gebraucht.', 1),
    ('enquiry', 7, null, 12, 'months', 'Art. 5 Abs. 1 Buchst. e und Art. 17 DSGVO',
        'Eigene Festlegung: Eine Anfrage, aus der nichts wurde, zählt noch in der Statistik des Jahres und wird dann nicht mehr gebraucht.', 1),
    ('audit', 8, null, 12, 'months', '§ 32 Abs. 5 SächsDSUG', 'Zwölf Monate nach der Erzeugung, vom Gesetz vorgegeben; nicht änderbar.', 1),
    ('family_guest', 9, null, 7, 'days', 'Art. 5 Abs. 1 Buchst. e DSGVO', 'Eigene Festlegung: nur für den Einlass am Tag und Rückfragen in der Woche danach.', 1),
    ('gate_tick', 10, null, 48, 'hours', 'Art. 5 Abs. 1 Buchst. e DSGVO', 'Eigene Festlegung: Ein- und Ausgang zählt bis zum Abschluss des Folgetags.', 1),
    ('gate_change', 11, null, 7, 'days', 'Art. 5 Abs. 1 Buchst. e DSGVO', 'Eigene Festlegung: Hinweise auf Änderungen der Pfortenliste.', 1),
    ('draft', 12, null, 14, 'days', 'Art. 5 Abs. 1 Buchst. c und e DSGVO', 'Eigene Festlegung: Entwürfe von Formularen, zu denen niemand zurückkehrt.', 1),
    ('import', 13, null, 24, 'hours', 'Art. 5 Abs. 1 Buchst. c und e DSGVO', 'Eigene Festlegung: Inhalt und Dateiname eingelesener Listen.', 1),
    ('form_token', 14, null, 24, 'hours', 'Art. 5 Abs. 1 Buchst. e DSGVO', 'Eigene Festlegung: so lange wirkt ein doppelt gesendetes Formular nur einmal.', 1),
    ('session', 15, null, 24, 'hours', 'Art. 5 Abs. 1 Buchst. e DSGVO', 'Eigene Festlegung: Anmeldungen und Fehlversuche nach der letzten Nutzung.', 1)
"#,
    &["retention_period"]
);
