//! That a danger was disclosed: on which ground, to whom, when. Never what.

crate::sql::step!(
    r#"
create table danger_disclosure (
    id {uuid} primary key,
    case_id {uuid} not null references client_case (id),
    ground {text} not null,
    recipient {text} not null,
    day {day} not null,
    minute {int} not null,
    recorded_at {int} not null,
    recorded_by_name {text} not null
);
create index danger_disclosure_of_case on danger_disclosure (case_id, day);
insert into code_entry (list, code, category, label, federal, place, valid_from, valid_to) values
    ('danger_ground', 'stgb_138', '', '§ 138 StGB: Anzeige einer geplanten schweren Straftat', null, 1, '2017-03-28', null),
    ('danger_ground', 'stgb_34', '', '§ 34 StGB: gegenwärtige Gefahr für Leben, Leib oder Freiheit', null, 2, '2017-03-28', null),
    ('danger_ground', 'kkg_4', '', '§ 4 KKG: Gefährdung des Kindeswohls', null, 3, '2017-03-28', null),
    ('danger_ground', 'consent', '', 'Schweigepflichtentbindung der Person', null, 4, '2017-03-28', null),
    ('danger_recipient', 'police', '', 'Polizei', null, 1, '2017-03-28', null),
    ('danger_recipient', 'prison', '', 'Anstaltsleitung', null, 2, '2017-03-28', null),
    ('danger_recipient', 'probation', '', 'Bewährungshilfe', null, 3, '2017-03-28', null),
    ('danger_recipient', 'youth_office', '', 'Jugendamt', null, 4, '2017-03-28', null),
    ('danger_recipient', 'rescue', '', 'Rettungsdienst, Krisendienst', null, 5, '2017-03-28', null),
    ('danger_recipient', 'threatened', '', 'bedrohte Person', null, 6, '2017-03-28', null)
"#,
    undo: r#"
delete from code_entry where list in ('danger_ground', 'danger_recipient');
drop table danger_disclosure
"#
);
