//! Stated purposes.

use crate::access::Writes;
use crate::schema::protection::stated_purpose;
use crate::store::{Result, Writer};

pub(super) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: stated_purpose::Model,
) -> Result<()> {
    writer.insert(row).await
}
