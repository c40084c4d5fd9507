//! What forms say about the conflicts that their page showed.

use super::super::rules::Conflict;
use super::super::service::{self, Judged, REASON, Sent};
use crate::web::Form;

/// What a form says about the conflicts that its page showed.
pub(crate) fn sent(form: &Form) -> Sent<'_> {
    Sent {
        shown: form.value("konflikte"),
        reason: form.value("trotz_grund"),
    }
}

/// Whether something may be saved against which this stands, after what the form says; errors stay in it.
pub(crate) fn judged(form: &mut Form, conflicts: &[Conflict]) -> bool {
    match service::judge(conflicts, &sent(form)) {
        Judged::Refused(why) => form.reject("", why),
        Judged::Reason(why) => form.reject("trotz_grund", why),
        Judged::Free if conflicts.is_empty() => {}
        Judged::Free => {
            form.required_text("trotz_grund", "Warum trotzdem?", REASON);
        }
    }
    !form.has_errors()
}
