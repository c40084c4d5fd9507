//! The building blocks of pages: every screen of the product is put together from these, so that all look alike,
//! work by keyboard and screen reader alike, and are corrected in one place.
//!
//! * [`fields`]: input fields bound to a [`super::form::Form`], with label, hint and error
//! * [`forms`]: the forms around them, buttons, the bar of actions
//! * [`messages`]: error summary, notices, status tags, empty states
//! * [`data`]: tables, summary lists, time lines, pages of a list, two versions side by side
//! * [`register`]: the attendance register with one row per person
//!
//! Ids are unique by construction: the field `name` has the id `f-name`, its hint `f-name-hint`, its error
//! `f-name-error`; the further options of a group have `f-name-1`, `f-name-2` and so on.

pub mod data;
pub mod fields;
pub mod forms;
pub mod messages;
pub mod register;

pub use data::{
    Column, Pager, SortDirection, SortLink, TimelineItem, crumbs, list_layout, pager, pager_below,
    stacked_table, summary_list, suppressed, table, tabs, timeline, two_versions,
};
pub use fields::{
    Field, FieldKind, Width, checkbox, checkbox_group, fieldset, hidden, radio_group, select_field,
    text_field, textarea,
};
pub use forms::{
    actions, actions_with, filter_form, get_form, link_button, post_button, post_buttons,
    post_form, post_form_unguarded, print_button, submit, submit_danger, submit_secondary,
    upload_form,
};
pub use messages::{Tone, empty_state, error_summary, notice, tag};
pub use register::{Register, RegisterOption, RegisterRow, register_table};
