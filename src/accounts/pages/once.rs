//! Forms that create something act once, however often they are sent.

use super::super::store;
use crate::access::Writes;
use crate::store::Writer;
use crate::web::Fault;

/// Keeps where a creating form leads. Sent a second time (a double click, the way back, a reload), it creates nothing
/// and leads where the first sending led.
///
/// # Errors
/// [`Fault::See`] with that place, to be answered as it is; or if the store cannot.
pub async fn once<P: Writes>(writer: &Writer<P>, token: &str, location: &str) -> Result<(), Fault> {
    match store::used_before(writer, token, location).await? {
        None => Ok(()),
        Some(location) => Err(Fault::See(location)),
    }
}
