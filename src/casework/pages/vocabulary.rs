//! The dated code lists: looking at them, adding a word, ending one, deleting one that stands nowhere.

use time::Date;

use super::again;
use crate::access::permissions::CodeChange;
use crate::accounts::once;
use crate::audit::{Entry, Verb};
use crate::base::crypto::sha256;
use crate::base::german;
use crate::casework::codes::{CodeList, ReasonOf};
use crate::casework::rules::vocabulary::code_of;
use crate::casework::store::vocabulary::{self as store, WordLine};
use crate::casework::views::vocabulary as views;
use crate::history::{self, Change};
use crate::schema::casework::code_entry;
use crate::store::{StoreError, Writer};
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The page.
pub(super) const PLACE: &str = "/codelisten";

fn list_of(form: &Form) -> CodeList {
    CodeList::from_code(form.value("liste")).unwrap_or(CodeList::Topic)
}

fn looking(list: CodeList) -> Entry {
    Entry::new(Verb::Query, format!("codeliste {}", list.code()))
}

fn place_of(list: CodeList) -> String {
    format!("{PLACE}?liste={}", list.code())
}

pub(super) async fn show(
    ctx: Ctx<CodeChange>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Answer {
    let list = list_of(&Form::from_pairs(asked));
    let reader = ctx.read();
    let words = store::words(&reader, list).await?;
    let seen = reader.seen(looking(list)).await?;
    let form = Form::empty().with("ab", german::date(ctx.today()));
    ctx.page(
        seen,
        views::page(&ctx.frame(), &form, list, &words, ctx.today(), &ctx.once()),
    )
}

/// A word has no id of its own; its history is found by what names it.
fn id_of(list: CodeList, category: &str, code: &str) -> uuid::Uuid {
    let digest = sha256(format!("{}/{category}/{code}", list.code()).as_bytes());
    let mut bytes = [0u8; 16];
    for (place, byte) in bytes.iter_mut().zip(digest) {
        *place = byte;
    }
    uuid::Uuid::from_bytes(bytes)
}

async fn record(
    writer: &Writer<CodeChange>,
    list: CodeList,
    (category, code): (&str, &str),
    what: &'static str,
    values: (Option<String>, Option<String>),
) -> Result<(), StoreError> {
    let change =
        Change::new("code_entry", id_of(list, category, code), what).values(values.0, values.1);
    history::record(writer, vec![change]).await
}

pub(super) async fn add(ctx: Ctx<CodeChange>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let list = list_of(&form);
    once(&writer, form.value("einmal"), &place_of(list)).await?;
    let words = store::words(&writer, list).await?;
    let label = form.required_text("wort", "Wort", 120);
    let from = form.required_planning_date("ab", "Gilt ab");
    let category = match list {
        CodeList::Reason => form.choice("schritt", "Schritt", &ReasonOf::codes()),
        _ => Some(String::new()),
    };
    let federal = match list {
        CodeList::Phenomenon => form.optional_text("bund", "Bezeichnung beim Bund", 80),
        _ => None,
    };
    let taken = label.as_ref().is_some_and(|label| {
        words.iter().any(|word| {
            word.label == *label
                && Some(&word.category) == category.as_ref()
                && word.valid_to.is_none()
        })
    });
    if taken {
        form.reject("wort", "Dieses Wort steht schon in der Liste. Bitte ein anderes eingeben oder das alte zuerst beenden.");
    }
    if let (Some(label), Some(from), Some(category), false) =
        (label, from, category, form.has_errors())
    {
        let codes: Vec<&str> = words.iter().map(|word| word.code.as_str()).collect();
        let code = code_of(&label, &codes);
        let place = words
            .iter()
            .filter(|word| word.category == category)
            .map(|word| word.place)
            .max()
            .unwrap_or(0)
            + 1;
        let row = code_entry::Model {
            list: list.code().to_owned(),
            code: code.clone(),
            category: category.clone(),
            label: label.clone(),
            federal,
            place,
            valid_from: from,
            valid_to: None,
        };
        store::insert(&writer, row).await?;
        let said = format!("{label}, ab {}", german::date(from));
        record(
            &writer,
            list,
            (&category, &code),
            "Wort aufgenommen",
            (None, Some(said)),
        )
        .await?;
        let entry = Entry::new(Verb::Change, format!("codeliste {}", list.code()))
            .fields(["label", "valid_from"]);
        let seen = writer.commit(entry).await?;
        return ctx.done(seen, &place_of(list), "Das Wort steht in der Liste.");
    }
    let token = form.value("einmal").to_owned();
    let page = views::page(&ctx.frame(), &form, list, &words, ctx.today(), &token);
    again(&ctx, writer, looking(list), page).await
}

/// The word that a form names.
async fn named(
    writer: &Writer<CodeChange>,
    form: &Form,
    list: CodeList,
) -> Result<WordLine, Fault> {
    let from: Option<Date> = german::parse_date(form.value("seit")).ok();
    store::words(writer, list)
        .await?
        .into_iter()
        .find(|word| {
            word.code == form.value("code")
                && word.category == form.value("kategorie")
                && Some(word.valid_from) == from
        })
        .ok_or(Fault::NotFound)
}

/// Ends a word today, or deletes one that stands nowhere.
pub(super) async fn change(ctx: Ctx<CodeChange>, Posted(form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let list = list_of(&form);
    let word = named(&writer, &form, list).await?;
    let name = (word.category.as_str(), word.code.as_str());
    let text = match form.value("was") {
        "loeschen" if !word.used => {
            store::delete(&writer, list, &word).await?;
            record(
                &writer,
                list,
                name,
                "Wort gelöscht",
                (Some(word.label.clone()), None),
            )
            .await?;
            "Das Wort ist gelöscht."
        }
        "beenden" if word.valid_to.is_none() && word.valid_from < ctx.today() => {
            store::end(&writer, list, &word, ctx.today()).await?;
            let said = format!("{}, bis {}", word.label, german::date(ctx.today()));
            record(
                &writer,
                list,
                name,
                "Wort beendet",
                (Some(word.label.clone()), Some(said)),
            )
            .await?;
            "Das Wort wird nicht mehr angeboten; wo es steht, bleibt es stehen."
        }
        // Used meanwhile, or ended by somebody else.
        _ => return Err(StoreError::Changed.into()),
    };
    let entry = Entry::new(Verb::Change, format!("codeliste {}", list.code())).fields(["valid_to"]);
    let seen = writer.commit(entry).await?;
    ctx.done(seen, &place_of(list), text)
}
