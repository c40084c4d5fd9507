//! Accounts, sessions, grants, and the append-only history.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A sign-in account of a member of staff.
    account "account" Account {
        id [key]: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        login: String => Staff withheld "Angabe zu Beschäftigten" never;
        login_key: String => Staff withheld "Angabe zu Beschäftigten" never;
        name: String => Staff withheld "Angabe zu Beschäftigten" never;
        role: String => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: Option<FacilityId> => Staff withheld "Angabe zu Beschäftigten" never;
        provider_id: Option<ProviderId> => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: Option<StaffId> => Staff withheld "Angabe zu Beschäftigten" never;
        password_hash: Option<String> => Secret withheld "Geheimnis" never;
        second_factor: Option<Vec<u8>> => Secret withheld "Geheimnis" never;
        second_factor_step: i64 => Secret withheld "Geheimnis" never;
        setup_code_hash: Option<Vec<u8>> => Secret withheld "Geheimnis" never;
        setup_expires_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        session_epoch: i64 => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        disabled_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
        holder_id: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        lead: bool => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// A code with which an account gets in without its second factor, once.
    recovery_code "recovery_code" Account {
        account_id [key]: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        code_hash [key]: Vec<u8> => Secret withheld "Geheimnis" never;
        used_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// How often somebody guessed wrongly for a sign-in name.
    sign_in_throttle "sign_in_throttle" Short {
        key [key]: String => Staff withheld "Angabe zu Beschäftigten" never;
        failures: i64 => Staff withheld "Angabe zu Beschäftigten" never;
        window_started_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        locked_until: Instant => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// A signed-in browser.
    web_session "web_session" Short {
        id [key]: SessionId => Staff withheld "Angabe zu Beschäftigten" never;
        token_hash: Vec<u8> => Secret withheld "Geheimnis" never;
        account_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        level: String => Staff withheld "Angabe zu Beschäftigten" never;
        epoch: i64 => Staff withheld "Angabe zu Beschäftigten" never;
        client: String => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        last_seen_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        ended_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// The subscription of an account's calendar: whoever knows its address reads the account's dates.
    calendar_feed "calendar_feed" Account {
        id [key]: FeedId => Staff withheld "Angabe zu Beschäftigten" never;
        account_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        token_hash: Vec<u8> => Secret withheld "Geheimnis" never;
        epoch: i64 => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        used_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        revoked_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// Who of a probation office stands in for whom while somebody is absent.
    stand_in "stand_in" Account {
        id [key]: StandInId => Staff withheld "Angabe zu Beschäftigten" never;
        absent_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        stand_in_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Staff withheld "Angabe zu Beschäftigten" never;
        from_day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        to_day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        set_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        set_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        set_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        ended_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        ended_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A form that was sent: sending it again leads to what it made.
    form_token "form_token" Short {
        token [key]: String => Plain withheld "technische Angabe" never;
        account_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        location: String => Plain withheld "technische Angabe" never;
        used_at: Instant => Plain withheld "technische Angabe" never;
    }
    /// One change of one field: who, when, from what to what, why. Never updated.
    history "history" Person {
        id [key]: HistoryId => Plain withheld "interne Kennung" never;
        object_kind: String => Plain withheld "interne Kennung" never;
        object_id: Uuid => Plain withheld "interne Kennung" never;
        person_id: Option<PersonId> => Personal withheld "interne Kennung" never;
        at: Instant => Personal told "Geändert am" never;
        actor_id: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        actor_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        what: String => Personal told "Änderung" never;
        old_value: Option<String> => Special told "Bisher" never;
        new_value: Option<String> => Special told "Neu" never;
        reason: Option<String> => Personal told "Grund" never;
    }
}
