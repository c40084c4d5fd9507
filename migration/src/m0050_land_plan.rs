//! Half-years that are computed for several houses at once: which plans of houses belong together, and whose they are.

crate::sql::step!(
    r#"
alter table half_year_plan add column land_id {uuid};
alter table half_year_plan add column land_provider_id {uuid};
create index half_year_plan_of_land on half_year_plan (land_provider_id, created_at) where land_id is not null
"#,
    undo: r#"
drop index half_year_plan_of_land;
alter table half_year_plan drop column land_provider_id;
alter table half_year_plan drop column land_id
"#
);
